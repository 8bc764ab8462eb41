"""Bearer tokens that a cluster must not take: of another cluster, another time, another hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from tests.eks_token import Key, bearer
from tests.lab.attack.attempt import Attempt
from tests.lab.attack.people import CONTROLLER, People
from tests.lab.fleet_lab import DEV, HUB, PROD

_MINUTES = 16
_FORGED = "0" * 64


Token: TypeAlias = Callable[[People], str]


@dataclass(frozen=True, kw_only=True)
class Login(Attempt):
    """A token with which somebody comes to `spoke-dev`."""

    token: Token
    refused_by: str = "EKS"


def _wrong(**point: object) -> Token:
    """The hub's right token, but for one point."""
    return lambda people: people.presigned(DEV, **point).token(people.access(DEV))


def _altered(alter: Callable[[str], str]) -> Token:
    """The right token, changed after it was signed."""
    return lambda people: bearer(alter(people.presigned(DEV).url(people.access(DEV))))


def _by(who: Callable[[People], Key]) -> Token:
    """Somebody else's token, right in every point."""
    return lambda people: people.presigned(DEV).token(who(people))


def _with_key(change: Callable[[Key], Key]) -> Token:
    return _by(lambda people: change(people.access(DEV)))


def _with_signature(url: str, signature: str) -> str:
    return url[: url.index("X-Amz-Signature=")] + f"X-Amz-Signature={signature}"


_SIGNATURE, _NO_ENTRY = "SignatureDoesNotMatch", "has no access entry on cluster spoke-dev"
_OTHERS = "whoever got hold of"
_HUB = "the hub's role"
_POINTS: tuple[tuple[str, str, str, Token], ...] = (
    (f"{_OTHERS} a token for another spoke", "uses it here", _SIGNATURE,
     lambda people: people.presigned(PROD).token(people.access(DEV))),
    (f"{_OTHERS} Argo CD's token for another spoke", "uses it here", _SIGNATURE,
     lambda people: people.presigned(PROD).token(people.access(PROD))),
    (f"{_OTHERS} a token", f"replays it after {_MINUTES} minutes", "not within the last 15",
     _wrong(age=timedelta(minutes=_MINUTES))),
    (_HUB, "signs a token for tomorrow", "not within the last 15",
     _wrong(age=timedelta(days=-1))),
    (_HUB, "names no cluster in a token", "doesn't sign host and x-k8s-aws-id",
     _wrong(cluster="")),
    (f"{_OTHERS} a presigned request for another action", "uses it as a token",
     "not a signed GetCallerIdentity", _wrong(action="GetSessionToken")),
    (f"{_OTHERS} a presigned request of another service", "uses it as a token",
     "not a signed GetCallerIdentity", _wrong(service="s3")),
    ("whoever has a server of his own", "has the token checked there", "which is not STS",
     _wrong(host="sts.example.com")),
    ("whoever has a server of his own", "names it like STS", "which is not STS",
     _wrong(host="sts.eu-west-1.amazonaws.com.example.com")),
    (f"{_OTHERS} a token", "signs it with a guess", _SIGNATURE,
     _with_key(lambda key: replace(key, secret="guessed"))),
    (f"{_OTHERS} a token", "puts another signature on it", _SIGNATURE,
     _altered(lambda url: _with_signature(url, _FORGED))),
    (f"{_OTHERS} a token", "gives it an hour more", _SIGNATURE,
     _altered(lambda url: url.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200"))),
    (f"{_OTHERS} a token", "adds a parameter to its query", _SIGNATURE,
     _altered(lambda url: url.replace("&X-Amz-Signature", "&Extra=1&X-Amz-Signature"))),
    (f"{_OTHERS} a token", "names the action a second time", "does not hold a presigned URL",
     _altered(lambda url: f"{url}&Action=GetCallerIdentity")),
    (f"{_OTHERS} a token", "asks for another path with it", "does not hold a presigned URL",
     _altered(lambda url: url.replace("/?", "/elsewhere?"))),
    (f"{_OTHERS} a temporary key", "leaves its session's token out", "InvalidClientTokenId",
     _with_key(lambda key: replace(key, token=None))),
    ("whoever", "makes a key up", "InvalidClientTokenId",
     _with_key(lambda key: replace(key, access="ASIA" + "A" * 16))),
    ("whoever", "puts any text where a token belongs", "does not hold a presigned URL",
     lambda _: bearer("https://sts.amazonaws.com/?Action=GetCallerIdentity")),
)  # fmt: skip
_PEOPLE: tuple[tuple[str, Token], ...] = (
    ("the hub's role itself", _by(lambda people: people.hub())),
    ("another spoke's access role", _by(lambda people: people.access(PROD))),
    ("another spoke's deployer", _by(lambda people: people.deployer(PROD))),
    ("the hub's deployer", _by(lambda people: people.deployer(HUB))),
    ("an engineer without a role", _by(lambda people: people.engineer)),
)


def _account(stack: str) -> Token:
    return lambda people: people.service_account(stack, CONTROLLER, namespace="argocd")


_CLUSTERS: tuple[tuple[str, Token], ...] = (
    ("Argo CD's service account of the hub", _account(HUB)),
    (
        "a system account of another spoke",
        lambda people: people.service_account(
            PROD, "clusterrole-aggregation-controller", namespace="kube-system"
        ),
    ),
)

ATTEMPTS: tuple[Login, ...] = (
    *(Login(who=who, what=what, says=says, token=token) for who, what, says, token in _POINTS),
    *(
        Login(who=who, what="logs in to a spoke", says=_NO_ENTRY, token=token)
        for who, token in _PEOPLE
    ),
    *(
        Login(
            who=who,
            what="logs in to a spoke with a token of its own cluster",
            refused_by="the API server",
            says="Unauthorized",
            token=token,
        )
        for who, token in _CLUSTERS
    ),
)
