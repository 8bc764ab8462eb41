"""Builds the policy pack, when the engine starts it. Everything it is made of is in `pack/`."""

from datetime import UTC, datetime
from pathlib import Path

from pack import crossguard

# The constructor serves until the engine is done; nothing after it would run.
crossguard.serve(Path(__file__).parent / "exceptions.yaml", datetime.now(UTC).date())
