"""Messages sent to a webhook by one thread, in order, while the run continues.

::

    send(entries) ──▶ waiting ──▶ POST ──2xx──▶ delivered
                         │          └─ else, up to three times ─▶ kept in the outbox
                      close(): everything that still waits is kept first, then waited for

The next run first sends what was kept. From ``close`` on, a message is in the outbox until it is delivered,
so a program that is stopped or killed while it waits loses none.
"""

import base64
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from syncer.errors import ConfigError, NoAnswer, SyncerError
from syncer.notify.forms import body
from syncer.notify.outbox import Message, Outbox

Post = Callable[[bytes, Mapping[str, str]], tuple[int, Mapping[str, str]]]
"""Sends a body with headers once, and returns the status and headers of the response. Raises NoAnswer if
sending again may help, and another SyncerError if it can't."""

Sign = Callable[[str, datetime, str], str]
"""Returns the signature of a message from its id, its time and its text."""

ATTEMPTS = 3
PATIENCE = 30.0
"""Seconds that the program waits for its messages before it exits."""

_LONGEST_WAIT = 10.0
_GLANCE = 0.1
_PASSING = frozenset({408, 429})

_log = logging.getLogger(__name__)


def signer(secret: str) -> Sign:
    """Return a function that signs as Standard Webhooks specifies, with a secret of the form
    ``whsec_<base64>``.

    Raises ConfigError if the secret has another form, or the library is missing.
    """
    try:
        from standardwebhooks.webhooks import Webhook
    except ImportError as error:
        raise ConfigError(
            "standardwebhooks is not installed, so messages can't be signed",
            hint="Install it with: pip install standardwebhooks",
        ) from error
    if not _is_secret(secret):
        raise ConfigError(
            "SYNCER_WEBHOOK_SECRET isn't a Standard Webhooks secret",
            hint="It is whsec_ followed by base64, as the receiver shows it.",
        )
    return Webhook(secret).sign


def _is_secret(text: str) -> bool:
    key = text.removeprefix("whsec_")
    try:
        return key != text and len(base64.b64decode(key + "=" * (-len(key) % 4), validate=True)) > 0
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How messages are sent. ``sign`` is None without a secret; ``random`` returns 0 up to 1."""

    post: Post
    form: str
    sign: Sign | None
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: Callable[[], float]

    def deliver(self, message: Message) -> str:
        """Send a message, at most three times. Returns why it was not delivered, empty if it was."""
        attempt = 1
        while True:
            reason, again, wait = self._once(message)
            _log.debug("message %s, attempt %d: %s", message.id, attempt, reason or "delivered")
            if not again or wait > _LONGEST_WAIT or attempt == ATTEMPTS:
                return reason
            self.sleep(wait or 2.0 ** (attempt - 1) * (0.5 + self.random() / 2))
            attempt += 1

    def _once(self, message: Message) -> tuple[str, bool, float]:
        """Send once. Returns why it failed, whether it may be tried again, and the seconds that the receiver
        asks to wait."""
        content = body(self.form, message.entry)
        try:
            status, headers = self.post(content, self._headers(message, content))
        except NoAnswer as error:
            return error.message, True, 0.0
        except SyncerError as error:
            return error.message, False, 0.0
        if 200 <= status < 300:
            return "", False, 0.0
        again = status in _PASSING or status >= 500
        return f"the receiver answered {status}", again, _seconds(headers.get("Retry-After", ""))

    def _headers(self, message: Message, content: bytes) -> dict[str, str]:
        now = self.now()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
        }
        if self.sign is None:
            return headers
        return {**headers, "webhook-signature": self.sign(message.id, now, content.decode("ascii"))}


def _seconds(text: str) -> float:
    """The seconds of a Retry-After; 0 if there are none, or it is a date."""
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0.0


class Dispatcher:
    """Sends messages one after the other, in its own thread. Messages kept from earlier runs go first."""

    def __init__(self, endpoint: Endpoint, outbox: Outbox) -> None:
        self._endpoint = endpoint
        self._outbox = outbox
        self._changed = threading.Condition()
        self._waiting = deque(outbox.kept())
        self._known = {message.id for message in self._waiting}
        self._failed: list[str] = []
        self._unkept = ""
        self._ending = False
        self._thread = threading.Thread(target=self._work, name="webhook", daemon=True)
        self._thread.start()

    def send(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Send a message for each entry of the chain that none was sent for yet; returns at once."""
        with self._changed:
            for message in map(Message.of, entries):
                if message.id not in self._known:
                    self._known.add(message.id)
                    self._waiting.append(message)
            self._changed.notify_all()

    def close(
        self,
        patience: float = PATIENCE,
        hurried: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> str:
        """Wait for the last delivery, up to ``patience`` seconds or until somebody ``hurried``. Returns what
        was not delivered, empty if everything was."""
        with self._changed:
            for message in self._waiting:
                self._keep(message, "the run finished before it was delivered")
            self._ending = True
            self._changed.notify_all()
            end = clock() + patience
            while self._waiting and clock() < end and not hurried():
                self._changed.wait(_GLANCE)
            why = "interrupted" if hurried() else f"not delivered within {patience:.0f} s"
            self._failed += [why] * len(self._waiting)
            self._waiting.clear()
            return self._summary()

    def join(self) -> None:
        """Wait for the message that is being sent, after ``close``."""
        self._thread.join()

    def _summary(self) -> str:
        if not self._failed:
            return ""
        what = f"{len(self._failed)} of {len(self._known)} messages to the webhook not delivered"
        then = self._unkept or f"kept in {self._outbox.folder}, and sent first by the next run"
        return f"{what} ({self._failed[0]}); {then}"

    def _work(self) -> None:
        """Deliver waiting messages, oldest first, until none is left and no more will come."""
        while (message := self._next()) is not None:
            self._settle(message, self._delivered(message))

    def _next(self) -> Message | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ending)
            return self._waiting[0] if self._waiting else None

    def _delivered(self, message: Message) -> str:
        try:
            return self._endpoint.deliver(message)
        except Exception as error:  # whatever it is, the messages after this one still have to be sent
            return f"{type(error).__name__} while sending"

    def _settle(self, message: Message, reason: str) -> None:
        with self._changed:
            if reason:
                self._keep(message, reason)
            else:
                self._drop(message)
            if self._waiting:  # otherwise close() did not wait for it, and has counted it
                self._waiting.popleft()
                self._failed += [reason] if reason else []
            self._changed.notify_all()

    def _keep(self, message: Message, reason: str) -> None:
        try:
            self._outbox.keep(message, reason)
        except SyncerError as error:
            self._unkept = error.message

    def _drop(self, message: Message) -> None:
        try:
            self._outbox.drop(message)
        except SyncerError as error:
            _log.warning("%s", error.message)
