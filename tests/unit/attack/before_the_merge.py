"""What a pull request of a team may hold, and `fleet team check` must not let pass."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.lab.attack.attempt import Attempt
from tests.unit.fleet.sample import Sample, team

FILE = "gitops/teams/shop/team.yaml"
FOLDER = "workloads/loot"


@dataclass(frozen=True, kw_only=True)
class Change(Attempt):
    """A change of the sample project, in which nothing is wrong before."""

    make: Callable[[Sample], None]
    who: str = "a team's pull request"
    refused_by: str = "`fleet team check`"


def _text(what: str, says: str, text: str) -> Change:
    return Change(what=what, says=says, make=lambda project: project.team("shop", text))


def _bytes(what: str, says: str, content: bytes) -> Change:
    def make(project: Sample) -> None:
        project.team("shop", "")
        (project.root / FILE).write_bytes(content)

    return Change(what=what, says=says, make=make)


def _service(what: str, says: str, source: str, name: str = "web") -> Change:
    return _text(what, says, team("shop", services=f"{{{name}: {source}}}"))


def _environment(what: str, says: str, name: str) -> Change:
    return _text(what, says, team("shop", environment=name))


def _clusters(what: str, says: str, labels: str) -> Change:
    return _text(what, says, team("shop", clusters=labels))


def _more(what: str, says: str, more: str) -> Change:
    return _text(what, says, team("shop", more=more))


def _folder(what: str, says: str, **files: str) -> Change:
    """Names of files with `_` for the dot."""

    def make(project: Sample) -> None:
        for name, content in files.items():
            project.write(f"{FOLDER}/{name.replace('_', '.')}", content)
        project.team("shop", team("shop", services=f"{{web: {{path: {FOLDER}}}}}"))

    return Change(what=what, says=says, make=make)


def _linked(what: str, says: str, link: str, target: str) -> Change:
    def make(project: Sample) -> None:
        project.team("shop", team("shop"))
        path = project.root / link
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(Path(target))

    return Change(what=what, says=says, make=make)


_LEAVES, _NO_PATH = "leaves its folder by ..", "is no plain path"
_PATHS = (
    _service("climbs out of the repository", _LEAVES, "{path: ../../etc}"),
    _service("climbs out of a folder on its way", _LEAVES, "{path: a/../../etc}"),
    _service("names a path of the machine's", "is absolute", "{path: /etc}"),
    _service("hides .. in an encoding", _NO_PATH, "{path: '%2e%2e/etc'}"),
    _service("hides .. behind backslashes", _NO_PATH, "{path: '..\\..\\etc'}"),
    _service("writes a template for a path", _NO_PATH, "{path: '{{ .name }}'}"),
    _service("writes a variable for a path", _NO_PATH, "{path: '${HOME}'}"),
    _service(
        "names a path that no system takes", "write 1024 at most", f"{{path: {'a/' * 999}a}}"
    ),
    _linked("is a link to another file", "is a link", FILE, "../payments/team.yaml"),
    _linked(
        "brings a link out of the repository", "stops Argo CD for every team",
        "workloads/web/link.yaml", "/etc/passwd",
    ),
    _linked(
        "brings a link that climbs out", "stops Argo CD for every team",
        "gitops/workloads/up", "../../../etc",
    ),
    Change(
        what="brings a file that is none of a team's",
        says="is no team.yaml",
        make=lambda project: project.write("gitops/teams/payments/values.yaml", "{}"),
    ),
)  # fmt: skip


def _takes_another_teams_application(project: Sample) -> None:
    """Both teams' parts join to `shop-dev-east-east`."""
    project.team("shop", team("shop", services="{east: {path: workloads/web}}"))
    project.team("shop-dev", team("shop-dev", environment="east"))


_NO_NAME = "is no name for an environment"
_NAMES = (
    _environment("names an environment by a path", _NO_NAME, "../prod"),
    _environment("names an environment like a host", _NO_NAME, "dev.kube-system"),
    _environment("joins names to one that another team has", _NO_NAME, "b-c"),
    _environment("writes a template for a name", _NO_NAME, "'{{ .name }}'"),
    _environment("writes letters that look like others", _NO_NAME, "d\u0435v"),
    _environment("writes a name from right to left", _NO_NAME, '"\\u202Evd"'),
    _environment("writes a name with a line behind it", _NO_NAME, '"dev\\n"'),
    _service("names a service by a path", "is no name for a service", "{path: x}", "../web"),
    _service("names a service like the guardrails", "is no name", "{path: x}", "guardrails"),
    _text("says that it is another team", "is not the folder's name", team("payments")),
    Change(
        what="takes the platform's name",
        says="is a name of the platform's",
        make=lambda project: project.team("platform", team("platform")),
    ),
    Change(
        what="takes a namespace of Kubernetes",
        says="makes the namespace kube-system",
        make=lambda project: project.team("kube", team("kube", environment="system")),
    ),
    Change(
        what="takes the name of an add-on's ApplicationSet",
        says="asks for the ApplicationSet metrics-server",
        make=lambda project: project.team("metrics", team("metrics", environment="server")),
    ),
    Change(
        what="takes the name of another team's Application",
        says="which is already for",
        make=_takes_another_teams_application,
    ),
)
_NOT_ALLOWED = "is no repository that the platform allows"
_SOURCES = tuple(
    _service(f"names a repository {what}", says, f"{{path: x, repository: {repository}}}")
    for what, says, repository in (
        ("of a stranger", _NOT_ALLOWED, "'https://github.com/stranger/x'"),
        ("with an allowed host for a user", _NOT_ALLOWED, "'https://github.com@example.org/x'"),
        ("with a password", _NOT_ALLOWED, "'https://me:secret@github.com/example/x'"),
        ("by SSH", _NOT_ALLOWED, "'ssh://git@github.com/example/x'"),
        ("as scp does", _NOT_ALLOWED, "'git@github.com:example/x'"),
        ("on Argo CD's own disk", _NOT_ALLOWED, "'file:///etc'"),
        ("in other letters' size", _NOT_ALLOWED, "'https://GITHUB.com/example/x'"),
        ("and leaves the organisation by ..", "without ..", "https://github.com/example/../x/y"),
        ("and hides .. in an encoding", "without ..", "https://github.com/example/%2e%2e/x/y"),
        ("and a line behind it", _NOT_ALLOWED, '"https://github.com/example/x\\n"'),
    )
)
_REVISIONS = (
    _service(
        "gives Git an option for a revision", "no hyphen in front",
        "{path: x, revision: --upload-pack=touch}",
    ),
    _service(
        "takes any version of a chart", "is no exact version",
        "{repository: 'https://charts.example.com/a', chart: a, revision: '>=1'}",
    ),
)  # fmt: skip
_CLUSTERS = (
    _clusters("asks for every cluster", "no spoke has environment: *", "{environment: '*'}"),
    _clusters("asks for no label, and so for all", "is empty", "{}"),
    _clusters("asks for the hub", "it runs no team's services", "{role: hub}"),
    _clusters("asks by an add-on's switch", "is the switch of an add-on", "{enable_x: 'true'}"),
    _clusters("writes a template for a label", "no spoke has", "{environment: '{{ .name }}'}"),
)
_RIGHTS = (
    _more("sets what is the platform's to set", "is a key that the platform sets", "fleet: {}"),
    _text(
        "makes everybody who is logged in its lead", "is a group of Kubernetes itself",
        team("shop").replace("[shop-leads]", "['system:authenticated']"),
    ),
    _text(
        "writes a right of its own behind a group's name", "is not valid",
        team("shop").replace("[shop-leads]", '["x\\np, mallory, projects, update, *, allow"]'),
    ),
    _more("asks for privileged pods", "is not one of the choices", "    podSecurity: privileged"),
    _text(
        "asks for more than there is", "left of",
        team("shop", quota='{cpu: "999999", memory: 1Gi, pods: 10}'),
    ),
    _text(
        "asks for a number beyond numbers", "is no quantity",
        team("shop", quota=f'{{cpu: "{"9" * 5_000}", memory: 1Gi, pods: 10}}'),
    ),
)  # fmt: skip
_MERGES = "\n".join(
    ["a0: &a0 {x: 1}"]
    + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 25)]
)
_ALIASES = "\n".join(
    ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 25)]
)
_VALUES = "has over 20000 values"
_YAML = (
    _text("asks for an object of Python", "has the tag", "!!python/object:os.system {team: shop}"),
    _text("asks for a call of Python", "has the tag", "team: !!python/name:os.system ''"),
    _text("multiplies itself by aliases", _VALUES, _ALIASES),
    _text("multiplies itself by merges", _VALUES, _MERGES),
    _text("stands in itself", "is an alias of what it stands in", "a: &a {b: *a}"),
    _text("says a key twice", "is written twice", team("shop", more="team: shop")),
    _text("is two documents", "has a second document", f"{team('shop')}---\n{team('shop')}"),
    _text("is nested ten thousand deep", "is nested too deeply", "[" * 10_000),
    _bytes("is three megabytes", "has 3000000 bytes", b"#" * 3_000_000),
    _bytes("has a null byte", "is not YAML", b"team: a\0b"),
    _bytes("is no text", "is no text in UTF-8", b"\xff\xfet\x00e\x00"),
    _text("has a command for terminals", "control character", "team: \x1b[2J"),
    _text("is a list", "is no mapping", "[team, shop]"),
)
_MANIFEST = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: x}\n"
_IN_LIST = (
    "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Namespace, metadata: {}}\n"
)
_WHOLE = "is an object of the whole cluster"
_ELSEWHERE = "and Kustomize would fetch it"
_CONTENTS = (
    _folder("brings a ClusterRole", _WHOLE, a_yaml=_MANIFEST),
    _folder("hides a Namespace in a List", _WHOLE, a_yaml=_IN_LIST),
    _folder(
        "puts an object into kube-system", "is not the environment's namespace",
        a_yaml="apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: kube-system}\n",
    ),
    _folder(
        "has Kustomize fetch a base from anywhere", _ELSEWHERE,
        kustomization_yaml="resources: ['https://github.com/stranger/x//base']\n",
    ),
    _folder(
        "has Kustomize fetch a base by Git", _ELSEWHERE,
        kustomization_yaml="components: ['git@github.com:stranger/x']\n",
    ),
    _folder(
        "has Kustomize read the machine's files", _ELSEWHERE,
        kustomization_yaml="resources: [/etc, '../../../../etc', \"a\\0b\"]\n",
    ),
    _folder(
        "has the check fetch a schema", "write what it says into the schema itself",
        Chart_yaml="name: x", **{"values_schema_json": '{"$ref": "http://example.org/x.json"}'},
    ),
)  # fmt: skip
ATTEMPTS: tuple[Change, ...] = (
    *_PATHS,
    *_NAMES,
    *_SOURCES,
    *_REVISIONS,
    *_CLUSTERS,
    *_RIGHTS,
    *_YAML,
    *_CONTENTS,
)
