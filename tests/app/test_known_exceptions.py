"""The exceptions in force, as the state folder and a store know them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syncer.app import LiveTarget, PolicySource, StopOptions, stop
from syncer.app.known_exceptions import ending_soon, exceptions_known, store_here
from syncer.audit.exceptions import Exemption
from syncer.errors import WrongUsage
from syncer.model.settings import ApiLocation
from tests.program import Program
from tests.use_cases import SOURCE, UNASKED, session

STATE, STORE = Path(".syncer"), Path("shared/record.json")
HERE = ApiLocation("https://api")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STOP = Exemption("stop", "run-1", HERE, target="b", target_name="Back", at="2026-03-01T08:00:00Z")


def test_what_was_stopped_elsewhere_is_known_by_the_store(program: Program, target: LiveTarget) -> None:
    STORE.parent.mkdir()
    kept = replace(UNASKED, record=str(STORE), state_dir=Path("laptop"))
    stop("Back", SOURCE, target, StopOptions(reason="flooded"), kept, session=session())
    within = session()
    assert () == exceptions_known(STATE, store_here("", SOURCE, target, within), within)
    (known,) = exceptions_known(STATE, store_here(str(STORE), SOURCE, target, within), within)
    assert ("back", {"front", "other"}) == (known.target, {each.queue for each in known.images})
    assert ([], False) == (within.warnings, STATE.exists())


def test_who_has_no_credentials_is_told_that_the_store_is_not_asked(target: LiveTarget) -> None:
    within = session(environ={"GENESYSCLOUD_OAUTHCLIENT_ID": "", "GENESYSCLOUD_OAUTHCLIENT_SECRET": ""})
    assert store_here(str(STORE), SOURCE, target, within) is None
    (warning,) = within.warnings
    assert warning.startswith("the store of the record is not read, because the organization")
    assert warning.endswith("exceptions made elsewhere are missing")


def test_wrong_usage_stays_wrong_usage(program: Program, target: LiveTarget) -> None:
    program.write_settings(environments={"prod": {"api_url": program.url}})
    with pytest.raises(WrongUsage, match="none was chosen"):
        store_here(str(STORE), PolicySource(), LiveTarget(), session())


@pytest.mark.parametrize(
    ("until", "when"),
    [
        ("", ""),
        ("2026-03-02T12:01:00Z", ""),
        ("2026-03-02T12:00:00Z", "ends at 2026-03-02 12:00 UTC, and stays in force until it is lifted"),
        ("2026-03-01T12:00:00Z", "expired at 2026-03-01 12:00 UTC, and is still in force"),
    ],
    ids=["no end", "later", "soon", "over"],
)
def test_what_ends_soon_is_said(until: str, when: str) -> None:
    made = replace(STOP, until=until)
    ways = "syncer stop run-1 --lift, or syncer stop run-1 --extend --for TIME"
    expected = [f"the stop of overflow into Back {when}: {ways}"] if when else []
    assert expected == list(ending_soon([made], HERE, NOON))
    assert [] == list(ending_soon([made], ApiLocation("https://other"), NOON))
