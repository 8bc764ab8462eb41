"""Kubeconfigs, and credentials by a command."""

import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lab.errors import LabError
from lab.plugins.kubernetes.exec_credentials import CredentialSource, parse, run
from lab.plugins.kubernetes.kubeconfig import Command, read

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def document(user: dict[str, Any], **cluster: Any) -> dict[str, Any]:
    return {
        "current-context": "x",
        "contexts": [
            {"name": "x", "context": {"cluster": "c", "user": "u", "namespace": "n"}},
            {"name": "y", "context": {"cluster": "d", "user": "u"}},
        ],
        "clusters": [
            {"name": "c", "cluster": {"server": "https://c/", **cluster}},
            {"name": "d", "cluster": {"server": "https://d"}},
        ],
        "users": [{"name": "u", "user": user}],
    }


def text(user: dict[str, Any], **cluster: Any) -> str:
    return json.dumps(document(user, **cluster))


def command(script: str, **environment: str) -> Command:
    return Command(
        program=sys.executable,
        arguments=("-c", script),
        environment=environment,
        api_version="client.authentication.k8s.io/v1beta1",
    )


def credential(token: str, expires: datetime | None = None) -> str:
    status = {"token": token}
    if expires:
        status["expirationTimestamp"] = expires.isoformat().replace("+00:00", "Z")
    return json.dumps({"kind": "ExecCredential", "status": status})


def test_the_current_context_decides_unless_another_is_named() -> None:
    given = text({"token": "t"})
    assert (read(given).server, read(given).namespace) == ("https://c", "n")
    assert read(given, context="y").server == "https://d"
    assert read(given, cluster="d").server == "https://d"


def test_certificates_are_decoded() -> None:
    data = {"certificate-authority-data": base64.b64encode(b"PEM").decode()}
    assert read(text({"token": "t"}, **data)).ca_pem == "PEM"


def test_a_kubeconfig_may_be_a_file_whose_paths_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("PEM")
    (tmp_path / "config").write_text(text({"token": "t"}, **{"certificate-authority": "ca.pem"}))
    assert read(str(tmp_path / "config")).ca_pem == "PEM"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{}", "no current-context"),
        (json.dumps(document({}) | {"users": []}), "no user named 'u'"),
        (text({"username": "x"}), "'username', which the lab does not support"),
        (text({"token": "t"}, **{"proxy-url": "x"}), "proxy-url"),
        ("/not/there", "cannot be read"),
        (text({}, **{"certificate-authority-data": "%"}), "certificate-authority cannot be read"),
    ],
)
def test_what_a_kubeconfig_lacks_or_has_too_much_is_named(given: str, words: str) -> None:
    with pytest.raises(LabError, match=words):
        read(given)


def test_a_command_gets_its_variables_and_what_kubernetes_promises_it() -> None:
    script = (
        "import json, os; info = json.loads(os.environ['KUBERNETES_EXEC_INFO'])\n"
        "print(json.dumps({'status': {'token': os.environ['A'] + info['kind']}}))"
    )
    assert run(command(script, A="x")).token == "xExecCredential"


def test_a_command_that_fails_is_named_with_its_last_line() -> None:
    with pytest.raises(LabError, match="ended with exit code 3: no role"):
        run(command("import sys; print('trace\\nno role', file=sys.stderr); sys.exit(3)"))


def test_a_command_that_is_not_there_is_named() -> None:
    missing = Command(program="no-such-aws", arguments=(), environment={}, api_version="v1")
    with pytest.raises(LabError, match="'no-such-aws' is not on PATH"):
        run(missing)


@pytest.mark.parametrize("printed", ["", "{}", '{"status": null}', '{"status": {}}', "[]"])
def test_a_command_that_prints_no_credential_is_named(printed: str) -> None:
    with pytest.raises(LabError, match="'aws' printed"):
        parse(printed, "aws")


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def counting(folder: Path, expires: datetime | None) -> Command:
    """A command whose tokens are the number of its run."""
    counter = folder / "runs"
    counter.touch()
    script = (
        f"import pathlib; f = pathlib.Path({str(counter)!r}); f.write_text(f.read_text() + 'x')\n"
        f"print({credential('TOKEN', expires)!r}.replace('TOKEN', str(len(f.read_text()))))"
    )
    return command(script)


def test_a_token_is_kept_until_a_minute_before_it_runs_out(tmp_path: Path) -> None:
    clock = Clock()
    source = CredentialSource(counting(tmp_path, NOON + timedelta(minutes=14)), clock)
    assert [source.get().token, source.get().token] == ["1", "1"]
    clock.now = NOON + timedelta(minutes=13)
    assert source.get().token == "2"


def test_a_refused_token_is_made_anew(tmp_path: Path) -> None:
    source = CredentialSource(counting(tmp_path, None))
    source.drop(source.get())
    assert source.get().token == "2"
