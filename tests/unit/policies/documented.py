"""The table of rules in docs/policies.md: `python -m tests.unit.policies.documented` renews it."""

from policies.pack.rules import SUBJECTS, rules_of
from tests.unit.committed import ROOT

DOCUMENT = ROOT / "docs" / "policies.md"
HEAD = "| subject | rule | level | what it holds |\n| --- | --- | --- | --- |\n"


def table() -> str:
    """What the document has to end with."""
    rows = [
        f"| {subject.__name__.rpartition('.')[2]} | `{rule.name}` | {rule.level} |"
        f" {rule.description} |\n"
        for subject in SUBJECTS
        for rule in rules_of(subject)
    ]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    DOCUMENT.write_text(DOCUMENT.read_text().partition(HEAD)[0] + table())
