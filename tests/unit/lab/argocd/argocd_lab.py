"""A hub, programs and objects, as the plans of Argo CD's processes are made from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lab.argocd import addresses
from lab.argocd.addresses import Addresses
from lab.argocd.components import COMPONENTS
from lab.argocd.hub import Hub
from lab.argocd.identities import identity
from lab.argocd.kubectl import Kubectl
from lab.argocd.mounts import Mounts
from lab.argocd.plans import Planner
from lab.argocd.pod_environment import Objects
from lab.argocd.pod_identity import PodIdentity
from lab.cluster.interface import Endpoint

ENDPOINT = Endpoint(server="https://127.0.0.1:1", ca_pem="PEM", issuer="")
PARAMS = ("ConfigMap", "argocd-cmd-params-cm")
SERVER_HAS_RUN: Objects = {("Secret", "argocd-secret"): {"server.secretkey": "k"}}
PORTS = addresses.choose({}, running=())


def executable(path: Path, body: str = "exec sleep 600") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def planner(
    folder: Path,
    objects: Objects,
    *,
    entries: Mapping[str, str] | None = None,
    base: Mapping[str, str] | None = None,
    signed_by: str = "secret",
) -> Planner:
    """Every pod's variables are `entries`: name → key of argocd-cmd-params-cm."""
    programs = _programs(folder / "programs", entries or {})
    mounts = Mounts(folder=folder / "argocd")
    mounts.folder.mkdir(exist_ok=True)
    kubectl = Kubectl(program=programs["kubectl"], kubeconfig=folder / "admin")
    for component in COMPONENTS:
        identity(mounts.folder, component.name).write(kubectl, ENDPOINT, aws=component.aws)
    return Planner(
        mounts=mounts,
        hub=Hub(
            endpoint=ENDPOINT,
            kubectl=kubectl,
            pod_identity=PodIdentity(
                aws_endpoint="http://127.0.0.1:2", account="1", region="eu-west-1", cluster="hub"
            ),
        ),
        objects=objects,
        addresses=Addresses(ports=PORTS),
        programs=programs,
        base=base or {},
        signed_by=signed_by,
    )


def _programs(folder: Path, entries: Mapping[str, str]) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    env: list[dict[str, Any]] = [
        {
            "name": name,
            "valueFrom": {"configMapKeyRef": {"name": PARAMS[1], "key": key, "optional": True}},
        }
        for name, key in entries.items()
    ]
    secret = {"secretKeyRef": {"name": "argocd-redis", "key": "auth"}}
    env.append({"name": "REDIS_PASSWORD", "valueFrom": secret})
    content = {"spec": {"template": {"spec": {"containers": [{"env": env}]}}}}
    for component in COMPONENTS:
        path = folder / "manifests" / component.manifest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content))
    return {
        "argocd": executable(folder / "argocd"),
        "argocd-manifests": folder / "manifests",
        "argocd-scripts": folder / "scripts",
        "helm": executable(folder / "helm"),
        "kubectl": executable(folder / "kubectl", "echo token"),
        "redis-server": executable(folder / "redis-server"),
    }
