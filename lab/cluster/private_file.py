"""Files of a control plane that only their owner may read, replaced as a whole or not at all."""

import os
from pathlib import Path


def write_private(path: Path, content: str) -> bool:
    """Write a text file (0600) atomically; return whether its content changed."""
    if path.exists() and path.read_text() == content:
        return False
    draft = path.with_name(f"{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    draft.replace(path)
    return True
