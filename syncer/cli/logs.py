"""Logs on stderr: text or lines of JSON, each with the id of its run, without secrets."""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import urlsplit

from syncer.net.timing import rfc3339
from syncer.report.escape import plain

_SECRET_NAME = re.compile(r"(SECRET|TOKEN|KEY|PASSWORD|PASSWD|PASSPHRASE)$|^SYNCER_WEBHOOK_URL$")
_SECRET_WORDS = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',]+|\bwhsec_[\w+/=-]+")
_SHORTEST_SECRET = 4


def blotter(env: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that masks the values of all secret variables in a text, and every token in a header.

    A value of fewer than four characters isn't a secret. The URL of a webhook is one, and so is its path
    alone.
    """
    values = {value.strip() for name, value in env.items() if _SECRET_NAME.search(name)}
    values |= {_path(env.get("SYNCER_WEBHOOK_URL", ""))}
    secrets = sorted((value for value in values if len(value) >= _SHORTEST_SECRET), key=len, reverse=True)

    def blot(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "***")
        return _SECRET_WORDS.sub("***", text)

    return blot


def _path(url: str) -> str:
    try:
        return urlsplit(url.strip()).path
    except ValueError:
        return ""


@contextmanager
def logged(
    form: str,
    level: str,
    run: Callable[[], str],
    env: Mapping[str, str],
    aside: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[None]:
    """Write syncer's logs to stderr, from ``level`` on; ``run`` returns the current run id. Records are
    written within ``aside``, which clears anything else off the terminal meanwhile."""
    handler = _Handler(aside)
    handler.setFormatter(_Formatter(form == "json", run, blotter(env)))
    logger = logging.getLogger("syncer")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to stderr, aside."""

    def __init__(self, aside: Callable[[], AbstractContextManager[None]]) -> None:
        super().__init__(sys.stderr)
        self._aside = aside

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        with self._aside():
            super().emit(record)


class _Formatter(logging.Formatter):
    """One line per record."""

    def __init__(self, as_json: bool, run: Callable[[], str], blot: Callable[[str], str]) -> None:
        super().__init__()
        self._as_json = as_json
        self._run = run
        self._blot = blot

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, or as ``time LEVEL logger run: message`` without control characters."""
        line = {
            "time": rfc3339(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "run": self._run(),
            "message": self._blot(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = self._blot(self.formatException(record.exc_info))
        if self._as_json:
            return json.dumps(line)
        text = "{time} {level} {logger} {run}: {message}".format(**line)
        return plain(f"{text} {line['error']}" if "error" in line else text)
