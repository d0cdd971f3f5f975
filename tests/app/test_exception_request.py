"""The merge request on exceptions: what it says and leaves alone. Its story is among the scenarios."""

from tests.app.test_drift_merge_request import FRONT, REST
from tests.hub import TOKEN, Hub
from tests.program import Program


def job(program: Program, hub: Hub) -> None:
    """The program as a job of a schedule, with a stop in force that its state folder knows."""
    text = FRONT + REST.partition("queues:\n")[2].replace(
        "{target: Back, threshold: 20, delay: 60}",
        "target: Back\n        threshold: 20\n        delay: 60",
    )
    (program.folder / "policies" / "all.yaml").write_text(text)
    assert 0 == program.run("apply", "--auto-approve").code
    hub.begin("1" * 40, {"policies/all.yaml": text})
    for name, value in {
        "CI_API_V4_URL": f"{hub.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_PROJECT_DIR": str(program.folder),
        "CI_COMMIT_BRANCH": "main",
        "CI_COMMIT_SHA": "1" * 40,
        "CI_DEFAULT_BRANCH": "main",
        "SYNCER_GITLAB_TOKEN": TOKEN,
        "SYNCER_DRIFT_MR": "1",
        "SYNCER_POLICY_SET": "team",
    }.items():
        program.setenv(name, value)
    assert 0 == program.run("stop", "Back", "--reason", "flooded", "--auto-approve").code


def test_the_state_folder_is_enough_and_a_set_of_policies_has_its_own(program: Program, hub: Hub) -> None:
    job(program, hub)
    assert "merge request on exceptions !6 opened" in program.run("drift").err
    (request,) = [each for iid, each in hub.requests().items() if iid == 6]
    assert "syncer/exceptions+team" == request["source_branch"]
    assert request["description"].startswith("<!-- syncer:exceptions:default:team sha256:")
    unmanaged = "these policies don't manage `Other`: the stop goes on after the merge, until it is lifted"
    assert unmanaged in request["description"]
    assert "`syncer stop Back --lift`" in request["description"]


def test_policies_with_errors_and_an_error_before_leave_it_alone(program: Program, hub: Hub) -> None:
    job(program, hub)
    narrowed = program.run("drift", "--queue", "Front")
    assert (64, False) == (narrowed.code, "on exceptions" in narrowed.err)
    path = program.folder / "policies" / "all.yaml"
    path.write_text(path.read_text().replace("queue: Desk", "queue: Nobody"))
    assert "on exceptions" not in program.run("drift").err
    assert [5] == list(hub.requests())


def test_what_no_file_can_say_is_named(program: Program, hub: Hub) -> None:
    job(program, hub)
    path = program.folder / "policies" / "all.yaml"
    rule = "&rule {target: Back, threshold: 25, delay: 60}"
    front, other = (
        f"{{queue: {name}, capacity: 100, base_load: 50, overflow: [{each}]}}"
        for name, each in (("Front", rule), ("Other", "*rule"))
    )
    back = "{queue: Back, capacity: 100, overflow: []}"
    path.write_text(f"version: 1\nqueues: [{front}, {other}, {back}]\n")
    hub.begin("1" * 40, {"policies/all.yaml": path.read_text()})
    done = program.run("drift")
    assert "held, and not written into the policies: Front: its rules are written in brackets" in done.err
    assert [5] == list(hub.requests())


def test_what_goes_wrong_is_said_beside_the_drift(program: Program, hub: Hub) -> None:
    job(program, hub)
    program.setenv("CI_COMMIT_SHA", "f" * 40)
    done = program.run("drift", "--format", "json")
    assert (1, True) == (done.code, "Cannot find start_sha" in done.json["error"]["message"])
    assert 1 == len(done.json["result"]["held"])


def test_a_stop_that_these_policies_do_not_decide_alone_goes_on_after_the_merge(
    program: Program, hub: Hub
) -> None:
    """Other has a rule into the queue, and no policy manages it: another repository may."""
    job(program, hub)
    program.run("drift")
    (program.folder / "policies" / "all.yaml").write_text(hub.merge(6)["policies/all.yaml"])
    assert 0 == program.run("apply", "--auto-approve").code
    assert "1 exception in force" in program.run("stop", "--list").out
    assert [False] == [rule["enabled"] for rule in program.live()["other"]["routingRules"]]
