"""Who tries to become a role that is not his: STS and Pod Identity must refuse."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lab.errors import LabError
from tests.eks_token import Key
from tests.lab.attack.attempt import Attempt
from tests.lab.attack.people import CONTROLLER, HUB_ROLE, People
from tests.lab.fleet_lab import DEV, HUB, PROD

_AUDIENCE = "pods.eks.amazonaws.com"
_EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


Become: TypeAlias = Callable[[People], object]


@dataclass(frozen=True, kw_only=True)
class Becoming(Attempt):
    """Raises ClientError or LabError, or the attempt got through."""

    become: Become


def _policy(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _trusting(principal: str) -> str:
    actions = ["sts:AssumeRole", "sts:TagSession"]
    return _policy({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": actions})


def made(people: People, stack: str, path_and_name: str, trusted: str) -> str:
    """A role that an account's administrator makes, allowed everything; its ARN."""
    iam = people.aws("iam", people.administrator(stack))
    path, _, name = path_and_name.rpartition("/")
    try:
        role = iam.create_role(
            RoleName=name, Path=f"{path}/", AssumeRolePolicyDocument=_trusting(trusted)
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "EntityAlreadyExists":
            raise
        role = iam.get_role(RoleName=name)
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_policy(_EVERYTHING))
    return str(role["Role"]["Arn"])


def _as_a_role_of(stack: str, path_and_name: str) -> Callable[[People], Key]:
    """A session of a role of that name, which the engineer may assume."""

    def become(people: People) -> Key:
        arn = made(people, stack, path_and_name, people.deployer_arn(stack))
        return people.assume(people.deployer(stack), arn)

    return become


def _into_access_role(caller: Callable[[People], Key]) -> Become:
    return lambda people: people.assume(caller(people), people.access_role(DEV))


def _hub_into(role: Callable[[People], str]) -> Become:
    return lambda people: people.assume(people.hub(), role(people))


def _elsewhere(people: People) -> str:
    return made(people, DEV, "/eks-hub-spoke/trap", f"arn:aws:iam::{people.account(HUB)}:root")


_STS = "sts:AssumeRole on resource"
_CALLERS: tuple[tuple[str, Callable[[People], Key]], ...] = (
    ("an engineer", lambda people: people.engineer),
    ("the hub's deployer", lambda people: people.deployer(HUB)),
    ("the spoke's own deployer", lambda people: people.deployer(DEV)),
    ("another spoke's access role", lambda people: people.access(PROD)),
    ("another account's role with the hub's name and path", _as_a_role_of(PROD, HUB_ROLE)),
    ("the spoke's account's role with the hub's name and path", _as_a_role_of(DEV, HUB_ROLE)),
    ("another role of the hub's account", _as_a_role_of(HUB, "/eks-hub-spoke/argocd/other")),
)
_ROLES = tuple(
    Becoming(
        who=who,
        what="assumes a spoke's access role",
        refused_by="STS",
        says=_STS,
        become=_into_access_role(caller),
    )
    for who, caller in _CALLERS
)
_TARGETS: tuple[tuple[str, Callable[[People], str]], ...] = (
    ("a spoke's deployer", lambda people: people.deployer_arn(DEV)),
    ("its own account's deployer", lambda people: people.deployer_arn(HUB)),
    ("a role outside of the access roles' path that trusts its account", _elsewhere),
)
_HUB = tuple(
    Becoming(
        who="the hub's role",
        what=f"assumes {what}",
        refused_by="STS",
        says=_STS,
        become=_hub_into(role),
    )
    for what, role in _TARGETS
)


def _for(stack: str, name: str, namespace: str, audience: str = _AUDIENCE) -> Become:
    """The hub's agent, asked with a service account's token of some cluster."""

    def become(people: People) -> object:
        token = people.service_account(stack, name, namespace=namespace, audience=audience)
        return people.by_pod_identity(HUB, token)

    return become


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def resigned(token: str, key: rsa.RSAPrivateKey, **claims: Any) -> str:
    """A service account's token with other claims, signed with a key."""
    head, body, _ = token.split(".")
    content = json.loads(base64.urlsafe_b64decode(body + "=="))
    signed = f"{head}.{_base64(json.dumps({**content, **claims}).encode())}"
    signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_base64(signature)}"


def _controllers(people: People) -> str:
    return people.service_account(HUB, CONTROLLER, namespace="argocd", audience=_AUDIENCE)


def _expired(people: People) -> object:
    """Signed by the hub itself, an hour too old."""
    key = serialization.load_pem_private_key(people.signing_key(HUB).read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    past = {name: int(time.time()) - hours * 3600 for name, hours in _HOURS_AGO.items()}
    return people.by_pod_identity(HUB, resigned(_controllers(people), key, **past))


_HOURS_AGO = {"iat": 3, "nbf": 3, "exp": 1}


def _forged(people: People) -> object:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return people.by_pod_identity(HUB, resigned(_controllers(people), key))


def _renamed(people: People) -> object:
    """The claims of the controller under another account's signature."""
    other = people.service_account(HUB, "default", namespace="argocd", audience=_AUDIENCE)
    head, body, _ = _controllers(people).split(".")
    return people.by_pod_identity(HUB, f"{head}.{body}.{other.split('.')[2]}")


def _unsigned(people: People) -> object:
    _, body, _ = _controllers(people).split(".")
    head = _base64(json.dumps({"alg": "none", "typ": "JWT"}).encode())
    return people.by_pod_identity(HUB, f"{head}.{body}.")


def _associates(people: People) -> object:
    """A service account of its own cluster with the hub's role."""
    return people.aws("eks", people.deployer(DEV)).create_pod_identity_association(
        clusterName=DEV,
        namespace="default",
        serviceAccount="default",
        roleArn=f"arn:aws:iam::{people.account(HUB)}:role{HUB_ROLE}",
    )


_NO_ASSOCIATION, _NO_TOKEN = "No Pod Identity association", "Not a service-account token"


def _of_a_spoke(people: People) -> str:
    # Of that name nobody makes one but by breaking the glass.
    groups = ("--as-group=eks-hub-spoke:break-glass", "--as-group=system:masters")
    people.fleet.kubectl(DEV, "create", "namespace", "argocd", "--as=ada", *groups)
    return people.service_account(DEV, CONTROLLER, namespace="argocd", audience=_AUDIENCE)


_CLAIMS: tuple[tuple[str, str, str, Become], ...] = (
    (
        "a pod of another namespace on the hub, its account named like Argo CD's",
        "asks for the hub's role",
        _NO_ASSOCIATION,
        _for(HUB, CONTROLLER, "default"),
    ),
    (
        "Argo CD's repo-server, which renders what teams write",
        "asks for the hub's role",
        _NO_ASSOCIATION,
        _for(HUB, "argocd-repo-server", "argocd"),
    ),
    (
        "a pod of a spoke, its namespace and account named like Argo CD's",
        "asks the hub's agent for the hub's role",
        _NO_TOKEN,
        lambda people: people.by_pod_identity(HUB, _of_a_spoke(people)),
    ),
    (
        "whoever has Argo CD's token for the API server",
        "asks for the hub's role",
        _NO_TOKEN,
        _for(HUB, CONTROLLER, "argocd", ""),
    ),
    (
        "whoever has Argo CD's token for another audience",
        "asks for the hub's role",
        _NO_TOKEN,
        _for(HUB, CONTROLLER, "argocd", "sts.amazonaws.com"),
    ),
    ("whoever kept a token too long", "asks for the hub's role", _NO_TOKEN, _expired),
    ("whoever signs a token himself", "asks for the hub's role", _NO_TOKEN, _forged),
    (
        "whoever puts Argo CD's name over another account's signature",
        "asks for the hub's role",
        _NO_TOKEN,
        _renamed,
    ),
    (
        "whoever says that a token needs no signature",
        "asks for the hub's role",
        _NO_TOKEN,
        _unsigned,
    ),
    (
        "a spoke's deployer",
        "gives pods of its cluster the hub's role",
        "not authorized to perform: iam:PassRole",
        _associates,
    ),
)
_PODS = tuple(
    Becoming(who=who, what=what, refused_by="Pod Identity", says=says, become=become)
    for who, what, says, become in _CLAIMS
)
ATTEMPTS: tuple[Becoming, ...] = (*_ROLES, *_HUB, *_PODS)
REFUSALS = (ClientError, LabError)
