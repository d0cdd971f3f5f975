"""The name that the program was started with: ``sync``, ``syncer``, or ``python -m syncer``.

Texts of the program name a command as ``syncer plan``: that is right wherever they are kept (a report, a
note, the audit), no matter who reads them later. What goes straight to a terminal says the name that was
typed.
"""

import os
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = "syncer"


@dataclass(frozen=True, slots=True)
class ProgramName:
    """``name`` stands in usage lines and names the variable of shell completion.

    ``call`` is what a shell finds this very program by: ``name``, or a path where ``name`` is another one.
    ``commands`` are the commands that a text may name.
    """

    name: str = _PACKAGE
    call: str = _PACKAGE
    commands: tuple[str, ...] = ()

    def spoken(self, text: str) -> str:
        """``text``, which is the program's own, with ``syncer plan`` and the like as they are to be typed."""
        if self.call == _PACKAGE or not self.commands:
            return text
        calls = rf"\b{_PACKAGE} (?=(?:{'|'.join(map(re.escape, self.commands))})\b)"
        return re.sub(calls, lambda _: f"{self.call} ", text)


NEUTRAL = ProgramName()
"""For whatever is read elsewhere, or later."""


def started_as(
    argument: str, commands: Iterable[str], environ: Mapping[str, str] = os.environ
) -> ProgramName:
    """The name by the first argument of the process, and by what its ``PATH`` finds under that name."""
    path, known = Path(argument), tuple(commands)
    if path.name == "__main__.py":
        module = f"python -m {_PACKAGE}"
        return ProgramName(module, module, known)
    if path.name in ("", "-c"):
        return ProgramName(commands=known)
    if os.sep not in argument or _is_found(path, environ):
        return ProgramName(path.name, shlex.quote(path.name), known)
    return ProgramName(path.name, shlex.quote(argument), known)


def _is_found(program: Path, environ: Mapping[str, str]) -> bool:
    """Whether a shell that is given the bare name of ``program`` starts this file, and no other."""
    for folder in os.get_exec_path(dict(environ)):
        found = Path(folder) / program.name
        if found.is_file() and os.access(found, os.X_OK):
            return program.exists() and found.samefile(program)
    return False
