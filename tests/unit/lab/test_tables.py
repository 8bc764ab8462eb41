"""The tables that a person sees fit the terminal that most people have."""

import io
from pathlib import Path

from rich.console import Console

from lab import tables
from lab.status import ClusterStatus, Status

NARROW = 80


def test_a_cluster_is_readable_in_80_columns(tmp_path: Path) -> None:
    cluster = ClusterStatus(
        stack="shop-prod",
        role="spoke",
        cluster="shop-prod",
        account="222222222222",
        region="eu-central-1",
        version="v1.36.3",
        address="https://127.0.0.1:31426",
        running=True,
        kubeconfig=tmp_path / "kubeconfigs" / "shop-prod.yaml",
        memory_bytes=413_000_000,
        seconds=10.4,
    )
    shown = io.StringIO()

    tables.print_status(
        Console(file=shown, width=NARROW),
        Status(up=True, state_folder=tmp_path, clusters=[cluster]),
    )

    for whole in (
        "shop-prod v1.36.3",
        "222222222222 eu-central-1",
        "https://127.0.0.1:31426",
        "shop-prod.yaml",
        "413 MB",
        "10.4 s",
    ):
        assert whole in shown.getvalue()
