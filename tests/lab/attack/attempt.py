"""One attempt, as docs/attempts.md shows it: who tries what, who refuses, in which words."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A row of the table; what is done is added by each kind of attempt."""

    who: str
    what: str
    refused_by: str
    says: str
    """Words of the refusal, by which a person knows what was refused."""

    def __str__(self) -> str:
        return f"{self.who} {self.what}"
