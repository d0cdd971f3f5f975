"""``sync status`` on the command line."""

import json

from tests.program import Program, overflow


def test_it_is_one_screen_with_the_loop_on_top(program: Program) -> None:
    assert 0 == program.run("apply", "--auto-approve").code
    program.edit("back", routingRules=[overflow("other", 9)], modifiedBy={"id": "u", "name": "Bob"})
    done = program.run("status")
    assert (0, "") == (done.code, done.err)
    lines = done.out.splitlines()
    assert lines[0].startswith("live loop: Back → Other → Back overflows in a circle; probably closed by Bob")
    assert "no run is under way, and none was cut off" == lines[1]
    assert any(line.startswith("      undo: syncer rollback 20") for line in lines)
    assert "not seen from here: runs with another state folder than .syncer" == lines[-1]
    assert len(lines) < 24


def test_it_says_what_it_knows_where_live_does_not_answer(program: Program) -> None:
    program.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "wrong")
    done = program.run("status", "--format", "json")
    assert 1 == done.code
    assert ("AuthError", None) == (done.json["error"]["type"], done.json["result"]["live_loops"])


def test_every_form_shows_it(program: Program) -> None:
    for form in ("markdown", "junit", "sarif", "gitlab-codequality"):
        assert 0 == program.run("status", "--format", form).code
    assert [] == json.loads(program.run("status", "--format", "json").out)["result"]["recent"]
