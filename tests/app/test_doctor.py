"""Doctor, called from Python: a line a check, and one failed line is a failure."""

import pytest

from syncer.app import LiveTarget, PolicySource, Session, doctor
from syncer.doctor import State
from syncer.errors import WrongUsage
from syncer.report.lookups import Examined
from tests.program import Program
from tests.use_cases import CREDENTIALS, SOURCE, session


def states(view: Examined | None) -> dict[str, State]:
    assert view is not None
    return {line.name: line.state for line in view.lines}


def test_all_is_well_and_live_is_only_read(program: Program, target: LiveTarget) -> None:
    done = doctor(SOURCE, target, session=session())
    assert (0, {State.OK}) == (done.exit_code, set(states(done.view).values()))
    assert 0 == program.puts()
    assert not (program.folder / ".syncer").exists()


def test_credentials_of_the_session_are_the_ones_that_are_tried(program: Program, target: LiveTarget) -> None:
    guessed = Session(environ={**CREDENTIALS, "GENESYSCLOUD_OAUTHCLIENT_SECRET": "guessed"})
    done = doctor(SOURCE, target, session=guessed)
    found = states(done.view)
    assert (1, State.OK, State.FAILED) == (done.exit_code, found["API host"], found["token"])
    assert State.SKIPPED is found["queues"]
    assert "guessed" not in repr(done)
    assert 1 == program.ask("requests")["POST /login/oauth2/token"], "a second try would hide what is wrong"


def test_an_environment_that_the_settings_do_not_have(target: LiveTarget) -> None:
    with pytest.raises(WrongUsage, match="prod"):
        doctor(PolicySource(environment="prod"), target, session=session())
