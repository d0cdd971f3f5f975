"""What drift remembers from run to run, and its notifications."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from syncer.app.notify import endpoint_for, notifying
from syncer.app.session import Session
from syncer.drift.alerts import Around, message_of
from syncer.drift.episodes import Step, advance
from syncer.drift.file import NAME, Remembered, kept_from_others, read_memory, write_memory
from syncer.drift.found import Drift, looking, remembered, sightings, with_pending
from syncer.drift.loops import next_loops
from syncer.drift.three_way import Comparison
from syncer.errors import SyncerError
from syncer.model.settings import Webhook
from syncer.notify.outbox import Message, Outbox
from syncer.notify.webhook import Endpoint
from syncer.planning.live_loops import LiveLoop

Entries = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """Counts the drift of one run and notifies the webhook of news. A failure here never fails the run.

    It is in the folder ``state``; ``alert_after`` counts detections in a row.
    """

    state: Path
    alert_after: int
    webhook: Webhook
    session: Session

    def told_apart(self, comparison: Comparison) -> Drift:
        """Return the drift with who changed what, as far as that is remembered; nothing is written."""
        known, damage = read_memory(self.state / NAME)
        self._warn_once(damage)
        return comparison.told_apart(comparison.third(known.agreed))

    def remember(
        self, comparison: Comparison, around: Around, loops: Sequence[LiveLoop], *, compared: bool = True
    ) -> tuple[Drift, Step]:
        """Return the drift with what is known of each rule, and the new state of the episodes.

        If nothing could be ``compared``, only the live ``loops`` are news. If the memory can't be written,
        nobody is alerted: the alert would be repeated with every run.
        """
        endpoint, wanted = self._endpoint()
        step_of = self._step if compared else self._loops_alone
        try:
            drift, step, entries = step_of(comparison, around, loops, wanted)
        except SyncerError as error:
            self.session.warnings.append(f"drift is not remembered, so nobody is alerted: {error.message}")
            drift, step, entries = self.told_apart(comparison), Step(), Entries()
        with notifying(endpoint, self.state, self.session.warnings.append) as notify:
            notify(entries)
        return drift, step

    def _endpoint(self) -> tuple[Endpoint | None, bool]:
        """How messages are sent, and whether they are wanted, even if the webhook is set up incorrectly."""
        try:
            endpoint = endpoint_for(self.webhook, self.session.environ)
        except SyncerError as error:
            self.session.warnings.append(f"nothing is sent to the webhook: {error.message}")
            return None, True
        return endpoint, endpoint is not None

    def _step(
        self, comparison: Comparison, around: Around, loops: Sequence[LiveLoop], wanted: bool
    ) -> tuple[Drift, Step, Entries]:
        """Take one step and write it. The messages are written first, so that a run that dies loses none."""
        plan = comparison.drift.plan
        with kept_from_others(self.state) as path:
            known, damage = read_memory(path)
            self._warn_once(damage)
            third = comparison.third(known.agreed)
            drift = comparison.told_apart(third)
            found = sightings(drift)
            step = advance(known.episodes, found, plan.created_at, self.alert_after, looking(plan))
            step = with_pending(step, drift)
            looped = next_loops(known.loops, loops, plan.created_at, around.api, around.environment)
            entries = _one(message_of(step, looped, plan.created_at, around))
            with self._kept(entries if wanted else ()):
                agreed = known.beside(comparison.agreement(third))
                write_memory(path, Remembered(step.kept, agreed, looped.kept))
        return remembered(drift, step), step, entries

    def _loops_alone(
        self, comparison: Comparison, around: Around, loops: Sequence[LiveLoop], wanted: bool
    ) -> tuple[Drift, Step, Entries]:
        """The same if policies have errors, or nothing could be compared: drift is not known."""
        now = comparison.drift.plan.created_at
        with kept_from_others(self.state) as path:
            known, damage = read_memory(path)
            self._warn_once(damage)
            looped = next_loops(known.loops, loops, now, around.api, around.environment)
            entries = _one(message_of(Step(), looped, now, around))
            if looped.is_news:
                with self._kept(entries if wanted else ()):
                    write_memory(path, replace(known, loops=looped.kept))
        return comparison.told_apart(comparison.third(known.agreed)), Step(), entries

    def _warn_once(self, damage: str) -> None:
        if damage and damage not in self.session.warnings:
            self.session.warnings.append(damage)

    @contextmanager
    def _kept(self, entries: Entries) -> Iterator[None]:
        """Keep messages, unless the block fails."""
        outbox = Outbox(self.state / "outbox")
        messages = [Message.of(entry) for entry in entries]
        try:
            for message in messages:
                outbox.keep(message, "not sent yet")
            yield
        except SyncerError:
            for message in messages:
                outbox.drop(message)
            raise


def _one(message: dict[str, Any] | None) -> Entries:
    return (message,) if message else ()
