"""Write the initial files of a policy repository: all or none, and never over existing files."""

import contextlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from syncer.errors import Refused, SyncerError
from syncer.starter.requirements import NAME as REQUIREMENTS

GENESYS_CLOUD = "genesys-cloud"
OVERFLOW_RULES = "overflow-rules"

EXAMPLES = (GENESYS_CLOUD, OVERFLOW_RULES)
"""The dialects that have an example; the first is that of Genesys Cloud itself."""

_EXAMPLE = "policies/example.yaml"
_SETTINGS = "policies/settings.yaml"

_FILES = {
    _SETTINGS: "settings.yaml",
    ".gitlab-ci.yml": "gitlab-ci.yml",
    ".gitignore": "gitignore",
    "README.md": "README.md",
}
"""The template of each file; the example has one for each dialect."""


def starting_files(
    schemas: Mapping[str, str], dialect: str = GENESYS_CLOUD, requirements: str = ""
) -> dict[str, str]:
    """The text of each file by its path in the repository; ``schemas`` are texts by file name,
    ``requirements`` is what the pipeline installs.

    ``dialect`` is one of ``EXAMPLES``: the example is written in it, and the settings name it.
    """
    data = files("syncer.starter").joinpath("data")
    sources = {_EXAMPLE: f"{dialect}/example.yaml", **_FILES}
    texts = {path: data.joinpath(name).read_text("utf-8") for path, name in sources.items()}
    texts[_SETTINGS] = texts[_SETTINGS].replace("{dialect}", f"{dialect:<26}")
    texts[REQUIREMENTS] = requirements
    return texts | {f"schemas/{name}": text for name, text in schemas.items()}


def start(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Write ``texts`` below ``folder``, which is created if it is missing. Return the written paths.

    Raises Refused if a file or a policy exists already, and SyncerError if one can't be written. In either
    case the folder stays as it was.
    """
    paths = {folder / name: text for name, text in texts.items()}
    there = [path for path in (*paths, *_policies(folder)) if path.exists() or path.is_symlink()]
    if there:
        names = ", ".join(dict.fromkeys(path.as_posix() for path in there))
        raise Refused(
            f"{names} already exists: nothing was written",
            hint="Name another folder, or move it away.",
        )
    with _all_or_nothing() as made:
        for path, text in paths.items():
            _make(path.parent, made)
            with path.open("x", encoding="utf-8") as file:
                made.append(path)
                file.write(text)
    return tuple(paths)


def _policies(folder: Path) -> list[Path]:
    """The files in the policy folder: they would form one set with the example."""
    with contextlib.suppress(OSError):
        return sorted((folder / "policies").iterdir())
    return []


@contextmanager
def _all_or_nothing() -> Iterator[list[Path]]:
    """A list for the created paths, in order; they are removed again on an error."""
    made: list[Path] = []
    try:
        yield made
    except BaseException as error:
        for path in reversed(made):
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        if isinstance(error, OSError):
            where = error.filename or (made[-1] if made else "the folder")
            raise SyncerError(
                f"{where} can't be written: {error.strerror or error}: no files were left",
                hint="Name another folder.",
            ) from error
        raise


def _make(folder: Path, made: list[Path]) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        made.append(each)
