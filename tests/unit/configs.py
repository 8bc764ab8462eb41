"""Configurations for tests: a committed stack file with some keys changed, added or taken out."""

import copy
import json
from typing import Any

from components import config
from tests.unit import committed
from tests.unit.engine import Run


class _Missing:
    def __repr__(self) -> str:
        """The same in every worker: pytest makes a test's name of it."""
        return "missing"


MISSING: Any = _Missing()
"""As a value: take the key out."""

ADMIN = "arn:aws:iam::222222222222:role/platform/admins"

# Few variants with many changes each: a run takes a third of a second.
MANAGED_HUB: dict[str, Any] = {
    "cluster.compute": "managed",
    "cluster.supportType": "EXTENDED",
    "network.natGateways": "one-per-az",
    "argocd.highAvailability": True,
    "argocd.chart.repository": "oci://mirror.example/charts",
}
CLOSED_SPOKE: dict[str, Any] = {
    "account.assumeDeployerRole": False,
    "network.natGateways": "none",
    "cluster.publicAccess": "none",
    "addons": [],
}
OPEN_SPOKE: dict[str, Any] = {
    "cluster.publicAccess": "internet",
    "cluster.zonalShift": False,
    "cluster.deletionProtection": False,
    "cluster.admins": [ADMIN, "arn:aws:iam::222222222222:role/eks-hub-spoke-deployer-spoke-dev"],
    "tags": {"cost-centre": "42"},
}
IDENTITY_CENTER = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
ADMINS = "906700f1c0-11111111-2222-3333-4444-555555555555"
CAPABILITY: dict[str, Any] = {
    "mode": "capability",
    "platformRepository": {"url": "https://github.com/example/eks-hub-spoke", "revision": "main"},
    "identityCenter": {"instanceArn": IDENTITY_CENTER, "region": "eu-central-1"},
    "roleMappings": {"ADMIN": {"groups": [ADMINS]}},
}
"""Section `argocd` with no more than it must have."""
PLAIN_CAPABILITY_HUB: dict[str, Any] = {"argocd": CAPABILITY, "spokes": []}
CAPABILITY_HUB: dict[str, Any] = {
    "argocd": CAPABILITY,
    "argocd.roleMappings.VIEWER": {"users": ["99999999-2222-3333-4444-555555555555"]},
    "argocd.privateAccess": ["10.0.0.0/16", "10.200.0.0/16"],
    "argocd.repositoryAccess": {
        "codeConnections": ["arn:aws:codeconnections:eu-west-1:111111111111:connection/1-2"],
        "ecrRepositories": ["arn:aws:ecr:eu-west-1:111111111111:repository/charts/web"],
        "secrets": ["arn:aws:secretsmanager:eu-west-1:111111111111:secret:git/org-AbCdEf"],
    },
    "spokes": ["spoke-dev"],
}
CAPABILITY_SPOKE: dict[str, Any] = {"hub.argocd": "capability"}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "hub": ("hub", {}),
    "spoke": ("spoke-dev", {}),
    "spoke-prod": ("spoke-prod", {}),
    "managed-hub": ("hub", MANAGED_HUB),
    "closed-spoke": ("spoke-dev", CLOSED_SPOKE),
    "capability-hub": ("hub", CAPABILITY_HUB),
    "capability-spoke": ("spoke-dev", CAPABILITY_SPOKE),
}


def changed(stack: str, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The values of a committed stack file; `changes` are by dotted path, as `network.cidr`."""
    values = copy.deepcopy(committed.stack_config(stack))
    for path, value in (changes or {}).items():
        *sections, key = path.split(".")
        place = values
        for section in sections:
            place = place.setdefault(section, {})
        if value is MISSING:
            del place[key]
        else:
            place[key] = copy.deepcopy(value)
    return values


def parsed(stack: str, changes: dict[str, Any] | None = None) -> Any:
    """The typed configuration; HubConfig or SpokeConfig by the file's role."""
    return config.parse(changed(stack, changes), stack)


def mistakes(stack: str, changes: dict[str, Any]) -> list[str]:
    """The lines with which a changed file is refused; none if it is not."""
    try:
        parsed(stack, changes)
    except config.ConfigError as error:
        return error.mistakes
    return []


def spokes_of(hub: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a hub's spokes export: the committed ones, made for the hub's mode."""
    names = hub.get("spokes", [])
    if hub.get("argocd", {}).get("mode") != "capability":
        return committed.exported_by(names)
    own = f"{committed.ORGANIZATION}/{committed.PROJECT}"
    return {f"{own}/{name}": brought_up(name, CAPABILITY_SPOKE).exports for name in names}


_RUNS: dict[str, Run] = {}


def brought_up(stack: str, changes: dict[str, Any] | None = None) -> Run:
    """A changed committed stack, run with the committed spokes' exports; each made only once."""
    if not changes:
        return committed.up(stack)
    values = changed(stack, changes)
    key = json.dumps([stack, values], sort_keys=True)
    if key not in _RUNS:
        spokes = spokes_of(values)
        engine = committed.engine(stack, values, stacks=spokes)
        _RUNS[key] = engine.run(committed.program)
    return _RUNS[key]
