"""Schemas and code are held together: what is produced is what a schema says, and nothing is left over."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from syncer.applying.journal import Journal
from syncer.applying.witness_file import Pending, WitnessFile
from syncer.audit.applied_set import AppliedSet, RefusedRun, TrailPart
from syncer.audit.chain import Chain
from syncer.audit.entries import NO_EVIDENCE, Origin, Run, change_entries, check_entry, intended, run_entry
from syncer.audit.exceptions import Exemption, RuleImage, exception_document
from syncer.audit.new_chain import LOST, NewChain, chain_entry
from syncer.audit.record import AppliedQueue, Place, Record, intent_of, record_text
from syncer.drift.alerts import Around, alerts_of, as_one
from syncer.drift.episodes import DriftFacts, Episode, EpisodeKey, Gone, Stage, Step
from syncer.drift.file import Remembered, write_memory
from syncer.drift.found import Direction
from syncer.drift.loops import KnownLoop, LoopStep
from syncer.kinds.activation_rule import ActivationRule
from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.member_groups import Membership
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.owner import OwnerMark
from syncer.kinds.registry import DIALECTS, KIND_NAMES, rule_document, rules_of
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
    Untouched,
    Written,
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
from syncer.model.network import Facts, Headroom, Load, Transfer
from syncer.model.plan import AffectedQueue, Cost, LiveRules, Outcome, Plan, QueueState, Status
from syncer.model.policy import PolicyFile
from syncer.model.queue import Edit, Group
from syncer.model.settings import ApiLocation, Organization
from syncer.model.source import Source
from syncer.model.window import Overwritten, Window
from syncer.planning.agreed import Agreed, Agreement
from syncer.planning.causes import hand_edits
from syncer.planning.document import plan_document
from syncer.planning.live_loops import Closer, LiveLoop
from syncer.planning.saved_plan import save_plan
from syncer.policy.schema import schema_names, schema_text

NOW = "2026-03-01T08:30:00.000Z"
OLD, NEW = OverflowRule("b", 10, 60, True), OverflowRule("b", 20, 0, False)
FIELDS = (
    FieldChange("threshold", 10, 20),
    FieldChange("delay", 60, 0),
    FieldChange("enabled", True, False),
)
WATCH = GroupRule(1, "w", "ServiceLevel", "LessThan", 80.5, 0, ("g",))
ACTIVATED = ActivationRule(1, 1, "w", "IdleAgentCount", "LessThan", 2.0)
LATER, WAITS = replace(WATCH, wait=60), (FieldChange("wait", 0, 60), FieldChange("groups", "G", "H"))
MEMBER = Membership(("g",), "GROUP")

CHANGE = QueueChange(
    "a",
    "A",
    (
        RuleChange(Action.CREATE, "c", "C", None, OverflowRule("c"), contacts=Contacts(0.0, 2.5, up_to=True)),
        RuleChange(
            *(Action.UPDATE, "b", "B", OLD, NEW, FIELDS),
            position=Position("a.yaml", 3, 4),
            moved=Moved.LIVE,
            held=(("threshold", "12.5"),),
        ),
        RuleChange(Action.DELETE, "d", "D", OverflowRule("d"), None, (), "a note"),
        RuleChange(Action.CREATE, "b", "B", None, BackupRule("b", 90, True)),
        RuleChange(Action.UPDATE, "w", "W", WATCH, LATER, WAITS, "", (Group("g", "G"),)),
        RuleChange(Action.CREATE, "", "", None, MEMBER, (), "", (Group("g", "G"),)),
        RuleChange(Action.DELETE, "w", "W", ACTIVATED, None),
        RuleChange(Action.CREATE, "", "", None, OwnerMark("us")),
    ),
    (OLD, WATCH, ACTIVATED),
    (NEW, BackupRule("b", 90, True), LATER),
    2,
    ("z",),
    kinds=KIND_NAMES,
)
AT = Position("a.yaml", 1, 2)
FINDINGS = tuple(
    Finding("a.b-c", severity, "m", place, "t", (Note("n", AT), Note("o")), "A")
    for severity, place in zip(Severity, (AT, None, AT), strict=True)
)
LOOP = Loop(
    (("a", "A"), ("b", "B")),
    (LoopRule("a", "b", "overflow", new=True, position=AT), LoopRule("b", "a", "backup")),
    ("a", "b"),
    in_policies=True,
    flows=(LoopFlow("b", "a", "Night 1.0"),),
)
FINDINGS += tuple(
    replace(FINDINGS[0], since=since, queue_id="a", excused=since is Since.BEFORE, figure=figure, loop=loop)
    for since, figure, loop in (
        *((Since.NEW, None, LOOP), (Since.WORSE, Figure(Limit.INFLOW, 147.0, 40.0, True, 23.8, 40.0), None)),
        *((Since.BEFORE, Figure(Limit.KEPT, 41.5, 40), None), (None, Figure(Limit.SHARES, 120, 100), None)),
    )
)
FINDINGS += (replace(FINDINGS[0], scenario="black-friday"),)
SOLVED = (replace(FINDINGS[1], since=Since.SOLVED),)
AFFECTED = tuple(
    AffectedQueue(key, key.upper(), managed, place, QueueState(None, 0.0, None), QueueState(40.0, 5.0, load))
    for key, managed, place, load in (("a", True, AT, Load(15.0, 5.0, 10.0)), ("b", False, None, None))
)
PLAN = Plan(
    NOW,
    "https://api",
    "prod",
    "etag",
    (PolicyFile("a.yaml", "0" * 64),),
    (LiveRules("a", "A", (OLD, WATCH)),),
    (CHANGE,),
    tuple(Untouched("q", "Q", reason) for reason in Reason),
    FINDINGS,
    Headroom(1.25, "A", "a", Limit.KEPT, 1.5),
    solved=SOLVED,
    headroom_before=Headroom(1.48, "A", "a", Limit.INFLOW),
    queues=AFFECTED,
    facts_before={"a": Facts(None, 5.0), "b": Facts(80.0)},
    cost=Cost(7, 0.4, 5.0),
    source=Source("c0ffee", "12", "eu", "eu", "https://job", "https://pipeline", "main", True, 0, "facade"),
    interval="30m",
    ignored=(Ignored("q", "Q", "the whole queue", "a reason"),),
    transfers=(Transfer("A", "B", "Night", "1.0", share=12.5),),
    held=(Held("stop", "run", "A", NOW, NOW, True, "me", "why", "T-1", "", ("B",), 1, ("C",), ending=True),),
    selected=("Q*",),
)
DIGEST = f"sha256:{'2' * 64}"
RUN = Run(
    "run", NOW, "https://api", "prod", "sha256:1", "rollback", ("--allow-delete",), Origin("me", "here")
)
RUN = replace(
    RUN,
    undoes="earlier",
    undoes_queues=("a",),
    exception=exception_document(Exemption("rollback", "run", ApiLocation("https://api"), queues=("a",))),
    lifts=("before",),
    hand_edits=tuple(hand_edits(PLAN)),
    plan_presented=f"sha256:{'1' * 64}",
    intended=intended([CHANGE]),
    facts={"a": {"capacity": 1.5, "baseLoad": None}},
    evidence={
        **NO_EVIDENCE,
        "policies": {"digest": f"sha256:{'2' * 64}", "dirty": None, "blobs": {"a": "3" * 40}},
    },
)
APPLY = replace(RUN, verb="apply", undoes="", undoes_queues=None, exception=None, lifts=(), hand_edits=())
WRITTEN = Written({"routingRules": [{"type": "overflow"}]}, {"routingRules": [], "directRouting": {}})
OUTCOMES = [
    Outcome(
        *(CHANGE, status, "d", 1, 1.5, "1", "2", lock, "c", "z", WRITTEN if lock else None),
        window_ms=20.5 if lock == "compare" else 0.0,
    )
    for status, lock in zip(Status, ("etag", "compare", *[""] * 8), strict=True)
]

EDIT = AuditedEdit("a", NOW, "Update", "u", "Ada", "c", ("10.0.0.7",), (PropertyChange("p", ("1",), ("2",)),))
OVERWRITTEN = Overwritten("run", "A", EDIT, {"p": "1"}, "plan.json")
WINDOW = Window("run", "a", "A", NOW, NOW, NOW, {"id": "a"}, {"id": "a", "p": 1}, sure=True)


VERSION = {"audit": "v2"}


def schema(what: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(schema_text(f"{what}.{VERSION.get(what, 'v1')}.schema.json"))
    return loaded


def validator(what: str) -> Validator:
    return Draft202012Validator(schema(what), format_checker=Draft202012Validator.FORMAT_CHECKER)


def older(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change as older versions wrote it."""
    return {**change, "waits_for": ["z"]}


def plans(folder: Path) -> Iterator[Any]:
    """A full plan, one without a limit, one of an older version, and a signed one."""
    yield plan_document(PLAN)
    yield {**plan_document(PLAN), "changes": [older(each) for each in plan_document(PLAN)["changes"]]}
    yield plan_document(replace(PLAN, headroom=Headroom(), lock="compare"))
    save_plan(plan_document(PLAN), folder / "plan.json", "key")
    yield json.loads((folder / "plan.json").read_bytes())


def entries(folder: Path) -> Iterator[Any]:
    """Entries of every status of queues and runs, as in a trail."""
    chain = Chain(folder)
    for outcome in OUTCOMES:
        chain.append(change_entries(RUN, outcome, NOW))
        chain.append(change_entries(RUN, outcome, NOW, occurred_at=NOW, recovered_by=RUN))
    for status in schema("audit")["$defs"]["runEntry"]["properties"]["status"]["enum"]:
        for run in (RUN, APPLY):
            closing = run_entry(
                run,
                NOW,
                status=status,
                validation_pass=True,
                outcomes=OUTCOMES,
                calls={"GET /q": 1},
                reason="lost",
                clock_offset_ms=1.5,
                recovered_by=RUN if status in ("cut off", "lost") else None,
                overwritten=(OVERWRITTEN,),
            )
            chain.append([closing])
    check = check_entry(
        RUN,
        NOW,
        status="drift",
        validation_pass=True,
        scope={"queues": 2, "rules": 3, "only": ["A*"]},
        counts={"drifted": 1},
        calls={"GET /q": 1},
        duration_ms=1.5,
        overwritten=(OVERWRITTEN,),
    )
    chain.append([check, {name: value for name, value in check.items() if name != "overwritten"}])
    chain.append([chain_entry(RUN, NOW, NewChain(LOST, 20, f"sha256:{'1' * 64}", "the trail here is empty"))])
    return chain.entries()


def records(folder: Path) -> Iterator[Any]:
    """The records of a journal."""
    for run in (RUN, replace(APPLY, id="other")):
        journal = Journal(folder, run, [CHANGE], lambda: NOW)
        journal.sending(CHANGE, 1, "1", WRITTEN)
        journal.sending(CHANGE, 2, "", WRITTEN, WINDOW)
        for outcome in OUTCOMES:
            journal.settled(outcome)
        journal.taking_back(CHANGE)
        journal.close()
        start, *others = map(json.loads, journal.path.read_text().splitlines())
        yield from (start, {**start, "changes": [older(each) for each in start["changes"]]}, *others)


EPISODE = Episode(
    EpisodeKey("https://api", "prod", "a", "overflow", "b", f"sha256:{'0' * 64}"),
    DriftFacts("A", "b", "B", "live differs", 10, "20 % to B", "10 % to B"),
    NOW,
    NOW,
    3,
    alerted=True,
)


IN_LIVE = LiveLoop(
    Loop(
        (("a", "A"), ("b", "B")), (LoopRule("a", "b", "overflow"), LoopRule("b", "a", "backup")), ("a", "b")
    ),
    "A → B → A overflows in a circle",
    Closer("ada", NOW, "run"),
)
LOOPS = LoopStep((IN_LIVE, replace(IN_LIVE, closer=None)), True, ("C → D → C",))


def witnesses(folder: Path) -> Iterator[Any]:
    """The stored windows that the organization's audit is still to be asked about."""
    place = ApiLocation("https://api", Organization("o"))
    WitnessFile(folder, pytest.fail).update(lambda _: [Pending(WINDOW, place, True, ("m",))])
    yield json.loads((folder / "witness.json").read_bytes())


def alerts(folder: Path) -> Iterator[Any]:
    """An alert of drift and one of its end, and both as one."""
    step = Step((EPISODE,), (EPISODE,), (Gone(EPISODE, superseded=False), Gone(EPISODE, superseded=True)))
    made = alerts_of(step, NOW, Around("run", RUN.origin, {"a": AT}, {"a": Edit("u", "Ada", NOW)}))
    yield from (*made, *alerts_of(step, NOW, Around("run")))
    yield from (as_one(made, LOOPS, NOW, Around("run")), as_one([], LOOPS, NOW, Around("run")))


def drifts(folder: Path) -> Iterator[Any]:
    """The state of drift between runs."""
    rules = (NEW, BackupRule("b"), WATCH, ACTIVATED, MEMBER, OwnerMark("us"))
    queues = {"a": Agreed(rules, frozenset({("overflow", "z")})), "b": Agreed()}
    agreed = Agreement("https://api", "prod", "o", NOW, queues)
    loops = (KnownLoop("https://api", "prod", ("a", "b"), "A → B → A", NOW),)
    write_memory(folder / "drift.json", Remembered((EPISODE,), (agreed,), loops))
    yield json.loads((folder / "drift.json").read_bytes())


def records_of_places(folder: Path) -> Iterator[Any]:
    """A record of what was last applied and what is open, one of an older version, and an empty one."""
    here = ApiLocation("https://api", Organization("o", "Org"))
    rules = (NEW, BackupRule("b"), WATCH, ACTIVATED, MEMBER, OwnerMark("us"))
    queues = {
        "a": AppliedQueue("a", "A", "run", NOW, "c", rules, Facts(50.5, 10.0)),
        "b": AppliedQueue("b", "B", "run", NOW, facts=Facts(None, 0.0)),
        "c": AppliedQueue("c", "C", "run", NOW, settled=False),
    }
    refused = AppliedSet("billing", "c", "run", NOW).with_refused(RefusedRun("r", NOW, "d", "frozen"))
    known = refused.with_part(
        TrailPart("run", "https://gitlab/1", 1, f"sha256:{'1' * 64}", 2, f"sha256:{'2' * 64}")
    )
    place = Place(here, "prod", "run", "c", "sha256:1", NOW, queues, sets={"billing": known})
    images = (RuleImage("a", "A", None, NEW), RuleImage("b", "B", BackupRule("b"), None))
    stop = Exemption(
        "stop", "run", here, target="a", sources=("b",), edges=(("b", "a"),), at=NOW, images=images
    )
    record = Record(places=(place,), intents=(intent_of(RUN, ["a"], "billing"),), exceptions=(stop,))
    document = json.loads(record_text(record))
    (placed,), (open_,), (stopped,) = document["places"], document["intents"], document["exceptions"]
    older = {name: value for name, value in placed.items() if name not in ("version", "stored", "sets")}
    before = {name: value for name, value in open_.items() if name != "policy_set"}
    bare = {name: value for name, value in stopped.items() if name not in ("commit", "images")}
    yield {**document, "places": [older], "intents": [before], "exceptions": [bare]}
    yield json.loads(record_text(Record()))
    yield document


PRODUCED = {
    "plan": plans,
    "audit": entries,
    "journal": records,
    "alert": alerts,
    "drift": drifts,
    "witness": witnesses,
    "record": records_of_places,
}


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema that describes the properties of an object."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and node.get("type") == "object":
            yield node
        for child in node.values():
            yield from objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from objects(child)


def mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in a JSON value."""
    if isinstance(value, Mapping):
        yield value
    children: Iterable[Any] = value.values() if isinstance(value, Mapping) else value
    for child in children if isinstance(value, Mapping | list) else ():
        yield from mappings(child)


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_valid(name: str) -> None:
    document = json.loads(schema_text(name))
    Draft202012Validator.check_schema(document)
    assert "https://json-schema.org/draft/2020-12/schema" == document["$schema"]
    what, version, *_ = name.split(".")
    assert document["$id"].endswith(f"{what}:{version}")
    assert document["title"] and document["description"]


@pytest.mark.parametrize("name", schema_names())
def test_every_reference_leads_somewhere_and_every_definition_is_used(name: str) -> None:
    document = json.loads(schema_text(name))
    used = {node["$ref"] for node in mappings(document) if isinstance(node.get("$ref"), str)}
    assert {f"#/$defs/{key}" for key in document.get("$defs", {})} == used


@pytest.mark.parametrize("what", [*PRODUCED, "output"])
def test_everything_that_is_written_is_described(what: str) -> None:
    """Additional members are not allowed; optional ones are named here, with the reason."""
    optional = {
        "signature",  # of a plan: only where a key was set
        "waits_for",  # of a change: older versions wrote it
        "type",  # of a group in plan and journal: older versions knew ordinary groups alone
        "unmanaged",  # of plan and drift: only where it was asked for
        "transfers",  # only where in-queue flows transfer
        "flows",  # of a loop: only where it needs in-queue flows
        "held",  # of a change in plan, journal and audit: only where a value had to be assumed
        "groups",  # of an audit entry: older versions didn't tell them
        "undoes",  # of audit and journal: of a rollback alone
        "undoesQueues",  # of a rollback of some queues alone
        "window",  # of a journal: only where no etag guards the PUT
        "edits",  # of drift: only where the audit of the organization has some
        "overwritten",  # of audit and output: only where there is an edit that may be
        *("exception", "lifts"),  # of audit and journal: only where a run makes or lifts an exception
        *(
            "source",
            "verified",
            "unverified",
            "ref",
            "refProtected",
        ),  # of an origin: older versions didn't know
        "recoveredBy",  # of the audit: only where another run found out
        *("plan_presented", "intended", "facts", "evidence"),  # of a journal: older versions didn't keep them
        *("compared", "pending", "moved"),  # of drift: older versions compared two sides alone; of plans too
        *("hand_edits", "handEdits"),  # of audit and apply: only where the run overwrites some
        "pending_since",  # of drift: only where something is pending
        "selected",  # of drift: older versions compared all queues; a plan always has it (below)
        *("agreed", "open"),  # of the file of drift: older versions didn't keep it; where all is known
        "loops",  # of the file of drift: older versions didn't keep them; of others it is always there
        "written",  # of journal and audit: older versions didn't keep it
        *("windowMs", "window_ms"),  # of audit and journal: older versions didn't measure it
        *("run", "calls", "duration_ms", "audit_head", "rollback"),  # of an apply: only where something ran
        *("verb", "counts", "started_at"),  # of an apply: older versions didn't write them
        "ending",  # of what is held: only where the next apply ends it
        "settled",  # of a record: only where it isn't known what became of a write
        "parts",  # of a record: older versions didn't keep them
        *("whole", "state"),  # of a set of policies in a record: neither did they keep these
        "scenario",  # of a finding: only of one that is found in a scenario
        "narrowed",  # of show: only where queues were named
        "watched",  # of an apply: only where it was asked for
        "summary",  # of environments: only where it was asked for
        "edges",  # of a stop in status: only of one that breaks loops
        *("updated", "added"),  # of export: only where files were brought up to date
        *("sample", "filtered"),  # of audit show: only where one was drawn, or filters were given
        *("version", "stored", "sets", "policy_set"),  # of a record: older versions didn't know them
        *("policy_set", "folder", "job", "pipeline", "target", "merged", "behind", "before"),  # of a source
        "change_digest",  # of an apply: older versions didn't write it
        *("commit", "images"),  # of an exception in a record: older versions didn't know them
        *("cover", "runs", "exceptions"),  # of audit report: older versions had figures and changes alone
    }
    for node in objects(schema(what)):
        left_out = set(node["properties"]) - set(node["required"])
        assert left_out <= optional
        if node.get("description") != "See the schema of plans.":
            assert node["additionalProperties"] is False


@pytest.mark.parametrize("what", PRODUCED)
def test_everything_produced_fits_its_schema(what: str, tmp_path: Path) -> None:
    documents = list(PRODUCED[what](tmp_path))
    assert documents
    for document in documents:
        assert [] == [
            f"{error.json_path}: {error.message}" for error in validator(what).iter_errors(document)
        ]
        assert f"syncer.{what}/{VERSION.get(what, 'v1')}" == document["format"]


@pytest.mark.parametrize("what", PRODUCED)
def test_every_part_of_a_schema_is_produced(what: str, tmp_path: Path) -> None:
    produced = {frozenset(each) for document in PRODUCED[what](tmp_path) for each in mappings(document)}
    for node in objects(schema(what)):
        assert frozenset(node["properties"]) in produced


@pytest.mark.parametrize("what", PRODUCED)
def test_a_missing_or_additional_field_does_not_fit_a_schema(what: str, tmp_path: Path) -> None:
    *_, document = PRODUCED[what](tmp_path)
    later = {"loops"} if what == "drift" else set()
    for key in document.keys() - {"signature", "written", "window_ms", "agreed", "held", "transfers", *later}:
        assert not validator(what).is_valid({name: document[name] for name in document if name != key})
    assert not validator(what).is_valid({**document, "more": 1})


def test_every_plan_states_which_queues_it_covers() -> None:
    assert "selected" in schema("plan")["required"]


def test_every_kind_of_rule_is_described_alike() -> None:
    for what in ("plan", "audit", "journal", "output", "drift"):
        found = schema(what)["$defs"]
        described = {found[name]["properties"]["kind"]["const"]: name for name in RULES}
        assert list(KIND_NAMES) == list(described)
        for name in RULES:
            assert schema("plan")["$defs"][name] == found[name]
    for rule in (NEW, BackupRule("b"), WATCH, ACTIVATED, MEMBER, OwnerMark("us")):
        (name,) = [each for each in RULES if rule.kind == described_kind(each)]
        part = {**schema("plan")["$defs"][name], "$defs": schema("plan")["$defs"]}
        assert Draft202012Validator(part).is_valid(rule_document(rule))
        assert rules_of([rule_document(rule)]) == (rule,)


RULES = ("overflowRule", "backupRule", "groupRule", "activationRule", "memberGroup", "ownerMark")


def described_kind(name: str) -> str:
    kind: str = schema("plan")["$defs"][name]["properties"]["kind"]["const"]
    return kind


def test_the_words_of_code_and_schemas_are_the_same() -> None:
    plan, audit, journal, output = (schema(what) for what in ("plan", "audit", "journal", "output"))
    change = plan["$defs"]["ruleChange"]["properties"]
    statuses = [status.value for status in Status]
    assert [action.value for action in Action] == change["action"]["enum"]
    assert list(KIND_NAMES) == plan["$defs"]["change"]["properties"]["kinds"]["items"]["enum"]
    assert list(DIALECTS) == plan["properties"]["dialect"]["enum"]
    assert list(KIND_NAMES) == audit["$defs"]["changeEntry"]["properties"]["ruleType"]["enum"]
    found_in_plan = plan["$defs"]["finding"]["properties"]
    assert list(Severity) == found_in_plan["severity"]["enum"]
    assert [*Since, None] == found_in_plan["since"]["enum"]
    assert list(Limit) == plan["$defs"]["figure"]["properties"]["limit"]["enum"]
    assert {reason.value for reason in Reason} == set(
        plan["properties"]["untouched"]["items"]["properties"]["reason"]["enum"]
    )
    kinds, standings = list(KIND_NAMES), [standing.value for standing in Stage]
    drift = schema("drift")["properties"]["drifts"]["items"]["properties"]
    assert (kinds, list(Direction)) == (drift["kind"]["enum"], drift["direction"]["enum"])
    alert = schema("alert")["$defs"]["alert"]["properties"]
    assert (kinds, list(Direction)) == (alert["ruleType"]["enum"], alert["direction"]["enum"])
    drifted = output["$defs"]["drifted"]["properties"]
    assert kinds == drifted["resolved"]["items"]["properties"]["kind"]["enum"]
    assert {*Moved} - {Moved.POLICIES} == {*drifted["rules"]["items"]["properties"]["moved"]["enum"]}
    assert [*standings, None] == drifted["rules"]["items"]["properties"]["standing"]["enum"]
    for found in (
        audit["$defs"]["changeEntry"],
        journal["$defs"]["outcome"],
        output["$defs"]["outcome"],
    ):
        assert statuses == found["properties"]["status"]["enum"]
    for name in ("rule", "queue"):
        assert plan["$defs"][name] == journal["$defs"][name]
    for name in ("rule", "queue", "finding", "position", "headroom", "figure", "loop"):
        assert plan["$defs"][name] == output["$defs"][name]


def test_a_change_in_a_journal_is_that_of_a_plan_without_fields_of_plans_only() -> None:
    plan, journal = (schema(what)["$defs"] for what in ("plan", "journal"))
    keys = set(journal["ruleChange"]["properties"])
    assert {"position", "contacts", "moved"} == set(plan["ruleChange"]["properties"]) - keys
    for key in keys:
        assert plan["ruleChange"]["properties"][key] == journal["ruleChange"]["properties"][key]
    sides = {key: value for key, value in plan["change"].items() if key != "properties"}
    assert sides == {key: value for key, value in journal["change"].items() if key != "properties"}
    for key in plan["change"]["properties"].keys() | journal["change"]["properties"].keys():
        in_plan, in_journal = (found["change"]["properties"][key] for found in (plan, journal))
        assert in_journal == in_plan or key in ("before", "after")
        assert in_journal.keys() == in_plan.keys()
        assert in_journal.get("items") == in_plan.get("items")
