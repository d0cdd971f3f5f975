"""What tests of every room share: a calm environment, an emulator, and the program in a folder of its own.

What a fixture needs is imported by the fixture, so that the tests of one room don't load all the others.
"""

from __future__ import annotations

import os
import pkgutil
import signal
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from tests.figures import pytest_terminal_summary as pytest_terminal_summary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncer.app import LiveTarget
    from syncer.emulator.server import Emulator
    from tests.hub import Hub
    from tests.program import Program

settings.register_profile(
    "any machine",
    deadline=None,
    derandomize=True,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "search", settings.get_profile("any machine"), derandomize=False, max_examples=1000, print_blob=True
)
settings.register_profile("quick", settings.get_profile("any machine"), max_examples=5)
settings.load_profile("any machine")


TALKATIVE = ("GENESYS", "SYNCER_", "CI_", "GITLAB_", "GITHUB_", "NO_COLOR", "FORCE_COLOR", "COLUMNS")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-snapshots", action="store_true", help="Write the outputs that tests hold into files anew."
    )


@pytest.fixture(scope="session")
def renew_snapshots(request: pytest.FixtureRequest) -> bool:
    """Whether the files of whole outputs are to be rewritten."""
    return bool(request.config.getoption("--renew-snapshots"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Load all modules: the examples of a property depend on the constants in those that are loaded."""
    if any(is_hypothesis_test(getattr(item, "obj", None)) for item in session.items):
        import syncer

        for module in pkgutil.walk_packages(syncer.__path__, "syncer."):
            import_module(module.name)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that the machine has set up is seen by a test."""
    for name in [name for name in os.environ if name == "CI" or name.startswith(TALKATIVE)]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c() -> Iterator[None]:
    """Ctrl-C reaches the processes of the tests, also where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A queue API with the queues of ``program.queues``, as fast as it can."""
    from syncer.emulator.server import Emulator
    from tests.program import queues

    with Emulator(queues=queues(), rate_limit=1_000_000, read_credentials=("reader", "secret")) as running:
        yield running


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], emulator: Emulator
) -> Program:
    """The program in a folder that holds the policies of ``program``, set up for the emulator."""
    from tests.program import Program

    monkeypatch.chdir(tmp_path)
    program = Program(tmp_path, monkeypatch, capsys)
    program.use(emulator)
    program.write_settings()
    program.write_policies()
    return program


@pytest.fixture
def target(program: Program, monkeypatch: pytest.MonkeyPatch) -> LiveTarget:
    """The organization of ``program``, for calls from Python: no variable of this process names it."""
    from syncer.app import LiveTarget
    from tests.use_cases import CREDENTIALS

    for name in (*CREDENTIALS, "SYNCER_API_URL"):
        monkeypatch.delenv(name)
    return LiveTarget(api_url=program.url)


@pytest.fixture
def hub() -> Iterator[Hub]:
    """GitLab, as far as the program needs it."""
    from tests.hub import serving

    with serving() as running:
        yield running
