"""Each rule of the policy pack finds its bad cases and leaves the good ones alone."""

import ast
from pathlib import Path

import pytest

import policies.pack
from policies.pack import rules
from policies.pack.rule import ResourceRule, Rule
from policies.pack.rules import RULES, SUBJECTS
from tests.unit.policies.cases import clusters, contents, identities, kept, networks
from tests.unit.policies.cases.case import Case, of
from tests.unit.policies.documented import DOCUMENT, table

CASES = [case for table in (clusters, networks, identities, kept, contents) for case in table.CASES]
BY_NAME = {rule.name: rule for rule in RULES}
PACK = Path(str(policies.pack.__file__)).parent


def findings(rule: Rule, case: Case) -> list[str]:
    if isinstance(rule, ResourceRule):
        return list(rule.findings(case.resources[0]))
    return [finding for _, finding in rule.findings(case.resources)]


def named(case: Case) -> str:
    return f"{case.rule}-{case.says or 'nothing'}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_rule_says_of_the_case_what_it_should(case: Case) -> None:
    found = findings(BY_NAME[case.rule], case)
    assert len(found) == bool(case.says), found
    assert case.says in "".join(found)


def test_every_rule_has_a_good_and_a_bad_case() -> None:
    assert {case.rule for case in CASES if case.says} == set(BY_NAME)
    assert {case.rule for case in CASES if not case.says} == set(BY_NAME)


def test_every_function_that_is_marked_as_a_rule_is_in_the_pack() -> None:
    marked = {
        node.name.replace("_", "-")
        for path in PACK.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).startswith(("resource_rule", "stack_rule"))
    }
    assert marked == set(BY_NAME)


def test_no_two_rules_have_one_name() -> None:
    assert len(BY_NAME) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_holds_and_what_to_do(rule: Rule) -> None:
    assert rule.description.endswith(".")
    assert rule.remedy[0].isupper()
    assert not rule.remedy.endswith(".")
    assert rule.message("where: what") == f"where: what. {rule.remedy}."


def test_a_rule_leaves_resources_of_other_types_alone() -> None:
    rule = BY_NAME["keys-turn"]
    assert isinstance(rule, ResourceRule)
    assert list(rule.findings(of("aws:kms/key:Key")))
    assert list(rule.findings(of("aws:kms/alias:Alias"))) == []


def test_rules_are_listed_by_subject() -> None:
    assert [rule for subject in SUBJECTS for rule in rules.rules_of(subject)] == list(RULES)


def test_the_documents_table_is_the_pack() -> None:
    """`python -m tests.unit.policies.documented` renews it."""
    assert DOCUMENT.read_text().endswith(f"\n\n{table()}")
