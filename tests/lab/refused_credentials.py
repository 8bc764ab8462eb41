"""What Argo CD tries to have External Secrets make beside it on the hub, and what it is told.

Each is let through by RBAC. Not here: other objects there (`refused_places.py`).
"""

from typing import Any

from tests.lab.refused_places import HOME

GROUP = "external-secrets.io"
ONLY = "beside Argo CD only Secrets argocd-webhook and repositories-"
NO_CLUSTER = "the Secret must be Opaque, and no cluster's or repository's"
STORE = "the only store is argocd-credentials"
LABEL = "argocd.argoproj.io/secret-type"
CREDENTIALS_OF = {"metadata": {"labels": {LABEL: "repo-creds"}}}


def asked(name: str, namespace: str = "argocd", /, **target: Any) -> dict[str, Any]:
    """An ExternalSecret."""
    return _of("Externalsecrets", name, namespace) | {"spec": {"target": target}}


def of(**template: Any) -> dict[str, Any]:
    """An ExternalSecret with a template for its Secret."""
    return asked("repositories-github", template={**CREDENTIALS_OF, **template})


def store(provider: dict[str, Any], name: str = "argocd-credentials") -> dict[str, Any]:
    """A SecretStore."""
    return _of("Secretstores", name, "argocd") | {"spec": {"provider": provider}}


def _of(kind: str, name: str, namespace: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata}


AWS = {"service": "SecretsManager", "region": "eu-west-1"}

CREDENTIALS: dict[str, tuple[dict[str, Any], str]] = {
    "Argo CD's own Secret": (asked("argocd-secret", template=CREDENTIALS_OF), ONLY),
    "Argo CD's own Secret, by another name": (
        asked("repositories-x", name="argocd-secret", template=CREDENTIALS_OF),
        ONLY,
    ),
    "what is no Secret": (
        asked("repositories-x", manifest={"kind": "Application"}, template=CREDENTIALS_OF),
        ONLY,
    ),
    "a cluster": (of(metadata={"labels": {LABEL: "cluster"}}), NO_CLUSTER),
    "a single repository": (of(metadata={"labels": {LABEL: "repository"}}), NO_CLUSTER),
    "a cluster, by the labels that it has itself": (asked("repositories-x"), NO_CLUSTER),
    "labels out of a text": (of(templateFrom=[{"target": "Labels"}]), NO_CLUSTER),
    "a service account's token": (of(type="kubernetes.io/service-account-token"), NO_CLUSTER),
    "a store of another name": (store({"aws": AWS}, "other"), STORE),
    "a store that sends Secrets somewhere": (store({"webhook": {"url": "https://x"}}), STORE),
    "a store beside AWS": (store({"aws": AWS, "kubernetes": {}}), STORE),
    "a store with keys of its own": (store({"aws": {**AWS, "auth": {}}}), STORE),
    "a store with a role of its own": (store({"aws": {**AWS, "role": "x"}}), STORE),
    "a secret in a namespace of nobody's": (asked("argocd-webhook", "private"), HOME),
}
MADE: dict[str, dict[str, Any]] = {
    "what webhooks are signed by": asked(
        "argocd-webhook", template={"metadata": {"labels": {"app.kubernetes.io/part-of": "argocd"}}}
    ),
    "an organisation's credentials": of(),
    "the store of both": store({"aws": AWS}),
    "a secret of a team's": asked("any", "shop-dev", name="other"),
}
