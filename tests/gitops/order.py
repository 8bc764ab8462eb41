"""What must be there before what: projects before their Applications, namespaces before services.

Sync waves wait for an Application that is not yet Healthy. They do not wait for what an
ApplicationSet generates, so nothing that others need may come by one.
"""

from collections.abc import Iterator, Sequence

from tests.gitops.fleet import Rendered

_WAVE = "argocd.argoproj.io/sync-wave"


def out_of_order(found: Sequence[Rendered]) -> Iterator[str]:
    """Applications that could be synced before their project or their namespace is there."""
    projects = {each.name: each for each in found if each.kind == "AppProject"}
    namespaces = {(each.cluster, each.name): each for each in found if each.kind == "Namespace"}
    for each in found:
        if each.kind != "Application":
            continue
        spec = each.manifest["spec"]
        place = (spec["destination"]["name"], spec["destination"]["namespace"])
        for needed in (projects.get(spec["project"]), namespaces.get(place)):
            if needed and needed.parent not in (None, each) and not _waits(each, needed):
                yield f"{each.name}: does not wait for {needed.kind} {needed.name}"


def _waits(later: Rendered, earlier: Rendered) -> bool:
    """Whether waves of their nearest common parent put one before the other."""
    first, second = _line(earlier), _line(later)
    shared = sum(1 for one, other in zip(first, second, strict=False) if one is other)
    before, after = first[shared:], second[shared:]
    ordered = before and after and _wave(before[0]) < _wave(after[0])
    return bool(ordered) and all(each.kind != "ApplicationSet" for each in before)


def _line(each: Rendered) -> list[Rendered]:
    """Its ancestors from the root, itself last."""
    return [*(_line(each.parent) if each.parent else []), each]


def _wave(each: Rendered) -> int:
    return int(each.manifest["metadata"].get("annotations", {}).get(_WAVE, "0"))
