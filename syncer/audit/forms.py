"""What a letter says: the audit entry itself, or a message for a chat.

In a chat, names from live are shown as plain text. Both chats have a form of text that is not looked at for
mark-up; and because clients still turn addresses into links and call whoever is named after an ``@``, the
characters that make these are followed by an invisible one.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

Entry = Mapping[str, Any]

_LONGEST_NAME = 120
_LONGEST_DETAIL = 300
_JOINER = "\u2060"  # word joiner: no width, no break
_ACTIVE = {ord(character): f"{character}{_JOINER}" for character in "@#:/.<>!|"}
_SLACK = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def body(form: str, entry: Entry) -> bytes:
    """The JSON that is sent for an audit entry; ``form`` is one of ``FORMS``."""
    return json.dumps(FORMS[form](entry)).encode("ascii")


def _as_it_is(entry: Entry) -> dict[str, Any]:
    """The entry; its first nine fields are those that monitoring systems already read."""
    return dict(entry)


def _slack(entry: Entry) -> dict[str, Any]:
    """A message for an incoming webhook of Slack: a text for notifications, and a block of plain text."""
    head, *more = (line.translate(_SLACK) for line in _lines(entry))
    text = "\n".join([head, *more])
    return {
        "text": head,
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}],
    }


def _teams(entry: Entry) -> dict[str, Any]:
    """A message for a workflow of Teams: an adaptive card of text runs, which know no Markdown."""
    head, *more = _lines(entry)
    runs = [_run(head, "Bolder"), *(_run(line, "Default") for line in more)]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "RichTextBlock", "inlines": [run]} for run in runs],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


FORMS: Mapping[str, Callable[[Entry], dict[str, Any]]] = {
    "json": _as_it_is,
    "slack": _slack,
    "teams": _teams,
}


def _run(text: str, weight: str) -> dict[str, str]:
    return {"type": "TextRun", "text": text, "weight": weight}


def _lines(entry: Entry) -> list[str]:
    """An entry in words: what happened, what stood in the way, and where it comes from."""
    head = _run_line(entry) if entry.get("kind") == "run" else _change_line(entry)
    mark = "✓" if entry.get("success") else "✗"
    detail = harmless(entry.get("detail", ""), _LONGEST_DETAIL)
    return [f"{mark} {head}", *([detail] if detail else []), _origin(entry)]


def _change_line(entry: Entry) -> str:
    action = harmless(entry.get("action", "")).removesuffix("_OVERFLOW_RULE").lower()
    queue, target = harmless(entry.get("queueName", "")), harmless(entry.get("targetName", ""))
    towards = f" → {target}" if target else ""
    step = f"{_image(entry.get('before'))} ⇒ {_image(entry.get('after'))}"
    return f"{action} {queue}{towards}, {harmless(entry.get('status', ''))}: {step}"


def _run_line(entry: Entry) -> str:
    queues = entry.get("queues")
    counts = queues.items() if isinstance(queues, Mapping) else ()
    done = ", ".join(f"{harmless(number)} {harmless(status)}" for status, number in counts)
    verb = harmless(entry.get("action", "")).replace("_", " ").lower()
    return f"{verb} {harmless(entry.get('status', ''))}" + (f": {done}" if done else "")


def _image(rule: Any) -> str:
    if not isinstance(rule, Mapping):
        return "none"
    if "owner" in rule:
        return f"managed by {harmless(rule.get('owner'))}"
    switched_off = "" if rule.get("enabled") else ", disabled"
    return f"{harmless(rule.get('threshold'))} % after {harmless(rule.get('delay'))} s{switched_off}"


def _origin(entry: Entry) -> str:
    """``run 20260301T083000Z-9f2c41 by ada, production``."""
    origin = entry.get("origin")
    user = harmless(origin.get("user", "")) if isinstance(origin, Mapping) else ""
    environment = harmless(entry.get("environment", ""))
    by = f" by {user}" if user else ""
    return f"run {harmless(entry.get('run'))}{by}{f', {environment}' if environment else ''}"


def harmless(value: Any, longest: int = _LONGEST_NAME) -> str:
    """``value`` as one line of plain text in which nothing is a link, a mention or a mark of direction."""
    text = "".join(character if character.isprintable() else " " for character in str(value))
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return short.translate(_ACTIVE)
