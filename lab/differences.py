"""Where the lab runs something else than the stack files ask for; pure.

The lab has one version of each program (`lab.versions`). A stack file that asks for another still
comes up, and the person is told what was not what they asked for.
"""

from collections.abc import Iterator
from typing import cast

from lab import versions
from lab.stacks import Config, Fleet, StackFile

_UNMANNED = (
    "{} asks for Argo CD as an EKS Capability, whose controllers AWS runs; the lab has none, and"
    " nothing of Git is deployed"
)


def differences(fleet: Fleet) -> list[str]:
    """One sentence each; none when everything is of the version that is asked for."""
    found = [line for stack in fleet.stacks for line in _of_stack(stack)]
    return [*found, _UNMANNED.format(fleet.hub.path.name)] if fleet.managed_argocd else found


def _of_stack(stack: StackFile) -> Iterator[str]:
    kubernetes = _value(stack, "cluster")
    if kubernetes and kubernetes != versions.KUBERNETES.rpartition(".")[0]:
        yield _sentence(stack, "Kubernetes", kubernetes, versions.KUBERNETES)
    argocd = _value(stack, "argocd")
    if argocd and argocd != f"v{versions.ARGOCD}":
        yield _sentence(stack, "Argo CD", argocd, versions.ARGOCD)


def _value(stack: StackFile, section: str) -> str:
    found = stack.config.get(section)
    return str(cast(Config, found).get("version", "")) if isinstance(found, dict) else ""


def _sentence(stack: StackFile, what: str, asked: str, has: str) -> str:
    return f"{stack.path.name} asks for {what} {asked}; the lab has {has}"
