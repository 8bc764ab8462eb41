"""Who each process is on the hub: a kubeconfig with the token of its own service account.

Tokens lie in files of their own, which the processes read again by themselves, so they are renewed
without a restart. Not here: what the accounts may do; the release made their Roles.
"""

import base64
from dataclasses import dataclass
from pathlib import Path

import yaml

from lab.api_request import ApiServer
from lab.argocd.kubectl import NAMESPACE, Kubectl
from lab.argocd.pod_identity import AUDIENCE
from lab.cluster.interface import Endpoint
from lab.cluster.private_file import write_private
from lab.errors import LabError

# A lab that was left running is still logged in weeks later; each `up` renews them.
TOKEN_HOURS = 30 * 24


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The files of one service account, all readable by their owner alone."""

    account: str
    folder: Path

    @property
    def kubeconfig(self) -> Path:
        """Logs in as the account; its context is Argo CD's namespace."""
        return self.folder / "kubeconfig"

    @property
    def token(self) -> Path:
        """For the API server."""
        return self.folder / "token"

    @property
    def aws_token(self) -> Path:
        """For the Pod Identity agent."""
        return self.folder / "aws-token"

    def write(self, kubectl: Kubectl, endpoint: Endpoint, *, aws: bool) -> None:
        """Renew the tokens; one for AWS only where it is asked for."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self.token, kubectl.token(self.account, hours=TOKEN_HOURS))
        if aws:
            token = kubectl.token(self.account, hours=TOKEN_HOURS, audience=AUDIENCE)
            write_private(self.aws_token, token)
        write_private(self.kubeconfig, self._kubeconfig(endpoint))

    def api(self, endpoint: Endpoint) -> ApiServer:
        """The hub's API server as this account. Raises LabError when it has no token yet."""
        try:
            token = self.token.read_text()
        except OSError:
            raise LabError(f"{self.account} has no token", "Run: python -m lab up") from None
        return ApiServer(server=endpoint.server, ca_pem=endpoint.ca_pem, token=token)

    def _kubeconfig(self, endpoint: Endpoint) -> str:
        authority = base64.b64encode(endpoint.ca_pem.encode()).decode()
        return yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [
                    {
                        "name": "hub",
                        "cluster": {
                            "server": endpoint.server,
                            "certificate-authority-data": authority,
                        },
                    }
                ],
                "users": [{"name": self.account, "user": {"tokenFile": str(self.token)}}],
                "contexts": [
                    {
                        "name": "hub",
                        "context": {
                            "cluster": "hub",
                            "user": self.account,
                            "namespace": NAMESPACE,
                        },
                    }
                ],
                "current-context": "hub",
            },
            sort_keys=False,
        )


def identity(folder: Path, account: str) -> Identity:
    """The account's files in the folder of Argo CD's processes."""
    return Identity(account=account, folder=folder / account)
