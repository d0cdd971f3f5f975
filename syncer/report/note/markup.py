"""Markdown in which names from elsewhere stand as code.

GitLab looks for mentions, references and links in the text that it has rendered, when entities have long
become characters again; only code is left alone. So every such text stands in a code span, in ``<code>``
or in a fence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from syncer.gitlab.place import Job
from syncer.report import escape
from syncer.report.escape import plain

LONGEST_NAME = 120
LONGEST_MESSAGE = 600


def shortened(text: str, most: int = LONGEST_NAME) -> str:
    """``text`` on one harmless line of at most ``most`` characters."""
    shown = plain(text[: most + 1])
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def code(text: str, most: int = LONGEST_NAME) -> str:
    """A code span whose backticks are longer than any inside."""
    return _span(shortened(text, most))


def code_cell(text: str, most: int = LONGEST_NAME) -> str:
    """A code span in a table. A pipe after a backslash can't be written there: it is shown as ``\\x7c``."""
    return _span(re.sub(r"(\\?)\|", _pipe, shortened(text, most)))


def _pipe(found: re.Match[str]) -> str:
    return rf"{found[1]}\x7c" if found[1] else r"\|"


def _span(shown: str) -> str:
    backticks = "`" * (_longest_run(shown) + 1)
    apart = " " if not shown or shown[0] in " `" or shown[-1] in " `" else ""
    return f"{backticks}{apart}{shown}{apart}{backticks}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def code_tag(text: str) -> str:
    """Code as HTML, for a ``<summary>``, where backticks mean nothing."""
    return escape.code_tag(shortened(text))


def fenced(language: str, lines: Sequence[str]) -> list[str]:
    """A fence around harmless lines, longer than any backticks inside."""
    fence = "`" * max(3, 1 + max(map(_longest_run, lines), default=0))
    return [f"{fence}{language}", *lines, fence, ""]


def folded(summary: str, lines: Iterable[str]) -> list[str]:
    """``lines`` that show once opened; ``summary`` is HTML."""
    return ["<details>", f"<summary>{summary}</summary>", "", *lines, "</details>", ""]


def hidden(kind: str, environment: str, *more: str, policy_set: str = "") -> str:
    """A line that Markdown doesn't show, of an environment and a set of policies (empty: the usual one);
    whatever their names, it ends where it should."""
    names = [environment or "default", *([policy_set] if policy_set else [])]
    quoted = (quote(name, safe="", errors="surrogatepass").replace("--", "-%2D") for name in names)
    return " ".join(["<!--", ":".join(["syncer", kind, *quoted]), *more, "-->"])


def where(environment: str, policy_set: str = "") -> str:
    """An environment, and a set of policies that is not the usual one, in words."""
    place = code(environment) if environment else "the default environment"
    return f"{place}, policies {code(policy_set)}" if policy_set else place


def links(job: Job) -> Iterator[str]:
    """Links to the page of the report, the job and its pipeline, as far as they are known."""
    if job.page:
        yield f"[page](<{job.page}>)"
    if job.url:
        yield f"[job](<{job.url}>)"
    if job.pipeline_url:
        yield f"[pipeline](<{job.pipeline_url}>)"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already; nothing where there are no rows."""
    return list(table_lines(head, rows))


def table_lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The same line by line: of the rows there may be very many."""
    row = None
    for row in rows:
        if head:
            yield from (_row(head), _row(["---"] * len(head)))
            head = ()
        yield _row(row)
    if row is not None:
        yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
