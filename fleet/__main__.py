"""`python -m fleet`."""

from fleet.cli import app

if __name__ == "__main__":
    app(prog_name="python -m fleet")
