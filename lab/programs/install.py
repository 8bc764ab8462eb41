"""The toolchain's one door: `ensure` finds each program or installs it, in the pinned version.

Order: PATH, the cache, then a recipe's sources (official release, build). The first that gives the
right version wins; what each one lacked is told when none does.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from lab.errors import LabError
from lab.layout import PROJECT_ROOT
from lab.programs.cache import Slot, cache_root
from lab.programs.installed import Installed, Origin
from lab.programs.recipe import Bench, Program, Recipe, Source
from lab.programs.recipes import RECIPES
from lab.programs.search_path import find_on_path
from lab.programs.web import Web

# One memory of unreachable hosts for the whole run, however often `ensure` is called.
_WEB = Web()


def ensure(
    names: Iterable[str], *, report: Callable[[str], None] = lambda _line: None
) -> dict[str, Installed]:
    """The named programs, each ready to run in the version of `lab.versions`.

    `report` takes lines of progress; nothing is reported for what is already there. Raises
    LabError when a program can be had in no way, with the reason of each.
    """
    return Toolchain(root=cache_root(), web=_WEB, report=report).ensure(names)


class Toolchain:
    """The recipes over one cache folder."""

    def __init__(
        self,
        *,
        root: Path,
        web: Web,
        report: Callable[[str], None],
        recipes: tuple[Recipe, ...] = RECIPES,
    ) -> None:
        self._root = root
        self._web = web
        self._report = report
        self._recipes = recipes

    def ensure(self, names: Iterable[str]) -> dict[str, Installed]:
        """As the function of this name; installs whole recipes, returns what was asked for."""
        wanted = tuple(names)
        known = {program.name for recipe in self._recipes for program in recipe.programs}
        unknown = sorted(set(wanted) - known)
        if unknown:
            raise LabError(
                f"the lab knows no program {', '.join(unknown)}",
                f"Known are {', '.join(sorted(known))}",
            )
        found: dict[str, Installed] = {}
        for recipe in self._recipes:
            if any(program.name in wanted for program in recipe.programs):
                found |= self._find_or_install(recipe)
        return {name: found[name] for name in wanted}

    def _find_or_install(self, recipe: Recipe) -> dict[str, Installed]:
        on_path = find_on_path(recipe, (self._root, PROJECT_ROOT))
        if on_path is not None:
            return {
                program.name: _installed(recipe, program, on_path[program.name], Origin.PATH)
                for program in recipe.programs
            }
        slot = Slot(root=self._root, name=recipe.folder)
        if slot.complete(recipe.required):
            return _all_in(slot.folder, recipe, Origin.CACHE)
        try:
            return _all_in(slot.folder, recipe, self._install(recipe, slot))
        except OSError as error:
            raise LabError(
                f"{_title(recipe)} cannot be kept in {self._root}: {error}",
                "Make room or set XDG_CACHE_HOME to a folder that can be written",
            ) from None

    def _install(self, recipe: Recipe, slot: Slot) -> Origin:
        title = _title(recipe)
        with slot.locked(lambda: self._report(f"{title}: another process is installing it")):
            if slot.complete(recipe.required):
                return Origin.CACHE
            failures: list[tuple[Source, LabError]] = []
            for source in recipe.sources:
                started = time.monotonic()
                try:
                    self._install_from(source, recipe, slot)
                except LabError as error:
                    failures.append((source, error))
                    self._report(f"{title}: {source.name}: {error.message}")
                else:
                    seconds = time.monotonic() - started
                    self._report(f"{title}: installed from {source.name} in {seconds:.0f} s")
                    return source.origin
        raise _no_way(recipe, failures)

    def _install_from(self, source: Source, recipe: Recipe, slot: Slot) -> None:
        title = _title(recipe)
        with slot.staged() as (folder, work):
            source.fill(
                Bench(
                    folder=folder,
                    work=work,
                    log=slot.log,
                    web=self._web,
                    report=lambda line: self._report(f"{title}: {line}"),
                )
            )
            for link, target in recipe.links.items():
                (folder / link).symlink_to(target)
            _require_all(recipe, folder)


def _require_all(recipe: Recipe, folder: Path) -> None:
    missing = sorted(name for name in recipe.required if not (folder / name).is_file())
    if missing:
        raise LabError(f"it lacks {', '.join(missing)}")
    for program in recipe.programs:
        version = recipe.version_of(program)
        if program.probe and not program.probe.confirms(folder / program.file, version):
            raise LabError(f"its {program.name} does not run here as version {version}")


def _all_in(folder: Path, recipe: Recipe, origin: Origin) -> dict[str, Installed]:
    return {
        program.name: _installed(recipe, program, folder / program.file, origin)
        for program in recipe.programs
    }


def _installed(recipe: Recipe, program: Program, path: Path, origin: Origin) -> Installed:
    return Installed(
        name=program.name, version=recipe.version_of(program), path=path, origin=origin
    )


def _title(recipe: Recipe) -> str:
    return f"{recipe.name} {recipe.version}"


def _no_way(recipe: Recipe, failures: list[tuple[Source, LabError]]) -> LabError:
    reasons = "; ".join(f"{source.name}: {error.message}" for source, error in failures)
    remedies = dict.fromkeys(error.remedy for _, error in failures if error.remedy)
    return LabError(
        f"{_title(recipe)} cannot be had ({reasons})",
        ". ".join(remedies) or "Allow the hosts named here, or put that version on PATH",
    )
