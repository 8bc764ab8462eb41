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
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "hub": ("hub", {}),
    "spoke": ("spoke-dev", {}),
    "spoke-prod": ("spoke-prod", {}),
    "managed-hub": ("hub", MANAGED_HUB),
    "closed-spoke": ("spoke-dev", CLOSED_SPOKE),
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
            place[key] = value
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


_RUNS: dict[str, Run] = {}


def brought_up(stack: str, changes: dict[str, Any] | None = None) -> Run:
    """A changed committed stack, run with the committed spokes' exports; each made only once."""
    if not changes:
        return committed.up(stack)
    values = changed(stack, changes)
    key = json.dumps([stack, values], sort_keys=True)
    if key not in _RUNS:
        spokes = committed.exported_by(values.get("spokes", []))
        engine = committed.engine(stack, values, stacks=spokes)
        _RUNS[key] = engine.run(committed.program)
    return _RUNS[key]
