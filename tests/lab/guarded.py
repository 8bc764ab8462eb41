"""A cluster with the baseline's admission policies in force, and one team's namespace.

RBAC is out of the way here: everybody who tries is bound to cluster-admin, so that each refusal is
the guards'. What teams may do by RBAC is shown in `gitops/`.
"""

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.cluster import ControlPlane
from lab.programs.install import ensure
from tests.gitops.helm import Helm, Release
from tests.lab.planes import DEAD_WEBHOOKS, Kubectl, lab_binaries
from tests.unit.committed import ROOT

TEAM = "shop-dev"
OPEN = "shop-open"
"""A team's namespace without Pod Security, which would answer first."""
LABELS = {
    "eks-hub-spoke/team": "shop",
    "eks-hub-spoke/environment": "dev",
    "pod-security.kubernetes.io/enforce": "baseline",
}
PEOPLE = "people"
WHO = {
    "argo cd": ("--as=argocd", "--as-group=argocd-hub"),
    "an administrator": ("--as=arn:aws:sts::1:assumed-role/admin/ada",),
    "the glass broken": ("--as=ada", "--as-group=eks-hub-spoke:break-glass"),
    "the team's service account": ("--as=system:serviceaccount:shop-dev:default",),
    "velero": ("--as=system:serviceaccount:velero:velero",),
    "the control plane": ("--as=system:serviceaccount:kube-system:namespace-controller",),
    "eks": ("--as=eks:network-policy-controller",),
}
PLATFORM = ("argo cd", "the glass broken", "velero", "the control plane", "eks")
OTHERS = ("an administrator", "the team's service account")
IMAGE = "registry.example/app:1.0.0"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A cluster with the guards in force and the namespace of one team."""

    kubectl: Kubectl

    def attempt(self, who: str, *arguments: str, stdin: str = "") -> str:
        """What the API server says against it; empty when it does it."""
        result = self.kubectl.attempt(*WHO[who], f"--as-group={PEOPLE}", *arguments, stdin=stdin)
        assert result.returncode == 0 or result.stderr
        return "" if result.returncode == 0 else result.stderr

    def create(self, who: str, found: dict[str, Any]) -> str:
        """Try to create an object, of which nothing stays."""
        return self.attempt(
            who, "create", "--dry-run=server", "--filename=-", stdin=json.dumps(found)
        )


@contextmanager
def guarded(folder: Path) -> Generator[Cluster]:
    """Such a cluster, until the block ends."""
    plane = ControlPlane(folder, name="guards", binaries=lab_binaries(), webhooks=DEAD_WEBHOOKS)
    plane.start()
    try:
        kubectl = Kubectl(plane)
        everything = ("--clusterrole=cluster-admin", f"--group={PEOPLE}")
        kubectl("create", "clusterrolebinding", PEOPLE, *everything)
        apply(kubectl, {"apiVersion": "v1", "kind": "List", "items": guards()})
        apply(kubectl, namespace(TEAM, LABELS))
        apply(kubectl, namespace(OPEN, {"eks-hub-spoke/team": "shop"}))
        apply(kubectl, quota())
        cluster = Cluster(kubectl=kubectl)
        wait_until_in_force(cluster)
        yield cluster
    finally:
        plane.delete()


def guards() -> list[dict[str, Any]]:
    """The admission policies of the baseline, as Argo CD makes them."""
    helm = Helm(program=ensure(["helm"])["helm"].path)
    release = Release(name="baseline", namespace="kube-system", kubernetes="1.36")
    values = {"cluster": "spoke-dev", "compute": "managed", "role": "spoke", "nodeRole": "nodes"}
    found = helm.template(ROOT / "gitops" / "charts" / "baseline", release, [values])
    return [one for one in found if one["apiVersion"].startswith("admissionregistration.")]


def namespace(name: str, labels: dict[str, str]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def quota(name: str = "environment") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name, "namespace": TEAM},
        "spec": {"hard": {"pods": "20"}},
    }


def role_binding() -> dict[str, Any]:
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "mine", "namespace": TEAM},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "admin"},
        "subjects": [{"kind": "Group", "name": "friends", "apiGroup": group}],
    }


def service(**spec: Any) -> dict[str, Any]:
    ports = [{"port": 80}]
    metadata = {"name": "app", "namespace": OPEN}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"ports": ports, **spec},
    }


def pod(container: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "app", "namespace": OPEN},
        "spec": {"containers": [{"name": "app", "image": IMAGE, **(container or {})}], **spec},
    }


def secured(**context: Any) -> dict[str, Any]:
    return {"securityContext": context}


def apply(kubectl: Kubectl, manifest: dict[str, Any]) -> None:
    kubectl("apply", "--server-side", "--filename=-", stdin=json.dumps(manifest))


def wait_until_in_force(cluster: Cluster) -> None:
    """The API server takes a moment to act by a new policy; the last is as good as all."""
    tried = [
        namespace("kube-mine", {}),
        quota("mine"),
        pod(hostNetwork=True),
        service(type="ExternalName", externalName="a.b"),
    ]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if all(cluster.create("an administrator", found) for found in tried):
            return
        time.sleep(0.2)
    raise AssertionError("the guards are not in force after 30 seconds")
