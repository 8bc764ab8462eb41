"""Rules between teams, and between teams and the platform: names, room on clusters, manifests."""

import pytest

from tests.unit.fleet.sample import POLICY, Sample, team

SHOP = "gitops/teams/shop/team.yaml"


def test_two_teams_never_share_the_name_of_an_application(project: Sample) -> None:
    """shop-dev-dev-east-web: the parts have hyphens themselves, so two ways lead to one name."""
    project.edit("Pulumi.west.yaml", "{name: west}", "{name: dev-east}")
    service = "{web: {path: workloads/web}}"
    both = '{fleet_member: "spoke"}'
    project.team("shop", team("shop", clusters="{environment: prod}", services=service))
    project.team("shop-dev", team("shop-dev", clusters=both, services=service))
    (shop_dev, shop) = [line for line in project.mistakes() if "-web," in line]
    assert shop == (
        f"{SHOP}:9: environments.dev.services.web: asks for the Application "
        "shop-dev-dev-east-web, which is already for service web of team shop-dev's environment "
        "dev on east; rename one of the two"
    )
    assert shop_dev == (
        "gitops/teams/shop-dev/team.yaml:9: environments.dev.services.web: asks for the "
        "Application shop-dev-dev-east-web, which is already for service web of team shop's "
        "environment dev on dev-east; rename one of the two"
    )


def test_a_team_never_takes_the_name_of_an_addon(project: Sample) -> None:
    project.team("metrics", team("metrics", environment="server"))
    file = "gitops/teams/metrics/team.yaml"
    assert project.mistakes() == [
        f"{file}:6: environments.server: asks for the Application metrics-server-east, which is "
        "already for metrics-server on east; rename one of the two",
        f"{file}:6: environments.server: asks for the ApplicationSet metrics-server, which is "
        "already for metrics-server itself; rename one of the two",
    ]


def test_a_reserved_team_is_refused(project: Sample) -> None:
    project.team("platform", team("platform"))
    assert project.mistakes() == [
        'gitops/teams/platform/team.yaml:1: team: "platform" is a name of the platform\'s; '
        f"take another name; {POLICY} lists the taken ones"
    ]


def test_a_reserved_namespace_is_refused(project: Sample) -> None:
    project.team("cert", team("cert", environment="manager"))
    assert project.mistakes() == [
        "gitops/teams/cert/team.yaml:6: environments.manager: makes the namespace cert-manager, "
        "which is the platform's; take another name"
    ]


@pytest.mark.parametrize(("cores", "fits"), [("3", True), ("3001m", False)])
def test_quotas_of_all_teams_fit_on_a_cluster_together(
    project: Sample, cores: str, fits: bool
) -> None:
    project.team("shop", team("shop", quota=f'{{cpu: "{cores}", memory: 1Gi, pods: 1}}'))
    assert (project.mistakes() == []) is fits


def test_quotas_on_different_clusters_do_not_add_up(project: Sample) -> None:
    project.team("shop", team("shop", clusters="{environment: prod}", quota=_quota("8")))
    assert project.mistakes() == []


def test_quotas_are_counted_on_every_cluster_that_the_labels_choose(project: Sample) -> None:
    project.team("shop", team("shop", clusters="{fleet_member: spoke}", quota=_quota("9")))
    assert [line for line in project.mistakes() if line.startswith(SHOP)] == [
        f"{SHOP}:8: environments.dev.quota.cpu: asks 9 cores on east, 3 are left of 64; "
        f"ask for less, or have capacity.dev raised in {POLICY}",
        f"{SHOP}:8: environments.dev.quota.cpu: asks 9 cores on west, 8 are left of 8; "
        f"ask for less, or have capacity.prod raised in {POLICY}",
    ]


def _quota(cores: str) -> str:
    return f'{{cpu: "{cores}", memory: 1Gi, pods: 1}}'


def test_a_quota_that_no_cluster_could_give_is_nobody_elses_mistake(project: Sample) -> None:
    project.team("shop", team("shop", quota=_quota("1000")))
    assert project.mistakes("payments") == []


def test_mistakes_of_teams_that_were_not_asked_for_are_left_out(project: Sample) -> None:
    project.team("shop", team("other"))
    assert project.mistakes("payments") == []
    assert len(project.mistakes("shop")) == 1


def test_a_release_name_that_helm_refuses_is_found(project: Sample) -> None:
    name = "an-extraordinarily-long-service"[:30]
    project.remove("workloads/chart/values.schema.json")
    services = f"{{{name}: {{path: workloads/chart}}}}"
    project.team("extraordinary-team", team("extraordinary-team", services=services))
    assert project.mistakes() == [
        "gitops/teams/extraordinary-team/team.yaml:9: environments.dev.services."
        f"{name}: a release extraordinary-team-dev-east-{name} would have 58 characters, "
        "53 at most; write values, of which a release has the service's name alone; "
        "or shorter names"
    ]


def test_an_administrator_of_a_cluster_is_given_no_access_on_it(project: Sample) -> None:
    admin = "arn:aws:iam::111111111111:role/teams/admins"
    project.edit("Pulumi.east.yaml", "{name: east}", f"{{name: east, admins: ['{admin}']}}")
    access = f'    access: {{view: ["{admin}"]}}\n'
    project.team("shop", team("shop", more=access))
    assert project.mistakes() == [
        "gitops/teams/shop/team.yaml:10: environments.dev.access.view[0]: "
        "administers east already; take it out"
    ]
    elsewhere = team("shop", environment="prod", clusters="{environment: prod}", more=access)
    project.team("shop", elsewhere)
    assert project.mistakes() == []


def test_a_wildcard_that_reaches_another_team_is_found_when_that_team_joins(
    project: Sample,
) -> None:
    allow = '[{actions: [s3:GetObject], resources: ["arn:aws:s3:::shop-*"]}]'
    project.team("shop", team("shop", more=f"    workloadRoles: {{web: {{allow: {allow}}}}}\n"))
    assert project.mistakes() == []
    project.team("shop-eu", team("shop-eu"))
    assert project.mistakes() == [
        "gitops/teams/shop/team.yaml:10: environments.dev.workloadRoles.web.allow[0]."
        'resources[0]: "arn:aws:s3:::shop-*" could be team shop-eu\'s; '
        "write more of the name before the wildcard"
    ]
