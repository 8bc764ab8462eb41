"""A lab with a running Argo CD, as its tests use it: pushes to its remote, looks at clusters."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lab import record
from lab.argocd.applications import application
from lab.layout import Layout
from lab.onboarding import webhook
from lab.onboarding.change import Push, commit_and_push
from lab.processes import wait_until
from tests.lab.copied_lab import CopiedLab, Ran

HUB = "hub"
DEV, PROD = "spoke-dev", "spoke-prod"
SERVICE = "app"
IMAGE = "ghcr.io/stefanprodan/podinfo:6.9.1"
# What a change takes to arrive is measured in bench/; a test only gives up on it.
SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class FleetLab:
    """A copied lab that is up."""

    lab: CopiedLab

    @property
    def layout(self) -> Layout:
        return Layout(root=self.lab.root)

    def onboard(self, name: str, clusters: Mapping[str, str]) -> Any:
        """Let a team with one environment and one service join; what the command reports."""
        return self.onboard_file(team_file(name, clusters))

    def onboard_file(self, content: Mapping[str, Any]) -> Any:
        """Let a team join by the lab's own command; what it reports."""
        path = self.lab.root.parent / f"{content['team']}.yaml"
        path.write_text(yaml.safe_dump(content, sort_keys=False))
        ran = self.lab.run("onboard", "--file", str(path), "--json")
        assert ran.code == 0, ran.stderr
        return ran.document

    def push(self, title: str, edit: Callable[[Path], None]) -> Push:
        """Change the remote's main, and tell Argo CD."""
        pushed = commit_and_push(self.layout, title, edit)
        webhook.tell(self.layout, record.load(self.layout), pushed)
        return pushed

    def edit_team(self, team: str, change: Callable[[dict[str, Any]], None]) -> Push:
        """Push a change of a team's file."""

        def edit(clone: Path) -> None:
            path = clone / "gitops" / "teams" / team / "team.yaml"
            content = yaml.safe_load(path.read_text())
            change(content)
            path.write_text(yaml.safe_dump(content, sort_keys=False))

        return self.push(f"change {team}", edit)

    def set_image(self, team: str, image: str) -> None:
        """Push another image of the team's service."""

        def change(content: dict[str, Any]) -> None:
            content["environments"]["dev"]["services"][SERVICE]["values"]["image"] = image

        self.edit_team(team, change)

    def kubectl(self, stack: str, *arguments: str) -> Ran:
        """kubectl as a person has it, whatever comes of it."""
        program = str(self.lab.state / "bin" / "kubectl")
        kubeconfig = str(self.lab.state / "kubeconfigs" / f"{stack}.yaml")
        return self.lab.execute([program, "--kubeconfig", kubeconfig, *arguments])

    def apply(self, stack: str, manifest: Mapping[str, Any]) -> Ran:
        """Apply one object by kubectl."""
        path = self.lab.root.parent / "manifest.json"
        path.write_text(json.dumps(manifest))
        return self.kubectl(stack, "apply", "--filename", str(path))

    def items(self, stack: str, kind: str, *arguments: str) -> list[dict[str, Any]]:
        """Objects of a kind."""
        return self.lab.kubectl(stack, "get", kind, *arguments)["items"]

    def names(self, stack: str, kind: str, *arguments: str) -> set[str]:
        """Names of the objects of a kind."""
        return {item["metadata"]["name"] for item in self.items(stack, kind, *arguments)}

    def applications(self) -> dict[str, dict[str, Any]]:
        """Every Application of the hub, by name."""
        found = self.items(HUB, "applications", "--namespace", "argocd")
        return {item["metadata"]["name"]: item for item in found}

    def application(self, name: str) -> dict[str, Any]:
        """One Application; empty when it does not exist."""
        return self.applications().get(name, {})

    def uid(self, stack: str, kind: str, name: str, namespace: str) -> str:
        """What tells an object from one of the same name that was made anew."""
        found = self.lab.kubectl(stack, "get", kind, name, "--namespace", namespace)
        return str(found["metadata"]["uid"])

    def image(self, stack: str, namespace: str) -> str:
        """The image that the service's Deployment asks for."""
        found = self.lab.kubectl(stack, "get", "deployment", SERVICE, "--namespace", namespace)
        return str(found["spec"]["template"]["spec"]["containers"][0]["image"])

    def wait_for_image(self, stack: str, namespace: str, image: str) -> None:
        """Until the service's Deployment asks for it."""
        self.wait(lambda: self.image(stack, namespace) == image, f"{image} on {stack}")

    def namespaces(self, stack: str) -> set[str]:
        """Names of a cluster's namespaces."""
        return self.names(stack, "namespaces")

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        wait_until(condition, what=what, timeout_seconds=SECONDS)

    def wait_ready(self, *names: str) -> None:
        """Until these Applications are Synced and Healthy."""
        self.wait(
            lambda: all(is_ready(self.applications().get(name, {})) for name in names),
            f"{', '.join(names)} to be Synced and Healthy",
        )

    def terminate_sync(self, name: str) -> None:
        """Have Argo CD give up a sync, as `argocd app terminate-op` does."""
        patch = json.dumps({"status": {"operationState": {"phase": "Terminating"}}})
        of_argocd = ("--namespace", "argocd", "--type", "merge", "--patch", patch)
        ran = self.kubectl(HUB, "patch", "application", name, *of_argocd)
        assert ran.code == 0, ran.stderr

    def wait_until_refused(self, name: str, why: str) -> None:
        """Until an Application says why it was refused, where a person sees it."""
        self.wait(lambda: why in said(self.application(name)), f"{name} to say: {why}")

    def cluster_secret(self, cluster: str) -> dict[str, str]:
        """The data of a cluster secret, decoded."""
        name = f"cluster-{cluster}"
        found = self.lab.kubectl(HUB, "get", "secret", name, "--namespace", "argocd")
        return {key: base64.b64decode(value).decode() for key, value in found["data"].items()}


def is_ready(item: Mapping[str, Any]) -> bool:
    """Whether there is such an Application, Synced and Healthy."""
    return bool(item) and application(item).ready


def said(application: Mapping[str, Any]) -> str:
    """All that Argo CD says of an Application, as one text."""
    status = application.get("status", {})
    return json.dumps([status.get("conditions", []), status.get("operationState", {})])


def team_file(name: str, clusters: Mapping[str, str]) -> dict[str, Any]:
    """A team with one environment, dev, and one service."""
    return {
        "team": name,
        "description": "Of a test",
        "owners": {"contact": f"{name}@example.com", "lead": [f"{name}-leads"]},
        "costCenter": "1",
        "environments": {
            "dev": {
                "clusters": dict(clusters),
                "quota": {"cpu": "2", "memory": "4Gi", "pods": 20},
                "services": {
                    SERVICE: {
                        "path": "gitops/charts/web-service",
                        "values": {"image": IMAGE, "port": 9898},
                    }
                },
            }
        },
    }
