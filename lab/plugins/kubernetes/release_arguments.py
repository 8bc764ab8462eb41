"""The arguments of `kubernetes:helm.sh/v3:Release`: defaults, refusals, and helm's flags for them.

Pure. Values are plain (those of wire.py, secrets revealed).
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any, cast

from lab.plugins import wire

# The official plugin's defaults, which stand in the inputs.
DEFAULTS: Mapping[str, Any] = {
    "allowNullValues": False,
    "atomic": False,
    "cleanupOnFail": False,
    "createNamespace": False,
    "dependencyUpdate": False,
    "devel": False,
    "disableCRDHooks": False,
    "disableOpenapiValidation": False,
    "disableWebhooks": False,
    "forceUpdate": False,
    "lint": False,
    "maxHistory": 0,
    "recreatePods": False,
    "renderSubchartNotes": False,
    "replace": False,
    "resetValues": False,
    "reuseValues": False,
    "skipAwait": False,
    "skipCrds": False,
    "takeOwnership": False,
    "timeout": 300,
    "verify": False,
    "waitForJobs": False,
}
# Those that the stand-in leaves at their default: what they ask for, it does not do.
_ONLY_DEFAULT = (
    "devel",
    "disableCRDHooks",
    "forceUpdate",
    "lint",
    "recreatePods",
    "replace",
    "verify",
)
_OTHERS = (
    "chart",
    "compat",
    "description",
    "name",
    "namespace",
    "repositoryOpts",
    "values",
    "version",
)
_EXACT_VERSION = re.compile(r"v?\d+\.\d+\.\d+([-+].*)?")
# Argument, flag, whether helm has it for an upgrade too.
_SWITCHES = (
    ("createNamespace", "--create-namespace", False),
    ("dependencyUpdate", "--dependency-update", True),
    ("disableOpenapiValidation", "--disable-openapi-validation", True),
    ("disableWebhooks", "--no-hooks", True),
    ("renderSubchartNotes", "--render-subchart-notes", True),
    ("skipCrds", "--skip-crds", True),
    ("takeOwnership", "--take-ownership", True),
)


def failures(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every argument that the stand-in does not have, with the reason."""
    found = [
        (name, f"the lab's kubernetes plugin does not know the release argument {name}")
        for name in sorted(inputs)
        if name not in DEFAULTS and name not in _OTHERS
    ]
    found += [
        (name, f"the lab's kubernetes plugin knows {name} only as {DEFAULTS[name]}")
        for name in _ONLY_DEFAULT
        if inputs.get(name, DEFAULTS[name]) != DEFAULTS[name]
    ]
    options = inputs.get("repositoryOpts")
    if isinstance(options, dict):
        found += [
            (f"repositoryOpts.{name}", "the lab's kubernetes plugin knows repositoryOpts.repo only")
            for name in sorted(cast("dict[str, Any]", options))
            if name != "repo"
        ]
    if not inputs.get("chart"):
        found.append(("chart", "needed"))
    return found


def completed(
    old: Mapping[str, Any], inputs: Mapping[str, Any], logical: str, namespace: str
) -> dict[str, Any]:
    """The inputs with every default, a namespace and a name; a name once made up is kept."""
    full: dict[str, Any] = {**DEFAULTS, "namespace": namespace, "values": {}, **inputs}
    if full.get("name") is None:
        kept = str(old.get("name") or "")
        made_up = re.fullmatch(rf"{re.escape(logical)}-[0-9a-f]{{8}}", kept)
        full["name"] = kept if made_up else f"{logical}-{secrets.token_hex(4)}"
    if not full["allowNullValues"]:
        full["values"] = without_nulls(full["values"])
    return full


def without_nulls(values: Any) -> Any:
    """The same values less what is null, at any depth."""
    if isinstance(values, dict):
        fields = cast("dict[str, Any]", values)
        return {name: without_nulls(each) for name, each in fields.items() if each is not None}
    if isinstance(values, list):
        return [without_nulls(each) for each in cast("list[Any]", values)]
    return values


def source(inputs: Mapping[str, Any]) -> list[str]:
    """The arguments that name a chart and its version."""
    options = cast("Mapping[str, Any]", inputs.get("repositoryOpts") or {})
    arguments = [str(inputs["chart"])]
    arguments += ["--repo", str(options["repo"])] if options.get("repo") else []
    return arguments + (["--version", str(inputs["version"])] if inputs.get("version") else [])


def needs_lookup(old: Mapping[str, Any], inputs: Mapping[str, Any]) -> bool:
    """Whether the chart must be asked for its version: it is new, or none was named exactly."""
    if wire.has_unknown([inputs.get(name) for name in ("chart", "version", "repositoryOpts")]):
        return False
    same = all(inputs.get(name) == old.get(name) for name in ("chart", "repositoryOpts"))
    version = inputs.get("version")
    exact = bool(version) and bool(_EXACT_VERSION.fullmatch(str(version)))
    return not (same and exact and version == old.get("version"))


def flags(inputs: Mapping[str, Any], *, upgrade: bool) -> list[str]:
    """Helm's arguments for an install or upgrade, but for the values."""
    arguments = [str(inputs["name"]), *source(inputs), "--namespace", str(inputs["namespace"])]
    arguments += ["--timeout", f"{int(inputs['timeout'])}s"]
    if not inputs["skipAwait"]:
        arguments += ["--wait", *(["--wait-for-jobs"] if inputs["waitForJobs"] else [])]
    if inputs["atomic"]:
        arguments.append("--rollback-on-failure")
    arguments += [
        flag for name, flag, always in _SWITCHES if inputs[name] and (always or not upgrade)
    ]
    if inputs.get("description"):
        arguments += ["--description", str(inputs["description"])]
    return arguments + (_upgrade_flags(inputs) if upgrade else [])


def _upgrade_flags(inputs: Mapping[str, Any]) -> list[str]:
    arguments = ["--history-max", str(int(inputs["maxHistory"]))]
    for name, flag in (
        ("cleanupOnFail", "--cleanup-on-fail"),
        ("resetValues", "--reset-values"),
        ("reuseValues", "--reuse-values"),
    ):
        arguments += [flag] if inputs[name] else []
    return arguments
