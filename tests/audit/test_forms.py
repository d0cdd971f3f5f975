import json
from typing import Any

import pytest
from trails import DONE, NOW, RUN, whole_run

from syncer.audit.entries import run_entry
from syncer.audit.forms import FORMS, body, harmless

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
