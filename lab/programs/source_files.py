"""Plain files out of a publisher's repository, at the tag of a version: manifests and the like.

Two ways to the same bytes: from the repository's host, where `pinned.sha256` beside this file is
the proof (nobody publishes checksums of single source files), or from the Go module, where Go's
checksum database is. `lab.programs.recipes` says how to renew the pins after a change of version.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from lab.errors import LabError
from lab.programs.checksums import require_digest
from lab.programs.go_build import download
from lab.programs.go_command import GoCommand, find_go
from lab.programs.installed import Origin
from lab.programs.recipe import Bench

RAW_FILES = "https://raw.githubusercontent.com"
PINS = Path(__file__).with_name("pinned.sha256")

Texts = Mapping[str, str]
"""Path → content."""


@dataclass(frozen=True, kw_only=True)
class Tree:
    """Some files of a repository."""

    repository: str
    """owner/name."""
    module: str
    """The Go module whose root is the repository's."""
    version: str
    """Without the "v"."""
    folders: tuple[str, ...] = ()
    """All YAML files that lie directly in these."""
    files: tuple[str, ...] = ()
    """And these."""
    arrange: Callable[[Texts], Texts]
    """From paths in the repository to paths in our folder."""
    executable: bool = False
    """Whether the files are scripts to be run."""
    toolchain: str = "auto"

    def holds(self, path: str) -> bool:
        """Whether this file of the repository is one of the tree's."""
        place = PurePosixPath(path)
        in_folder = place.suffix == ".yaml" and str(place.parent) in self.folders
        return in_folder or path in self.files

    def write(self, texts: Texts, folder: Path) -> None:
        """Put the arranged files into the folder."""
        for name, text in self.arrange(texts).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
            (folder / name).chmod(0o755 if self.executable else 0o644)


@dataclass(frozen=True, kw_only=True)
class PinnedFiles:
    """The source that fetches each file from the repository's host."""

    tree: Tree
    pins: Path = PINS
    host: str = RAW_FILES
    name: str = "repository"
    origin: Origin = Origin.DOWNLOAD

    def fill(self, bench: Bench) -> None:
        """Fetch and verify. LabError when a file cannot be had, trusted, or has no pin."""
        bench.report(f"downloading from {urlsplit(self.host).netloc}")
        prefix = f"{self.tree.repository}/v{self.tree.version}/"
        pins = {
            path.removeprefix(prefix): digest
            for digest, path in (line.split() for line in self.pins.read_text().splitlines())
            if path.startswith(prefix) and self.tree.holds(path.removeprefix(prefix))
        }
        texts: dict[str, str] = {}
        for path, digest in pins.items():
            copy = bench.work / "file"
            bench.web.save(f"{self.host}/{prefix}{path}", copy)
            require_digest(copy, digest, path)
            texts[path] = copy.read_text()
        if not texts:
            raise LabError(f"{self.pins.name} knows no files of {prefix.rstrip('/')}")
        self.tree.write(texts, bench.folder)


@dataclass(frozen=True, kw_only=True)
class ModuleFiles:
    """The source that takes them out of the Go module; nothing is compiled."""

    tree: Tree
    name: str = "Go module"
    origin: Origin = Origin.DOWNLOAD

    def fill(self, bench: Bench) -> None:
        """Fetch the module and copy. LabError when Go is missing or cannot have the module."""
        bench.report("fetching its Go module")
        bench.log.write_text("")
        go = GoCommand(
            program=find_go(), folder=bench.work, log=bench.log, toolchain=self.tree.toolchain
        )
        root = Path(download(go, self.tree.module, self.tree.version)["Dir"])
        paths = [
            *(str(path.relative_to(root)) for path in _yaml_files(root, self.tree.folders)),
            *self.tree.files,
        ]
        try:
            texts = {path: (root / path).read_text() for path in paths}
        except OSError as error:
            raise LabError(f"{self.tree.module} has no {error.filename}") from None
        self.tree.write(texts, bench.folder)


def _yaml_files(root: Path, folders: tuple[str, ...]) -> list[Path]:
    return [path for folder in folders for path in sorted((root / folder).glob("*.yaml"))]


def below(root: str) -> Callable[[Texts], Texts]:
    """Keep the tree as it is below `root`."""

    def arrange(texts: Texts) -> Texts:
        return {str(PurePosixPath(path).relative_to(root)): text for path, text in texts.items()}

    return arrange


def joined(target: str) -> Callable[[Texts], Texts]:
    """One file of YAML documents out of many; kustomizations are no documents of theirs."""

    def arrange(texts: Texts) -> Texts:
        documents = [
            text.strip("\n")
            for path, text in texts.items()
            if PurePosixPath(path).name != "kustomization.yaml"
        ]
        return {target: "\n---\n".join(documents) + "\n"}

    return arrange
