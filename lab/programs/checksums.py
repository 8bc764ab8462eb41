"""Is this file the one that its publisher released? Reading published checksums, and comparing.

Three forms are read: a list in the manner of sha256sum, a file with nothing but the digest, and
GitHub's record of a release (for publishers who put no list beside their files).
"""

import hashlib
import json
from pathlib import Path
from typing import Any, cast

from lab.errors import LabError

_ALGORITHMS = {64: "sha256", 128: "sha512"}


def published_digest(text: str, file_name: str) -> str:
    """The hexadecimal digest that `text` gives for the file. LabError when it gives none."""
    digest = _from_github(text, file_name) if text.startswith("{") else _from_list(text, file_name)
    if len(digest) not in _ALGORITHMS or not set(digest) <= set("0123456789abcdef"):
        raise LabError(f"no checksum is published for {file_name}")
    return digest


def require_digest(path: Path, digest: str, what: str) -> None:
    """Refuse a file whose sha256 or sha512 (told by its length) is another. Raises LabError."""
    with path.open("rb") as handle:
        actual = hashlib.file_digest(handle, _ALGORITHMS[len(digest)]).hexdigest()
    if actual != digest:
        raise LabError(
            f"{what} was refused: its checksum is {actual[:12]}…, the published one {digest[:12]}…",
            "Something between here and the publisher changes files: look at the proxy",
        )


def _from_list(text: str, file_name: str) -> str:
    rows = [line.split() for line in text.splitlines() if line.strip()]
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0].lower()
    names = (file_name, f"*{file_name}", f"./{file_name}")
    return next((row[0].lower() for row in rows if len(row) == 2 and row[1] in names), "")


def _from_github(text: str, file_name: str) -> str:
    try:
        assets = cast(list[dict[str, Any]], json.loads(text).get("assets", []))
    except ValueError:
        return ""
    digests = (asset.get("digest") for asset in assets if asset.get("name") == file_name)
    return str(next(digests, None) or "").removeprefix("sha256:")
