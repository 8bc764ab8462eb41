"""`python -m lab.git --port N --folder DIR`: the Git server's process; ends with SIGTERM."""

import sys
from pathlib import Path
from socketserver import BaseServer

from lab.folder_server import run
from lab.git.certificate import create
from lab.git.server import make_server


def _server(folder: Path, port: int) -> BaseServer:
    return make_server(folder, port, create(folder / "certificates"))


if __name__ == "__main__":
    sys.exit(run("lab.git", _server))
