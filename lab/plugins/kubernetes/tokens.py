"""Pulumi's type tokens of the kubernetes package, and the API version and kind they stand for."""

import re
from dataclasses import dataclass

from lab.errors import LabError

RELEASE = "kubernetes:helm.sh/v3:Release"
# Modules whose resources are not objects of an API server, but programs of the official plugin.
_OVERLAYS = re.compile(r"^(helm\.sh|helm|kustomize|yaml)(/|$)")


@dataclass(frozen=True)
class Kind:
    """What an object is."""

    api_version: str
    name: str

    @property
    def group(self) -> str:
        """Empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def built_in(self) -> bool:
        """Whether Kubernetes itself defines it."""
        return "." not in self.group or self.group.endswith(".k8s.io")


def parse(token: str) -> Kind:
    """The kind of `kubernetes:<group>/<version>:<Kind>`; LabError for what is no object.

    Refused by name: charts, kustomizations, YAML files, patches and lists.
    """
    parts = token.split(":")
    if len(parts) != 3 or parts[0] != "kubernetes" or _OVERLAYS.match(parts[1]):
        raise LabError(
            f"the lab's kubernetes plugin has no resource {token}",
            f"It has objects by kind, CustomResource and {RELEASE}",
        )
    kind = Kind(parts[1].removeprefix("core/"), parts[2])
    if kind.built_in and kind.name.endswith(("Patch", "List")):
        raise LabError(f"the lab's kubernetes plugin has no patches and no lists, so no {token}")
    return kind
