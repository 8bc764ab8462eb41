"""The text templates inside an ApplicationSet, evaluated as its controller does.

Helm does the work: it has the same language and the same functions. What it is laxer in is checked
before: the controller's `missingkey=error`, and functions that only helm has.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.gitops.helm import Helm, Release

Parameters = Mapping[str, Any]
Job = tuple[str, Parameters]

_ACTION = re.compile(r"\{\{-?\s*(?:/\*.*?\*/)?(.*?)\s*-?\}\}", re.DOTALL)
_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`')
_CHAIN = re.compile(r"(?<![\w)\]$.])(\$?)((?:\.[A-Za-z_]\w*)+)")
_WORD = re.compile(r"(?<![\w.$])[a-z]\w*")
_OPENING = {"if": False, "with": True, "range": True, "define": True, "block": True}
"""Keyword of a block → whether the dot means something else inside."""
_HELMS_OWN = frozenset(
    ("include", "required", "lookup", "toToml", "fromToml", "fromJsonArray", "toYamlPretty")
)
_SCRATCH = """\
{{- $texts := list }}
{{- range .Values.jobs }}{{ $texts = append $texts (tpl .text .parameters) }}{{ end }}
{{ dict "texts" $texts | toJson }}
"""
_RELEASE = Release(name="scratch", namespace="scratch", kubernetes="1.36")


class TemplateError(Exception):
    """A template that the controller would refuse."""


def evaluate(helm: Helm, jobs: Sequence[Job]) -> list[str]:
    """Each text with its parameters. TemplateError when a key that it names is missing."""
    for text, parameters in jobs:
        if mistakes := [*missing_keys(text, parameters), *foreign_functions(text)]:
            raise TemplateError(f"{text!r}: {', '.join(mistakes)}")
    with tempfile.TemporaryDirectory() as scratch:
        chart = Path(scratch)
        (chart / "templates").mkdir()
        (chart / "Chart.yaml").write_text("{apiVersion: v2, name: scratch, version: 1.0.0}")
        (chart / "templates" / "texts.yaml").write_text(_SCRATCH)
        values = {"jobs": [{"text": text, "parameters": dict(each)} for text, each in jobs]}
        return helm.template(chart, _RELEASE, [values])[0]["texts"]


def missing_keys(text: str, parameters: Parameters) -> list[str]:
    """The chains, as `.metadata.labels.colour`, that lead nowhere.

    Inside a block that moves the dot only chains from `$` can be told. A chain in a branch that is
    not taken counts too: `index` is the way to ask for a key that may be missing.
    """
    return [chain for chain in chains(text) if not _leads_somewhere(chain, parameters)]


def chains(text: str) -> list[str]:
    """The chains from the root that a text names."""
    found: list[str] = []
    blocks: list[bool] = []
    for action in _actions(text):
        for dollar, chain in _CHAIN.findall(action):
            if dollar or not any(blocks):
                found.append(chain)
        keyword = (action.split() or [""])[0]
        if keyword in _OPENING:
            blocks.append(_OPENING[keyword])
        elif keyword == "end":
            blocks.pop()
    return found


def foreign_functions(text: str) -> list[str]:
    """Functions that charts have and ApplicationSets do not."""
    return sorted({word for each in _actions(text) for word in _WORD.findall(each)} & _HELMS_OWN)


def _actions(text: str) -> Iterator[str]:
    for action in _ACTION.findall(text):
        yield _LITERAL.sub('""', action)


def _leads_somewhere(chain: str, parameters: Parameters) -> bool:
    value: Any = parameters
    for key in chain.strip(".").split("."):
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]  # pyright: ignore[reportUnknownVariableType]  # values of any kind
    return True
