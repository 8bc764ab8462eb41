"""A mistake in a stack file is one line: the key, the value, the remedy; all mistakes at once."""

import copy
import re
from typing import Any

import pytest

from components import config
from tests.unit import committed
from tests.unit.addon_stacks import ON_AUTO_MODE, ON_MANAGED_NODES, SETTINGS
from tests.unit.configs import MISSING, changed, mistakes, parsed
from tests.unit.engine import Engine

NETWORK_EXAMPLE = "write an IPv4 network such as 10.0.0.0/16"
IN_QUOTES = "write a text, in quotes if it looks like a number"
WHOLE_NUMBER = "write a whole number"

# Stack, path, value, what the line must say beside the path and the value.
LIKELY: list[tuple[str, str, Any, str]] = [
    ("hub", "role", "hubb", "write hub, spoke or account"),
    ("hub", "role", MISSING, "write hub, spoke or account"),
    ("hub", "region", MISSING, "is missing; add it"),
    ("hub", "regoin", "eu-west-1", "did you mean region?"),
    ("hub", "network.natGatewys", "none", "did you mean natGateways?"),
    ("hub", "network.nat_gateways", "none", "did you mean natGateways?"),
    ("hub", "network.natGateways", "two", "'none', 'single' or 'one-per-az'"),
    ("hub", "network.cidr", "8.8.0.0/16", "take a network of 10/8, 172.16/12 or 192.168/16"),
    ("hub", "network.cidr", "127.0.0.0/16", "take a network of 10/8, 172.16/12 or 192.168/16"),
    ("hub", "network.cidr", "10.0.0.0/24", "take a prefix from /16 to /20"),
    ("hub", "network.cidr", "10.0.0.1/16", NETWORK_EXAMPLE),
    ("hub", "network.cidr", MISSING, "is missing; add it"),
    ("hub", "network.availabilityZones", ["eu-west-1a"], "at least 2"),
    ("hub", "network.availabilityZones", ["eu-west-1a", "eu-west-1a"], "name each once"),
    ("hub", "network.availabilityZones", "eu-west-1a", "write a list"),
    ("hub", "network", "10.0.0.0/16", "write keys and values"),
    ("hub", "account.id", 111111111111, IN_QUOTES),
    ("hub", "account.id", "1111", "write the 12 digits in quotes"),
    ("hub", "account.assumeDeployerRole", "maybe", "write true or false"),
    ("hub", "cluster.name", "Hub_1", "take lower-case letters, digits and hyphens"),
    ("hub", "cluster.name", "h" * 41, "at most"),
    ("hub", "cluster.version", 1.36, IN_QUOTES),
    ("hub", "cluster.version", "1.36.3", "write a minor version in quotes"),
    ("hub", "cluster.supportType", "standard", "'STANDARD' or 'EXTENDED'"),
    ("hub", "cluster.compute", "fargate", "'auto' or 'managed'"),
    ("hub", "cluster.publicAccess", "everyone", "'none' or 'internet'"),
    ("hub", "cluster.logRetentionDays", 31, "take one of"),
    ("hub", "cluster.logRetentionDays", "a month", WHOLE_NUMBER),
    ("hub", "argocd.chart.version", "latest", "write an exact version"),
    ("hub", "argocd.chart.repository", "argo", "write the address of a Helm repository"),
    ("hub", "argocd.version", "3.6.1", "as v3.6.1"),
    ("hub", "argocd.platformRepository.basePath", "gitops", "end it with a slash"),
    ("hub", "argocd", MISSING, "is missing; add it"),
    ("hub", "argocd.chartMirror", "charts", "write the address of a Helm repository"),
    ("hub", "addons", ["karpentr"], "not in the catalogue; take of"),
    ("hub", "addons", ["karpenter"], "karpenter is built into Auto Mode; take it out"),
    ("hub", "addons", ["opencost"], "opencost needs kube_prometheus_stack; add it"),
    ("hub", "addons", ["velero"], "velero needs settings; write addonSettings.velero"),
    ("hub", "addonSettings.external_secret", {}, "unknown key"),
    ("hub", "addonSettings.metrics_server", {}, "unknown key"),
    ("hub", "hub", {"accountId": "111111111111"}, "unknown key"),
    ("spoke-dev", "hub", MISSING, "is missing; add it"),
    ("spoke-dev", "hub.accountId", "1", "write the 12 digits in quotes"),
    ("spoke-dev", "spokes", ["spoke-prod"], "unknown key"),
    ("spoke-dev", "tags", {"cost-centre": 7}, IN_QUOTES),
]


# Of `addonSettings`: add-on, key, value, what the line must say beside them.
UNFIT_SETTINGS: list[tuple[str, str, Any, str]] = [
    ("external_dns", "zone", ["Z0123456789AB"], "did you mean zones?"),
    ("external_dns", "zones", [], "at least 1"),
    ("external_dns", "zones", MISSING, "is missing; add it"),
    ("external_dns", "zones", ["example.com"], "write the id of a hosted zone"),
    ("external_dns", "domainFilters", MISSING, "is missing; add it"),
    ("external_dns", "domainFilters", ["*.example.com"], "write a domain such as example.com"),
    ("external_dns", "policy", "upsert", "'upsert-only' or 'sync'"),
    ("cert_manager", "zones", ["Z0123456789AB", "Z0123456789AB"], "name each once"),
    ("velero", "bucket", "arn:aws:s3:::backups", "write the name of an S3 bucket, not its ARN"),
    ("velero", "bucket", MISSING, "is missing; add it"),
    ("velero", "prefix", "/backups/", "without a slash at its ends"),
    ("aws_for_fluentbit", "logRetentionDays", 8, "take one of"),
]


@pytest.mark.parametrize(
    ("addon", "key", "value", "remedy"), UNFIT_SETTINGS, ids=lambda value: str(value)[:24]
)
def test_a_mistake_in_the_settings_of_an_add_on_is_one_line_with_its_remedy(
    addon: str, key: str, value: Any, remedy: str
) -> None:
    changes = {**ON_AUTO_MODE, "addonSettings": copy.deepcopy(SETTINGS)}
    (line,) = mistakes("spoke-dev", {**changes, f"addonSettings.{addon}.{key}": value})
    assert line.startswith(f"addonSettings.{addon}.{key}"), line
    assert remedy in line


def test_settings_of_an_add_on_that_is_not_turned_on_are_refused() -> None:
    (line,) = mistakes("hub", {"addonSettings": {"velero": SETTINGS["velero"]}})
    assert line.startswith("addons: ")
    assert "velero is not among them; add it, or take addonSettings.velero out" in line


def test_settings_without_a_list_of_add_ons_are_refused_too() -> None:
    changes = {"addons": MISSING, "addonSettings": {"velero": SETTINGS["velero"]}}
    assert "velero is not among them" in mistakes("hub", changes)[0]


def test_a_section_that_says_nothing_is_none() -> None:
    """In YAML, `velero:` with nothing after it."""
    assert mistakes("hub", {"addonSettings": {"velero": None}}) == []
    (line,) = mistakes("hub", {"addonSettings": {"velero": None}, "addons": ["velero"]})
    assert "velero needs settings" in line


def test_settings_that_have_defaults_need_not_be_written() -> None:
    assert mistakes("spoke-dev", {"addons": ["aws_for_fluentbit"]}) == []


def test_all_that_is_wrong_with_the_choice_of_add_ons_is_said_at_once() -> None:
    (line,) = mistakes("hub", {"addons": ["karpenter", "opencost", "velero"]})
    for part in ("karpenter is built", "opencost needs kube", "velero needs settings"):
        assert part in line


@pytest.mark.parametrize(
    "changes", [ON_AUTO_MODE, ON_MANAGED_NODES], ids=["auto mode", "managed nodes"]
)
def test_every_add_on_can_be_turned_on(changes: dict[str, Any]) -> None:
    assert mistakes("hub", changes) == []


@pytest.mark.parametrize(
    ("broken", "addon"), [("cluster", "karpenter"), ("addonSettings", "velero")]
)
def test_a_mistake_elsewhere_draws_none_about_add_ons_after_it(broken: str, addon: str) -> None:
    (line,) = mistakes("spoke-dev", {"addons": [addon], broken: "x"})
    assert line.startswith(f"{broken}: ")


@pytest.mark.parametrize(
    ("stack", "path", "value", "remedy"), LIKELY, ids=lambda value: str(value)[:24]
)
def test_a_likely_mistake_is_one_line_with_its_remedy(
    stack: str, path: str, value: Any, remedy: str
) -> None:
    lines = mistakes(stack, {path: value})
    assert len(lines) == 1, lines
    line = lines[0]
    assert remedy in line
    assert re.search(rf"\b{re.escape(path.rpartition('.')[2])}\b", line.split(": ")[0]), line
    if isinstance(value, str | float) and "unknown key" not in line:
        assert repr(value)[:40] in line


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"network.availabilityZones": ["us-east-1a", "eu-west-1b"]}, "availabilityZones[0]"),
        ({"cluster.publicAccess": ["0.0.0.0/0"]}, "publicAccess[0]"),
        ({"cluster.publicAccess": ["203.0.113.1/24"]}, "publicAccess[0]"),
        ({"cluster.admins": ["alice"]}, "cluster.admins[0]"),
        ({"spokes": ["spoke-dev", "a/b/c/d"]}, "spokes[1]"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_in_a_list_names_its_place(changes: dict[str, Any], path: str) -> None:
    (line,) = mistakes("hub", changes)
    assert path in line.split(": ")[0]


def test_all_mistakes_of_a_file_come_at_once() -> None:
    changes = {"network.cidr": "8.8.0.0/16", "regoin": "x", "cluster.version": 1.36}
    lines = mistakes("hub", {**changes, "cluster.logRetentionDays": 2, "argocd": MISSING})
    places = {line.split(": ")[0] for line in lines}
    assert places == {*changes, "cluster.logRetentionDays", "argocd"}


def test_one_mistake_does_not_draw_others_after_it() -> None:
    """A wrong region is one mistake, not one more for each zone that lies elsewhere."""
    assert len(mistakes("hub", {"region": "eu-west"})) == 1


@pytest.mark.parametrize(
    ("stack", "changes", "path"),
    [
        ("hub", {"account.deployerRoleArn": "arn:aws:iam::9:role/x"}, "account.deployerRoleArn"),
        (
            "hub",
            {"account.deployerRoleArn": "arn:aws:iam::222222222222:role/x"},
            "account.deployerRoleArn",
        ),
        ("hub", {"cluster.nodes": {"minSize": 5, "maxSize": 2}}, "cluster.nodes.maxSize"),
        ("hub", {"spokes": ["spoke-dev", "hub"]}, "spokes"),
        ("hub", {"environment": ""}, "environment"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_values_that_contradict_each_other_are_refused(
    stack: str, changes: dict[str, Any], path: str
) -> None:
    lines = mistakes(stack, changes)
    assert lines, "accepted"
    assert all(line.startswith(path) for line in lines)


def test_every_line_names_the_file() -> None:
    with pytest.raises(config.ConfigError) as refused:
        config.parse(changed("hub", {"network.cidr": "x", "cluster.name": ""}), "hub")
    assert all(line.startswith("Pulumi.hub.yaml: ") for line in str(refused.value).splitlines())


def test_a_long_value_is_cut() -> None:
    (line,) = mistakes("hub", {"network.cidr": "x" * 500})
    assert len(line) < 200


def test_the_whole_internet_must_be_spelled_out() -> None:
    assert mistakes("hub", {"cluster.publicAccess": ["0.0.0.0/0"]})
    assert mistakes("hub", {"cluster.publicAccess": ["0.0.0.0/1", "128.0.0.0/1"]})
    assert parsed("hub", {"cluster.publicAccess": "internet"}).cluster.public_access == "internet"


def test_nobody_outside_reaches_the_api_server_unless_asked_for() -> None:
    assert parsed("hub", {"cluster.publicAccess": MISSING}).cluster.public_access == "none"


def test_clusters_are_protected_unless_asked_otherwise() -> None:
    assert parsed("hub").cluster.deletion_protection is True


def test_the_role_decides_the_kind_of_stack() -> None:
    assert isinstance(parsed("hub"), config.HubConfig)
    assert isinstance(parsed("spoke-dev"), config.SpokeConfig)


def test_configuration_cannot_change_after_reading() -> None:
    loaded = parsed("hub")
    with pytest.raises(ValueError, match="frozen"):
        loaded.cluster.name = "other"


def test_a_mistake_stops_the_program_before_the_first_resource() -> None:
    engine = committed.engine("hub", changed("hub", {"network.cidr": "8.8.0.0/16"}))
    run = engine.attempt(committed.program)
    assert isinstance(run.error, config.ConfigError)
    assert [node.type for node in run.nodes.values()] == ["pulumi:pulumi:Stack"]


def test_unknown_keys_are_seen_as_the_cli_hands_them_over() -> None:
    engine = committed.engine("hub", changed("hub", {"regoin": "eu-west-1"}))
    run = engine.attempt(committed.program)
    assert "regoin: unknown key" in str(run.error)


def test_keys_of_other_namespaces_are_none_of_ours() -> None:
    given = committed.as_the_cli_hands_over(committed.stack_config("spoke-dev"))
    run = Engine(stack="spoke-dev", config={**given, "aws:region": "us-east-1"}).attempt(
        config.load
    )
    assert run.error is None


def test_a_number_in_quotes_stays_a_text() -> None:
    """An account id is handed over as text that JSON would read as a number."""
    loaded: list[Any] = []
    given = committed.as_the_cli_hands_over(changed("hub", {"environment": "2026"}))
    Engine(stack="hub", config=given).run(lambda: loaded.append(config.load()))
    assert loaded[0].environment == "2026"
