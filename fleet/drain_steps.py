"""What comes after `fleet drain`: the steps of removing a cluster and of relabelling one; pure.

Owns: their order and the exact commands, from the stack files where these are readable. Not here:
who carries them out; a person reads them.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components import cluster_labels, conventions
from fleet import clusters

DRAINED = "drained"
"""As its environment: a value that no team and no values file may choose."""
_STACK = "<stack>"


@dataclass(frozen=True, kw_only=True)
class Stacks:
    """The stacks behind a cluster, and the hub's cluster; placeholders where nobody knows them."""

    hub: str = "<hub's stack>"
    hub_cluster: str = "<hub's cluster>"
    spoke: str = _STACK


def removal(
    cluster: str, labels: Mapping[str, str], kubectl: Sequence[str], root: Path
) -> list[str]:
    """In this order the workloads go first, and with them what AWS gave them.

    Argo CD deletes nothing on a cluster that it no longer knows: once the secret is gone, load
    balancers and volumes would outlive the cluster and hold its network.
    """
    stacks = _stacks(cluster, root)
    addons = sorted(key for key in labels if key.startswith(cluster_labels.ENABLE_PREFIX))
    kept = {*cluster_labels.PLATFORMS, *addons, conventions.CLUSTER_LABEL}
    own = sorted(key for key in labels if key not in kept)
    relabel = ["kubectl", "label", "secret", conventions.cluster_secret_name(cluster), *kubectl]
    off = shlex.join([*relabel, *(f"{key}-" for key in addons)])
    again = shlex.join(["python", "-m", "fleet", "drain", cluster])
    return [
        shlex.join([*relabel, "--overwrite", f"environment={DRAINED}", *(f"{key}-" for key in own)])
        + "  (its teams' Applications go, in order)",
        f"{again}  (again, until it shows the platform's Applications alone)",
        *([f"{off}  (the add-ons go, when nobody needs them)"] if addons else []),
        f"take {stacks.spoke} off `spokes` in Pulumi.{stacks.hub}.yaml",
        shlex.join(["pulumi", "state", "unprotect", "--stack", stacks.hub, urn(stacks)])
        + f"  (another name? `pulumi stack --show-urns --stack {stacks.hub}`)",
        shlex.join(["pulumi", "up", "--stack", stacks.hub]),
        f"set cluster.deletionProtection: false in Pulumi.{stacks.spoke}.yaml",
        shlex.join(["pulumi", "up", "--stack", stacks.spoke]),
        shlex.join(["pulumi", "destroy", "--stack", stacks.spoke]),
    ]


def relabelling(cluster: str, root: Path, undo: str) -> list[str]:
    """The other thing that a mark is for, in one line each."""
    stacks = _stacks(cluster, root)
    return [
        "To change its labels only:",
        f"  1. change them in Pulumi.{stacks.spoke}.yaml",
        f"  2. {shlex.join(['pulumi', 'up', '--stack', stacks.spoke])}",
        f"  3. {shlex.join(['pulumi', 'up', '--stack', stacks.hub])}",
        f"  4. {undo}",
    ]


def urn(stacks: Stacks) -> str:
    """The URN of a spoke's cluster secret in the hub's stack."""
    types = "eks-hub-spoke:index:ClusterRegistration$kubernetes:core/v1:Secret"
    name = f"{stacks.hub_cluster}-registration-{stacks.spoke}-secret"
    return f"urn:pulumi:{stacks.hub}::{conventions.PROJECT}::{types}::{name}"


def _stacks(cluster: str, root: Path) -> Stacks:
    fleet, _mistakes = clusters.read(root)
    if fleet is None:
        return Stacks()
    hub, members = fleet.hub, (fleet.hub, *fleet.spokes)
    files = [member.file for member in members if member.name == cluster]
    return Stacks(
        hub=_stack(hub.file),
        hub_cluster=hub.name,
        spoke=_stack(files[0]) if files else _STACK,
    )


def _stack(file: str) -> str:
    return Path(file).name.removeprefix("Pulumi.").removesuffix(".yaml")
