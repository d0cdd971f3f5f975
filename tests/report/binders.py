"""Reports on an audit trail for the tests, with one name wherever a name from elsewhere can stand."""

from typing import Any

from syncer.audit.cover import Attested, Cover, TrailFile
from syncer.audit.deviations import Deviation
from syncer.audit.figures import figures
from syncer.audit.filters import Filters
from syncer.audit.sample import Sample
from syncer.audit.verify import Break, Verification
from syncer.report.lookups import AuditFigures
from tests.audit.histories import change, run

HEAD = "sha256:" + "a" * 64


def cover(name: str, *breaks: Break, **values: Any) -> Cover:
    """A first page; broken where there are ``breaks``."""
    known: dict[str, Any] = {
        "made_at": "2026-11-27T08:00:00.000Z",
        "made_by": name,
        "host": name,
        "version": "1.0",
        "filters": Filters(queues=(name, "other"), users=(name,)),
        "files": (TrailFile(name, 1_234, HEAD),),
        "verification": Verification(65, name, breaks),
        "heads": (Attested(HEAD, 23), Attested("sha256:" + "b" * 64, None)),
        "population": 1_234,
        "sample": Sample(25, 7, 1_234, 25),
        "undated": 1,
    }
    return Cover(**{**known, **values})


def evidence(name: str) -> dict[str, Any]:
    """A run whose every text is the name."""
    keys = [key for key, value in run(name).items() if isinstance(value, str)]
    more = ("mergeRequest", "approvedSha", "planPresented", "undoes", "approval", "tool", "reason", "detail")
    return {
        **run(name),
        **dict.fromkeys((*keys, *more), name),
        "kind": "run",
        "n": 3,
        "origin": {"user": name, "commit": name, "job": name, "unverified": name, "verified": False},
        "organization": {"id": name, "name": name},
        "approvers": [name, name],
        "overrides": [f"--{name}"],
        "policies": {"digest": name, "dirty": True},
        "queues": {name: 3},
    }


def changed(name: str) -> dict[str, Any]:
    """A change whose every text is the name."""
    entry = change(name)
    texts = [key for key, value in entry.items() if isinstance(value, str) and key != "kind"]
    return {**entry, **dict.fromkeys((*texts, "targetName"), name), "n": 1, "hash": name}


def binder(name: str, *breaks: Break, **values: Any) -> AuditFigures:
    """A whole report."""
    runs, changes = [evidence(name)], [changed(name)]
    exceptions = (Deviation(name, name, name, name), Deviation("no approver known", "3", "r1"))
    return AuditFigures(figures([*changes, *runs]), changes, cover(name, *breaks, **values), runs, exceptions)
