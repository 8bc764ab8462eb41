"""What a server finds again after its end."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from moto.kms.models import kms_backends
from moto.sqs.models import sqs_backends

from lab.aws import __main__ as program
from lab.aws import world
from lab.aws.settings import Settings
from lab.aws.snapshot import Snapshot
from lab.errors import LabError

from .accounts import REGION, Account, Eks

SETTINGS = Settings(accounts=(), binaries=None, fake_control_planes=True)


def kept(folder: Path) -> tuple[world.World, Snapshot]:
    new = world.build(SETTINGS, folder, 5000)
    return new, Snapshot(new, folder)


def test_resources_of_moto_are_there_again(tmp_path: Path) -> None:
    account = Account()
    kms: Any = kms_backends[account.id][REGION]
    sqs: Any = sqs_backends[account.id][REGION]
    made: Any = kms.create_key("", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", None)
    signer: Any = kms.create_key("", "SIGN_VERIFY", "RSA_2048", "", None)
    sqs.create_queue("q", {})
    kept(tmp_path)[1].save()
    del kms_backends[account.id][REGION]
    del sqs_backends[account.id][REGION]
    kept(tmp_path)[1].load()
    assert set(kms_backends[account.id][REGION].keys) == {made.id, signer.id}
    assert set(sqs_backends[account.id][REGION].queues) == {"q"}


def test_clusters_and_open_sessions_are_there_again(tmp_path: Path) -> None:
    before, snapshot = kept(tmp_path)
    eks = Eks(clusters=before.clusters)
    eks.active("spoke", tags={"a": "b"})
    session = before.keys.sessions.open(eks.account.session(eks.admin), timedelta(hours=1))
    snapshot.save()
    after, again = kept(tmp_path)
    again.load()
    assert [cluster.body["tags"] for cluster in after.clusters] == [{"a": "b"}]
    assert after.keys.find(session.access_key_id) == session


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    kept(tmp_path)[1].save()
    assert (tmp_path / "aws.pickle").stat().st_mode & 0o777 == 0o600


def test_without_a_file_nothing_is_loaded(tmp_path: Path) -> None:
    kept(tmp_path)[1].load()


def test_a_change_is_saved_by_itself_and_at_the_end(tmp_path: Path) -> None:
    snapshot = kept(tmp_path)[1]
    snapshot.start()
    snapshot.touch()
    snapshot.close()
    assert (tmp_path / "aws.pickle").exists()


def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "aws.pickle").write_bytes(b"no pickle")
    with pytest.raises(LabError, match="remove the state folder"):
        kept(tmp_path)[1].load()


def test_a_mistake_in_the_settings_is_one_line_and_an_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"binary": 1}')
    options = ["--port", "1", "--state", str(tmp_path), "--settings", str(settings)]
    monkeypatch.setattr("sys.argv", ["lab.aws", *options])
    assert program.main() == 1
    assert capsys.readouterr().err == f"The settings {settings} have unknown keys: binary\n"
