"""Each process runs with what its pod would have, and with what loopback asks for."""

from pathlib import Path

import pytest

from lab.argocd.plans import Plan
from tests.unit.lab.argocd.argocd_lab import PARAMS, PORTS, SERVER_HAS_RUN, planner

ALL = {
    "redis",
    "argocd-repo-server",
    "argocd-application-controller",
    "argocd-applicationset-controller",
    "argocd-server",
}


def plans(folder: Path, params: dict[str, str] | None = None, **entries: str) -> dict[str, Plan]:
    found = planner(folder, {**SERVER_HAS_RUN, PARAMS: params or {}}, entries=entries)
    return {plan.name: plan for plan in found.plans()}


def test_there_is_a_plan_for_each_process(tmp_path: Path) -> None:
    assert set(plans(tmp_path)) == ALL


def test_a_parameter_of_the_hub_reaches_the_process(tmp_path: Path) -> None:
    found = plans(tmp_path, {"log.level": "debug"}, ARGOCD_LOGLEVEL="log.level")

    assert found["argocd-server"].env["ARGOCD_LOGLEVEL"] == "debug"


@pytest.mark.parametrize(("said", "level"), [({}, "warn"), ({"level": "debug"}, "debug")])
def test_logs_stay_small_unless_the_hub_says_otherwise(
    tmp_path: Path, said: dict[str, str], level: str
) -> None:
    """A lab that runs for a week must not fill the disk."""
    found = plans(tmp_path, said, ARGOCD_REPO_SERVER_LOGLEVEL="level")

    assert found["argocd-repo-server"].env["ARGOCD_REPO_SERVER_LOGLEVEL"] == level


@pytest.mark.parametrize("name", ["REDIS_SERVER", "REDIS_SENTINEL_HOSTS", "KUBECACHEDIR"])
def test_what_the_lab_decides_does_not_come_from_the_hub(tmp_path: Path, name: str) -> None:
    found = plans(tmp_path, {"k": "of-the-pod:6379"}, **{name: "k"})

    assert all(plan.env.get(name) != "of-the-pod:6379" for plan in found.values())


def test_only_who_logs_in_to_clusters_finds_aws_credentials(tmp_path: Path) -> None:
    with_aws = {
        name
        for name, plan in plans(tmp_path).items()
        if any(variable.startswith("AWS_") for variable in plan.env)
    }

    assert with_aws == {"argocd-application-controller", "argocd-server"}


def test_aws_credentials_come_from_pod_identity_and_nowhere_else(tmp_path: Path) -> None:
    env = plans(tmp_path)["argocd-application-controller"].env

    assert {name: value for name, value in env.items() if name.startswith("AWS_")} == {
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:2",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": (
            "http://127.0.0.1:2/_eks/pod-identity/1/eu-west-1/hub/v1/credentials"
        ),
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(
            tmp_path / "argocd" / "argocd-application-controller" / "aws-token"
        ),
    }


def test_nothing_of_the_persons_environment_but_proxies_gets_through(tmp_path: Path) -> None:
    base = {"AWS_PROFILE": "real", "HTTPS_PROXY": "http://proxy", "ARGOCD_OPTS": "--insecure"}
    found = planner(tmp_path, SERVER_HAS_RUN, base=base)

    env = next(plan.env for plan in found.plans() if plan.name == "argocd-server")

    assert env["HTTPS_PROXY"] == "http://proxy"
    assert not {"AWS_PROFILE", "ARGOCD_OPTS"} & set(env)


def test_no_secret_is_on_a_command_line(tmp_path: Path) -> None:
    found = plans(tmp_path)
    secret = (tmp_path / "argocd" / "redis-password").read_text()

    assert found["argocd-server"].env["REDIS_PASSWORD"] == secret
    assert not any(secret in part for plan in found.values() for part in plan.command)


def test_login_is_asked_for_and_loopback_is_listened_on(tmp_path: Path) -> None:
    command = plans(tmp_path)["argocd-server"].command

    assert "--disable-auth" not in command
    assert command[command.index("--address") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == str(PORTS["server"])


def test_the_same_again_is_the_same_process(tmp_path: Path) -> None:
    first = {name: plan.fingerprint for name, plan in plans(tmp_path).items()}
    second = {name: plan.fingerprint for name, plan in plans(tmp_path).items()}

    assert first == second


def test_a_changed_parameter_is_another_process(tmp_path: Path) -> None:
    first = plans(tmp_path, {"k": "1"}, A="k")["argocd-server"]
    second = plans(tmp_path, {"k": "2"}, A="k")["argocd-server"]

    assert first.fingerprint != second.fingerprint


def test_a_hub_that_moved_is_another_process(tmp_path: Path) -> None:
    """A kubeconfig is read once: only the token in its file is read again."""
    found = planner(tmp_path, SERVER_HAS_RUN)
    first = {plan.name: plan.fingerprint for plan in found.plans()}
    for path in (tmp_path / "argocd").glob("*/kubeconfig"):
        path.write_text(path.read_text().replace("127.0.0.1:1", "127.0.0.1:3"))

    second = {plan.name: plan.fingerprint for plan in found.plans()}

    assert {name for name in ALL if first[name] != second[name]} == ALL - {"redis"}


def test_the_hubs_own_password_of_redis_is_used(tmp_path: Path) -> None:
    found = planner(tmp_path, {("Secret", "argocd-redis"): {"auth": "of the release"}})

    redis, *others = found.plans()

    assert 'requirepass "of the release"' in redis.read_at_start
    assert {plan.env["REDIS_PASSWORD"] for plan in others} == {"of the release"}


def test_where_no_server_ever_ran_the_controller_of_sets_starts_after_it(tmp_path: Path) -> None:
    assert planner(tmp_path, {}).late() == "argocd-applicationset-controller"
    assert planner(tmp_path, SERVER_HAS_RUN).late() == ""
