"""The tables of the aws stand-in against the SDK: same names, same required arguments."""

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from lab.plugins.aws.registry import TYPES
from lab.plugins.aws.schema import Kind, Property


def arguments_class(pulumi_type: str) -> Any:
    """The SDK's Args class of a type."""
    _, path, name = pulumi_type.split(":")
    module = path.split("/")[0]
    return getattr(importlib.import_module(f"pulumi_aws.{module}"), f"{name}Args")


def wire_names(arguments: Any) -> dict[str, str]:
    """Python name → wire name of an SDK class's properties."""
    members: list[tuple[str, Any]] = inspect.getmembers(arguments, _is_property)
    return {name: getattr(member.fget, "_pulumi_name", name) for name, member in members}


def _is_property(member: object) -> bool:
    return isinstance(member, property)


def required_names(arguments: Any) -> set[str]:
    names = wire_names(arguments)
    parameters = inspect.signature(arguments.__init__).parameters
    return {
        names[name]
        for name, parameter in parameters.items()
        if name in names and parameter.default is inspect.Parameter.empty
    }


def nested(arguments: Any, properties: tuple[Property, ...]) -> Iterator[tuple[Any, Property]]:
    """Each nested object of a table with the SDK's class for it, at every depth."""
    names = {wire: name for name, wire in wire_names(arguments).items()}
    inputs = importlib.import_module(f"{arguments.__module__.rsplit('.', 1)[0]}._inputs")
    for item in properties:
        if item.kind not in (Kind.OBJECT, Kind.OBJECTS):
            continue
        annotation = str(inspect.signature(getattr(arguments, names[item.name]).fget))
        inner = getattr(inputs, re.findall(r"(\w+Args)\b", annotation)[0])
        yield inner, item
        yield from nested(inner, item.fields)


def objects_of(pulumi_type: str) -> list[tuple[str, Any, tuple[Property, ...]]]:
    arguments = arguments_class(pulumi_type)
    table = TYPES[pulumi_type].table()
    inner = [(item.name, sdk, item.fields) for sdk, item in nested(arguments, table)]
    return [(pulumi_type, arguments, table), *inner]


@pytest.mark.parametrize("pulumi_type", sorted(TYPES))
def test_every_property_exists_in_the_sdk(pulumi_type: str) -> None:
    for name, arguments, fields in objects_of(pulumi_type):
        unknown = {item.name for item in fields} - {*wire_names(arguments).values()}
        assert not unknown, name


@pytest.mark.parametrize("pulumi_type", sorted(TYPES))
def test_every_argument_the_sdk_requires_is_required(pulumi_type: str) -> None:
    for name, arguments, fields in objects_of(pulumi_type):
        required = {item.name for item in fields if item.required}
        assert required == required_names(arguments), name


@pytest.mark.parametrize("pulumi_type", sorted(TYPES))
def test_every_output_exists_in_the_sdk(pulumi_type: str) -> None:
    arguments = arguments_class(pulumi_type)
    package = importlib.import_module(arguments.__module__.rsplit(".", 1)[0])
    sdk = wire_names(getattr(package, pulumi_type.rsplit(":", 1)[1]))
    unknown = {*TYPES[pulumi_type].outputs} - {*sdk.values()}
    assert not unknown


@pytest.mark.parametrize("pulumi_type", sorted(TYPES))
def test_the_type_is_the_one_the_sdk_registers(pulumi_type: str) -> None:
    assert f"'{pulumi_type}'" in inspect.getsource(
        inspect.getmodule(arguments_class(pulumi_type)) or object
    )


@pytest.mark.parametrize("pulumi_type", sorted(TYPES))
def test_tags_and_regions_are_where_the_sdk_has_them(pulumi_type: str) -> None:
    names = {*wire_names(arguments_class(pulumi_type)).values()}
    assert ("tags" in names, "region" in names) == (
        TYPES[pulumi_type].taggable,
        TYPES[pulumi_type].regional,
    )
