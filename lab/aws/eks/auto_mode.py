"""What an Auto Mode cluster knows by itself: the kinds of node classes, pools and claims.

Owns: their definitions, as far as charts depend on them: names, versions, and the fields that are
documented. Nothing acts on them (nodes are kwok's), so every class and pool is ready at once. Not
here: EKS's built-in pools, and Karpenter's own kinds on other clusters, which its chart brings.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lab.aws.documents import Document

Schema = Mapping[str, Any]

_TEXT: Final = {"type": "string"}
_WHOLE: Final = {"type": "integer"}
_TEXTS: Final = {"type": "object", "additionalProperties": _TEXT}
_ANYTHING: Final = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _list(items: Schema, *, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


def _fields(required: Sequence[str] = (), /, **properties: Schema) -> Schema:
    """An object with these fields typed; others pass, for the real one has more."""
    return {**_ANYTHING, "properties": properties, "required": list(required)}


# https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
_NODE_CLASS: Final = _fields(
    ("subnetSelectorTerms", "securityGroupSelectorTerms"),
    role=_TEXT,
    subnetSelectorTerms=_list(_fields(id=_TEXT, tags=_TEXTS), least=1),
    securityGroupSelectorTerms=_list(_fields(id=_TEXT, name=_TEXT, tags=_TEXTS), least=1),
    snatPolicy=_one_of("Random", "Disabled"),
    networkPolicy=_one_of("DefaultAllow", "DefaultDeny"),
    networkPolicyEventLogs=_one_of("Enabled", "Disabled"),
    ephemeralStorage=_fields(size=_TEXT, iops=_WHOLE, throughput=_WHOLE),
    tags=_TEXTS,
)

_REQUIREMENT: Final = _fields(
    ("key", "operator"),
    key=_TEXT,
    operator=_one_of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Gte", "Lte"),
    values=_list(_TEXT),
    minValues=_WHOLE,
)
_NODE_CLASS_REF: Final = _fields(("group", "kind", "name"), group=_TEXT, kind=_TEXT, name=_TEXT)
_NODE: Final = _fields(
    ("nodeClassRef", "requirements"),
    nodeClassRef=_NODE_CLASS_REF,
    requirements=_list(_REQUIREMENT),
    expireAfter=_TEXT,
    terminationGracePeriod=_TEXT,
)

# https://karpenter.sh/docs/concepts/nodepools/
_NODE_POOL: Final = _fields(
    ("template",),
    template=_fields(("spec",), metadata=_fields(labels=_TEXTS, annotations=_TEXTS), spec=_NODE),
    disruption=_fields(
        ("consolidateAfter",),
        consolidationPolicy=_one_of("WhenEmpty", "WhenEmptyOrUnderutilized"),
        consolidateAfter=_TEXT,
        budgets=_list(_fields(("nodes",), nodes=_TEXT, schedule=_TEXT, duration=_TEXT)),
    ),
    limits={"type": "object", "additionalProperties": {"x-kubernetes-int-or-string": True}},
    weight={"type": "integer", "minimum": 1, "maximum": 100},
)

# A default is also read where nothing was ever written, and Argo CD waits for the condition.
_READY: Final = {
    **_ANYTHING,
    "default": {"conditions": [{"type": "Ready", "status": "True", "reason": "Lab"}]},
}


def definitions(cluster: Mapping[str, Any]) -> list[Document]:
    """The custom resource definitions that EKS gives a cluster, by the body that describes it."""
    compute: Mapping[str, Any] = cluster.get("computeConfig") or {}
    if not compute.get("enabled"):
        return []
    return [
        _definition("eks.amazonaws.com", "NodeClass", "nodeclasses", _NODE_CLASS, _READY),
        _definition("karpenter.sh", "NodePool", "nodepools", _NODE_POOL, _READY),
        _definition("karpenter.sh", "NodeClaim", "nodeclaims", _NODE, _ANYTHING),
    ]


def _definition(group: str, kind: str, plural: str, spec: Schema, status: Schema) -> Document:
    schema = {
        "type": "object",
        "required": ["spec"],
        "properties": {"spec": spec, "status": status},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Cluster",
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": plural,
                "singular": kind.lower(),
            },
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }
