import json
from typing import Any

import pytest

from syncer.audit.entries import run_entry
from syncer.notify.digest import summed_up
from syncer.notify.forms import FORMS, MOST_LINES, body, harmless
from tests.audit.trails import DONE, NOW, RUN, whole_run

FIRST = [
    "timestamp",
    "action",
    "queueId",
    "ruleType",
    "threshold",
    "targetQueue",
    "latencyMs",
    "validationPass",
    "success",
]
HOSTILE = (
    "<!channel> @here <@U1> &amp; [x](http://evil.example/a) www.evil.example *b* `c`\n/gif \u202e<at>x</at>"
)


def entry(**changes: Any) -> dict[str, Any]:
    return {**whole_run()[1], **changes}


def texts(value: Any) -> list[str]:
    """Every text in what is sent."""
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for child in children for text in texts(child)]


def test_json_is_the_entry_and_begins_with_the_fields_of_old() -> None:
    for each in whole_run():
        sent = json.loads(body("json", each))
        assert FIRST == list(sent)[:9]
        assert each == sent


def test_slack_has_a_head_and_plain_text() -> None:
    sent = json.loads(body("slack", entry()))
    shown = sent["text"].replace("\u2060", "")
    assert "✓ update Queue A → Queue B, applied: 10 % after 60 s ⇒ 20 % after 60 s" == shown
    block = sent["blocks"][0]["text"]
    assert ("plain_text", False) == (block["type"], sent["mrkdwn"])
    assert block["text"].replace("\u2060", "").endswith("\nrun 20260301T083000Z-abcdef by me")


def test_rules_of_other_kinds_are_said_in_their_own_words() -> None:
    asked = {"kind": "conditional_groups", "place": 1, "target": "", "metric": "ServiceLevel"}
    asked |= {"operator": "LessThan", "value": 80.0, "wait": 5, "groups": ["t1", "g1"]}
    groups = [{"id": "t1", "name": "Night", "type": "TEAM"}, {"id": "g1", "name": "Day", "type": "GROUP"}]
    when = "when ServiceLevel LessThan 80, after 5 s"
    backup = {"kind": "backup", "agent_wait": 60, "wait_for_agent": False}
    for image, more, expected in (
        (asked, {"groups": groups}, f"groups 1: team Night, Day {when}"),
        (asked, {}, f"groups 1: t1, g1 {when}"),
        (
            {**asked, "groups": 5},
            {"groups": [5]},
            f"groups 1: no groups {when}",
        ),
        (backup, {}, "backup at once"),
    ):
        made = entry(action="CREATE_X", targetName="", before=None, after=image, **more)
        if not more:
            made.pop("groups")
        shown = json.loads(body("slack", made))["text"].replace("\u2060", "")
        assert f"✓ create_x Queue A, applied: none ⇒ {expected}" == shown


def test_a_mark_has_no_target() -> None:
    mark = {"kind": "owner", "owner": "@team/front"}
    made = entry(action="CREATE_OWNER_MARK", targetName="", before=None, after=mark)
    shown = json.loads(body("slack", made))["text"]
    assert "✓ create_owner_mark Queue A, applied: none ⇒ managed by @team/front" == shown.replace(
        "\u2060", ""
    )
    assert "@\u2060team/\u2060front" in shown


def test_teams_has_a_card_of_text_runs() -> None:
    sent = json.loads(body("teams", entry(success=False, detail="the API said no")))
    (attachment,) = sent["attachments"]
    assert "application/vnd.microsoft.card.adaptive" == attachment["contentType"]
    card = attachment["content"]
    assert {"RichTextBlock"} == {part["type"] for part in card["body"]}
    lines = [part["inlines"][0]["text"].replace("\u2060", "") for part in card["body"]]
    assert lines[0].startswith("✗ update Queue A → Queue B")
    assert "the API said no" == lines[1]


def test_a_run_is_counted() -> None:
    closing = run_entry(RUN, NOW, status="in part", validation_pass=True, outcomes=[DONE, DONE])
    text = json.loads(body("slack", closing))["blocks"][0]["text"]["text"]
    assert "✗ apply run in part: 2 applied\nrun 20260301T083000Z-abcdef, prod" == text.replace("\u2060", "")


@pytest.mark.parametrize("form", ["slack", "teams"])
@pytest.mark.parametrize("kind", ["change", "run"])
def test_names_can_do_nothing(form: str, kind: str) -> None:
    hostile: dict[str, Any] = {**dict.fromkeys(entry(), HOSTILE), "kind": kind}
    hostile |= {"origin": {"user": HOSTILE}, "before": {"threshold": HOSTILE}, "queues": {HOSTILE: HOSTILE}}
    sent = json.loads(body(form, hostile))
    for text in texts(sent):
        if text.startswith("http://adaptivecards.io/"):
            continue
        for active in ("<!", "<@", "<at>", "http:/", "www.e", "@here", "\u202e"):
            assert active not in text
        if form == "slack":
            assert "<" not in text.replace("&lt;", "")


@pytest.mark.parametrize("form", FORMS)
def test_entries_that_were_edited_still_have_a_form(form: str) -> None:
    for odd in (
        {},
        {"kind": "run", "queues": 5},
        {"kind": "change", "origin": 5, "before": "x", "queueName": None},
    ):
        assert json.loads(body(form, odd)) is not None


def test_long_names_are_cut_and_half_characters_are_sent() -> None:
    assert "x" * 119 + "…" == harmless("x" * 500)
    assert b"\\ud800" in body("json", {"queueName": "\ud800"})
    body("slack", {"queueName": "\ud800"})


def drift(number: Any = 1, **changes: Any) -> dict[str, Any]:
    """An alert of drift, as far as chats show it."""
    return {
        "action": "DRIFT_DETECTED",
        "success": False,
        "kind": "drift",
        "detail": "differs from the policies",
        "queueName": f"Front {number}",
        "targetName": "Back",
        "direction": "live differs",
        "policy": "25 % to Back after 60 s",
        "live": "30 % to Back after 60 s",
        "firstSeen": NOW,
        "detections": 2,
        "changed": {"id": "u1", "name": "Bob", "at": NOW},
        "position": {"file": "policies/a.yaml", "line": 4, "column": 5},
        "environment": "prod",
        "run": RUN.id,
        "link": "https://gitlab.example.com/jobs/7?a=1&b=2",
        **changes,
    }


def drifts(*alerts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**drift(), "kind": "drifts", "drifts": list(alerts), **changes}


def slack_lines(entry: dict[str, Any]) -> list[str]:
    blocks = json.loads(body("slack", entry))["blocks"]
    return [block["text"]["text"].replace("\u2060", "") for block in blocks]


def teams_lines(entry: dict[str, Any]) -> list[str]:
    card = json.loads(body("teams", entry))["attachments"][0]["content"]
    return [part["inlines"][0]["text"].replace("\u2060", "") for part in card["body"]]


LINE = (
    "✗ Front 1 → Back: live differs; live has 30 % to Back after 60 s, "
    f"the policy has 25 % to Back after 60 s; since {NOW}, times seen: 2; "
    f"queue last changed by Bob at {NOW}; policies/a.yaml:4"
)


def test_drift_is_one_list_with_the_link_to_ci() -> None:
    gone = drift(2, action="DRIFT_RESOLVED", success=True, detail="no longer differs from the policies")
    listed = drifts(drift(1), gone)
    origin = f"run {RUN.id}, prod"
    head, first, second, last, link = slack_lines(listed)
    assert ("✗ drift: 1 rule differs from the policies; 1 resolved", LINE, origin) == (head, first, last)
    assert second.startswith("✓ Front 2 → Back: no longer differs from the policies; live had 30 %")
    assert "<https://gitlab.example.com/jobs/7?a=1&amp;b=2|Open in CI>" == link
    assert [head, first, second, last] == teams_lines(listed)
    card = json.loads(body("teams", listed))["attachments"][0]["content"]
    assert ["https://gitlab.example.com/jobs/7?a=1&b=2"] == [action["url"] for action in card["actions"]]


def test_the_head_counts() -> None:
    gone = drift(action="DRIFT_RESOLVED", success=True)
    assert "✗ drift: 2 rules differ from the policies" == slack_lines(drifts(drift(), drift()))[0]
    assert "✓ drift: 2 resolved" == slack_lines(drifts(gone, gone, success=True))[0]


def test_one_drift_alone_has_a_form_too() -> None:
    assert [LINE, f"run {RUN.id}, prod"] == slack_lines(drift())[0].split("\n") == teams_lines(drift())


def test_a_side_without_a_rule_and_what_is_not_known() -> None:
    line = teams_lines(drift(policy="", changed={"id": "", "name": ""}, position=None))[0]
    assert f"the policy has nothing; since {NOW}, times seen: 2" in line
    assert line.endswith("times seen: 2")


def test_a_long_list_is_cut() -> None:
    _, *lines, more, origin = teams_lines(drifts(*(drift(number) for number in range(3_000))))
    assert 1 < len(lines) <= MOST_LINES
    assert f"and {3_000 - len(lines):,} more".replace(",", "") == more
    assert origin.startswith("run ")
    short = {"policy": "", "live": "", "changed": None, "position": None}
    _, *lines, more, _ = teams_lines(drifts(*(drift(number, **short) for number in range(21))))
    assert (20, "and 1 more") == (len(lines), more)
    assert 22 == len(teams_lines(drifts(*(drift(number, **short) for number in range(20)))))


@pytest.mark.parametrize("character", ["&", "<", "\U0001f600", "x", "@"])
def test_lists_stay_within_what_the_chats_take(character: str) -> None:
    name = character * 500
    hostile = drift(
        **dict.fromkeys(("queueName", "targetName", "policy", "live", "direction"), name),
        changed={"name": name, "at": name},
        position={"file": name, "line": name},
    )
    listed = drifts(*[hostile] * 3_000)
    assert len(body("teams", listed)) < 28_000
    blocks = json.loads(body("slack", listed))["blocks"]
    assert len(blocks) <= 50
    assert max(len(block["text"]["text"]) for block in blocks) <= 3_000


@pytest.mark.parametrize("form", ["slack", "teams"])
@pytest.mark.parametrize("kind", ["drift", "drifts"])
def test_names_in_drift_can_do_nothing(form: str, kind: str) -> None:
    hostile: dict[str, Any] = {**dict.fromkeys(drift(), HOSTILE), "kind": "drift"}
    hostile |= {"changed": {"name": HOSTILE, "at": HOSTILE}, "position": {"file": HOSTILE, "line": HOSTILE}}
    sent = json.loads(body(form, {**hostile, "kind": kind, "drifts": [hostile]}))
    for text in texts(sent):
        if not text.startswith("http://adaptivecards.io/"):
            assert not [
                active for active in ("<!", "<@", "<at>", "http:/", "www.e", "@here") if active in text
            ]


@pytest.mark.parametrize("link", ["", None, 7, "javascript:x", "https://a|b>", "https://a b", "https://a\n"])
def test_what_is_no_plain_url_is_no_link(link: Any) -> None:
    for form in ("slack", "teams"):
        assert b"Open in CI" not in body(form, drift(link=link))
    assert b"Open in CI" in body("slack", drift())


@pytest.mark.parametrize("odd", [{}, {"drifts": 5}, {"drifts": [5, {}]}, {"drifts": [{"changed": 5}]}])
@pytest.mark.parametrize("form", FORMS)
def test_drift_that_was_edited_still_has_a_form(form: str, odd: dict[str, Any]) -> None:
    assert json.loads(body(form, {**odd, "kind": "drifts"})) is not None


def summary(*changes: dict[str, Any], **fields: Any) -> Any:
    """A whole run as one message, with these changes."""
    made = summed_up([*whole_run()[:2], whole_run()[-1]])
    return {**made, "entries": list(changes), **fields}


def test_a_run_is_one_message_with_a_line_a_change() -> None:
    failed = entry(success=False, status="failed")
    head, *lines, origin = slack_lines(summary(failed, entry(), success=False, status="in part"))
    assert head.startswith("✗ apply run in part")
    assert ["✗ update Queue A → Queue B, failed", "✓ update Queue A → Queue B, applied"] == [
        line.partition(":")[0] for line in lines
    ]
    assert origin.startswith("run ")


def test_a_run_of_many_changes_is_cut() -> None:
    lines = teams_lines(summary(*[entry()] * 3_000))
    assert f"and {3_000 - MOST_LINES} more" == lines[-2]
    assert MOST_LINES + 3 == len(lines)


def test_a_run_that_nobody_closed_says_so() -> None:
    lines = slack_lines(summary(entry(), action="", status="", queues={}))
    assert "✓ run, not closed" == lines[0]


def test_a_loop_of_live_stands_above_drift() -> None:
    closed = {"by": "ada", "at": NOW, "run": "r1", "certain": True}
    loops = [{"message": "A → B → A", "closed": None}, {"message": "C → D → C", "closed": closed}]
    probable = {"message": "E → F → E", "closed": {**closed, "run": "", "by": "", "certain": False}}
    listed = drifts(drift(), loops=[*loops, probable], loopsGone=["G → H → G"])
    assert [
        "✗ 3 loops in the live queues: contacts go in a circle; drift: 1 rule differs from the policies",
        "✗ live loop: A → B → A",
        f"✗ live loop: C → D → C; closed by run r1 of ada at {NOW}",
        f"✗ live loop: E → F → E; probably closed by somebody at {NOW}",
        "✓ loop gone: G → H → G",
    ] == slack_lines(listed)[:5]


def test_a_loop_that_is_gone_is_said_alone() -> None:
    lines = slack_lines(drifts(loops=[], loopsGone=["G → H → G"], success=True))
    assert ["✓ no more live loops", "✓ loop gone: G → H → G"] == lines[:2]
