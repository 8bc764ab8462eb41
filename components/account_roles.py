"""What an account gets before its first cluster: issuers of tokens, deployers, boundaries.

Owns: the OIDC providers, the deployer's and the preview's role of each stack, and the two
permissions boundaries, as resources. Not here: whose tokens count (`oidc.py`), what the roles may
do (`deployer_policy.py`) and what the boundaries say (`boundaries.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import boundaries, conventions, deployer_policy, iam, oidc
from components.config_account import GitHubConfig, PulumiConfig
from components.config_argocd import ArgoCdMode
from components.ordering import after
from components.place import Place

_SESSION_SECONDS = 2 * 60 * 60
"""A first `pulumi up` takes half an hour; a session cannot be renewed by a pipeline's token."""


@dataclass(frozen=True, kw_only=True)
class BoundariesArgs:
    """Whose boundaries, and what teams' workloads may be given at most."""

    account_id: str
    region: str
    workload_actions: Sequence[str]


class Boundaries(pulumi.ComponentResource):
    """The two policies that bound every role of the account's stacks; nobody holds them."""

    def __init__(
        self, name: str, args: BoundariesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:Boundaries", name, None, opts)
        documents = {
            conventions.PLATFORM_BOUNDARY: boundaries.platform(args.account_id, args.region),
            conventions.WORKLOAD_BOUNDARY: boundaries.workload(args.workload_actions),
        }
        for boundary, document in documents.items():
            aws.iam.Policy(
                f"{name}-{boundary}",
                # Fixed: every stack of the account computes the ARN.
                name=boundary,
                path=conventions.ROLE_PATH,
                policy=iam.document_json(document),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class IssuersArgs:
    """Whose pipelines there are."""

    pulumi: PulumiConfig | None
    github: GitHubConfig | None


class Issuers(pulumi.ComponentResource):
    """An OIDC provider for each kind of pipeline; IAM checks their certificates by itself."""

    by_host: Mapping[str, oidc.Issuer]

    def __init__(
        self, name: str, args: IssuersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:Issuers", name, None, opts)
        audiences = {oidc.PULUMI: args.pulumi.organization} if args.pulumi else {}
        audiences |= {oidc.GITHUB: oidc.GITHUB_AUDIENCE} if args.github else {}
        self.by_host = {
            host: self._issuer(f"{name}-{host.split('/')[0]}", host, audience)
            for host, audience in audiences.items()
        }
        self.register_outputs({})

    def _issuer(self, name: str, host: str, audience: str) -> oidc.Issuer:
        provider = aws.iam.OpenIdConnectProvider(
            name,
            url=f"https://{host}",
            client_id_lists=[audience],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return oidc.Issuer(host=host, audience=audience, provider_arn=provider.arn)


@dataclass(frozen=True, kw_only=True)
class DeployerRolesArgs:
    """One stack of the account, and who works on it."""

    stack: str
    place: Place
    argocd: ArgoCdMode
    """What its hub runs: a capability takes rights that nothing else needs."""
    people: Sequence[str]
    """ARNs of roles; none of them need exist yet."""
    pulumi: PulumiConfig | None
    github: GitHubConfig | None
    issuers: Mapping[str, oidc.Issuer]


class DeployerRoles(pulumi.ComponentResource):
    """The role that brings a stack up, and the one that only looks: no key, exact subjects."""

    deployer_arn: pulumi.Output[str]
    preview_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: DeployerRolesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:DeployerRoles", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        reads = self._policy(f"{name}-reads", deployer_policy.reads(args.place, args.argocd))
        writes = {
            part: self._policy(f"{name}-{part}", document)
            for part, document in deployer_policy.writes(args.place, args.argocd).items()
        }
        deployer, preview = oidc.PULUMI_OPERATIONS, ("preview",)
        self.deployer_arn = self._role(
            f"{name}-deployer",
            conventions.deployer_role_name(args.stack),
            [*_by_people(args.people), *self._by_pipelines(deployer, "environment")],
            {"reads": reads, **writes},
        )
        self.preview_arn = self._role(
            f"{name}-preview",
            conventions.preview_role_name(args.stack),
            [*_by_people(args.people), *self._by_pipelines(preview, "pull_request")],
            {"reads": reads},
        )
        self.register_outputs({"deployerArn": self.deployer_arn, "previewArn": self.preview_arn})

    def _by_pipelines(self, operations: Sequence[str], github: str) -> list[iam.Statement]:
        args, trusted = self._args, list[iam.Statement]()
        if args.pulumi:
            subjects = oidc.pulumi_subjects(args.pulumi.organization, args.stack, operations)
            trusted.append(oidc.trust(args.issuers[oidc.PULUMI], subjects))
        if args.github:
            repository = args.github.repository
            subjects = (
                oidc.github_deployment(repository, args.stack)
                if github == "environment"
                else oidc.github_preview(repository)
            )
            trusted.append(oidc.trust(args.issuers[oidc.GITHUB], subjects))
        return trusted

    def _policy(self, name: str, document: iam.PolicyDocument) -> aws.iam.Policy:
        return aws.iam.Policy(
            name,
            path=conventions.ROLE_PATH,
            policy=iam.document_json(document),
            opts=self._child,
        )

    def _role(
        self,
        name: str,
        role_name: str,
        trusted: Sequence[iam.Statement],
        policies: Mapping[str, aws.iam.Policy],
    ) -> pulumi.Output[str]:
        role = aws.iam.Role(
            f"{name}-role",
            name=role_name,
            description=f"Works on stack {self._args.stack}: {', '.join(policies)}",
            max_session_duration=_SESSION_SECONDS,
            assume_role_policy=iam.document_json(iam.policy(*trusted)),
            opts=self._child,
        )
        attached = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{part}", role=role.name, policy_arn=policy.arn, opts=self._child
            )
            for part, policy in policies.items()
        ]
        return after(role.arn, attached)


def _by_people(arns: Sequence[str]) -> list[iam.Statement]:
    """By condition: IAM refuses a principal that does not exist, and forgets one that is remade."""
    return [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {"ArnEquals": {"aws:PrincipalArn": arn}},
        }
        for arn in arns
        for _, partition, _, _, account, _ in [arn.split(":", 5)]
    ]
