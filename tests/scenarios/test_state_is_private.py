"""What a run leaves in the state folder is for its owner alone, whatever the umask says."""

import os
import stat
from pathlib import Path

import pytest

from tests.program import Program


def open_to_others(folder: Path) -> set[str]:
    """What others may use, below a folder and itself."""
    found = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder)) for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077}


@pytest.mark.parametrize("umask", [0o000, 0o022], ids=oct)
def test_state_is_private(program: Program, umask: int) -> None:
    program.setenv("SYNCER_WEBHOOK_SECRET", "whsec_" + "A" * 32)
    program.write_settings(webhook={"url": "http://127.0.0.1:9/"})
    before = os.umask(umask)
    try:
        for command in ("drift", "apply --auto-approve", "rollback last --auto-approve"):
            assert 0 == program.run(*command.split(), "--state-dir", "deep/state").code, command
    finally:
        os.umask(before)
    state = program.folder / "deep" / "state"
    assert {"audit", "drift.json", "journal", "outbox"} <= {path.name for path in state.iterdir()}
    assert set() == open_to_others(state)
