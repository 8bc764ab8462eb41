"""Builds: with a Go that can, in an environment of our own, logged to a file that errors name."""

import json
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.programs.go_build import GoBuild, ModuleFile, Replaces
from lab.programs.go_command import GoCommand, find_go
from tests.unit.lab.programs_fakes import asked, bench, fake_go

REPLACED = {
    "Replace": [
        {"Old": {"Path": "k8s.io/api"}, "New": {"Path": "./staging/src/k8s.io/api"}},
        {"Old": {"Path": "old.io/lib"}, "New": {"Path": "fork.io/lib", "Version": "v0.1.0"}},
    ]
}


@pytest.fixture
def go_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "go"
    fake_go(folder)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def build(**changes: object) -> GoBuild:
    plain = {"module": "example.org/tool", "version": "1.2.3", "packages": {"tool": "/cmd/tool"}}
    return GoBuild(**{"takes": "1 minute", **plain, **changes})  # pyright: ignore[reportArgumentType]  # a test's shorthand


def test_missing_go_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError, match="Go is not installed") as caught:
        find_go()
    assert caught.value.remedy.startswith("Install Go 1.21 or newer")


@pytest.mark.parametrize("version", ["go1.20.14", "go1.4", "go0.9"])
def test_a_go_too_old_to_fetch_a_newer_one_is_told(go_folder: Path, version: str) -> None:
    fake_go(go_folder, version=version)
    with pytest.raises(LabError, match=f"{version} .* is too old"):
        find_go()


@pytest.mark.parametrize("version", ["go1.21.0", "go1.27.3", "devel go1.28-ab12cd", "go2.0"])
def test_a_newer_go_will_do(go_folder: Path, version: str) -> None:
    fake_go(go_folder, version=version)
    assert find_go() == str(go_folder / "go")


def test_a_go_that_tells_no_version_is_refused(go_folder: Path) -> None:
    fake_go(go_folder, version="")
    with pytest.raises(LabError, match="does not tell its version"):
        find_go()


@pytest.mark.usefixtures("go_folder")
def test_every_package_becomes_a_program(tmp_path: Path) -> None:
    place = bench(tmp_path)
    build(packages={"one": "/cmd/one", "two": "/cmd/two"}).fill(place)
    assert sorted(path.name for path in place.folder.iterdir()) == ["one", "two"]


def test_the_exact_version_is_required(go_folder: Path, tmp_path: Path) -> None:
    build().fill(bench(tmp_path))
    assert "auto get example.org/tool/cmd/tool@v1.2.3" in asked(go_folder)


def test_settings_are_linked_in_and_debug_tables_left_out(go_folder: Path, tmp_path: Path) -> None:
    build(settings=("example.org/tool.version=1.2.3",)).fill(bench(tmp_path))
    assert "build -ldflags -s -w -X example.org/tool.version=1.2.3 -o" in asked(go_folder)[-1]


def test_a_pinned_toolchain_is_used_for_every_step(go_folder: Path, tmp_path: Path) -> None:
    build(toolchain="go1.27.3").fill(bench(tmp_path))
    steps = [line for line in asked(go_folder) if "GOVERSION" not in line]
    assert {line.split()[0] for line in steps} == {"go1.27.3"}


def edits(go_folder: Path) -> list[str]:
    prefix = "auto mod edit -replace="
    lines = [line for line in asked(go_folder) if line.startswith(prefix)]
    return [line.removeprefix(prefix) for line in lines]


def test_staging_modules_become_their_published_versions(go_folder: Path, tmp_path: Path) -> None:
    (go_folder / "module" / "go.mod.json").write_text(json.dumps(REPLACED))
    build(version="1.36.3", replaces=Replaces.STAGING).fill(bench(tmp_path))
    assert edits(go_folder) == ["k8s.io/api=k8s.io/api@v0.36.3"]


def test_remote_replacements_are_carried_over(go_folder: Path, tmp_path: Path) -> None:
    (go_folder / "module" / "go.mod.json").write_text(json.dumps(REPLACED))
    build(replaces=Replaces.REMOTE).fill(bench(tmp_path))
    assert edits(go_folder) == ["old.io/lib=fork.io/lib@v0.1.0"]


def test_files_of_a_module_come_along(go_folder: Path, tmp_path: Path) -> None:
    (go_folder / "module" / "script").write_text("content")
    data = {"script": ModuleFile(module="example.org/tool", version="1.2.3", path="script")}
    place = bench(tmp_path)
    build(data=data).fill(place)
    script = place.folder / "script"
    assert (script.read_text(), script.stat().st_mode & 0o777) == ("content", 0o755)


def test_a_failed_build_names_its_last_line_and_its_log(go_folder: Path, tmp_path: Path) -> None:
    fake_go(go_folder, body='case "$1" in build) echo disk is full >&2; exit 1 ;; esac')
    place = bench(tmp_path)
    with pytest.raises(LabError) as caught:
        build().fill(place)
    assert (caught.value.message, caught.value.remedy) == (
        "`go build` failed: disk is full",
        f"The whole log is {place.log}",
    )


def test_the_log_keeps_every_command_and_what_it_printed(go_folder: Path, tmp_path: Path) -> None:
    fake_go(go_folder, body='case "$1" in get) echo go: added example.org/tool >&2 ;; esac')
    place = bench(tmp_path)
    build().fill(place)
    log = place.log.read_text()
    assert "$ go get example.org/tool/cmd/tool@v1.2.3\ngo: added example.org/tool\n" in log


def test_a_log_is_that_of_the_last_build(go_folder: Path, tmp_path: Path) -> None:
    place = bench(tmp_path)
    place.log.write_text("of yesterday")
    build().fill(place)
    assert "of yesterday" not in place.log.read_text(), go_folder


def test_a_step_that_takes_too_long_is_ended(
    go_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(go_folder, body='case "$1" in get) exec sleep 10 ;; esac')
    monkeypatch.setattr("lab.programs.go_command.STEP_SECONDS", 0.2)
    with pytest.raises(LabError, match="`go get` took over"):
        build().fill(bench(tmp_path))


@pytest.mark.parametrize(
    ("name", "theirs", "ours"),
    [
        ("GOFLAGS", "-mod=vendor", "-buildvcs=false"),
        ("GOTOOLCHAIN", "local", "auto"),
        ("GOWORK", "/home/me/go.work", "off"),
        ("CGO_ENABLED", "1", "0"),
        ("GOOS", "windows", ""),
        ("GOPROXY", "https://goproxy.example.org", "https://goproxy.example.org"),
    ],
)
def test_what_changes_the_result_is_ours_and_where_it_comes_from_is_the_persons(
    go_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, theirs: str, ours: str
) -> None:
    monkeypatch.setenv(name, theirs)
    GoCommand(program=find_go(), folder=go_folder, log=go_folder / "log").run("version")
    lines = (go_folder / "environment").read_text().splitlines()
    found = [line for line in lines if line.startswith(f"{name}=")]
    assert found == ([f"{name}={ours}"] if ours else [])
