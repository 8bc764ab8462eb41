"""GitHub's workflows, as their files say them."""

from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def read(name: str) -> dict[str, Any]:
    """A workflow, its keys as they are written: YAML takes a bare `on` for true."""
    text = (ROOT / ".github/workflows" / name).read_text()
    return cast("dict[str, Any]", yaml.load(text, yaml.BaseLoader))  # noqa: S506  # knows nothing but texts


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of all its jobs; a job that calls a workflow has none."""
    return [step for job in workflow["jobs"].values() for step in job.get("steps", [])]


def commands(workflow: dict[str, Any]) -> str:
    """All that its steps run."""
    return "\n".join(step.get("run", "") for step in steps(workflow))
