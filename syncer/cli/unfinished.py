"""Runs that did not end: whoever looks at plan, drift or audit has to know of them."""

from pathlib import Path


def unfinished(state_dir: Path) -> tuple[str, ...]:
    """A warning for each run whose journal is still there, or that nobody may look for them."""
    from syncer.applying.journal import SUFFIX, find_journals

    try:
        journals = find_journals(state_dir / "journal")
    except OSError as error:
        return (f"{state_dir} can't be read ({error.strerror}), so it is not known if a run did not end",)
    return tuple(
        f"run {path.name.removesuffix(SUFFIX)} did not end: it is still going on, or was cut off; "
        "the next apply or rollback asks live what became of it"
        for path in journals
    )
