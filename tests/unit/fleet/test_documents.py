"""Strict YAML: what is read, and the line of every value."""

from pathlib import Path

import pytest

from fleet import documents
from fleet.nodes import Document


def _load(folder: Path, text: str) -> tuple[Document | None, list[str]]:
    file = folder / "file.yaml"
    file.write_text(text)
    document, mistakes = documents.load(file, folder)
    return document, [str(mistake) for mistake in mistakes]


def _value(folder: Path, text: str) -> object:
    document, mistakes = _load(folder, text)
    assert mistakes == []
    assert document is not None
    return document.value


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    document, _ = _load(tmp_path, "a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n")
    assert document is not None
    places = [("a",), ("a", "b"), ("a", "c", 0), ("a", "c", 1, "d")]
    assert [document.line(place) for place in places] == [1, 2, 4, 5]


def test_what_is_missing_has_the_line_of_what_it_is_missing_in(tmp_path: Path) -> None:
    document, _ = _load(tmp_path, "a: 1\nb:\n  c: 2\n")
    assert document is not None
    assert document.root["b"]["x"]["y"].line == 2


def test_a_value_of_another_type_has_no_children_and_no_text(tmp_path: Path) -> None:
    document, _ = _load(tmp_path, "a: 1\n")
    assert document is not None
    node = document.root["a"]
    assert (list(node.items()), node.elements(), node.text) == ([], [], "")
    assert (node["b"].value, node["b"].exists) == (None, False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1, c: 2}\nd: {b: 3, <<: *x}\n", {"a": {"b": 1, "c": 2}, "d": {"b": 3, "c": 2}}),
        (
            "a: &x {k: 1}\nb: &y {k: 2, l: 2}\nc:\n  <<: [*x, *y]\n",
            {"a": {"k": 1}, "b": {"k": 2, "l": 2}, "c": {"k": 1, "l": 2}},
        ),
        ("a: yes\nb: 0x10\nc: ~\nd: 1.5\n", {"a": True, "b": 16, "c": None, "d": 1.5}),
        ("a: {{ x: 1 }: 2}\n", None),
    ],
    ids=["alias", "merge", "merge-of-several", "scalars", "mapping-as-key"],
)
def test_values_are_what_yaml_says(tmp_path: Path, text: str, value: object) -> None:
    if value is None:
        assert "has the key a mapping or list" in _load(tmp_path, text)[1][0]
    else:
        assert _value(tmp_path, text) == value


def test_a_merged_key_that_is_written_too_has_the_line_where_it_is_written(tmp_path: Path) -> None:
    document, _ = _load(tmp_path, "a: &x\n  b: 1\nc:\n  b: 2\n  <<: *x\n")
    assert document is not None
    assert document.line(("c", "b")) == 4


@pytest.mark.parametrize("text", ["a: {<<: 1}", "a: &x {<<: *x}", "a: {<<: [[]]}"])
def test_only_mappings_are_merged(tmp_path: Path, text: str) -> None:
    assert "merges what is no mapping; name an anchored mapping" in _load(tmp_path, text)[1][0]


def test_every_duplicate_is_found_at_once(tmp_path: Path) -> None:
    found = _load(tmp_path, "a: 1\nb: {c: 1, c: 2}\na: 3\n")[1]
    assert [line.partition(";")[0] for line in found] == [
        "file.yaml:2: b.c: is written twice, first on line 2",
        "file.yaml:3: a: is written twice, first on line 1",
    ]


def test_several_documents_are_read_where_several_may_be(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_text("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n")
    found, mistakes = documents.load_all(file, tmp_path)
    assert ([document.value for document in found], mistakes) == ([{"a": 1}, {"b": 2}], [])


def test_a_finding_is_one_line_whatever_the_key(tmp_path: Path) -> None:
    found = _load(tmp_path, '"a\\nb\\e[31m": 1\n"a\\nb\\e[31m": 2\n')[1]
    assert found[0].isprintable()


@pytest.mark.parametrize("text", ["", "# only\n", "---\n", "~\n"])
def test_nothing_is_one_finding(tmp_path: Path, text: str) -> None:
    assert _load(tmp_path, text) == (
        None,
        ["file.yaml:1: is empty; write it, or remove the file"],
    )


def test_a_file_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    _, mistakes = documents.load(tmp_path / "none.yaml", tmp_path)
    assert [mistake.problem for mistake in mistakes] == [
        "cannot be read (No such file or directory)"
    ]
