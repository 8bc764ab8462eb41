"""What a command cannot go on with, and what commands exit with.

Not here: mistakes in files, which are findings and not failures (`mistakes.py`).
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of `python -m fleet`; `--help` prints them."""

    OK = 0
    MISTAKES = 1
    USAGE = 2


class FleetError(Exception):
    """Something that the command's user can mend; printed as one line, never as a traceback."""

    code = ExitCode.USAGE

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message}; {remedy}" if remedy else message)
        self.message = message
        self.remedy = remedy
