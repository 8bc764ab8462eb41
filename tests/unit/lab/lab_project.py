"""A small project on disk, as the lab reads one: a hub, a spoke, and files beside them."""

from pathlib import Path
from typing import Any

import yaml

PROJECT = "eks-hub-spoke"

HUB: dict[str, Any] = {
    "role": "hub",
    "region": "eu-west-1",
    "account": {"id": "111111111111", "deployerRoleArn": "arn:aws:iam::111111111111:role/d"},
    "network": {"cidr": "10.0.0.0/16", "natGateways": "single"},
    "cluster": {"name": "hub", "compute": "auto"},
    "argocd": {
        "chart": {"repository": "https://charts.example.com", "version": "1.2.3"},
        "platformRepository": {
            "url": "https://git.example.com/platform",
            "revision": "stable",
            "basePath": "gitops/",
        },
    },
    "spokes": ["spoke-dev"],
}
SPOKE: dict[str, Any] = {
    "role": "spoke",
    "region": "eu-west-2",
    "account": {"id": "222222222222", "deployerRoleArn": "arn:aws:iam::222222222222:role/d"},
    "network": {"cidr": "10.1.0.0/16", "natGateways": "single"},
    "cluster": {"name": "one"},
}


def write_stack(root: Path, name: str, config: dict[str, Any]) -> Path:
    """Write a stack file with these keys, without the project's name."""
    path = root / f"Pulumi.{name}.yaml"
    keys = {f"{PROJECT}:{key}": value for key, value in config.items()}
    path.write_text(yaml.safe_dump({"config": keys}))
    return path


def write_project(root: Path) -> Path:
    """A whole project in an empty or missing folder."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
    (root / "__main__.py").write_text("")
    (root / "components").mkdir()
    (root / "tests").mkdir()
    write_stack(root, "hub", HUB)
    write_stack(root, "spoke-dev", SPOKE)
    return root
