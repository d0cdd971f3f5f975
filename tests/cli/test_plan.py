"""``sync plan``."""

import json
from typing import Any

import pytest

from syncer.emulator.server import Emulator, organization
from tests.loopback import CLOSED
from tests.program import Program, policy_queue


def test_a_plan_is_shown_with_rules_totals_and_reasons(program: Program) -> None:
    done = program.run("plan")
    assert (0, "") == (done.code, done.err)
    shown = " ".join(done.out.split())
    assert "~ → Back threshold 10 % → 25 %" in shown
    assert "- → Front 20 % after 60 s" in shown
    assert "+ → Back 20 % after 60 s" in shown
    assert "plan: 1 to create, 1 to update, 1 to delete in 2 queues (2 PUTs)" in done.out
    assert 0 == program.puts()


def test_a_saved_plan_is_the_one_of_the_json_output(program: Program) -> None:
    (program.folder / "deep").mkdir()
    done = program.run("plan", "--out", "deep/plan.json", "--format", "json")
    saved = json.loads((program.folder / "deep" / "plan.json").read_text())
    assert "deep/plan.json" == done.json["result"]["saved_to"]
    assert done.json["result"]["plan"] == saved
    assert saved["applicable"]
    assert ["plan.json"] == [path.name for path in (program.folder / "deep").iterdir()]


def test_the_same_inputs_give_the_same_bytes_but_for_the_time(program: Program) -> None:
    program.run("plan", "--out", "first.json")
    program.run("plan", "--out", "second.json")
    first, second = (_without_time(program, name) for name in ("first.json", "second.json"))
    assert first == second


def _without_time(program: Program, name: str) -> list[str]:
    lines = (program.folder / name).read_text().splitlines()
    kept = [line for line in lines if not line.startswith(('"created_at"', '"file_digest"'))]
    assert len(lines) == len(kept) + 2
    return kept


def test_the_exit_code_tells_of_changes_where_it_is_asked_to(program: Program) -> None:
    assert 0 == program.run("plan").code
    assert 2 == program.run("plan", "--detailed-exitcode").code
    assert 2 == program.run("plan", "--detailed-exitcode", "--format", "json").json["exit_code"]
    program.write_policies(policy_queue("Front", ("Back", 10)), policy_queue("Back"))
    done = program.run("plan", "--detailed-exitcode")
    assert 0 == done.code
    assert "no changes" in done.out


def test_a_plan_with_errors_is_shown_saved_and_never_applied(program: Program) -> None:
    program.write_policies(
        policy_queue("Front", ("Back", 25)), policy_queue("Back", ("Front", 5)), policy_queue("Other")
    )
    done = program.run("plan", "--out", "plan.json", "--detailed-exitcode")
    assert 3 == done.code
    assert "error loops" in done.out
    assert "~ → Back" in done.out
    assert not json.loads((program.folder / "plan.json").read_text())["applicable"]
    applied = program.run("apply", "plan.json")
    assert 3 == applied.code
    assert "error loops" in applied.out
    assert "the plan has errors" in applied.err
    assert 0 == program.puts()


def test_unreadable_policies_make_no_plan(program: Program) -> None:
    (program.folder / "policies" / "all.yaml").write_text("version: 1\nqueues: [\n")
    done = program.run("plan", "--out", "plan.json")
    assert 3 == done.code
    assert "policies/all.yaml:" in done.out
    assert not (program.folder / "plan.json").exists()
    assert {"total": 0} == program.ask("requests")


def test_a_name_that_live_does_not_know_is_an_error(program: Program) -> None:
    program.write_policies(policy_queue("Front", ("Bakc", 25)), policy_queue("Bakc"))
    done = program.run("plan")
    assert 3 == done.code
    assert "error references.unknown" in done.out
    assert "Back" in done.out


def test_a_plan_that_cannot_be_saved_is_an_error(program: Program) -> None:
    for path in ("policies/all.yaml/plan.json", "misspelt/plan.json"):
        done = program.run("plan", "--out", path, "--format", "json")
        assert (1, "") == (done.code, done.err)
        assert f"{path} can't be written" in done.json["error"]["message"]
    assert not (program.folder / "misspelt").exists()


def test_a_folder_and_files_can_be_named(program: Program) -> None:
    assert 0 == program.run("plan", "policies/all.yaml", "--policies", "elsewhere").code


def test_options_come_before_variables(program: Program) -> None:
    program.setenv("SYNCER_API_URL", CLOSED)
    assert 0 == program.run("plan", "--api-url", program.url).code


ORGANIZATION = {"GET /api/v2/organizations/me": 1}
"""What stands in plan and trail."""


@pytest.mark.parametrize(("number", "pages"), [(1000, 2), (1001, 3)])
def test_listing_takes_one_call_a_page_and_one_token(program: Program, number: int, pages: int) -> None:
    program.write_settings(flows=False)
    with Emulator(queues=organization(number), rate_limit=1_000_000) as large:
        program.use(large)
        program.write_policies(policy_queue("Support English Tier 1", ("Support English Tier 2", 10)))
        done = program.run("plan", "--format", "json")
        counts = program.ask("requests")
    assert 0 == done.json["counts"]["error"], done.out
    tokens = counts.pop("POST /login/oauth2/token", 0) + counts.pop("POST /oauth/token", 0)
    seen = {"GET /api/v2/authorization/divisionspermitted/paged/me": 1}
    listed = {"total": 3 + pages, **ORGANIZATION, "GET /api/v2/routing/queues": pages}
    assert (1, listed | seen) == (tokens, counts)


def test_reading_asks_for_no_right_to_write(program: Program, emulator: Emulator) -> None:
    program.use(emulator, ("reader", "secret"))
    assert 0 == program.run("plan").code
    assert 0 == program.run("drift").code


def test_a_region_that_does_not_exist_is_named(program: Program) -> None:
    done = program.run("plan", "--region", "eu-centrl-1", "--format", "json")
    error: dict[str, Any] = done.json["error"]
    assert 1 == done.code
    assert "eu-central-1" in error["message"]


def test_the_apply_that_is_named_finds_the_same_policies(program: Program) -> None:
    elsewhere = program.folder / "my rules"
    (program.folder / "policies").rename(elsewhere)
    done = program.run("plan", "--policies", "my rules", "--out", "plan.json")
    assert "apply it with: syncer apply --policies 'my rules' plan.json" == done.out.splitlines()[-3]
    done = program.run("plan", "--policies", "my rules", "--state-dir", "state", "--out", "plan.json")
    assert done.out.splitlines()[-3].endswith("--policies 'my rules' --state-dir state plan.json")
