"""The locks are what the hand-written requirements ask for, whole, and with a hash for every file.

Without a network: that the hashes are those of the index shows when they are installed.
"""

import json
import re
from pathlib import Path

import pytest

from tests.unit.supply_chain.requirements import Locked, read_lock, read_written

ROOT = Path(__file__).parents[3]
LOCKS = sorted(
    path.relative_to(ROOT)
    for folder in (ROOT, ROOT / "policies")
    for path in folder.glob("requirements*.txt")
)
NAMES = [str(path) for path in LOCKS]


def written_by_hand(lock: Path) -> dict[str, str]:
    """Every pin of the `.in` file beside a lock, and of those that it includes."""
    pins: dict[str, str] = {}
    waiting = [lock.with_suffix(".in")]
    while waiting:
        path = waiting.pop()
        found = read_written(ROOT / path)
        pins |= found.pins
        waiting += [path.parent / include for include in found.includes]
    return pins


def locked(lock: Path) -> list[Locked]:
    return read_lock(ROOT / lock)


def test_every_written_file_has_a_lock_and_every_lock_is_written() -> None:
    written = [path.relative_to(ROOT) for path in ROOT.glob("requirements*.in")]
    written += [path.relative_to(ROOT) for path in ROOT.glob("policies/requirements*.in")]
    assert sorted(path.with_suffix(".txt") for path in written) == LOCKS


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_a_lock_has_what_is_written_in_that_version(lock: Path) -> None:
    versions = {each.name: each.version for each in locked(lock)}
    pins = written_by_hand(lock)
    assert {name: versions.get(name) for name in pins} == pins


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_a_lock_names_what_is_written_and_nothing_that_no_longer_is(lock: Path) -> None:
    by_hand = {each.name for each in locked(lock) if any(v.startswith("-r ") for v in each.via)}
    assert by_hand == set(written_by_hand(lock))


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_whatever_a_lock_has_is_needed_by_something_in_it(lock: Path) -> None:
    found = locked(lock)
    names = {each.name for each in found}
    for each in found:
        needed_by = [v for v in each.via if not v.startswith(("-r ", "-c "))]
        assert each.via, each.name
        assert {re.sub(r"[-_.]+", "-", v).lower() for v in needed_by} <= names, each.name


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_every_locked_file_is_known_by_its_hash(lock: Path) -> None:
    assert [each.name for each in locked(lock) if not each.hashes] == []


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_two_versions_of_a_package_never_meet_on_one_machine(lock: Path) -> None:
    """A package stands twice only for different machines, each with its marker."""
    found = locked(lock)
    for each in found:
        twins = [other for other in found if other.name == each.name]
        assert len(twins) == 1 or all(twin.marker for twin in twins), each.name
        assert len({twin.marker for twin in twins}) == len(twins), each.name


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_a_wider_environment_has_the_narrower_ones_versions(lock: Path) -> None:
    """What runs in tests is what runs in `pulumi up`."""
    mine = {(each.name, each.version) for each in locked(lock)}
    for constraint in read_written(ROOT / lock.with_suffix(".in")).constraints:
        assert {(each.name, each.version) for each in locked(lock.parent / constraint)} <= mine


def test_the_wider_environments_are_held_to_the_narrower_ones() -> None:
    for outer, inner in (
        ("requirements-dev", ("requirements-fleet", "policies/requirements")),
        ("requirements-fleet", ("requirements",)),
        ("policies/requirements", ("../requirements",)),
    ):
        written = read_written(ROOT / f"{outer}.in")
        assert written.constraints == tuple(f"{name}.txt" for name in inner)
        assert written.includes == tuple(f"{name}.in" for name in inner)


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_a_lock_is_for_every_machine_and_says_how_renovate_writes_it_anew(lock: Path) -> None:
    """Renovate repeats the command, and takes options with a value only if joined to it by "="."""
    command = (ROOT / lock).read_text().splitlines()[1].removeprefix("#").split()
    options = ["--universal", "--python-version=3.11", "--generate-hashes"]
    written = lock.with_suffix(".in").name
    assert command == ["uv", "pip", "compile", *options, f"--output-file={lock.name}", written]


def test_renovate_manages_every_lock_by_the_command_in_it_and_by_nothing_else() -> None:
    settings = json.loads((ROOT / "renovate.json").read_text())
    (pattern,) = settings["pip-compile"]["managerFilePatterns"]
    assert [lock for lock in NAMES if not re.search(pattern[1:-1], lock)] == []
    assert settings["pip_requirements"] == {"enabled": False}


def test_whatever_make_installs_it_installs_by_hash() -> None:
    text = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert len(installs) == 2
    assert [line for line in installs if "--require-hashes" not in line] == []
