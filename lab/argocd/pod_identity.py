"""The variables by which a pod finds its AWS credentials where EKS Pod Identity gives them.

The one way in the lab: no key, no profile and no instance metadata. Not here: the endpoint itself
(`lab.aws.pod_identity`).
"""

from dataclasses import dataclass
from pathlib import Path

# What the EKS Pod Identity agent asks of a token.
AUDIENCE = "pods.eks.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class PodIdentity:
    """The agent of one cluster."""

    aws_endpoint: str
    account: str
    region: str
    cluster: str

    @property
    def credentials_uri(self) -> str:
        """Where credentials are handed out for a token of a service account."""
        place = f"{self.account}/{self.region}/{self.cluster}"
        return f"{self.aws_endpoint}/_eks/pod-identity/{place}/v1/credentials"

    def variables(self, token_file: Path) -> dict[str, str]:
        """What a process needs; the file holds the token, and is read anew for each login."""
        return {
            "AWS_REGION": self.region,
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            # Without it a missing credential costs a minute of retries.
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": self.credentials_uri,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token_file),
        }
