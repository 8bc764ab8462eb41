"""A file counts when the publisher's checksum says so."""

import json
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.programs.checksums import published_digest, require_digest
from tests.unit.lab.programs_fakes import sha256

DIGEST = sha256(b"content")


@pytest.mark.parametrize(
    "text",
    [
        DIGEST,
        f"{DIGEST}\n",
        DIGEST.upper(),
        f"{DIGEST}  tool",
        f"{'0' * 64}  other\n{DIGEST}  tool\n",
        f"{DIGEST} *tool",
        f"{DIGEST}  ./tool",
        json.dumps({"assets": [{"name": "tool", "digest": f"sha256:{DIGEST}"}]}),
    ],
)
def test_every_published_form_of_a_checksum_is_read(text: str) -> None:
    assert published_digest(text, "tool") == DIGEST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>Sign in to the guest network</html>",
        "<html>",
        f"{DIGEST}  tool.sig",
        f"{DIGEST}  other-tool",
        f"{DIGEST[:-1]}  tool",
        f"{'z' * 64}  tool",
        "{not json",
        "{}",
        json.dumps({"assets": [{"name": "tool", "digest": None}]}),
        json.dumps({"assets": [{"name": "other", "digest": f"sha256:{DIGEST}"}]}),
    ],
)
def test_a_text_without_the_files_checksum_is_none(text: str) -> None:
    with pytest.raises(LabError, match="no checksum is published for tool"):
        published_digest(text, "tool")


def test_a_file_with_its_checksum_passes(tmp_path: Path) -> None:
    (tmp_path / "tool").write_bytes(b"content")
    require_digest(tmp_path / "tool", DIGEST, "tool")


def test_a_file_with_another_checksum_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tool").write_bytes(b"tampered")
    with pytest.raises(LabError, match="tool was refused: its checksum"):
        require_digest(tmp_path / "tool", DIGEST, "tool")


def test_a_longer_checksum_is_sha512(tmp_path: Path) -> None:
    (tmp_path / "tool").write_bytes(b"")
    sha512_of_nothing = (
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    )
    require_digest(tmp_path / "tool", sha512_of_nothing, "tool")
