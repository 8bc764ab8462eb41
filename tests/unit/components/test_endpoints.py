"""Endpoints of AWS services: which, when, and who may use them."""

import pytest

from components.endpoints import PRIVATE_CLUSTER_SERVICES
from components.network import NatMode
from tests.unit.components.networks import network

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"


@pytest.mark.parametrize("mode", ["single", "one-per-az"])
def test_with_a_way_out_there_is_only_the_endpoint_of_s3(mode: NatMode) -> None:
    s3 = network(mode).only(ENDPOINT).inputs
    assert (s3["vpcEndpointType"], s3["serviceName"], set(s3["routeTableIds"])) == (
        "Gateway",
        "com.amazonaws.eu-west-1.s3",
        {"net-private-routes-eu-west-1a-id", "net-private-routes-eu-west-1b-id"},
    )


def test_without_a_way_out_there_is_an_endpoint_for_each_service_of_a_private_cluster() -> None:
    assert {node.name for node in network("none").of(ENDPOINT)} == {
        "net-endpoints-s3",
        *(f"net-endpoints-{service}" for service in PRIVATE_CLUSTER_SERVICES),
    }


def test_the_services_of_aws_table_for_private_clusters_are_all_there() -> None:
    """Its rows that are not optional; s3 comes by the gateway, Route 53 has no regional one."""
    required = {
        "ec2",
        "ecr.api",
        "ecr.dkr",
        "elasticloadbalancing",
        "logs",
        "sts",
        "eks-auth",
        "eks",
    }
    assert required <= set(PRIVATE_CLUSTER_SERVICES)


def test_an_interface_endpoint_answers_to_the_usual_name_in_each_zone() -> None:
    sts = network("none").node("net-endpoints-sts").inputs
    assert (sts["vpcEndpointType"], sts["serviceName"], sts["privateDnsEnabled"]) == (
        "Interface",
        "com.amazonaws.eu-west-1.sts",
        True,
    )
    assert sts["subnetIds"] == ["net-private-eu-west-1a-id", "net-private-eu-west-1b-id"]


def test_endpoints_answer_https_from_the_vpc_and_nothing_else() -> None:
    rule = network("none").only(RULE).inputs
    assert {key: rule[key] for key in rule.keys() - {"tags", "description"}} == {
        "securityGroupId": "net-endpoints-security-group-id",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "10.0.0.0/16",
    }


def test_an_interface_endpoint_waits_until_it_may_answer() -> None:
    assert "net-endpoints-https-from-vpc" in network("none").node("net-endpoints-ec2").depends_on


def test_rules_of_endpoints_stand_for_themselves() -> None:
    """Rules inside a group and rules of their own undo each other at every update."""
    assert not {"ingress", "egress"} & set(network("none").only(GROUP).inputs)
