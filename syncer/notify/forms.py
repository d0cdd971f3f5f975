"""The content of a message: the audit entry itself, or a text for a chat.

In a chat, live names are shown as plain text. Both chats have a text type without mark-up; because clients
still turn addresses into links and notify anyone named after an ``@``, an invisible character follows the
characters that trigger this.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from syncer.kinds.registry import rule_step
from syncer.model.json_values import one_line
from syncer.notify import digest

DriftEntry = Mapping[str, Any]

LISTS = ("drifts", digest.KIND)
"""The kinds of entries that are lists of others."""

MOST_LINES = 20
MOST_BYTES = 15_000
"""A list with more lines, or more bytes as JSON, is cut: Teams accepts 28 KB per message."""

_LINK_TEXT = "Open in CI"
_URL = re.compile(r"https?://[!#-;=?-{}~]{1,2000}")
_LONGEST_NAME = 120
_LONGEST_DETAIL = 300
_LONGEST_STEP = 600
_JOINER = "\u2060"  # word joiner: no width, no break
_ACTIVE = {ord(character): f"{character}{_JOINER}" for character in "@#:/.<>!|"}
_BLOCK = 3_000
"""Characters that fit into a Slack block; one may take up to five."""

_SLACK = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def body(form: str, entry: DriftEntry) -> bytes:
    """Return the JSON that is sent for an audit entry; ``form`` is one of ``FORMS``."""
    return one_line(FORMS[form](entry)).encode("ascii")


def _as_it_is(entry: DriftEntry) -> dict[str, Any]:
    """The entry itself; monitoring systems already read its first nine fields."""
    return dict(entry)


def _slack(entry: DriftEntry) -> dict[str, Any]:
    """A message for an incoming webhook of Slack: a text for notifications, and blocks of plain text.

    A block is small, so each line of a list has its own.
    """
    lines = _lines(entry)
    texts = lines if entry.get("kind") in LISTS else ["\n".join(lines)]
    blocks = [_section({"type": "plain_text", "text": _in_block(text), "emoji": False}) for text in texts]
    if link := _link(entry):
        url = link.replace("&", "&amp;")
        blocks.append(_section({"type": "mrkdwn", "text": f"<{url}|{_LINK_TEXT}>", "verbatim": True}))
    return {
        "text": lines[0].translate(_SLACK),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks,
    }


def _in_block(text: str) -> str:
    """``text`` escaped for Slack, cut if it would be too long for a block."""
    escaped = text.translate(_SLACK)
    return escaped if len(escaped) <= _BLOCK else f"{text[: _BLOCK // 5 - 1]}…".translate(_SLACK)


def _section(text: dict[str, Any]) -> dict[str, Any]:
    return {"type": "section", "text": text}


def _teams(entry: DriftEntry) -> dict[str, Any]:
    """A message for a Teams workflow: an adaptive card of text runs, which don't support Markdown."""
    head, *more = _lines(entry)
    runs = [_run(head, "Bolder"), *(_run(line, "Default") for line in more)]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "RichTextBlock", "inlines": [run]} for run in runs],
    }
    if link := _link(entry):
        card["actions"] = [{"type": "Action.OpenUrl", "title": _LINK_TEXT, "url": link}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


FORMS: Mapping[str, Callable[[DriftEntry], dict[str, Any]]] = {
    "json": _as_it_is,
    "slack": _slack,
    "teams": _teams,
}


def _run(text: str, weight: str) -> dict[str, str]:
    return {"type": "TextRun", "text": text, "weight": weight}


def _lines(entry: DriftEntry) -> list[str]:
    """An entry as text: what happened, what prevented it, and where it comes from."""
    mark = "✓" if entry.get("success") else "✗"
    match entry.get("kind"):
        case "run":
            head = _run_line(entry)
        case "drift":
            return [_drift_line(entry), _origin(entry)]
        case "drifts":
            drifts = [_drift_line(each) for each in _listed(entry, "drifts")]
            return [f"{mark} {_list_line(entry)}", *_cut([*_loop_lines(entry), *drifts]), _origin(entry)]
        case digest.KIND:
            head = _run_line(entry)
        case "chain":
            head = "a new audit chain starts"
        case _:
            head = _change_line(entry)
    detail = harmless(entry.get("detail", ""), _LONGEST_DETAIL)
    changes = [
        f"{'✓' if each.get('success') else '✗'} {_change_line(each)}" for each in _listed(entry, "entries")
    ]
    return [f"{mark} {head}", *([detail] if detail else []), *_cut(changes), _origin(entry)]


def _listed(entry: DriftEntry, name: str) -> list[DriftEntry]:
    found = entry.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _list_line(entry: DriftEntry) -> str:
    """``1 loop in the live queues: …; drift: 3 rules differ from the policies; 1 resolved``."""
    loops, drifts = len(_listed(entry, "loops")), _listed(entry, "drifts")
    gone = sum(map(_is_resolved, drifts))
    there = len(drifts) - gone
    differ = f"{there} {'rule differs' if there == 1 else 'rules differ'} from the policies"
    words = "; ".join([*([differ] if there else []), *([f"{gone} resolved"] if gone else [])])
    found = [
        *(
            [f"{loops} {'loop' if loops == 1 else 'loops'} in the live queues: contacts go in a circle"]
            if loops
            else []
        ),
        *([f"drift: {words}"] if words else []),
    ]
    return "; ".join(found) or "no more live loops"


def _loop_lines(entry: DriftEntry) -> Iterator[str]:
    """A line for each loop, with who closed it, and for each loop that is gone."""
    for loop in _listed(entry, "loops"):
        closed = loop.get("closed")
        by = f"; {_closed(closed)}" if isinstance(closed, Mapping) else ""
        yield f"✗ live loop: {harmless(loop.get('message'), _LONGEST_DETAIL)}{by}"
    gone = entry.get("loopsGone")
    for names in gone if isinstance(gone, list) else ():
        yield f"✓ loop gone: {harmless(names, _LONGEST_DETAIL)}"


def _closed(closed: DriftEntry) -> str:
    by, at = harmless(closed.get("by") or "somebody"), harmless(closed.get("at"))
    if closed.get("certain"):
        return f"closed by run {harmless(closed.get('run'))} of {by} at {at}"
    return f"probably closed by {by} at {at}"


def _drift_line(entry: DriftEntry) -> str:
    """``✗ Front → Back: live differs; the organization has 30 % to Back, the policy has 25 % to Back; since
    …``."""
    mark = "✓" if entry.get("success") else "✗"
    has = "had" if _is_resolved(entry) else "has"
    live, policy = (harmless(entry.get(side) or "nothing", _LONGEST_DETAIL) for side in ("live", "policy"))
    parts = (
        harmless(entry.get("detail" if _is_resolved(entry) else "direction")),
        f"live {has} {live}, the policy {has} {policy}",
        f"since {harmless(entry.get('firstSeen'))}, times seen: {harmless(entry.get('detections'))}",
        *_whereabouts(entry),
    )
    names = harmless(entry.get("queueName", "")), harmless(entry.get("targetName") or "")
    return f"{mark} {' → '.join(filter(None, names))}: {'; '.join(parts)}"


def _is_resolved(entry: DriftEntry) -> bool:
    return entry.get("action") == "DRIFT_RESOLVED"


def _whereabouts(entry: DriftEntry) -> Iterator[str]:
    """Who last changed the queue, and the line of the policy, as far as they are known."""
    changed, position = entry.get("changed"), entry.get("position")
    if isinstance(changed, Mapping) and (who := changed.get("name") or changed.get("id")):
        yield f"queue last changed by {harmless(who)} at {harmless(changed.get('at'))}"
    if isinstance(position, Mapping):
        yield f"{harmless(position.get('file'))}{_JOINER}:{harmless(position.get('line'))}"


def _cut(lines: Sequence[str]) -> list[str]:
    """As many lines as fit into a chat message, and the number of the others."""
    first = lines[:MOST_LINES]
    sizes = accumulate(len(one_line(line)) for line in first)
    shown = list(first[: sum(size <= MOST_BYTES for size in sizes)])
    more = len(lines) - len(shown)
    return [*shown, *([f"and {more} more"] if more else [])]


def _link(entry: DriftEntry) -> str:
    """The URL of the job, if it is valid and contains nothing that a chat reads as mark-up."""
    link = entry.get("link")
    return link if isinstance(link, str) and _URL.fullmatch(link) else ""


def _change_line(entry: DriftEntry) -> str:
    action = harmless(entry.get("action", "")).removesuffix("_OVERFLOW_RULE").lower()
    queue, target = harmless(entry.get("queueName", "")), harmless(entry.get("targetName", ""))
    towards = f" → {target}" if target else ""
    step = harmless(rule_step(entry), _LONGEST_STEP)
    return f"{action} {queue}{towards}, {harmless(entry.get('status', ''))}: {step}"


def _run_line(entry: DriftEntry) -> str:
    queues = entry.get("queues")
    counts = queues.items() if isinstance(queues, Mapping) else ()
    done = ", ".join(f"{harmless(number)} {harmless(status)}" for status, number in counts)
    verb = harmless(entry.get("action") or "run, not closed").replace("_", " ").lower()
    about = _about(entry)
    return f"{verb} {harmless(entry.get('status', ''))}".rstrip() + about + (f": {done}" if done else "")


def _about(entry: DriftEntry) -> str:
    """The run that it undoes or lifts, and the queue that nothing overflows into from now on."""
    undoes, lifts, made = entry.get("undoes"), entry.get("lifts"), entry.get("exception")
    words = [f"undoes run {harmless(undoes)}"] if undoes else []
    if isinstance(lifts, list) and lifts and lifts != [undoes]:
        words.append(f"lifts the hold of run {harmless(', '.join(map(str, lifts)))}")
    if isinstance(made, Mapping) and made.get("targetName"):
        why = f" ({harmless(made.get('reason'), _LONGEST_DETAIL)})" if made.get("reason") else ""
        words.append(f"stops overflow into {harmless(made.get('targetName'))}{why}")
    return "".join(f", {each}" for each in words)


def _origin(entry: DriftEntry) -> str:
    """``run 20260301T083000Z-9f2c41 by ada, production``."""
    origin = entry.get("origin")
    user = harmless(origin.get("user", "")) if isinstance(origin, Mapping) else ""
    environment = harmless(entry.get("environment", ""))
    by = f" by {user}" if user else ""
    return f"run {harmless(entry.get('run'))}{by}{f', {environment}' if environment else ''}"


def harmless(value: Any, longest: int = _LONGEST_NAME) -> str:
    """Return ``value`` as one line of plain text without links, mentions or direction marks."""
    text = "".join(character if character.isprintable() else " " for character in str(value))
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return short.translate(_ACTIVE)
