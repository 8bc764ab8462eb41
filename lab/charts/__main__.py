"""`python -m lab.charts --port N --folder DIR`: the chart server's process; ends with SIGTERM."""

import sys

from lab.charts.server import make_server
from lab.folder_server import run

if __name__ == "__main__":
    sys.exit(run("lab.charts", make_server))
