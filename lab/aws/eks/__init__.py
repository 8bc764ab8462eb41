"""EKS, as far as a Pulumi program and the aws command line use it.

Owns clusters and all that hangs on them: updates, node groups, add-ons, access entries, Pod
Identity associations, tags. Not here: who logs in by an entry (`lab.aws.tokens`), and API servers.
"""
