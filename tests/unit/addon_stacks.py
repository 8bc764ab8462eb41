"""Stacks with every add-on that they can have, and the settings that tests give add-ons."""

from typing import Any

from components.addon_catalogue import CHARTS
from components.addon_settings import AddonSettings
from components.place import Place
from tests.unit.configs import VARIANTS

ZONE = "Z0123456789AB"
SETTINGS: dict[str, Any] = {
    "external_dns": {"zones": [ZONE], "domainFilters": ["a.example.com", "b.example.com"]},
    "cert_manager": {"zones": [ZONE]},
    "velero": {"bucket": "backups-of-example"},
    "aws_for_fluentbit": {"logRetentionDays": 90},
}
"""One valid section for each add-on that has one."""

PLACE = Place(
    account="222222222222", region="eu-west-1", cluster="spoke-dev", node_role_name="nodes"
)

ON_MANAGED_NODES: dict[str, Any] = {
    "cluster.compute": "managed",
    "addons": list(CHARTS),
    "addonSettings": SETTINGS,
}
ON_AUTO_MODE: dict[str, Any] = {
    "addons": [name for name, row in CHARTS.items() if not row.replaced_by_auto_mode],
    "addonSettings": SETTINGS,
}


def settings(**sections: dict[str, Any]) -> AddonSettings:
    """The valid settings, with other sections for some add-ons."""
    return AddonSettings.model_validate({**SETTINGS, **sections})


WITH_ALL_ADDONS: dict[str, tuple[str, dict[str, Any]]] = {
    **VARIANTS,
    "all-add-ons-auto": ("spoke-dev", ON_AUTO_MODE),
    "all-add-ons-managed": ("spoke-dev", ON_MANAGED_NODES),
}
"""The variants of `configs.py`, and a stack with all that each kind of nodes can have."""
