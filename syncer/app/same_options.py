"""The options that another command needs to find the same policies, organization and state.

Values from variables are left out.
"""

from collections.abc import Mapping
from pathlib import Path

from syncer.app.options import DriftOptions, PlanOptions
from syncer.app.places import STATE, LiveTarget, PolicySource


def apply_options(
    source: PolicySource, target: LiveTarget, options: PlanOptions | DriftOptions, env: Mapping[str, str]
) -> tuple[str, ...]:
    """The options for an apply; a plan already has its environment."""
    usual = Path(env.get("SYNCER_POLICIES") or PolicySource().folder)
    return _given(
        {
            "--policies": "" if source.folder == usual else source.folder.as_posix(),
            "--policy-set": _unless(env.get("SYNCER_POLICY_SET", ""), source.set_name),
            **_place(source, target, options, env),
            "--record": _unless(env.get("SYNCER_RECORD", ""), options.record),
        }
    )


def export_options(
    source: PolicySource, target: LiveTarget, options: DriftOptions, env: Mapping[str, str]
) -> tuple[str, ...]:
    """The options for an export into the folder of the policies."""
    return _given({"--output": source.folder.as_posix(), **_place(source, target, options, env)})


def _place(
    source: PolicySource, target: LiveTarget, options: PlanOptions | DriftOptions, env: Mapping[str, str]
) -> dict[str, str]:
    usual = Path(env.get("SYNCER_STATE_DIR") or STATE)
    in_plan = isinstance(options, PlanOptions)
    return {
        "--env": "" if in_plan else _unless(env.get("SYNCER_ENV", ""), source.environment),
        "--region": target.region,
        "--api-url": target.api_url,
        "--state-dir": "" if options.state_dir == usual else options.state_dir.as_posix(),
    }


def _unless(usual: str, value: str) -> str:
    return "" if value == usual else value


def _given(wanted: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(part for option, value in wanted.items() if value for part in (option, value))
