"""Measure: loads and capacities of queues from analytics, written into the policies."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING, Final

from syncer.app.options import MeasureOptions
from syncer.app.session import Session, begun
from syncer.errors import PoliciesInvalid, Refused
from syncer.files import refuse_larger, refuse_unwritable, with_line_ends_of, write_whole
from syncer.report.sights import Measured, Measuring
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from syncer.app.measured_traffic import MeasuredTraffic
    from syncer.app.places import LiveTarget, PolicySource
    from syncer.live.client import Client
    from syncer.measuring.proposals import Proposal, Proposing
    from syncer.planning.disk import OnDisk
    from syncer.planning.gather import Live
    from syncer.yamlfile.document import Document

NO_AGENTS: Final = "agents: aggregates of conversations don't count them, so none are proposed"
OFF: Final = "in-queue flows are not read, as set in the settings: their transfers are not known"


def measure(
    source: PolicySource,
    target: LiveTarget,
    options: MeasureOptions = MeasureOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Measured]:
    """Measure the queues that the policies describe, and write their figures into the policies, all or none.

    The organization is only read. The view is a ``Measured``; it is None, and the exit code 3, if a policy
    file can't be read. Raises SyncerError if there are too few contacts, Forbidden if the client may not read
    analytics, Refused if a file can't be edited in place, and WrongUsage, ConfigError, AuthError, LiveError.
    """
    session = begun(session)
    return session.ended(_measure(source, target, options, session))


def _measure(
    source: PolicySource, target: LiveTarget, options: MeasureOptions, session: Session
) -> ReportOf[Measured]:
    from syncer.app.connection import client_for
    from syncer.planning.disk import read_disk
    from syncer.resolving.reference_findings import partial_view

    disk = read_disk(source.folder, source.paths, source.environment)
    if not disk.readable:
        return ReportOf("measure", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    with client_for(target, disk.settings, session) as client:
        seen = _seen(disk, client, target, options, session)
    texts, queues = _edits(seen, source, options)
    if not options.check:
        for path in texts:
            refuse_unwritable(path)
        for path, (_, text) in texts.items():
            write_whole(path, text)
    view = _view(seen, texts, queues, options)
    code = 2 if options.detailed_exitcode and view.changed else 0
    return ReportOf("measure", code, view, (*disk.findings, *partial_view(seen.live.view)), disk.sources)


@dataclass(frozen=True)
class _Seen:
    """What was read of an organization, and the results."""

    disk: OnDisk
    live: Live
    measured: MeasuredTraffic
    unknown: tuple[str, ...]


def _seen(
    disk: OnDisk, client: Client, target: LiveTarget, options: MeasureOptions, session: Session
) -> _Seen:
    from syncer.app.connection import dialect_of, with_flows
    from syncer.app.flows import reading_flows
    from syncer.app.measured_traffic import measured_traffic
    from syncer.model.policy import PolicySet
    from syncer.planning.gather import read_live

    live = read_live(client, PolicySet(), dialect_of(target, disk.settings))
    live = with_flows(live, reading_flows(client, disk.settings, options.state_dir), off=OFF)
    measured = measured_traffic(
        *(disk, live, client, session.now()),
        weeks=options.weeks,
        busy=options.busy,
        handling=options.agents,
    )
    unknown = (
        *live.view.unseen,
        *live.flows.not_known,
        *_edited_since(live, measured),
        *([NO_AGENTS] if options.agents else []),
    )
    return _Seen(disk, live, measured, unknown)


def _edited_since(live: Live, measured: MeasuredTraffic) -> Iterator[str]:
    """Yield the measured queues that were edited during the period: their earlier rules are not known."""
    from syncer.live.queues import last_edit
    from syncer.model.held import listed
    from syncer.net.timing import from_rfc3339

    names = []
    for queue in live.queues:
        try:
            edited = from_rfc3339(last_edit(queue.raw).at)
        except ValueError:
            continue
        if queue.id in measured.found.by_key and edited > measured.traffic.period.start:
            names.append(queue.name)
    if names:
        was = "was" if len(names) == 1 else "were"
        yield f"whether rules were different during that time: {listed(names)} {was} edited meanwhile"


Texts = dict["Path", tuple["Document", str]]
"""The files that change: each as it is, and its new text."""


def _edits(seen: _Seen, source: PolicySource, options: MeasureOptions) -> tuple[Texts, tuple[Proposal, ...]]:
    """Return the new texts of all files, and the proposals in order. The files are read again, since people
    may have edited them meanwhile."""
    from syncer.measuring.proposals import Proposing, too_low
    from syncer.model.finding import has_errors
    from syncer.policy.load import load_places
    from syncer.resolving.groups import QueueIndex

    documents, loaded = load_places(source.paths or (source.folder,))
    if has_errors(loaded.findings):
        raise Refused("the policies were changed meanwhile and can't be read: nothing was written")
    low = too_low(seen.measured.network, seen.measured.found) if options.write_capacity else {}
    environment = seen.disk.settings.environment
    index = QueueIndex(seen.live.queues)
    proposing = Proposing(
        *(index, seen.measured.found, environment.overrides, options.write_capacity, low, environment.name)
    )
    texts: Texts = {}
    queues: list[Proposal] = []
    for path, document in documents.items():
        text, proposals = _edited(document, proposing, seen, options)
        queues += proposals.values()
        if text != "\n".join(document.lines):
            texts[path] = document, _sized(path, text)
    return texts, tuple(queues)


def _edited(
    document: Document, proposing: Proposing, seen: _Seen, options: MeasureOptions
) -> tuple[str, Mapping[int, Proposal]]:
    from syncer.measuring.write import rewritten, stamp_of
    from syncer.policy.parse import parse_queues

    proposals = proposing.of_file(parse_queues(document))
    wanted = {place: each.wanted for place, each in proposals.items()}
    number = len(seen.measured.found.busy.places)
    stamp = stamp_of(seen.measured.traffic.period, options.busy, number, seen.disk.settings.interval)
    return rewritten(document, wanted, stamp, seen.live.names), proposals


def _sized(path: Path, text: str) -> str:
    """Return the text with the line ends of the file. Raises SyncerError if it would be too large to be read
    again."""
    from syncer.yamlfile.decode import MOST_BYTES

    text = with_line_ends_of(path, text)
    refuse_larger(path, text, MOST_BYTES, "Split the file into several.")
    return text


def _view(seen: _Seen, texts: Texts, queues: Sequence[Proposal], options: MeasureOptions) -> Measured:
    from syncer.measuring.against_model import compare

    busy = seen.measured.found.busy
    about = (seen.measured.traffic.period, seen.disk.settings.interval, options.busy)
    return Measured(
        over=Measuring(*about, len(busy.places), busy.counted),
        queues=tuple(queues),
        ways=compare(seen.measured.found.out),
        shares=tuple(seen.measured.found.shares),
        names=seen.live.names,
        files=tuple(document.path for document, _ in texts.values()),
        check=options.check,
        diff=tuple(_diff(texts)) if options.check else (),
        unknown=seen.unknown,
        handling=options.agents,
    )


def _diff(texts: Texts) -> Iterator[str]:
    for document, text in texts.values():
        new = text.replace("\r\n", "\n").split("\n")
        names = document.path, document.path
        yield from unified_diff(document.lines, new, *names, n=1, lineterm="")
