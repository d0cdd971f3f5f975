"""Whole histories for the tests of what is read out of a trail: runs of several persons, with evidence."""

from collections import Counter
from typing import Any

from hypothesis import strategies as st

from syncer.model.json_values import digest
from tests.audit.trails import whole_run

Entry = dict[str, Any]

USERS, QUEUES, ENVIRONMENTS = ("ann", "bob"), ("sales", "care", "tech"), ("prod", "test", "")
OVERRIDES = ("--allow-delete", "--allow-frozen")
STATUSES = ("applied", "failed", "conflict")


def change(run: str, day: int = 1, **values: Any) -> Entry:
    """The change of a rule, as far as it is looked at."""
    queue = values.pop("queue", "sales")
    return {
        "kind": "change",
        "timestamp": f"2026-11-{day:02d}T08:00:00.000Z",
        "run": run,
        "action": "UPDATE_OVERFLOW_RULE",
        "queueId": f"id-{queue}",
        "queueName": queue.title(),
        "status": "applied",
        "success": True,
        "environment": "prod",
        "organization": {"id": "o1", "name": "Acme"},
        "origin": {"user": "ann", "host": "h", "commit": "c0ffee"},
        "before": {"kind": "overflow", "target": "t", "threshold": 10, "delay": 60, "enabled": True},
        "after": {"kind": "overflow", "target": "t", "threshold": 20, "delay": 60, "enabled": True},
        **values,
    }


def run(id_: str, day: int = 1, **values: Any) -> Entry:
    """The entry that closes a run, with all evidence."""
    return {
        "kind": "run",
        "timestamp": f"2026-11-{day:02d}T09:00:00.000Z",
        "startedAt": f"2026-11-{day:02d}T07:59:00.000Z",
        "run": id_,
        "action": "APPLY_RUN",
        "status": "done",
        "success": True,
        "validationPass": True,
        "environment": "prod",
        "organization": {"id": "o1", "name": "Acme"},
        "origin": {"user": "ann", "host": "h", "commit": "c0ffee", "source": "gitlab", "verified": True},
        "planDigest": "sha256:plan",
        "overrides": [],
        "approvers": ["bob"],
        "requester": "ann",
        "segregation": "ok",
        "ticket": "CHG-7",
        "justification": "more calls in winter",
        "policies": {"digest": f"sha256:{'2' * 64}", "dirty": False, "blobs": {}},
        "planSignature": "checked",
        **values,
    }


def numbered(entries: list[Entry]) -> list[Entry]:
    """The entries with a number and a hash of their own, which nothing here follows."""
    made = []
    for number, entry in enumerate(entries, 1):
        linked = {**entry, "n": number}
        made.append({**linked, "hash": digest(linked)})
    return made


def story() -> list[Entry]:
    """Three runs: one of two changes, a deletion with an override, and a refusal of another person."""
    deleted = change("r2", 10, queue="care", action="DELETE_OVERFLOW_RULE", after=None)
    refused = {
        "status": "refused",
        "success": False,
        "reason": "too-much-change",
        "detail": "too much:\n9 of 10",
    }
    by_bob = {"origin": {"user": "bob"}, "environment": "test", "organization": {"id": "o2", "name": "Lab"}}
    return numbered(
        [
            change("r1", 1),
            change("r1", 1, queue="care", status="failed", success=False, detail="no answer"),
            run("r1", 1, status="in part", success=False),
            deleted,
            run("r2", 10, overrides=["--allow-delete"]),
            run(
                "r3",
                20,
                **refused,
                **by_bob,
                intended={"create": 0, "update": 1, "delete": 0, "queues": ["id-sales"]},
            ),
        ]
    )


def whole(entries: list[Entry]) -> list[Entry]:
    """The entries with all that a run writes, so that they agree with each other."""
    *_, change_entry, run_entry = whole_run()
    made, counts = [], dict[str, Counter[str]]()
    for entry in entries:
        full = run_entry if entry["kind"] == "run" else change_entry
        own = counts.setdefault(entry["run"], Counter())
        summed = {"queues": dict(own)} if entry["kind"] == "run" else {}
        own.update([entry["status"]] if entry["kind"] == "change" else [])
        times = {"recordedAt": entry["timestamp"], "occurredAt": entry["timestamp"]}
        origin = {"origin": {**full["origin"], "source": "gitlab", **entry["origin"]}}
        given = {key: value for key, value in entry.items() if key not in ("n", "hash", "planDigest")}
        made.append({**full, **given, **times, **origin, **summed})
    return made


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Runs of any number of changes, in the order of their days or not."""
    entries: list[Entry] = []
    for number in range(draw(st.integers(0, 5))):
        shared = {
            "environment": draw(st.sampled_from(ENVIRONMENTS)),
            "origin": {"user": draw(st.sampled_from(USERS))},
        }
        id_, day = f"r{number}", draw(st.integers(1, 28))
        for _ in range(draw(st.integers(0, 4))):
            queue, status = draw(st.sampled_from(QUEUES)), draw(st.sampled_from(STATUSES))
            entries.append(change(id_, day, queue=queue, status=status, **shared))
        overrides = draw(st.lists(st.sampled_from(OVERRIDES), unique=True))
        entries.append(run(id_, day, overrides=overrides, **shared))
    return numbered(entries)
