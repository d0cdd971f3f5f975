"""What drift remembers from run to run, and who is told of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncer.audit.letters import Letter, Letters
from syncer.audit.webhook import Way
from syncer.cli.telling import telling, way_to
from syncer.cli.watch import Watch
from syncer.drift.alerts import Around, alerts_of, as_one
from syncer.drift.episodes import Step, advance
from syncer.drift.file import is_kept, kept_from_others, read_episodes, write_episodes
from syncer.drift.found import Drift
from syncer.drift.sightings import looking, remembered, sightings
from syncer.errors import SyncerError
from syncer.model.settings import Webhook

Entries = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """Counts the drift of one run and tells the webhook what is new. None of it fails the run.

    It lies in the folder ``state``; ``alert_after`` counts detections in a row.
    """

    state: Path
    alert_after: int
    webhook: Webhook
    watch: Watch

    def remember(self, drift: Drift, around: Around) -> tuple[Drift, Step]:
        """The drift with what is known of each rule, and what became of the episodes.

        Where they can't be kept nobody is alerted: it would be said again with every run.
        """
        way, wanted = self._way()
        step, entries = Step(), Entries()
        if drift.rules or is_kept(self.state):
            try:
                step, entries = self._step(drift, around, wanted)
                drift = remembered(drift, step)
            except SyncerError as error:
                self.watch.warnings.append(f"drift is not remembered, so nobody is alerted: {error.message}")
        with telling(way, self.state, self.watch.warnings.append) as tell:
            tell(entries)
        return drift, step

    def _way(self) -> tuple[Way | None, bool]:
        """How letters are sent, and whether they are wanted: also by a webhook that is set up wrongly."""
        try:
            way = way_to(self.webhook, os.environ)
        except SyncerError as error:
            self.watch.warnings.append(f"nothing is sent to the webhook: {error.message}")
            return None, True
        return way, way is not None

    def _step(self, drift: Drift, around: Around, wanted: bool) -> tuple[Step, Entries]:
        """One step, written down. The letters are there first: a run that dies then loses none."""
        now = drift.plan.created_at
        with kept_from_others(self.state) as path:
            known, damage = read_episodes(path)
            self.watch.warnings.extend([damage] if damage else [])
            step = advance(known, sightings(drift), now, self.alert_after, looking(drift.plan))
            entries = self._in_form(alerts_of(step, now, around))
            with self._kept(entries if wanted else ()):
                write_episodes(path, step.kept)
        return step, entries

    def _in_form(self, alerts: list[dict[str, Any]]) -> Entries:
        """A chat is told once a run, everybody else once a drift."""
        chat = self.webhook.form != "json"
        return (as_one(alerts),) if alerts and chat else tuple(alerts)

    @contextmanager
    def _kept(self, entries: Entries) -> Iterator[None]:
        """Keep letters, unless what follows fails."""
        folder = Letters(self.state / "letters")
        letters = [Letter.of(entry) for entry in entries]
        try:
            for letter in letters:
                folder.keep(letter, "not sent yet")
            yield
        except SyncerError:
            for letter in letters:
                folder.drop(letter)
            raise
