"""EKS's rules for Argo CD's capability: who it works as, how many there are, what may change."""

import hashlib
from typing import Any

import pytest
from moto.ec2.models import ec2_backends

from lab.aws.documents import Document
from lab.aws.eks import capabilities
from lab.aws.eks.capabilities import SERVICE
from lab.aws.eks.state import Cluster
from lab.aws.errors import ServiceError

from .accounts import REGION, Account, Eks, trust

ON = {"clusterName": "spoke"}
ONE = {**ON, "capabilityName": "argocd"}
SESSION = ("sts:AssumeRole", "sts:TagSession")
CENTER = {"idcInstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef"}
LEAD, GUEST = ({"id": name, "type": "SSO_GROUP"} for name in ("lead", "guest"))


def role(eks: Eks, service: str = SERVICE, actions: tuple[str, ...] = SESSION) -> str:
    """A role for the capability; its ARN."""
    made = eks.account.role("capability", trust({"Service": service}, action=actions))
    return str(made.arn)


def create(eks: Eks, role_arn: str = "", argocd: Document | None = None, **params: Any) -> Document:
    """A capability; what EKS answers."""
    asked: Document = {
        **ONE,
        "type": "ARGOCD",
        "roleArn": role_arn or role(eks),
        "deletePropagationPolicy": "RETAIN",
        "configuration": {"argoCd": {"awsIdc": CENTER, **(argocd or {})}},
    }
    return eks("CreateCapability", **{**asked, **params})["capability"]


@pytest.fixture
def eks() -> Eks:
    eks = Eks()
    eks.active("spoke")
    return eks


def cluster(eks: Eks) -> Cluster:
    return next(iter(eks.clusters))


def active(eks: Eks, **params: Any) -> None:
    """A capability whose kinds are there."""
    create(eks, **params)
    capabilities.activate(cluster(eks))


def told(eks: Eks) -> Document:
    return eks("DescribeCapability", **ONE)["capability"]["configuration"]["argoCd"]


def test_it_is_being_created_until_its_cluster_has_the_kinds(eks: Eks) -> None:
    assert create(eks)["status"] == "CREATING"
    assert eks.keeper.asked[-1] == ("create", "spoke")


def test_its_address_follows_from_its_name_and_its_cluster_s(eks: Eks) -> None:
    create(eks)
    digits = hashlib.sha256(b"argocd/spoke").hexdigest()[:8]
    host = f"argocd-{digits}-{eks.account.id}.eks-capabilities.{REGION}.amazonaws.com"
    assert told(eks)["serverUrl"] == f"https://{host}"


@pytest.mark.parametrize(
    ("service", "actions"), [("eks.amazonaws.com", SESSION), (SERVICE, ("sts:AssumeRole",))]
)
def test_a_role_that_does_not_trust_the_service_is_refused(
    eks: Eks, service: str, actions: tuple[str, ...]
) -> None:
    with pytest.raises(ServiceError, match="trust policy for the provided role is invalid"):
        create(eks, role(eks, service, actions))


def test_a_role_of_another_account_is_refused(eks: Eks) -> None:
    foreign = Account().role("capability", trust({"Service": SERVICE}, action=SESSION))
    with pytest.raises(ServiceError, match="trust policy for the provided role is invalid"):
        create(eks, foreign.arn)


def test_a_cluster_has_one_of_its_type(eks: Eks) -> None:
    create(eks)
    with pytest.raises(ServiceError, match="capability of type ARGOCD already"):
        create(eks, capabilityName="other")


def test_a_type_that_the_lab_cannot_honour_is_refused_by_name(eks: Eks) -> None:
    with pytest.raises(ServiceError, match="type KRO"):
        create(eks, type="KRO")


def test_its_role_gets_an_entry_without_a_group(eks: Eks) -> None:
    arn = create(eks)["roleArn"]
    entry = eks("DescribeAccessEntry", **ON, principalArn=arn)["accessEntry"]
    found = eks("ListAssociatedAccessPolicies", **ON, principalArn=arn)["associatedAccessPolicies"]
    assert entry["kubernetesGroups"] == []
    assert {f["policyArn"].rpartition("/")[2]: f["accessScope"] for f in found} == {
        "AmazonEKSArgoCDClusterPolicy": {"type": "cluster", "namespaces": []},
        "AmazonEKSArgoCDPolicy": {"type": "namespace", "namespaces": ["argocd"]},
    }


def test_an_entry_that_is_there_already_stays_as_it_is(eks: Eks) -> None:
    arn = role(eks)
    eks("CreateAccessEntry", **ON, principalArn=arn, kubernetesGroups=["argocd-hub"])
    create(eks, arn)
    entry = eks("DescribeAccessEntry", **ON, principalArn=arn)["accessEntry"]
    assert entry["kubernetesGroups"] == ["argocd-hub"]


def test_an_entry_after_the_capability_is_refused(eks: Eks) -> None:
    arn = create(eks)["roleArn"]
    with pytest.raises(ServiceError, match="already in use"):
        eks("CreateAccessEntry", **ON, principalArn=arn, kubernetesGroups=["argocd-hub"])


def test_a_cluster_with_a_capability_cannot_be_deleted(eks: Eks) -> None:
    active(eks)
    with pytest.raises(ServiceError, match="Cluster has capabilities attached"):
        eks("DeleteCluster", name="spoke")
    eks("DeleteCapability", **ONE)
    eks("DeleteCluster", name="spoke")


def test_a_deleted_capability_is_gone_and_its_entry_stays(eks: Eks) -> None:
    active(eks)
    assert eks("DeleteCapability", **ONE)["capability"]["status"] == "DELETING"
    with pytest.raises(ServiceError, match="No capability found"):
        eks("DescribeCapability", **ONE)
    assert eks("ListCapabilities", **ON)["capabilities"] == []
    assert len(eks("ListAccessEntries", **ON)["accessEntries"]) == 1


def test_role_mappings_are_replaced_role_by_role(eks: Eks) -> None:
    before = [
        {"role": "ADMIN", "identities": [LEAD, GUEST]},
        {"role": "VIEWER", "identities": [GUEST]},
    ]
    active(eks, argocd={"rbacRoleMappings": before})
    mappings = {
        "addOrUpdateRoleMappings": [{"role": "ADMIN", "identities": [LEAD]}],
        "removeRoleMappings": [{"role": "VIEWER", "identities": [GUEST]}],
    }
    answer = eks(
        "UpdateCapability", **ONE, configuration={"argoCd": {"rbacRoleMappings": mappings}}
    )
    assert told(eks)["rbacRoleMappings"] == [{"role": "ADMIN", "identities": [LEAD]}]
    update = {"name": "spoke", "capabilityName": "argocd", "updateId": answer["update"]["id"]}
    assert eks("DescribeUpdate", **update)["update"]["status"] == "Successful"


def test_a_capability_that_is_being_created_cannot_be_changed(eks: Eks) -> None:
    create(eks)
    with pytest.raises(ServiceError, match="is being changed"):
        eks("UpdateCapability", **ONE, configuration={"argoCd": {}})


def test_only_endpoints_of_its_own_service_lead_to_it(eks: Eks) -> None:
    ec2: Any = ec2_backends[eks.account.id][REGION]
    vpc = ec2.create_vpc("10.9.0.0/16").id
    right, wrong = (
        ec2.create_vpc_endpoint(vpc, f"com.amazonaws.{REGION}.{service}", "Interface", "", []).id
        for service in ("eks-capabilities", "sts")
    )
    active(eks, argocd={"networkAccess": {"vpceIds": [right]}})
    assert told(eks)["networkAccess"] == {"vpceIds": [right]}
    for endpoint in (wrong, "vpce-none"):
        access = {"argoCd": {"networkAccess": {"vpceIds": [endpoint]}}}
        with pytest.raises(ServiceError, match=endpoint):
            eks("UpdateCapability", **ONE, configuration=access)
