"""The lab: the whole system on one machine, with no AWS account.

Owns what stands in for AWS and for Pulumi's downloads, and the commands that run it. It knows the
program only as anyone does, through its stack files and `pulumi`; `components/` never imports it.
"""
