"""The record follows a trail: what each run added to it, by both ends."""

from dataclasses import replace
from pathlib import Path

from syncer.app.followed_trail import FollowedTrail
from syncer.audit.applied_set import AppliedSet
from syncer.audit.chain import Chain
from syncer.audit.entries import Origin
from syncer.audit.record import Record
from tests.audit.trails import RUN, entries

JOB = "https://gitlab.example/-/jobs/7"
IN_A_JOB = replace(RUN, origin=Origin(job=JOB))


def test_each_run_adds_a_part_and_sets_along_have_it_too(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append(entries(2))
    trail = FollowedTrail(chain, AppliedSet("billing"), since=0, along=("sales",))
    record = trail.noted(Record(), IN_A_JOB)
    assert record is trail.noted(record, IN_A_JOB), "nothing is new"
    chain.append(entries(1))
    record = trail.noted(record, IN_A_JOB)
    chain.append(entries(2))
    sets = trail.noted(record, replace(RUN, id="next")).place(RUN.place, RUN.environment).sets
    found = [(each.run, each.job, each.first_entry, each.entry) for each in sets["billing"].parts]
    assert [(RUN.id, JOB, 1, 3), ("next", "", 4, 5)] == found
    assert sets["billing"].parts == sets["sales"].parts
    assert (5, chain.head()) == (sets["sales"].entry, sets["sales"].head)


def test_what_a_new_chain_leaves_behind_is_no_part(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append(entries(2))
    chain.begin({"kind": "chain"}, 9, "sha256:" + "5" * 64)
    record = FollowedTrail(chain, AppliedSet(entry=1, head="h1"), since=8).noted(Record(), RUN)
    (part,) = record.place(RUN.place, RUN.environment).sets[""].parts
    assert (9, 9) == (part.first_entry, part.entry)
