"""How what was planned stands to the branch that its merge request goes to, in words."""

from syncer.model.source import Source
from syncer.report.text.paint import counted


def standing_in_words(source: Source) -> str:
    """That the target branch has commits which what was planned doesn't have, or that nobody knows; empty
    where there is nothing to say. The name of the branch is as it came."""
    if not (source.merge_request and source.target) or source.merged:
        return ""
    if source.behind is None:
        return (
            f"whether commits of {source.target} are missing here is not known: if some are, what others "
            "merged looks undone here"
        )
    return f"{counted(source.behind, 'commit')} behind {source.target}: what others merged looks undone here"
