"""What a spoke's stack may say of itself, so that Argo CD goes elsewhere: the hub refuses it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.lab.attack.attempt import Attempt
from tests.unit.registrations import RIGHT


@dataclass(frozen=True, kw_only=True)
class Registered(Attempt):
    """A registration with something changed."""

    changes: Mapping[str, Any]
    who: str = "whoever changes a spoke's stack"
    refused_by: str = "the hub's `pulumi preview`"


_OTHERS = "has another cluster's"
_ROLE = RIGHT["access_role_arn"]


def _renamed(name: str) -> dict[str, str]:
    return {key: RIGHT[key].replace("spoke", name) for key in ("cluster_name", "cluster_arn")} | {
        "access_role_arn": _ROLE.replace("spoke-access", f"{name}-access")
    }


ATTEMPTS: tuple[Registered, ...] = tuple(
    Registered(what=what, says=says, changes=changes)
    for what, says, changes in (
        ("registers it under the hub's name", "has the name of the hub's", _renamed("hub")),
        ("registers it under another spoke's name", "has the name of first's", _renamed("first")),
        (
            "names another cluster's ARN",
            f"{_OTHERS} cluster_arn",
            {"cluster_arn": RIGHT["cluster_arn"].replace("/spoke", "/first")},
        ),
        (
            "names another account's access role",
            f"{_OTHERS} access_role_arn",
            {"access_role_arn": _ROLE.replace("222222222222", "333333333333")},
        ),
        (
            "names another cluster's access role",
            f"{_OTHERS} access_role_arn",
            {"access_role_arn": _ROLE.replace("spoke-access", "first-access")},
        ),
        (
            "names the role of its deployer",
            f"{_OTHERS} access_role_arn",
            {"access_role_arn": "arn:aws:iam::222222222222:role/eks-hub-spoke-deployer"},
        ),
        (
            "has Argo CD log in where nothing is encrypted",
            f"{_OTHERS} endpoint",
            {"endpoint": "http://example.com"},
        ),
        ("registers it as a hub", f"{_OTHERS} labels", {"labels": {"role": "hub"}}),
        (
            "registers no certificate",
            "lacks certificate_authority",
            {"certificate_authority": None},
        ),
    )
)
REPOSITORY = Attempt(
    who="whoever changes a spoke's stack",
    what="has its add-ons come from a repository of his own",
    refused_by="the hub, which says itself where add-ons come from",
    says="the hub's repository",
)
