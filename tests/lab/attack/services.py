"""Services whose folders bring what no team may have, or reach for what is not theirs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.lab.attack.attempt import Attempt

TEAM = "intruders"
FOLDER = f"gitops/workloads/{TEAM}"
RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True, kw_only=True)
class Service(Attempt):
    """One service of a team that joined rightly, and a folder of the repository for it."""

    key: str
    """The service's name, and its folder's."""
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    """In the team's file, beside the path or instead of it."""
    who: str = "a team's service"
    refused_by: str = "Argo CD, by the team's project"

    @property
    def source(self) -> dict[str, str]:
        """As team.yaml has it."""
        return {"path": f"{FOLDER}/{self.key}", **self.settings}


def _manifest(kind: str, version: str = "v1", **content: Any) -> dict[str, Any]:
    metadata = {"name": "intruder", **content.pop("metadata", {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **content}


def _yaml(*manifests: Mapping[str, Any]) -> str:
    """JSON is YAML."""
    return "\n---\n".join(json.dumps(manifest) for manifest in manifests)


_ROLE = _manifest("ClusterRole", f"{RBAC}/v1", rules=[])
_HARMLESS = _manifest("ConfigMap", data={})
_FORBIDDEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("brings a ClusterRole", _ROLE),
    (
        "binds its account to cluster-admin",
        _manifest(
            "ClusterRoleBinding",
            f"{RBAC}/v1",
            roleRef={"apiGroup": RBAC, "kind": "ClusterRole", "name": "cluster-admin"},
            subjects=[{"kind": "ServiceAccount", "name": "default", "namespace": f"{TEAM}-dev"}],
        ),
    ),
    ("brings a Role", _manifest("Role", f"{RBAC}/v1", rules=[])),
    (
        "binds its account in its own namespace",
        _manifest(
            "RoleBinding",
            f"{RBAC}/v1",
            roleRef={"apiGroup": RBAC, "kind": "ClusterRole", "name": "admin"},
            subjects=[{"kind": "ServiceAccount", "name": "default"}],
        ),
    ),
    (
        "defines a kind",
        _manifest("CustomResourceDefinition", "apiextensions.k8s.io/v1", spec={}),
    ),
    ("makes a namespace", _manifest("Namespace")),
    *(
        (f"brings a {kind}", _manifest(kind, "admissionregistration.k8s.io/v1", webhooks=[]))
        for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
    ),
    (
        "takes the guard of the platform's policies over",
        _manifest("ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1", spec={}),
    ),
    ("makes a volume of a node's files", _manifest("PersistentVolume", spec={})),
    ("claims a volume that Argo CD would delete", _manifest("PersistentVolumeClaim", spec={})),
    ("opens its network", _manifest("NetworkPolicy", "networking.k8s.io/v1", spec={})),
    ("gives itself a quota", _manifest("ResourceQuota", spec={})),
    ("gives its containers other limits", _manifest("LimitRange", spec={})),
    ("runs a pod on every node", _manifest("DaemonSet", "apps/v1", spec={})),
    ("lets its pods displace others", _manifest("PriorityClass", "scheduling.k8s.io/v1", value=1)),
    ("makes a storage class", _manifest("StorageClass", "storage.k8s.io/v1", provisioner="x")),
)


def _kind(number: int, what: str, manifest: Mapping[str, Any]) -> Service:
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    return Service(
        key=f"kind-{number}",
        what=what,
        files={"intruder.yaml": _yaml(manifest)},
        says=f"resource {group}:{manifest['kind']} is not permitted in project",
    )


_CHART = "apiVersion: v2\nname: intruder\nversion: 1.0.0\n"
_NO_ROLE = f"resource {RBAC}:ClusterRole is not permitted in project"
_HIDDEN = (
    Service(
        key="listed",
        what="hides a ClusterRole in a List",
        files={"intruder.yaml": _yaml({"apiVersion": "v1", "kind": "List", "items": [_ROLE]})},
        says=_NO_ROLE,
    ),
    *(
        Service(
            key=f"hook-{number}",
            what=f"makes a ClusterRole a hook of {whose}",
            files={
                "intruder.yaml": _yaml(
                    _HARMLESS, _manifest("ClusterRole", f"{RBAC}/v1", metadata=metadata, rules=[])
                )
            },
            says=_NO_ROLE,
        )
        for number, (whose, metadata) in enumerate(
            (
                ("Argo CD's", {"annotations": {"argocd.argoproj.io/hook": "PreSync"}}),
                ("Helm's", {"annotations": {"helm.sh/hook": "pre-install"}}),
            )
        )
    ),
    Service(
        key="chart-crds",
        what="defines a kind in its chart's folder for that",
        files={
            "Chart.yaml": _CHART,
            "crds/intruder.yaml": _yaml(
                _manifest("CustomResourceDefinition", "apiextensions.k8s.io/v1", spec={})
            ),
        },
        says="resource apiextensions.k8s.io:CustomResourceDefinition is not permitted",
    ),
    Service(
        key="kustomized",
        what="has Kustomize turn an allowed kind into a ClusterRole",
        files={
            "kustomization.yaml": "resources: [intruder.yaml]\n"
            "patches: [{target: {kind: ConfigMap}, options: {allowKindChange: true}, patch: "
            '\'[{"op": "replace", "path": "/kind", "value": "ClusterRole"}, '
            f'{{"op": "replace", "path": "/apiVersion", "value": "{RBAC}/v1"}}]\'}}]\n',
            "intruder.yaml": _yaml(_HARMLESS),
        },
        says=_NO_ROLE,
    ),
    *(
        Service(
            key=f"into-{namespace}",
            what=f"puts an object into {whose} namespace",
            files={"intruder.yaml": _yaml(_manifest("Secret", metadata={"namespace": namespace}))},
            says=f"namespace {namespace} is not permitted in project",
        )
        for namespace, whose in (
            ("payments-dev", "another team's"),
            ("kube-system", "Kubernetes' own"),
            ("external-secrets", "an add-on's"),
        )
    ),
)


def _rendered(key: str, what: str, refused_by: str, says: str, files: Mapping[str, str]) -> Service:
    return Service(key=key, what=what, refused_by=refused_by, says=says, files=files)


_REACHING = (
    _rendered(
        "jsonnet",
        "reads a file of Argo CD's with Jsonnet",
        "Argo CD",
        "resolves outside repository root",
        {
            "a.jsonnet": "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'loot'},"
            " data: {x: importstr '/proc/self/environ'}}"
        },
    ),
    _rendered(
        "kustomize-file",
        "reads a file of Argo CD's with Kustomize",
        "Kustomize",
        "file '/etc/hostname' is not in or below",
        {"kustomization.yaml": "configMapGenerator: [{name: loot, files: [/etc/hostname]}]\n"},
    ),
    _rendered(
        "kustomize-up",
        "reads the platform's files with Kustomize",
        "Kustomize",
        "security; file",
        {"kustomization.yaml": "resources: [../../../charts/team-cluster/policy.yaml]\n"},
    ),
    _rendered(
        "kustomize-plugin",
        "has Kustomize run a program of its own",
        "Kustomize",
        "external plugins disabled",
        {
            "kustomization.yaml": "generators: [generator.yaml]\n",
            "generator.yaml": "apiVersion: example.com/v1\nkind: Mine\nmetadata: {name: mine}\n",
        },
    ),
    _rendered(
        "kustomize-chart",
        "has Kustomize fetch a chart from anywhere",
        "Kustomize",
        "must specify --enable-helm",
        {
            "kustomization.yaml": "helmCharts:\n"
            "  - {name: x, repo: https://charts.example.org, version: 1.0.0}\n"
        },
    ),
    _rendered(
        "chart-dependency",
        "has a chart that depends on one from anywhere",
        "Argo CD, by the team's project",
        "helm repos https://charts.example.org are not permitted in project",
        {
            "Chart.yaml": f"{_CHART}dependencies:\n"
            "  - {name: x, version: 1.0.0, repository: https://charts.example.org}\n"
        },
    ),
    _rendered(
        "chart-value-file",
        "names a file of Argo CD's for its values",
        "Argo CD",
        "outside repository root",
        {
            "Chart.yaml": _CHART,
            ".argocd-source.yaml": "helm: {valueFiles: [../../../../../../../../etc/hostname]}\n",
        },
    ),
    _rendered(
        "chart-parameter",
        "takes a file of Argo CD's for a parameter",
        "Argo CD",
        "outside repository root",
        {
            "Chart.yaml": _CHART,
            ".argocd-source.yaml": "helm: {fileParameters: [{name: x, path:"
            " ../../../../../../../../etc/hostname}]}\n",
        },
    ),
    _rendered(
        "chart-scheme",
        "names an address of its own kind for its values",
        "Argo CD",
        "is not allowed",
        {
            "Chart.yaml": _CHART,
            ".argocd-source.yaml": "helm: {valueFiles: ['file:///etc/hostname']}\n",
        },
    ),
    Service(
        key="climbs",
        what="lies outside of the repository",
        refused_by="Argo CD",
        says="app path outside root",
        settings={"path": "../../../../etc"},
    ),
)
ATTEMPTS: tuple[Service, ...] = (
    *(_kind(number, what, manifest) for number, (what, manifest) in enumerate(_FORBIDDEN)),
    *_HIDDEN,
    *_REACHING,
)
PEEPS: Mapping[str, Attempt] = {
    key: Attempt(who="a team's chart", what=what, refused_by=by, says="comes out empty")
    for key, what, by in (
        ("secrets", "looks up the Secrets of a cluster", "Argo CD, which renders with no cluster"),
        ("address", "asks for addresses of names", "Helm, without that function's permission"),
        ("system", "reads a file of Argo CD's", "Helm, which knows a chart's own files"),
        ("platform", "reads the platform's policy", "Helm, which knows a chart's own files"),
    )
}
"""What a chart looks for by Helm's functions: nobody refuses, and nothing is there."""
PEEPING = {
    "Chart.yaml": _CHART,
    "templates/peeps.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: peeps}
data:
  secrets: {{ (lookup "v1" "Secret" "kube-system" "").items | toString | quote }}
  address: {{ getHostByName "localhost" | quote }}
  system: {{ .Files.Get "/etc/hostname" | quote }}
  platform: {{ .Files.Get "../../../charts/team-cluster/policy.yaml" | quote }}
""",
}
