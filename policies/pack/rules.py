"""Every rule of the pack, by subject: each that a module here makes is in force."""

from types import ModuleType

from . import (
    charts,
    clusters,
    encryption,
    kubernetes,
    logs,
    network,
    nodes,
    permissions,
    secrets,
    tags,
    trust,
)
from .rule import ResourceRule, Rule, StackRule

SUBJECTS: tuple[ModuleType, ...] = (
    clusters,
    network,
    trust,
    permissions,
    nodes,
    kubernetes,
    encryption,
    secrets,
    logs,
    tags,
    charts,
)


def rules_of(subject: ModuleType) -> tuple[Rule, ...]:
    """The rules that a module makes, in its order."""
    return tuple(
        value for value in vars(subject).values() if isinstance(value, ResourceRule | StackRule)
    )


RULES: tuple[Rule, ...] = tuple(rule for subject in SUBJECTS for rule in rules_of(subject))
