"""Each file of bad_team_files/ is a team.yaml that begins with exactly what `team check` says."""

from itertools import takewhile
from pathlib import Path

import pytest

from tests.unit.fleet.sample import Sample

FILES = sorted((Path(__file__).parent / "bad_team_files").glob("*.yaml"))
SHOP = "gitops/teams/shop/team.yaml:"


def _expected(text: str) -> list[str]:
    """The comments at the top; a line of the file itself begins with its number."""
    lines = [line[2:] for line in takewhile(lambda line: line.startswith("#"), text.splitlines())]
    return [line if line.startswith("gitops/") else f"{SHOP}{line}" for line in lines]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_check_says_what_the_file_begins_with(project: Sample, file: Path) -> None:
    text = file.read_text()
    project.team("shop", text)
    assert project.mistakes() == _expected(text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_mistake_of_one_team_is_none_of_another(project: Sample, file: Path) -> None:
    project.team("shop", file.read_text())
    others = [line for line in project.mistakes("payments") if "is left of" not in line]
    assert [line for line in others if "are left of" not in line] == []


def test_there_are_examples_of_many_mistakes() -> None:
    assert len(FILES) >= 40
