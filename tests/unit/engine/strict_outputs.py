"""Makes the three silent mistakes with an Output loud: f-strings, truth, equality.

`f"{output}"` yields a paragraph of warning, `if output:` is always true, `output == x` always
false; the SDK accepts all three without a word (the first raises by an environment variable).
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from pulumi import Output


class OutputMisusedError(AssertionError):
    """An Output was used as if its value were there already."""


def _truth(_output: Any) -> bool:
    raise OutputMisusedError(
        "an Output has no truth value; decide inside apply, or by a plain value"
    )


def _equal(output: object, other: object) -> bool:
    # Identity stays silent: sets and dicts ask it of the object they already hold.
    if output is other:
        return True
    raise OutputMisusedError("an Output cannot be compared; compare inside apply")


def _unequal(output: object, other: object) -> bool:
    return not _equal(output, other)


@contextmanager
def strict_outputs() -> Generator[None]:
    """While it lasts, the three mistakes raise."""
    with (
        mock.patch.dict(os.environ, {"PULUMI_ERROR_OUTPUT_STRING": "true"}),
        mock.patch.object(Output, "__bool__", _truth, create=True),
        mock.patch.object(Output, "__eq__", _equal),
        mock.patch.object(Output, "__ne__", _unequal),
    ):
        yield
