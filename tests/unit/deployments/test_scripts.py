"""What pipelines run in a shell, against programs that write down how they are called."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.committed import ROOT, up
from tests.unit.deployments.test_settings_files import DEPLOYMENTS

STACK = "acme/eks-hub-spoke/spoke-dev"
CREDENTIALS = "AK\ts3/=\tto==\n"
"""As `aws --output text` prints them."""
LINES = "AWS_ACCESS_KEY_ID=AK\nAWS_SECRET_ACCESS_KEY=s3/=\nAWS_SESSION_TOKEN=to==\n"
# Writes its arguments, and prints a file's content; the token is read as aws would.
FAKE = """\
#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$*" in *file:///dev/stdin*) cat > "$CALLS.token" ;; esac
cat "$ANSWER"
exit "${CODE:-0}"
"""


@dataclass(frozen=True, kw_only=True)
class Shell:
    """A PATH with fakes first, and what became of them."""

    folder: Path

    def run(
        self, command: str, given: str = "", extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A command of the repository's root."""
        environment = {
            **os.environ,
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "CALLS": str(self.folder / "calls"),
            "ANSWER": str(self.folder / "answer"),
            **(extra or {}),
        }
        return subprocess.run(  # noqa: S602  # the test's own command
            command,
            shell=True,
            cwd=ROOT,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """How the fakes were called."""
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """aws answers with credentials; pulumi says nothing."""
    for name in ("aws", "pulumi"):
        (tmp_path / name).write_text(FAKE)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "answer").write_text(CREDENTIALS)
    return Shell(folder=tmp_path)


def test_a_token_is_exchanged_for_two_hours_of_the_role(shell: Shell) -> None:
    done = shell.run(".ci/aws-login arn:role session", given="token")
    assert (done.returncode, done.stdout) == (0, LINES)
    (call,) = shell.calls()
    assert "--role-arn arn:role --role-session-name session" in call
    assert "--duration-seconds 7200" in call


def test_the_token_is_no_argument_that_other_processes_could_read(shell: Shell) -> None:
    shell.run(".ci/aws-login arn:role session", given="token")
    assert (shell.folder / "calls.token").read_text() == "token"
    assert "token" not in shell.calls()[0].replace("--web-identity-token", "")


def test_a_refusal_ends_the_pipeline(shell: Shell) -> None:
    (shell.folder / "answer").write_text("")
    assert shell.run(".ci/aws-login arn:role session", extra={"CODE": "254"}).returncode == 254


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("preview", "preview"),
        ("an operation of tomorrow", "preview"),
        ("update", "deployer"),
        ("refresh", "deployer"),
        ("destroy", "deployer"),
        ("remediate-drift", "deployer"),
        # Of main, never of a pull request; what it compares has Secrets in it.
        ("detect-drift", "deployer"),
    ],
)
def test_pulumi_deployments_take_the_deployers_role_for_what_runs_reviewed_code_only(
    shell: Shell, operation: str, kind: str
) -> None:
    operation_context = DEPLOYMENTS["spoke-dev"].settings["operationContext"]
    token = shell.folder / "pulumi.oidc"
    token.write_text("token")
    command = operation_context["preRunCommands"][0]
    command = command.replace("/mnt/pulumi/pulumi.oidc", str(token))
    command = command.replace("/PULUMI_ENV", str(shell.folder / "environment"))
    variables = operation_context["environmentVariables"] | {
        "PULUMI_CI_OPERATION": operation,
        "PULUMI_CI_STACK": "spoke-dev",
        "PULUMI_CI_BUILD_NUMBER": "7",
    }
    assert shell.run(command, extra=variables).returncode == 0
    assert f":role/eks-hub-spoke-{kind}-spoke-dev " in shell.calls()[0]
    assert (shell.folder / "environment").read_text() == LINES


def test_a_stack_is_prepared_for_credentials_that_are_its_role(shell: Shell) -> None:
    assert shell.run(f".ci/pulumi prepare {STACK}").returncode == 0
    assert shell.calls() == [
        "pulumi install",
        "pulumi install --cwd policies",
        f"pulumi config set --stack {STACK} --plaintext --path "
        "eks-hub-spoke:account.assumeDeployerRole false",
    ]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("preview", ["pulumi preview ", "--policy-pack policies"]),
        ("up", ["pulumi up ", "--yes", "--policy-pack policies"]),
    ],
)
def test_a_command_is_of_the_stack_and_never_waits_for_an_answer(
    shell: Shell, command: str, words: list[str]
) -> None:
    assert shell.run(f".ci/pulumi {command} {STACK}").returncode == 0
    (call,) = shell.calls()
    assert all(word in call for word in [*words, f"--stack {STACK}", "--non-interactive"])


def test_drift_is_looked_for_in_everything_that_the_role_may_read(shell: Shell) -> None:
    assert shell.run(f".ci/pulumi drift {STACK}").returncode == 0
    by_state, by_aws = shell.calls()
    for call in (by_state, by_aws):
        assert call.startswith(f"pulumi preview --stack {STACK} --non-interactive ")
        assert "--expect-no-changes" in call
    assert "--refresh" not in by_state
    assert "--exclude" not in by_state
    assert "--refresh" in by_aws


def test_what_is_kept_in_secrets_is_compared_by_state_only(shell: Shell) -> None:
    shell.run(f".ci/pulumi drift {STACK}")
    patterns = re.findall(r"--exclude (\S+)", shell.calls()[1])
    hub = up("hub")
    for kind in ("kubernetes:core/v1:Secret", "kubernetes:helm.sh/v3:Release"):
        assert hub.of(kind), "the pattern is of a type that the program makes"
        assert f"**{kind}::**" in patterns
    assert len(patterns) == 2


def test_what_pulumi_exits_with_is_what_the_pipeline_sees(shell: Shell) -> None:
    assert shell.run(f".ci/pulumi drift {STACK}", extra={"CODE": "7"}).returncode == 7


def test_an_unknown_command_says_which_there_are(shell: Shell) -> None:
    done = shell.run(f".ci/pulumi destroy {STACK}")
    assert (done.returncode, shell.calls()) == (2, [])
    assert "prepare, preview, up and drift are" in done.stderr


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("preview", "0", "preview done"),
        ("preview", "1", "**preview failed** (exit code 1)"),
        ("drift", "0", "is what the code says"),
        ("drift", "7", "**is not what the code says**"),
        ("drift", "3", "**drift failed** (exit code 3)"),
    ],
)
def test_a_report_begins_with_what_came_of_it(
    shell: Shell, command: str, code: str, said: str
) -> None:
    done = shell.run(f".ci/report {command} spoke-dev {code}", given="output\n")
    assert done.stdout.startswith(f"### spoke-dev: {said}\n")


def test_no_line_of_the_output_ends_the_block_that_it_is_in(shell: Shell) -> None:
    given = "```\n</details>\n# a heading\n"
    done = shell.run(".ci/report preview spoke-dev 0", given=given)
    assert "    ```\n    </details>\n    # a heading\n" in done.stdout


def test_of_a_long_output_the_end_is_told(shell: Shell) -> None:
    given = "".join(f"line {number}\n" for number in range(1000))
    told = shell.run(".ci/report preview spoke-dev 0", given=given).stdout
    assert "line 999\n" in told
    assert "line 849\n" not in told
