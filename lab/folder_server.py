"""The process of a server that hands out one folder: its arguments, its start, its end by SIGTERM.

Not here: what is handed out and how (`lab.charts.server`, `lab.git.server`).
"""

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from socketserver import BaseServer
from types import FrameType


def run(name: str, make: Callable[[Path, int], BaseServer]) -> int:
    """Serve until the process is told to stop; returns its exit code.

    `make` takes the folder and the port, and returns a server that listens already.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {name}")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        server = make(arguments.folder, arguments.port)
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
