"""Pages read as a browser reads them, as far as the structure goes."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "input"})


@dataclass
class Element:
    """An element: its attributes and its text, that of its descendants included."""

    tag: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()


class Page(HTMLParser):
    """A page: its elements in their order. Raises AssertionError where a tag is not closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        assert [] == [each.tag for each in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"{tag} has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)

    def all(self, tag: str, kind: str = "") -> list[Element]:
        """The elements with this tag, and this class where one is named."""
        return [each for each in self.elements if each.tag == tag and (not kind or kind in each.classes)]

    def one(self, tag: str, kind: str = "") -> Element:
        """The only one of these."""
        (found,) = self.all(tag, kind)
        return found

    def by_id(self, id_: str) -> Element:
        """The element with this id."""
        (found,) = [each for each in self.elements if each.attributes.get("id") == id_]
        return found
