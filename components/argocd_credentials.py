"""Argo CD's own secrets that External Secrets makes on the hub, and what Argo CD may ask it; pure.

Owns: what bootstrap is told of them, Argo CD's rights on the objects that ask, and what admission
holds these objects to. Not here: the objects (`gitops/charts/argocd-credentials/`), and what
External Secrets may read in AWS (`addon_policies.py`).
"""

from typing import Any

from components import conventions
from components.config_argocd import ArgoCdConfig, SelfManagedConfig
from components.hub_boundary_policy import Held, literal
from components.kubernetes_rights import WRITE, Rule

GROUP, GENERATORS = "external-secrets.io", "generators.external-secrets.io"
STORE = "argocd-credentials"
"""The SecretStore, and whatever else there is one of."""
REPOSITORIES = "repositories-"
"""How Secrets begin that Argo CD logs in to repositories by."""

KINDS = {GROUP: ("externalsecrets", "secretstores"), GENERATORS: ("passwords",)}
"""API group → kinds; of those that generate, the only one that reads no secret."""

_SECRET_TYPE = f"labels[?'{conventions.CLUSTER_LABEL}']"
_TARGET, _TEMPLATE = "object.spec.?target", "object.spec.?target.?template"


def credentials(config: ArgoCdConfig) -> dict[str, Any]:
    """What bootstrap's values say of them: names and addresses; no days: by hand."""
    if not isinstance(config, SelfManagedConfig):
        return {"repositories": [], "webhookRotationDays": 0}
    return {
        "repositories": [
            {"url": each.url, "kind": each.kind, "secret": each.secret}
            for each in config.repository_credentials
        ],
        "webhookRotationDays": config.webhook_rotation_days or 0,
    }


def rules(*, makes: bool) -> list[Rule]:
    """Argo CD's rights beside itself; what is no longer asked for it may still remove."""
    return [
        {
            "api_groups": [group],
            "resources": list(kinds),
            "verbs": list(WRITE) if makes else ["delete"],
        }
        for group, kinds in KINDS.items()
    ]


def place(*, makes: bool) -> str:
    """CEL of whether a request is about such an object beside Argo CD, and may be."""
    kinds = [f"{group}/{kind}" for group, of_group in KINDS.items() for kind in of_group]
    beside = (
        f"variables.where == '{conventions.ARGOCD_NAMESPACE}' && variables.kind in {literal(kinds)}"
    )
    return beside if makes else f"{beside} && request.operation == 'DELETE'"


def held() -> list[Held]:
    """Without these, a commit could have a cluster's secret made, or Argo CD's overwritten.

    External Secrets writes every Secret of its cluster, and admission takes it for nobody.
    """
    return [
        Held(
            expression=f"{_other('externalsecrets')}"
            f" || (variables.name == '{conventions.WEBHOOK_SECRET}'"
            f" || variables.name.startsWith('{REPOSITORIES}'))"
            f" && {_TARGET}.?name.orValue(variables.name) == variables.name"
            f" && !{_TARGET}.?manifest.hasValue()",
            why=f"beside Argo CD only Secrets {conventions.WEBHOOK_SECRET} and {REPOSITORIES}…"
            " are made",
        ),
        Held(
            expression=f"{_other('externalsecrets')}"
            f" || {_TEMPLATE}.?metadata.hasValue()"
            f" && {_TEMPLATE}.?metadata.?{_SECRET_TYPE}.orValue('repo-creds') == 'repo-creds'"
            f" && {_TEMPLATE}.?type.orValue('Opaque') == 'Opaque'"
            f" && !{_TEMPLATE}.?templateFrom.hasValue()",
            why="the Secret must be Opaque, and no cluster's or repository's",
        ),
        Held(
            expression=f"{_other('secretstores')}"
            f" || variables.name == '{STORE}'"
            " && object.spec.provider.all(provider, provider == 'aws')"
            " && !object.spec.provider.aws.?auth.hasValue()"
            " && !object.spec.provider.aws.?role.hasValue()",
            why=f"beside Argo CD the only store is {STORE}, which reads AWS as the add-on itself",
        ),
    ]


def _other(kind: str) -> str:
    return (
        f"variables.where != '{conventions.ARGOCD_NAMESPACE}' || object == null"
        f" || variables.kind != '{GROUP}/{kind}'"
    )
