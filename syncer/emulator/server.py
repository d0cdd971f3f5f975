"""The emulator as a server: bind, serve, stop."""

import signal
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Thread
from types import TracebackType
from typing import Any, Self

from syncer.emulator.app import Application
from syncer.emulator.connection import Listener
from syncer.emulator.dialects import MIXED, Dialect, begun
from syncer.emulator.directory import NAME, directory
from syncer.emulator.faults import NO_FAULTS, STALE, Faults, Injector
from syncer.emulator.loading import (
    demo_queues,
    demo_surroundings,
    load_data,
    load_surroundings,
    load_traffic,
    prepared,
)
from syncer.emulator.organization import organization
from syncer.emulator.queues import Lock
from syncer.emulator.references import References
from syncer.emulator.stale import StaleReads
from syncer.emulator.store import Store
from syncer.emulator.tokens import READ, Client, RateLimit, Tokens
from syncer.emulator.traffic_given import MADE_UP, GivenTraffic
from syncer.errors import ConfigError, Refused
from syncer.net.timing import rfc3339, utc_now
from syncer.net.urls import is_loopback

__all__ = [
    "Emulator",
    "Faults",
    "demo_queues",
    "demo_surroundings",
    "load_data",
    "load_surroundings",
    "load_traffic",
    "organization",
    "serve",
]

NOTHING: Mapping[str, Sequence[Mapping[str, Any]]] = {}

POLL = 0.02
"""Seconds until a running server notices that it has to stop."""


class Emulator:
    """A queue API on this machine; as a context manager it serves in a thread.

    ``queues`` are what it begins with, unless the file ``state`` already holds queues. Their divisions
    and groups are known, and so are those of ``surroundings`` (see :func:`load_surroundings`). The id of
    the organization follows from its name, ``organization``. Tokens for ``read_credentials`` may only
    read. ``rate_limit`` is calls a minute and token. With ``lock`` ``none`` there are no etags. ``dialect``
    is the form in which it has overflow, ``traffic`` what is given of its contacts. ``sleep`` waits where a
    fault says so, for seconds, and ``clock`` counts them; ``now`` is the time that writes and the audit have.
    Raises :class:`Refused` for a host that is not loopback without ``expose``, and :class:`ConfigError` for
    an address or a state that can't be used.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        queues: Sequence[Mapping[str, Any]] | None = None,
        surroundings: Mapping[str, Sequence[Mapping[str, Any]]] = NOTHING,
        organization: str = NAME,
        state: str = ":memory:",
        credentials: tuple[str, str] = ("demo", "demo"),
        read_credentials: tuple[str, str] | None = None,
        traffic: GivenTraffic = MADE_UP,
        faults: Faults = NO_FAULTS,
        rate_limit: int = 300,
        lock: Lock = "etag",
        dialect: Dialect = MIXED,
        expose: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        if not expose and not is_loopback(host):
            raise Refused(
                f"{host} can be reached from other machines, and the emulator protects nothing",
                hint="Bind to 127.0.0.1, or pass --expose if that is intended.",
            )
        clients = [Client(*credentials)]
        if read_credentials is not None:
            clients.append(Client(*read_credentials, scopes=frozenset({READ})))
        start = prepared(begun(prepared(queues or (), where="queues"), dialect), where="queues")
        names = {queue["id"]: str(queue["name"]) for queue in start}
        references = References(directory(start, surroundings, organization), names.get)
        self._store = Store(state, map(references.filled, start), now=lambda: rfc3339(now()))
        injector = Injector(faults)
        self._reads = (
            StaleReads(self._store, faults.stale, clock=clock, count=lambda: injector.count(STALE))
            if faults.stale
            else None
        )
        self.application = application = Application(
            self._store,
            directory(self._store.documents(), surroundings, organization),
            Tokens(tuple(clients), clock=clock),
            RateLimit(rate_limit, clock=clock),
            injector,
            lock=lock,
            dialect=dialect,
            now=lambda: rfc3339(now()),
            sleep=sleep,
            reads=self._reads,
            given=traffic,
        )
        try:
            self._listener = Listener(host, port, answer=application.answer, sleep=sleep)
        except (OSError, OverflowError, ValueError) as error:
            self._close()
            raise _cannot_bind(host, port, error) from None
        bound = self._listener.server_address[1]
        self.url = f"http://[{host}]:{bound}" if ":" in host else f"http://{host}:{bound}"
        self._serving = False
        self._thread = Thread(target=self.serve_forever, name="emulator", daemon=True)

    def serve_forever(self) -> None:
        """Serve until :meth:`stop` is called from another thread."""
        self._serving = True
        self._listener.serve_forever(poll_interval=POLL)

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._serving = True
        self._thread.start()

    def stop(self) -> None:
        """End every connection, and close port and state."""
        if self._serving:
            self._listener.shutdown()
        self._listener.end_connections()
        self._listener.server_close()
        self._close()

    def _close(self) -> None:
        if self._reads:
            self._reads.close()
        self._store.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(emulator: Emulator) -> None:
    """Say where ``emulator`` listens, and serve until SIGINT or SIGTERM; has to run in the main thread."""
    stops = {signal.SIGINT, signal.SIGTERM}
    # Threads inherit the mask: the signals stay pending until they are waited for, and interrupt nothing.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    try:
        with emulator:
            print(f"listening on {emulator.url}", flush=True)
            signal.sigwait(stops)
    finally:
        while signal.sigpending() & stops:
            signal.sigwait(stops)  # asked twice, it stops once
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _cannot_bind(host: str, port: int, error: Exception) -> ConfigError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return ConfigError(
        f"Can't listen on {host}:{port}: {reason}",
        hint="Is another program listening there? Choose another port, or 0 for any that is free.",
    )
