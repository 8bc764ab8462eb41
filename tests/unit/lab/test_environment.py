"""The environment in which programs work on the lab."""

import os
import shlex
import stat
import subprocess
from pathlib import Path

import pytest

from lab.environment import (
    AwsAccess,
    Credentials,
    complete,
    exports,
    read_credentials,
    variables,
    write_credentials,
)
from lab.errors import LabError
from lab.layout import Layout

ACCESS = AwsAccess(
    endpoint="http://127.0.0.1:5000",
    region="eu-west-1",
    credentials=Credentials(access_key_id="AKIA", secret_access_key="se'cr$et"),
)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(root=tmp_path / 'it\'s a $HOME "project"')
    layout.root.mkdir()
    layout.make_folders()
    return layout


def test_a_shell_gets_every_value_as_it_is(layout: Layout) -> None:
    values = variables(layout, ACCESS, {"PATH": "/usr/bin:/bin"})
    script = f'{exports(values)}\nprintf "%s\\0" "$PULUMI_BACKEND_URL" "$AWS_SECRET_ACCESS_KEY"'

    printed = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True)  # noqa: S603  # the test's own script

    assert printed.stdout.decode().split("\0")[:2] == [f"file://{layout.backend}", "se'cr$et"]


def test_the_labs_programs_come_first_on_the_path(layout: Layout) -> None:
    values = variables(layout, ACCESS, {"PATH": "/usr/bin:/bin"})

    assert values["PATH"] == f"{layout.bin}:/usr/bin:/bin"


def test_evaluated_twice_the_path_does_not_grow(layout: Layout) -> None:
    once = variables(layout, ACCESS, {"PATH": "/usr/bin"})

    assert variables(layout, ACCESS, once)["PATH"] == once["PATH"]


@pytest.mark.parametrize("name", ["AWS_SESSION_TOKEN", "AWS_PROFILE", "PULUMI_ACCESS_TOKEN"])
def test_a_real_accounts_variables_do_not_reach_the_lab(layout: Layout, name: str) -> None:
    assert name not in complete(layout, ACCESS, {name: "real"})
    assert name in shlex.split(exports({}))


def test_a_company_proxy_is_not_asked_for_loopback(layout: Layout) -> None:
    values = variables(layout, ACCESS, {"NO_PROXY": "corp.example.com"})

    assert values["NO_PROXY"] == values["no_proxy"] == "127.0.0.1,corp.example.com"


def test_other_variables_of_the_person_are_kept(layout: Layout) -> None:
    assert complete(layout, ACCESS, {"EDITOR": "vi"})["EDITOR"] == "vi"


def test_the_credentials_file_is_for_its_owner_alone(layout: Layout) -> None:
    os.umask(os.umask(0o022))

    write_credentials(layout, ACCESS.credentials)

    assert stat.S_IMODE(layout.aws_credentials.stat().st_mode) == 0o600


def test_credentials_are_read_as_they_were_written(layout: Layout) -> None:
    strange = Credentials(access_key_id="AKIA", secret_access_key="a%b/c+d=;e")
    write_credentials(layout, strange)

    assert read_credentials(layout) == strange


@pytest.mark.parametrize("content", [None, "nonsense", "[other]\na = b\n"])
def test_credentials_that_are_not_there_say_what_to_run(
    layout: Layout, content: str | None
) -> None:
    if content is not None:
        layout.aws_credentials.write_text(content)

    with pytest.raises(LabError, match="python -m lab up"):
        read_credentials(layout)


def test_a_secret_key_is_not_shown_by_accident() -> None:
    assert "se'cr$et" not in repr(ACCESS)
