"""All that can be found wrong with a rendered fleet, in one list.

Not here: the longer checks (`schemas`, `projects`, `order`), and the rules of ApplicationSets.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.gitops.clusters import Cluster
from tests.gitops.fleet import Rendered
from tests.gitops.order import out_of_order
from tests.gitops.projects import refusals
from tests.gitops.schemas import Kubeconform


def mistakes(
    found: Sequence[Rendered], clusters: Sequence[Cluster], kubeconform: Kubeconform
) -> list[str]:
    """What an API server or Argo CD would refuse, or quarrel about for ever; none is good."""
    return [
        *_against_schemas(found, clusters, kubeconform),
        *refusals(found, clusters),
        *_owned_twice(found),
        *_open_to_any_namespace(found),
        *out_of_order(found),
    ]


def _against_schemas(
    found: Sequence[Rendered], clusters: Sequence[Cluster], kubeconform: Kubeconform
) -> Iterator[str]:
    """Each cluster's objects, for the version that the cluster runs."""
    for cluster in clusters:
        objects = [each.manifest for each in found if each.cluster == cluster.name]
        for mistake in kubeconform.mistakes(objects, cluster.kubernetes):
            yield f"{cluster.name}: {mistake}"


def _owned_twice(found: Sequence[Rendered]) -> Iterator[str]:
    """Two Applications with one object take it from each other without end."""
    for place, number in Counter(_place(each) for each in found).items():
        if number > 1:
            yield f"{'/'.join(place)}: brought by {number} Applications"


def _open_to_any_namespace(found: Sequence[Rendered]) -> Iterator[str]:
    """The EKS Capability takes an Application only from a namespace that its project names."""
    for each in found:
        named = each.manifest.get("spec", {}).get("sourceNamespaces")
        if each.kind == "AppProject" and each.name != "default" and named != [each.namespace]:
            yield f"AppProject {each.name}: sourceNamespaces {named}"


def _place(each: Rendered) -> tuple[str, ...]:
    group = each.manifest["apiVersion"].rpartition("/")[0]
    namespace = each.manifest["metadata"].get("namespace", each.namespace)
    return each.cluster, group, each.kind, namespace, each.name
