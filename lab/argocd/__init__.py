"""Argo CD's own programs as plain processes, against the hub's API server.

What a node's kubelet does for the pods of the release, this does for its processes: tokens of
their service accounts, variables from ConfigMaps and Secrets, mounted files. Not here: the release
itself (`components/argocd.py`) and what Argo CD then makes of `gitops/`.
"""
