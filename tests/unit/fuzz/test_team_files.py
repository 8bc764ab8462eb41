"""`fleet team check` over any bytes, any YAML and near-valid files."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.fleet.sample import Sample, make, team
from tests.unit.fuzz.lines import assert_readable
from tests.unit.fuzz.trees import SCALARS, TREES, changed, places

VALID: dict[str, Any] = yaml.safe_load(
    team(
        "shop",
        quota='{cpu: "2", memory: 8Gi, pods: 40, storage: 1Gi, loadBalancers: 1}',
        services="{web: {path: workloads/chart, values: {image: 'a:1'}},"
        " plain: {path: workloads/web},"
        " far: {repository: 'https://charts.example.com/a', chart: a, revision: 1.2.3}}",
        more="""\
    access: {edit: ["arn:aws:iam::111111111111:role/teams/shop"]}
    network: {egressTo: [{cidr: 10.0.0.0/8, ports: [443]}], ingressFrom: [payments-dev]}
    syncWindows: [{kind: deny, schedule: "0 0 * * 1", duration: 1h, timeZone: UTC}]
    podSecurity: baseline
""",
    )
)
PLACES = [place for place in places(VALID) if place]
# Digits beyond what Python turns into a number at once, and beyond what a Decimal rounds.
_MANY_DIGITS = "9" * 5_000
_EXPLODES = "\n".join(
    [
        "a0: &a0 {x: 1}",
        *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 25)),
    ]
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """One project for a module: only the team's file changes between examples."""
    return make(tmp_path_factory.mktemp("fuzz"))


def found(project: Sample, content: bytes) -> list[str]:
    file = Path(project.root / "gitops/teams/shop/team.yaml")
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return project.mistakes()


def written(content: object) -> bytes:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode(
        errors="surrogatepass"
    )


anything = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_the_file_that_is_changed_is_right(project: Sample) -> None:
    assert found(project, written(VALID)) == []


@anything
@example(content=b"\xff\xfe\x00")
@example(content=b"\x00" * 100)
@example(content=b"[" * 100_000)
@example(content=b"a: " * 10_000)
@example(content=b"? " * 10_000)
@example(content=b"x" * 3_000_000)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_refused_in_lines(project: Sample, content: bytes) -> None:
    lines = found(project, content)
    assert lines
    assert_readable(lines)


@anything
@example(text=_EXPLODES)
@example(text="a: {x: 1}\nb: &b [" + "1," * 21_000 + "]\nc: {<<: {d: 1}}")
@example(text="a: " + _MANY_DIGITS)
@example(text="a: 0b_\nb: 0x_\nc: 1_000\nd: 190:20:30\ne: .nan\nf: -.inf\ng: 2001-99-99")
@example(text='a: "\\ud800"')
@example(text="? {a: b}\n: c\n? [d]\n: e\n? !!binary aGk=\n: f\n!!int x: y\n=: z")
@example(text="!!python/object/apply:os.system [ls]")
@example(text="a: !!set {b}\nc: !!omap [d: 1]\ne: !!pairs [f: 1]\ng: !!timestamp x\nh: !!float y")
@example(text="%TAG ! tag:example.com,2000:\n---\n!x {a: b}")
@given(text=st.text(alphabet="abz{}[]:,&*!?|>%@`-#'\" \n\t~=<0123.\x00\x85\u2028\ufeff"))
def test_any_text_of_yaml_is_refused_in_lines(project: Sample, text: str) -> None:
    lines = found(project, text.encode(errors="surrogatepass"))
    assert lines
    assert_readable(lines)


@anything
@example(place=("environments", "dev", "services", "web", "path"), value="a" * 300)
@example(place=("environments", "dev", "services", "web", "path"), value="a/" * 3_000 + "a")
@example(place=("environments", "dev", "syncWindows", 0, "schedule"), value="1/" + _MANY_DIGITS)
@example(
    place=("environments", "dev", "syncWindows", 0, "schedule"), value=f"{_MANY_DIGITS} * * * *"
)
@example(place=("environments", "dev", "syncWindows", 0, "duration"), value=f"{_MANY_DIGITS}h")
@example(place=("environments", "dev", "quota", "cpu"), value=_MANY_DIGITS)
@example(place=("environments", "dev", "quota", "memory"), value="9" * 60 + "Pi")
@example(place=("environments", "dev", "quota", "storage"), value="0." + "9" * 60)
@example(place=("environments", "dev", "quota", "pods"), value=10**60)
@example(place=("environments", "dev", "network", "egressTo", 0, "cidr"), value="::/0")
@example(place=("team",), value="shop\n")
@given(place=st.sampled_from(PLACES), value=TREES)
def test_any_value_at_any_place_is_taken_or_refused_in_lines(
    project: Sample, place: tuple[str | int, ...], value: object
) -> None:
    assert_readable(found(project, written(changed(VALID, place, value))))


@anything
@example(place=("environments",), key="dev\n")
@example(place=("environments", "dev", "services"), key="web\n")
@example(place=("environments", "dev", "services"), key="x" * 100_000)
@example(place=(), key="\x1b[2J")
@given(
    place=st.sampled_from([place for place in [(), *PLACES]]),
    key=st.text(max_size=20) | st.sampled_from(["<<", "*a", "fleet", "true", "~", "1"]),
)
def test_any_key_at_any_place_is_taken_or_refused_in_lines(
    project: Sample, place: tuple[str | int, ...], key: str
) -> None:
    assert_readable(found(project, written(changed(VALID, (*place, key), {"path": "x"}))))


@anything
@given(value=SCALARS)
def test_a_file_that_is_one_value_is_refused(project: Sample, value: object) -> None:
    lines = found(project, written(value))
    assert lines
    assert_readable(lines)
