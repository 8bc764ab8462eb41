"""When an object is ready: what its own status says, kind by kind, as kubectl's rollout does.

Pure. Kinds that are not here are ready as soon as they exist, as with the official plugin; its
waits for Service, Ingress and PersistentVolumeClaim are not imitated, because nothing in the lab
would end them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from lab.errors import LabError
from lab.plugins.kubernetes import objects

SKIP = "pulumi.com/skipAwait"
WAIT_FOR = "pulumi.com/waitFor"
TIMEOUT = "pulumi.com/timeoutSeconds"
# The official plugin's: 10 minutes, 5 for what needs no rollout.
DEFAULT_TIMEOUT_SECONDS = 600.0


class FailedError(Exception):
    """The object says that it will never be ready."""


def pending(live: Mapping[str, Any]) -> str:
    """Why an object is not ready yet; empty when it is. FailedError if it never will be."""
    if objects.annotation(live, SKIP) == "true":
        return ""
    condition = objects.annotation(live, WAIT_FOR)
    if condition:
        return _condition(live, condition)
    rule = _RULES.get((str(live.get("apiVersion")), str(live.get("kind"))))
    return rule(live) if rule else ""


def timeout_seconds(live: Mapping[str, Any]) -> float:
    """How long to wait for it."""
    text = objects.annotation(live, TIMEOUT)
    return float(text) if text.isdigit() else DEFAULT_TIMEOUT_SECONDS


def check(inputs: Mapping[str, Any]) -> None:
    """LabError for a wait that this module cannot do."""
    text = objects.annotation(inputs, WAIT_FOR)
    if text and not text.startswith("condition="):
        raise LabError(f"the lab's kubernetes plugin knows {WAIT_FOR} by condition= only: {text}")


def _condition(live: Mapping[str, Any], text: str) -> str:
    name, _, wanted = text.removeprefix("condition=").partition("=")
    for condition in _conditions(live):
        if str(condition.get("type")).lower() == name.lower():
            status = str(condition.get("status"))
            return "" if status.lower() == (wanted or "true").lower() else f"{name} is {status}"
    return f"{name} is not reported yet"


def _status(live: Mapping[str, Any]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", live.get("status") or {})


def _spec(live: Mapping[str, Any]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", live.get("spec") or {})


def _conditions(live: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return cast("Sequence[Mapping[str, Any]]", _status(live).get("conditions") or ())


def _observed(live: Mapping[str, Any]) -> bool:
    """Whether the status is about this generation of the object."""
    seen = int(_status(live).get("observedGeneration") or 0)
    return seen >= int(objects.metadata(live).get("generation") or 0)


def _counts(live: Mapping[str, Any], wanted: int, *fields: str) -> str:
    if not _observed(live):
        return "its controller has not seen it yet"
    for field in fields:
        have = int(_status(live).get(field) or 0)
        if have < wanted:
            return f"{field} is {have} of {wanted}"
    return ""


def _replicas(live: Mapping[str, Any]) -> int:
    replicas = _spec(live).get("replicas")
    return 1 if replicas is None else int(replicas)


def _deployment(live: Mapping[str, Any]) -> str:
    for condition in _conditions(live):
        if condition.get("reason") == "ProgressDeadlineExceeded":
            raise FailedError(str(condition.get("message")))
    wanted = _replicas(live)
    waiting = _counts(live, wanted, "updatedReplicas", "availableReplicas")
    surplus = int(_status(live).get("replicas") or 0) - wanted
    return waiting or (f"{surplus} old replicas are still there" if surplus > 0 else "")


def _stateful_set(live: Mapping[str, Any]) -> str:
    strategy = cast("Mapping[str, Any]", _spec(live).get("updateStrategy") or {})
    if strategy.get("type") == "OnDelete":
        return _counts(live, _replicas(live), "readyReplicas")
    return _counts(live, _replicas(live), "updatedReplicas", "readyReplicas")


def _daemon_set(live: Mapping[str, Any]) -> str:
    wanted = int(_status(live).get("desiredNumberScheduled") or 0)
    return _counts(live, wanted, "updatedNumberScheduled", "numberAvailable")


def _job(live: Mapping[str, Any]) -> str:
    for condition in _conditions(live):
        if condition.get("status") == "True" and condition.get("type") == "Failed":
            raise FailedError(str(condition.get("message") or condition.get("reason")))
        if condition.get("status") == "True" and condition.get("type") == "Complete":
            return ""
    return "it has not completed"


def _pod(live: Mapping[str, Any]) -> str:
    phase = _status(live).get("phase")
    if phase == "Succeeded":
        return ""
    if phase == "Failed":
        raise FailedError(str(_status(live).get("message") or "the pod failed"))
    return _condition(live, "condition=Ready")


def _secret(live: Mapping[str, Any]) -> str:
    if live.get("type") != "kubernetes.io/service-account-token":
        return ""
    data = cast("Mapping[str, Any]", live.get("data") or {})
    return "" if data.get("token") else "it has no token yet"


_RULES: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], str]] = {
    ("apps/v1", "DaemonSet"): _daemon_set,
    ("apps/v1", "Deployment"): _deployment,
    ("apps/v1", "StatefulSet"): _stateful_set,
    ("batch/v1", "Job"): _job,
    ("v1", "Pod"): _pod,
    ("v1", "Secret"): _secret,
}
