"""What the schemas say of a kind of rule."""

from typing import Any, ClassVar

from syncer.kinds.described import Described
from syncer.kinds.field import Field, GroupsField, QueueField, Text

WHERE = QueueField(name="queue", required=True, title="Queue", description="Which.")
WHO = GroupsField(name="groups", title="Groups", description="Who.")
WHY = Text(name="why", meaning="What for.", title="Why", description="A text.", example="as agreed")


class OfOne(Described):
    """At most one a queue."""

    name = "one"
    fields: ClassVar[tuple[Field, ...]] = (WHERE, WHY)
    listed = False
    policy_definition = "oneRule"
    title, description = "One", "One of them."
    key_title, key_description = "The one", "null means none."


class OfMany(OfOne):
    """A list of at most three, which go by their place."""

    name = "many"
    fields = (WHERE, WHO)
    listed = True
    numbered = True
    most = 3
    examples = ({"queue": "Back"},)


def test_the_key_of_one_rule_and_of_a_list() -> None:
    words = {"title": "The one", "description": "null means none."}
    reference = {"$ref": "#/$defs/oneRule"}
    assert reference | words == OfOne().policy_key()
    expected: dict[str, Any] = {"type": "array", "default": [], "maxItems": 3, "items": reference}
    assert words | expected == OfMany().policy_key()


def test_a_rule_of_a_policy() -> None:
    one, many = OfOne().policy_schema(), OfMany().policy_schema()
    assert (["object", "null"], "object") == (one["type"], many["type"])
    assert (["queue"], ["queue", "why", "description"]) == (one["required"], list(one["properties"]))
    assert [{"queue": "Back"}] == many["examples"]
    assert not one["additionalProperties"]


def test_a_rule_of_a_document() -> None:
    one, many = OfOne().document_schema(), OfMany().document_schema()
    assert (["kind", "target", "why"], {"const": "one"}) == (one["required"], one["properties"]["kind"])
    assert {"type": "string", "description": "What for."} == one["properties"]["why"]
    assert (["kind", "place", "target", "groups"], 1) == (
        many["required"],
        many["properties"]["place"]["minimum"],
    )
