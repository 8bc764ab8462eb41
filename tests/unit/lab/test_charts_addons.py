"""Stand-ins are packaged once for each version that is asked for, and refuse unknown keys."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.charts.addons.packaging import SOURCE, asked_for, package_addons, write_chart
from lab.charts.repository import Packaged, Repository
from lab.charts.values_schema import values_schema
from lab.errors import LabError

HELM = """\
#!/bin/sh
echo "$1" >> "$(dirname "$0")/calls"
[ "$1" = package ] && mkdir -p "$4" && touch "$4/$(basename "$2")-$6.tgz"
exit 0
"""
FOLDERS = sorted(path.parent for path in SOURCE.glob("*/Chart.yaml"))


@pytest.fixture
def helm(tmp_path: Path) -> Path:
    """A program that notes what it is asked for and makes empty packages."""
    program = tmp_path / "bin" / "helm"
    program.parent.mkdir()
    program.write_text(HELM)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def calls(helm: Path) -> list[str]:
    noted = helm.with_name("calls")
    return noted.read_text().split() if noted.exists() else []


def gitops(folder: Path, **charts: str) -> Path:
    """A repository's folder whose add-ons ask for these charts."""
    for name, version in charts.items():
        chart = {"chart": name.replace("_", "-"), "targetRevision": version}
        appset = {"spec": {"template": {"spec": {"sources": [chart, {"ref": "values"}]}}}}
        path = folder / "gitops" / "addons" / name / "appset.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(appset))
    return folder / "gitops"


def test_each_chart_is_packaged_in_the_version_that_is_asked_for(
    helm: Path, tmp_path: Path
) -> None:
    charts = tmp_path / "charts"
    charts.mkdir()
    asked = gitops(tmp_path, opencost="1.2.3", cert_manager="v4.5.6")

    made = package_addons(helm=helm, gitops=asked, destination=charts)

    assert [each.file for each in made] == ["cert-manager-v4.5.6.tgz", "opencost-1.2.3.tgz"]
    assert all((charts / each.file).exists() for each in made)
    assert calls(helm) == ["package", "package", "repo"]


def test_nothing_is_packaged_twice(helm: Path, tmp_path: Path) -> None:
    asked = gitops(tmp_path, opencost="1.2.3")
    package_addons(helm=helm, gitops=asked, destination=tmp_path)
    before = calls(helm)

    package_addons(helm=helm, gitops=asked, destination=tmp_path)

    assert calls(helm) == before


def test_a_new_version_is_packaged_beside_the_old_one(helm: Path, tmp_path: Path) -> None:
    for version in ("1.2.3", "1.2.4"):
        asked = gitops(tmp_path, opencost=version)
        package_addons(helm=helm, gitops=asked, destination=tmp_path)

    assert (tmp_path / "opencost-1.2.3.tgz").exists()
    assert (tmp_path / "opencost-1.2.4.tgz").exists()


def test_an_index_that_was_not_written_is_written_by_the_next_run(
    helm: Path, tmp_path: Path
) -> None:
    repository = Repository(helm=helm, folder=tmp_path)
    chart = Packaged(name="opencost", version="1.2.3")

    repository.package(chart, inputs="", fill=lambda folder: write_chart("opencost", folder))
    Repository(helm=helm, folder=tmp_path).index()
    Repository(helm=helm, folder=tmp_path).index()

    assert calls(helm) == ["package", "repo"]


def test_a_chart_without_a_stand_in_is_named(helm: Path, tmp_path: Path) -> None:
    asked = gitops(tmp_path, kubecost="1.2.3")

    with pytest.raises(LabError, match="the chart kubecost, which the lab has no stand-in for"):
        package_addons(helm=helm, gitops=asked, destination=tmp_path)


@pytest.mark.parametrize(
    "text",
    ["{", "spec: {}", "spec: {template: {spec: {sources: [{ref: values}]}}}", "- 1"],
)
def test_an_applicationset_that_names_no_chart_is_named(text: str, tmp_path: Path) -> None:
    path = gitops(tmp_path, opencost="1.2.3") / "addons" / "opencost" / "appset.yaml"
    path.write_text(text)

    with pytest.raises(LabError, match=r"opencost/appset\.yaml names no chart"):
        asked_for(tmp_path / "gitops")


@pytest.mark.parametrize(
    ("default", "schema"),
    [
        (True, {"type": ["boolean", "null"]}),
        (1, {"type": ["integer", "null"]}),
        (0.5, {"type": ["number", "null"]}),
        ("", {"type": ["string", "null"]}),
        ([1], {"type": ["array", "null"]}),
        ({}, {"type": ["object", "null"]}),
        (None, {}),
    ],
)
def test_a_default_says_the_kind_of_its_key(default: Any, schema: dict[str, Any]) -> None:
    assert values_schema({"key": default})["properties"]["key"] == schema


def test_keys_that_have_no_default_are_refused_at_every_depth() -> None:
    schema = values_schema({"outer": {"inner": 1}})

    assert schema["additionalProperties"] is False
    assert schema["properties"]["outer"]["additionalProperties"] is False


def test_helms_own_key_is_allowed() -> None:
    assert values_schema({})["properties"]["global"] == {"type": ["object", "null"]}


def test_a_default_that_yaml_has_no_kind_for_is_refused() -> None:
    with pytest.raises(TypeError, match="no schema for a default of set"):
        values_schema({"key": {1}})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_stand_in_says_what_it_is_and_no_version(folder: Path, tmp_path: Path) -> None:
    write_chart(folder.name, tmp_path / folder.name)
    chart = yaml.safe_load((tmp_path / folder.name / "Chart.yaml").read_text())

    assert (chart["name"], chart["version"]) == (folder.name, "0.0.0")
    assert chart["description"].startswith("Stand-in where the chart cannot be downloaded")
    assert json.loads((tmp_path / folder.name / "values.schema.json").read_text())["properties"]
