"""JSON reports read back: what is shown of them is what was shown the first time."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncer.errors import ConfigError, Refused, WrongUsage
from syncer.report import REPORTS, render
from syncer.report.reread import report_of
from syncer.report.views import Report
from tests.report.report_samples import KINDS, reports

FILE = Path("report.json")
OF_ANOTHER_PLAN = "plan, not saved"
"""A sample whose document holds findings that its plan doesn't have."""
SHOWN_AGAIN = [
    kind
    for kind in KINDS
    if kind.startswith(("plan", "apply", "audit show", "an error"))
    and not kind.endswith(("in part", "upstream"))
    and kind != OF_ANOTHER_PLAN
]


def document(kind: str, name: str = "x") -> Any:
    return json.loads(render("json", reports(name)[kind]))


@pytest.mark.parametrize("name", ["x", "\ud800\x1b\u202e|<b>`"])
@pytest.mark.parametrize("kind", SHOWN_AGAIN)
def test_every_format_is_as_it_was(kind: str, name: str) -> None:
    first = replace(reports(name)[kind], command="show", sources={})
    again = report_of(document(kind, name), FILE)
    for verbose in (False, True):
        expected, found = (replace(each, verbose=verbose) for each in (first, again))
        for form in REPORTS:
            if form == "html" and kind.startswith("apply"):
                continue  # a page says what became of each rule, where a JSON report counts them
            assert render(form, expected) == render(form, found), form


@pytest.mark.slow
def test_a_shown_report_can_be_shown_again() -> None:
    for kind in SHOWN_AGAIN:
        once = render("json", report_of(document(kind), FILE))
        assert once == render("json", report_of(json.loads(once), FILE))


def test_where_policies_came_from_and_what_rules_became_is_read_again() -> None:
    source = {"commit": "1" * 40, "merge_request": "", "policy_set": "eu", "before": "2" * 40}
    written = {**document("apply"), "command": "show", "source": source}
    again = json.loads(render("json", report_of(written, FILE)))
    assert (source, True) == (again["source"], "change_digest" in written["result"])
    assert written["result"]["change_digest"] == again["result"]["change_digest"]


def without(found: Any, *names: str) -> Any:
    """The document without its optional members."""
    if isinstance(found, list):
        return [without(each, *names) for each in found]
    if isinstance(found, dict):
        return {key: without(value, *names) for key, value in found.items() if key not in names}
    return found


def test_a_report_without_optional_members_is_shown() -> None:
    bare = {**document("apply"), "command": "rollback"}
    bare["result"] = without(bare["result"], "verb", "counts", "started_at")
    again = report_of(bare, FILE)
    text = render("text", again).splitlines()
    assert "run x was cut off; its changes were looked up in the live queues:" in text
    assert any(line.startswith("rollback in part: ") for line in text)
    assert {"error": "the report that is shown doesn't say how much its plan was"} == json.loads(
        render("terraform", again)
    )


@pytest.mark.parametrize(
    "kind", sorted({kind for kind in KINDS if kind.startswith(("drift", "export", "doctor", "validate"))})
)
def test_reports_of_other_commands_are_not_shown(kind: str) -> None:
    with pytest.raises(WrongUsage) as raised:
        report_of(document(kind), FILE)
    command = kind.partition(",")[0]
    assert (
        f"report.json is the report of {command}",
        "Reports of plan, apply, rollback, audit show and show can be shown.",
    ) == (raised.value.message, raised.value.hint)


@pytest.mark.parametrize("kind", ["plan, shown in part", "apply, shown in part", "audit show, in part"])
def test_a_part_is_not_shown_as_the_whole(kind: str) -> None:
    with pytest.raises(WrongUsage, match=r"report\.json holds only the queues that match x"):
        report_of(document(kind), FILE)


def test_an_edited_plan_is_refused() -> None:
    edited = document("plan")
    edited["result"]["plan"]["api"] = "https://elsewhere"
    with pytest.raises(Refused, match=r"report\.json was edited after it was made"):
        report_of(edited, FILE)


def test_a_signature_counts_where_there_is_one() -> None:
    signed = document("plan")
    assert report_of(signed, FILE, "a key").view is not None
    signed["result"]["plan"]["signature"] = "hmac-sha256:" + "0" * 64
    with pytest.raises(Refused, match="is not signed with the key in SYNCER_PLAN_KEY"):
        report_of(signed, FILE, "a key")


@pytest.mark.parametrize(
    ("place", "value", "error"),
    [
        ((), [], ConfigError),
        (("exit_code",), 77, ConfigError),
        (("result", "outcomes", 0, "status"), "nobody knows", ConfigError),
        (("result", "duration_ms"), 10**400, ConfigError),
        (("result", "plan", "changes"), 3, Refused),
        (("result",), {"files": [], "skipped": []}, ConfigError),
    ],
)
def test_what_is_no_report_is_an_error(
    place: tuple[str | int, ...], value: Any, error: type[Exception]
) -> None:
    found = document("plan" if "plan" in place else "apply")
    inner = found
    for step in place[:-1]:
        inner = inner[step]
    if place:
        inner[place[-1]] = value
    with pytest.raises(error):
        report_of(found if place else value, FILE)


def test_an_error_keeps_its_name() -> None:
    again = report_of(document("an error alone"), FILE)
    assert isinstance(again, Report)
    assert ("StalePlan", 4, None) == (type(again.error).__name__, again.exit_code, again.view)
