"""What a person and a log see of a command's steps and errors."""

import io

import pytest
from rich.console import Console

from lab.console import Reporter
from lab.errors import LabError


def reporter() -> tuple[Reporter, io.StringIO]:
    output = io.StringIO()
    return Reporter(console=Console(file=output, width=80, markup=False, highlight=False)), output


def test_a_step_leaves_one_line_with_its_seconds_and_what_came_of_it() -> None:
    steps, output = reporter()

    with steps.step("pulumi up hub") as step:
        step.detail = "3 create"

    assert output.getvalue() == "✓     0.0 s  pulumi up hub: 3 create\n"


def test_a_failed_step_is_marked_and_not_remembered() -> None:
    steps, output = reporter()

    with pytest.raises(LabError), steps.step("pulumi up hub"):
        raise LabError("no")

    assert output.getvalue() == "✗     0.0 s  pulumi up hub (failed)\n"
    assert steps.steps == []


def test_an_interrupted_step_is_not_called_a_failure() -> None:
    steps, output = reporter()

    with pytest.raises(KeyboardInterrupt), steps.step("pulumi up hub"):
        raise KeyboardInterrupt

    assert output.getvalue().endswith("(interrupted)\n")


def test_a_long_line_is_not_broken_where_nobody_looks_at_it() -> None:
    steps, output = reporter()

    with steps.step("x" * 300):
        pass

    assert output.getvalue().count("\n") == 1


def test_brackets_in_a_message_are_not_taken_for_markup() -> None:
    steps, output = reporter()

    steps.error(LabError("no [bold]such[/bold] thing"))

    assert output.getvalue() == "error: no [bold]such[/bold] thing\n"


def test_an_error_is_one_line_with_its_remedy() -> None:
    steps, output = reporter()

    steps.error(LabError("it is broken", "Mend it"))

    assert output.getvalue() == "error: it is broken. Mend it\n"


def test_the_remedy_of_a_list_stands_on_a_line_of_its_own() -> None:
    steps, output = reporter()

    steps.error(LabError("two things:\n  a\n  b\n", "Mend them"))

    assert output.getvalue() == "error: two things:\n  a\n  b\nMend them\n"
