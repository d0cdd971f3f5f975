import json
import logging
import os

import pytest

from syncer.cli.logs import blotter, logged
from tests.program import Program

SECRETS = {
    "GENESYSCLOUD_OAUTHCLIENT_SECRET": "client-secret",
    "GENESYSCLOUD_ACCESS_TOKEN": "access-token",
    "SYNCER_PLAN_KEY": 'plan "key" ü',
    "SYNCER_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "SYNCER_WEBHOOK_URL": "https://hooks.example.com/services/T0/B0/xyz",
    "CI_REGISTRY_PASSWORD": "registry",
}

_log = logging.getLogger("syncer.tests")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_logged(form: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    value = SECRETS[name]
    with logged(form, "debug", lambda: "r", SECRETS):
        try:
            raise ValueError(f"in {value} out")
        except ValueError:
            _log.debug("before %s behind", value, exc_info=True)
    text = capsys.readouterr().err
    assert value not in text
    assert json.dumps(value)[1:-1] not in text
    assert "before *** behind" in text
    assert "in *** out" in text


def test_tokens_that_no_variable_holds_are_blotted_out_too() -> None:
    blot = blotter({})
    text = "Authorization: Bearer abc.def-123, authorization: basic Zm9vOmJhcg== and whsec_AAAA+/= here"
    assert "Authorization: ***, authorization: *** and *** here" == blot(text)


def test_the_path_of_a_webhook_is_a_secret_too_and_short_values_are_none() -> None:
    blot = blotter({**SECRETS, "SOME_KEY": "a"})
    assert "POST *** at a host" == blot("POST /services/T0/B0/xyz at a host")
    assert "a" == blotter({"SYNCER_WEBHOOK_URL": "http://[", "A_KEY": "a"})("a")


def test_the_longest_secret_goes_first() -> None:
    assert "***" == blotter({"A_KEY": "secret", "B_KEY": "secret and more"})("secret and more")


def test_a_line_of_json_has_these_fields(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("json", "info", lambda: "run-1", os.environ):
        _log.info("%s\nbegins", "it")
        _log.debug("not shown")
    line = json.loads(capsys.readouterr().err)
    assert ["time", "level", "logger", "run", "message"] == list(line)
    assert ("info", "syncer.tests", "run-1", "it\nbegins") == tuple(line.values())[1:]


def test_a_line_of_text_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("text", "warning", lambda: "run-1", os.environ):
        _log.warning("name \x1b[31m\n2026 ERROR forged")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("warning syncer.tests run-1: name \\x1b[31m\\x0a2026 ERROR forged")


def test_nothing_is_left_behind(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("syncer")
    before = (list(logger.handlers), logger.level)
    with logged("text", "debug", lambda: "", os.environ):
        pass
    assert before == (logger.handlers, logger.level)


@pytest.mark.parametrize(
    ("command", "levels", "message"),
    [
        ("apply missing.json", ["error"], "missing.json can't be read: No such file or directory Name the"),
        ("apply missing.json --format json", ["error"], "missing.json can't be read"),
        ("validate --output no/x", ["error"], "no/x can't be written"),
        ("validate --report junit=no/x", ["error"], "no/x can't be written"),
        ("validate --metrics no/x", ["warning"], "no metrics were written: no/x can't be written"),
        ("apply", ["error"], "nobody can be asked for approval"),
    ],
)
def test_what_goes_wrong_is_a_record_too(
    program: Program, command: str, levels: list[str], message: str
) -> None:
    done = program.run(*command.split(), "--log-format", "json")
    assert 0 != done.code
    lines = done.err.splitlines()
    if command == "apply":  # a person who is to be asked sees the plan
        lines = lines[-1:]
    found = [json.loads(line) for line in lines]
    assert levels == [line["level"] for line in found]
    assert message in found[0]["message"]
    assert all(line["run"] for line in found)


def test_logs_are_silent_unless_asked_for(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "" == program.run("plan").err
    monkeypatch.setitem(os.environ, "SYNCER_LOG_LEVEL", "INFO")
    assert "info syncer.cli.present" in program.run("plan").err
    monkeypatch.setitem(os.environ, "SYNCER_LOG_LEVEL", "loud")
    assert 64 == program.run("plan").code
