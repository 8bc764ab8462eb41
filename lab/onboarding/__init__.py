"""A team joins or leaves the lab's fleet as by a pull request, and is watched until it is there.

change: clone, commit, check, merge, push · webhook: what a Git host then tells Argo CD · wait:
until everything of the team exists, or is gone · command: the two commands made of them. Not here:
what Argo CD makes of a team (`gitops/charts/team`), and what its file must say (`fleet`).
"""
