"""Run the program, and die when it syncs something to disk for the n-th time, as if the power failed.

``dying.py STATE N LOST ARGUMENT…``: at the N-th sync the process kills itself; of what was written to that
file since it was last synced, the share LOST (0 to 1) at the end is gone. STATE is the state folder.
"""

import os
import signal
import stat
import sys
import threading
from pathlib import Path
from typing import Any

from syncer.cli.main import run


def dies_at(deadly: int, lost: float, folder: Path) -> None:
    """Replace ``os.fsync`` by one that kills the process at its ``deadly``-th call."""
    synced = {path.stat().st_ino: path.stat().st_size for path in folder.glob("**/*")}
    really_sync = os.fsync
    lock = threading.Lock()
    calls = 0

    def fsync(fd: Any) -> None:
        nonlocal calls
        with lock:
            calls += 1
            handle = fd if isinstance(fd, int) else fd.fileno()
            status = os.fstat(handle)
            if calls == deadly:
                if stat.S_ISREG(status.st_mode):
                    fresh = status.st_size - synced.get(status.st_ino, 0)
                    os.ftruncate(handle, status.st_size - int(fresh * lost))
                os.kill(os.getpid(), signal.SIGKILL)
            really_sync(handle)
            synced[status.st_ino] = status.st_size

    os.fsync = fsync


if __name__ == "__main__":
    dies_at(int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[1]))
    sys.exit(run(sys.argv[4:]))
