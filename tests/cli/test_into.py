"""``sync into`` on the command line."""

from tests.program import Program

SHOWN = """\
Back (back): 2 rules of 2 queues directly, 3 rules in all; capacity 100
  directly:
    Front  10 % after 60 s: 6 contacts
    Other  5 % after 60 s: load not known
  indirectly:
    Desk → Front  20 % after 60 s: 10 contacts

contacts per 1h, by the loads of the policies
not known: what the backups of agents send there: queues don't show that
"""


def test_it_shows_what_is_direct_and_what_comes_through_others(program: Program) -> None:
    done = program.run("into", "Ba")
    assert (0, SHOWN, "") == (done.code, done.out, done.err)


def test_a_name_that_is_none_offers_others(program: Program) -> None:
    done = program.run("into", "Bock")
    assert 64 == done.code
    assert "live has no queue 'Bock'\n  Similar names: 'Back'" in done.err


def test_json_has_each_queue_that_was_meant(program: Program) -> None:
    done = program.run("into", "*k", "--format", "json")
    assert ["Back", "Desk"] == [each["queue"]["name"] for each in done.json["result"]["into"]]
