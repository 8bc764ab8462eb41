"""What every finding must be, whoever made the file: one printable line, of a length to read."""

from collections.abc import Iterable

LONGEST = 2_000


def assert_readable(lines: Iterable[str]) -> None:
    """Fails on a finding that a terminal would break, obey or drown in."""
    for line in lines:
        assert line.isprintable(), repr(line)
        assert len(line) <= LONGEST, f"{len(line)} characters: {line[:100]}"
        assert "Traceback" not in line
