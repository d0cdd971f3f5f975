"""What GitLab does with a text, as far as names are concerned: it looks for mentions, references, links and
HTML outside of code, and for quick actions at the start of lines."""

import re

FENCE = re.compile(r"^(`{3,})(?:diff|mermaid)\n.*?^\1\n", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
TAG = re.compile(r"<code>[^<>`\n]*</code>")
OURS = re.compile(r"</?details>|</?summary>|<br>|<!-- syncer:[^\n]* -->|\[(?:job|pipeline)\]\(<[^<>]*>\)")


def outside_code(text: str) -> str:
    for pattern in (FENCE, SPAN, TAG, OURS):
        text = pattern.sub("", text)
    return text


def assert_tame(text: str) -> None:
    """Nothing out of a name can do anything."""
    assert not re.search(r"^\s*(?:/|::)", text, re.MULTILINE)
    assert not re.search(r"[@`<>~$^&\\]|://|www|!\[|\]\(|#\d|!\d|%\d|\.example", outside_code(text))
    assert not [character for character in text if not character.isprintable() and character != "\n"]
