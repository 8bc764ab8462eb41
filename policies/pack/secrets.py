"""Rules on secrets: none in the clear, in a stack's inputs and so in its state.

An input that is marked secret is encrypted in the state and hidden in a preview; these rules look
at the others.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from .rule import Resource, resource_rule

REMEDY = "Keep it in Secrets Manager and name it, or mark it with pulumi.Output.secret"

_PATTERNS = {
    "an access key of AWS": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token of GitHub": r"\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})\b",
    "a token of GitLab": r"\bglpat-[\w-]{20,}",
    "a token of Slack": r"\bxox[abeoprs]-[\w-]{10,}",
    "a token of Pulumi": r"\bpul-[0-9a-f]{40}\b",
    "a signed token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
    "a password in an address": r"\b\w+://[^\s/:@]+:[^\s/:@$]{3,}@",
}
_KNOWN = {what: re.compile(pattern) for what, pattern in _PATTERNS.items()}
_SAYS_SECRET = re.compile(
    r"(password|passwd|secret|token|api_?key|access_?key|private_?key|credential)s?$", re.IGNORECASE
)
_NAMES_ONE = re.compile(r"^(arn:|/|\$|https?://|[a-z0-9.-]*\.[a-z0-9.-]+/)")
"""What a value begins with that says where a secret is, rather than what: an ARN, a path, Argo CD's
`$secret:key`, an address."""
SHORTEST = 12
RANDOM_BITS = 3.2
"""Shannon entropy a character above which a text is no word: English words have about 2.5 to 3,
20 characters at random of 62 about 4."""


def bits_per_character(text: str) -> float:
    """Shannon entropy of a text's own letters; 0 for an empty one."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


@resource_rule("*", level="mandatory", remedy=REMEDY)
def no_input_looks_like_a_credential(resource: Resource) -> Iterator[str]:
    """Nothing in the clear has the shape of a key or token that is known."""
    for path, _, text in _open_texts(resource):
        for what, pattern in _KNOWN.items():
            if pattern.search(text):
                yield f"{path}: {what}"


@resource_rule("*", level="mandatory", remedy=REMEDY)
def no_input_called_a_secret_is_in_the_clear(resource: Resource) -> Iterator[str]:
    """What is called a password or a token, and looks random, is marked secret."""
    for path, key, text in _open_texts(resource):
        called = _SAYS_SECRET.search(key) and not _NAMES_ONE.match(text)
        random = len(text) >= SHORTEST and bits_per_character(text) >= RANDOM_BITS
        if called and random and " " not in text:
            yield f"{path}: {len(text)} characters that look random"


@resource_rule(
    "kubernetes:core/v1:Secret",
    level="mandatory",
    remedy="Wrap it in pulumi.Output.secret, or let External Secrets make it",
)
def kubernetes_secrets_are_marked(secret: Resource) -> Iterator[str]:
    """The data of a Kubernetes Secret is secret in the state too."""
    for path in ("data", "stringData"):
        value = secret.value(path)
        for key in cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else ():
            if not secret.is_secret(f"{path}.{key}"):
                yield f"{path}.{key}: not marked"


@resource_rule(
    "pulumi:providers:*",
    level="mandatory",
    remedy="Let it assume a role, or log in by `aws eks get-token`",
)
def providers_hold_no_credentials(provider: Resource) -> Iterator[str]:
    """A provider's inputs are in the state for good: it logs in when it is used."""
    for path in ("accessKey", "secretKey", "token", "password"):
        if provider.value(path) is not None:
            yield f"{path}: set"
    kubeconfig = provider.value("kubeconfig")
    if isinstance(kubeconfig, str):
        for key in ("client-key-data", "client-certificate-data", "password", "token"):
            if re.search(rf'"?\b{key}"?\s*:\s*"?[^"\s]', kubeconfig):
                yield f"kubeconfig: holds {key}"


def _open_texts(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Path, key and text of every input that is not marked secret, JSON inside a text too."""
    for key, value in resource.inputs.items():
        yield from _texts(resource, key, key, value)


def _texts(resource: Resource, path: str, key: str, value: Any) -> Iterator[tuple[str, str, str]]:
    if resource.is_secret(path):
        return
    if isinstance(value, str):
        inside = _inside(value)
        if inside is None:
            yield path, key, value
        value = inside
    if isinstance(value, Mapping):
        for name, item in cast("Mapping[str, Any]", value).items():
            yield from _texts(resource, f"{path}.{name}", name, item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, item in enumerate(cast("Sequence[Any]", value)):
            yield from _texts(resource, f"{path}.{number}", key, item)


def _inside(text: str) -> Any:
    """What a text holds as JSON, an object or a list; None if it holds neither."""
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
