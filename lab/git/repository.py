"""The repository that Argo CD reads: what is edited is what runs, beside what was pushed to it.

Branch `checkout` has a commit for each state of the working tree that was published; `main`, which
Argo CD follows, merges it with what `lab onboard` pushed. Not here: how it is served (`server.py`).
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import record
from lab.git.command import Git
from lab.layout import Layout

NAME = "platform.git"
MAIN = "main"
CHECKOUT = "checkout"
# What Argo CD and `fleet` read of the project; everything else is no part of the repository.
PUBLISHED = ("gitops", "fleet", "components", ".github", "CODEOWNERS", "Pulumi*.yaml")
_ABSENT = "000000"


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a publication came to."""

    url: str
    """As Argo CD reads it."""
    commit: str
    """What `main` is now."""
    changed: bool
    """Whether `main` is another commit than before."""
    overruled: tuple[str, ...] = ()
    """Files that the remote had changed in another way than the working tree, which won."""

    @property
    def remark(self) -> str:
        """What a person must know of it, in a line; empty where there is nothing."""
        if not self.overruled:
            return ""
        return f"changed here and in the lab's remote, taken from here: {', '.join(self.overruled)}"


def bare(layout: Layout) -> Path:
    """Where the repository lies; pushes go to this path."""
    return layout.git / NAME


def create(layout: Layout) -> Git:
    """Make the empty repository unless there is one."""
    folder = bare(layout)
    git = Git(folder=folder)
    if not (folder / "HEAD").exists():
        folder.mkdir(parents=True, exist_ok=True)
        git.run("init", "--quiet", "--bare", ".")
        git.run("symbolic-ref", "HEAD", f"refs/heads/{MAIN}")
        # Argo CD fetches a commit by its number, which main may have left behind meanwhile.
        git.run("config", "uploadpack.allowReachableSHA1InWant", "true")
        git.run("config", "http.receivepack", "false")
    return git


def publish(root: Path, layout: Layout) -> Published:
    """Bring `main` up to date with the working tree at `root`, a Git repository or not.

    Files that only the remote changed stay as they are there. Makes no commit when there is nothing
    new. Raises LabError when git fails.
    """
    git = create(layout)
    before = git.commit_of(MAIN)
    snapshot = _snapshot(root, git)
    commit, overruled = _merged(git, before, snapshot) if before else (snapshot, ())
    # In one transaction: a checkout that main has not merged would count as merged next time.
    branches = ((MAIN, commit), (CHECKOUT, snapshot))
    updates = "".join(f"update refs/heads/{name} {target}\n" for name, target in branches)
    git.run("update-ref", "--stdin", standard_input=updates)
    return Published(
        url=record.load(layout).platform_repository,
        commit=commit,
        changed=commit != before,
        overruled=overruled,
    )


def _snapshot(root: Path, git: Git) -> str:
    """The commit of the working tree: the last one where nothing changed."""
    with tempfile.TemporaryDirectory(dir=git.folder.parent, prefix=".index-") as scratch:
        index = Git(
            folder=root,
            variables={
                "GIT_DIR": str(git.folder),
                "GIT_WORK_TREE": str(root),
                "GIT_INDEX_FILE": str(Path(scratch) / "index"),
            },
        )
        names = "".join(f"{name}\0" for name in _files(root, index))
        index.run("update-index", "--add", "-z", "--stdin", standard_input=names)
        tree = index.line("write-tree")
    last = git.commit_of(CHECKOUT)
    if last and git.line("rev-parse", f"{last}^{{tree}}") == tree:
        return last
    parent = ("-p", last) if last else ()
    return git.line("commit-tree", tree, *parent, "-m", "The working tree")


def _files(root: Path, index: Git) -> Iterator[str]:
    """What is there of the published: not ignored, or ignored and tracked nevertheless."""
    patterns = [*(f":(glob){name}" for name in PUBLISHED), ":(exclude,glob)**/__pycache__/**"]
    found = set(index.names("ls-files", "-z", "--others", "--exclude-standard", "--", *patterns))
    # Looked for and not asked of git: an archive may lie somewhere in another repository.
    if (root / ".git").exists():
        found |= set(Git(folder=root).names("ls-files", "-z", "--cached", "--", *patterns))
    for name in sorted(found):
        path = root / name
        if path.is_symlink() or path.is_file():
            yield name


def _merged(git: Git, main: str, snapshot: str) -> tuple[str, tuple[str, ...]]:
    """`main` with what the working tree changed since the last merge, and the files it overruled.

    By whole files: a mixture of two versions is one that nobody has seen.
    """
    if git.succeeds("merge-base", "--is-ancestor", snapshot, main):
        return main, ()
    ours = dict(_changes(git, CHECKOUT, snapshot))
    theirs = dict(_changes(git, CHECKOUT, main))
    overruled = tuple(
        path for path, entry in sorted(ours.items()) if theirs.get(path, entry) != entry
    )
    with tempfile.TemporaryDirectory(dir=git.folder.parent, prefix=".index-") as scratch:
        index = Git(folder=git.folder, variables={"GIT_INDEX_FILE": str(Path(scratch) / "index")})
        index.run("read-tree", main)
        changes = _index_info(ours.items())
        index.run("update-index", "-z", "--index-info", standard_input=changes)
        tree = index.line("write-tree")
    message = f"Merge branch '{CHECKOUT}'"
    return git.line("commit-tree", tree, "-p", main, "-p", snapshot, "-m", message), overruled


def _changes(git: Git, before: str, after: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Path, and the mode and blob that it has after; the mode is 000000 where it is gone."""
    parts = iter(git.names("diff-tree", "-r", "-z", "--no-renames", before, after))
    for header, path in zip(parts, parts, strict=True):
        _, mode, _, blob, _ = header.split(" ")
        yield path, (mode, blob)


def _index_info(changes: Iterable[tuple[str, tuple[str, str]]]) -> str:
    """What goes, first: a folder may come where a file was."""
    ordered = sorted(changes, key=lambda change: (change[1][0] != _ABSENT, change[0]))
    return "".join(f"{mode} {blob}\t{path}\0" for path, (mode, blob) in ordered)
