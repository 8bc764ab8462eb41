"""One configured aws plugin, driven as the engine drives it: check, then create, read, update."""

from collections.abc import Mapping
from typing import Any

from lab.plugins.aws.plugin import AwsPlugin
from lab.plugins.aws.registry import TYPES
from lab.plugins.resource_plugin import Difference, Live, Resource

REGION = "eu-west-1"


def resource(pulumi_type: str, name: str = "thing") -> Resource:
    """A resource of the type under a component, as most are."""
    return Resource(f"urn:pulumi:dev::probe::eks-hub-spoke:index:Network${pulumi_type}::{name}")


def type_named(name: str) -> str:
    """The full type of `Vpc`; names are unique here but for eks and iam, which tests don't mix."""
    return next(item for item in TYPES if item.endswith(f":{name}"))


class Stack:
    """A provider and the resources made through it."""

    def __init__(self, **args: Any) -> None:
        self.plugin = AwsPlugin()
        self.plugin.configure({"region": REGION, "defaultTags": {"tags": {"Owner": "us"}}} | args)

    def checked(self, name: str, /, old: Mapping[str, Any] | None = None, **inputs: Any) -> Any:
        """The inputs after Check; fails if it found anything."""
        result = self.plugin.check(resource(type_named(name)), old or {}, inputs)
        assert list(result.failures) == []
        return result.inputs

    def failures(self, name: str, /, **inputs: Any) -> dict[str, str]:
        result = self.plugin.check(resource(type_named(name)), {}, inputs)
        return dict(result.failures)

    def create(self, name: str, /, **inputs: Any) -> Live:
        """Create it and return it with its checked inputs."""
        given = self.checked(name, **inputs)
        made = self.plugin.create(resource(type_named(name)), given, preview=False)
        return Live(made.id, made.state, given)

    def read(self, name: str, live: Live) -> Live | None:
        return self.plugin.read(resource(type_named(name)), live)

    def diff(self, name: str, live: Live, /, **inputs: Any) -> Difference:
        """What the engine would show for these inputs of the program."""
        new = self.checked(name, live.inputs, **inputs)
        return self.plugin.diff(resource(type_named(name)), live, new)

    def update(self, name: str, live: Live, /, **inputs: Any) -> Live:
        new = self.checked(name, live.inputs, **inputs)
        state = self.plugin.update(resource(type_named(name)), live, new, preview=False)
        return Live(live.id, state, new)

    def delete(self, name: str, live: Live) -> None:
        self.plugin.delete(resource(type_named(name)), live)
