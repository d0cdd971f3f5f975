"""The parts of a document that don't match its schema: jsonschema finds them, and findings explain them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker

from syncer.model.finding import Finding, in_order
from syncer.policy.schema import read_moment
from syncer.policy.schema_errors import explain
from syncer.yamlfile.document import Document
from syncer.yamlfile.nodes import BROKEN

MOST_FINDINGS: Final = 1_000
"""More findings for one file don't help."""


def misfits(document: Document, schema: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Findings for the parts of a document that don't match a schema, by line, at most 1,000."""
    return in_order(islice(_findings(document, validator(schema), schema), MOST_FINDINGS))


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """The jsonschema validator of a schema; it checks dates too."""
    return Draft202012Validator(schema, format_checker=_formats())


def _findings(
    document: Document, validator: Draft202012Validator, schema: Mapping[str, Any]
) -> Iterator[Finding]:
    told = set()
    for problem in validator.iter_errors(document.data):
        place = (tuple(problem.absolute_path), str(problem.validator))
        if problem.instance is BROKEN or place in told:
            continue
        told.add(place)
        queue = _queue_at(document.data, place[0])
        yield from (replace(finding, queue=queue) for finding in explain(document, problem, schema))


def _queue_at(data: Any, path: Sequence[str | int]) -> str:
    """The name or id of the policy's queue that a path belongs to; empty if none."""
    match path, data:
        case ["queues", int(number), *_], {"queues": [*queues]}:
            match queues[number]:
                case {"queue": str(named)} | {"queue": {"id": str(named)}}:
                    return named
    return ""


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())

    @checker.checks("date-time", raises=ValueError)
    def _is_moment(value: object) -> bool:
        return not isinstance(value, str) or bool(read_moment(value))

    return checker
