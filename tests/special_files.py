"""What may stand in the place of a file, and is none: reading it would wait, or never end."""

import os
from pathlib import Path

KINDS = ("pipe", "folder", "device")


def put(kind: str, path: Path) -> Path:
    """Put one of ``KINDS`` to ``path``, or a link that leads ``nowhere``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "nowhere":
        path.symlink_to("no folder/of this name")
    else:
        path.symlink_to("/dev/zero")
    return path
