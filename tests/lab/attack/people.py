"""Everybody an attempt is made as: AWS sessions, and tokens of EKS and of service accounts.

Owns: becoming somebody on the lab, by the ways that there are on AWS. Not here: what is tried.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from lab import clusters, environment, record
from lab.api_request import ApiServer
from lab.argocd.identities import identity
from lab.argocd.pod_identity import PodIdentity
from lab.clusters import EmulatedCluster
from lab.environment import LOOPBACK
from lab.services import request
from lab.stacks import Fleet, StackFile, read_fleet
from tests.eks_token import REGION, Key, Presigned
from tests.lab.fleet_lab import HUB, FleetLab

CONTROLLER = "argocd-application-controller"
_ID = ("account", "id")
HUB_ROLE = "/eks-hub-spoke/hub-argocd"


@dataclass(frozen=True, kw_only=True)
class People:
    """Of one lab. Stacks are named as their clusters."""

    fleet: FleetLab

    @cached_property
    def port(self) -> int:
        """Of the emulated AWS."""
        return record.load(self.fleet.layout).aws_port

    @cached_property
    def stacks(self) -> Fleet:
        """The stack files of the lab."""
        return read_fleet(self.fleet.lab.root, 2)

    def stack(self, name: str) -> StackFile:
        """One of them."""
        return self.stacks.stack(name)

    def account(self, stack: str) -> str:
        """Its AWS account."""
        return self.stack(stack).text(*_ID)

    def cluster(self, stack: str) -> EmulatedCluster:
        """Its control plane."""
        return next(found for found in clusters.find(self.fleet.layout) if found.name == stack)

    def aws(self, service: str, key: Key) -> Any:
        """A client of the emulated AWS."""
        sdk: Any = boto3
        return sdk.client(
            service,
            endpoint_url=f"http://{LOOPBACK}:{self.port}",
            region_name=REGION,
            aws_access_key_id=key.access,
            aws_secret_access_key=key.secret,
            aws_session_token=key.token,
            config=Config(retries={"max_attempts": 0}),
        )

    @cached_property
    def engineer(self) -> Key:
        """The person outside of all the fleet's accounts."""
        key = environment.read_credentials(self.fleet.layout)
        return Key(access=key.access_key_id, secret=key.secret_access_key)

    def deployer(self, stack: str) -> Key:
        """The role that the stack is deployed by."""
        return self.assume(self.engineer, self.deployer_arn(stack))

    def administrator(self, stack: str) -> Key:
        """Of the stack's account: whoever may do what no deployer may."""
        account = self.account(stack)
        accounts = (found for found in self.stacks.accounts if found.text(*_ID) == account)
        return self.assume(self.engineer, next(accounts).text("account", "deployerRoleArn"))

    def deployer_arn(self, stack: str) -> str:
        """Of the role that the stack is deployed by."""
        return self.stack(stack).text("account", "deployerRoleArn")

    def hub(self) -> Key:
        """The hub's role, as Argo CD's controller gets it."""
        token = identity(self.fleet.layout.argocd, CONTROLLER).aws_token
        return self.by_pod_identity(HUB, token.read_text())

    def access(self, stack: str) -> Key:
        """A spoke's access role, assumed by the hub."""
        return self.assume(self.hub(), self.access_role(stack))

    def access_role(self, stack: str) -> str:
        """Its ARN, as the hub's cluster secret has it."""
        config = json.loads(self.fleet.cluster_secret(stack)["config"])
        return str(config["awsAuthConfig"]["roleARN"])

    def assume(self, caller: Key, role_arn: str) -> Key:
        """A session of a role; raises ClientError as STS refuses it."""
        found = self.aws("sts", caller).assume_role(RoleArn=role_arn, RoleSessionName="attempt")
        return _session(found["Credentials"], "SessionToken")

    def by_pod_identity(self, stack: str, token: str) -> Key:
        """What the agent on a cluster's nodes gives for a token; raises LabError if nothing."""
        agent = PodIdentity(
            aws_endpoint=f"http://{LOOPBACK}:{self.port}",
            account=self.account(stack),
            region=REGION,
            cluster=stack,
        )
        return _session(request(agent.credentials_uri, headers={"Authorization": token}), "Token")

    def presigned(self, stack: str, **wrong: Any) -> Presigned:
        """The request that a token for a cluster is, with what is to be wrong in it."""
        host = f"{LOOPBACK}:{self.port}"
        points: dict[str, Any] = {"host": host, "cluster": stack, **wrong}
        return Presigned(**points)

    def api(self, stack: str, token: str) -> ApiServer:
        """A cluster's API server, asked by the bearer of a token."""
        endpoint = self.cluster(stack).control_plane.endpoint
        return ApiServer(server=endpoint.server, ca_pem=endpoint.ca_pem, token=token)

    def hub_on(self, stack: str) -> ApiServer:
        """The hub's Argo CD on a cluster, as it logs in there."""
        key = self.hub() if stack == HUB else self.access(stack)
        return self.api(stack, self.presigned(stack).token(key))

    def why_not(self, stack: str, token: str) -> str:
        """How the cluster's authenticator refuses a token; the API server says no more than 401."""
        answer = self.api(stack, token).get("/api/v1/namespaces")
        assert answer.code == 401, answer
        review = self._review(stack, token)
        assert review["authenticated"] is False
        return str(review.get("error", answer.message))

    def _review(self, stack: str, token: str) -> dict[str, Any]:
        place = f"{self.account(stack)}/{REGION}/{stack}"
        url = f"http://{LOOPBACK}:{self.port}/_eks/tokenreview/{place}"
        return dict(request(url, {"spec": {"token": token}})["status"])

    def service_account(self, stack: str, name: str, *, namespace: str, audience: str = "") -> str:
        """A token of a service account, which is made if it is not there."""
        ran = self.fleet.kubectl(stack, "create", "serviceaccount", name, "--namespace", namespace)
        assert ran.code == 0 or "already exists" in ran.stderr, ran.stderr
        audiences = ("--audience", audience) if audience else ()
        ran = self.fleet.kubectl(
            stack, "create", "token", name, "--namespace", namespace, *audiences
        )
        assert ran.code == 0, ran.stderr
        return ran.stdout.strip()

    def signing_key(self, stack: str) -> Path:
        """The private key with which a cluster signs service accounts' tokens."""
        return next(self.cluster(stack).folder.rglob("service-account.key"))


def _session(found: Any, token: str) -> Key:
    return Key(access=found["AccessKeyId"], secret=found["SecretAccessKey"], token=found[token])
