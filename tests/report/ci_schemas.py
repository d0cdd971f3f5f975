"""The schemas that reports for CI are held against: each says what their reader takes, and no more."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parent / "schemas"


def checked(text: str, schema: str) -> Any:
    """The document that ``text`` is, once it fits the schema, begins with no mark and can be encoded."""
    assert not text.startswith("\ufeff")
    document = json.loads(text.encode())
    validator = Draft202012Validator(json.loads((FOLDER / f"{schema}.schema.json").read_text()))
    assert [] == [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    return document
