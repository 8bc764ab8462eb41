"""`fleet team check` over what else a pull request can change: stacks, policy, folders, charts."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fleet.errors import FleetError
from tests.unit.fleet.sample import POLICY, Sample, make, team
from tests.unit.fuzz.lines import assert_readable
from tests.unit.fuzz.trees import TREES

KUSTOMIZATION = "workloads/plain/kustomization.yaml"
CHART_SCHEMA = "workloads/chart/values.schema.json"
FILES = (
    POLICY,
    "Pulumi.hub.yaml",
    "Pulumi.west.yaml",
    KUSTOMIZATION,
    "workloads/web/web.yaml",
    "workloads/chart/values.yaml",
    "workloads/chart/Chart.yaml",
    CHART_SCHEMA,
)
anything = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def project(tmp_path: Path) -> Sample:
    """A team whose services read every file of `FILES`."""
    sample = make(tmp_path)
    sample.write("workloads/plain/web.yaml", "{}")
    services = (
        "{web: {path: workloads/web}, plain: {path: workloads/plain},"
        " chart: {path: workloads/chart, values: {image: 'a:1'}}}"
    )
    sample.team("shop", team("shop", services=services))
    return sample


def found(project: Sample, file: str, content: bytes) -> list[str]:
    """Findings, or the one line with which the command ends."""
    path = project.root / file
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(content)
    try:
        return project.mistakes()
    except FleetError as error:
        return [str(error)]
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


@anything
@example(file=KUSTOMIZATION, content=b'resources: ["a\\0b", "' + b"x" * 5_000 + b'", ..]')
@example(file=KUSTOMIZATION, content=b"resources: [., ../plain, ../../../../../../etc]")
@example(file=CHART_SCHEMA, content=b"[" * 100_000)
@example(file=CHART_SCHEMA, content=b"true")
@given(file=st.sampled_from(FILES), content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_lines(project: Sample, file: str, content: bytes) -> None:
    assert_readable(found(project, file, content))


@anything
@given(file=st.sampled_from(FILES), content=TREES)
def test_any_value_is_read_or_refused_in_lines(project: Sample, file: str, content: object) -> None:
    assert_readable(found(project, file, json.dumps(content, default=str).encode()))


@anything
@example(rules={"type": 5})
@example(rules={"pattern": "("})
@example(rules={"$ref": "#"})
@example(rules={"$ref": "#/nowhere"})
@example(rules={"properties": {"image": {"type": "no such type"}}})
@given(
    rules=st.dictionaries(
        st.sampled_from(
            ["type", "properties", "pattern", "items", "required", "enum", "$ref", "oneOf", "not"]
        ),
        TREES,
    )
)
def test_any_schema_of_a_chart_is_kept_or_refused_in_lines(
    project: Sample, rules: dict[str, object]
) -> None:
    assert_readable(found(project, CHART_SCHEMA, json.dumps(rules, default=str).encode()))


@pytest.mark.parametrize(
    "rules", [{"$ref": "http://127.0.0.1:9/"}, {"not": {"$ref": "other.json"}}]
)
def test_no_schema_of_a_chart_makes_the_check_fetch_anything(
    project: Sample, rules: dict[str, object]
) -> None:
    (line,) = found(project, CHART_SCHEMA, json.dumps(rules).encode())
    assert "write what it says into the schema itself" in line


def test_links_in_a_circle_are_no_folder(project: Sample) -> None:
    (project.root / "workloads/a").symlink_to("b")
    (project.root / "workloads/b").symlink_to("a")
    project.team("shop", team("shop", services="{web: {path: workloads/a}}"))
    lines = project.mistakes()
    assert [line for line in lines if "workloads/a" in line]
    assert_readable(lines)
