"""The top of a repository, and paths relative to it, as GitLab uses them."""

import os
from pathlib import Path


def top_of(here: Path, said: str = "") -> Path:
    """The top folder of a repository: ``said`` (``CI_PROJECT_DIR``) if ``here`` is in it, else the one with
    ``.git``; ``here`` if there is none."""
    if said and here.is_relative_to(said):
        return Path(said)
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def place_in(file: str, folder: str, top: Path) -> str:
    """``file`` relative to ``top``, if it is below it, with forward slashes.

    A relative one is relative to ``folder``, which is relative to ``top``.
    """
    absolute = Path(os.path.normpath(top / folder / file))
    return absolute.relative_to(top).as_posix() if absolute.is_relative_to(top) else file


def folder_in(here: Path, top: Path) -> str:
    """``here`` relative to ``top``; empty for ``top`` itself."""
    below = here.relative_to(top) if here.is_relative_to(top) else Path()
    return "" if below == Path() else below.as_posix()
