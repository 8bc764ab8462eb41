"""The lab's chart repository: a small argo-cd chart, packaged and served on loopback.

It stands where a company mirror would: behind the same config key, under the same chart name and
version, honouring the same values. Not here: Argo CD's processes.
"""
