"""Roles of people that the landing zone lays out: those that teams' files name, and no others."""

from pathlib import Path

from lab import people

ROLE = "arn:aws:iam::222222222222:role/teams/shop"


def team(root: Path, name: str, text: str) -> None:
    path = root / "gitops/teams" / name / "team.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_every_role_is_found_once(tmp_path: Path) -> None:
    for name in ("shop", "bees"):
        team(tmp_path, name, f"environments: {{dev: {{access: {{edit: ['{ROLE}'], view: [x]}}}}}}")
    assert people.roles(tmp_path) == [ROLE]


def test_a_file_of_any_form_is_passed_over(tmp_path: Path) -> None:
    texts = [
        "[",
        "text",
        "[]",
        "environments: []",
        "environments: {dev: {access: {edit: 1}}}",
        "\0",
    ]
    for number, text in enumerate(texts):
        team(tmp_path, f"t{number}", text)
    assert people.roles(tmp_path) == []


def test_a_project_without_teams_has_no_people(tmp_path: Path) -> None:
    assert people.roles(tmp_path) == []
