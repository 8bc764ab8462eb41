"""The arguments of a `kubernetes.Provider`: which are known, what they mean, which replace it.

Not here: what a kubeconfig says (kubeconfig.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.errors import LabError
from lab.plugins import wire
from lab.plugins.kubernetes.kubeconfig import Access, read
from lab.plugins.resource_plugin import Checked, Difference

_TEXTS = ("kubeconfig", "context", "cluster", "namespace", "clusterIdentifier")
_SWITCHES = (
    "deleteUnreachable",
    "skipUpdateUnreachable",
    "enableConfigMapMutable",
    "enableSecretMutable",
    "enableServerSideApply",
    "upsertExistingObjects",
    "suppressDeprecationWarnings",
    "suppressHelmHookWarnings",
)
# What every provider resource carries besides its own arguments.
_ENGINES_OWN = ("version", "pluginDownloadURL", "__internal", "__defaults")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One provider's arguments; the defaults are the official plugin's."""

    kubeconfig: str = ""
    """JSON, YAML, or the path of a file of either."""
    context: str = ""
    cluster: str = ""
    namespace: str = ""
    delete_unreachable: bool = False
    """Objects on a cluster that does not answer count as deleted."""
    skip_update_unreachable: bool = False
    """Objects on a cluster that does not answer are left as they are."""
    config_map_mutable: bool = False
    secret_mutable: bool = False
    upsert: bool = False
    """A create takes over an object that exists."""

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> "Settings":
        plain = wire.reveal(dict(args))
        return cls(
            kubeconfig=_text(plain.get("kubeconfig")),
            context=_text(plain.get("context")),
            cluster=_text(plain.get("cluster")),
            namespace=_text(plain.get("namespace")),
            delete_unreachable=_switch(plain.get("deleteUnreachable")),
            skip_update_unreachable=_switch(plain.get("skipUpdateUnreachable")),
            config_map_mutable=_switch(plain.get("enableConfigMapMutable")),
            secret_mutable=_switch(plain.get("enableSecretMutable")),
            upsert=_switch(plain.get("upsertExistingObjects")),
        )

    def access(self) -> Access:
        """How to reach the cluster; LabError when the kubeconfig does not say."""
        if not self.kubeconfig:
            raise LabError(
                "this kubernetes.Provider has no kubeconfig, and the lab uses no ambient one",
                "Pass `kubeconfig` to the provider, and the provider to the resource",
            )
        return read(self.kubeconfig, context=self.context, cluster=self.cluster)


def check(args: Mapping[str, Any]) -> Checked:
    """Refuses, by name, arguments whose effect the stand-in does not have."""
    known = {*_TEXTS, *_SWITCHES, *_ENGINES_OWN}
    failures = [
        (name, f"the lab's kubernetes plugin does not know the provider argument {name}")
        for name in sorted(args)
        if name not in known
    ]
    apply = args.get("enableServerSideApply")
    if apply is not None and not isinstance(apply, wire.Unknown) and not _switch(apply):
        failures.append(("enableServerSideApply", "the lab's plugin only does server-side apply"))
    return Checked(args, failures)


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """A provider is replaced, and all its objects with it, when it names another cluster.

    `clusterIdentifier` decides where it is given; else the server's address does, and one that is
    not known yet counts as another.
    """
    before, after = wire.reveal(dict(old)), wire.reveal(dict(new))
    if before.get("clusterIdentifier") or after.get("clusterIdentifier"):
        replacing = "clusterIdentifier"
    else:
        replacing = "kubeconfig" if _server(before) != _server(after) else ""
    return Difference(
        changes=wire.diff(old, new, replaces=lambda path: bool(path) and path[0] == replacing)
    )


def _server(args: Mapping[str, Any]) -> object:
    """The address a provider's arguments lead to; something unequal to all else if unknown."""
    if wire.has_unknown(dict(args)):
        return object()
    try:
        return Settings.of(args).access().server
    except LabError:
        return None


def _text(value: Any) -> str:
    if value is None or isinstance(value, wire.Unknown):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _switch(value: Any) -> bool:
    """A boolean, which the SDK sends as JSON text."""
    return value is True or value == "true"
