"""Access entries of teams' people: who they are in Kubernetes.

Owns: one entry for each principal, with all of its groups. Not here: what a group may do, which
role bindings of the guardrails say (`gitops/charts/guardrails`), and who is whom
(`team_grants.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class TeamAccessArgs:
    """Who may enter which cluster, as a member of which groups."""

    cluster_name: pulumi.Input[str]
    groups: Mapping[str, Sequence[str]]
    """Role's ARN → Kubernetes groups, which have no rights but in a team's namespace."""


class TeamAccess(pulumi.ComponentResource):
    """An access entry for each role of teams' people; none has an access policy of EKS."""

    def __init__(
        self, name: str, args: TeamAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:TeamAccess", name, None, opts)
        entries = [
            aws.eks.AccessEntry(
                f"{name}-entry-{_key(principal)}",
                cluster_name=args.cluster_name,
                principal_arn=principal,
                kubernetes_groups=list(groups),
                type="STANDARD",
                # Known by its principal: made first, the new one would be refused as there already.
                opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
            )
            for principal, groups in args.groups.items()
        ]
        self.register_outputs({"principalArns": [entry.principal_arn for entry in entries]})


def _key(principal: str) -> str:
    """Account and name: IAM has no second role of a name in an account, whatever its path."""
    return f"{principal.split(':')[4]}-{principal.rpartition('/')[2]}"
