"""The comment on a change of a repository, and the parts of it that tests look at."""

from fleet import diff, markdown
from fleet.helm import Helm
from tests.unit.fleet.repositories import Repository

FILE = "gitops/teams/ants/team.yaml"


def told(repository: Repository, helm: Helm) -> str:
    """The comment, whole."""
    return markdown.write(diff.report(repository.root, "main", helm), limit=None)


def warned(comment: str) -> list[str]:
    """The lines of its warning."""
    quoted = [line for line in comment.splitlines() if line.startswith(">")]
    assert quoted[:3] in ([], ["> [!CAUTION]", "> **Removes**", ">"])
    return [line.removeprefix("> - ") for line in quoted[3:]]


def committed(repository: Repository) -> None:
    """What is changed so far belongs to main, too."""
    repository.commit()
    repository.git("branch", "--force", "main")
