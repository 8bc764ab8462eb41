"""Add-ons' Applications as objects: the lab's stand-ins of their charts, rendered with all layers.

The stand-ins have the real charts' keys and names. Not here: what must hold for the objects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.charts.addons.packaging import asked_for, write_chart
from tests.gitops.fleet import Rendered
from tests.gitops.helm import Helm, Release
from tests.gitops.strict_yaml import Manifest, documents
from tests.gitops.tree import GITOPS


@dataclass(frozen=True, kw_only=True)
class StandIns:
    """The stand-in of every chart, by its name, in one folder."""

    helm: Helm
    folder: Path

    @classmethod
    def write(cls, helm: Helm, folder: Path) -> "StandIns":
        """Into an existing folder."""
        for chart in asked_for(GITOPS):
            write_chart(chart.name, folder / chart.name)
        return cls(helm=helm, folder=folder)

    def render(self, application: Manifest, root: Path) -> list[Manifest]:
        """An add-on's Application, with the layers of a copy of the repository."""
        spec = application["spec"]
        source = chart_source(spec["sources"])
        settings = source["helm"]
        release = Release(
            name=settings["releaseName"],
            namespace=spec["destination"]["namespace"],
            kubernetes="1.36",
        )
        values = [*layers(settings, root), own_values(settings)]
        return self.helm.template(self.folder / source["chart"], release, values)


def addons_of(rendered: Sequence[Rendered]) -> list[Manifest]:
    """The Applications of add-ons in a fleet."""
    return [
        each.manifest
        for each in rendered
        if each.kind == "Application" and any("chart" in s for s in sources(each.manifest))
    ]


def sources(application: Manifest) -> list[Manifest]:
    """None where there is only one."""
    return application["spec"].get("sources") or []


def chart_source(found: Sequence[Manifest]) -> Manifest:
    """The one source that is a chart."""
    (source,) = [source for source in found if "chart" in source]
    return source


def layers(settings: Manifest, root: Path) -> list[Path]:
    """The files of values that are there, as Argo CD takes them."""
    files = [root / file.removeprefix("$values/") for file in settings["valueFiles"]]
    return [file for file in files if file.is_file()]


def own_values(settings: Manifest) -> Any:
    """The facts, which win over every file."""
    return settings.get("valuesObject") or documents(settings["values"])[0]
