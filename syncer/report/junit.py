"""Reports as JUnit XML: a suite for each kind of check, a case for each file that it looked at."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from syncer.model.finding import Finding, Severity
from syncer.policy.files import SETTINGS
from syncer.report.escape import plain
from syncer.report.remarks import family, fatal, in_full, in_repository, place_of, remarks, verdict_of
from syncer.report.views import Report

READING = ("files", "yaml", "schema", "settings")
NETWORK = ("references", "loops", "capacity")
"""Kinds of checks: of what is read, and of the whole set once all could be read."""

LIVE_IS_WRONG = "drift"
"""The kind of check whose findings fail a case though they are only warnings of the policies."""


def render(report: Report, *, color: bool) -> str:
    """At least one suite with one case: the command itself, which fails with the error that ended it.

    Errors, and rules that drifted, fail the case of their file or queue; the rest stands in its output.
    """
    del color
    root = Element("testsuites", name=f"syncer {report.command}")
    _command(root, report)
    for kind, cases in _cases(report).items():
        suite = SubElement(root, "testsuite", name=kind)
        for name, findings in cases.items():
            _case(suite, kind, name, findings)
    for element in (*root, root):
        _count(element)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _command(root: Element, report: Report) -> None:
    suite = SubElement(root, "testsuite", name="command")
    case = SubElement(suite, "testcase", name=f"syncer {report.command}", classname="command")
    ended = fatal(report)
    if ended is not None:
        error = SubElement(case, "error", message=plain(ended.message), type=ended.id)
        error.text = in_full(ended)
    if said := verdict_of(report):
        SubElement(case, "system-out").text = plain(said)


def _cases(report: Report) -> Mapping[str, Mapping[str, Sequence[Finding]]]:
    """For each kind of check its cases: the files that it was made for, and whatever else was found."""
    cases = _made(report)
    for finding in remarks(report):
        cases.setdefault(family(finding), {}).setdefault(_unit(finding, report), []).append(finding)
    return cases


def _made(report: Report) -> dict[str, dict[str, list[Finding]]]:
    """The checks that were made, still without findings: those of the whole set need every file."""
    files = sorted(map(in_repository(), report.sources))
    made: dict[str, dict[str, list[Finding]]] = {"schema": {file: [] for file in files}} if files else {}
    if all(_readable(finding) for finding in report.findings):
        policies = [file for file in files if PurePosixPath(file).name not in SETTINGS]
        made |= {kind: {file: [] for file in policies} for kind in NETWORK if policies}
    return made


def _readable(finding: Finding) -> bool:
    return finding.severity is not Severity.ERROR or family(finding) not in READING


def _unit(finding: Finding, report: Report) -> str:
    """What a case is about: a file, or the queue if the live queue is wrong and no file is."""
    if finding.queue and family(finding) == LIVE_IS_WRONG:
        return finding.queue
    return place_of(finding, report).file


def _case(suite: Element, kind: str, name: str, findings: Sequence[Finding]) -> None:
    case = SubElement(suite, "testcase", name=plain(name), classname=kind)
    about_queue = kind == LIVE_IS_WRONG
    file = next((each.position.file for each in findings if each.position), "") if about_queue else name
    if file:
        case.set("file", plain(file))
    failing = [finding for finding in findings if _fails(finding)]
    if failing:
        failure = SubElement(case, "failure", message=_headline(failing[0]), type=failing[0].id)
        failure.text = _text(failing)
    if len(failing) < len(findings):
        # GitLab would take a name in the output for the path of an attachment.
        output = _text([finding for finding in findings if not _fails(finding)])
        SubElement(case, "system-out").text = output.replace("ATTACHMENT|", "ATTACHMENT |")


def _fails(finding: Finding) -> bool:
    return finding.refuses or family(finding) == LIVE_IS_WRONG


def _headline(finding: Finding) -> str:
    place = f"{plain(finding.position.file)}:{finding.position.line}: " if finding.position else ""
    return f"{place}{plain(finding.message)}"


def _text(findings: Sequence[Finding]) -> str:
    return "\n".join(line for finding in findings for line in _lines(finding))


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{_headline(finding)} ({finding.severity.value} {finding.id})"
    for note in finding.notes:
        yield f"  {plain(f'{note.position}: ' if note.position else '')}{plain(note.message)}"
    if finding.tip:
        yield f"  tip: {plain(finding.tip)}"


def _count(element: Element) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))
