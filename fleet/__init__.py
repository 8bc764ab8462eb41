"""The teams of the fleet: `python -m fleet`, for people and for checks of pull requests.

Reads the repository as it is committed and never a cluster, but for `drain`.
"""
