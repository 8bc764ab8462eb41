"""The tables that a person sees fit the terminal that most people have."""

import io
from pathlib import Path

from rich.console import Console

from lab import tables
from lab.argocd.applications import Application
from lab.argocd.report import ArgoCdReport
from lab.status import ClusterStatus, PartStatus, Status

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


def shown(status: Status) -> str:
    output = io.StringIO()
    tables.print_status(Console(file=output, width=NARROW), status)
    return " ".join(output.getvalue().split())


def application(name: str, health: str) -> Application:
    return Application(
        name=name, project="p", cluster="hub", namespace="n", sync="Synced", health=health
    )


def test_a_process_that_should_run_and_does_not_is_marked(tmp_path: Path) -> None:
    part = PartStatus(
        part="argocd-server", kind="real", version="3.6.1", origin="cache", running=False
    )

    said = shown(Status(up=False, state_folder=tmp_path, parts=[part]))

    assert "argocd-server real does not run cache" in said


def test_applications_are_counted_and_those_in_trouble_are_listed(tmp_path: Path) -> None:
    report = ArgoCdReport(
        address="http://127.0.0.1:1",
        applications=[application("web", "Healthy"), application("cart", "Degraded")],
        unsettled=["cart (p on hub): Synced, Degraded"],
    )

    said = shown(Status(up=True, state_folder=tmp_path, argocd=report))

    assert "1 of 2 Applications are Synced and Healthy cart (p on hub): Synced, Degraded" in said


def test_how_to_log_in_is_said_and_no_password(tmp_path: Path) -> None:
    report = ArgoCdReport(address="http://127.0.0.1:1")

    said = shown(Status(up=True, state_folder=tmp_path, argocd=report))

    assert "http://127.0.0.1:1; log in as admin" in said
    assert "argocd admin initial-password --namespace argocd" in said


def test_a_hub_that_cannot_be_asked_is_no_reason_to_count(tmp_path: Path) -> None:
    report = ArgoCdReport(address="http://127.0.0.1:1", unknown="the hub does not answer")

    said = shown(Status(up=False, state_folder=tmp_path, argocd=report))

    assert "The Applications are not known: the hub does not answer" in said
    assert "0 of 0" not in said


def test_every_application_is_a_row() -> None:
    output = io.StringIO()

    tables.print_applications(
        Console(file=output, width=NARROW),
        [application("web", "Healthy"), application("cart", "Degraded")],
    )

    rows = [line.split() for line in output.getvalue().splitlines()]
    assert ["web", "p", "hub", "n", "Synced", "Healthy"] in rows
    assert ["cart", "p", "hub", "n", "Synced", "Degraded"] in rows
