"""Programs that the person already has: on PATH, whole and in the pinned version."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from lab.layout import STATE_FOLDER
from lab.programs.recipe import Program, Recipe


def find_on_path(recipe: Recipe, own_folders: Iterable[Path]) -> Mapping[str, Path] | None:
    """The recipe's programs by name, or None unless PATH has them all in the right version.

    `own_folders` do not count, nor does what lies in the state folder of any clone's lab: `lab env`
    puts links and wrappers on PATH, and one found there would become a link to itself.
    """
    folders = _folders(tuple(own_folders))
    found: dict[str, Path] = {}
    for program in recipe.programs:
        if program.probe is not None:
            path = _first_of_version(program, recipe.version_of(program), folders)
            if path is None:
                return None
            found[program.name] = path
    if not found:
        return None
    home = next(iter(found.values())).parent
    if not all((home / name).is_file() for name in (*recipe.companions, *recipe.links)):
        return None
    return {program.name: found.get(program.name, home) for program in recipe.programs}


def _first_of_version(program: Program, version: str, folders: list[str]) -> Path | None:
    for folder in folders:
        path = shutil.which(program.file, path=folder)
        if path and program.probe and program.probe.confirms(Path(path), version):
            return Path(path).absolute()
    return None


def _folders(own: tuple[Path, ...]) -> list[str]:
    return [
        folder
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)
        if STATE_FOLDER not in Path(folder).absolute().parts
        and not any(Path(folder).absolute().is_relative_to(each) for each in own)
    ]
