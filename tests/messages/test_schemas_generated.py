"""The project's own schemas give the verdicts of the national ones where no corpus file goes.

Documents are made from the national schemas themselves: every declared element as a root, with what may stand in
it taken by chance.
"""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from lxml import etree
from tests.messages import reference_schemas
from tests.messages.mutations import MUTATE
from xmlschema.validators import XsdAnyElement, XsdElement, XsdGroup

from elmeld_tui.messages import schemas

ROOTS = (
    "Message",
    "MsgHead",
    "AppRec",
    "Dialogmelding",
    "Henvisning",
    "HelseOpplysningerArbeidsuforhet",
    "Legeerklaring",
)
DOCUMENTS = 60
DEEPEST = 9
"""Levels below which nothing optional is added: many elements nest in themselves."""

VALUES = {
    "dateTime": "2026-01-31T12:00:00",
    "date": "2026-01-31",
    "gYear": "2026",
    "gYearMonth": "2026-01",
    "time": "12:00:00",
    "boolean": "true",
    "integer": "3",
    "int": "3",
    "nonNegativeInteger": "1",
    "double": "1.5",
    "decimal": "1.5",
    "base64Binary": "QUJD",
    "anyURI": "tel:22222222",
    "oid": "1.2.3",
    "string": "text",
    "token": "text",
}


@pytest.mark.parametrize("kind", schemas.SCHEMA_FILES)
def test_documents_made_from_the_national_schema_get_its_verdict(
    shared: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elmeld_tui.messages.schemas.faults.explain", lambda root, breaches, schema: breaches)
    national = xmlschema.XMLSchema10(reference_schemas.file(shared, kind), allow="local")
    declared = [
        national.maps.elements[name] for name in sorted(national.maps.elements) if name.startswith(f"{{{kind}}}")
    ]
    roots = [element for element in declared if element.local_name in ROOTS]
    chance = random.Random(80_601)
    for number in range(DOCUMENTS):
        for root in (chance.choice(roots), declared[number % len(declared)]):
            made = made_from(root, chance)
            for document in (made, mutant(made, chance)):
                expected = reference_schemas.verdict(shared, document)
                assert (not schemas.validate(document)) == expected, etree.tostring(document, encoding="unicode")


def mutant(document: etree._Element, chance: random.Random) -> etree._Element:
    if not len(document):
        return document
    changed = copy.deepcopy(document)
    chance.choice(MUTATE)(changed, chance)
    return etree.fromstring(etree.tostring(changed, encoding="UTF-8", with_tail=False))


def made_from(declaration: XsdElement, chance: random.Random) -> etree._Element:
    root = etree.Element(declaration.name)
    fill(root, declaration, chance, depth=0)
    return root


def fill(element: etree._Element, declaration: XsdElement, chance: random.Random, depth: int) -> None:
    kind: Any = declaration.type
    if kind.is_simple():
        element.text = declaration.fixed or value_of(kind, chance)
        return
    for name, attribute in kind.attributes.items():
        if name is not None and (attribute.use == "required" or chance.random() < 0.5):
            element.set(name, value_of(attribute.type, chance))
    if kind.has_simple_content():
        element.text = value_of(kind.content, chance)
    elif kind.local_name == "anyType":
        element.text = "anything"
    else:
        add_content(element, kind.content, chance, depth)


def add_content(element: etree._Element, group: XsdGroup, chance: random.Random, depth: int) -> None:
    for _ in range(times(group, chance, depth)):
        for particle in [chance.choice(group)] if group.model == "choice" and len(group) else group:
            if isinstance(particle, XsdGroup):
                add_content(element, particle, chance, depth)
            elif isinstance(particle, XsdElement):
                for _ in range(times(particle, chance, depth)):
                    fill(etree.SubElement(element, particle.name), particle, chance, depth + 1)
            elif isinstance(particle, XsdAnyElement):
                etree.SubElement(element, f"{{{schemas.BASE64_CONTAINER}}}Base64Container").text = "QUJD"


def times(particle: Any, chance: random.Random, depth: int) -> int:
    least = int(particle.min_occurs)
    if depth > DEEPEST or chance.random() < 0.3:
        return least
    most = least + 2 if particle.max_occurs is None else min(particle.max_occurs, least + 2)
    return chance.randint(least, most)


def value_of(kind: Any, chance: random.Random) -> str:
    if kind.enumeration:
        return str(chance.choice(kind.enumeration))
    if kind.is_union():
        return value_of(chance.choice(kind.member_types), chance)
    while kind.local_name not in VALUES and kind.base_type is not None:
        kind = kind.base_type
    return VALUES.get(kind.local_name, "text")
