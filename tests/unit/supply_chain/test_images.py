"""Every image that the project itself names is one: an exact version, or a digest.

Versions of charts are held by the rules of ApplicationSets (`tests/gitops`), and the images that a
chart brings by the chart's version.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

ROOT = Path(__file__).parents[3]
EXACT = re.compile(r"[\w.-]+(/[\w.-]+)+(:v?\d+\.\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})+")
"""A registry's name or Docker Hub's owner, a path, and what tells one image from the next."""


def files() -> list[Path]:
    """Values, teams' files and plain manifests; templates have what these say."""
    return sorted(
        path for path in (ROOT / "gitops").rglob("*.yaml") if "templates" not in path.parts
    )


def images(value: Any) -> Iterator[str]:
    """Whatever stands below a key `image`: a reference, or repository and tag."""
    if isinstance(value, list):
        for item in cast(list[Any], value):
            yield from images(item)
    if not isinstance(value, dict):
        return
    for key, inner in cast(dict[str, Any], value).items():
        if key == "image" and isinstance(inner, str):
            yield inner
        elif key == "image" and isinstance(inner, dict) and "tag" in inner:
            named = cast(dict[str, Any], inner)
            yield f"{named.get('repository', 'of/the-chart')}:{named['tag']}"
        else:
            yield from images(inner)


def found() -> dict[str, list[str]]:
    """File → the images that it names."""
    return {
        str(path.relative_to(ROOT)): listed
        for path in files()
        for listed in [[i for doc in yaml.safe_load_all(path.read_text()) for i in images(doc)]]
        if listed
    }


def test_every_image_in_gitops_is_exact() -> None:
    loose = [f"{file}: {i}" for file, names in found().items() for i in names if not is_exact(i)]
    assert loose == []


def test_there_are_images_to_look_at() -> None:
    assert sum(map(len, found().values())) >= 6


def is_exact(image: str) -> bool:
    return EXACT.fullmatch(image) is not None


@pytest.mark.parametrize(
    "image",
    [
        "ghcr.io/stefanprodan/podinfo:latest",
        "ghcr.io/stefanprodan/podinfo:6",
        "ghcr.io/stefanprodan/podinfo:6.9",
        "ghcr.io/stefanprodan/podinfo",
        "nginx:1.2.3",
        "ghcr.io/stefanprodan/podinfo@sha256:abc",
    ],
)
def test_what_may_be_another_image_tomorrow_is_not_exact(image: str) -> None:
    assert not is_exact(image)


@pytest.mark.parametrize(
    "image",
    [
        "ghcr.io/stefanprodan/podinfo:6.9.2",
        "velero/velero-plugin-for-aws:v1.14.2",
        "ghcr.io/stefanprodan/podinfo@sha256:" + "0" * 64,
        "ghcr.io/stefanprodan/podinfo:6.9.2@sha256:" + "0" * 64,
    ],
)
def test_a_version_or_a_digest_is_exact(image: str) -> None:
    assert is_exact(image)
