"""Make text from elsewhere harmless where it is shown: names from live are hostile until they are escaped."""

import re

_ENTITIES = {ord(character): f"&#{ord(character)};" for character in "\\`*_{}[]()<>#+-.!|~@:/&$^=%\"'"}

_COMMAND = re.compile(r"#(?=#(?:vso)?\[)|(?<![^ ]):(?=:[a-z])", re.IGNORECASE)
"""How a command in a log begins for the runners of GitHub and Azure: ``##[error]``, ``::error::``."""


def plain(text: str) -> str:
    """One line without anything that steers a terminal or a runner, or can't be seen: control characters,
    bidirectional marks, line ends and odd spaces are shown as ``\\x1b`` or ``\\u202e``."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else _code(character) for character in text)
    return _COMMAND.sub(lambda found: _code(found[0]), text)


def _code(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def markdown(text: str) -> str:
    """Plain text for Markdown: nothing in it is a link, a mention, a quick action, a table cell or HTML."""
    return plain(text).translate(_ENTITIES)


def code_tag(text: str) -> str:
    """Text as code, for Markdown. GitLab looks for mentions, references and links in what it has rendered,
    when entities have long become characters again; only code is left alone."""
    return f"<code>{markdown(text)}</code>" if text else ""
