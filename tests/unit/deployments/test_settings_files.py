"""The committed settings of Pulumi Deployments: their format, and the stacks they are of."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from fleet import deployments
from fleet.deployments import Deployment
from tests.unit import committed

STACKS = sorted([*committed.stacks_of_role("hub"), *committed.stacks_of_role("spoke")])
PRODUCTION = {"prod"}


def read() -> dict[str, Deployment]:
    """The committed ones, by stack."""
    found, mistakes = deployments.read(committed.ROOT)
    assert [str(each) for each in mistakes] == []
    return {each.stack: each for each in found}


DEPLOYMENTS = read()


def section(stack: str, name: str) -> dict[str, Any]:
    return DEPLOYMENTS[stack].settings[name]


def test_every_cluster_has_settings_and_nothing_else_does() -> None:
    """Account stacks make the roles that pipelines work as; an administrator brings them up."""
    assert sorted(DEPLOYMENTS) == STACKS


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("kind", ["deployer", "preview"])
def test_roles_are_the_stacks_own_in_the_stacks_account(stack: str, kind: str) -> None:
    account = committed.stack_config(stack)["account"]["id"]
    expected = f"arn:aws:iam::{account}:role/eks-hub-spoke-{kind}-{stack}"
    found = {
        "deployer": DEPLOYMENTS[stack].deployer_role,
        "preview": DEPLOYMENTS[stack].preview_role,
    }
    assert found[kind] == expected


@pytest.mark.parametrize("stack", STACKS)
def test_credentials_are_asked_for_in_the_stacks_region(stack: str) -> None:
    variables = section(stack, "operationContext")["environmentVariables"]
    assert variables["AWS_REGION"] == committed.stack_config(stack)["region"]


@pytest.mark.parametrize("stack", STACKS)
def test_settings_hold_no_credential_and_no_role_for_every_operation(stack: str) -> None:
    operation = section(stack, "operationContext")
    assert "oidc" not in operation
    assert set(operation["environmentVariables"]) == {
        "AWS_REGION",
        "DEPLOYER_ROLE_ARN",
        "PREVIEW_ROLE_ARN",
    }


@pytest.mark.parametrize("stack", STACKS)
def test_pull_requests_are_previewed_and_production_waits_for_a_person(stack: str) -> None:
    git_hub = section(stack, "gitHub")
    environment = committed.stack_config(stack)["environment"]
    assert git_hub["previewPullRequests"] is True
    assert DEPLOYMENTS[stack].gated == (environment in PRODUCTION)


def test_every_stack_is_of_the_repository_and_branch_that_argo_cd_reads() -> None:
    (hub,) = committed.stacks_of_role("hub")
    platform = committed.stack_config(hub)["argocd"]["platformRepository"]
    for stack in STACKS:
        url = f"https://github.com/{section(stack, 'gitHub')['repository']}"
        branch = section(stack, "sourceContext")["git"]["branch"]
        assert (url, branch) == (platform["url"], platform["revision"]), stack


def test_stacks_differ_in_paths_and_roles_only() -> None:
    """What all have in common is written once a file, so it must not drift apart."""
    commands = [section(stack, "operationContext")["preRunCommands"] for stack in STACKS]
    options = [section(stack, "operationContext")["options"] for stack in STACKS]
    assert all(each == commands[0] for each in commands)
    assert all(each == options[0] for each in options)


@pytest.mark.parametrize("stack", STACKS)
def test_a_cache_that_pull_requests_could_fill_is_not_used(stack: str) -> None:
    """Pulumi has one dependency cache for previews and updates of the whole project."""
    assert "cacheOptions" not in DEPLOYMENTS[stack].settings


BAD = {
    "operationContext": "unknown key",
    "gitHub.autoDeploy": "unknown key",
    "gitHub.deployCommits": "is the wrong type",
    "gitHub.paths[0]": "is not valid",
    "operationContext.environmentVariables.PREVIEW_ROLE_ARN": "is not valid",
    "operationContext.environmentVariables.AWS_SECRET_ACCESS_KEY": "is the wrong type",
    "operationContext.options.deleteAfterDestroy": "is not valid",
}
VALUES: dict[str, Any] = {
    "operationContext": {"surprise": True},
    "gitHub.autoDeploy": True,
    "gitHub.deployCommits": "yes",
    "gitHub.paths[0]": "components/*.py",
    "operationContext.environmentVariables.PREVIEW_ROLE_ARN": "arn:aws:iam::1:user/me",
    "operationContext.environmentVariables.AWS_SECRET_ACCESS_KEY": {"secret": "x"},
    "operationContext.options.deleteAfterDestroy": True,
}


def changed(settings: dict[str, Any], place: str, value: object) -> None:
    """One value of settings, put in place."""
    *folders, last = place.replace("[0]", "").split(".")
    for key in folders:
        settings = settings[key]
    if isinstance(settings.get(last), list):
        settings[last] = [value]
    elif isinstance(settings.get(last), dict):
        settings[last] |= value
    else:
        settings[last] = value


@pytest.mark.parametrize("place", BAD)
def test_what_the_format_does_not_know_is_a_mistake_with_its_place(
    tmp_path: Path, place: str
) -> None:
    settings = yaml.safe_load((committed.ROOT / "Pulumi.hub.deploy.yaml").read_text())
    changed(settings["settings"], place, VALUES[place])
    (tmp_path / "Pulumi.hub.yaml").write_text("config: {}\n")
    (tmp_path / "Pulumi.hub.deploy.yaml").write_text(yaml.safe_dump(settings))
    found, (mistake,) = deployments.read(tmp_path)
    assert found == []
    assert mistake.place.startswith(f"settings.{place}")
    assert BAD[place] in mistake.problem


def test_settings_of_a_stack_that_is_not_there_are_a_mistake(tmp_path: Path) -> None:
    text = (committed.ROOT / "Pulumi.hub.deploy.yaml").read_text()
    (tmp_path / "Pulumi.hbu.deploy.yaml").write_text(text)
    _, (mistake,) = deployments.read(tmp_path)
    assert str(mistake) == (
        "Pulumi.hbu.deploy.yaml:3: there is no Pulumi.hbu.yaml; add it, or remove this file"
    )
