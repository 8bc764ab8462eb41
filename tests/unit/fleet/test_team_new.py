"""`team new`: the file is valid at once, and nothing is written that would not be."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from fleet.cli import app
from tests.unit.fleet.sample import PAYMENTS, REAL, Sample, make

SAMPLE = "gitops/charts/web-service"


def _new(project: Sample, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--root", str(project.root), "team", "new", *arguments])


@pytest.fixture
def with_sample(project: Sample) -> Sample:
    """The sample project with the platform's own chart, which a new team's first service is of."""
    for file in ("Chart.yaml", "values.yaml", "values.schema.json"):
        project.write(f"{SAMPLE}/{file}", (REAL / SAMPLE / file).read_text())
    return project


def test_a_new_team_passes_the_check_as_it_is(with_sample: Sample) -> None:
    result = _new(with_sample, "shop")
    assert result.exit_code == 0, result.output
    assert with_sample.mistakes() == []


def test_the_file_is_commented_and_says_what_was_asked_for(with_sample: Sample) -> None:
    options = ["--environment", "qa", "--clusters", "team-clusters=true", "--owner", "#shop"]
    _new(with_sample, "shop", *options, "--service", "web=workloads/web")
    text = (with_sample.root / "gitops/teams/shop/team.yaml").read_text()
    content = yaml.safe_load(text)
    assert content["owners"]["contact"] == "#shop"
    assert content["environments"]["qa"]["clusters"] == {"team-clusters": "true"}
    assert content["environments"]["qa"]["services"] == {"web": {"path": "workloads/web"}}
    assert text.count("#") > 10
    assert with_sample.mistakes() == []


def test_several_labels_and_services_may_be_asked_for(with_sample: Sample) -> None:
    labels = ["--clusters", "environment=dev", "--clusters", "compute=auto"]
    services = ["--service", "a=workloads/web", "--service", f"b={SAMPLE}"]
    assert _new(with_sample, "shop", *labels, *services).exit_code == 0


def test_what_is_commented_out_is_valid_too(with_sample: Sample) -> None:
    _new(with_sample, "shop")
    file = with_sample.root / "gitops/teams/shop/team.yaml"
    lines = file.read_text().replace("other-team-dev", "payments-dev")
    lines = lines.replace("<account>", "111111111111").splitlines()
    # Of what is commented out, all but prose: that is, what becomes a key or an item.
    keys = ("# podSecurity", "# deleteData", "# network", "#   ", "# syncWindows", "# search")
    keys += ("# access", "# workloadRoles")
    on = [line.replace("# ", "", 1) if line.strip().startswith(keys) else line for line in lines]
    file.write_text("\n".join(on))
    environment = yaml.safe_load(file.read_text())["environments"]["dev"]
    assert {
        *("podSecurity", "deleteData", "network", "syncWindows"),
        *("access", "workloadRoles"),
    } <= environment.keys()
    assert "search" in environment["services"]
    assert with_sample.mistakes() == []


def test_what_to_do_next_is_said(with_sample: Sample) -> None:
    assert "python -m fleet team check shop" in _new(with_sample, "shop").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["payments"], "gitops/teams/payments is there already; take another name"),
        (["platform"], '"platform" is a name of the platform\'s'),
        (["Shop"], '"Shop" is not valid; take lower-case letters'),
        (["../shop"], "is no name"),
        ([".."], "is no name"),
        (["x: y"], "nothing is written"),
        (["shop", "--environment", "qa"], "no spoke has environment: qa"),
        (["shop", "--clusters", "color=blue"], 'no spoke has a label "color"'),
        (["shop", "--clusters", "color"], "--clusters color has no value"),
        (["shop", "--service", "web=nowhere"], 'there is no folder "nowhere"'),
        (["cert", "--environment", "manager", "--clusters", "environment=dev"], "cert-manager"),
    ],
)
def test_what_would_be_a_mistake_is_refused_and_leaves_nothing(
    with_sample: Sample, arguments: list[str], says: str
) -> None:
    before = _files(with_sample.root)
    result = _new(with_sample, *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert _files(with_sample.root) == before


def _files(root: Path) -> set[Path]:
    return set(root.rglob("*"))


def test_mistakes_that_were_there_before_are_no_reason_to_refuse(with_sample: Sample) -> None:
    with_sample.team("payments", PAYMENTS.replace("pods: 20", "pods: 0"))
    assert _new(with_sample, "shop").exit_code == 0


def test_the_first_team_makes_the_folder_of_teams(with_sample: Sample) -> None:
    with_sample.remove("gitops/teams")
    assert _new(with_sample, "shop").exit_code == 0


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    project = make(tmp_path)
    result = _new(project, "x" * 300)
    assert result.exit_code == 2
    assert "cannot write" in result.stderr
