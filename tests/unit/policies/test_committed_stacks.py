"""The committed stacks, and their variants, held to the policy pack as a preview holds them."""

from datetime import timedelta
from typing import Any

import pytest

from policies.pack.judge import Judge
from tests.unit import committed
from tests.unit.addon_stacks import WITH_ALL_ADDONS
from tests.unit.configs import OPEN_SPOKE, brought_up
from tests.unit.engine import Run
from tests.unit.policies.judged import TODAY, committed_exceptions, violations

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    **WITH_ALL_ADDONS,
    **{account: (account, {}) for account in committed.account_names()},
}
STACKS = [*committed.stack_names(), *committed.account_names()]


def judge() -> Judge:
    return Judge(committed_exceptions(), TODAY)


def broken(run: Run, level: str) -> set[str]:
    return {v.rule.name for v in violations(run, judge()) if v.rule.level == level}


@pytest.mark.parametrize("name", RUNS)
def test_a_stack_as_it_is_committed_breaks_no_rule(name: str) -> None:
    stack, changes = RUNS[name]
    assert [v.message for v in violations(brought_up(stack, changes), judge())] == []


@pytest.mark.parametrize("stack", STACKS)
def test_a_first_preview_in_which_little_is_known_breaks_no_rule(stack: str) -> None:
    assert [v.message for v in violations(committed.up(stack, preview=True), judge())] == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_exception_is_needed_and_none_has_run_out(stack: str) -> None:
    judged = judge()
    violations(committed.up(stack), judged)
    assert list(judged.needless(stack)) == []
    assert list(judged.faults(stack)) == []


def test_an_open_spoke_is_stopped_and_told_of_all_that_is_wrong() -> None:
    run = brought_up("spoke-dev", OPEN_SPOKE)
    assert broken(run, "mandatory") == {
        "administrators-are-exceptions",
        "cluster-endpoint-closed-to-the-internet",
    }
    assert broken(run, "advisory") == {
        "clusters-are-protected-from-deletion",
        "what-cannot-be-made-again-is-protected",
    }


def test_the_deployer_is_an_administrator_by_exception_only() -> None:
    exceptions = committed_exceptions()
    late = Judge(exceptions, max(e.until for e in exceptions.entries) + timedelta(days=1))
    names = {v.rule.name for v in violations(committed.up("hub"), late)}
    assert names == {"administrators-are-exceptions"}
