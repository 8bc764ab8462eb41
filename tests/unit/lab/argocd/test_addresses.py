"""Argo CD's processes listen where they listened before, unless they cannot."""

import socket

from lab.argocd import addresses
from lab.argocd.addresses import LISTENERS


def test_every_listener_has_a_port_of_its_own() -> None:
    chosen = addresses.choose({}, running=())

    assert set(chosen) == {listener for each in LISTENERS.values() for listener in each}
    assert len(set(chosen.values())) == len(chosen)


def test_ports_are_kept() -> None:
    first = addresses.choose({}, running=())

    assert addresses.choose(first, running=()) == first


def test_a_port_that_another_program_took_is_chosen_anew_and_the_others_stay() -> None:
    first = addresses.choose({}, running=())
    with socket.socket() as other:
        other.bind(("127.0.0.1", first["server"]))
        other.listen()

        second = addresses.choose(first, running=())

    assert {name for name in first if first[name] != second[name]} == {"server"}


def test_the_port_of_a_process_that_runs_is_its_own_and_not_taken() -> None:
    first = addresses.choose({}, running=())
    with socket.socket() as server:
        server.bind(("127.0.0.1", first["server"]))
        server.listen()

        assert addresses.choose(first, running={"argocd-server"}) == first
