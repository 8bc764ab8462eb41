"""`python -m lab.programs NAME…`: install programs, print the folders that hold them.

For pipelines, which put the folders on PATH; it imports nothing but the standard library.
"""

import sys

from lab.errors import LabError
from lab.programs.install import ensure


def main(names: list[str]) -> int:
    """Folders go to stdout, progress and refusals to stderr; 1 where a program cannot be had."""
    try:
        found = ensure(names, report=lambda line: print(line, file=sys.stderr))  # noqa: T201  # no console of the lab
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201  # no console of the lab
        return 1
    for folder in dict.fromkeys(each.path.parent for each in found.values()):
        print(folder)  # noqa: T201  # the answer
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
