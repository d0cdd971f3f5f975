from dataclasses import replace

from syncer.audit.entries import Origin
from syncer.drift.alerts import Around, alerts_of, as_one, message_of
from syncer.drift.episodes import DriftFacts, Episode, EpisodeKey, Gone, Step
from syncer.drift.loops import LoopStep
from syncer.model.finding import Loop, Position
from syncer.model.queue import Edit
from syncer.planning.live_loops import LiveLoop

NOW, BEFORE = "2026-03-01T09:30:00.000Z", "2026-03-01T08:30:00.000Z"
FACTS = DriftFacts(
    "Front", "b", "Back", "live differs", 30, "25 % to Back after 60 s", "30 % to Back after 60 s"
)
EPISODE = Episode(
    EpisodeKey("https://api", "prod", "a", "overflow", "b", "sha256:1"), FACTS, BEFORE, NOW, 2, alerted=True
)
AROUND = Around(
    "run",
    Origin("ada", "here", job="https://gitlab.example.com/jobs/7"),
    {"Front": Position("policies/a.yaml", 4, 5)},
    {"a": Edit("u1", "Bob", BEFORE)},
    "https://api",
    "prod",
)
LOOP = LiveLoop(Loop((("x", "X"), ("y", "Y")), (), ("x", "y")), "X → Y → X overflows in a circle")
NINE = [
    "timestamp",
    "action",
    "queueId",
    "ruleType",
    "threshold",
    "targetQueue",
    "latencyMs",
    "validationPass",
    "success",
]


def test_an_alert_begins_with_the_nine_fields_and_says_everything_else() -> None:
    (alert,) = alerts_of(Step((EPISODE,), (EPISODE,)), NOW, AROUND)
    assert dict(
        zip(NINE, [NOW, "DRIFT_DETECTED", "a", "overflow", 30, "b", 0.0, True, False], strict=True)
    ) == {name: alert[name] for name in list(alert)[:9]}
    assert {
        "format": "syncer.alert/v1",
        "kind": "drift",
        "detail": "differs from the policies",
        "queueName": "Front",
        "targetName": "Back",
        "direction": "live differs",
        "policy": "25 % to Back after 60 s",
        "live": "30 % to Back after 60 s",
        "firstSeen": BEFORE,
        "lastSeen": NOW,
        "detections": 2,
        "changed": {"id": "u1", "name": "Bob", "at": BEFORE},
        "position": {"file": "policies/a.yaml", "line": 4, "column": 5},
        "api": "https://api",
        "environment": "prod",
        "n": 1,
        "run": "run",
        "link": "https://gitlab.example.com/jobs/7",
        "origin": AROUND.origin.claimed(),
    } == {name: alert[name] for name in list(alert)[9:]}


def test_nothing_is_told_of_what_was_told_before() -> None:
    assert [] == alerts_of(Step((EPISODE,)), NOW, AROUND)


def test_alerts_come_before_what_is_resolved_and_are_numbered() -> None:
    gone = Gone(EPISODE, superseded=False), Gone(EPISODE, superseded=True)
    alerts = alerts_of(Step((EPISODE,), (EPISODE,), gone), NOW, AROUND)
    assert [
        (1, "DRIFT_DETECTED", False, "differs from the policies"),
        (2, "DRIFT_RESOLVED", True, "no longer differs from the policies"),
        (3, "DRIFT_RESOLVED", False, "the live queue has another value now"),
    ] == [tuple(alert[name] for name in ("n", "action", "success", "detail")) for alert in alerts]


def test_a_queue_that_is_gone_has_no_edit_and_no_place() -> None:
    (alert,) = alerts_of(Step(resolved=(Gone(EPISODE, superseded=False),)), NOW, Around("run"))
    assert ({"id": "", "name": "", "at": ""}, None, "") == (
        alert["changed"],
        alert["position"],
        alert["link"],
    )


def test_a_place_by_id_counts_too() -> None:
    at = Position("policies/b.yaml", 1, 2)
    (alert,) = alerts_of(Step((EPISODE,), (EPISODE,)), NOW, replace(AROUND, places={"a": at}))
    assert at.as_json() == alert["position"]


def test_all_alerts_of_a_run_make_one() -> None:
    alerts = alerts_of(Step((EPISODE,), (EPISODE,), (Gone(EPISODE, superseded=False),)), NOW, AROUND)
    one = as_one(alerts, LoopStep(), NOW, AROUND)
    assert NINE == list(one)[:9]
    assert ("drifts", "DRIFT_DETECTED", False, alerts) == (
        one["kind"],
        one["action"],
        one["success"],
        one["drifts"],
    )
    gone = as_one(alerts[1:], LoopStep(), NOW, AROUND)
    assert ("DRIFT_RESOLVED", True, 2) == (gone["action"], gone["success"], gone["n"])
    assert ("run", "prod", AROUND.origin.link) == (gone["run"], gone["environment"], gone["link"])


def test_there_is_no_message_where_there_is_no_news() -> None:
    assert None is message_of(Step((EPISODE,)), LoopStep((LOOP,)), NOW, AROUND)


def test_a_loop_is_a_message_alone() -> None:
    message = message_of(Step(), LoopStep((LOOP,), new=True), NOW, AROUND)
    assert message
    assert NINE == list(message)[:9]
    assert ("LOOP_DETECTED", False, [LOOP.as_json()], [], 1, "run", "https://api", NOW) == tuple(
        message[name] for name in ("action", "success", "loops", "drifts", "n", "run", "api", "timestamp")
    )


def test_a_loop_that_is_gone_is_a_message_that_all_is_well() -> None:
    message = message_of(Step(), LoopStep(gone=("X → Y → X",)), NOW, AROUND)
    assert message
    assert ("DRIFT_RESOLVED", True, ["X → Y → X"]) == (
        message["action"],
        message["success"],
        message["loopsGone"],
    )


def test_the_worst_comes_first() -> None:
    def episode(queue: str, direction: str, threshold: int | None = 10, target: str = "b") -> Episode:
        facts = replace(FACTS, queue_name=queue, direction=direction, threshold=threshold, target=target)
        return replace(EPISODE, key=replace(EPISODE.key, queue=queue), facts=facts)

    found = (
        episode("less", "live has less"),
        episode("differs", "live differs", None),
        episode("more", "live has more"),
        episode("most", "live has more", 90),
        episode("x", "live has less", target="y"),
    )
    gone = Gone(episode("gone", "live has more"), superseded=False)
    message = message_of(Step(found, found, (gone,)), LoopStep((LOOP,)), NOW, AROUND)
    assert message
    order = [each["queueName"] for each in message["drifts"]]
    assert ["x", "most", "more", "differs", "less", "gone"] == order


def test_the_link_is_the_job_else_the_pipeline_where_they_are_urls() -> None:
    job, pipeline = "https://ci.example.com/jobs/1", "http://ci.example.com/pipelines/1"
    assert job == Origin(job=job, pipeline=pipeline).link
    assert pipeline == Origin(job="17", pipeline=pipeline).link
    assert "" == Origin(job="17", pipeline="18").link
