"""``sync drift --open-mr``: live drifts, a merge request is opened and merged, and nothing is left."""

import json

import pytest

from tests.hub import TOKEN, Hub
from tests.program import Program, overflow

FRONT = """\
# The front desk of the house.
version: 1
queues:
  - queue: Front      # calls from outside
    capacity: 100
    base_load: 50
    overflow:
      - target: Back
        threshold: 25 # agreed in March
        delay: 60
"""
REST = """\
version: 1
queues:
  # Nobody is there on Sundays.
  - queue: Desk
    capacity: 100
    base_load: 50
    overflow:
      - {target: Back, threshold: 20, delay: 60}
  - queue: Back
    capacity: 100
    base_load: 50
    overflow: []
"""
COMMIT = "1" * 40
HOSTILE = "@all\n/close `x` <b>![i](//evil.example)"


@pytest.fixture
def job(program: Program, hub: Hub) -> Program:
    """The program as a job of a schedule, where live is what the policies of its repository say."""
    (program.folder / "policies" / "all.yaml").unlink()
    write(program, {"policies/front.yaml": FRONT, "policies/rest.yaml": REST})
    assert 0 == program.run("apply", "--auto-approve").code
    begin(program, hub, COMMIT)
    for name, value in {
        "CI_API_V4_URL": f"{hub.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_PROJECT_DIR": str(program.folder),
        "CI_COMMIT_BRANCH": "main",
        "CI_DEFAULT_BRANCH": "main",
        "CI_JOB_URL": "https://gitlab.example.com/-/jobs/9",
        "SYNCER_GITLAB_TOKEN": TOKEN,
        "SYNCER_DRIFT_MR": "1",
    }.items():
        program.setenv(name, value)
    return program


def write(program: Program, files: dict[str, str]) -> None:
    for name, text in files.items():
        (program.folder / name).write_bytes(text.encode())


def begin(program: Program, hub: Hub, commit: str) -> None:
    """What stands in the folder is the commit of the main branch that is checked out."""
    paths = sorted((program.folder / "policies").glob("*.yaml"))
    files = {path.relative_to(program.folder).as_posix(): path.read_bytes().decode() for path in paths}
    hub.begin(commit, files)
    program.setenv("CI_COMMIT_SHA", commit)


def test_what_live_has_is_written_back_and_then_nothing_is_left(job: Program, hub: Hub) -> None:
    job.edit("front", routingRules=[overflow("back", 40)], modifiedBy="anna")
    done = job.run("drift", "--detailed-exitcode", "--mr-labels", "drift")
    assert 2 == done.code
    opened = hub.requests()[6]
    assert f"merge request !6 opened: {opened['web_url']}\n" == done.err
    assert ("Drift of the live queues: 1 rule of 1 queue", ["drift"]) == (opened["title"], opened["labels"])
    for part in (
        "| `Front` | `→ Back` | 40 % after 60 s | 25 % after 60 s |",
        "| `Front` | `anna` | `20",
        "[job](<https://gitlab.example.com/-/jobs/9>)",
    ):
        assert part in opened["description"]

    writes, head = hub.writes(), hub.branches()["syncer/drift"]
    assert "left unchanged: its text is already the same" in job.run("drift").err
    assert (writes, head) == (hub.writes(), hub.branches()["syncer/drift"])

    merged = hub.merge(6)
    assert FRONT.replace("25 #", "40 #") == merged["policies/front.yaml"]
    assert REST == merged["policies/rest.yaml"]
    write(job, merged)
    assert 0 == job.run("plan", "--detailed-exitcode").code
    begin(job, hub, "2" * 40)
    quiet = job.run("drift", "--detailed-exitcode")
    assert (0, "", writes) == (quiet.code, quiet.err, hub.writes())
    assert [5, 6] == list(hub.requests())


def test_what_became_of_it_is_a_record_where_logs_are(job: Program) -> None:
    job.edit("front", routingRules=[overflow("back", 40)])
    done = job.run("drift", "--log-format", "json", "--log-level", "info")
    messages = [json.loads(line)["message"] for line in done.err.splitlines()]
    assert 1 == sum(message.startswith("merge request !6 opened: ") for message in messages)


def test_rules_come_and_go_and_files_keep_their_line_ends(job: Program, hub: Hub) -> None:
    write(job, {"policies/front.yaml": FRONT.replace("\n", "\r\n")})
    begin(job, hub, "2" * 40)
    job.edit("front", routingRules=[overflow("back", 25), overflow("desk", 5)])
    job.edit("desk", routingRules=[])
    assert "!6 opened" in job.run("drift").err
    merged = hub.merge(6)
    added = "      - target: Desk\n        threshold: 5\n        delay: 60\n"
    assert (FRONT + added).replace("\n", "\r\n") == merged["policies/front.yaml"]
    gone = "overflow:\n      - {target: Back, threshold: 20, delay: 60}\n"
    assert REST.replace(gone, "overflow: []\n") == merged["policies/rest.yaml"]
    write(job, merged)
    assert 0 == job.run("plan", "--detailed-exitcode").code


def test_drift_that_is_gone_closes_it(job: Program, hub: Hub) -> None:
    assert ("", 0) == (job.run("drift").err, hub.writes())
    job.edit("front", routingRules=[overflow("back", 40)])
    job.run("drift")
    job.edit("front", routingRules=[overflow("back", 25)])
    done = job.run("drift", "--detailed-exitcode")
    assert (0, True) == (done.code, "!6 closed: there is nothing left to merge" in done.err)
    assert "closed" == hub.requests()[6]["state"]
    (note,) = hub.notes(6)
    assert "Closed by syncer: the live queues match the policies again" in note["body"]
    assert "" == job.run("drift").err


def test_what_no_file_can_say_is_said(job: Program, hub: Hub) -> None:
    job.edit("front", routingRules=[overflow("back", 40)])
    job.edit("desk", routingRules=[overflow("back", 20), overflow("back", 30)])
    done = job.run("drift")
    why = "2 overflow rules have the same target, Back"
    assert f"not written back: Desk: {why}\n" in done.err
    description = hub.requests()[6]["description"]
    assert "### Not written\n\n" in description
    assert f"- `Desk`: `{why}`" in description
    assert REST == hub.merge(6)["policies/rest.yaml"]


def test_an_ignored_field_is_not_written_back(job: Program, hub: Hub) -> None:
    job.write_settings(ignore=[{"queues": ["Front"], "fields": ["threshold"]}])
    job.edit("front", routingRules=[{**overflow("back", 40), "overflowDelay": 90}])
    assert "!6 opened" in job.run("drift").err
    assert FRONT.replace("delay: 60", "delay: 90") == hub.merge(6)["policies/front.yaml"]


def test_where_nothing_can_be_written_nothing_is_opened(job: Program, hub: Hub) -> None:
    job.edit("desk", routingRules=[overflow("back", 20), overflow("back", 30)])
    assert "not written back: Desk: " in job.run("drift").err
    assert ([5], 0) == (list(hub.requests()), hub.writes())

    job.edit("front", routingRules=[overflow("back", 40)])
    job.run("drift")
    job.edit("front", routingRules=[overflow("back", 25)])
    assert "!6 closed" in job.run("drift").err
    (note,) = hub.notes(6)
    assert "written into the policies" in note["body"]


def test_a_file_in_another_form_is_left_alone(job: Program, hub: Hub) -> None:
    rule = "{target: Back, threshold: 20, delay: 60}"
    desk = f"{{queue: Desk, capacity: 100, base_load: 50, overflow: [{rule}]}}"
    flow = f"version: 1\nqueues: [{desk}, {{queue: Back, capacity: 100, base_load: 50, overflow: []}}]\n"
    write(job, {"policies/rest.yaml": flow})
    job.edit("desk", routingRules=[overflow("back", 20), overflow("front", 5)])
    done = job.run("drift")
    assert "not written back: Desk: its rules are written in brackets, and can't be changed there" in done.err
    assert ([5], 0) == (list(hub.requests()), hub.writes())


def test_hostile_names_can_do_nothing(job: Program, hub: Hub) -> None:
    job.edit("other", name=HOSTILE)
    job.edit("front", routingRules=[overflow("other", 40)], modifiedBy={"name": HOSTILE})
    assert "!6 opened" in job.run("drift").err
    found = hub.requests()[6]
    assert "Drift of the live queues: 2 rules of 1 queue" == found["title"]
    lines = found["description"].splitlines()
    assert not [line for line in lines if line.startswith(("/", "@"))]
    shown = "``@all /close `x` <b>![i](//evil.example)``"
    assert [line for line in lines if line.startswith(f"| `Front` | {shown} | `20")]


def test_policies_with_errors_are_mended_first(job: Program, hub: Hub) -> None:
    write(job, {"policies/front.yaml": FRONT.replace("Back", "Nobody")})
    done = job.run("drift")
    assert 3 == done.code
    assert "the policies have errors: no merge request is opened until they are fixed" in done.err
    assert ([5], 0) == (list(hub.requests()), hub.writes())


def test_an_environment_has_a_branch_of_its_own() -> None:
    from syncer.app.drift_merge_request import branch_of

    assert ("syncer/drift", "syncer/drift-prod-eu", "syncer/drift-a_2f_b_2e__2e_c") == (
        branch_of(""),
        branch_of("prod-eu"),
        branch_of("a/b..c"),
    )
    names = ["", "prod", "prod+emea", "emea", "policies/emea", "policies-emea", "a.lock", "-", "_2b_"]
    branches = [branch_of(environment, name) for environment in names for name in names]
    assert len(branches) == len(set(branches)), "no two share one"
    assert ("syncer/drift+emea", "syncer/drift-prod+policies_2f_emea") == (
        branch_of("", "emea"),
        branch_of("prod", "policies/emea"),
    )
    assert not [branch for branch in branches if branch.endswith(".lock") or ".." in branch]


def test_two_sets_of_policies_never_close_each_others_merge_request(job: Program, hub: Hub) -> None:
    job.edit("front", routingRules=[overflow("back", 40)])
    assert "!6 opened" in job.run("drift", "--policy-set", "one").err
    opened = hub.requests()[6]
    assert "syncer/drift+one" == opened["source_branch"]
    assert opened["description"].startswith("<!-- syncer:drift:one:default sha256:")
    assert "the policies of the default environment in `one`" in opened["description"]
    assert "!7 opened" in job.run("drift", "--policy-set", "two").err
    job.edit("front", routingRules=[overflow("back", 25)])
    assert "!7 closed" in job.run("drift", "--policy-set", "two").err
    assert ("opened", "closed") == (hub.requests()[6]["state"], hub.requests()[7]["state"])


def test_a_file_outside_of_the_repository_is_refused_and_a_checkout_is_found(job: Program, hub: Hub) -> None:
    (job.folder / "elsewhere").mkdir()
    job.setenv("CI_PROJECT_DIR", str(job.folder / "elsewhere"))
    job.edit("front", routingRules=[overflow("back", 40)])
    done = job.run("drift", "--format", "json")
    assert (4, "Refused") == (done.code, done.json["error"]["type"])
    assert "is outside of the repository" in done.json["error"]["message"]
    assert 1 == len(done.json["result"]["rules"])
    assert 0 == hub.writes()
    (job.folder / ".git").mkdir()
    assert "!6 opened" in job.run("drift").err


def test_a_file_that_changed_meanwhile_is_refused(job: Program) -> None:
    from syncer.app.drift_merge_request import document_of
    from syncer.errors import Refused
    from syncer.model.policy import PolicyFile

    for path in ("policies/front.yaml", "policies/gone.yaml"):
        with pytest.raises(Refused, match="was changed meanwhile"):
            document_of(PolicyFile(path, "0" * 64))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CI_PROJECT_DIR", "", "CI_PROJECT_DIR is not set"),
        ("CI_COMMIT_BRANCH", "topic", "the default branch"),
        ("SYNCER_GITLAB_TOKEN", "", "SYNCER_GITLAB_TOKEN is not set"),
        ("SYNCER_GITLAB_TOKEN", "glpat-somebody-else", "role Developer"),
        ("CI_COMMIT_SHA", "f" * 40, "Cannot find start_sha"),
    ],
)
def test_what_is_missing_is_said_beside_the_drift(
    job: Program, hub: Hub, name: str, value: str, words: str
) -> None:
    job.edit("front", routingRules=[overflow("back", 40)])
    job.setenv(name, value)
    done = job.run("drift", "--detailed-exitcode")
    assert (1, True) == (done.code, words in done.err)
    assert "live differs" in done.out
    assert "glpat" not in done.err
    assert [5] == list(hub.requests())


def test_it_is_opt_in(job: Program, hub: Hub) -> None:
    job.edit("front", routingRules=[overflow("back", 40)])
    job.setenv("SYNCER_DRIFT_MR", "")
    assert ("", 0) == (job.run("drift").err, hub.writes())


def test_an_environment_has_a_merge_request_of_its_own(job: Program, hub: Hub) -> None:
    own = {"queue": "Desk", "overflow": [{"target": "Back", "threshold": 30}]}
    places = {"prod": {"api_url": job.url, "queues": [own]}, "test": {"api_url": "http://127.0.0.1:1"}}
    job.write_settings(environments=places)
    job.setenv("SYNCER_API_URL", "")
    job.setenv("SYNCER_ENV", "prod")
    job.edit("front", routingRules=[overflow("back", 40)])
    job.edit("desk", routingRules=[overflow("back", 20), overflow("front", 5)])
    done = job.run("drift")
    assert "merge request !6 opened" in done.err
    assert "not written back: Desk: the settings have thresholds for it in this environment" in done.err
    found = hub.requests()[6]
    assert "syncer/drift-prod" == found["source_branch"]
    assert found["description"].startswith("<!-- syncer:drift:prod sha256:")
    assert (
        "Other environments have the same policies**, and change with them: `test`." in found["description"]
    )


def test_some_files_alone_are_not_written_back(job: Program, hub: Hub) -> None:
    done = job.run("drift", "policies/front.yaml")
    assert (64, True) == (done.code, "only some were named" in done.err)
    assert 0 == hub.writes()
