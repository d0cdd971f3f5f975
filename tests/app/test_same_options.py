"""What another command needs to find the same policies, organization and state."""

from pathlib import Path

from syncer.app.options import DriftOptions, PlanOptions
from syncer.app.places import LiveTarget, PolicySource
from syncer.app.same_options import apply_options, export_options

USUAL = (PolicySource(), LiveTarget(), DriftOptions())
OTHERS = (
    PolicySource(Path("eu/policies"), environment="prod", set_name="eu"),
    LiveTarget("mypurecloud.de"),
    DriftOptions(state_dir=Path("state"), record="gitlab"),
)


def test_nothing_is_said_that_is_as_usual() -> None:
    assert () == apply_options(*USUAL, {})
    assert ("--output", "policies") == export_options(*USUAL, {})


def test_what_is_not_as_usual_is_named() -> None:
    place = ("--env", "prod", "--region", "mypurecloud.de", "--state-dir", "state")
    named = ("--policies", "eu/policies", "--policy-set", "eu", *place, "--record", "gitlab")
    assert named == apply_options(*OTHERS, {})
    assert ("--output", "eu/policies", *place) == export_options(*OTHERS, {})
    assert "--env" not in apply_options(*OTHERS[:2], PlanOptions(), {}), "a plan knows it"


def test_what_variables_say_stays_out() -> None:
    variables = {
        "SYNCER_POLICIES": "eu/policies",
        "SYNCER_POLICY_SET": "eu",
        "SYNCER_ENV": "prod",
        "SYNCER_STATE_DIR": "state",
        "SYNCER_RECORD": "gitlab",
    }
    region = ("--region", "mypurecloud.de")
    assert region == apply_options(*OTHERS, variables)
    assert ("--output", "eu/policies", *region) == export_options(*OTHERS, variables)
