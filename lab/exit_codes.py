"""What the lab's commands exit with, and the errors that choose a code of their own."""

from enum import IntEnum

from lab.errors import LabError


class ExitCode(IntEnum):
    """The exit codes of `python -m lab`; `--help` prints them."""

    OK = 0
    FAILED = 1
    MISTAKE = 2
    NOT_UP = 3
    CHANGES = 4
    INTERRUPTED = 130


EXIT_CODES_HELP = (
    "Exit codes: 0 done · 1 a step failed · 2 a mistake in the command or in a stack file · "
    "3 the lab is not up · 4 `preview` found changes · 130 interrupted"
)


class MistakeError(LabError):
    """The command line or a stack file is wrong; nothing was changed."""


class NotUpError(LabError):
    """The command needs a running lab."""


def exit_code(error: LabError) -> ExitCode:
    """The code that a command ends with after `error`."""
    match error:
        case MistakeError():
            return ExitCode.MISTAKE
        case NotUpError():
            return ExitCode.NOT_UP
        case _:
            return ExitCode.FAILED
