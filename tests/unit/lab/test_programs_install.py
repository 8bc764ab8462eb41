"""Every program is found or installed in the pinned version, or the person learns why not."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from lab.errors import LabError
from lab.programs.install import Toolchain, ensure
from lab.programs.installed import Origin
from lab.programs.recipe import Bench, Recipe, Source
from lab.programs.recipes import RECIPES
from lab.programs.releases import Asset, OfficialRelease
from lab.programs.web import Web
from tests.unit.lab.programs_fakes import FakeSource, executable, recipe

Make = Callable[..., Toolchain]
GOOD = {"tool": "1.2.3"}


@pytest.fixture
def lines() -> list[str]:
    """What was reported."""
    return []


@pytest.fixture
def toolchain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> Make:
    """A toolchain of given recipes over an empty cache, with nothing on PATH but the system's."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")

    def make(*recipes: Recipe, web: Web | None = None) -> Toolchain:
        return Toolchain(
            root=tmp_path / "cache", web=web or Web(), report=lines.append, recipes=recipes
        )

    return make


def refusing(message: str, remedy: str = "") -> FakeSource:
    return FakeSource(error=LabError(message, remedy), name="release", origin=Origin.DOWNLOAD)


def test_a_program_on_path_wins(toolchain: Make, tmp_path: Path) -> None:
    tool = executable(tmp_path / "bin" / "tool", "1.2.3")
    found = toolchain(recipe(FakeSource(files=GOOD))).ensure(["tool"])["tool"]
    assert (found.origin, found.path) == (Origin.PATH, tool)


def test_a_wrong_version_on_path_is_passed_over(toolchain: Make, tmp_path: Path) -> None:
    executable(tmp_path / "bin" / "tool", "1.2.2")
    found = toolchain(recipe(FakeSource(files=GOOD))).ensure(["tool"])["tool"]
    assert found.origin is Origin.BUILD


def test_an_installed_program_lies_in_the_cache_under_its_name_and_version(
    toolchain: Make, tmp_path: Path
) -> None:
    found = toolchain(recipe(FakeSource(files=GOOD))).ensure(["tool"])["tool"]
    assert found.path == tmp_path / "cache" / "tool-1.2.3" / "tool"


def test_what_was_installed_once_comes_from_the_cache(toolchain: Make) -> None:
    source = FakeSource(files=GOOD)
    toolchain(recipe(source)).ensure(["tool"])
    again = toolchain(recipe(source)).ensure(["tool"])["tool"]
    assert (again.origin, source.fills) == (Origin.CACHE, 1)


def test_nothing_is_reported_for_what_is_there(toolchain: Make, lines: list[str]) -> None:
    source = FakeSource(files=GOOD)
    toolchain(recipe(source)).ensure(["tool"])
    lines.clear()
    toolchain(recipe(source)).ensure(["tool"])
    assert lines == []


def test_an_install_reports_its_start_and_its_seconds(toolchain: Make, lines: list[str]) -> None:
    toolchain(recipe(FakeSource(files=GOOD))).ensure(["tool"])
    assert lines == ["tool 1.2.3: fetching", "tool 1.2.3: installed from fake in 0 s"]


def test_the_first_source_that_can_wins(toolchain: Make) -> None:
    first = FakeSource(files=GOOD, origin=Origin.DOWNLOAD)
    found = toolchain(recipe(first, FakeSource(files=GOOD))).ensure(["tool"])["tool"]
    assert found.origin is Origin.DOWNLOAD


def test_a_refused_source_falls_through_to_the_next(toolchain: Make) -> None:
    sources = (refusing("host refused"), FakeSource(files=GOOD))
    assert toolchain(recipe(*sources)).ensure(["tool"])["tool"].origin is Origin.BUILD


def test_the_reason_of_a_refusal_is_reported(toolchain: Make, lines: list[str]) -> None:
    toolchain(recipe(refusing("host refused"), FakeSource(files=GOOD))).ensure(["tool"])
    assert "tool 1.2.3: release: host refused" in lines


def test_a_refused_host_is_asked_once_for_all_programs(toolchain: Make) -> None:
    web = CountingWeb()
    recipes = [
        recipe(release_of(name), FakeSource(files={name: "1.2.3"}), name=name)
        for name in ("one", "two", "three")
    ]
    toolchain(*recipes, web=web).ensure(["one", "two", "three"])
    assert web.attempts == 1


def test_another_version_than_asked_for_is_not_kept(toolchain: Make) -> None:
    sources = (FakeSource(files={"tool": "1.2.2"}), FakeSource(files=GOOD, origin=Origin.DOWNLOAD))
    assert toolchain(recipe(*sources)).ensure(["tool"])["tool"].origin is Origin.DOWNLOAD


def test_an_install_without_a_companion_is_not_kept(toolchain: Make) -> None:
    with pytest.raises(LabError, match="it lacks companion"):
        toolchain(recipe(FakeSource(files=GOOD), companions=("companion",))).ensure(["tool"])


def test_a_source_that_broke_off_leaves_nothing_that_counts(
    toolchain: Make, tmp_path: Path
) -> None:
    half_done = FakeSource(files=GOOD, error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        toolchain(recipe(half_done)).ensure(["tool"])
    assert not (tmp_path / "cache" / "tool-1.2.3").exists()


def test_what_a_failed_source_left_is_not_mixed_with_the_next(
    toolchain: Make, tmp_path: Path
) -> None:
    half_done = FakeSource(files={"stale": "1.2.3"}, error=LabError("failed"))
    toolchain(recipe(half_done, FakeSource(files=GOOD))).ensure(["tool"])
    assert not (tmp_path / "cache" / "tool-1.2.3" / "stale").exists()


def test_a_program_that_goes_by_another_name_too_is_linked(toolchain: Make) -> None:
    linked = recipe(FakeSource(files=GOOD), links={"tool-other-name": "tool"})
    found = toolchain(linked).ensure(["tool"])["tool"]
    assert (found.path.parent / "tool-other-name").resolve() == found.path


def test_when_no_way_is_left_every_reason_and_remedy_is_told(toolchain: Make) -> None:
    sources = (refusing("host refused"), FakeSource(error=LabError("no Go", "Install Go")))
    with pytest.raises(LabError) as caught:
        toolchain(recipe(*sources)).ensure(["tool"])
    assert str(caught.value) == (
        "tool 1.2.3 cannot be had (release: host refused; fake: no Go). Install Go"
    )


def test_a_failure_without_a_remedy_of_its_own_gets_one(toolchain: Make) -> None:
    with pytest.raises(LabError) as caught:
        toolchain(recipe(refusing("host refused"))).ensure(["tool"])
    assert caught.value.remedy == "Allow the hosts named here, or put that version on PATH"


def test_a_cache_that_cannot_be_written_is_told_with_the_remedy(
    toolchain: Make, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(LabError, match="cannot be kept in") as caught:
        toolchain(recipe(FakeSource(files=GOOD))).ensure(["tool"])
    assert "XDG_CACHE_HOME" in caught.value.remedy


def test_a_full_disk_is_told_at_once(toolchain: Make) -> None:
    """The next source would only fill it again."""
    second = FakeSource(files=GOOD)
    full = FakeSource(error=OSError(28, "No space left on device"))
    with pytest.raises(LabError, match="No space left on device"):
        toolchain(recipe(full, second)).ensure(["tool"])
    assert second.fills == 0


def test_two_installs_at_once_become_one(toolchain: Make, lines: list[str]) -> None:
    source = SlowSource()
    both = [toolchain(recipe(source)), toolchain(recipe(source))]
    threads = [threading.Thread(target=each.ensure, args=(["tool"],)) for each in both]
    for thread in threads:
        thread.start()
    source.wait_for_a_second(lines)
    for thread in threads:
        thread.join()
    assert source.fills == 1


def test_only_what_was_asked_for_is_installed(toolchain: Make) -> None:
    other = FakeSource(files={"other": "1.2.3"})
    found = toolchain(recipe(FakeSource(files=GOOD)), recipe(other, name="other")).ensure(["tool"])
    assert (list(found), other.fills) == (["tool"], 0)


def test_an_unknown_program_is_refused_by_name(toolchain: Make) -> None:
    with pytest.raises(LabError, match="the lab knows no program toll") as caught:
        toolchain(recipe()).ensure(["toll"])
    assert caught.value.remedy == "Known are tool"


def test_the_labs_table_has_every_program_once() -> None:
    names = sorted(program.name for each in RECIPES for program in each.programs)
    assert names == [
        "actionlint",
        "argocd",
        "argocd-manifests",
        "argocd-scripts",
        "etcd",
        "gitleaks",
        "helm",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kubeconform",
        "kubectl",
        "kwok",
        "kwok-stages",
        "pulumi",
        "pulumi-python-exec",
    ]


def test_ensure_knows_the_labs_programs_only() -> None:
    with pytest.raises(LabError, match="the lab knows no program terraform"):
        ensure(["terraform"])


class CountingWeb(Web):
    """Counts the attempts at a host that always refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts = 0

    def _open(self, url: str) -> IO[bytes]:
        self.attempts += 1
        raise ConnectionRefusedError(111, f"Connection refused: {url}")


class SlowSource(FakeSource):
    """Holds the install until another one is seen to wait for it."""

    def __init__(self) -> None:
        super().__init__(files=GOOD)
        self._go_on = threading.Event()

    def fill(self, bench: Bench) -> None:
        assert self._go_on.wait(10), "nobody waited for this install"
        super().fill(bench)

    def wait_for_a_second(self, lines: list[str]) -> None:
        deadline = threading.Event()
        while not any("another process is installing it" in line for line in lines):
            assert not deadline.wait(0.005)
        self._go_on.set()


def release_of(name: str) -> Source:
    asset = Asset(url=f"https://host/{name}", checksums="https://host/SUMS", takes={name: name})
    return OfficialRelease(assets=(asset,))
