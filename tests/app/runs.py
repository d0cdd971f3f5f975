"""Runs with a webhook, metrics or logs, and what they leave behind."""

from syncer.audit.chain import Chain
from tests.program import Program


def apply(program: Program, *options: str) -> str:
    """An apply that is done; what it writes to stderr."""
    done = program.run("apply", "--auto-approve", *options)
    assert 0 == done.code, done.err
    return done.err


def audit(program: Program) -> list[dict[str, object]]:
    """The entries of the audit."""
    return list(Chain(program.folder / ".syncer" / "audit").entries())
