"""Rules for every Python file of the project: docstrings, sizes, comments, suppressions."""

import ast
import re
from collections.abc import Iterator

from tests.unit.house_rules.source import Source

LONGEST_MODULE = 300
LONGEST_FUNCTION = 60
SUBJECTLESS = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "tools"}

_BANNER = re.compile(r"#\s*([-=*#~_+])\1{3,}")
_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# The parts are joined so that no host is spelled here, which the rule itself forbids.
_REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("proxy", "golang", "org"),
        ("sum", "golang", "org"),
        ("crates", "io"),
        ("rubygems", "org"),
    )
)
_SUPPRESSION = re.compile(r"noqa|type:\s*ignore|pyright:")
_NOQA = re.compile(r"#\s*(ruff: )?noqa: ([A-Z]+\d+)(, ?[A-Z]+\d+)*\s+#\s*\S+")
_PYRIGHT = re.compile(r"#\s*pyright: ignore\[\w+(, ?\w+)*\]\s+#\s*\S+")


def module_says_what_it_owns(source: Source) -> Iterator[str]:
    """A newcomer learns from the first lines what is here and what is not."""
    if source.text.strip() and not ast.get_docstring(source.tree):
        yield "no module docstring: say what it owns and what it does not"


def module_fits(source: Source) -> Iterator[str]:
    """A module has one subject, and one subject fits."""
    lines = len(source.text.splitlines())
    if lines > LONGEST_MODULE:
        yield f"{lines} lines, {LONGEST_MODULE} at most: split it by subject"


def functions_fit(source: Source) -> Iterator[str]:
    """A function is read on one screen."""
    for function in source.functions():
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > LONGEST_FUNCTION:
            yield f"{function.lineno}: {function.name} has {lines} lines, not {LONGEST_FUNCTION}"


def file_has_a_subject(source: Source) -> Iterator[str]:
    """A file without a subject collects what nobody owns."""
    for name in {source.module, *source.path.parent.parts} & SUBJECTLESS:
        yield f"{name}: name the file after what it is about"


def _comments(source: Source, wanted: re.Pattern[str]) -> list[tuple[int, str]]:
    """The comments of a file that has the words at all; tokenizing takes most of the time."""
    return source.comments if wanted.search(source.text) else []


def no_banners(source: Source) -> Iterator[str]:
    """A file that needs banners is two files."""
    for line, comment in _comments(source, _BANNER):
        if _BANNER.match(comment):
            yield f"{line}: {comment}"


def nothing_is_put_off(source: Source) -> Iterator[str]:
    """What is owed stands in an issue, where it is seen."""
    for line, comment in _comments(source, _LATER):
        if _LATER.search(comment):
            yield f"{line}: {comment}"


def no_registry_is_named(source: Source) -> Iterator[str]:
    """Packages come by their ordinary clients, so that a company's mirror works."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        for host in _REGISTRIES:
            if host in line:
                yield f"{number}: names {host}"


def suppressions_give_reasons(source: Source) -> Iterator[str]:
    """`# noqa: S603  # why`, `# pyright: ignore[reportX]  # why`; nothing broader, nothing bare."""
    for line, comment in _comments(source, _SUPPRESSION):
        mypy = re.search(r"type:\s*ignore", comment)
        ruff = re.search(r"\bnoqa\b", comment) and not _NOQA.search(comment)
        pyright = re.search(r"pyright:\s*ignore", comment) and not _PYRIGHT.search(comment)
        if mypy or ruff or pyright or re.search(r"pyright: (basic|off)", comment):
            yield f"{line}: {comment}: name the code and the reason"


RULES = (
    module_says_what_it_owns,
    module_fits,
    functions_fit,
    file_has_a_subject,
    no_banners,
    nothing_is_put_off,
    no_registry_is_named,
    suppressions_give_reasons,
)
