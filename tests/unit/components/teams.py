"""Teams' files for tests of what stacks make of them."""

from pathlib import Path
from typing import Any

import yaml

from components.team_rules import TeamPolicy

PEOPLE = "arn:aws:iam::222222222222:role/teams/people"
OTHERS = "arn:aws:iam::333333333333:role/teams/others"
POLICY = TeamPolicy(
    principals=["arn:aws:iam::*:role/*"],
    workload_actions=frozenset({"s3:GetObject", "sqs:SendMessage"}),
    workload_accounts=["999999999999"],
)


def content(
    team: str,
    *,
    edit: list[Any] | None = None,
    actions: list[str] | None = None,
    resources: list[str] | None = None,
    clusters: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A file of one environment, `dev`, with one role, for service account `web`."""
    allow = {
        "actions": ["s3:GetObject"] if actions is None else actions,
        "resources": [f"arn:aws:s3:::{team}-data/*"] if resources is None else resources,
    }
    return {
        "team": team,
        "description": "A team",
        "environments": {
            "dev": {
                "clusters": clusters or {"environment": "dev"},
                "quota": {"cpu": "1"},
                "access": {"edit": [PEOPLE] if edit is None else edit},
                "workloadRoles": {"web": {"allow": [allow]}},
            }
        },
    }


def folder(root: Path, **teams: dict[str, Any] | str) -> Path:
    """A gitops folder with these teams; a text is a file as it is."""
    for name, given in teams.items():
        path = root / "teams" / name / "team.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(given if isinstance(given, str) else yaml.safe_dump(given))
    return root
