"""The policy pack on the real engine: it passes what is committed, and stops what is broken.

The tests share one lab, and each puts back what it changes.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from lab.stacks import read_fleet
from tests.lab.copied_lab import CopiedLab, Ran

RAN_OUT = "2026-01-31"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CopiedLab]:
    """A lab that is up; removed even if a test fails."""
    copied = CopiedLab.copy_to(tmp_path_factory.mktemp("lab") / "project")
    copied.up()
    yield copied
    copied.run("down", "--force")


def preview(lab: CopiedLab, stack: str) -> Ran:
    """What the README says, as a person types it; both outputs as one."""
    return lab.shell(f"pulumi preview -s {stack} --policy-pack policies --non-interactive 2>&1")


@contextmanager
def edited(path: Path) -> Generator[None]:
    """Put a file back as it was."""
    before = path.read_text()
    yield
    path.write_text(before)


def set_cluster(lab: CopiedLab, stack: str, **values: object) -> None:
    cluster = cast(dict[str, Any], read_fleet(lab.root).stack(stack).config["cluster"])
    lab.edit_stack(stack, "cluster", {**cluster, **values})


@pytest.mark.parametrize("stack", ["hub", "spoke-dev"])
def test_a_committed_stack_passes_and_is_told_only_what_the_lab_itself_changes(
    lab: CopiedLab, stack: str
) -> None:
    ran = preview(lab, stack)

    assert ran.code == 0, ran.stdout
    assert "[mandatory]" not in ran.stdout
    assert "clusters-are-protected-from-deletion" in ran.stdout
    assert "excuses nothing" not in ran.stdout


def test_a_cluster_that_is_open_to_the_internet_is_stopped_with_a_remedy(lab: CopiedLab) -> None:
    with edited(lab.root / "Pulumi.spoke-dev.yaml"):
        set_cluster(lab, "spoke-dev", publicAccess="internet")
        ran = preview(lab, "spoke-dev")

    assert ran.code != 0
    assert "[mandatory]  cluster-endpoint-closed-to-the-internet" in ran.stdout
    assert "publicAccessCidrs: 0.0.0.0/0. List your networks in cluster.publicAccess" in ran.stdout
    assert "Traceback" not in ran.stdout


def test_an_exception_that_has_run_out_stops_a_preview_by_name(lab: CopiedLab) -> None:
    path = lab.root / "policies" / "exceptions.yaml"
    with edited(path):
        lines = path.read_text().splitlines()
        late = [f"  until: {RAN_OUT}" if "until:" in line else line for line in lines]
        path.write_text("\n".join(line for line in late if not line.startswith("#")))
        ran = preview(lab, "spoke-dev")

    assert ran.code != 0
    assert f"administrators-are-exceptions of *-cluster-deployer-policy ended on {RAN_OUT}" in (
        ran.stdout
    )
    assert "[mandatory]  administrators-are-exceptions" in ran.stdout


def test_a_mistake_in_the_exceptions_is_told_in_a_line(lab: CopiedLab) -> None:
    path = lab.root / "policies" / "exceptions.yaml"
    with edited(path):
        path.write_text(path.read_text() + "- rule: keys-turned\n")
        ran = preview(lab, "spoke-dev")

    assert ran.code != 0
    assert "exceptions.yaml, entry 2: the key resource is missing" in ran.stdout
    assert "Traceback" not in ran.stdout
