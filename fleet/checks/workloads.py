"""Workload roles: what pods may do in AWS, held to the platform's policy; see `team_rules.py`."""

from collections.abc import Iterator

from components import team_rules
from components.team_rules import Claim, TeamPolicy
from fleet.mistakes import Mistake, shown
from fleet.nodes import Node
from fleet.project import Project


def check(project: Project) -> Iterator[Mistake]:
    """Actions and resources that are not for this team's workloads."""
    if project.policy is None:
        return
    policy = project.policy.of_aws
    teams = frozenset(team.name for team in project.teams)
    for environment in project.environments():
        for _, role in environment.node["workloadRoles"].items():
            allowed = role["allow"].elements()
            for part in allowed:
                yield from _actions(part, policy)
                yield from _resources(part, environment.team, teams, policy)
            texts = [[*_texts(part["actions"]), *_texts(part["resources"])] for part in allowed]
            if long := team_rules.length(texts):
                yield role["allow"].mistake(*long)


def _actions(part: Node, policy: TeamPolicy) -> Iterator[Mistake]:
    for action in part["actions"].elements():
        finding = team_rules.action(action.text, policy) if action.text else None
        if finding:
            yield action.mistake(f"{shown(action.text)} {finding[0]}", finding[1])


def _resources(
    part: Node, team: str, teams: frozenset[str], policy: TeamPolicy
) -> Iterator[Mistake]:
    services = frozenset(action.partition(":")[0] for action in _texts(part["actions"]))
    for arn in part["resources"].elements():
        claim = Claim(arn=arn.text, services=services, team=team, teams=teams)
        finding = team_rules.resource(claim, policy) if arn.text else None
        if finding:
            yield arn.mistake(f"{shown(arn.text)} {finding[0]}", finding[1])


def _texts(node: Node) -> list[str]:
    return [element.text for element in node.elements() if element.text]
