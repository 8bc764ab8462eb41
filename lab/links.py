"""Links and small scripts that are replaced in one step: a program that looks never finds none."""

from pathlib import Path


def replace_symlink(link: Path, target: Path) -> None:
    """Let `link` point to `target`, whatever it was before."""
    if link.is_symlink() and link.readlink() == target:
        return
    temporary = link.with_name(f".{link.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)


def write_script(path: Path, body: str) -> None:
    """Write an executable script for /bin/sh."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(f"#!/bin/sh\n{body}\n")
    temporary.chmod(0o755)
    temporary.replace(path)
