"""Every attempt of the suite as docs/attempts.md shows it; `python -m tests.attempts` writes it.

Owns: which attempts there are, and the page. Not here: what each of them does.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.lab.attack import aws_roles, hub_role, merged, past_git, services, tokens
from tests.lab.attack.attempt import Attempt
from tests.unit.attack import before_the_merge, registrations

PAGE = Path(__file__).parents[1] / "docs" / "attempts.md"
_TOP = """\
# Tried as an attacker would

{count} attempts, none of which gets through. Each row is a test; it fails if the attempt succeeds,
or if the refusal lacks the words in the last column. The first two tables are of
`tests/unit/attack/` and take seconds; the others are of `tests/lab/attack/`, on a lab with a hub
and two spokes. `python -m tests.attempts` writes this page from the tests.
"""

GROUPS: Mapping[str, Sequence[Attempt]] = {
    "A team's pull request, before the merge": before_the_merge.ATTEMPTS,
    "A spoke that says to be another": (*registrations.ATTEMPTS, registrations.REPOSITORY),
    "A team's file, merged all the same": merged.ATTEMPTS,
    "What a team's service brings": (*services.ATTEMPTS, *services.PEEPS.values()),
    "The hub's role on a spoke": hub_role.ATTEMPTS,
    "Roles of others": aws_roles.ATTEMPTS,
    "Tokens": tokens.ATTEMPTS,
    "By kubectl, past Git": (*past_git.COMMANDS, *past_git.BY_HAND, past_git.HEALED),
}


def attempts() -> Iterator[Attempt]:
    """All of them."""
    for group in GROUPS.values():
        yield from group


def page() -> str:
    """The page, whole."""
    parts = [_TOP.format(count=len(list(attempts())))]
    for title, group in GROUPS.items():
        rows = "".join(_row(attempt) for attempt in group)
        parts.append(
            f"\n## {title}\n\n| who | what | who refuses | in which words |\n"
            f"| --- | --- | --- | --- |\n{rows}"
        )
    return "".join(parts)


def _row(attempt: Attempt) -> str:
    cells = (attempt.who, attempt.what, attempt.refused_by, attempt.says)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(page())
