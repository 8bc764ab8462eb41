"""Teams' files that no check would let pass, merged all the same: Argo CD and the charts refuse."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from tests.lab.attack.attempt import Attempt
from tests.lab.fleet_lab import DEV, team_file

Edit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, kw_only=True)
class Merged(Attempt):
    """A folder of `gitops/teams/`, and where its refusal shows."""

    folder: str
    text: str
    told_by: str = ""
    """Application or ApplicationSet; empty: the Application of the folder."""
    who: str = "a team's file, merged unchecked,"
    refused_by: str = "the schema of teams' files"

    @property
    def shows(self) -> str:
        return self.told_by or f"team-{self.folder}"


def _file(folder: str, edit: Edit) -> str:
    content = team_file(folder, {"environment": "dev"})
    edit(content)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _dev(content: dict[str, Any]) -> dict[str, Any]:
    return content["environments"]["dev"]


def _environment(name: str) -> Edit:
    return lambda content: content["environments"].update(
        {name: content["environments"].pop("dev")}
    )


def _service(**settings: str) -> Edit:
    return lambda content: _dev(content)["services"].update({"loot": settings})


def _schema(folder: str, what: str, says: str, edit: Edit) -> Merged:
    return Merged(folder=folder, what=what, says=says, text=_file(folder, edit))


_NAMES = tuple(
    _schema(
        f"name-{number}",
        f"names its environment {what}",
        "invalid propertyName",
        _environment(name),
    )
    for number, (what, name) in enumerate(
        (
            ("by a path", "../prod"),
            ("with a dot, as a host", "dev.kube-system"),
            ("by a template", "{{ .name }}"),
            ("in letters that look like others, a Cyrillic e", "d\u0435v"),
            ("with a line of its own behind it", "dev\n"),
            ("from right to left", "\u202evd"),
        )
    )
)
_SHAPES = (
    _schema(
        "service-path", "names a service by a path", "invalid propertyName \'../app\'",
        lambda content: _dev(content)["services"].update({"../app": {"path": "x"}}),
    ),
    _schema(
        "guards", "names a service like the guardrails", "invalid propertyName \'guardrails\'",
        lambda content: _dev(content)["services"].update({"guardrails": {"path": "x"}}),
    ),
    _schema(
        "privileged", "asks for privileged pods", "podSecurity",
        lambda content: _dev(content).update({"podSecurity": "privileged"}),
    ),
    _schema(
        "of-platform", "sets what is the platform's to set", "/fleet",
        lambda content: content.update({"fleet": {"project": "platform"}}),
    ),
    _schema(
        "groups", "makes everybody who is logged in its lead", "/owners/lead",
        lambda content: content["owners"].update({"lead": ["system:authenticated"]}),
    ),
    _schema(
        "grants", "writes a right of its own behind a group's name", "/owners/lead",
        lambda content: content["owners"].update(
            {"lead": ["leads, x\np, mallory, projects, update, *, allow"]}
        ),
    ),
    _schema(
        "option", "gives Git an option for a revision", "/revision",
        _service(path="gitops/charts/web-service", revision="--upload-pack=touch"),
    ),
    _schema(
        "dots", "leaves an allowed organisation by .. in an address", "/repository",
        _service(path="x", repository="https://github.com/example/../mallory/loot"),
    ),
    _schema(
        "encoded", "leaves an allowed organisation by an encoded ..", "/repository",
        _service(path="x", repository="https://github.com/example/%2e%2e/mallory/loot"),
    ),
)  # fmt: skip
_NOT_ALLOWED = "is not one that the platform allows"
_SOURCES = tuple(
    Merged(
        folder=folder,
        what=f"names a repository {what}",
        says=_NOT_ALLOWED,
        refused_by="the chart of teams",
        text=_file(folder, _service(path="x", repository=repository)),
        told_by=f"{folder}-dev-{DEV}",
    )
    for folder, what, repository in (
        ("stranger", "of a stranger", "https://git.example.org/loot.git"),
        ("userinfo", "with an allowed host for a user", "https://github.com@example.org/loot.git"),
        ("case", "in other letters' size", "https://github.com/Example/loot"),
        ("by-ssh", "of an allowed organisation by SSH", "ssh://git@github.com/example/loot"),
        ("local", "among Argo CD's own files", "file:///etc"),
    )
)
_TAKEN = (
    Merged(
        folder="other",
        what="says that it is another team's",
        says="the folder is other, the file says team: payments",
        refused_by="the chart of teams",
        text=_file("other", lambda content: content.update({"team": "payments"})),
    ),
    Merged(
        folder="platform",
        what="takes the platform's name",
        says="the name platform is the platform's",
        refused_by="the chart of teams",
        text=_file("platform", lambda _: None),
        told_by=f"platform-dev-{DEV}",
    ),
    Merged(
        folder="kube",
        what="takes a namespace of Kubernetes",
        says="the name kube is the platform's",
        refused_by="the chart of teams",
        text=_file("kube", _environment("system")),
        told_by=f"kube-system-{DEV}",
    ),
    Merged(
        folder="metrics",
        what="takes the name of an add-on's ApplicationSet",
        says="Shared resource found",
        refused_by="Argo CD, which finds the object taken",
        text=_file("metrics", _environment("server")),
    ),
    Merged(
        folder="template",
        what="writes a template for a label",
        says="a valid label must",
        refused_by="Argo CD's ApplicationSet controller",
        text=_file(
            "template", lambda c: _dev(c).update({"clusters": {"environment": "{{ .name }}"}})
        ),
        told_by="template-dev",
    ),
)
_BOMB = "".join(
    f"{name}: &{name} [{', '.join(f'*{below}' for _ in range(9)) if below else 'x'}]\n"
    for name, below in zip("abcdefghi", ("", *"abcdefgh"), strict=True)
)
_TEXTS = tuple(
    Merged(folder=folder, what=what, says=says, refused_by="Helm", text=text)
    for folder, what, says, text in (
        ("bomb", "multiplies itself by aliases", "excessive aliasing", _BOMB),
        ("anchors", "has an alias of what it stands in", "contains itself", "a: &a {b: *a}\n"),
        ("nul", "has a null byte", "control characters are not allowed", "team: a\0b\n"),
        ("none", "is no YAML", "did not find expected node content", "team: [\n"),
        ("deep", "is nested ten thousand deep", "exceeded max depth", "team: " + "[" * 10_001),
    )
)
ATTEMPTS: tuple[Merged, ...] = (*_NAMES, *_SHAPES, *_SOURCES, *_TAKEN, *_TEXTS)
