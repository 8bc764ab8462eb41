"""Which facts and labels ApplicationSets use, and which they may.

Owns: finding what is used. What is promised is what Pulumi really writes (`clusters`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from tests.gitops import selectors
from tests.gitops.strict_yaml import Manifest, texts

_OTHER_SPELLING = "how the community's ApplicationSets spell what is used here by another name"
_OTHER_FOLDERS = "how the community's bootstrap finds its folders; here they are beside each other"
_OWN_ADDONS = "what ApplicationSets of one's own build ARNs of"
FOR_OTHERS: Mapping[str, str] = {
    "cluster_name": _OTHER_SPELLING,
    "cert-manager_namespace": _OTHER_SPELLING,
    "argocd_namespace": _OTHER_SPELLING,
    "aws_argocd_namespace": _OTHER_SPELLING,
    "addons_repo_path": _OTHER_FOLDERS,
    "platform_repo_(url|revision|basepath|path)": _OTHER_FOLDERS,
    "aws_account_id": _OWN_ADDONS,
    "aws_partition": _OWN_ADDONS,
    ".+_iam_role_arn": "for charts that annotate service accounts; Pod Identity needs none",
}
"""Annotations, as patterns, that no file here uses, and why they are promised."""

_USES = {
    kind: re.compile(rf'\.metadata\.{kind}(?:\.(\w+)| "([^"]+)")')
    for kind in ("annotations", "labels")
}


def used_annotations(appset: Manifest) -> set[str]:
    """The facts that an ApplicationSet's templates name."""
    return set(_named("annotations", appset["spec"]))


def used_labels(appset: Manifest) -> set[str]:
    """The labels that its templates name or its generators choose by."""
    return {*_named("labels", appset["spec"]), *_chosen_by(appset["spec"]["generators"])}


def for_others(annotation: str) -> bool:
    """Whether it is promised to somebody who is not here."""
    return any(re.fullmatch(pattern, annotation) for pattern in FOR_OTHERS)


def _named(kind: str, value: Any) -> Iterator[str]:
    for text in texts(value):
        for direct, indexed in _USES[kind].findall(text):
            yield direct or indexed


def _chosen_by(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in cast(list[Any], value):
            yield from _chosen_by(each)
    elif isinstance(value, dict):
        for key, each in cast(dict[str, Any], value).items():
            yield from selectors.keys(each) if key == "selector" else _chosen_by(each)
