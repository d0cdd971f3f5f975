"""What tests of the use cases share: a receiver that a run notifies."""

from collections.abc import Iterator

import pytest

from syncer.app.notify import endpoint_for
from syncer.net.timing import Timing
from tests.program import Program
from tests.receiver import SECRET, Receiver, receiving


@pytest.fixture
def receiver(program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that the program is told of, and a program that doesn't wait between attempts."""
    hurried = Timing(sleep=lambda _: None)
    monkeypatch.setattr(
        "syncer.app.locked_run.endpoint_for", lambda webhook, environ: endpoint_for(webhook, environ, hurried)
    )
    with receiving() as running:
        program.setenv("SYNCER_WEBHOOK_URL", running.url)
        program.setenv("SYNCER_WEBHOOK_SECRET", SECRET)
        yield running
