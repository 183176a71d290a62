"""A judge of JSON Schema (2020-12) that shares no code with the program: the keywords its schemas use, and no others."""

from __future__ import annotations

import re
from typing import Any

_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}
_NOTES = {"$schema", "$defs", "title", "description", "default", "then"}


def accepts(schema: dict[str, Any], value: Any, root: dict[str, Any] | None = None) -> bool:
    """Return whether ``value`` is valid; a keyword that is not known here is an error."""
    root = root or schema
    return all(
        _KEYWORDS[name](schema, argument, value, root) for name, argument in schema.items() if name not in _NOTES
    )


def _ref(_: Any, argument: str, value: Any, root: Any) -> bool:
    target = root
    for step in argument.removeprefix("#/").split("/"):
        target = target[step]
    return accepts(target, value, root)


def _properties(_: Any, argument: Any, value: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(
        accepts(argument[name], one, root) for name, one in value.items() if name in argument
    )


def _additional(schema: Any, argument: Any, value: Any, root: Any) -> bool:
    assert argument is False
    return not isinstance(value, dict) or set(value) <= set(schema["properties"])


def _if(schema: Any, argument: Any, value: Any, root: Any) -> bool:
    return not accepts(argument, value, root) or accepts(schema["then"], value, root)


_KEYWORDS = {
    "$ref": _ref,
    "type": lambda _, argument, value, __: isinstance(value, _TYPES[argument]),
    "properties": _properties,
    "required": lambda _, argument, value, __: not isinstance(value, dict) or set(argument) <= set(value),
    "additionalProperties": _additional,
    "items": lambda _, argument, value, root: (
        not isinstance(value, list) or all(accepts(argument, one, root) for one in value)
    ),
    "minItems": lambda _, argument, value, __: not isinstance(value, list) or len(value) >= argument,
    "maxItems": lambda _, argument, value, __: not isinstance(value, list) or len(value) <= argument,
    "enum": lambda _, argument, value, __: value in argument,
    "const": lambda _, argument, value, __: value == argument,
    "oneOf": lambda _, argument, value, root: sum(accepts(one, value, root) for one in argument) == 1,
    "anyOf": lambda _, argument, value, root: any(accepts(one, value, root) for one in argument),
    "allOf": lambda _, argument, value, root: all(accepts(one, value, root) for one in argument),
    "not": lambda _, argument, value, root: not accepts(argument, value, root),
    "if": _if,
    "pattern": lambda _, argument, value, __: not isinstance(value, str) or bool(re.search(argument, value)),
    "maxLength": lambda _, argument, value, __: not isinstance(value, str) or len(value) <= argument,
}
