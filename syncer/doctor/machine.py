"""The machine: Python, packages, schemas."""

import json
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

from syncer.doctor.line import Line, failed, of_error, ok, warning
from syncer.errors import SyncerError
from syncer.policy.schema import schema_names, schema_text

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Package:
    """A package, the oldest version that works, and what for; ``extra`` names it where it may be missing."""

    name: str
    oldest: str
    use: str
    extra: str = ""


PACKAGES = (
    Package("click", "8.1", "the command line"),
    Package("deepdiff", "8.0", "differences of queues"),
    Package("filelock", "3.12", "one apply at a time"),
    Package("jsonschema", "4.20", "the schemas"),
    Package("pyyaml", "6.0.1", "policies"),
    Package("requests", "2.31", "live"),
    Package("python-gitlab", "4.4", "comment", "gitlab"),
    Package("prometheus-client", "0.20", "--metrics and --push-gateway", "metrics"),
    Package("standardwebhooks", "1.0", "signed messages to a webhook", "webhook"),
)
"""What ``pyproject.toml`` asks for: a test holds them together."""


def installed(name: str) -> str | None:
    """The version of an installed package, None where it is missing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def check_machine(
    python: tuple[int, ...] = sys.version_info[:3],
    version: Callable[[str], str | None] = installed,
) -> tuple[Line, ...]:
    """Python, packages and schemas. ``version`` gives the version of an installed package."""
    needed = [package for package in PACKAGES if not package.extra]
    extras = [package for package in PACKAGES if package.extra]
    return (
        _python(python),
        _packages("packages", needed, version),
        _packages("extras", extras, version),
        _schemas(),
    )


def _python(version: tuple[int, ...]) -> Line:
    found = f"{'.'.join(map(str, version))} ({platform.python_implementation()}, {platform.system()})"
    if version < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        return failed("Python", found, f"Install Python {wanted} or newer.")
    return ok("Python", found)


def _packages(name: str, packages: list[Package], version: Callable[[str], str | None]) -> Line:
    found = {package: version(package.name) for package in packages}
    problems = list(_problems(found))
    if not problems:
        return ok(name, ", ".join(f"{package.name} {has}" for package, has in found.items()))
    asked = " ".join(f'"{package.name}>={package.oldest}"' for package, _ in problems)
    said = "; ".join(words for _, words in problems)
    grade = failed if any(not package.extra for package, _ in problems) else warning
    return grade(name, said, f"pip install {asked}")


def _problems(found: dict[Package, str | None]) -> Iterator[tuple[Package, str]]:
    for package, has in found.items():
        if has is None:
            yield package, f"{package.name} is not installed ({package.use})"
        elif _numbers(has) < _numbers(package.oldest):
            yield package, f"{package.name} {has} is older than {package.oldest} ({package.use})"


def _numbers(version: str) -> tuple[int, ...]:
    """The release of a version: ``(6, 0, 1)``. What follows a part that is no number doesn't count."""
    numbers = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def _schemas() -> Line:
    try:
        names = schema_names()
        for name in names:
            json.loads(schema_text(name))
    except (OSError, ValueError, SyncerError):
        names = ()
    if not names:
        return of_error(
            "schemas", SyncerError("they can't be read", hint="Install syncer anew: files of it are missing.")
        )
    return ok("schemas", f"{len(names)} can be read")
