"""Notifications about runs: the webhook in settings and environment variables."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from syncer.app.session import interruptible
from syncer.applying.engine import Stop
from syncer.errors import ConfigError
from syncer.model.settings import Webhook
from syncer.net.timing import REAL_TIME, Timing, utc_now
from syncer.net.transport import Limits, Transport
from syncer.net.urls import is_loopback
from syncer.notify.digest import Digest
from syncer.notify.outbox import Outbox
from syncer.notify.webhook import Dispatcher, Endpoint, Post, signer

Notify = Callable[[Sequence[Mapping[str, Any]]], None]

TIMEOUT = 5.0
"""Seconds to connect, and for the whole response."""

LIMITS = Limits(connect=TIMEOUT, read=TIMEOUT, whole=TIMEOUT, size=0)
"""Only the status of a response is read."""

_log = logging.getLogger(__name__)


def endpoint_for(webhook: Webhook, environ: Mapping[str, str], timing: Timing = REAL_TIME) -> Endpoint | None:
    """Return how messages are sent, None without a webhook; the variable overrides the settings.

    Raises ConfigError if the webhook can't be used.
    """
    named = environ.get("SYNCER_WEBHOOK_URL", "").strip()
    url, source = (
        (named, "SYNCER_WEBHOOK_URL") if named else (webhook.url.strip(), "webhook.url of the settings")
    )
    if not url:
        return None
    secret = environ.get("SYNCER_WEBHOOK_SECRET", "").strip()
    return Endpoint(
        post=posting(usable(url, "the URL of the webhook"), source),
        form=webhook.form,
        sign=signer(secret) if secret else None,
        now=utc_now,
        sleep=timing.sleep,
        random=timing.random,
    )


def usable(url: str, what: str, *, plain_http: bool = False) -> str:
    """Return ``url`` if it can be used; ``plain_http`` allows that to other machines than this one.

    Raises ConfigError that doesn't repeat it: it may contain a secret.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    problems = {
        "isn't an http or https URL": parts.scheme not in ("http", "https") or not host,
        "contains spaces or control characters": not url.isprintable() or " " in url,
        "contains a user or a password": "@" in parts.netloc,
        "is plain http to another machine": (
            parts.scheme == "http" and not plain_http and not is_loopback(host)
        ),
    }
    found = next((problem for problem, holds in problems.items() if holds), "")
    if found:
        raise ConfigError(f"{what} {found}", hint="It looks like https://example.com/….")
    return url


def transport_to(url: str, source: str) -> Transport:
    """Return a transport that follows no redirect and reads no response body; ``source`` named the URL."""
    local = is_loopback(urlsplit(url).hostname or "")
    return Transport(workers=1, environment=not local, limits=LIMITS, source=source)


def posting(url: str, source: str) -> Post:
    """Return a function that posts to ``url``, which ``source`` named."""
    transport = transport_to(url, source)

    def post(content: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
        reply = transport.send("POST", url, headers=headers, body=content)
        return reply.status, reply.headers

    return post


@contextmanager
def notifying(endpoint: Endpoint | None, state: Path, warn: Callable[[str], None]) -> Iterator[Notify]:
    """Provide a function that sends new audit entries: one message each, or one per run to a chat. On exit it
    waits for the last message, and ``warn``s of what could not be delivered; Ctrl-C and SIGTERM stop this
    wait, not the report of the run."""
    if endpoint is None:
        yield _log_entries
        return
    dispatcher, digest = Dispatcher(endpoint, Outbox(state / "outbox")), Digest()

    def notify(entries: Sequence[Mapping[str, Any]]) -> None:
        _log_entries(entries)
        if endpoint.form == "json":
            dispatcher.send(entries)
        else:
            dispatcher.send([entry for entry in digest.take(entries) if _is_news(entry)])

    try:
        yield notify
    finally:
        dispatcher.send(digest.rest())
        stop = Stop()
        with interruptible(stop):
            left = dispatcher.close(hurried=lambda: bool(stop.reason))
        if left:
            warn(left)


def _is_news(entry: Mapping[str, Any]) -> bool:
    """Whether it is news for a chat: not a run that found everything as it should be, nor a chain that
    continues after a lost cache."""
    if entry.get("kind") == "chain":
        return not entry.get("success")
    quiet = entry.get("kind") == "run" and entry.get("status") == "done" and not entry.get("queues")
    return not quiet or bool(entry.get("lifts") or entry.get("exception"))


def _log_entries(entries: Sequence[Mapping[str, Any]]) -> None:
    for entry in entries:
        for each in (*entry.get("loops", ()), *entry.get("drifts", ())) or (entry,):
            what = each.get("queueName") or each.get("message") or each.get("run")
            action, said = each.get("action") or entry.get("action"), each.get("status") or each.get("detail")
            _log.info("%s %s: %s", action, what, said or "contacts go in a circle")
