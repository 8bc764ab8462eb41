"""The chart server hands out packages and nothing else; the chart's files agree with each other."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.charts.package import SOURCE
from lab.charts.server import make_server


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "charts"
    (folder / "inner").mkdir(parents=True)
    (folder / "index.yaml").write_text("entries: {}\n")
    (folder / "argo-cd-1.2.3.tgz").write_bytes(b"\x1f\x8b")
    (folder / ".hidden").write_text("")
    (folder / "inner" / "file").write_text("")
    (tmp_path / "secret").write_text("")
    with make_server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # the test's own server
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def test_index_and_packages_are_served(address: str) -> None:
    assert get(f"{address}/index.yaml") == (200, b"entries: {}\n")
    assert get(f"{address}/argo-cd-1.2.3.tgz") == (200, b"\x1f\x8b")


@pytest.mark.parametrize("path", ["", "..%2fsecret", "../secret", ".hidden", "inner/file", "no"])
def test_nothing_else_is_served(address: str, path: str) -> None:
    assert get(f"{address}/{path}")[0] == 404


def test_the_server_listens_on_loopback_only(tmp_path: Path) -> None:
    with make_server(tmp_path, 0) as server:
        assert server.server_address[0] == "127.0.0.1"


def schema() -> dict[str, Any]:
    return json.loads((SOURCE / "values.schema.json").read_text())


def test_every_default_value_is_one_that_the_schema_knows() -> None:
    values = yaml.safe_load((SOURCE / "values.yaml").read_text())

    assert unknown(values, schema(), "") == []


def unknown(value: Any, known: dict[str, Any], path: str) -> list[str]:
    properties = known.get("properties")
    if not isinstance(value, dict) or properties is None or known["additionalProperties"]:
        return []
    found: list[str] = []
    for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]  # YAML
        place = f"{path}.{key}"
        found += unknown(inner, properties[key], place) if key in properties else [place]
    return found


def test_a_value_that_the_chart_does_not_know_is_refused() -> None:
    assert schema()["additionalProperties"] is False


def test_the_charts_version_stands_in_the_hubs_stack_file_only() -> None:
    chart = yaml.safe_load((SOURCE / "Chart.yaml").read_text())

    assert (chart["version"], chart["appVersion"]) == ("0.0.0", "0.0.0")
