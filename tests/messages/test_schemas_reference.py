"""The project's own schemas give the verdicts of the national ones: on every corpus file, and on what is made of them."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from elmeld_tui.messages import schemas
from elmeld_tui.messages.reading import namespace
from elmeld_tui.model import kinds

REFERENCE_FILES = {
    kinds.MSGHEAD: "MsgHead-v1_2.xsd",
    kinds.APPREC_1_0: "AppRec-v1-2004-11-21.xsd",
    kinds.APPREC_1_1: "AppRec-v1.1.xsd",
    kinds.DIALOGUE_1_0: "dialogmelding.xsd",
    kinds.DIALOGUE_1_1: "dialogmelding-v1.1.xsd",
    kinds.REFERRAL_1_0: "Henvisning-v1.0.xsd",
    kinds.REFERRAL_1_1: "Henvisning-v1.1.xsd",
    kinds.REFERRAL_2_0: "Henvisning-v2.0.xsd",
    kinds.DISCHARGE_1_1: "Epikrise-v1.1.xsd",
    kinds.DISCHARGE_1_2: "Epikrise-v1.2.xsd",
    kinds.ORDER_1_5: "Rekvisisjon-v1_5.xsd",
    kinds.ORDER_1_6: "Rekvisisjon-v1.6.xsd",
    kinds.REPORT_1_3: "svar-v13.xsd",
    kinds.REPORT_1_4: "svar-v1.4.xsd",
    kinds.SICK_NOTE_2013: "HelseOpplysningerArbeidsuforhet_2013-10-01.xsd",
    kinds.CERTIFICATE_2008: "NAV-Legeerklaring-2008-06-06.xsd",
    schemas.BASE64_CONTAINER: "kith-base64.xsd",
}

MUTATIONS = 1_000
LARGEST_SAMPLE = 100_000
"""Bytes; the mutations of a document are no better for its attachments."""


@cache
def reference_schema(shared: Path, namespaces: frozenset[str]) -> etree.XMLSchema:
    imports = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{(shared / "xsd/kith" / REFERENCE_FILES[name]).as_uri()}"/>'
        for name in sorted(namespaces | {schemas.BASE64_CONTAINER})
    )
    return etree.XMLSchema(
        etree.fromstring(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>')
    )


def documents(shared: Path, largest: int | None = None) -> Iterator[tuple[str, etree._Element]]:
    for file in sorted((shared / "corpus").rglob("*.xml")):
        raw = file.read_bytes()
        if largest is None or len(raw) <= largest:
            yield str(file.relative_to(shared)), unwrapped(etree.fromstring(raw))


def unwrapped(root: etree._Element) -> etree._Element:
    if etree.QName(root).localname != "EI_fellesformat":
        return root
    return next(child for child in root if etree.QName(child).localname in ("MsgHead", "AppRec"))


def body_namespace(root: etree._Element) -> str:
    body = root.find("{*}Document/{*}RefDoc/{*}Content/{*}*")
    return namespace(root) if body is None else namespace(body)


def reference_verdict(shared: Path, root: etree._Element) -> bool:
    carried = {namespace(body) for content in root.iter("{*}Content") for body in content}
    known = frozenset({namespace(root)} | (carried & set(REFERENCE_FILES)))
    return bool(reference_schema(shared, known).validate(root))


def test_every_corpus_file_gets_the_reference_verdict(shared: Path) -> None:
    checked = 0
    for name, root in documents(shared):
        assert (not schemas.validate(root)) == reference_verdict(shared, root), name
        checked += 1
    assert checked > 90


@pytest.mark.parametrize("kind", [name for name in schemas.SCHEMA_FILES if name != kinds.MSGHEAD])
def test_mutated_documents_get_the_reference_verdict(
    shared: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elmeld_tui.messages.schema_faults.explain", lambda root, breaches, schema: breaches)
    of_the_kind = (root for _, root in documents(shared, LARGEST_SAMPLE) if body_namespace(root) == kind)
    samples = [root for root in of_the_kind if reference_verdict(shared, root)]
    chance = random.Random(1037)
    verdicts = {True: 0, False: 0}
    for number in range(MUTATIONS):
        mutant = copy.deepcopy(chance.choice(samples))
        done = [chance.choice(MUTATE)(mutant, chance) for _ in range(chance.choice((1, 1, 1, 2)))]
        mutant = etree.fromstring(etree.tostring(mutant, encoding="UTF-8"))
        expected = reference_verdict(shared, mutant)
        assert (not schemas.validate(mutant)) == expected, f"{number}: {done}\n{etree.tostring(mutant).decode()}"
        verdicts[expected] += 1
    assert min(verdicts.values()) > MUTATIONS // 20, "too few of the mutations tell the schemas apart"


# --- ways to make another document of a document ---------------------------------------------------------------


def some(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice([element for element in root.iter("{*}*") if element is not root] or [root])


def parent_of(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def drop(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    parent_of(element).remove(element)
    return f"drop {element.tag}"


def double(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    element.addnext(copy.deepcopy(element))
    return f"double {element.tag}"


def swap(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    if (following := element.getnext()) is not None:
        following.addnext(element)
    return f"swap {element.tag}"


def rename(root: etree._Element, chance: random.Random) -> str:
    element, like = some(root, chance), some(root, chance)
    was, element.tag = element.tag, like.tag
    return f"rename {was} to {like.tag}"


def move(root: etree._Element, chance: random.Random) -> str:
    element, target = some(root, chance), some(root, chance)
    if element not in target.iterancestors() and element is not target:
        target.insert(chance.randint(0, len(target)), element)
    return f"move {element.tag} to {target.tag}"


def drop_attribute(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    if element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]
    return f"drop attribute of {element.tag}"


VALUES = (
    "",
    "x",
    "1.2.3",
    "1..2",
    "2026",
    "2026-01",
    "2026-01-31",
    "2026-01-31T12:00:00",
    "true",
    "0",
    "-1",
    "1,5",
    " 1 ",
)


def change_attribute(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    name, value = chance.choice([*element.attrib, "V", "S", "DN", "OT", "U", "Q"]), chance.choice(VALUES)
    element.set(name, value)
    return f"set {element.tag}/@{name} to {value!r}"


def change_text(root: etree._Element, chance: random.Random) -> str:
    element, value = some(root, chance), chance.choice(VALUES)
    element.text = value
    return f"set text of {element.tag} to {value!r}"


def trailing_text(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    element.tail = "and more"
    return f"text after {element.tag}"


def declare(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    instance = "{http://www.w3.org/2001/XMLSchema-instance}"
    name, value = chance.choice((("nil", "true"), ("nil", "false"), ("schemaLocation", "urn:x file:///x.xsd")))
    element.set(instance + name, value)
    return f"xsi:{name}={value} on {element.tag}"


MUTATE = (
    drop,
    drop,
    double,
    swap,
    rename,
    move,
    drop_attribute,
    change_attribute,
    change_text,
    trailing_text,
    declare,
)
