"""What a Git host tells Argo CD of a push: GitHub's event, to its server and to ApplicationSets.

Without it both look for news every three minutes. Signed, as both refuse what is not.
"""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping

from lab.argocd import webhook_secret
from lab.argocd.addresses import Addresses
from lab.errors import LabError
from lab.exit_codes import NotUpError
from lab.git.repository import MAIN
from lab.layout import Layout
from lab.onboarding.change import Push
from lab.record import Record

# The API server takes events for Applications, the ApplicationSet controller those for generators.
LISTENERS = ("server", "applicationset-webhook")
SECONDS = 10
# No proxy: both are on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def tell(layout: Layout, found: Record, push: Push) -> None:
    """Tell the lab's Argo CD of a push. Raises as `receivers`, `announce` and `read` do."""
    body = event(push, found.platform_repository)
    announce(receivers(found.argocd_ports), body, webhook_secret.read(layout.argocd))


def receivers(ports: Mapping[str, int]) -> list[str]:
    """Where Argo CD listens for webhooks, by the record's `argocd_ports`.

    Raises NotUpError when it was never started.
    """
    if missing := [name for name in LISTENERS if name not in ports]:
        raise NotUpError(f"the lab has no Argo CD {missing[0]}", "Run: python -m lab up")
    found = Addresses(ports=ports)
    return [f"{found.url(name)}/api/webhook" for name in LISTENERS]


def event(push: Push, repository: str) -> dict[str, object]:
    """The push event, as much of it as Argo CD reads; `repository` is the address it reads from."""
    return {
        "ref": f"refs/heads/{MAIN}",
        "before": push.before,
        "after": push.after,
        # The page of a repository has no suffix; Argo CD adds it by itself.
        "repository": {"html_url": repository.removesuffix(".git"), "default_branch": MAIN},
        "commits": [
            {
                "id": push.after,
                "added": list(push.added),
                "modified": list(push.modified),
                "removed": list(push.removed),
            }
        ],
    }


def signature(content: bytes, secret: str) -> str:
    """As GitHub signs what it sends.

    https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    """
    return f"sha256={hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()}"


def announce(addresses: Iterable[str], body: Mapping[str, object], secret: str) -> None:
    """Tell every receiver. Raises LabError when one does not answer, or refuses."""
    content = json.dumps(body).encode()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-Hub-Signature-256": signature(content, secret),
    }
    for address in addresses:
        asked = urllib.request.Request(  # noqa: S310  # the address is the lab's own
            address, data=content, headers=headers
        )
        try:
            with _OPENER.open(asked, timeout=SECONDS):
                pass
        except urllib.error.HTTPError as error:
            text = " ".join(error.read().decode(errors="replace").split())
            raise LabError(f"{address} answered {error.code}: {text}") from None
        except OSError as error:
            raise LabError(f"{address} does not answer: {error}") from None
