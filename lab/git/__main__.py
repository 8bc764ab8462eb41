"""`python -m lab.git --port N --folder DIR`: the Git server's process; ends with SIGTERM."""

import argparse
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from lab.git.certificate import create
from lab.git.server import make_server


def main() -> int:
    """Serve until the process is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m lab.git")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    pair = create(arguments.folder / "certificates")
    try:
        server = make_server(arguments.folder, arguments.port, pair)
    except OSError as error:
        sys.stderr.write(f"cannot listen on port {arguments.port}: {error.strerror}\n")
        return 1

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the serving loop, which runs in this very thread.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
