"""`python -m lab.aws --port N --state DIR --settings FILE`: serves the lab's AWS on loopback."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from lab.aws import repairs, world
from lab.aws.application import Application
from lab.aws.settings import load
from lab.aws.snapshot import Snapshot
from lab.errors import LabError

_WAKE_SECONDS = 0.5


def main() -> int:
    """Serves until SIGTERM or SIGINT; control planes outlive it."""
    parser = argparse.ArgumentParser(prog="python -m lab.aws", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--state", type=Path, required=True, help="folder of everything it keeps")
    parser.add_argument("--settings", type=Path, required=True, help="JSON file")
    options = parser.parse_args()
    try:
        _serve(options.port, options.state.resolve(), options.settings)
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _serve(port: int, state: Path, settings_file: Path) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    here = world.build(load(settings_file), state, port)
    repairs.install(here)
    snapshot = Snapshot(here, state)
    snapshot.load()
    try:
        server = make_server(
            "127.0.0.1",
            port,
            Application(here, changed=snapshot.touch),
            threaded=True,
            request_handler=MotoRequestHandler,
        )
    except OSError as error:
        raise LabError(f"Port {port} can't be listened on: {error.strerror}") from error
    snapshot.start()
    here.control_planes.resume()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    threading.Thread(target=server.serve_forever, name="server", daemon=True).start()
    # A wait without end would not wake for a signal that the kernel gave to another thread.
    while not stop.wait(_WAKE_SECONDS):
        pass
    server.shutdown()
    snapshot.close()


if __name__ == "__main__":
    sys.exit(main())
