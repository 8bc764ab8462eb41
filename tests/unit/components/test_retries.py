"""What AWS refuses for a moment only is asked for again, everything else is said at once."""

import asyncio
from typing import Any

import pulumi
import pytest

from components import retries
from tests.unit.engine import Engine

BUSY = "being modified by another request"


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []

    async def pause(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(retries, "sleep", pause)
    return found


def asked(*errors: str) -> bool:
    """Whether the hook asks again after these errors, the newest first."""
    hooks: list[pulumi.ErrorHook] = []

    def program() -> None:
        binding = retries.asked_again("hook", when=[BUSY])
        hooks.extend(binding.on_error or [])

    Engine().run(program)
    args = pulumi.ErrorHookArgs("urn", "id", "name", "type", errors=list(errors))
    answer: Any = hooks[0](args)
    return asyncio.run(answer)


def test_a_passing_refusal_is_tried_again_after_a_pause(pauses: list[float]) -> None:
    assert asked(f"ConflictException: Capability argocd is {BUSY}")
    assert pauses == [retries.PAUSE_SECONDS]


def test_any_other_refusal_is_final(pauses: list[float]) -> None:
    assert not asked("AccessDeniedException: no")
    assert pauses == []


def test_a_final_refusal_after_a_passing_one_is_final() -> None:
    assert not asked("AccessDeniedException: no", BUSY)


def test_patience_ends() -> None:
    assert asked(*[BUSY] * (retries.TRIES - 1))
    assert not asked(*[BUSY] * retries.TRIES)
