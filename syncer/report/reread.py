"""Read a JSON report that a command has written."""

import json
import re
from pathlib import Path
from typing import Any

from syncer.errors import ConfigError
from syncer.model.canonical import parsed
from syncer.report.json import FORMAT

_HEAD = re.compile(rb"\s*\{\s*\"format\":\s*\"" + re.escape(FORMAT.encode()) + rb"\"")
_LONGEST_HEAD = 1024


def is_report(path: Path) -> bool:
    """Whether a file begins as a JSON report does; no for what is not there."""
    try:
        with path.open("rb") as file:
            return _HEAD.match(file.read(_LONGEST_HEAD)) is not None
    except OSError:
        return False


def reread(path: Path) -> dict[str, Any]:
    """What a JSON report (``syncer.output/v1``) holds. Raises ConfigError where it is none."""
    from jsonschema import Draft202012Validator

    from syncer.policy.schema import schema_text

    hint = "Write one with: --report json=FILE"
    try:
        document = parsed(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} can't be read as a report", hint=hint) from error
    schema = json.loads(schema_text("output.v1.schema.json"))
    if not isinstance(document, dict) or not Draft202012Validator(schema).is_valid(document):
        raise ConfigError(f"{path} is not what the schema of a report says", hint=hint)
    return document
