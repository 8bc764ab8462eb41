"""Repairs to moto 5.2.5: each makes one thing behave as a deployment to AWS finds it.

Written against that version's inner names; `tests/unit/lab/aws/test_server.py` fails when a bump
of moto moves one of them. Not here: services that the lab replaces (`sts`, `eks`).
"""

import os
from typing import Any

import moto.eks.urls
import moto.iam.models
import moto.sts.urls
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.kms.models import KmsBackend

from lab.aws import log_delivery
from lab.aws.documents import listed
from lab.aws.eks.service import EksResponse
from lab.aws.principals import AccessKeys
from lab.aws.sts import StsResponse
from lab.aws.world import World


def install(world: World) -> None:
    """Puts the lab's services and repairs into the running process, once."""
    aws_managed_policies()
    accounts_by_key(world.keys)
    eks(world)
    sts(world.keys)
    kms_key_deletion()
    launch_templates()
    log_delivery.install(world.clusters)
    security_group_rules()


def eks(world: World) -> None:
    """moto has 17 of EKS's operations, with other defaults; one catch-all route serves ours."""
    bound = type(
        "Eks",
        (EksResponse,),
        {"CLUSTERS": world.clusters, "KEEPER": world.control_planes},
    )
    _replace(moto.eks.urls.url_paths, {"{0}/(?P<rest>.+)$": bound.dispatch})


def sts(keys: AccessKeys) -> None:
    """moto lets anyone assume any role, existing or not, and knows no presigned requests."""
    bound = type("Sts", (StsResponse,), {"KEYS": keys})
    _replace(moto.sts.urls.url_paths, {"{0}/$": bound.dispatch})


def aws_managed_policies() -> None:
    """Without them, attaching AmazonEKSClusterPolicy and its like fails as not existing."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"


def accounts_by_key(keys: AccessKeys) -> None:
    """A key's account: moto searches every partition of every account, and makes them by that."""

    def account_of(access_key: str) -> str:
        found = keys.find(access_key)
        if found is None:
            raise LookupError(f"{access_key} was let through though nobody was given it")
        return found.principal.account

    moto.iam.models.get_account_id_from = account_of


def kms_key_deletion() -> None:
    """A key's deletion can be scheduled by its id only; AWS takes its ARN too."""
    backend: Any = KmsBackend
    schedule = backend.schedule_key_deletion

    def by_any_name(self: Any, key_id: str, pending_window_in_days: int) -> Any:
        return schedule(self, self.get_key_id(key_id), pending_window_in_days)

    backend.schedule_key_deletion = by_any_name


def launch_templates() -> None:
    """Tags of the request leak into the template's data, and later tags are never read back."""
    original = LaunchTemplate.__init__

    def init(
        self: Any, backend: Any, name: str, data: dict[str, Any], description: str, tags: Any
    ) -> None:
        specifications = listed(data, "TagSpecifications")
        data.pop("TagSpecifications", None)
        kept = [s for s in specifications if s.get("ResourceType") != "launch-template"]
        if kept:
            data["TagSpecifications"] = kept
        original(self, backend, name, data, description, tags)

    patched: Any = LaunchTemplate
    patched.__init__ = init
    patched.tags = property(lambda self: self.get_tags(), lambda _self, _value: None)


def security_group_rules() -> None:
    """Rules that name a group lose their description, and protocol -1 can't be modified."""
    rule: Any = SecurityGroupRule
    groups: Any = SecurityGroupBackend
    equal, modify = rule.__eq__, groups.modify_security_group_rules

    def without_description(group: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in group.items() if name != "Description"}

    def same(self: Any, other: Any) -> bool:
        if without_description(self.source_group) != without_description(other.source_group):
            return False
        mine, self.source_group = self.source_group, other.source_group
        try:
            return equal(self, other)
        finally:
            self.source_group = mine

    def modify_rules(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        for wanted in rules.values():
            if str(wanted.get("IpProtocol")) in {"-1", "all"}:
                wanted["FromPort"] = wanted["ToPort"] = -1
        modify(self, group_id, rules)
        group = self.get_security_group_by_name_or_id(group_id)
        for rule_id, wanted in rules.items():
            _take_over(group.get_rule(rule_id), wanted)

    rule.__eq__ = same
    rule.description = property(
        lambda self: self.ip_range.get("Description") or self.source_group.get("Description")
    )
    groups.modify_security_group_rules = modify_rules


def _take_over(rule: Any, wanted: dict[str, Any]) -> None:
    if wanted.get("IpProtocol") == "-1":
        rule.from_port = rule.to_port = None
    if wanted.get("ReferencedGroupId"):
        rule.source_group["GroupId"] = wanted["ReferencedGroupId"]
        rule.ip_range.pop("Description", None)
        if wanted.get("Description") is not None:
            rule.source_group["Description"] = wanted["Description"]
    if wanted.get("CidrIpv6"):
        rule.ip_range["CidrIpv6"] = wanted["CidrIpv6"]


def _replace(paths: Any, routes: dict[str, Any]) -> None:
    paths.clear()
    paths.update(routes)
