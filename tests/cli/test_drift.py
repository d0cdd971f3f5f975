"""``sync drift``."""

import pytest

from tests.program import Program, overflow, policy_queue


@pytest.fixture
def settled(program: Program) -> Program:
    """Live is what the policies say."""
    assert 0 == program.run("apply", "--auto-approve").code
    return program


def test_no_drift_after_an_apply(settled: Program) -> None:
    done = settled.run("drift", "--detailed-exitcode")
    assert 0 == done.code
    assert done.out.endswith("no drift: the live queues match the policies\n")


def test_the_directions_are_told_apart(settled: Program) -> None:
    settled.write_policies(
        policy_queue("Front", ("Back", 25)),
        policy_queue("Desk", ("Back", 20)),
        policy_queue("Back"),
        policy_queue("Other", ("Back", 5)),
    )
    settled.edit("front", routingRules=[overflow("back", 30)])
    settled.edit("desk", routingRules=[])
    settled.edit("other", routingRules=[overflow("back", 5), overflow("desk", 5)])
    done = settled.run("drift", "--format", "json")
    assert {"live_has_more": 1, "live_has_less": 1, "live_differs": 1} == done.json["result"]["counts"]
    found = {(rule["queue"]["name"], rule["direction"]) for rule in done.json["result"]["rules"]}
    assert {("Front", "live_differs"), ("Desk", "live_has_less"), ("Other", "live_has_more")} == found
    assert 0 == done.code
    text = settled.run("drift", "--detailed-exitcode")
    assert 2 == text.code
    assert text.out.endswith(
        "syncer export --output policies --update writes the live rules into the policies\n"
    )
    for words in ("Front", "Desk", "Other"):
        assert words in text.out


def test_what_to_do_names_the_options_of_these_policies(settled: Program) -> None:
    (settled.folder / "policies").rename(settled.folder / "eu")
    settled.edit("front", routingRules=[overflow("back", 30)])
    said = settled.run("drift", "--policies", "eu", "--policy-set", "eu").out.splitlines()[-1]
    makes = "syncer apply --policies eu --policy-set eu makes the live queues match the policies"
    assert f"{makes}; syncer export --output eu --update writes the live rules into the policies" == said


def test_edits_that_mean_nothing_are_no_drift(settled: Program) -> None:
    settled.edit("front", description="new", dateModified="2030-01-01T00:00:00Z")
    assert 0 == settled.run("drift", "--detailed-exitcode").code


def test_unreadable_policies_are_3(settled: Program) -> None:
    (settled.folder / "policies" / "all.yaml").write_text("queues")
    assert 3 == settled.run("drift", "--detailed-exitcode").code


def test_errors_are_3_even_where_something_drifted(settled: Program) -> None:
    settled.write_policies(policy_queue("Front", ("Back", 1)), policy_queue("Back", ("Front", 1)))
    done = settled.run("drift", "--detailed-exitcode")
    assert 3 == done.code
    assert "error loops" in done.out
