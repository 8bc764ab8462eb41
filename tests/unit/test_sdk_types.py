"""The check of inputs against the SDK's types finds what the SDK itself lets through."""

from collections.abc import Callable
from typing import Any

import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as k8s
import pytest

from tests.unit import sdk_types
from tests.unit.engine import Engine

LOOSE: Any = dict  # what a type checker cannot look into


def _sound() -> None:
    provider = aws.Provider(
        "account",
        allowed_account_ids=["111111111111"],
        default_tags={"tags": {"a": "b"}},
        skip_metadata_api_check=True,
    )
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", enable_dns_support=True)
    group = LOOSE(from_port=1, to_port=2, protocol="tcp", cidr_blocks=["10.0.0.0/8"])
    aws.ec2.SecurityGroup("group", vpc_id=vpc.id, ingress=[group])
    role = aws.iam.Role("role", assume_role_policy="{}")
    eks.Cluster(
        "eks",
        vpc_id=vpc.id,
        service_role=role,
        authentication_mode=eks.AuthenticationMode.API,
        coredns_addon_options={"enabled": False},
    )
    k8s.Provider("kubernetes", kubeconfig="{}", enable_secret_mutable=True)
    k8s.core.v1.Secret("secret", metadata={"name": "s"}, string_data={"a": provider.urn})


def _group(**scaling: Any) -> None:
    aws.eks.NodeGroup(
        "x", cluster_name="c", node_role_arn="a", subnet_ids=[], scaling_config=LOOSE(**scaling)
    )


def _cluster(**more: Any) -> None:
    aws.eks.Cluster("x", role_arn="r", vpc_config={"subnet_ids": []}, **more)


def _labels(labels: Any) -> None:
    k8s.core.v1.Secret("x", metadata=LOOSE(name="s", labels=labels))


def test_sound_inputs_pass() -> None:
    assert sdk_types.findings(Engine().run(_sound)) == []


def test_unknown_values_of_a_preview_pass() -> None:
    assert sdk_types.findings(Engine(preview=True).run(_sound)) == []


@pytest.mark.parametrize(
    ("program", "found"),
    [
        (
            lambda: k8s.core.v1.Secret("x", metadata=LOOSE(nmae="s")),
            ".metadata.nmae: ObjectMetaArgs has no such property",
        ),
        (
            _group,
            ".scalingConfig.desiredSize: NodeGroupScalingConfigArgs requires it",
        ),
        (
            lambda: _cluster(encryption_config=LOOSE(a=[])),
            "ClusterEncryptionConfigArgs has no such",
        ),
        (
            lambda: _cluster(storage_config=LOOSE(blockStorage={"enabled": "yes"})),
            ".enabled: true or",
        ),
        (lambda: _group(desired_size="two"), ".scalingConfig.desiredSize: a number is wanted"),
        (lambda: _group(desired_size=True), ".scalingConfig.desiredSize: a number is wanted"),
        (lambda: _labels(LOOSE(a=1)), ".metadata.labels.a: a text is wanted"),
        (lambda: _labels("a=1"), ".metadata.labels: keys and values are wanted"),
        (
            lambda: aws.eks.AccessEntry(
                "x", cluster_name="c", principal_arn="p", kubernetes_groups="group"
            ),
            ".kubernetesGroups: a list is wanted",
        ),
        (
            lambda: aws.Provider("x", default_tags=LOOSE(tag={"a": "b"})),
            ".defaultTags.tag: ProviderDefaultTagsArgs has no such property",
        ),
    ],
    ids=lambda value: value.partition(":")[0] if isinstance(value, str) else "",
)
def test_a_mistake_is_found_where_it_is(program: Callable[[], object], found: str) -> None:
    assert any(found in line for line in sdk_types.findings(Engine().run(program)))
