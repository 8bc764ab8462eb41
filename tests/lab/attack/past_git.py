"""What people try by kubectl, past Git: on the hub's registrations and projects, and on a spoke."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.lab.attack.attempt import Attempt
from tests.lab.fleet_lab import DEV, HUB, PROD

NAMESPACE, OTHERS = "payments-dev", "shop-dev"
MEMBER = "mallory"
MEMBERS_GROUPS = (f"eks-hub-spoke:{NAMESPACE}:edit", "system:authenticated")
"""What an access entry gives a developer of the team, who may edit in `NAMESPACE`."""
_SECRET = f"cluster-{DEV}"
_GUARD = "the hub's admission policy on cluster secrets"


@dataclass(frozen=True, kw_only=True)
class Command(Attempt):
    """One kubectl command on a cluster, of an administrator or of a team's member."""

    stack: str
    arguments: tuple[str, ...]
    manifest: Mapping[str, Any] | None = None
    """Handed to the command as a file."""

    @property
    def is_members(self) -> bool:
        return self.who != _ADMINISTRATOR


@dataclass(frozen=True, kw_only=True)
class ByHand(Attempt):
    """An Application that an administrator applies on the hub."""

    key: str
    project: str
    destination: Mapping[str, str]
    repository: str = ""
    """Empty: the platform's."""
    who: str = "whoever may make Applications on the hub"
    refused_by: str = "Argo CD, by the project"


_ADMINISTRATOR = "an administrator, by a slip,"
_DEVELOPER = "a team's developer"


def _of_secret(what: str, says: str, *arguments: str) -> Command:
    verb, *rest = arguments
    return Command(
        who=_ADMINISTRATOR,
        what=what,
        stack=HUB,
        arguments=(verb, "secret", _SECRET, "--namespace", "argocd", *rest),
        refused_by=_GUARD,
        says=f"{says} would take the Applications of cluster {DEV}",
    )


_REGISTRATIONS = (
    _of_secret("deletes a cluster's registration", "deleting it", "delete"),
    _of_secret(
        "moves a cluster to another environment",
        "a change of its label environment",
        *("label", "environment=prod", "--overwrite"),
    ),
    _of_secret(
        "makes a spoke a hub", "a change of its label role", "label", "role=hub", "--overwrite"
    ),
    _of_secret(
        "takes a registration from Argo CD",
        "a change of its label argocd.argoproj.io/secret-type",
        *("label", "argocd.argoproj.io/secret-type-"),
    ),
    _of_secret(
        "registers a spoke under another's name",
        "renaming it",
        *("patch", "--type=merge", f'--patch={{"stringData":{{"name":"{PROD}"}}}}'),
    ),
)


def _by_developer(
    what: str, says: str, *arguments: str, stack: str = DEV, by: str = "Kubernetes RBAC"
) -> Command:
    return Command(
        who=_DEVELOPER, what=what, says=says, stack=stack, arguments=arguments, refused_by=by
    )


_IN_ARGOCD = ("--namespace", "argocd")
_ON_HUB = tuple(
    _by_developer(what, says, *arguments, *_IN_ARGOCD, stack=HUB)
    for what, says, arguments in (
        ("reads the registrations", 'cannot list resource "secrets"', ("get", "secrets")),
        (
            "changes an Application of his own team",
            'cannot get resource "applications"',
            (
                *("patch", "application", f"{NAMESPACE}-{DEV}-gateway", "--type=merge"),
                '--patch={"spec":{"project":"platform"}}',
            ),
        ),
        (
            "widens his own team's project",
            'cannot get resource "appprojects"',
            (
                *("patch", "appproject", f"{NAMESPACE}-{DEV}", "--type=merge"),
                '--patch={"spec":{"destinations":[{"name":"*","namespace":"*"}]}}',
            ),
        ),
        (
            "points a registration at a server of his own",
            'cannot get resource "secrets"',
            (
                *("patch", "secret", _SECRET, "--type=merge"),
                '--patch={"stringData":{"server":"https://example.org"}}',
            ),
        ),
        (
            "asks for a token of Argo CD's",
            'cannot create resource "serviceaccounts/token"',
            ("create", "token", "argocd-application-controller"),
        ),
    )
)
_ON_SPOKE = (
    _by_developer(
        "reads another team's Secrets",
        'cannot list resource "secrets"',
        *("get", "secrets", "--namespace", OTHERS),
    ),
    _by_developer(
        "reads Kubernetes' Secrets",
        'cannot list resource "secrets"',
        *("get", "secrets", "--namespace", "kube-system"),
    ),
    _by_developer(
        "deletes another team's Deployment",
        'cannot delete resource "deployments"',
        *("delete", "deployment", "web", "--namespace", OTHERS),
    ),
    _by_developer(
        "opens the network of his team's namespace",
        "guardrails of a team's namespace are the platform's",
        *("delete", "networkpolicy", "default-deny", "--namespace", NAMESPACE),
        by="the spoke's admission policy on guardrails",
    ),
    _by_developer(
        "takes his team's quota away",
        'cannot delete resource "resourcequotas"',
        *("delete", "resourcequota", "environment", "--namespace", NAMESPACE),
    ),
    _by_developer(
        "lets his team's namespace run privileged pods",
        'cannot patch resource "namespaces"',
        *("label", "namespace", NAMESPACE),
        *("pod-security.kubernetes.io/enforce=privileged", "--overwrite"),
    ),
    _by_developer(
        "lets others into his team's namespace",
        'cannot create resource "rolebindings"',
        *("create", "rolebinding", "friends", "--clusterrole=view", "--user=eve"),
        *("--namespace", NAMESPACE),
    ),
    _by_developer(
        "makes himself an administrator",
        'cannot create resource "clusterrolebindings"',
        *("create", "clusterrolebinding", "mine", "--clusterrole=cluster-admin", "--user=mallory"),
    ),
    _by_developer("lists nodes", 'cannot list resource "nodes"', "get", "nodes"),
    _by_developer(
        "deletes his team's namespace",
        'cannot delete resource "namespaces"',
        *("delete", "namespace", NAMESPACE),
    ),
    Command(
        who=_DEVELOPER,
        what="runs a pod that sees its node",
        says="violates PodSecurity",
        stack=DEV,
        arguments=("create", "--namespace", NAMESPACE),
        manifest={
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "attempt"},
            "spec": {
                "hostPID": True,
                "containers": [
                    {"name": "c", "image": "a:1", "securityContext": {"privileged": True}}
                ],
            },
        },
        refused_by="Pod Security admission",
    ),
)
COMMANDS: tuple[Command, ...] = (*_REGISTRATIONS, *_ON_HUB, *_ON_SPOKE)

_DESTINATION = "do not match any of the allowed destinations"
_ARGOCDS = {"name": HUB, "namespace": "argocd"}
BY_HAND: tuple[ByHand, ...] = tuple(
    ByHand(
        key=key, what=what, says=says, project=project, destination=destination, repository=where
    )
    for key, what, says, project, destination, where in (
        (
            "default", "uses the project that Argo CD makes by itself", _DESTINATION,
            "default", {"name": DEV, "namespace": "default"}, "",
        ),
        (
            "platform", "deploys beside Argo CD in the platform's project", _DESTINATION,
            "platform", _ARGOCDS, "",
        ),
        (
            "teams", "deploys to a spoke in the project of teams' files", _DESTINATION,
            "teams", {"name": DEV, "namespace": "default"}, "",
        ),
        (
            "system", "deploys to kube-system in a team's project", _DESTINATION,
            f"{NAMESPACE}-{DEV}", {"name": DEV, "namespace": "kube-system"}, "",
        ),
        (
            "unregistered", "deploys to a server that is not registered", "unregistered",
            f"{NAMESPACE}-{DEV}", {"name": "unregistered", "namespace": NAMESPACE}, "",
        ),
        (
            "stranger", "has the platform's project read a stranger's repository",
            "is not permitted in project", "platform", {"name": DEV, "namespace": "default"},
            "https://git.example.org/loot.git",
        ),
        (
            "no-project", "names a project that nobody made", "does not exist",
            "mine", {"name": DEV, "namespace": "default"}, "",
        ),
    )
)  # fmt: skip
HEALED = Attempt(
    who=_ADMINISTRATOR,
    what="widens a team's project to every cluster",
    refused_by="Argo CD, which makes it again what Git says",
    says="the project is as before",
)
