"""How the lab runs the Pulumi CLI: a stand-in script takes its place."""

import json
import os
import sys
from pathlib import Path

import pytest

from lab.engine import Engine
from lab.errors import LabError
from lab.exit_codes import ExitCode, exit_code

SCRIPT = """#!{python}
import json, pathlib, sys
log = sys.argv[sys.argv.index("--event-log") + 1]
pathlib.Path(log).write_text({events!r})
print("printed")
sys.exit({code})
"""


def engine(folder: Path, events: list[object], code: int) -> Engine:
    program = folder / "pulumi"
    lines = "\n".join(json.dumps(event) for event in events)
    program.write_text(SCRIPT.format(python=sys.executable, events=lines, code=code))
    program.chmod(0o755)
    (folder / "logs").mkdir()
    stacks = folder / "state/.pulumi/stacks/eks-hub-spoke"
    stacks.mkdir(parents=True)
    (stacks / "hub.json").write_text('{"checkpoint": {}}')
    return Engine(
        pulumi=program,
        logs=folder / "logs",
        backend=folder / "state",
        project="eks-hub-spoke",
        env=dict(os.environ),
    )


def error(message: str) -> object:
    return {"diagnosticEvent": {"severity": "error", "message": message}}


def test_a_run_reports_what_the_engine_did(tmp_path: Path) -> None:
    pulumi = engine(tmp_path, [{"summaryEvent": {"resourceChanges": {"create": 2}}}], 0)

    assert pulumi.up("hub").changed == {"create": 2}


def test_a_failed_run_shows_the_diagnostics_and_names_the_log(tmp_path: Path) -> None:
    pulumi = engine(tmp_path, [error("quota exceeded")], 255)

    with pytest.raises(LabError, match="quota exceeded") as failure:
        pulumi.up("hub")

    (log,) = (tmp_path / "logs").glob("*.log")
    assert str(log) in failure.value.remedy
    assert log.read_text() == "printed\n"


def test_all_mistakes_of_a_stack_file_are_shown_and_are_the_persons(tmp_path: Path) -> None:
    said = "Pulumi.hub.yaml: a: 1: is wrong; mend it\nPulumi.hub.yaml: b: is missing; add it"
    pulumi = engine(tmp_path, [error(said)], 255)

    with pytest.raises(LabError) as failure:
        pulumi.up("hub")

    assert exit_code(failure.value) == ExitCode.MISTAKE
    assert failure.value.message.splitlines()[1:] == [f"  {line}" for line in said.splitlines()]


def test_the_lock_of_a_killed_run_is_taken_away(tmp_path: Path) -> None:
    pulumi = engine(tmp_path, [], 0)
    locks = tmp_path / "state/.pulumi/locks/organization/eks-hub-spoke/hub"
    locks.mkdir(parents=True)
    # The kernel's highest process id is 2^22.
    (locks / "a.json").write_text(json.dumps({"pid": 2**22 + 1}))

    pulumi.prepare("hub")

    assert list(locks.iterdir()) == []


def test_the_lock_of_a_running_pulumi_is_respected(tmp_path: Path) -> None:
    pulumi = engine(tmp_path, [], 0)
    locks = tmp_path / "state/.pulumi/locks/organization/eks-hub-spoke/hub"
    locks.mkdir(parents=True)
    (locks / "a.json").write_text(json.dumps({"pid": os.getpid()}))

    with pytest.raises(LabError, match=f"process {os.getpid()}"):
        pulumi.prepare("hub")


def test_what_a_killed_engine_was_making_is_named_when_the_next_run_fails(tmp_path: Path) -> None:
    pulumi = engine(tmp_path, [error("already exists")], 255)
    urn = "urn:pulumi:hub::eks-hub-spoke::aws:eks/cluster:Cluster::hub-eks"
    pending = {"type": "creating", "resource": {"urn": urn}}
    state = {"checkpoint": {"latest": {"pending_operations": [pending]}}}
    (tmp_path / "state/.pulumi/stacks/eks-hub-spoke/hub.json").write_text(json.dumps(state))

    with pytest.raises(LabError, match=r"killed while it made hub-eks.*down --force"):
        pulumi.up("hub")
