"""What stacks promise each other, and what Pulumi promises Argo CD; the only place of those names.

Owns: `Registration` (spoke → hub, one stack output), `Facts` (annotations of a cluster secret) and
their spelling. Not here: who makes the values (`spoke.py`, `hub.py`) and the secret (`bridge.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import pulumi
from pydantic import BaseModel, ConfigDict, ValidationError

from components import conventions
from components.config_argocd import ArgoCdMode

REGISTRATION = "registration"
_PARTS_OF_ARN = 6
SHOWN = frozenset({"cluster_name", "labels", "annotations"})
"""Fields of a registration that a preview on the hub shows."""

ALTERNATIVE_SPELLINGS: Mapping[str, str] = {
    # The community's newer charts write the hyphen of the chart's name, the older ones do not.
    "cert_manager_namespace": "cert-manager_namespace",
    "argocd_namespace": "aws_argocd_namespace",
}
"""Annotation keys that consumers spell in two ways; both are promised."""


@dataclass(frozen=True, kw_only=True)
class AddonFacts:
    """Where a chart add-on lives on a cluster, and the role it works as, if it needs one."""

    namespace: str
    service_account: str
    role_arn: pulumi.Input[str] | None = None
    extra: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """What else its chart asks for, by the annotation's name without the add-on's: `policy`."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What AWS knows of a cluster and charts need; each field is an annotation of its secret."""

    aws_cluster_name: str
    aws_account_id: str
    aws_region: str
    aws_partition: str
    aws_vpc_id: pulumi.Input[str]
    aws_node_role_name: pulumi.Input[str]
    """The role of the cluster's nodes; what a NodeClass of Auto Mode or Karpenter asks for."""
    addons: Mapping[str, AddonFacts]

    def annotations(self) -> dict[str, pulumi.Input[str]]:
        """Every fact under the key, or keys, that ApplicationSets read."""
        facts: dict[str, pulumi.Input[str]] = {
            "aws_cluster_name": self.aws_cluster_name,
            "cluster_name": self.aws_cluster_name,
            "aws_account_id": self.aws_account_id,
            "aws_region": self.aws_region,
            "aws_partition": self.aws_partition,
            "aws_vpc_id": self.aws_vpc_id,
            "aws_node_role_name": self.aws_node_role_name,
        }
        for name, addon in self.addons.items():
            facts[f"{name}_namespace"] = addon.namespace
            facts[f"{name}_service_account"] = addon.service_account
            if addon.role_arn is not None:
                facts[f"{name}_iam_role_arn"] = addon.role_arn
            facts |= {f"{name}_{key}": value for key, value in addon.extra.items()}
        return _in_every_spelling(facts)


@dataclass(frozen=True, kw_only=True)
class RepositoryFacts:
    """Where Argo CD reads add-ons and the platform; the hub adds them to every cluster's facts."""

    url: str
    revision: str
    base_path: str
    """Ends with a slash: consumers append a path to it."""
    chart_mirror: str = ""
    """Where charts of add-ons come from instead of upstream; empty: from upstream."""

    def annotations(self) -> dict[str, pulumi.Input[str]]:
        """Under `addons_repo_*` and `platform_repo_*`: both live in one repository here."""
        facts: dict[str, pulumi.Input[str]] = {"argocd_namespace": conventions.ARGOCD_NAMESPACE}
        if self.chart_mirror:
            facts["addons_chart_mirror"] = self.chart_mirror
        for kind, path in (("addons", "addons"), ("platform", "bootstrap")):
            facts |= {
                f"{kind}_repo_url": self.url,
                f"{kind}_repo_revision": self.revision,
                f"{kind}_repo_basepath": self.base_path,
                f"{kind}_repo_path": path,
            }
        return _in_every_spelling(facts)


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What a cluster hands the hub: all that Argo CD needs to reach it and to choose it."""

    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    endpoint: pulumi.Input[str]
    """https URL of the API server."""
    certificate_authority: pulumi.Input[str]
    """PEM, base64, as EKS gives it."""
    access_role_arn: pulumi.Input[str]
    """The role that the hub's Argo CD assumes; empty where it comes as itself: on the hub, and
    everywhere as an EKS Capability."""
    labels: pulumi.Input[Mapping[str, str]]
    annotations: pulumi.Input[Mapping[str, pulumi.Input[str]]]

    def export(self) -> None:
        """Makes it the stack's output, secret as a whole so that it never shows on a screen."""
        pulumi.export(REGISTRATION, pulumi.Output.secret(vars(self)))

    @classmethod
    def require_all(
        cls,
        stacks: Sequence[str],
        *,
        outputs_of: Callable[[str], Mapping[str, Any]],
        hub_cluster: str = "",
        mode: ArgoCdMode = "self-managed",
    ) -> "dict[str, Registration]":
        """The registrations that other stacks exported, by the names they were asked for.

        Args:
            stacks: each `<stack>`, `<project>/<stack>` or `<organization>/<project>/<stack>`.
            outputs_of: the outputs of a stack by its full name; raises if there is no such stack.
            hub_cluster: the hub's own cluster, whose name no spoke may have.
            mode: the hub's, which every spoke must have been made for.

        Raises:
            ContractError: one line for each stack that does not exist, lacks something, was made
                for another mode, or has a cluster whose name is taken: Argo CD knows clusters by
                name.
        """
        mistakes: list[str] = []
        owners = {hub_cluster: "the hub"}
        for stack in stacks:
            found = _exported(stack, outputs_of)
            if isinstance(found, str):
                mistakes.append(f"{found}{_ROLE_FIRST if mode == 'capability' else ''}")
            elif _made_for(found) != mode:
                mistakes.append(
                    f"spokes: {stack}: lets in an Argo CD that is {_made_for(found)}, and the hub's"
                    f" is {mode}; write hub.argocd: {mode} in its file and run"
                    f" `pulumi up -s {stack}`"
                )
            elif found.cluster_name in owners:
                owner = owners[found.cluster_name]
                mistakes.append(
                    f"spokes: {stack}: its cluster has the name of {owner}'s, "
                    f"{found.cluster_name}; name each cluster of the fleet differently"
                )
            else:
                owners[found.cluster_name] = stack
        if mistakes:
            raise ContractError("\n".join(mistakes))
        return {stack: cls._read(stack) for stack in stacks}

    @classmethod
    def _read(cls, stack: str) -> "Registration":
        output = pulumi.StackReference(full_name(stack)).require_output(REGISTRATION)
        # The output is secret as a whole, to keep it off screens. What becomes metadata of the
        # cluster secret is not: a preview must show which label or fact changes.
        shown = pulumi.Output.unsecret(output)
        return cls(
            **{
                known.name: (shown if known.name in SHOWN else output).apply(_field(known.name))
                for known in fields(cls)
            }
        )


class ContractError(pulumi.RunError):
    """Another stack does not offer what this one needs; says which `pulumi up` is owed."""


class _Exported(BaseModel):
    """What must arrive: the fields of `Registration`, all of them known."""

    model_config = ConfigDict(extra="ignore")
    cluster_name: str
    cluster_arn: str
    endpoint: str
    certificate_authority: str
    access_role_arn: str
    labels: dict[str, str]
    annotations: dict[str, str]


_ROLE_FIRST = (
    "; it needs the capability's role: bring up a new hub without spokes before, then the spoke,"
    " then the hub with it"
)


def _made_for(found: _Exported) -> ArgoCdMode:
    """An access role is for the self-managed one alone; the other comes as itself."""
    return "self-managed" if found.access_role_arn else "capability"


def full_name(stack: str) -> str:
    """`<organization>/<project>/<stack>`, which every kind of backend resolves."""
    parts = stack.split("/")
    given = [pulumi.get_organization(), pulumi.get_project()]
    return "/".join([*given[: 3 - len(parts)], *parts])


def _exported(stack: str, outputs_of: Callable[[str], Mapping[str, Any]]) -> _Exported | str:
    """What a stack offers, or one line that says what it does not."""
    owed = f"run `pulumi up -s {stack}` first"
    try:
        outputs = outputs_of(full_name(stack))
    except Exception as error:
        return f"spokes: {stack}: cannot be read ({_last_line(error)}); {owed}"
    if REGISTRATION not in outputs:
        return f"spokes: {stack}: exports no {REGISTRATION}; {owed}"
    try:
        found = _Exported.model_validate(outputs[REGISTRATION])
    except ValidationError as error:
        places = (found["loc"] for found in error.errors())
        lacking = ", ".join(dict.fromkeys(str(place[0]) for place in places if place))
        problem = f"lacks {lacking}" if lacking else "is none"
        return f"spokes: {stack}: its {REGISTRATION} {problem}; {owed}"
    if others := ", ".join(_of_others(found)):
        return (
            f"spokes: {stack}: its {REGISTRATION} has another cluster's {others}; "
            f"find out who changed it, then run `pulumi up -s {stack}`"
        )
    return found


def _of_others(found: _Exported) -> Iterator[str]:
    """Fields with which Argo CD would log in elsewhere, or take the cluster for something else.

    All follow from the cluster's ARN, as `access.AccessRole` and `cluster_labels` make them.
    """
    parts = found.cluster_arn.split(":")
    if (
        len(parts) != _PARTS_OF_ARN
        or parts[2] != "eks"
        or parts[5] != f"cluster/{found.cluster_name}"
    ):
        yield "cluster_arn"
        return
    partition, account = parts[1], parts[4]
    role = f"{conventions.ACCESS_ROLE_PATH}{conventions.access_role_name(found.cluster_name)}"
    # Empty where an EKS Capability enters as itself.
    if found.access_role_arn not in ("", f"arn:{partition}:iam::{account}:role{role}"):
        yield "access_role_arn"
    if not found.endpoint.startswith("https://"):
        yield "endpoint"
    if found.labels.get("role") != "spoke":
        yield "labels"


def _last_line(error: Exception) -> str:
    """The engine's own words, without how they travelled."""
    return str(error).strip().rpartition("\n")[2].rpartition("returned an error: ")[2]


def _field(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda registration: registration[name]


def _in_every_spelling(facts: dict[str, pulumi.Input[str]]) -> dict[str, pulumi.Input[str]]:
    others = {ALTERNATIVE_SPELLINGS[k]: v for k, v in facts.items() if k in ALTERNATIVE_SPELLINGS}
    return facts | others
