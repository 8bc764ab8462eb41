"""What the clusters' stacks make of a team's file, as objects to show and to compare; pure.

Owns: access entries and roles of workloads, by cluster and environment, in the form of manifests.
Not here: making them (`components/team_access.py`, `components/workload_roles.py`), and what Argo
CD makes of the file (`expansion.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from components import conventions
from fleet import documents, teams
from fleet.clusters import Fleet
from fleet.manifests import Manifest
from fleet.teams import Environment, Team

ACCESS_ENTRY, WORKLOAD_ROLE = "AccessEntry", "WorkloadRole"
"""Kinds of these objects; no cluster knows them."""

_API = "aws"
_ROLES = ("edit", "view")


@dataclass(frozen=True, kw_only=True)
class StackObjects:
    """What one cluster's stack makes of one environment."""

    cluster: str
    namespace: str
    environment: str
    objects: tuple[Manifest, ...]


def read(root: Path, team: str, fleet: Fleet) -> Iterator[StackObjects]:
    """Of a team of the project at `root`; nothing of what cannot be read."""
    document, _ = documents.load(root / teams.FOLDER / team / teams.TEAM_FILE, root)
    node = document.root if document else None
    for environment in Team(name=team, node=node).environments:
        objects = (*_entries(environment), *_roles(environment))
        for cluster in environment.on(fleet) if objects else ():
            yield StackObjects(
                cluster=cluster.name,
                namespace=environment.namespace,
                environment=environment.name,
                objects=objects,
            )


def _entries(environment: Environment) -> Iterator[Manifest]:
    groups: dict[str, list[str]] = {}
    for role in _ROLES:
        for principal in environment.node["access"][role].elements():
            group = conventions.team_group(environment.team, environment.name, role)
            groups.setdefault(principal.text, []).append(group)
    for principal, given in groups.items():
        yield _object(environment, ACCESS_ENTRY, principal, {"kubernetesGroups": given})


def _roles(environment: Environment) -> Iterator[Manifest]:
    for account, role in environment.node["workloadRoles"].items():
        allow = [
            {
                key: [element.text for element in allowed[key].elements()]
                for key in ("actions", "resources")
            }
            for allowed in role["allow"].elements()
        ]
        yield _object(environment, WORKLOAD_ROLE, account, {"allow": allow})


def _object(environment: Environment, kind: str, name: str, spec: object) -> Manifest:
    metadata = {"name": name, "namespace": environment.namespace}
    return {"apiVersion": _API, "kind": kind, "metadata": metadata, "spec": spec}
