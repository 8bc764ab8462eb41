"""What may lie in gitops/teams, and files that cannot be read: a line each, never a traceback."""

from pathlib import Path

import pytest

from tests.unit.fleet.sample import PAYMENTS, Sample, team

FILE = "gitops/teams/shop/team.yaml"


def test_another_ending_is_the_wrong_name(project: Sample) -> None:
    project.write("gitops/teams/shop/team.yml", team("shop"))
    assert project.mistakes() == [
        "gitops/teams/shop/team.yml:1: has the wrong name; rename it to team.yaml"
    ]


def test_a_folder_holds_its_team_file_alone(project: Sample) -> None:
    project.team("shop", team("shop"))
    project.write("gitops/teams/shop/extra/deployment.yaml", "kind: Deployment")
    project.write("gitops/teams/shop/.hidden", "")
    remedy = "move it out of the team's folder, which holds that file alone"
    assert project.mistakes() == [
        f"gitops/teams/shop/.hidden:1: is no team.yaml; {remedy}",
        f"gitops/teams/shop/extra:1: is no team.yaml; {remedy}",
    ]


def test_a_folder_must_have_a_team_file(project: Sample) -> None:
    (project.root / "gitops/teams/shop").mkdir()
    assert project.mistakes() == [
        f"{FILE}:1: is missing; write one with `python -m fleet team new`, or remove the folder"
    ]


def test_a_file_beside_the_folders_is_no_team(project: Sample) -> None:
    project.write("gitops/teams/shop.yaml", team("shop"))
    assert project.mistakes() == [
        "gitops/teams/shop.yaml:1: lies in no team's folder; move it to gitops/teams/shop/team.yaml"
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"team: caf\xe9\n", f"{FILE}:1: is no text in UTF-8; save it as UTF-8"),
        (b"team: a\n\xff\xfe", f"{FILE}:2: is no text in UTF-8; save it as UTF-8"),
        (b"a: \x00b", f"{FILE}:1: is not YAML: found a control character; remove it"),
        (b"", f"{FILE}:1: is empty; write it, or remove the file"),
        (b"[" * 100_000, f"{FILE}:1: is nested too deeply; nest 50 levels at most"),
    ],
    ids=["latin-1", "binary", "null", "empty", "deep"],
)
def test_what_is_no_yaml_is_one_line(project: Sample, content: bytes, line: str) -> None:
    project.team("shop", "")
    (project.root / FILE).write_bytes(content)
    assert project.mistakes() == [line]


def test_aliases_that_grow_without_end_are_refused(project: Sample) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    project.team("shop", team("shop") + "\n".join(lines))
    assert any(
        line.endswith(": has over 20000 values; use fewer aliases") for line in project.mistakes()
    )


def test_a_folder_in_the_files_place_is_one_line(project: Sample) -> None:
    (project.root / FILE).mkdir(parents=True)
    assert project.mistakes() == [
        f"{FILE}:1: cannot be read (Is a directory); put a file there that everybody may read"
    ]


def test_a_link_is_refused_although_it_could_be_read_here(project: Sample, tmp_path: Path) -> None:
    project.write("elsewhere.yaml", team("shop"))
    (tmp_path / "gitops/teams/shop").mkdir()
    (tmp_path / FILE).symlink_to("../../../elsewhere.yaml")
    assert project.mistakes() == [
        f"{FILE}:1: is a link; write the file itself; Argo CD follows no links"
    ]


def test_an_unreadable_file_does_not_hide_the_others_mistakes(project: Sample) -> None:
    project.team("shop", "team: [")
    project.team("payments", PAYMENTS.replace("payments\n", "pay\n", 1))
    assert [line.split(": ")[1] for line in project.mistakes()] == ["team", "is not YAML"]


def test_namespaces_of_an_unreadable_file_are_taken_on_trust(project: Sample) -> None:
    project.team("shop", "team: [")
    network = "{ingressFrom: [shop-dev]}"
    project.team("bank", team("bank", more=f"    network: {network}\n"))
    assert project.mistakes("bank") == []
