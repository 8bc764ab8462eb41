"""An order of creation and destruction that travels with a value.

Owns the one function below. Not here: what has to wait for what; each component says that of its
own outputs.
"""

from collections.abc import Sequence
from typing import TypeVar, cast

import pulumi

T = TypeVar("T")


def after(value: pulumi.Input[T], prerequisites: Sequence[pulumi.Resource]) -> pulumi.Output[T]:
    """`value`, which nobody gets before `prerequisites` exist, and whose users are destroyed first.

    A `depends_on` would have to be repeated by every user and does not reach the children of a
    remote component; this does, because it is data. It joins the prerequisites' URNs, which a
    preview knows, and not their ids: otherwise one new prerequisite would make `value` unknown in
    the preview, and show its users as to be replaced.
    """
    joined = pulumi.Output.all(value, *[resource.urn for resource in prerequisites])
    return joined.apply(lambda values: cast(list[T], values)[0])
