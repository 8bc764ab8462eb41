"""The server's settings file."""

import json
from pathlib import Path
from typing import Any

import pytest

from lab.aws.settings import load
from lab.errors import LabError

NAMES = ("etcd", "kube_apiserver", "kube_controller_manager", "kube_scheduler", "kwok")
BINARIES = {name: f"/bin/{name}" for name in (*NAMES, "kwok_stages")}


def settings(folder: Path, content: Any) -> Path:
    path = folder / "settings.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_binaries_become_paths(tmp_path: Path) -> None:
    loaded = load(settings(tmp_path, {"binaries": BINARIES, "aws_accounts": ["111111111111"]}))
    assert loaded.binaries is not None
    assert loaded.binaries.etcd == Path("/bin/etcd")


def test_fake_control_planes_need_no_binaries(tmp_path: Path) -> None:
    assert load(settings(tmp_path, {"fake_control_planes": True})).binaries is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "can't be read"),
        ([], "JSON object"),
        ({"binary": {}}, "unknown keys: binary"),
        ({}, "lack binaries: etcd"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, content: Any, reason: str) -> None:
    with pytest.raises(LabError, match=reason):
        load(settings(tmp_path, content))
