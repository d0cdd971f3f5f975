"""Every kind of report, with one name wherever a name from elsewhere can stand."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from syncer.applying.apply import Result
from syncer.applying.underway import CUT_OFF, LOST, UNSETTLED, ActiveRun, LeftRun
from syncer.audit.applied_set import AppliedSet, RefusedRun
from syncer.audit.entries import Run, change_entries, run_entry
from syncer.audit.exceptions import ROLLBACK, STOP, Exemption
from syncer.audit.figures import figures
from syncer.audit.reconcile import Match, Reconciliation
from syncer.audit.sample import Sample
from syncer.audit.sent_puts import SentPut
from syncer.audit.verify import Break, Verification
from syncer.checks.explanations import Explanation
from syncer.doctor import Line, State
from syncer.drift.episodes import DriftFacts, Episode, EpisodeKey, Gone
from syncer.drift.found import Drift, drift_of
from syncer.errors import StalePlan
from syncer.kinds.backup import BACKED, BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.member_groups import Membership
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.owner import OwnerMark
from syncer.kinds.registry import KIND_NAMES
from syncer.measuring.against_model import Comparison
from syncer.measuring.figures import Capacity, Figures, Share
from syncer.measuring.outflow import Mean
from syncer.measuring.proposals import Proposal
from syncer.measuring.write import Wanted
from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.model.change import (
    Action,
    Contacts,
    FieldChange,
    Ignored,
    Moved,
    QueueChange,
    Reason,
    RuleChange,
    Unmanaged,
    Untouched,
)
from syncer.model.finding import (
    Figure,
    Finding,
    Limit,
    Loop,
    LoopFlow,
    LoopRule,
    Note,
    Position,
    Severity,
    Since,
)
from syncer.model.held import Held
from syncer.model.network import Edge, Headroom, Load, Network, Node
from syncer.model.observation import EMPTY, Look, Observation, Watched, WatchedQueue
from syncer.model.plan import AffectedQueue, Cost, LiveRules, Outcome, Plan, QueueState, Status
from syncer.model.policy import PolicyFile, QueueRef
from syncer.model.queue import Edit, Group
from syncer.model.scenario import Assumed, Scenario
from syncer.model.settings import ApiLocation, Environment, Organization, Override, Settings, Variables
from syncer.model.source import Source
from syncer.model.traffic import Period
from syncer.model.window import Overwritten
from syncer.planning.document import plan_document
from syncer.planning.exceptions import held_of
from syncer.planning.inflow import Feeder, Inflow
from syncer.planning.live_loops import Closer, LiveLoop
from syncer.planning.recent import RecentRun
from syncer.planning.simulation import Side
from syncer.planning.simulation import simulated as run_simulation
from syncer.planning.upstream import Cause
from syncer.report.lookups import (
    AuditFigures,
    AuditShown,
    AuditVerified,
    Examined,
    ExceptionsShown,
    Explained,
    Exported,
    Skipped,
    WrittenFile,
)
from syncer.report.reconciled import Reconciled
from syncer.report.sights import Flowing, Freezing, Measured, Measuring, Simulated, Situation, Upstream
from syncer.report.views import (
    Applied,
    CutOffRun,
    Drifted,
    Environments,
    Planned,
    Report,
    Stopped,
    Summed,
    Validated,
)
from tests.report.binders import binder

NOW = "2026-03-01T08:30:00.000Z"
WHEN = datetime.fromisoformat(NOW)
HEAD = "sha256:" + "a" * 64
COUNTS = {"create": 2, "update": 4, "delete": 2}
RUN = Run("20260301T083000Z-abcdef", NOW, "https://api", "prod", HEAD)

EXPLANATIONS = (
    Explanation(
        id="capacity.tight",
        severity=Severity.INFO,
        meaning="A queue is nearly full. It keeps more than `85 %`.",
        remedy="Raise its capacity, then run `syncer plan`.",
        severity_note="error on Sundays",
        example="Support keeps 92 of 100",
        changeable=True,
    ),
    Explanation("loops.cycle", Severity.ERROR, "There is a loop.", "Break it."),
)
"""What the program explains: no name from elsewhere can stand in it."""

HOSTILE = {
    "ANSI escapes": "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m \x7f",
    "bidi": "a\u202eevil\u2066\u200b\u200e\ufeff",
    "newlines": "one\ntwo\r\nthree\u2028four\x85five\x0b",
    "Markdown": "**bold** _it_ ~~gone~~ # head\n- list\n1. one\n> quote\n--- [l](javascript:x) ![i](//x.y)",
    "HTML": "<script>alert(1)</script> <img src=x> &lt; <!-- -->",
    "quick actions": "/close\n/merge @all #1 !2 $3 %4 &5 ~bug ^alert",
    "table cells": "a | b || \\| c",
    "code": "`code` ```\nblock\n``` $x$ $$y$$",
    "links": "http://evil.example www.evil.example mail@evil.example",
    "surrogates": "half \ud800 \udfff",
    "beyond": "\U000e0041\U000f0000",
    "long": "x" * 10_000,
}


def findings(name: str) -> tuple[Finding, ...]:
    """One finding of each severity."""
    at = Position(name, 2, 3)
    return (
        Finding("loops.cycle", Severity.ERROR, name, at, name, (Note(name, at), Note(name)), name),
        Finding("capacity.saturated", Severity.WARNING, name, None, "", (), name),
        Finding("capacity.tight", Severity.INFO, name, at, name),
    )


def held_findings(name: str) -> tuple[Finding, ...]:
    """The same, held against the network before: a loop that is closed, a queue that is fuller, and one of
    before."""
    at = Position(name, 2, 3)
    looped, saturated, tight = findings(name)
    rules = (LoopRule("a", "b", "overflow", new=True, position=at), LoopRule("b", "a", "overflow"))
    flows = (LoopFlow("b", "a", name),)
    loop = Loop((("a", name), ("b", name)), rules, ("a", "b"), in_policies=True, flows=flows)
    kept = Figure(Limit.KEPT, 110, 100, before=104.5, capacity_before=100)
    was = Figure(Limit.KEPT, 90, 100, before=90, capacity_before=100)
    return (
        replace(looped, since=Since.NEW, queue_id="a", loop=loop),
        replace(saturated, since=Since.WORSE, queue_id="b", figure=kept),
        replace(tight, since=Since.BEFORE, queue=name, queue_id="c", figure=was),
    )


def solved_findings(name: str) -> tuple[Finding, ...]:
    """A queue that took in too much before."""
    figure = Figure(Limit.INFLOW, 50, 40)
    exceeded = Finding("capacity.exceeded", Severity.ERROR, name, queue=name, queue_id="d", figure=figure)
    return (replace(exceeded, since=Since.SOLVED, excused=True),)


def affected(name: str) -> tuple[AffectedQueue, ...]:
    """A queue of a policy whose load grows, and one of no policy that lies behind a loop now."""
    at, before, after = Position(name, 2, 3), Load(120, 104.5, 20), Load(125.5, 110, 25.5)
    return (
        AffectedQueue("b", name, True, at, QueueState(100, 100, before), QueueState(100, 100, after)),
        AffectedQueue("c", name, False, None, QueueState(None, 0, before), QueueState(None, 0, None)),
    )


def watched(name: str) -> Watched:
    """A target that is worse, of one that nothing is known of but its name, and a look that failed."""
    before, bad = Observation(2, 20.0, 5, 4), Observation(14, 180.4, 9, None)
    looks = (Look(1, before), Look(2, bad), Look(3, bad))
    queues = (WatchedQueue("b", name, before, looks), WatchedQueue("c", name, EMPTY, looks[:1]))
    return Watched(5, 3, queues, (name,))


def plan(name: str) -> Plan:
    """A plan with every kind of change and every reason to leave a queue alone."""
    at = Position(name, 2, 3)
    old, new = OverflowRule("b", 10, 60, True), OverflowRule("b", 20, 0, False)
    fields = (
        FieldChange("threshold", 10, 20),
        FieldChange("delay", 60, 0),
        FieldChange("enabled", True, False),
    )
    rules = (
        RuleChange(Action.CREATE, "c", name, None, OverflowRule("c", 5), position=at),
        RuleChange(Action.UPDATE, "b", name, old, new, fields, position=at, contacts=Contacts(37.5, 0)),
        RuleChange(Action.UPDATE, "e", name, old, old, (), name, contacts=Contacts(None, 12.25, up_to=True)),
        RuleChange(Action.DELETE, "d", name, old, None, (), name, contacts=Contacts(7, 0)),
    )
    change = QueueChange(name, name, rules, (old,), (new,), kinds=("overflow",))
    return Plan(
        created_at=NOW,
        api=name,
        environment=name,
        organization=Organization(name, name),
        lock="compare",
        files=(PolicyFile(name, "0" * 64),),
        changes=(change, replace(change, queue="z", step=2, waits_for=(name,))),
        untouched=tuple(Untouched(name, name, reason) for reason in Reason),
        findings=held_findings(name),
        solved=solved_findings(name),
        headroom=Headroom(0.91, name, "b", Limit.KEPT),
        headroom_before=Headroom(0.957, name, "b", Limit.KEPT),
        queues=affected(name),
        cost=Cost(8, 1.6, 5),
        source=Source("1" * 40, "7"),
        ignored=(Ignored(name, name, name, name), Ignored(name, name, name)),
    )


def mixed_plan(name: str) -> Plan:
    """A plan of backup queues and conditional groups, with the name for every queue and group."""
    watch = GroupRule(1, "w", name, name, 30.5, 60, ("g", name))
    watches = (
        FieldChange("queue", "", name),
        FieldChange("groups", name, ""),
        FieldChange("metric", name, ""),
        FieldChange("value", 9.0, 30.5),
    )
    named = (Group("g", name),)
    rules = (
        RuleChange(Action.CREATE, "f", name, None, BackupRule("f", 90, True)),
        RuleChange(Action.CREATE, "w", name, None, watch, (), name, named),
        RuleChange(Action.UPDATE, "w", name, watch, watch, watches, "", named),
        RuleChange(Action.DELETE, "", "", replace(watch, target=""), None, (), "", named),
        RuleChange(Action.DELETE, "w", name, watch, None, (), "", named),
        RuleChange(Action.CREATE, "", "", None, Membership(("g",), "GROUP"), (), "", named),
        RuleChange(
            Action.UPDATE, "", "", OwnerMark("a"), OwnerMark(name), (FieldChange("owner", "a", name),)
        ),
    )
    after = (BackupRule("f", 90, True), replace(watch, place=2), Membership(("g",), "GROUP"), OwnerMark(name))
    change = QueueChange(name, name, rules, (watch,), after, kinds=tuple(KIND_NAMES))
    live = (LiveRules(name, name, (BackupRule("b"), watch)),)
    return replace(plan(name), changes=(change,), live=live, dialect="mixed")


def episode(name: str, detections: int = 3) -> Episode:
    """A drift that was seen before; of more than one detection somebody was told."""
    facts = DriftFacts(name, name, name, "live differs", 10, name, name)
    return Episode(
        EpisodeKey(name, name, name, "overflow", name, HEAD), facts, NOW, NOW, detections, detections > 1
    )


def remembered_drift(name: str) -> Drift:
    """Drift whose rules were seen before, of queues that somebody is known to have changed."""
    found = drift_of(plan(name), {name: Edit("u", name, NOW), "z": Edit(name, "", name)})
    rules = [replace(rule, episode=episode(name, number)) for number, rule in enumerate(found.rules, start=1)]
    rules[0] = replace(rules[0], moved=Moved.LIVE)
    return replace(found, rules=(*rules[:-1], replace(rules[-1], moved=Moved.BOTH)))


def waiting(name: str) -> Drift:
    """Rules of which the policies alone moved: no drift."""
    found = drift_of(plan(name))
    pending = tuple(replace(rule, moved=Moved.POLICIES) for rule in found.rules)
    return replace(found, rules=(), pending=pending)


def applied_set(name: str) -> AppliedSet:
    """What a set of policies was applied from last, and runs that were refused since."""
    refused = (RefusedRun(name, name, name, name), RefusedRun("run", NOW))
    return AppliedSet(name, name, name, name, refused=refused)


def hand_edited(name: str) -> Plan:
    """A plan that overwrites hand edits, and may overwrite others."""
    made = plan(name)
    moved = cycle([Moved.LIVE, Moved.BOTH, Moved.UNKNOWN, Moved.POLICIES])
    changes = tuple(
        replace(change, rules=tuple(replace(rule, moved=next(moved)) for rule in change.rules))
        for change in made.changes
    )
    found = tuple(
        replace(each, id="changes.unexplained") if each.severity is Severity.WARNING else each
        for each in made.findings
    )
    return replace(made, changes=changes, findings=found)


def nothing_compared(name: str) -> Drift:
    """Live has none of the queues that the policies speak of."""
    return drift_of(replace(plan(name), changes=(), untouched=(Untouched(name, name, Reason.UNMANAGED),)))


def outcomes(name: str) -> tuple[Outcome, ...]:
    """One outcome of each status."""
    change = plan(name).changes[0]
    return tuple(
        Outcome(change, status, name, place, 12.34, name, name, "etag", name, name)
        for place, status in enumerate(Status)
    )


def edited_by(name: str) -> AuditedEdit:
    """An edit as the organization's audit has it."""
    return AuditedEdit(name, NOW, name, name, name, name, (name,), (PropertyChange(name, (name,), (name,)),))


def with_edits(drift: Drift, edit: AuditedEdit) -> Drift:
    """The drift, each of whose queues was edited so."""
    return replace(drift, rules=tuple(replace(rule, edits=(edit,)) for rule in drift.rules))


def entries(name: str) -> list[dict[str, Any]]:
    """The entries of a run, as far as they can be told by others."""
    run = replace(RUN, id=name, api=name, environment=name, organization=Organization(name, name))
    made = [entry for outcome in outcomes(name) for entry in change_entries(run, outcome, NOW)]
    made.append(run_entry(run, NOW, status="done", validation_pass=True, calls={"GET /q": 3, "retries": 1}))
    return [{**entry, "n": number, "previous": HEAD, "hash": HEAD} for number, entry in enumerate(made, 1)]


def edited_entries(name: str) -> list[dict[str, Any]]:
    """Entries that somebody put the name into wherever there is text or a number."""
    keys = dict.fromkeys(key for entry in entries("x") for key in entry)
    calls = {f"GET {name}": 1}
    kinds = ("run", "change", name)
    return [{**dict.fromkeys(keys, name), "kind": kind, "calls": calls} for kind in kinds]


def environments(name: str) -> tuple[Environment, ...]:
    """Environments whose every text is ``name``."""
    return (
        Environment(
            name, name, "", name, Variables(name, name), (Override(QueueRef(name), Position(name, 1, 2)),)
        ),
        Environment(name, api_url=name),
    )


CALM: dict[str, Any] = {
    "loops": (),
    "exceptions": (),
    "freezes": (),
    "active": None,
    "left": (),
    "recent": (),
    "unknown": (),
}


def live_loops(name: str) -> tuple[LiveLoop, ...]:
    """Loops of live that a run closed, that somebody probably closed, and nobody knows who."""
    rules = (LoopRule("a", "b", "overflow"), LoopRule("b", "a", "backup"))
    loop = Loop((("a", name), ("b", name)), rules, ("a", "b"))
    closers = (Closer(name, NOW, name), Closer(name, name, queue=name), None)
    return tuple(LiveLoop(loop, f"{name} overflows in a circle", closer) for closer in closers)


def situation(name: str) -> Situation:
    """Everything that can go on at once."""
    here = ApiLocation("https://api", Organization("org", name))
    held = Exemption(
        STOP, "r1", here, name, "t", name, ("a",), until=NOW, reason=name, ticket=name, user=name
    )
    back = Exemption(ROLLBACK, "r2", here, queues=("a", "b"), undoes="r0")
    active = ActiveRun("r3", "apply", name, name, 4711, NOW, 15, 50, NOW, 540.0)
    recent = (
        RecentRun("r4", "apply", NOW, name, "done", name, name, (name,) * 5, 7, undo=("rollback", "r4")),
        RecentRun("r5", "rollback", NOW, undoes="r0", undone_by="r6", queues=(name,), rules=1),
        RecentRun("r6", "apply", NOW, queues=(name,), rules=1, problem=name),
        RecentRun("r7", "apply", NOW, undone_by="r8", queues=(name,), rules=2, undo=("rollback", "r7")),
    )
    left = tuple(
        LeftRun(f"r{how}", how, "apply", name, name, NOW, 1, 3) for how in (CUT_OFF, UNSETTLED, LOST)
    )
    return Situation(
        at=NOW,
        where=name,
        state=name,
        queues=200,
        loops=live_loops(name),
        exceptions=(held, back),
        expired=frozenset({"r1"}),
        freezes=(Freezing(True, name), Freezing(False, name)),
        active=active,
        left=left,
        recent=recent,
        unknown=(name,),
    )


def upstream(name: str) -> Upstream:
    """Changes above a queue that added contacts, took some away, and of which nobody knows it."""

    def cause(depth: int, added: float | None, room: float = 0.0) -> Cause:
        return Cause(7, NOW, name, name, "APPLY_RUN", "q", name, name, depth, added, room)

    found = (cause(0, 0.0, 40.0), cause(1, 17.5), cause(2, None), cause(3, -3.0))
    return Upstream("t", name, f"since {name}", found, (name,))


def flowing(name: str) -> Flowing:
    """A queue with rules that lead into it directly and through others."""

    def feeder(depth: int, low: float | None, high: float | None) -> Feeder:
        return Feeder("a", name, "b", name, "overflow", "25 %", 60, depth, low, high)

    feeders = (feeder(1, 12.5, 12.5), feeder(1, 0.0, 40.0), feeder(2, None, None))
    return Flowing(
        *(name, "1h", "the policies", (Inflow("b", name, 100, Load(60, 60, 52.5), feeders),)),
        unknown=(name,),
        transfers=(name,),
        held=(Held("stop", "r", name, NOW, user=name, reason=name),),
        state=name,
    )


def reconciled(name: str) -> Reconciled:
    """A trail and an audit that differ in every way."""
    moved = (PropertyChange(name, (name,), (name, name)), PropertyChange("description", (), (name,)))
    theirs = AuditedEdit("q", NOW, name, name, name, name, (name, name), moved)
    bare = AuditedEdit("none", NOW, name)
    put = SentPut("q", name, name, name, name, WHEN, WHEN, WHEN, True)
    found = Reconciliation(
        matched=(Match(put, theirs),),
        nameless=1,
        stray=(theirs, bare),
        missing=(put,),
        pending=(replace(put, queue="none", user=""),),
        others=(theirs, replace(theirs, user="", user_name="", client=""), bare),
        members=3,
    )
    return Reconciled(name, NOW, NOW, (name, name), found, {"q": name}, 7, (name,))


def measured(name: str) -> Measured:
    """One queue with all figures and one with none, and a way of each kind."""
    mean = Mean(150.0, 120.0, 5.5, 25.0, 240.0)
    known = Figures("a", name, mean, 30.0, 120.0, capacity=Capacity(118, True))
    bare = Figures("b", name, Mean(), None, None, name, None, name)
    wanted = Wanted(120.0, Capacity(118, True), shares=((QueueRef(name), 12.5),))
    ways = (
        Comparison("a", "b", 10.0, 12.0, 30.0, "all that flows out", name),
        Comparison("a", "c", 0.0, None, None, "not determined"),
        Comparison("b", "", 0.0, 0.0, 25.0, "unseen", name),
    )
    return Measured(
        Measuring(Period(WHEN, timedelta(hours=1), 672), "1h", 95, 34, 400),
        (Proposal(known, None, 0.0, 100.0, wanted), Proposal(bare, None, 5.0, None, Wanted(), (name,))),
        ways,
        (Share("a", "b", 12.5),),
        {"a": name, "b": name},
        (name,),
        unknown=(name,),
        handling=True,
    )


def simulated(name: str) -> Simulated:
    """A queue that is over, one that is out, one whose capacity nobody knows, and one in a loop."""
    network = Network(
        (
            Node("a", name, True, 140, 150, Position(name, 3, 5), 14, 360.0),
            Node("b", name, False, 50, 20, None, 9, 240.0),
            Node("c", name),
            Node("d", name, True, 10, 5),
        ),
        (
            Edge("a", "b", 25),
            Edge("a", "c", 100, 60, role=BACKED),
            Edge("d", "e", 5),
            Edge("e", "d", 5),
        ),
    )
    network = replace(network, nodes=(*network.nodes, Node("e", name, True, 10)))
    out = Scenario(load=1.4, queues=(Assumed(QueueRef(id="b"), out=True),))
    found = run_simulation(Side.of(network), Side.of(network, out), Settings())
    return Simulated(name, "1h", found, (name, name), unknown=(name,))


def exemptions(name: str) -> tuple[Exemption, Exemption]:
    """A stop that is expired, and the hold of a rollback."""
    here = ApiLocation(name, Organization(name, name))
    stop = Exemption("stop", name, here, name, name, name, (name,), (), (), NOW, name, name, name, NOW)
    return stop, Exemption("rollback", name, here, queues=(name,), undoes=name, user=name, at=NOW)


def report(command: str, view: Any, name: str, **values: Any) -> Report:
    """A report with findings, sources and an error that all hold the name."""
    error = StalePlan(f"it is stale:\n{name}\n{name}", hint=name)
    sources = {name: ["first", name + name]}
    found = view.plan.findings if isinstance(view, Planned) and view.plan.findings else findings(name)
    return Report(command, 4, view, found, sources, error, **values)


def reports(name: str) -> dict[str, Report]:
    """Every kind of report."""
    made = plan(name)
    edit = edited_by(name)
    lost = (Overwritten(name, name, edit, {name: name}, name),)
    result = Result(
        *(RUN, "in part", outcomes(name), HEAD, {"GET /q": 3, "retries": 1}, 1234.5), overwritten=lost
    )
    recovered = (CutOffRun(replace(RUN, id=name, started_at=name), outcomes(name)),)
    kinds = ("edited", "removed", "reordered", "torn", "truncated", "schema", "time", "totals", "orphaned")
    breaks = tuple(Break(3, kind, name, Path(name)) for kind in kinds)
    broken = Verification(3, name, breaks)
    trail, edited = entries(name), edited_entries(name)
    others = (Unmanaged(name, name, (name, name), name), Unmanaged(name, name))
    edited_plan = hand_edited(name)
    mixed, narrowed = mixed_plan(name), replace(made, selected=(name,))
    mixed_trail = change_entries(replace(RUN, id=name), Outcome(mixed.changes[0], Status.APPLIED, name), NOW)
    changes = [entry for entry in trail if entry["kind"] == "change"]
    holding = replace(made, held=tuple(held_of(each, WHEN) for each in exemptions(name)))
    exempt, back = exemptions(name)
    stopping = replace(result, run=replace(RUN, verb="stop"))
    views: dict[str, tuple[str, Any]] = {
        "validate": ("validate", Validated(2, 3, 4, Headroom(1.25, name))),
        "plan": ("plan", Planned(made, plan_document(made), name)),
        "plan, unmanaged": ("plan", Planned(made, plan_document(made), name, others)),
        "plan, narrowed": ("plan", Planned(narrowed, plan_document(narrowed))),
        "plan, hand edits": ("plan", Planned(edited_plan, plan_document(edited_plan))),
        "apply, hand edits": ("apply", Applied(edited_plan, result)),
        "drift, narrowed": ("drift", Drifted(drift_of(narrowed))),
        "drift, unmanaged": ("drift", Drifted(drift_of(made), unmanaged=others)),
        "plan, not saved": ("plan", Planned(replace(made, findings=()), plan_document(made))),
        "plan, other kinds": ("plan", Planned(mixed, plan_document(mixed), name)),
        "drift, other kinds": ("drift", Drifted(drift_of(mixed))),
        "drift, loops": ("drift", Drifted(drift_of(made), loops=live_loops(name))),
        "status": ("status", situation(name)),
        "status, calm": ("status", replace(situation(name), **CALM)),
        "status, live unknown": ("status", Situation(NOW, "", name, unknown=(name,))),
        "measure": ("measure", measured(name)),
        "measure, checked": ("measure", replace(measured(name), check=True, diff=(f"+{name}",), files=())),
        "simulate": ("simulate", simulated(name)),
        "simulate, a plan until it is full": (
            "simulate",
            replace(simulated(name), planned=True, until_full=True, assumed=()),
        ),
        "audit show, upstream": ("audit show", upstream(name)),
        "audit reconcile": ("audit reconcile", reconciled(name)),
        "audit reconcile, agreed": (
            "audit reconcile",
            Reconciled(name, NOW, NOW, (name,), Reconciliation()),
        ),
        "into": ("into", flowing(name)),
        "into, load unknown": (
            "into",
            Flowing(name, "1h", "", (Inflow("q", name, None, None, ()),), (name,)),
        ),
        "audit show, other kinds": ("audit show", AuditShown(mixed_trail)),
        "apply": ("apply", Applied(made, result, recovered, name)),
        "apply, undone": (
            "apply",
            Applied(made, result, undone=replace(result, run=replace(RUN, verb="rollback"), status="done")),
        ),
        "apply, watched": ("apply", Applied(made, result, watched=watched(name))),
        "apply, held": ("apply", Applied(holding, result)),
        "apply, nothing to do": ("apply", Applied(made, None, recovered, name)),
        "drift": ("drift", Drifted(drift_of(made))),
        "drift, remembered": (
            "drift",
            Drifted(remembered_drift(name), {}, (Gone(episode(name), False), Gone(episode(name, 1), True))),
        ),
        "drift, pending": ("drift", Drifted(waiting(name), {}, (Gone(episode(name), False, pending=True),))),
        "drift, pending since": ("drift", Drifted(waiting(name), applied=applied_set(name))),
        "drift, nothing compared": ("drift", Drifted(nothing_compared(name))),
        "export": (
            "export",
            Exported((WrittenFile(name, 3, (name,), (name,)),), (Skipped("q", name, name),)),
        ),
        "environments": ("environments", Environments(environments(name))),
        "environments, none": ("environments", Environments(())),
        "environments, summed": (
            "environments",
            Environments(
                environments(name),
                (Summed(name), Summed("prod", "apply", 4, name, 1, 2, 3, 4, 5), Summed("test", "plan")),
            ),
        ),
        "doctor": ("doctor", Examined(tuple(Line("API host", state, name, name) for state in State))),
        "doctor, all well": ("doctor", Examined((Line("Python", State.OK, name),))),
        "explain": ("explain", Explained(EXPLANATIONS)),
        "explain, all": ("explain", Explained(EXPLANATIONS, listed=True)),
        "audit show": ("audit show", AuditShown(trail)),
        "audit show, edited": ("audit show", AuditShown(edited)),
        "audit verify": ("audit verify", AuditVerified((name,), Verification(3, HEAD), (name,))),
        "audit verify, broken": (
            "audit verify",
            AuditVerified((name,), broken, open_run=name),
        ),
        "audit report": ("audit report", AuditFigures(figures(trail), changes)),
        "audit report, edited": ("audit report", AuditFigures(figures(edited), edited)),
        "audit report, filed": ("audit report", binder(name)),
        "audit report, broken": ("audit report", binder(name, *breaks)),
        "audit show, a sample": (
            "audit show",
            AuditShown(trail, sample=Sample(25, 7, 1_234, 25), filtered=True),
        ),
        "plan, shown in part": ("show", Planned(made, plan_document(made), name, only=(name,))),
        "apply, shown in part": ("show", Applied(None, result, recovered, counts=COUNTS, only=(name, "q"))),
        "audit show, in part": ("show", AuditShown(trail, (name,))),
        "plan, held": ("plan", Planned(holding, plan_document(holding), name)),
        "drift, held": ("drift", Drifted(drift_of(holding))),
        "drift, audited": ("drift", Drifted(with_edits(drift_of(made), edit))),
        "stop": ("stop", Stopped("stop", exempt, stopping, 2, 1, (name,), (name,), recovered, name)),
        "stop, lifted": ("stop", Stopped("lift", exempt, replace(stopping, status="done"), also=(back,))),
        "stop, listed": ("stop", ExceptionsShown((exempt, back), NOW, name)),
        "an error alone": ("rollback", None),
    }
    return {kind: report(command, view, name) for kind, (command, view) in views.items()}


KINDS = tuple(reports("x"))
