"""`team new`: a first team.yaml, commented and valid, that a team makes its own.

Owns: the text. Not here: the rules it must keep (`check.py`), which are asked before it stays.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fleet import check, teams
from fleet.errors import FleetError

SAMPLE_PATH = "gitops/charts/web-service"
_SAMPLE_VALUES = """        values:
          image: ghcr.io/stefanprodan/podinfo:6.9.2   # with a tag or a digest
          port: 9898
          replicas: 1
"""
_TEXT = """\
# yaml-language-server: $schema=../../charts/team/values.schema.json
# All that the platform knows of team {team}. Check it with: python -m fleet team check {team}

team: {team}   # the folder's name; every name of the team begins with it
description: Team {team}   # what you do, in a line
owners:
  contact: {contact}   # where you are reached: an address or a channel
  # Groups of the identity provider, and what they may do in Argo CD.
  lead: [{team}-leads]              # see, sync, roll back, restart
  developer: [{team}-developers]    # see, sync, restart
  viewer: []                        # see
costCenter: "0000"   # who pays; a label of everything that you run

environments:
  {environment}:   # makes the namespace {team}-{environment} on each of its clusters
    # Every spoke that has all of these labels.
    clusters: {{{clusters}}}
    # The most that you may ask for, on each cluster. Add storage for volumes; an environment with
    # storage bears data, and keeps its namespace when it goes, unless deleteData says otherwise.
    quota: {{cpu: "1", memory: 1Gi, pods: 10}}
    # IAM roles of people that may use kubectl in the namespace, of those that the platform allows.
    # access: {{edit: ["arn:aws:iam::<account>:role/teams/{team}-developers"]}}
    # What pods of a service account may do in AWS; a web service's has the service's name.
    # workloadRoles:
    #   web:
    #     allow:
    #       - actions: [sqs:SendMessage]
    #         resources: ["arn:aws:sqs:{{region}}:{{account}}:{team}-orders"]
    # podSecurity: baseline       # restricted by default
    # deleteData: true            # lets the namespace go with its data
    # network:                    # beside traffic inside the namespace, and DNS
    #   ingressFrom: [other-team-{environment}]
    #   egressTo: [{{cidr: 0.0.0.0/0, ports: [443]}}]
    # syncWindows:                # when nothing is to be synced, or only then
    #   - {{kind: deny, schedule: "0 17 * * 5", duration: 63h, timeZone: Europe/Berlin}}
    services:
{services}"""
_OTHER_SERVICES = """\
      # A chart of a Helm repository, in an exact version:
      # search: {repository: https://charts.example.com/shop, chart: search, revision: 1.4.2}
"""


@dataclass(frozen=True, kw_only=True)
class NewTeam:
    """What the command is told; the rest is for the team to edit."""

    name: str
    environment: str = "dev"
    clusters: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels; empty: the clusters of the environment's own name."""
    services: Mapping[str, str] = field(default_factory=dict[str, str])
    """Folders of this repository by service; empty: the sample."""
    contact: str = ""


def write(root: Path, team: NewTeam) -> Path:
    """Write the file of a new team, which is valid.

    Raises:
        FleetError: the name is taken, or what the team asks for would be a mistake; nothing is
            written then.
    """
    if "/" in team.name or team.name in {"", ".", ".."}:
        raise FleetError(f"{team.name!r} is no name", "take lower-case letters and hyphens")
    before = set(check.run(root).mistakes)
    folder = root / teams.FOLDER / team.name
    file = folder / teams.TEAM_FILE
    try:
        folder.mkdir(parents=True)
        file.write_text(text(team))
    except FileExistsError:
        remedy = "take another name, or edit its file"
        raise FleetError(f"{teams.FOLDER}/{team.name} is there already", remedy) from None
    except OSError as error:
        raise FleetError(f"cannot write {file} ({error.strerror})", "make it writable") from None
    mistakes = [mistake for mistake in check.run(root).mistakes if mistake not in before]
    if mistakes:
        file.unlink()
        folder.rmdir()
        raise FleetError("nothing is written:\n" + "\n".join(f"  {m.message}" for m in mistakes))
    return file


def next_steps(file: Path, name: str) -> str:
    """What the author of a new file does with it."""
    return "\n".join(
        (
            f"Wrote {file}",
            "Next:",
            "  1. Edit it: description, owners, cost center, quota, services",
            f"  2. python -m fleet team check {name}",
            f"  3. python -m fleet team render {name}   # what each cluster would get",
            "  4. Open a pull request; all of it exists soon after the merge",
        )
    )


def text(team: NewTeam) -> str:
    """The file."""
    clusters = team.clusters or {"environment": team.environment}
    services = team.services or {"web": SAMPLE_PATH}
    return _TEXT.format(
        team=team.name,
        environment=team.environment,
        contact=json.dumps(team.contact or f"{team.name}@example.com"),
        clusters=", ".join(f"{_key(key)}: {json.dumps(value)}" for key, value in clusters.items()),
        services="".join(_service(*service) for service in services.items()) + _OTHER_SERVICES,
    )


def _service(name: str, path: str) -> str:
    if path.rstrip("/") == SAMPLE_PATH:
        return f"      {name}:\n        path: {SAMPLE_PATH}\n{_SAMPLE_VALUES}"
    return f"      {name}:\n        path: {json.dumps(path)}\n"


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() else json.dumps(key)
