"""``sync validate``."""

from pathlib import Path

import pytest

from tests.program import Program, policy_queue


def test_good_policies_are_said_to_be_valid(program: Program) -> None:
    done = program.run("validate")
    assert (0, "") == (done.code, done.err)
    assert "3 queues and 2 rules in 1 file: valid (0 errors, 0 warnings)\n" in done.out


def test_backup_queues_and_conditional_groups_count_as_rules(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "kinds.yaml"
    group = "{metric: ServiceLevel, operator: LessThan, value: 50, groups: [G]}"
    file.write_text(
        "version: 1\nqueues:\n"
        f"  - {{queue: A, capacity: 9, backup: {{queue: B}}, conditional_groups: [{group}, {group}]}}\n"
        "  - {queue: B, capacity: 9, overflow: []}\n"
    )
    assert "2 queues and 3 rules in 1 file: " in program.run("validate", str(file)).out


def test_json_holds_counts_findings_and_headroom(program: Program) -> None:
    done = program.run("validate", "--format", "json")
    document = done.json
    assert ("syncer.output/v1", "validate", 0, None) == tuple(
        document[key] for key in ("format", "command", "exit_code", "error")
    )
    assert {"files": 1, "queues": 3, "rules": 2, "undescribed": [], "environments": []} == {
        key: value for key, value in document["result"].items() if key != "headroom"
    }


def test_no_network_and_no_credentials_are_needed(program: Program) -> None:
    program.setenv("SYNCER_API_URL", "nonsense")
    program.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", "")
    assert 0 == program.run("validate").code
    assert {"total": 0} == program.ask("requests")


def test_every_finding_is_shown_with_a_marker_under_its_source(program: Program) -> None:
    (program.folder / "policies" / "all.yaml").write_text(
        "version: 1\n"
        "queues:\n"
        "  - queue: A\n"
        "    capacity: 10\n"
        "    overflow:\n"
        "      - {target: B, threshold: 140, delay: -1}\n"
    )
    done = program.run("validate")
    assert 3 == done.code
    assert (
        "policies/all.yaml:6:32: error schema.maximum: threshold is 140, but must be at most 100\n"
        "     6 |       - {target: B, threshold: 140, delay: -1}\n"
        "       |                                ^\n"
    ) in done.out
    assert "policies/all.yaml:6:44: error schema.minimum" in done.out
    assert "invalid (2 errors, 0 warnings)" in done.out


def test_a_loop_over_two_files_is_found(program: Program) -> None:
    program.write_policies(policy_queue("A", ("B", 10)), name="all.yaml")
    program.write_policies(policy_queue("B", ("A", 10)), name="more.yml")
    done = program.run("validate")
    assert 3 == done.code
    assert "error loops" in done.out
    assert "policies/all.yaml" in done.out
    assert "policies/more.yml" in done.out


def test_files_and_several_folders_can_be_named(program: Program, tmp_path: Path) -> None:
    (tmp_path / "policies" / "all.yaml").rename(tmp_path / "one.yaml")
    program.write_policies(policy_queue("Else"))
    (tmp_path / "policies").rename(tmp_path / "team")
    done = program.run("validate", "one.yaml", "team", "--format", "json")
    assert 0 == done.code
    assert (2, 4) == (done.json["result"]["files"], done.json["result"]["queues"])


def test_the_folder_can_be_named_by_option_and_by_variable(program: Program, tmp_path: Path) -> None:
    (tmp_path / "policies").rename(tmp_path / "team")
    assert 3 == program.run("validate").code
    assert 0 == program.run("validate", "--policies", "team").code
    program.setenv("SYNCER_POLICIES", "team")
    assert 0 == program.run("validate").code


def test_a_folder_without_policies_is_never_no_changes(program: Program, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = program.run("validate", "empty")
    assert 3 == done.code
    assert "error files." in done.out
    missing = program.run("validate", "nowhere", "--format", "json")
    assert (3, 1) == (missing.code, missing.json["counts"]["error"])
    assert "files.missing" == missing.json["findings"][0]["id"]


def test_stdin_is_left_alone(program: Program) -> None:
    with program.start("validate", stdin=None) as process:
        out, err = process.communicate(timeout=300)
    assert (0, "") == (process.returncode, err)
    assert "valid" in out


def test_what_was_found_in_large_policies_is_kept_unless_that_is_not_wanted(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    kept = Path(".syncer/cache/validated")
    first = program.run("validate")
    assert not kept.exists()
    monkeypatch.setattr("syncer.app.verdicts.WORTH", 0)
    assert first.out == program.run("validate", "--no-cache").out
    monkeypatch.setenv("CI", "true")
    assert first.out == program.run("validate").out
    assert not kept.exists()
    monkeypatch.delenv("CI")
    assert first.out == program.run("validate").out == program.run("validate").out
    assert 1 == len(list(kept.glob("*.json")))
