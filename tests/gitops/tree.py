"""Which files of gitops/ are what; every question takes the folder, so that a copy can be asked.

Not here: what is in them.
"""

from pathlib import Path

ROOT = Path(__file__).parents[2]
GITOPS = ROOT / "gitops"


def charts(gitops: Path) -> list[Path]:
    """The folders of all charts."""
    return sorted(path.parent for path in gitops.rglob("Chart.yaml"))


def plain_yaml(gitops: Path) -> list[Path]:
    """Every YAML file but the templates of charts, which are YAML only when rendered."""
    templates = [chart / "templates" for chart in charts(gitops)]
    return sorted(
        path
        for ending in ("*.yaml", "*.yml")
        for path in gitops.rglob(ending)
        if not any(path.is_relative_to(folder) for folder in templates)
    )


def addon_sets(gitops: Path) -> list[Path]:
    """The ApplicationSet file of every add-on."""
    return sorted(gitops.glob("addons/*/appset.yaml"))
