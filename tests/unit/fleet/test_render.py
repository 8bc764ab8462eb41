"""What each cluster would get is what Argo CD would make of it, or says why it is not known."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from fleet import cli, manifests, render
from fleet.errors import FleetError
from fleet.expansion import Application, Tree
from fleet.helm import Helm
from lab.programs.install import ensure
from tests.gitops.clusters import committed_fleet
from tests.gitops.fleet import render as render_by_generators
from tests.gitops.helm import Helm as OtherHelm
from tests.gitops.programs import world_of
from tests.unit.fleet.repositories import ROOT, TEAM, Repository, make

pytestmark = pytest.mark.rendered
TEAMS = ("team-", *(f"{path.name}-" for path in (ROOT / "gitops/teams").iterdir()))
CHART = "apiVersion: v2\nname: app\nversion: 1.0.0\n"
WEB = 'path: gitops/charts/web-service\n        values: {image: "example/web:1.0.0"}'


@pytest.fixture(scope="module")
def helm() -> Helm:
    """The lab's helm; what it renders is kept for all tests here."""
    return Helm.find(str(ensure(["helm"])["helm"].path))


def expand(repository: Repository, helm: Helm, team: str = "ants") -> dict[str, Application]:
    """The team's Applications by name, in their order."""
    return {one.name: one for one in Tree.read(repository.root, helm).expand(team)}


def service_of(repository: Repository, helm: Helm, service: str) -> Application:
    """The one service of team ants, out of this source."""
    repository.team("ants", TEAM.format(name="ants").replace(WEB, service))
    return expand(repository, helm)["ants-dev-spoke-dev-web"]


def names(application: Application) -> list[str]:
    """Kind and name of every object."""
    return [str(manifests.identity(manifest)) for manifest in application.objects]


def test_applications_come_from_the_team_down_to_its_services(tmp_path: Path, helm: Helm) -> None:
    found = expand(make(tmp_path, "ants"), helm)
    assert [(one.name, one.cluster, one.project) for one in found.values()] == [
        ("team-ants", "hub", "teams"),
        ("ants-dev-spoke-dev", "hub", "teams"),
        ("ants-dev-spoke-dev-guardrails", "spoke-dev", "platform"),
        ("ants-dev-spoke-dev-web", "spoke-dev", "ants-dev-spoke-dev"),
        ("stack of spoke-dev: ants-dev", "spoke-dev", ""),
    ]


def test_every_cluster_with_the_labels_gets_the_environment(tmp_path: Path, helm: Helm) -> None:
    repository = make(tmp_path, "ants")
    repository.replace("gitops/teams/ants/team.yaml", "{environment: dev}", "{role: spoke}")
    clusters = {one.cluster for one in expand(repository, helm).values()}
    assert clusters == {"hub", "spoke-dev", "spoke-prod"}


def test_the_committed_teams_expand_as_their_applicationsets_do(helm: Helm) -> None:
    """Two expansions, written apart: this one, and that of the generators themselves."""
    fleet = committed_fleet()
    world = world_of(fleet, OtherHelm(program=Path(helm.program)))
    generated = {
        (one.cluster, one.parent.name, one.kind, one.name)
        for one in render_by_generators(world, fleet.handed_over)
        if one.parent and one.parent.name.startswith(TEAMS) and one.kind != "Application"
    }
    tree = Tree.read(ROOT, helm)
    expanded = {
        (application.cluster, application.name, one["kind"], one["metadata"]["name"])
        for team in tree.teams()
        for application in tree.expand(team)
        for one in application.objects
        if one["kind"] != "Application" and not application.by_stack
    }
    assert expanded == generated


def test_an_object_lands_in_the_namespace_of_its_destination(tmp_path: Path, helm: Helm) -> None:
    objects = expand(make(tmp_path, "ants"), helm)["ants-dev-spoke-dev-guardrails"].objects
    namespaces = {one["kind"]: one["metadata"].get("namespace") for one in objects}
    assert namespaces.pop("Namespace") is None
    assert set(namespaces.values()) == {"ants-dev"}


def test_a_namespace_that_is_written_is_kept() -> None:
    written = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "b"}}
    assert manifests.placed(written, "c") == written


def test_a_chart_of_another_repository_is_named(tmp_path: Path, helm: Helm) -> None:
    source = "repository: https://charts.example.com/x\n        chart: web\n        revision: 1.4.2"
    found = service_of(make(tmp_path), helm, source)
    assert found.elsewhere == "https://charts.example.com/x@1.4.2 chart web"
    assert found.objects == ()
    assert not found.failure


def test_another_revision_of_this_repository_is_not_taken_from_these_files(
    tmp_path: Path, helm: Helm
) -> None:
    found = service_of(make(tmp_path), helm, f"revision: v1\n        {WEB}")
    assert found.elsewhere.endswith("@v1 gitops/charts/web-service")


def test_a_kustomization_is_named(tmp_path: Path, helm: Helm) -> None:
    repository = make(tmp_path)
    repository.write({"apps/kustomization.yaml": "resources: []\n"})
    found = service_of(repository, helm, "path: apps")
    assert found.elsewhere.endswith("apps (a kustomization)")


def test_manifests_right_in_the_folder_are_read_and_others_passed_over(
    tmp_path: Path, helm: Helm
) -> None:
    repository = make(tmp_path)
    account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s}\n"
    repository.write(
        {
            "apps/a.yaml": account % "a",
            "apps/b.json": '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "b"}}',
            "apps/deeper/c.yaml": account % "c",
            "apps/notes.yaml": "some: text\n",
            "apps/README.md": account % "d",
        }
    )
    assert names(service_of(repository, helm, "path: apps")) == ["ServiceAccount/a", "Service/b"]


@pytest.mark.parametrize(
    ("service", "failure"),
    [
        ("path: gitops/charts/web-service", "missing property 'image'"),
        ("path: gone", "there is no folder gone"),
        ("path: ../elsewhere", "../elsewhere leads out of the repository"),
        ("path: apps", "broken.yaml is not YAML"),
    ],
)
def test_what_argo_cd_could_not_render_fails_by_itself(
    tmp_path: Path, helm: Helm, service: str, failure: str
) -> None:
    repository = make(tmp_path)
    repository.write({"apps/broken.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: [\n"})
    found = service_of(repository, helm, service)
    assert failure in found.failure
    assert found.objects == ()
    assert expand(repository, helm)["ants-dev-spoke-dev-guardrails"].objects


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path, helm: Helm) -> None:
    repository = make(tmp_path)
    repository.write({"apps/a.md": ""})
    (tmp_path / "apps/secret.yaml").symlink_to("/etc/hostname")
    found = service_of(repository, helm, "path: apps")
    assert found.failure == "secret.yaml leads out of the repository"


def test_a_template_that_is_no_field_is_an_error_and_not_printed(
    tmp_path: Path, helm: Helm
) -> None:
    repository = make(tmp_path, "ants")
    chart = "gitops/charts/team/templates/environments.yaml"
    repository.replace(chart, '"{{ .name }}" }}', '"{{ upper .name }}" }}')
    with pytest.raises(FleetError, match=r"upper \.name"):
        expand(repository, helm)


def test_a_chart_is_rendered_once_for_the_same_values(tmp_path: Path, helm: Helm) -> None:
    fresh = Helm(helm.program)
    repository = make(tmp_path, "ants")
    first = expand(repository, fresh)
    fresh_but_broken = Helm("/no/such/helm", fresh._rendered)  # pyright: ignore[reportPrivateUsage]  # what it remembers
    assert expand(repository, fresh_but_broken) == first


def test_a_chart_is_told_the_version_of_its_cluster(tmp_path: Path, helm: Helm) -> None:
    repository = make(tmp_path)
    version = "data: {version: {{ .Capabilities.KubeVersion.Minor | quote }}}"
    objects = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n{version}\n"
    repository.write({"app/Chart.yaml": CHART, "app/templates/a.yaml": objects})
    stack = (repository.root / "Pulumi.spoke-dev.yaml").read_text()
    cluster = {**yaml.safe_load(stack)["config"]["eks-hub-spoke:cluster"], "version": "1.34"}
    repository.stack("spoke-dev", "cluster", cluster)
    (found,) = service_of(repository, helm, "path: app").objects
    assert found["data"] == {"version": "34"}


def test_tests_of_a_chart_are_not_deployed(tmp_path: Path, helm: Helm) -> None:
    """Argo CD takes them for hooks of no phase, which never run."""
    repository = make(tmp_path)
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {helm.sh/hook: test}}\n"
    repository.write({"app/Chart.yaml": CHART, "app/templates/a.yaml": pod})
    found = service_of(repository, helm, "path: app")
    assert (found.objects, found.failure) == ((), "")


def test_an_application_that_a_team_writes_is_an_object_and_makes_nothing(
    tmp_path: Path, helm: Helm
) -> None:
    repository = make(tmp_path)
    kind = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: sly}\n"
    repository.write({"apps/a.yaml": f"{kind}spec: {{}}\n"})
    assert names(service_of(repository, helm, "path: apps")) == ["Application/sly"]
    assert "sly" not in expand(repository, helm)


def test_a_list_is_taken_apart_and_a_date_stays_a_text() -> None:
    text = """
    apiVersion: v1
    kind: List
    items:
      - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {day: 2026-01-01}}
    """
    (found,) = manifests.parse(text)
    assert found["data"] == {"day": "2026-01-01"}


def run(repository: Repository, helm: Helm, *arguments: str) -> tuple[int, str, str]:
    """`team render` on the command line: exit code, stdout, stderr."""
    command = ["--root", str(repository.root), "team", "render", "--helm", helm.program]
    result = CliRunner().invoke(cli.app, [*command, *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_names_are_a_tree(tmp_path: Path, helm: Helm) -> None:
    code, out, _ = run(make(tmp_path, "ants", "bees"), helm, "--names", "ants")
    assert code == 0
    assert "bees" not in out
    lines = out.splitlines()
    assert lines[0] == "hub"
    assert lines[lines.index("spoke-dev") + 1] == "  ants-dev-spoke-dev-guardrails"
    assert "    Deployment/web" in lines


def test_documents_are_grouped_and_say_whose_they_are(tmp_path: Path, helm: Helm) -> None:
    code, out, _ = run(make(tmp_path, "ants"), helm, "--cluster", "spoke-dev")
    assert code == 0
    heads = [line for line in out.splitlines() if line.startswith("# ")]
    assert heads == [
        "# Cluster spoke-dev",
        "# Cluster-wide on spoke-dev",
        "# Application ants-dev-spoke-dev-guardrails",
        "# Namespace ants-dev on spoke-dev",
        "# Application ants-dev-spoke-dev-guardrails",
        "# Application ants-dev-spoke-dev-web",
        "# By `pulumi up`, stack of spoke-dev: ants-dev",
    ]
    assert all(document["kind"] for document in yaml.safe_load_all(out))


def test_files_go_into_an_empty_folder_only(tmp_path: Path, helm: Helm) -> None:
    repository, folder = make(tmp_path / "p", "ants"), tmp_path / "out"
    code, _, _ = run(repository, helm, "--output", str(folder))
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")}
    assert code == 0
    assert "spoke-dev/ants-dev/ants-dev-spoke-dev-web.yaml" in written
    assert "spoke-dev/cluster-wide/ants-dev-spoke-dev-guardrails.yaml" in written
    assert "spoke-dev/ants-dev/aws.ants-dev.yaml" in written
    code, _, err = run(repository, helm, "--output", str(folder))
    assert (code, err) == (2, f"error: {folder} is not an empty folder; name a new one\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ant"], "there is no team ant; did you mean ants?"),
        (["--cluster", "spoke-dav"], "there is no cluster spoke-dav; did you mean spoke-dev?"),
        (["--helm", "/no/helm"], "/no/helm is not a program that runs here; install Helm"),
    ],
)
def test_a_mistake_in_the_command_is_one_line(
    tmp_path: Path, helm: Helm, arguments: list[str], said: str
) -> None:
    code, out, err = run(make(tmp_path, "ants"), helm, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_what_does_not_render_is_said_and_is_exit_code_1(tmp_path: Path, helm: Helm) -> None:
    repository = make(tmp_path, "ants")
    repository.replace("gitops/teams/ants/team.yaml", "gitops/charts/web-service", "gone")
    code, out, err = run(repository, helm)
    assert code == 1
    assert "kind: Namespace" in out
    assert err == "ants-dev-spoke-dev-web: does not render: there is no folder gone\n"


def test_documents_of_nothing_are_nothing() -> None:
    assert list(render.documents([])) == []
