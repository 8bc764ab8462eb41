"""The tree is held to the house rules, and each rule is shown to fail on a bad sample."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.unit.house_rules import components, everywhere, layers
from tests.unit.house_rules.samples import BAD, BAD_TREES, GOOD, Sample
from tests.unit.house_rules.source import ROOT, Source, project_files

Rule = Callable[[Source], Iterator[str]]
TreeRule = Callable[[Mapping[str, Source]], Iterator[str]]

FILES = project_files()
COMPONENTS = [source for source in FILES if source.is_component]
EVERY_FILE: tuple[Rule, ...] = (*everywhere.RULES, *layers.RULES)


def _name(value: object) -> str:
    return getattr(value, "__name__", "")


@pytest.mark.parametrize("rule", EVERY_FILE, ids=_name)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    assert [f"{source.path}:{found}" for source in FILES for found in rule(source)] == []


@pytest.mark.parametrize("rule", components.RULES, ids=_name)
def test_every_component_keeps_the_rule(rule: Rule) -> None:
    assert [f"{source.path}:{found}" for source in COMPONENTS for found in rule(source)] == []


@pytest.mark.parametrize("rule", layers.TREE_RULES, ids=_name)
def test_the_program_keeps_its_layers(rule: TreeRule) -> None:
    assert list(rule({source.module: source for source in COMPONENTS})) == []


def test_the_main_program_only_composes() -> None:
    main = (ROOT / "__main__.py").read_text()
    assert len(main.splitlines()) <= 40
    assert "if " not in main.partition('"""\n')[2], "match the config's type, do not compare roles"


def test_every_test_is_in_a_file_that_pytest_collects() -> None:
    stray = [
        str(source.path)
        for source in FILES
        if source.path.parts[0] == "tests" and not source.module.startswith("test_")
        for function in source.functions()
        if function.name.startswith("test_")
    ]
    assert stray == []


@pytest.mark.parametrize("sample", BAD, ids=lambda sample: sample.name)
def test_the_rule_finds_the_bad_sample(sample: Sample) -> None:
    assert list(sample.rule(Source(Path(sample.path), sample.text)))


@pytest.mark.parametrize("rule", [*EVERY_FILE, *components.RULES], ids=_name)
def test_the_rule_leaves_good_code_alone(rule: Rule) -> None:
    assert list(rule(Source(Path("components/box.py"), GOOD))) == []


@pytest.mark.parametrize(("rule", "modules"), BAD_TREES, ids=_name)
def test_the_rule_finds_the_bad_tree(rule: TreeRule, modules: Mapping[str, str]) -> None:
    sources = {name: Source(Path(f"components/{name}.py"), text) for name, text in modules.items()}
    assert list(rule(sources))


def test_every_rule_has_a_bad_sample() -> None:
    rules = {*EVERY_FILE, *components.RULES}
    assert {sample.rule for sample in BAD} == rules
    assert {rule for rule, _ in BAD_TREES} == {*layers.TREE_RULES}
