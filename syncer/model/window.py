"""The window of a PUT that no etag guarded, and what of others it may have overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from syncer.model.audited import AuditedEdit, edit_of


@dataclass(frozen=True, slots=True)
class Window:
    """From the last read before a PUT to its answer, in RFC 3339 on the server's clock, as far as that is
    known.

    ``run`` is the id of the run that sent it. ``read`` is the JSON of the queue as it was read, ``sent`` as
    it was sent. ``sure``: the PUT was answered with yes, and did something.
    """

    run: str
    queue: str
    name: str
    read_at: str
    sent_at: str
    ended_at: str
    read: Mapping[str, Any] = field(repr=False)
    sent: Mapping[str, Any] = field(repr=False)
    sure: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from every other window."""
        return self.run, self.queue, self.sent_at

    @property
    def times(self) -> tuple[datetime, datetime, datetime]:
        """When it was read, sent and ended. Raises ValueError where one is no time."""
        read, sent, ended = map(datetime.fromisoformat, (self.read_at, self.sent_at, self.ended_at))
        if None in (read.tzinfo, sent.tzinfo, ended.tzinfo):
            raise ValueError("a time has no time zone")
        return read, sent, ended

    def as_json(self) -> dict[str, Any]:
        """The window as the state folder has it."""
        return {
            "run": self.run,
            "queue": {"id": self.queue, "name": self.name},
            "read_at": self.read_at,
            "sent_at": self.sent_at,
            "ended_at": self.ended_at,
            "read": dict(self.read),
            "changed": {
                name: self.sent.get(name)
                for name in sorted({*self.read, *self.sent})
                if self.read.get(name) != self.sent.get(name)
            },
            "sure": self.sure,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """A window out of its JSON. Raises KeyError, TypeError or ValueError where it is none."""
        queue = document["queue"]
        names = ("run", "read_at", "sent_at", "ended_at", "read", "sure")
        sent = {**document["read"], **document["changed"]}
        made = cls(
            queue=queue["id"], name=queue["name"], sent=sent, **{name: document[name] for name in names}
        )
        _ = made.times
        return made


@dataclass(frozen=True, slots=True)
class Overwritten:
    """An edit of somebody else that the PUT of ``run`` to a queue may have overwritten.

    ``edit`` has the changes alone that are lost; ``now`` says by property what the queue holds now, as text.
    ``restore`` is the path of the plan whose undoing brings their rules back, empty where there is none.
    """

    run: str
    name: str
    edit: AuditedEdit
    now: Mapping[str, str] = field(default_factory=dict)
    restore: str = ""

    def as_json(self) -> dict[str, Any]:
        """The edit as output and trail have it."""
        return {
            "run": self.run,
            "queue_name": self.name,
            "edit": self.edit.as_json(),
            "now": dict(self.now),
            "restore": self.restore,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """It read back. Raises KeyError, TypeError or ValueError where it is something else."""
        values = {"now": document["now"], "restore": document["restore"]}
        return cls(document["run"], document["queue_name"], edit_of(document["edit"]), **values)


def overwritten_document(edits: Sequence[Overwritten]) -> dict[str, Any]:
    """The member of a result or an entry that has such edits; nothing where there are none."""
    return {"overwritten": [edit.as_json() for edit in edits]} if edits else {}
