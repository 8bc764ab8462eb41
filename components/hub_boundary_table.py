"""What a stack makes of the table of rights: whose objects Argo CD writes there, and where; pure.

Owns: which rows count, and the places that follow from them. Not here: the rows
(`addon_rights.py`), and the rules of RBAC (`access.py`) and of admission (`hub_boundary_….py`) that
are made of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from components import addon_catalogue, addon_rights
from components.kubernetes_rights import RBAC, Powers, Rights

SHARED = ("kube-node-lease", "kube-public", "kube-system")
"""Namespaces that are the cluster's, and so no add-on's alone."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of one cluster."""

    addons: Sequence[str]
    """Those that the stack turns on."""
    compute: Literal["auto", "managed"]
    runs_argocd: bool = False
    """Whether Argo CD lives there, with its own objects in a namespace of its own."""
    makes_credentials: bool = False
    """Whether it asks External Secrets for secrets of its own there."""

    @property
    def granted(self) -> list[Rights]:
        """Rows of what the cluster is to have."""
        own = [addon_rights.BASELINE]
        own += [addon_rights.AUTO_MODE] if self.compute == "auto" else []
        return [*own, *self._rows(self.addons)]

    @property
    def removable(self) -> list[Rights]:
        """Rows of what it is not to have, and what may be left of them; nothing that bears data.

        An add-on's rights go before Argo CD has heard that it is turned off.
        """
        return self._rows(self._turned_off)

    @property
    def homes(self) -> list[str]:
        """Namespaces that are add-ons' alone."""
        return self._homes(self.addons)

    @property
    def left_homes(self) -> list[str]:
        """Such namespaces of add-ons that are turned off."""
        return [home for home in self._homes(self._turned_off) if home not in self.homes]

    @property
    def node_homes(self) -> list[str]:
        """Add-ons' namespaces whose pods may see their node."""
        return self._homes([name for name in self.addons if addon_rights.RIGHTS[name].node_access])

    @property
    def shared(self) -> list[str]:
        """Namespace and beginning of the name of what add-ons have in shared namespaces."""
        return self._shared(self.addons)

    @property
    def left_shared(self) -> list[str]:
        """The same of add-ons that are turned off."""
        return self._shared(self._turned_off)

    @property
    def placed(self) -> list[str]:
        """API group, kind, namespace and name of single objects in shared namespaces."""
        return sorted(each for rights in self.granted for each in _placed(rights))

    @property
    def left_placed(self) -> list[str]:
        """The same of add-ons that are turned off."""
        return sorted(each for rights in self.removable for each in _placed(rights))

    @property
    def cluster_role_bindings(self) -> dict[str, list[str]]:
        """Name → ClusterRole, and the namespace of the service accounts that it is given to."""
        return {
            name: [role, addon_catalogue.CHARTS[addon].namespace]
            for addon in self.addons
            for name, role in addon_rights.RIGHTS[addon].cluster_role_bindings.items()
        }

    @property
    def shared_role_bindings(self) -> dict[str, list[str]]:
        """Namespace and name → Role, and the namespace of the service accounts."""
        return {
            f"{namespace}/{name}": [role, addon_catalogue.CHARTS[addon].namespace]
            for addon in self.addons
            for namespace, bindings in addon_rights.RIGHTS[addon].elsewhere.items()
            for name, role in bindings.items()
        }

    @property
    def powers(self) -> Mapping[str, Powers]:
        """By the name of the role."""
        return {role: held for rights in self.granted for role, held in rights.powers.items()}

    @property
    def homes_of_groups(self) -> dict[str, str]:
        """API group that an add-on defines → the add-on's namespace."""
        return {
            group: addon_catalogue.CHARTS[addon].namespace
            for addon in self.addons
            for group in addon_rights.RIGHTS[addon].definitions
        }

    @property
    def homes_of_apis(self) -> dict[str, str]:
        """APIService → the add-on's namespace."""
        return {
            name: addon_catalogue.CHARTS[addon].namespace
            for addon in self.addons
            for (_, kind), names in addon_rights.RIGHTS[addon].others.items()
            for name in names
            if kind == "apiservices"
        }

    @property
    def groups(self) -> list[str]:
        """API groups that add-ons bring; an APIService is named `<version>.<group>`."""
        served = {name.partition(".")[2] for name in self.homes_of_apis}
        return sorted({*self.homes_of_groups} | served)

    @property
    def _turned_off(self) -> list[str]:
        return [
            addon
            for addon, row in addon_catalogue.CHARTS.items()
            if addon not in self.addons and not row.data_bearing
        ]

    @staticmethod
    def _rows(addons: Sequence[str]) -> list[Rights]:
        return [addon_rights.RIGHTS[addon] for addon in addons]

    @staticmethod
    def _homes(addons: Sequence[str]) -> list[str]:
        found = {addon_catalogue.CHARTS[addon].namespace for addon in addons}
        return sorted(home for home in found if home not in SHARED)

    @staticmethod
    def _shared(addons: Sequence[str]) -> list[str]:
        return sorted(
            f"{addon_catalogue.CHARTS[addon].namespace}/{name}"
            for addon in addons
            for name in addon_rights.RIGHTS[addon].shared_names
        )


def _placed(rights: Rights) -> Iterator[str]:
    for (namespace, group, kind), names in rights.placed.items():
        yield from (f"{group}/{kind} {namespace}/{name}" for name in names)
    for namespace, bindings in rights.elsewhere.items():
        for binding, role in bindings.items():
            yield f"{RBAC}/rolebindings {namespace}/{binding}"
            if role in rights.roles:
                yield f"{RBAC}/roles {namespace}/{role}"
