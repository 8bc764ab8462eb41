"""What a spoke exports is what the hub reads; what a cluster secret promises is known."""

import json
from typing import Any

import pulumi
import pytest

from components import addon_catalogue, contracts
from components.config_argocd import ArgoCdMode
from components.contracts import AddonFacts, ContractError, Facts, Registration, RepositoryFacts
from tests.unit import committed
from tests.unit.configs import brought_up, changed
from tests.unit.engine import Engine, Secret, plain

SPOKE = f"{committed.ORGANIZATION}/{committed.PROJECT}/spoke-dev"
EXPORTED = committed.up("spoke-dev").exports
FIELDS = {
    "cluster_name",
    "cluster_arn",
    "endpoint",
    "certificate_authority",
    "access_role_arn",
    "labels",
    "annotations",
}


def facts(**changes: Any) -> Facts:
    given: dict[str, Any] = {
        "aws_cluster_name": "spoke",
        "aws_account_id": "222222222222",
        "aws_region": "eu-west-1",
        "aws_partition": "aws",
        "aws_vpc_id": "vpc-1",
        "aws_node_role_name": "nodes",
        "addons": {
            "external_secrets": AddonFacts(
                namespace="external-secrets", service_account="eso", role_arn="arn:role"
            )
        },
    }
    return Facts(**{**given, **changes})


def cluster_secret(stack: str) -> dict[str, Any]:
    return committed.up("hub").node(f"hub-registration-{stack}-secret").inputs


def test_a_registration_is_exported_as_one_secret() -> None:
    assert isinstance(EXPORTED["registration"], Secret)
    assert set(plain(EXPORTED["registration"])) == FIELDS


def test_a_registration_comes_back_as_it_was_exported() -> None:
    read: list[Any] = []

    def program() -> None:
        found = Registration.require_all(["spoke-dev"], outputs_of=lambda _: plain(EXPORTED))
        pulumi.Output.all(**vars(found["spoke-dev"])).apply(read.append)

    Engine(stack="hub", stacks={SPOKE: EXPORTED}).run(program)
    assert read == [plain(EXPORTED["registration"])]


def test_what_the_hub_reads_of_a_spoke_stays_secret() -> None:
    def program() -> None:
        found = Registration.require_all(["spoke-dev"], outputs_of=lambda _: plain(EXPORTED))
        pulumi.export("endpoint", found["spoke-dev"].endpoint)

    run = Engine(stack="hub", stacks={SPOKE: EXPORTED}).run(program)
    assert isinstance(run.exports["endpoint"], Secret)


def test_what_a_spoke_exports_arrives_in_its_cluster_secret() -> None:
    spoke = plain(EXPORTED["registration"])
    secret = plain(cluster_secret("spoke-dev"))
    assert secret["stringData"]["name"] == spoke["cluster_name"]
    assert secret["stringData"]["server"] == spoke["endpoint"]
    assert json.loads(secret["stringData"]["config"]) == {
        "awsAuthConfig": {
            "clusterName": spoke["cluster_name"],
            "roleARN": spoke["access_role_arn"],
        },
        "tlsClientConfig": {"insecure": False, "caData": spoke["certificate_authority"]},
    }
    assert spoke["labels"].items() <= secret["metadata"]["labels"].items()
    assert spoke["annotations"].items() <= secret["metadata"]["annotations"].items()


@pytest.mark.parametrize(
    ("stack", "full"),
    [
        ("spoke-dev", "acme/eks-hub-spoke/spoke-dev"),
        ("other/spoke-dev", "acme/other/spoke-dev"),
        ("them/other/spoke-dev", "them/other/spoke-dev"),
    ],
)
def test_a_stack_is_named_in_full_so_that_every_backend_finds_it(stack: str, full: str) -> None:
    named: list[str] = []
    Engine(organization="acme").run(lambda: named.append(contracts.full_name(stack)))
    assert named == [full]


def _without(field: str) -> dict[str, Any]:
    registration = plain(EXPORTED["registration"])
    return {"registration": {k: v for k, v in registration.items() if k != field}}


def refused(
    stacks: dict[str, dict[str, Any]], *names: str, mode: ArgoCdMode = "self-managed"
) -> list[str]:
    def outputs_of(name: str) -> dict[str, Any]:
        if name not in stacks:
            raise LookupError(f"first line\nunknown stack {name!r}")
        return stacks[name]

    run = Engine(stack="hub").attempt(
        lambda: Registration.require_all(names, outputs_of=outputs_of, mode=mode)
    )
    assert isinstance(run.error, ContractError), run.error
    assert [n.type for n in run.nodes.values()] == ["pulumi:pulumi:Stack"]
    return str(run.error).splitlines()


@pytest.mark.parametrize("made_for", ["capability", "self-managed"])
def test_a_spoke_that_was_made_for_the_other_mode_is_told_how_to_change(
    made_for: ArgoCdMode,
) -> None:
    """It would let nobody in: the one comes by an access role, the other as itself."""
    exported: dict[str, Any] = dict(plain(EXPORTED["registration"]))
    if made_for == "capability":
        exported["access_role_arn"] = ""
    mode: ArgoCdMode = "self-managed" if made_for == "capability" else "capability"
    (line,) = refused({SPOKE: {"registration": exported}}, "spoke-dev", mode=mode)
    assert f"lets in an Argo CD that is {made_for}, and the hub's is {mode}" in line
    assert f"write hub.argocd: {mode} in its file and run `pulumi up -s spoke-dev`" in line


def test_with_a_capability_a_spoke_that_is_not_there_yet_says_that_the_hub_comes_first() -> None:
    (line,) = refused({}, "spoke-dev", mode="capability")
    assert "run `pulumi up -s spoke-dev` first" in line
    assert "bring up a new hub without spokes before" in line


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_spoke_that_lacks_a_field_is_refused_by_the_name_of_the_field(field: str) -> None:
    (line,) = refused({SPOKE: _without(field)}, "spoke-dev")
    assert f"lacks {field}" in line
    assert "run `pulumi up -s spoke-dev` first" in line


def test_a_spoke_that_was_never_brought_up_says_which_command_is_owed() -> None:
    (line,) = refused({}, "spoke-dev")
    assert "cannot be read (unknown stack" in line
    assert "run `pulumi up -s spoke-dev` first" in line


def test_a_spoke_that_was_destroyed_says_which_command_is_owed() -> None:
    (line,) = refused({SPOKE: {}}, "spoke-dev")
    assert "exports no registration; run `pulumi up -s spoke-dev` first" in line


def test_all_spokes_that_owe_something_are_named_at_once() -> None:
    lines = refused({SPOKE: {}}, "spoke-dev", "spoke-prod")
    assert [line.split(": ")[1] for line in lines] == ["spoke-dev", "spoke-prod"]


def test_the_hub_stops_at_a_missing_spoke_before_its_first_resource() -> None:
    engine = committed.engine("hub", committed.stack_config("hub"))
    run = engine.attempt(committed.program)
    assert isinstance(run.error, ContractError)
    assert [node.type for node in run.nodes.values()] == ["pulumi:pulumi:Stack"]


def test_every_fact_is_an_annotation() -> None:
    annotations = facts().annotations()
    fields = set(Facts.__dataclass_fields__) - {"addons"}
    assert fields <= set(annotations)
    assert annotations["external_secrets_namespace"] == "external-secrets"
    assert annotations["external_secrets_service_account"] == "eso"
    assert annotations["external_secrets_iam_role_arn"] == "arn:role"


def test_facts_with_two_spellings_are_promised_in_both() -> None:
    addons = {"cert_manager": AddonFacts(namespace="cert-manager", service_account="cm")}
    annotations = facts(addons=addons).annotations()
    repository = RepositoryFacts(url="u", revision="r", base_path="gitops/").annotations()
    both = {**annotations, **repository}
    for key, other in contracts.ALTERNATIVE_SPELLINGS.items():
        assert both[key] == both[other], key
    assert both["aws_cluster_name"] == both["cluster_name"]


def test_what_a_chart_asks_for_besides_is_an_annotation_with_the_add_ons_name() -> None:
    dns = AddonFacts(namespace="n", service_account="s", extra={"policy": "sync"})
    annotations = facts(addons={"external_dns": dns}).annotations()
    assert annotations["external_dns_policy"] == "sync"


def test_a_mirror_of_charts_is_a_fact_only_where_there_is_one() -> None:
    """ApplicationSets take upstream where the annotation is missing; an empty one is none."""
    mirror = "oci://mirror.example/charts"
    given = {"url": "u", "revision": "r", "base_path": "gitops/"}
    assert "addons_chart_mirror" not in RepositoryFacts(**given).annotations()
    with_mirror = RepositoryFacts(**given, chart_mirror=mirror).annotations()
    assert with_mirror["addons_chart_mirror"] == mirror


def test_every_cluster_learns_of_the_mirror_of_charts() -> None:
    run = brought_up("hub", {"argocd.chartMirror": "https://charts.example.com"})
    for stack in ("hub", "spoke-dev"):
        secret = plain(run.node(f"hub-registration-{stack}-secret").inputs)
        annotations = secret["metadata"]["annotations"]
        assert annotations["addons_chart_mirror"] == "https://charts.example.com"


def test_an_empty_fact_is_left_out_rather_than_rendered_empty() -> None:
    addons = {"metrics_server": AddonFacts(namespace="kube-system", service_account="ms")}
    assert "metrics_server_iam_role_arn" not in facts(addons=addons).annotations()


@pytest.mark.parametrize("stack", ["hub", "spoke-dev"])
def test_every_annotation_is_a_text_that_is_known(stack: str) -> None:
    annotations = plain(cluster_secret(stack))["metadata"]["annotations"]
    assert [key for key, value in annotations.items() if not value] == []
    assert all(isinstance(value, str) for value in annotations.values())


def test_add_ons_and_platform_are_found_in_the_hubs_repository() -> None:
    repository = committed.stack_config("hub")["argocd"]["platformRepository"]
    for stack in ("hub", "spoke-dev"):
        annotations = plain(cluster_secret(stack))["metadata"]["annotations"]
        for kind in ("addons", "platform"):
            assert annotations[f"{kind}_repo_url"] == repository["url"]
            assert annotations[f"{kind}_repo_revision"] == repository["revision"]
            assert annotations[f"{kind}_repo_basepath"].endswith("/")


@pytest.mark.parametrize("stack", ["hub", "spoke-dev"])
def test_an_enabled_add_on_has_its_label_and_its_facts(stack: str) -> None:
    metadata = plain(cluster_secret(stack))["metadata"]
    for addon in committed.stack_config(stack)["addons"]:
        assert metadata["labels"][f"enable_{addon}"] == "true"
        wanted = {"namespace", "service_account"}
        if addon_catalogue.CHARTS[addon].permissions is not None:
            wanted |= {"iam_role_arn"}
        assert {f"{addon}_{fact}" for fact in wanted} <= set(metadata["annotations"])


def test_two_spokes_whose_clusters_have_one_name_are_refused() -> None:
    """Both would be the secret `cluster-<name>`; the second fails in the middle of an update."""
    other = f"{committed.ORGANIZATION}/other/spoke-dev"
    config = changed("hub", {"spokes": ["spoke-dev", "other/spoke-dev"]})
    engine = committed.engine("hub", config, stacks={SPOKE: EXPORTED, other: EXPORTED})
    run = engine.attempt(committed.program)
    assert isinstance(run.error, ContractError), "accepted"
    assert "spoke-dev" in str(run.error)


def test_a_preview_on_the_hub_shows_labels_and_facts_but_no_login() -> None:
    """The registration travels as a secret; a change of a label must be readable all the same."""
    secret = committed.up("hub").node("hub-registration-spoke-dev-secret").inputs
    assert secret["metadata"]["labels"]["environment"] == "dev"
    assert secret["metadata"]["annotations"]["aws_cluster_name"] == "spoke-dev"
    assert isinstance(secret["stringData"], Secret)
