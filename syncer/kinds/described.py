"""The schema definitions of a kind of rule: its key in a policy, and its rules in documents."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from syncer.kinds.field import Field, QueueField, Schema


class Described:
    """A kind of rule, as far as schemas describe it: ``name`` is its key in policies, ``fields`` are those of
    an entry, in the order in which export writes them."""

    name: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]] = ()
    listed: ClassVar[bool] = True
    """Whether a queue has a list of them; otherwise at most one."""
    numbered: ClassVar[bool] = False
    """Whether a rule is identified by its place in the list, from 1; otherwise by its unique target."""

    definition: ClassVar[str]
    """Its definition in the schemas of documents."""
    policy_definition: ClassVar[str] = ""
    """Its definition in the policy schema."""
    title: ClassVar[str] = ""
    description: ClassVar[str] = ""
    key_title: ClassVar[str] = ""
    key_description: ClassVar[str] = ""
    """Title and description of its key in the policy schema."""
    most: ClassVar[int] = 0
    """How many rules a queue may have; 0: unlimited."""
    examples: ClassVar[Sequence[Mapping[str, Any]]] = ()

    def policy_key(self) -> Schema:
        """Its key in the policy schema."""
        reference = {"$ref": f"#/$defs/{self.policy_definition}"}
        words = {"title": self.key_title, "description": self.key_description}
        if not self.listed:
            return {**reference, **words}
        most = {"maxItems": self.most} if self.most else {}
        return {**words, "type": "array", "default": [], **most, "items": reference}

    def policy_schema(self) -> Schema:
        """Its definition in the policy schema."""
        described = {field.name: field.described() for field in self.fields}
        schema: Schema = {
            "title": self.title,
            "description": self.description,
            "type": "object" if self.listed else ["object", "null"],
            "required": [field.name for field in self.fields if field.required],
            "additionalProperties": False,
            "properties": described | {"description": {"$ref": "#/$defs/description"}},
        }
        return schema | {"examples": list(self.examples)}

    def document_schema(self) -> Schema:
        """Its definition in the schemas of documents."""
        properties: Schema = {"kind": {"const": self.name}}
        if self.numbered:
            place = {"type": "integer", "description": "Place in the list, from 1.", "minimum": 1}
            properties["place"] = place
        for field in self.fields:
            name = "target" if isinstance(field, QueueField) else field.name
            meaning = {"description": field.meaning} if field.meaning else {}
            properties[name] = field.document_schema() | meaning
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
