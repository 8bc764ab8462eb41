"""Whom the API server asks whether a request is allowed: Node, RBAC, then the webhook.

Not here: what the webhook answers (`lab.aws`: the access policies of EKS).
"""

from pathlib import Path
from typing import Final

import yaml

# How long an answer of either webhook holds. For tokens the API server has a cache of its own in
# front, 10 s for success, that no flag changes: a removed access entry works that much longer.
WEBHOOK_CACHE: Final = "2s"


def document(webhook_kubeconfig: Path) -> str:
    """Return the API server's AuthorizationConfiguration."""
    return yaml.safe_dump(
        {
            "apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "AuthorizationConfiguration",
            "authorizers": [
                {"type": "Node", "name": "node"},
                {"type": "RBAC", "name": "rbac"},
                {
                    "type": "Webhook",
                    "name": "access-policies",
                    "webhook": {
                        "subjectAccessReviewVersion": "v1",
                        "matchConditionSubjectAccessReviewVersion": "v1",
                        "connectionInfo": {
                            "type": "KubeConfigFile",
                            "kubeConfigFile": str(webhook_kubeconfig),
                        },
                        "timeout": "5s",
                        "authorizedTTL": WEBHOOK_CACHE,
                        "unauthorizedTTL": WEBHOOK_CACHE,
                        # An answer that nobody gave is an error, not a "forbidden".
                        "failurePolicy": "Deny",
                        # EKS lets no access entry that takes policies choose such a name, so the
                        # cluster's own identities need not wait for the webhook.
                        "matchConditions": [{"expression": "!request.user.startsWith('system:')"}],
                    },
                },
            ],
        },
        sort_keys=False,
    )
