"""Two repositories and one organization, as their users see it; and what stays outside of a plan."""

import json
from html import unescape
from typing import Any

import pytest

from tests.program import FAST, POLICIES, Done, Program, overflow, policy_queue

SAFETY = {"max_change_percent": 100, "max_delete_percent": 100}
MARK = "[managed by syncer: team/front]"


def repository(program: Program, name: str, *queues: dict[str, Any], **ownership: Any) -> None:
    """A repository in a folder of its own, with its settings."""
    folder = program.folder / name
    folder.mkdir(exist_ok=True)
    settings = {**FAST, "safety": SAFETY, "ownership": ownership}
    (folder / "settings.yaml").write_text(json.dumps(settings))
    (folder / "all.yaml").write_text(json.dumps({"version": 1, "queues": queues}))


def run(program: Program, name: str, command: str, *options: str) -> Done:
    """A command in a repository, which has an audit of its own."""
    return program.run(command, "--policies", name, "--state-dir", f".{name}", *options)


def apply(program: Program, name: str, *options: str) -> Done:
    return run(program, name, "apply", "--auto-approve", *options)


def described(program: Program) -> dict[str, str]:
    return {key: queue.get("description", "") for key, queue in program.live().items()}


@pytest.fixture
def front(program: Program) -> Program:
    """The repository ``front`` manages Front and Back, and has marked them."""
    program.edit("front", description="First\nline\n")
    queues = (policy_queue("Front", ("Back", 25)), policy_queue("Back"))
    repository(program, "front", *queues, owner="team/front")
    assert 0 == apply(program, "front").code
    return program


def test_a_mark_goes_with_the_rules_in_one_put(front: Program) -> None:
    marked = {"front": f"First\nline\n\n{MARK}", "back": MARK, "desk": "", "other": ""}
    assert (marked, 2) == (described(front), front.puts())
    live = front.live()["front"]
    assert [25, 9] == [rule["threshold"] for rule in live["routingRules"]]
    entries = front.run("audit", "show", "--state-dir", ".front", "--format", "json").json["result"][
        "entries"
    ]
    assert ["CREATE_OWNER_MARK", "CREATE_OWNER_MARK", "UPDATE_OVERFLOW_RULE"] == sorted(
        entry["action"] for entry in entries if entry["kind"] == "change"
    )
    assert "none ⇒ managed by team/front" in front.run("audit", "show", "--state-dir", ".front").out
    again = run(front, "front", "plan", "--detailed-exitcode")
    assert (0, True) == (again.code, "no changes" in again.out)


def test_a_plan_shows_and_counts_marks(program: Program) -> None:
    repository(
        program, "front", policy_queue("Front", ("Back", 25)), policy_queue("Back"), owner="team/front"
    )
    done = run(program, "front", "plan")
    assert "+ mark    managed by team/front" in done.out
    assert "plan: 2 to create, 1 to update, 0 to delete in 2 queues (2 PUTs), 2 marks among them" in done.out
    markdown = unescape(run(program, "front", "plan", "--format", "markdown").out)
    assert "| create | `mark` | `managed by team/front` |" in markdown


def test_another_repository_is_refused(front: Program) -> None:
    repository(front, "desk", policy_queue("Desk", ("Back", 20)), policy_queue("Back"), owner="team/desk")
    before = described(front)
    planned = run(front, "desk", "plan")
    assert 3 == planned.code
    assert "error ownership.other: Back is managed by team/front, as its description states" in planned.out
    assert 3 == apply(front, "desk").code
    assert (before, 2) == (described(front), front.puts())
    repository(
        front,
        "desk",
        policy_queue("Desk", ("Back", 20)),
        policy_queue("Back", manage=False),
        owner="team/desk",
    )
    assert 0 == apply(front, "desk").code
    assert before | {"desk": "[managed by syncer: team/desk]"} == described(front)


def test_a_repository_without_a_name_is_warned(front: Program) -> None:
    front.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    done = front.run("apply", "--auto-approve", "--verbose")
    assert 0 == done.code
    assert "warning ownership.other: Front is managed by team/front" in done.out
    assert f"First\nline\n\n{MARK}" == described(front)["front"]


def test_a_queue_changes_hands(front: Program) -> None:
    queues = (policy_queue("Front", ("Back", 25)), policy_queue("Back"))
    repository(front, "front", *queues, owner="team/front", release=True)
    assert 0 == apply(front, "front").code
    assert {"front": "First\nline\n", "back": "", "desk": "", "other": ""} == described(front)
    repository(front, "desk", *queues, owner="team/desk")
    assert 0 == apply(front, "desk").code
    assert 3 == run(front, "front", "plan").code
    repository(front, "front", *queues, owner="team/front", take_over=["Fr*", "Back"])
    planned = run(front, "front", "plan")
    assert "~ mark  owner team/desk → team/front" in planned.out
    assert 0 == apply(front, "front").code
    assert f"First\nline\n\n{MARK}" == described(front)["front"]


def test_drift_names_a_mark_that_is_gone_or_another(front: Program) -> None:
    front.edit("front", description="Somebody took it away")
    done = run(front, "front", "drift", "--detailed-exitcode")
    assert 2 == done.code
    assert "- mark  live has less: managed by team/front" in done.out
    assert "drift: 1 rule (0 live has more, 1 live has less, 0 live differs), 1 mark among them" in done.out
    markdown = run(front, "front", "drift", "--format", "markdown").out
    assert "**0 live has more, 1 live has less, 0 live differs, 1 mark among them**" in markdown
    annotated = run(front, "front", "drift", "--format", "github").out
    assert "Front mark: live has less: managed by team/front" in annotated
    front.edit("back", description="[managed by syncer: somebody/else]")
    assert 3 == run(front, "front", "drift").code


def test_a_rollback_takes_rules_and_marks_back(front: Program) -> None:
    done = front.run("rollback", "last", "--policies", "front", "--state-dir", ".front", "--auto-approve")
    assert 0 == done.code
    assert {"front": "First\nline\n", "back": "", "desk": "", "other": ""} == described(front)
    assert [10, 9] == [rule["threshold"] for rule in front.live()["front"]["routingRules"]]


def test_a_saved_plan_with_marks_is_applied_and_goes_stale(front: Program) -> None:
    queues = (policy_queue("Front", ("Back", 25)), policy_queue("Back"))
    repository(front, "front", *queues, owner="team/front", release=True)
    assert 0 == run(front, "front", "plan", "--out", "plan.json").code
    front.edit("back", description="[managed by syncer: team/desk]")
    stale = front.run("apply", "plan.json", "--policies", "front", "--state-dir", ".front")
    assert 3 == stale.code
    front.edit("back", description=f"Edited\n{MARK}")
    done = front.run("apply", "plan.json", "--policies", "front", "--state-dir", ".front")
    assert (0, "Edited") == (done.code, described(front)["back"])


def test_what_the_settings_ignore_is_told(program: Program) -> None:
    ignore = [
        {"queues": ["Front"], "fields": ["threshold"], "reason": "tuned by day"},
        {"queues": ["Desk"]},
        {"queues": ["Nobody"]},
    ]
    program.write_settings(ignore=ignore)
    done = program.run("plan", "--verbose")
    assert "no changes" in done.out
    assert "policies/settings.yaml:" in done.out
    assert "warning settings.ignore-unmatched: no queue in the policies or the organization" in done.out
    assert "ignored: 2 differences in 2 queues, as the settings say" in done.out
    assert (
        "  ignored: Front: threshold to Back: the live rule has 10, the policy has 25  # tuned by day"
        in done.out
    )
    assert "  ignored: Desk: the whole queue" in done.out
    assert "  ignored: Front: threshold to Back" in program.run("drift", "--verbose").out
    assert "ignored: 2 differences in 2 queues" in program.run("drift").out
    what = "threshold to Back: the live rule has 10, the policy has 25"
    assert f"| `Front` | `{what}` | `tuned by day` |" in (
        unescape(program.run("plan", "--format", "markdown").out)
    )
    assert "info settings.ignore-unmatched: no queue in the policies has" in program.run("validate").out
    assert "settings.ignore-unmatched" not in program.run("validate", "policies/all.yaml").out
    program.write_settings(ignore=[{"queues": ["Desk", "Back"]}])
    program.write_policies(policy_queue("Desk", ("Desk", 20)), policy_queue("Back"))
    assert 0 == program.run("validate").code


def test_unmanaged_queues_are_listed_where_they_are_asked_for(front: Program) -> None:
    front.write_policies(policy_queue("Back"))
    for command in ("plan", "drift"):
        assert "that no policy describes" not in front.run(command).out
        assert "unmanaged" not in front.run(command, "--format", "json").json["result"]
        shown = front.run(command, "--unmanaged").out.splitlines()
        start = shown.index("unmanaged: 3 queues that no policy describes, with 3 rules")
        assert [
            "  Desk (desk)",
            "    20 % to Front after 60 s",
            "  Front (front)",
            "    25 % to Back after 60 s",
            "    1 preferred-agent rule, within the queue",
            "    managed by team/front",
            "  Other (other)",
            "    5 % to Back after 60 s",
        ] == shown[start + 1 : start + 9]
        listed = front.run(command, "--unmanaged", "--format", "json").json["result"]["unmanaged"]
        assert {
            "queue": {"id": "front", "name": "Front"},
            "rules": ["25 % to Back after 60 s"],
            "owner": "team/front",
            "within": ["1 preferred-agent rule"],
        } == listed[1]
        markdown = unescape(front.run(command, "--unmanaged", "--format", "markdown").out)
        assert "**3 queues** that no policy describes, with 3 rules." in markdown
        assert (
            "`25 % to Back after 60 s`<br>`1 preferred-agent rule, within the queue` | `team/front` |"
            in markdown
        )


def test_one_is_one(program: Program) -> None:
    markdown = program.run("plan", "--unmanaged", "--format", "markdown").out
    assert "**1 queue** that no policy describes, with 1 rule." in markdown


def test_a_rollback_leaves_what_was_tuned_in_an_ignored_field(program: Program) -> None:
    policies = (policy_queue("Front", ("Back", 25)), policy_queue("Desk", ("Back", 20)), policy_queue("Back"))
    program.write_policies(*policies)
    assert 0 == program.run("apply", "--auto-approve").code
    program.edit("front", routingRules=[overflow("back", 77)])
    assert 4 == program.run("rollback", "last", "--auto-approve").code
    program.write_settings(ignore=[{"queues": ["Front"], "fields": ["threshold"]}])
    assert 0 == program.run("rollback", "last", "--auto-approve").code
    live = program.live()
    assert [77] == [rule["threshold"] for rule in live["front"]["routingRules"]]
    assert ["front"] == [rule["overflowTarget"] for rule in live["desk"]["routingRules"]]


def test_everything_is_described(program: Program) -> None:
    program.edit("other", routingRules=[overflow("back", 5)])
    program.write_policies(*POLICIES, policy_queue("Other", manage=False))
    assert (
        "unmanaged: 0 queues that no policy describes, with 0 rules" in program.run("plan", "--unmanaged").out
    )
    assert [] == program.run("plan", "--unmanaged", "--format", "json").json["result"]["unmanaged"]
