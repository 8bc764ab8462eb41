"""Accounts with roles and subnets in moto's own models, and calls of EKS operations on them.

Tests of one rule make an account of their own; no server, no patches.
"""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from moto.ec2.models import ec2_backends

from lab.aws.documents import Document
from lab.aws.eks.call import Call
from lab.aws.eks.service import OPERATIONS
from lab.aws.eks.state import Cluster, Clusters
from lab.aws.principals import Principal, Sessions, iam
from lab.aws.trust import Assumption, Service, assume

REGION = "eu-west-1"
_numbers = itertools.count(300000000001)


def policy(action: str | list[str], resource: str | list[str], effect: str = "Allow") -> str:
    """An identity policy of one statement."""
    return _document({"Effect": effect, "Action": action, "Resource": resource})


def trust(
    principal: Any, condition: Any = None, action: Sequence[str] = ("sts:AssumeRole",)
) -> str:
    """A trust policy of one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": list(action)}
    return _document({**statement, **({"Condition": condition} if condition else {})})


def _document(statement: Document) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Account:
    """One new account."""

    def __init__(self) -> None:
        self.id = str(next(_numbers))
        self.root = f"arn:aws:iam::{self.id}:root"
        self._subnets: dict[str, list[str]] = {}

    def role(self, name: str, trust_policy: str, *policies: str, path: str = "/") -> Any:
        """A role with inline policies; one of the same name makes way."""
        for old in [role for role in iam(self.id).roles.values() if role.name == name]:
            del iam(self.id).roles[old.id]
        role = iam(self.id).create_role(
            role_name=name,
            assume_role_policy_document=trust_policy,
            path=path,
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration="3600",
        )
        for number, document in enumerate(policies):
            role.put_policy(f"p{number}", document)
        return role

    def user(self, name: str, *policies: str) -> Principal:
        """A user with inline policies."""
        user = iam(self.id).create_user(region_name="us-east-1", user_name=name)
        for number, document in enumerate(policies):
            user.put_policy(f"p{number}", document)
        return Principal(account=self.id, arn=user.arn, iam_arn=user.arn, unique_id=user.id)

    def session(self, role: Any) -> Principal:
        """A session of a role that trusts nobody but the test."""
        return Principal(
            account=self.id,
            arn=f"arn:aws:sts::{self.id}:assumed-role/{role.name}/test",
            iam_arn=role.arn,
            unique_id=role.id,
            session_name="test",
        )

    def subnets(self, zones: str = "ab") -> list[str]:
        """Subnets in a VPC, one in each zone."""
        if zones not in self._subnets:
            self._subnets[zones] = self._new_subnets(zones)
        return self._subnets[zones]

    def _new_subnets(self, zones: str) -> list[str]:
        ec2: Any = ec2_backends[self.id][REGION]
        vpc = ec2.create_vpc("10.0.0.0/16")
        return [
            ec2.create_subnet(vpc.id, f"10.0.{n}.0/24", availability_zone=f"{REGION}{zone}").id
            for n, zone in enumerate(zones)
        ]


class Keeper:
    """Control planes that only note what they were asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def create(self, cluster: Cluster) -> None:
        """Notes it."""
        self.asked.append(("create", cluster.name))

    def delete(self, cluster: Cluster) -> None:
        """Notes it."""
        self.asked.append(("delete", cluster.name))


@cache
def _with_network() -> Account:
    """The one account that tests of EKS share: moto takes a while for the first subnet of each."""
    return Account()


@dataclass
class Eks:
    """An EKS without clusters, called by an admin's session."""

    account: Account = field(default_factory=_with_network)
    clusters: Clusters = field(default_factory=Clusters)
    keeper: Keeper = field(default_factory=Keeper)

    def __post_init__(self) -> None:
        self.role = self.account.role("cluster", trust({"Service": "eks.amazonaws.com"}))
        self.node_role = self.account.role("node", trust({"Service": "ec2.amazonaws.com"}))
        self.admin = self.account.role("admin", trust({"AWS": "*"}), path="/people/")

    def __call__(self, operation: str, **params: Any) -> Document:
        """One operation's answer."""
        call = Call(
            clusters=self.clusters,
            keeper=self.keeper,
            account=self.account.id,
            region=REGION,
            caller=self.account.session(self.admin),
            params=params,
        )
        return OPERATIONS[operation](call)

    def create(self, name: str = "spoke", **params: Any) -> Document:
        """A cluster in API mode; its body."""
        asked: Document = {
            "roleArn": self.role.arn,
            "resourcesVpcConfig": {"subnetIds": self.account.subnets()},
            "accessConfig": {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": False,
            },
        }
        return self("CreateCluster", name=name, **{**asked, **params})["cluster"]

    def active(self, name: str = "spoke", **params: Any) -> Cluster:
        """A cluster that came up."""
        self.create(name, **params)
        cluster = next(cluster for cluster in self.clusters if cluster.name == name)
        cluster.body["status"] = "ACTIVE"
        return cluster


def try_to_assume(caller: Principal | Service, role: Any, **wish: Any) -> Principal:
    """The session that comes of an attempt."""
    assumption = Assumption(role_arn=getattr(role, "arn", role), session_name="chained", **wish)
    return assume(Sessions(), caller, assumption, timedelta(hours=1)).principal
