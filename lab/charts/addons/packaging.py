"""Packages a stand-in for each chart that `gitops/addons` asks for, under its name and version.

Names and versions are read out of the ApplicationSets, so none is written twice.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from lab.charts.repository import Packaged, Repository, files_of, fingerprint
from lab.charts.values_schema import values_schema
from lab.errors import LabError

SOURCE = Path(__file__).resolve().parent
TEMPLATE = SOURCE / "_objects.yaml"
"""The one template of all stand-ins."""


def package_addons(
    *,
    helm: Path,
    gitops: Path,
    destination: Path,
    env: Mapping[str, str] | None = None,
) -> list[Packaged]:
    """Package what is asked for and not there yet, and write the index; returns all asked for.

    Args:
        helm: the helm program.
        gitops: the folder that holds `addons/`.
        destination: an existing folder; other packages in it stay.
        env: helm's whole environment.

    Raises LabError when there is no stand-in for a chart, or helm refuses one.
    """
    charts = asked_for(gitops)
    repository = Repository(helm=helm, folder=destination, env=env)
    for chart in charts:
        _package(repository, chart)
    repository.index()
    return charts


def asked_for(gitops: Path) -> list[Packaged]:
    """The charts of every add-on. Raises LabError at an ApplicationSet that names none."""
    return [_chart(path) for path in sorted(gitops.glob("addons/*/appset.yaml"))]


def write_chart(name: str, folder: Path) -> None:
    """The stand-in's whole chart, into a folder that does not exist yet."""
    source = SOURCE / name
    shutil.copytree(source, folder)
    (folder / "templates").mkdir()
    shutil.copy(TEMPLATE, folder / "templates" / "objects.yaml")
    schema = values_schema(yaml.safe_load((source / "values.yaml").read_text()))
    (folder / "values.schema.json").write_text(json.dumps(schema))


def _package(repository: Repository, chart: Packaged) -> None:
    source = SOURCE / chart.name
    if not source.is_dir():
        raise LabError(
            f"gitops/addons asks for the chart {chart.name}, which the lab has no stand-in for",
            f"Add lab/charts/addons/{chart.name}/; docs/addons.md says how",
        )
    code = [SOURCE / "packaging.py", SOURCE.parent / "values_schema.py"]
    repository.package(
        chart,
        inputs=fingerprint(chart, [*files_of(source), TEMPLATE, *code]),
        fill=lambda folder: write_chart(chart.name, folder),
    )


def _chart(path: Path) -> Packaged:
    try:
        template = yaml.safe_load(path.read_text())["spec"]["template"]["spec"]
        sources = cast("list[dict[str, Any]]", template["sources"])
        found = next(source for source in sources if "chart" in source)
        return Packaged(name=found["chart"], version=str(found["targetRevision"]))
    except (yaml.YAMLError, LookupError, TypeError, StopIteration) as error:
        raise LabError(
            f"{path} names no chart ({type(error).__name__})",
            "An add-on's ApplicationSet needs a source with chart and targetRevision",
        ) from error
