"""A schema violation, explained so that whoever made the document can correct it.

The explanation is made from what `xmlschema` knows (it says what would have been allowed). It is slow and fails on
hostile content, so it is imported only when there is something to explain, for documents of ordinary size; for the
others, lxml's own message is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from elmeld_tui.messages.reading import Element, local
from elmeld_tui.messages.schemas import words
from elmeld_tui.model.findings import Finding

if TYPE_CHECKING:
    from xmlschema import XMLSchema10, XMLSchemaChildrenValidationError, XMLSchemaValidationError

MOST = 20
"""As many faults are told; the sender's system repeats itself long before."""

_EXPLAINABLE = 300_000
"""Characters of names, attributes and text; beyond it `xmlschema` would take seconds."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One error as lxml reports it: libxml2's path of the element (empty where not known), its English text."""

    path: str
    text: str


def breach(entry: Any) -> Breach:
    """Return what is needed of an entry in lxml's error log."""
    return Breach(getattr(entry, "path", None) or "", entry.message)


def explain(root: Element, breaches: list[Breach], schema: str) -> list[Finding]:
    """Return the faults of ``root`` in words, at most `MOST`.

    Args:
        root: the document, which lxml has found invalid.
        breaches: what lxml said of it.
        schema: the schema document it was checked against.
    """
    if _size(root) <= _EXPLAINABLE and (findings := _explained(root, breaches, schema)):
        return findings
    return _distinct(_reworded(root, each) for each in breaches)


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))[:MOST]


def _size(root: Element) -> int:
    return sum(
        len(str(node.tag)) + len(node.text or "") + sum(len(name) + len(value) for name, value in node.items())
        for node in root.iter()
    )


Expected = dict[Element | None, list[str]]
"""The names lxml would have taken in place of an element."""


# --- what xmlschema says ---------------------------------------------------------------------------------------

_explaining = Lock()


@lru_cache(maxsize=8)
def _explainer(schema: str) -> XMLSchema10:
    import xmlschema

    return xmlschema.XMLSchema10(schema, allow="local", defuse="always")


def _explained(root: Element, breaches: list[Breach], schema: str) -> list[Finding]:
    from xmlschema import XMLSchemaException

    try:
        with _explaining:
            errors = list(_explainer(schema).iter_errors(root, use_location_hints=False))
    except (XMLSchemaException, ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
        # It trips over some hostile values (an unknown xsi:type, a number of five thousand digits). The verdict is
        # lxml's and stands; so do lxml's words.
        return []
    expected = {_at(root, each.path): _names(each.text) for each in breaches}
    return _distinct(_told(root, error, expected) for error in errors)


def _told(root: Element, error: XMLSchemaValidationError, expected: Expected) -> Finding:
    from xmlschema import XMLSchemaChildrenValidationError

    # It was given lxml's tree, so it names lxml's elements.
    element = root if error.elem is None else cast("Element", error.elem)
    if isinstance(error, XMLSchemaChildrenValidationError):
        return _wrong_children(root, element, error, expected)
    if type(error.validator).__name__ == "XsdAnyElement":
        return words.undeclared(root, element)
    reason = error.reason or ""
    for pattern, tell in _REASONS.items():
        if found := re.match(pattern, reason):
            return tell(root, element, error, *found.groups())
    if isinstance(error.obj, str):
        return words.bad_value(root, element, "", error.obj, _wanted(error))
    return words.other(root, element, reason)


def _wrong_children(
    root: Element, element: Element, error: XMLSchemaChildrenValidationError, expected: Expected
) -> Finding:
    names = [str(getattr(each, "local_name", None) or "*") for each in error.expected or ()]
    if error.invalid_tag is None:
        return words.incomplete(root, element, names)
    child = element[error.index]
    # It names only what must stand there; lxml also what may.
    return words.unexpected(root, child, names or expected.get(child, []))


_REASONS: dict[str, Callable[..., Finding]] = {
    r"attribute ([^\s=]+)=": lambda root, element, error, name: words.bad_value(
        root, element, name, str(error.obj), _wanted(error)
    ),
    r"'([^']+)' attribute not allowed": lambda root, element, _, name: words.unknown_attribute(
        root, element, name
    ),
    r"missing required attribute '([^']+)'": lambda root, element, _, name: words.missing_attribute(
        root, element, name
    ),
    r"character data": lambda root, element, _: words.stray_text(root, element),
    r"must have the fixed value '(.*)'": lambda root, element, _, fixed: words.bad_value(
        root, element, "", element.text or "", words.exactly(fixed)
    ),
}
"""What xmlschema says, and who puts it in our words; it tells no attribute's name but in its text."""


def _wanted(error: XMLSchemaValidationError) -> str:
    """Return in words which values the type behind ``error`` takes."""
    validator: Any = error.validator
    if patterns := getattr(validator, "regexps", None):
        return words.pattern_words(str(patterns[0]))
    if members := getattr(validator, "member_types", None):
        return words.one_of([words.type_words(member.local_name) for member in members])
    if choices := getattr(validator, "enumeration", None):
        return words.one_of([f"«{choice}»" for choice in choices])
    return words.type_words(str(getattr(validator, "local_name", "") or ""))


# --- what lxml says --------------------------------------------------------------------------------------------


def _reworded(root: Element, each: Breach) -> Finding:
    element = _at(root, each.path)
    said = _SUBJECT.sub("", each.text)
    expected = _names(said)
    if said.startswith("This element is not expected") and element is not None:
        return words.unexpected(root, element, expected)
    if said.startswith("Missing child element") and element is not None:
        return words.incomplete(root, element, expected)
    if "strict wildcard" in said and element is not None:
        return words.undeclared(root, element)
    return words.other(root, element, each.text if element is None else said)


_SUBJECT = re.compile(r"^Element '[^']*'(, attribute '[^']*')?: ")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (?P<names>.*) \)\.$")


def _names(said: str) -> list[str]:
    found = _EXPECTED.search(said)
    return [name.strip().rpartition("}")[2] for name in found["names"].split(", ")] if found else []


_STEP = re.compile(r"(?:(?P<prefix>[^:*\[\]]+):)?(?P<name>[^:\[\]]+)(?:\[(?P<position>\d+)\])?")


def _at(root: Element, libxml_path: str) -> Element | None:
    """Return the element at a path of libxml2's, which writes ``*`` for a name in a default namespace."""
    element: Element | None = None
    for step in libxml_path.strip("/").split("/") if libxml_path else ():
        found = _STEP.fullmatch(step)
        if found is None:
            return element
        siblings = [root] if element is None else list(element.iterchildren("*"))
        named = [
            each for each in siblings if found["name"] == "*" or _is_named(each, found["prefix"], found["name"])
        ]
        position = int(found["position"] or 1) - 1
        if position >= len(named):
            return element
        element = named[position]
    return element


def _is_named(element: Element, prefix: str | None, name: str) -> bool:
    return element.prefix == prefix and local(element) == name
