"""A small project to check: a hub, two spokes, a policy, one team, and the schema of the real one.

Its policy and its capacities are fixed, so that what the platform allows can change without a test.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from fleet import check

REAL = Path(__file__).parents[3]
SCHEMA = "gitops/charts/team/values.schema.json"
POLICY = "gitops/charts/team-cluster/policy.yaml"

_STACK = """\
config:
  eks-hub-spoke:role: {role}
  eks-hub-spoke:region: eu-west-1
  eks-hub-spoke:environment: {environment}
  eks-hub-spoke:account:
    id: "111111111111"
    deployerRoleArn: arn:aws:iam::111111111111:role/deployer
  eks-hub-spoke:network:
    cidr: 10.0.0.0/16
    availabilityZones: [eu-west-1a, eu-west-1b]
  eks-hub-spoke:cluster: {{name: {name}}}
"""
_HUB = """\
  eks-hub-spoke:argocd:
    chart: {repository: https://charts.example.com, version: 10.8.4}
    version: v3.6.1
    platformRepository: {url: https://github.com/example/platform, revision: main}
  eks-hub-spoke:spokes: [east, organization/fleet/west]
"""
_SPOKE = """\
  eks-hub-spoke:hub: {accountId: "111111111111", clusterName: hub}
"""
STACKS = {
    "Pulumi.hub.yaml": _STACK.format(role="hub", environment="platform", name="hub") + _HUB,
    "Pulumi.east.yaml": _STACK.format(role="spoke", environment="dev", name="east")
    + _SPOKE
    + '  eks-hub-spoke:labels: {team-clusters: "true"}\n  eks-hub-spoke:addons: [metrics_server]\n',
    "Pulumi.west.yaml": _STACK.format(role="spoke", environment="prod", name="west") + _SPOKE,
}
_POLICY = """\
repositories: [https://github.com/example/*, https://charts.example.com/*]
kinds:
  - {group: "", kind: Service}
  - {group: apps, kind: Deployment}
  - {group: apps, kind: StatefulSet}
reservedNamespaces: [cert-manager, kube-system]
reservedTeams: [platform]
capacity:
  dev: {cpu: "64", memory: 256Gi, pods: 1000, storage: 1Ti, loadBalancers: 2}
  prod: {cpu: "8", memory: 16Gi, pods: 100}
syncWindows: {}
principals: [arn:aws:iam::111111111111:role/teams/*]
workloadActions: [s3:GetObject, s3:ListBucket, sqs:SendMessage]
workloadAccounts: ["999999999999"]
workloadResources: {payments: [arn:aws:s3:::ledger/*]}
"""
PAYMENTS = """\
team: payments
description: Takes money
owners: {contact: payments@example.com, lead: [payments-leads]}
costCenter: "4712"
environments:
  dev:
    clusters: {environment: dev}
    quota: {cpu: "61", memory: 4Gi, pods: 20}
    services: {}
"""
_WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
---
apiVersion: v1
kind: Service
metadata: {name: web}
"""
_CHART_SCHEMA = """\
{
  "type": "object",
  "additionalProperties": false,
  "required": ["image"],
  "properties": {
    "image": { "description": "With a tag", "type": "string", "pattern": ":" },
    "replicas": { "type": "integer" },
    "resources": { "type": "object", "required": ["limits"] }
  }
}
"""
FILES = {
    **STACKS,
    POLICY: _POLICY,
    "gitops/teams/payments/team.yaml": PAYMENTS,
    "gitops/addons/metrics-server/values.yaml": "{}",
    "workloads/web/web.yaml": _WORKLOAD,
    "workloads/chart/Chart.yaml": "name: chart",
    "workloads/chart/values.yaml": "resources: {limits: {}}",
    "workloads/chart/values.schema.json": _CHART_SCHEMA,
}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The project in a folder."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """Make or replace a file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that the file has."""
        text = (self.root / path).read_text()
        assert old in text
        self.write(path, text.replace(old, new))

    def team(self, name: str, text: str) -> None:
        """Make or replace a team."""
        self.write(f"gitops/teams/{name}/team.yaml", text)

    def remove(self, path: str) -> None:
        """Take a file or a folder away."""
        target = self.root / path
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink()

    def mistakes(self, *teams: str) -> list[str]:
        """What `team check` says."""
        return [str(mistake) for mistake in check.run(self.root, teams).mistakes]


def make(root: Path) -> Sample:
    """The sample project in an empty folder."""
    sample = Sample(root=root)
    for path, text in FILES.items():
        sample.write(path, text)
    sample.write(SCHEMA, (REAL / SCHEMA).read_text())
    return sample


def team(name: str, *, environment: str = "dev", more: str = "", **changes: str) -> str:
    """A valid team.yaml; `changes` replace the environment's clusters, quota or services."""
    parts = {
        "clusters": "{environment: dev}",
        "quota": '{cpu: "1", memory: 1Gi, pods: 10}',
        "services": "{}",
        **changes,
    }
    return f"""\
team: {name}
description: A team
owners: {{contact: {name}@example.com, lead: [{name}-leads]}}
costCenter: "4711"
environments:
  {environment}:
    clusters: {parts["clusters"]}
    quota: {parts["quota"]}
    services: {parts["services"]}
{more}"""
