"""No YAML in gitops/ says a thing twice."""

from pathlib import Path

import pytest
import yaml

from tests.gitops.strict_yaml import documents, manifests
from tests.gitops.tree import GITOPS, ROOT, plain_yaml

FILES = plain_yaml(GITOPS)


def test_there_are_files_to_read() -> None:
    assert {"addons", "charts", "projects", "teams", "workloads"} <= {
        path.relative_to(GITOPS).parts[0] for path in FILES
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_key_is_written_twice(path: Path) -> None:
    assert manifests(path) is not None


@pytest.mark.parametrize(
    "text",
    ["a: 1\na: 2\n", "a: {b: 1, b: 2}\n", "- a: 1\n  'a': 2\n", "x: 1\n---\na: 1\nb: 1\na: 1\n"],
)
def test_a_key_that_is_written_twice_is_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="written twice"):
        documents(text)


def test_a_document_of_comments_is_none() -> None:
    assert documents("# nothing\n---\na: 1\n---\n") == [{"a": 1}]
