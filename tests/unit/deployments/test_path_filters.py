"""A change deploys the stacks that it concerns, and no other: the committed path filters."""

import subprocess
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet import deployments
from fleet.deployments import Deployment
from tests.unit import committed

EVERY = {"hub", "spoke-dev", "spoke-prod"}
SPOKES = {"spoke-dev", "spoke-prod"}
NONE: set[str] = set()

CHANGES = {
    "__main__.py": EVERY,
    "Pulumi.yaml": EVERY,
    "requirements.txt": EVERY,
    "components/spoke.py": EVERY,
    "components/hub.py": EVERY,
    "policies/__main__.py": EVERY,
    "Pulumi.hub.yaml": {"hub"},
    "Pulumi.spoke-dev.yaml": {"spoke-dev"},
    "Pulumi.spoke-prod.yaml": {"spoke-prod"},
    "Pulumi.account-dev.yaml": NONE,
    "gitops/teams/shop/team.yaml": SPOKES,
    "gitops/charts/team-cluster/policy.yaml": SPOKES,
    "gitops/charts/team-cluster/Chart.yaml": NONE,
    "gitops/charts/guardrails/values.yaml": NONE,
    "gitops/addons/karpenter/values.yaml": NONE,
    "gitops/workloads/shop/cart.yaml": NONE,
    "Pulumi.spoke-dev.deploy.yaml": NONE,
    "requirements-dev.txt": NONE,
    "docs/teams.md": NONE,
    "README.md": NONE,
    "lab/up.py": NONE,
    "fleet/check.py": NONE,
    "tests/unit/test_stacks.py": NONE,
    "bench/__init__.py": NONE,
    ".github/workflows/infrastructure.yml": NONE,
    ".ci/pulumi": NONE,
    "Makefile": NONE,
    # What only begins or ends like a file that counts.
    "components.py": NONE,
    "docs/__main__.py": NONE,
    "Pulumi.yaml.bak": NONE,
}
FOLDERS_OF_THE_PROGRAM = ("components", "policies")


def committed_deployments() -> list[Deployment]:
    found, mistakes = deployments.read(committed.ROOT)
    assert mistakes == []
    return found


def stacks(changed: Iterable[str]) -> set[str]:
    """What a change of these files deploys, of the committed stacks."""
    return {each.stack for each in deployments.concerned(committed_deployments(), changed)}


def with_paths(*paths: str) -> Deployment:
    """A stack with these filters."""
    git_hub = {"paths": list(paths)}
    return Deployment(stack="any", settings={"gitHub": git_hub}, hub=False, spokes=frozenset())


def tracked() -> list[str]:
    """Every file of the repository."""
    listed = subprocess.run(  # noqa: S603  # a list of arguments of our own
        ["git", "-C", str(committed.ROOT), "ls-files", "-z"],  # noqa: S607  # git is found on PATH
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in listed.stdout.split("\0") if path]


@pytest.mark.parametrize("path", CHANGES)
def test_a_change_deploys_exactly_what_it_concerns(path: str) -> None:
    assert stacks([path]) == CHANGES[path]


def test_every_file_of_the_program_deploys_every_stack_and_no_file_beside_it_does() -> None:
    program = {"__main__.py", "Pulumi.yaml", "requirements.txt"}
    for path in tracked():
        expected = path in program or path.startswith(
            tuple(f"{f}/" for f in FOLDERS_OF_THE_PROGRAM)
        )
        assert (stacks([path]) == EVERY) == expected, path


def test_a_filter_names_a_file_or_a_folder_that_is_there() -> None:
    files = tracked()
    for each in committed_deployments():
        for pattern in each.settings["gitHub"]["paths"]:
            assert with_paths(pattern).concerned_by(files), f"{each.stack}: {pattern}"


def test_a_change_of_several_files_deploys_what_any_of_them_concerns() -> None:
    assert stacks(["docs/teams.md", "Pulumi.hub.yaml", "Pulumi.spoke-dev.yaml"]) == {
        "hub",
        "spoke-dev",
    }


def test_a_hub_follows_its_spokes_and_no_spoke_follows_the_hub() -> None:
    every = committed_deployments()
    for first, then in ({"spoke-dev"}, {"spoke-dev", "hub"}), ({"hub"}, {"hub"}), (NONE, NONE):
        chosen = [each for each in every if each.stack in first]
        assert {each.stack for each in deployments.with_their_hubs(chosen, every)} == then


# What follows is the rule that Pulumi documents of its path filters.


def test_a_pattern_must_match_the_whole_path() -> None:
    assert not with_paths("a").concerned_by(["a/b", "b/a", "ab"])
    assert with_paths("a/**").concerned_by(["a/b/c"])
    assert not with_paths("a/**").concerned_by(["ab/c", "b/a/c"])


def test_an_exclude_wins_whatever_the_order() -> None:
    for patterns in (("a/**", "!a/b/**"), ("!a/b/**", "a/**")):
        assert not with_paths(*patterns).concerned_by(["a/b/c"])
        assert with_paths(*patterns).concerned_by(["a/c"])


def test_with_excludes_only_everything_else_is_included() -> None:
    assert with_paths("!docs/**").concerned_by(["a"])
    assert not with_paths("!docs/**").concerned_by(["docs/a"])


PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join)


@given(st.lists(PATHS, max_size=5), st.lists(PATHS, max_size=5))
def test_more_changes_never_deploy_less(one: list[str], other: list[str]) -> None:
    deployment = with_paths("a/**", "b", "!a/b/**")
    if deployment.concerned_by(one):
        assert deployment.concerned_by(one + other)


@given(PATHS)
def test_an_excluded_folder_never_deploys(path: str) -> None:
    assert not with_paths("a/**", "b/**", "!a/**").concerned_by([f"a/{path}"])
