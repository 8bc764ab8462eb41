"""Refusals of AWS that are only a matter of time: what was asked for is asked for again.

Owns: the pause, the number of tries, and the hook that the engine calls. Not here: which refusals
those are; each component names its own.
"""

from asyncio import sleep
from collections.abc import Sequence

import pulumi

PAUSE_SECONDS = 5
TRIES = 60
"""Five minutes in all; the engine itself stops after 100."""


def asked_again(name: str, *, when: Sequence[str]) -> pulumi.ResourceHookBinding:
    """An option of a resource: what `pulumi up` makes is tried again after such a refusal.

    `pulumi destroy` does not run the program, so what it is refused waits for the next one.

    Args:
        name: of the hook, unique in the stack.
        when: parts of AWS's own messages.
    """

    async def hook(args: pulumi.ErrorHookArgs) -> bool:
        refused, *before = args.errors
        if not is_passing(refused, when, tried=len(before) + 1):
            return False
        await sleep(PAUSE_SECONDS)
        return True

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(name, hook)])


def is_passing(refusal: str, when: Sequence[str], *, tried: int) -> bool:
    """Whether a refusal is worth another try, after so many."""
    return tried < TRIES and any(text in refusal for text in when)
