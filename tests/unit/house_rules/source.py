"""One Python file as the rules see it: text, tree, comments; and the files of this project."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("components", "lab", "tests", "fleet", "policies", "bench")


@dataclass(frozen=True)
class Source:
    """A file; `path` is relative to the project's root and decides which rules hold."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Line number and text of every comment."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [(t.start[0], t.string) for t in tokens if t.type == tokenize.COMMENT]

    @property
    def module(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @property
    def is_component(self) -> bool:
        """Whether the file is a module of the program itself."""
        return self.path.parts[0] == "components"

    def calls(self, inside: ast.AST | None = None) -> Iterator[ast.Call]:
        """Every call in the file, or inside one node of it."""
        for node in ast.walk(inside or self.tree):
            if isinstance(node, ast.Call):
                yield node

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imported(self) -> Iterator[tuple[int, str]]:
        """Line and full name of what is imported: `components.config` for both forms."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.lineno, node.module
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def project_files() -> list[Source]:
    """All Python files of the project, also those that nothing imports."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [
        Source(path.relative_to(ROOT), path.read_text())
        for path in [ROOT / "__main__.py", *paths]
        if path.is_file()
    ]
