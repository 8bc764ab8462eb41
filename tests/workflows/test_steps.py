"""What steps of workflows do: credentials, reports, comments and issues."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.workflows.runner import NEEDS_JQ, TOKEN, Runner

pytestmark = NEEDS_JQ

STACK = {
    "COMMAND": "preview",
    "STACK": "spoke-dev",
    "ORGANIZATION": "acme",
    "ROLE": "arn:aws:iam::222222222222:role/eks-hub-spoke-preview-spoke-dev",
    "AWS_REGION": "eu-west-1",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://token/?a=b",
}
BOT, PERSON = {"login": "github-actions[bot]"}, {"login": "someone"}
CREDENTIALS = "Get credentials for this job"


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    runner = Runner(folder=tmp_path)
    runner.prepare()
    return runner


def log_in(runner: Runner, **extra: str) -> str:
    """The step that gets credentials; what it prints."""
    done = runner.step("stack.yml", "run", CREDENTIALS, STACK | extra)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_aws_gets_the_token_that_is_meant_for_it_and_gives_the_role(runner: Runner) -> None:
    log_in(runner)
    aws, pulumi = runner.calls("curl")
    assert aws.endswith("https://token/?a=b&audience=sts.amazonaws.com")
    assert pulumi.endswith("https://token/?a=b&audience=urn:pulumi:org:acme")
    (call,) = runner.calls("aws")
    assert f"--role-arn {STACK['ROLE']} --role-session-name spoke-dev-preview-7" in call
    assert runner.kept("environment").splitlines() == [
        "AWS_ACCESS_KEY_ID=AK",
        "AWS_SECRET_ACCESS_KEY=s3",
        "AWS_SESSION_TOKEN=to",
    ]


def test_every_credential_is_masked_in_the_log_and_no_file_of_it_stays(runner: Runner) -> None:
    printed = log_in(runner)
    assert {f"::add-mask::{each}" for each in ("AK", "s3", "to")} <= set(printed.splitlines())
    assert TOKEN not in printed
    assert list((runner.folder / "temp").iterdir()) == []
    assert not any("of-the-job" in call for call in runner.calls("curl"))


def test_a_team_is_named_to_pulumi_cloud_where_there_is_one(runner: Runner) -> None:
    log_in(runner)
    log_in(runner, TEAM="previews")
    without, with_one = runner.calls("pulumi")
    assert "--oidc-org acme" in without
    assert "--oidc-team" not in without
    assert with_one.endswith("--oidc-team previews")


@pytest.mark.parametrize("code", [0, 1, 7])
def test_a_run_leaves_a_report_and_ends_as_pulumi_did(runner: Runner, code: int) -> None:
    done = runner.step("stack.yml", "run", "Run it", STACK | {"PULUMI_CODE": str(code)})
    assert done.returncode == code
    assert runner.kept("temp/report/code") == f"{code}\n"
    assert "    pulumi says so\n" in runner.kept("temp/report/report.md")
    assert runner.kept("summary") == runner.kept("temp/report/report.md")


def comment(runner: Runner, comments: Sequence[object]) -> list[str]:
    """The step that posts; how gh was called to write."""
    runner.artifact("comment-00-plan/report.md", "## Infrastructure\n")
    runner.artifact("comment-hub/report.md", "### hub: preview done\n")
    runner.artifact("comment-hub/code", "0\n")
    runner.answer("comments", comments)
    mark = "<!-- comment of infrastructure -->"
    extra = {"MARK": mark, "NUMBER": "12", "RUN": "7"}
    done = runner.step("comment.yml", "comment", "Post the comment, or rewrite it", extra)
    assert done.returncode == 0, done.stderr
    assert json.loads(runner.kept("calls.input")) == {
        "body": f"{mark}\n## Infrastructure\n### hub: preview done\n"
    }
    return [call for call in runner.calls("gh") if "--input" in call]


def test_a_first_comment_is_posted(runner: Runner) -> None:
    others = [
        {"id": 1, "user": PERSON, "body": "<!-- comment of infrastructure --> mine"},
        {"id": 2, "user": BOT, "body": "<!-- comment of teams -->"},
    ]
    (call,) = comment(runner, others)
    assert "--method POST repos/acme/platform/issues/12/comments" in call


def test_a_later_one_rewrites_it(runner: Runner) -> None:
    (call,) = comment(
        runner, [{"id": 3, "user": BOT, "body": "<!-- comment of infrastructure -->\nold"}]
    )
    assert "--method PATCH repos/acme/platform/issues/comments/3" in call


@pytest.mark.parametrize(
    ("head", "size", "found"),
    [("new", 10, "number=12\n"), ("old", 10, "number=\n"), ("new", 2_000_000, "")],
)
def test_only_a_small_artifact_of_the_newest_commit_is_taken(
    runner: Runner, head: str, size: int, found: str
) -> None:
    runner.answer("pulls", [{"number": 12, "head": {"sha": "new"}}])
    runner.answer("artifacts", {"artifacts": [{"name": "comment-hub", "size_in_bytes": size}]})
    name = "Find the pull request, if this is still its newest commit"
    extra = {"HEAD_SHA": head, "HEAD_OWNER": "acme", "HEAD_BRANCH": "change", "RUN": "7"}
    assert runner.step("comment.yml", "comment", name, extra).returncode == 0
    assert runner.kept("output") == found


def issues(runner: Runner, code: str, opened: Sequence[object]) -> list[str]:
    """The night's step for one stack; how gh was called about issues."""
    if code:
        runner.artifact("drift-hub/code", f"{code}\n")
        runner.artifact("drift-hub/report.md", "### hub: it said\n")
    runner.answer("issues", opened)
    plan = json.dumps({"preview": [{"stack": "hub"}]})
    extra = {"PLAN": plan, "GH_REPO": "acme/platform", "RUN": "https://run"}
    done = runner.step("drift.yml", "issues", "", extra)
    assert done.returncode == 0, done.stderr
    return [call for call in runner.calls("gh") if call.startswith("gh issue")]


OPEN = [
    {"number": 4, "title": "Drift: hub", "user": PERSON},
    {"number": 5, "title": "Drift: hub", "user": BOT},
]


def test_drift_opens_an_issue(runner: Runner) -> None:
    (call,) = issues(runner, "7", [{"number": 4, "title": "Drift: hub", "user": PERSON}])
    assert call == "gh issue create --title Drift: hub --body-file body.md"
    assert runner.kept("calls.input") == "### hub: it said\nThe run: https://run\n"


def test_drift_that_stays_rewrites_the_issue(runner: Runner) -> None:
    assert issues(runner, "7", OPEN) == ["gh issue edit 5 --body-file body.md"]


def test_a_clean_stack_closes_its_issue(runner: Runner) -> None:
    (call,) = issues(runner, "0", OPEN)
    assert call.startswith("gh issue close 5 ")


def test_a_clean_stack_without_an_issue_is_no_news(runner: Runner) -> None:
    assert issues(runner, "0", []) == []


def test_a_stack_that_could_not_be_compared_is_no_clean_one(runner: Runner) -> None:
    (call,) = issues(runner, "", [])
    assert call.startswith("gh issue create")
    assert "could not be compared" in runner.kept("calls.input")
