"""Stand-ins of the add-ons' charts, where the real ones cannot be downloaded.

Each folder is a chart by its real name: `values.yaml` has the real chart's keys and defaults, and
`objects.yaml` says what it makes. They say what becomes of this repository's values on a cluster,
not whether an add-on works: its pods do nothing.
"""

from lab.charts.addons.packaging import asked_for, package_addons

__all__ = ["asked_for", "package_addons"]
