"""Argo CD's cache is closed to others on this machine, and forgets."""

from pathlib import Path

from lab.argocd import redis
from lab.processes import ProcessFolder, free_port, wait_until
from lab.toolchain import redis_server


def test_a_password_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    made = redis.password(tmp_path, None)

    assert len(made) >= 32
    assert redis.password(tmp_path, None) == made
    assert (tmp_path / "redis-password").stat().st_mode & 0o077 == 0


def test_the_hubs_own_password_wins(tmp_path: Path) -> None:
    redis.password(tmp_path, None)

    assert redis.password(tmp_path, "of the release") == "of the release"
    assert redis.password(tmp_path, None) == "of the release"


def test_redis_answers_to_its_password_and_to_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / 'a "quoted" folder'
    folder.mkdir()
    port, processes = free_port(), ProcessFolder(tmp_path / "processes")
    path, _ = redis.configuration(folder, port=str(port), secret='s3"cret')
    record = processes.start("redis", [str(redis_server().path), str(path)])
    try:
        wait_until(
            lambda: redis.answers(port, 's3"cret'),
            what="redis",
            timeout_seconds=20,
            process=record,
        )
        assert not redis.answers(port, "another")
    finally:
        processes.stop("redis")
    assert list(folder.iterdir()) == [path]


def test_nobody_there_is_no_answer() -> None:
    assert not redis.answers(free_port(), "secret")
