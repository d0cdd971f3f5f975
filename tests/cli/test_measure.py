"""The command: its options reach the use case, its report comes in every form."""

from syncer.emulator.server import Emulator
from tests.aggregates import counting
from tests.program import Program


def test_it_measures_and_writes(program: Program, emulator: Emulator) -> None:
    program.write_policies({"queue": "Front"})
    with counting(emulator.url, lambda _queue, _moment: {"nOffered": 20}) as api:
        program.setenv("SYNCER_API_URL", api.url)
        refused = program.run("measure")
        assert (4, True) == (refused.code, "no figures can be written into policies/all.yaml" in refused.err)
        path = program.folder / "policies" / "all.yaml"
        path.write_text("version: 1\nqueues:\n- queue: Front\n")
        checked = program.run("measure", "--check", "--detailed-exitcode", "--weeks", "1", "--format", "json")
        assert (2, False) == (checked.code, checked.json["result"]["written"])
        assert 168 == checked.json["result"]["measured"]["intervals_with_contacts"]
        assert 0 == program.run("measure", "--busy", "50", str(path)).code
    assert "\n  base_load: 20  # measured " in path.read_text()


def test_options_that_make_no_sense_are_refused(program: Program) -> None:
    assert [64, 64] == [
        program.run("measure", *wrong).code for wrong in (("--weeks", "0"), ("--busy", "101"))
    ]
