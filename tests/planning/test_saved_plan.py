import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import BadPlan, Refused, SyncerError
from syncer.model.finding import Finding, Note, Position, Severity, Since
from syncer.model.json_values import compact
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.planning import saved_plan as planfile
from syncer.planning.build import base_of, build_plan
from syncer.planning.document import file_digest, plan_digest, plan_document, sealed
from syncer.planning.saved_plan import SavedPlan, load_plan, moved, plan_of, save_plan
from syncer.planning.verdict import verdict
from tests.organizations import (
    API,
    JSON,
    NOW,
    crossed,
    inputs_over,
    leaves,
    mixed_organizations,
    overflow,
    planned,
    policies,
    policy,
    raw,
    replaced,
    rule,
)
from tests.properties import examples
from tests.special_files import put

Document = dict[str, Any]

WANTED = policies(policy("A", rule("B", 30), rule("C")), policy("B", rule("C")))
LIVE = [raw("A", overflow("B"), overflow("D", 1)), raw("B"), raw("C"), raw("D")]


def document(wanted: PolicySet = WANTED, live: list[Document] = LIVE, **inputs: Any) -> Document:
    return plan_document(planned(wanted, live, **inputs))


SAMPLE = document()
SAVED = plan_of(SAMPLE)
LEAVES = list(leaves(SAMPLE))


def test_a_saved_plan_says_what_the_plan_says() -> None:
    at = Position("policies/a.yaml", 3, 4)
    found = (
        Finding("loops.cycle", Severity.ERROR, "a circle", at, "a tip", (Note("n", at), Note("o")), "A"),
        Finding("capacity.saturated", Severity.WARNING, "full"),
        Finding("capacity.exceeded", Severity.ERROR, "over", since=Since.BEFORE, excused=True),
    )
    plan = replace(planned(*crossed(4)), findings=found)
    made = plan_document(plan)
    saved, summary = plan_of(made), made["summary"]
    assert (made["digest"], made["generator"]) == (saved.digest, saved.generator)
    assert (summary["queues_equal"], summary["queues_unmanaged"]) == (saved.equal, saved.unmanaged)
    assert plan.changes
    assert_equal(plan, saved)


def assert_equal(plan: Plan, saved: SavedPlan) -> None:
    """In everything that a document has."""
    for field in fields(Plan):
        if field.name not in ("changes", "managed_rules"):
            assert getattr(plan, field.name) == getattr(saved, field.name), field.name
    assert tuple(replace(change, waits_for=()) for change in plan.changes) == saved.changes
    assert (plan.applicable, verdict(plan)) == (saved.applicable, verdict(saved))


FACTS = st.lists(st.sampled_from([None, 10.0, 40.0, 1000.0]), min_size=12, max_size=12)


@given(mixed_organizations(), FACTS)
@examples(60)
def test_every_plan_is_read_back_as_it_was(
    organization: tuple[PolicySet, list[Document]], facts: list[float | None]
) -> None:
    (wanted, live), (now, earlier) = organization, (facts[:6], facts[6:])

    def with_facts(capacities: list[float | None]) -> PolicySet:
        described = zip(wanted.queues, capacities, strict=False)
        return policies(
            *(replace(each, capacity=value, base_load=value or 50.0) for each, value in described)
        )

    inputs = inputs_over(with_facts(now), live, "mixed")
    plan = build_plan(replace(inputs, base=base_of(with_facts(earlier), inputs)), NOW)
    assert_equal(plan, plan_of(json.loads(compact(plan_document(plan)))))


def test_a_plan_of_an_older_version_with_its_waits_is_read_and_has_not_moved() -> None:
    old = edited(lambda plan: plan["changes"][1].update(waits_for=["id-B"]))
    loaded = in_file(written(sealed(old)))
    assert [] == moved(loaded, SAVED) == moved(SAVED, loaded)


def edited(change: Callable[[Document], None]) -> Document:
    copy: Document = json.loads(json.dumps(SAMPLE))
    change(copy)
    return copy


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda plan: plan.update(api="https://other"), f"it was made for {API}, this is https://other"),
        (
            lambda plan: plan.update(environment="prod"),
            "it was made for the environment (none), this is prod",
        ),
        (
            lambda plan: plan.update(generator="syncer 9"),
            f"it was made by {SAMPLE['generator']}, this is syncer 9",
        ),
        (lambda plan: plan.update(lock="compare"), "it was made with the lock etag, this is compare"),
        (lambda plan: plan["policies"][0].update(sha256="1" * 64), "policies/a.yaml was edited"),
        (lambda plan: plan["policies"].clear(), "policies/a.yaml is gone"),
        (
            lambda plan: plan["policies"].append({"path": "b.yaml", "sha256": "2" * 64}),
            "b.yaml is new",
        ),
        (
            lambda plan: plan["live"][1]["rules"].append(
                {"kind": "overflow", "target": "id-A", "threshold": 5, "delay": 0, "enabled": False}
            ),
            "live queue B (id-B): no rules became 5 % to A after 0 s, disabled",
        ),
        (
            lambda plan: plan["live"].pop(0),
            "live queue A (id-A): 25 % to B after 60 s, 1 % to D after 60 s became no rules",
        ),
        (
            lambda plan: plan["changes"][0]["after"][0].update(threshold=1),
            "the change of B (id-B) is no longer the one that was planned",
        ),
        (
            lambda plan: plan["changes"].pop(),
            "the change of A (id-A) was planned, and is not needed any more",
        ),
    ],
)
def test_what_moved_is_said(change: Callable[[Document], None], line: str) -> None:
    assert [line] == moved(SAVED, plan_of(edited(change)))


def test_all_that_moved_is_said_and_the_changes_that_follow_are_not() -> None:
    def both(plan: Document) -> None:
        plan.update(api="https://other")
        plan["policies"].clear()
        plan["changes"].clear()

    assert 2 == len(moved(SAVED, plan_of(edited(both))))


def test_new_names_and_new_orders_have_moved_nothing() -> None:
    """All that is sorted by the names of queues stands the other way round in the second plan."""

    def named(b: str, c: str) -> Document:
        wanted = policies(policy("A", rule(b), rule(c)), policy(b, rule("E")), policy(c, rule("E")))
        return document(wanted, [raw("A"), raw(b, id="id-B"), raw(c, id="id-C"), raw("E")])

    before, after = named("B", "C"), named("Z", "Y")
    orders = [[queue["queue"]["id"] for queue in plan["live"]] for plan in (before, after)]
    assert [["id-A", "id-B", "id-C"], ["id-A", "id-C", "id-B"]] == orders
    assert [] == moved(plan_of(before), plan_of(after))


def in_file(data: bytes, key: str = "") -> SavedPlan:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        path.write_bytes(data)
        return load_plan(path, key)


def written(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_a_saved_plan_is_read_back(tmp_path: Path) -> None:
    save_plan(SAMPLE, tmp_path / "plan.json")
    assert SAVED == load_plan(tmp_path / "plan.json")


@pytest.mark.parametrize(
    "name", ["Kündigung ☎", "\x1b[31m\u202e\x9b\u2028", "half \ud800", "\x7f😀\U000e0001"]
)
def test_a_file_shows_letters_and_escapes_the_rest(tmp_path: Path, name: str) -> None:
    made = document(policies(policy(name, rule("B"))), [raw(name), raw("B")])
    path = tmp_path / "plan.json"
    save_plan(made, path)
    text = path.read_text(encoding="utf-8")
    assert plan_of(made) == load_plan(path)
    assert all(character.isprintable() for character in text.replace("\n", ""))
    assert ("Kündigung ☎" in text) == (name == "Kündigung ☎")


def test_signatures(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    save_plan(SAMPLE, path, "key")
    assert SAVED == load_plan(path, "key")
    assert SAMPLE["digest"] == load_plan(path).digest, "without a key nothing asks for a signature"
    with pytest.raises(Refused, match="not signed with the key"):
        load_plan(path, "another key")
    save_plan(SAMPLE, path)
    with pytest.raises(Refused, match="not signed with the key"):
        load_plan(path, "key")


def test_a_key_may_be_any_bytes_of_the_environment(tmp_path: Path) -> None:
    save_plan(SAMPLE, tmp_path / "plan.json", "\udcff")
    assert SAMPLE["digest"] == load_plan(tmp_path / "plan.json", "\udcff").digest


def test_a_signature_covers_the_time_stamp(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    save_plan(SAMPLE, path, "key")
    younger = {**json.loads(path.read_bytes()), "created_at": "2030-01-01T00:00:00.000Z"}
    forged = {**sealed(younger), "signature": younger["signature"]}
    assert plan_of(younger) == in_file(written(forged))
    with pytest.raises(Refused, match="not signed with the key"):
        in_file(written(forged), "key")


def test_the_digest_of_the_file_covers_the_time_stamp_without_a_key() -> None:
    """The digest of the plan doesn't: equal inputs give equal digests."""
    younger = {**SAMPLE, "created_at": "2030-01-01T00:00:00.000Z"}
    assert SAMPLE["digest"] == plan_digest(younger)
    with pytest.raises(Refused, match="edited after it was made"):
        in_file(written(younger))
    without = {name: value for name, value in younger.items() if name != "file_digest"}
    with pytest.raises(BadPlan, match="it has no file_digest"):
        in_file(written(without))


def test_a_digest_is_looked_at_before_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a million entries a schema takes minutes, and a digest a second."""

    def never(name: str) -> str:
        raise AssertionError(name)

    monkeypatch.setattr("syncer.policy.schema.schema_text", never)
    odd = {**SAMPLE, "changes": [{}]}
    with pytest.raises(Refused, match="edited after it was made"):
        in_file(written(odd))


def test_a_plan_that_fits_is_not_searched_for_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 200,000 entries jsonschema takes a minute."""

    def never(schema: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("jsonschema.Draft202012Validator", never)
    assert plan_of(SAMPLE) == in_file(written(SAMPLE))
    with pytest.raises(AssertionError):
        in_file(written(sealed({**SAMPLE, "interval": "2h"})))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'{"format"', b'{"format": "evil", "format"', "line 1, column 20: the key 'format' appears twice"),
        (b'{"format"', b'{\n "a": 1, "\\u0061": 2, "format"', "line 2, column 10: the key 'a' appears twice"),
        (b'"factor": null', b'"factor": 0.12345678901234567890', "has more digits than are kept"),
        (b'{"format"', b'{} {"format"', "line 1, column 4: extra data"),
        (b'{"format"', b'{"\xed\xa0\x80": 1, "format"', "line 1, column 3: this is not UTF-8"),
    ],
)
def test_a_plan_says_one_thing_or_is_refused(old: bytes, new: bytes, message: str) -> None:
    with pytest.raises(BadPlan) as caught:
        in_file(written(SAMPLE).replace(old, new, 1))
    assert message in caught.value.message


@given(st.sampled_from([path for path in LEAVES if path != ("created_at",)]), JSON)
@examples(80)
def test_any_edit_is_noticed(path: tuple[Any, ...], new: Any) -> None:
    edited = replaced(SAMPLE, path, new)
    if json.dumps(edited) != json.dumps(SAMPLE):
        with pytest.raises((BadPlan, Refused)):
            in_file(written(edited))
        again = {**edited, "file_digest": file_digest(edited)}
        if again != SAMPLE:
            with pytest.raises((BadPlan, Refused)):
                in_file(written(again))


@given(st.sampled_from([("changes",), ("changes", 0, "rules"), ("live",), ("findings",), ("policies",)]))
def test_what_is_left_out_is_noticed(path: tuple[Any, ...]) -> None:
    with pytest.raises(Refused, match="edited after it was made"):
        in_file(written(replaced(SAMPLE, path, [])))


@pytest.mark.parametrize("field", sorted(SAMPLE))
def test_every_field_is_needed(field: str) -> None:
    left = {name: value for name, value in SAMPLE.items() if name != field}
    with pytest.raises(BadPlan):
        in_file(written(left if field.endswith("digest") and field != "change_digest" else sealed(left)))


@given(st.sampled_from(LEAVES + [path[:-1] for path in LEAVES]), JSON)
@examples(80)
def test_a_right_digest_saves_no_wrong_shape(path: tuple[Any, ...], new: Any) -> None:
    edited = replaced(SAMPLE, path, new)
    if isinstance(edited, dict):
        edited = sealed(edited)
    try:
        loaded = in_file(written(edited))
    except BadPlan:
        return
    assert [] == moved(loaded, loaded)
    assert isinstance(moved(loaded, SAVED) + moved(SAVED, loaded), list)


@given(JSON)
def test_other_json_is_no_plan(value: Any) -> None:
    with pytest.raises(BadPlan):
        in_file(written(value))


@given(st.binary())
def test_other_bytes_are_no_plan(data: bytes) -> None:
    with pytest.raises(BadPlan):
        in_file(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is not JSON"),
        (b"[" * 1_000_000, "it is not JSON"),
        (b"[]", "it is not a JSON object"),
        (b'{"format": "syncer.plan/v2"}', "its format is not syncer.plan/v1"),
        (b'{"format": "syncer.plan/v1"}', r"\$ is not as the schema of a plan requires"),
        (written(SAMPLE).replace(b'"factor": null', b'"factor": NaN'), "it is not JSON"),
        (written(SAMPLE).replace(b'"factor": null', b'"factor": 1e999'), "it is not JSON"),
        (written(SAMPLE).replace(b'"factor": null', b'"factor": ' + b"9" * 5000), "it is not JSON"),
    ],
    ids=["empty", "brackets", "list", "format", "fields", "NaN", "too large", "too long"],
)
def test_what_is_wrong_is_said(data: bytes, message: str) -> None:
    with pytest.raises(BadPlan, match=message) as caught:
        in_file(data)
    assert "syncer plan --out plan.json" in caught.value.hint


def test_a_number_beyond_all_measure_is_no_plan() -> None:
    rule = {"kind": "conditional_groups", "place": 1, "target": "", "metric": "m", "operator": "o"}
    huge = replaced(SAMPLE, ("live", 0, "rules"), [{**rule, "value": 10**400, "wait": 0, "groups": []}])
    with pytest.raises(BadPlan, match="a number in it is too large"):
        in_file(written(sealed(huge)))


@pytest.mark.parametrize("depth", range(100, 1000, 50))
def test_deep_nesting_is_no_plan(depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    with pytest.raises(BadPlan):
        in_file(written(SAMPLE).replace(b'"environment": ""', b'"environment": ' + deep))


def test_a_file_can_be_missing_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadPlan, match="can't be read: No such file"):
        load_plan(tmp_path / "plan.json")
    monkeypatch.setattr(planfile, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(BadPlan, match="larger than 1 MiB"):
        in_file(b" " * (1024 * 1024 + 1))


@pytest.mark.parametrize("key", ["", "key"])
def test_what_can_not_be_read_again_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    path = tmp_path / "plan.json"
    save_plan(SAMPLE, path, key)
    size = path.stat().st_size
    path.unlink()
    monkeypatch.setattr(planfile, "MAX_BYTES", size - 1)
    with pytest.raises(SyncerError, match=r"at most .* MiB are read again: it was not written") as caught:
        save_plan(SAMPLE, path, key)
    assert (1, []) == (caught.value.exit_code, list(tmp_path.iterdir()))
    assert "Plan fewer policies at a time" in caught.value.hint
    monkeypatch.setattr(planfile, "MAX_BYTES", size)
    save_plan(SAMPLE, path, key)
    assert SAMPLE["digest"] == load_plan(path, key).digest


def test_what_is_too_large_is_not_written_into_a_pipe_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put("pipe", tmp_path / "pipe")
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setattr(planfile, "MAX_BYTES", len(written(SAMPLE)) - 1)
    try:
        with pytest.raises(SyncerError, match="it was not written"):
            save_plan(SAMPLE, path)
        assert b"" == os.read(reader, 1)
    finally:
        os.close(reader)


def test_a_file_grows_with_the_changes_and_not_with_what_they_wait_for(tmp_path: Path) -> None:
    """All of the upper half wait for all of the lower half, through one queue that stays as it is."""
    made = {half: planned(*crossed(half)) for half in (10, 200)}
    assert {half: half**2 for half in made} == {
        half: sum(len(change.waits_for) for change in plan.changes) for half, plan in made.items()
    }
    per_change = []
    for half, plan in made.items():
        path = tmp_path / f"{half}.json"
        save_plan(plan_document(plan), path)
        assert [1] * half + [2] * half == [change.step for change in load_plan(path).changes]
        per_change.append(path.stat().st_size / (2 * half))
    assert per_change[1] < per_change[0] < 2048


def test_a_plan_that_can_not_be_written_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing" / "plan.json"):
        with pytest.raises(SyncerError, match="can't be written"):
            save_plan(SAMPLE, path)
    assert [] == list(tmp_path.iterdir())
