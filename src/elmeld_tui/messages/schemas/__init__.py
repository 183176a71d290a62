"""Whether a document is valid by its schema, and where it is not.

The schemas are the project's own (``schemas/``, one file a namespace). lxml decides; what it finds wrong is put into
words by `faults`. Nothing is fetched: a namespace is looked up in a table here, and schemaLocation in the document is
ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.messages.reading import Element, local, namespace
from elmeld_tui.messages.schemas import faults, words
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.kinds import (
    APPREC_1_0,
    APPREC_1_1,
    CERTIFICATE_2008,
    DIALOGUE_1_0,
    DIALOGUE_1_1,
    DISCHARGE_1_1,
    DISCHARGE_1_2,
    MSGHEAD,
    ORDER_1_5,
    ORDER_1_6,
    REFERRAL_1_0,
    REFERRAL_1_1,
    REFERRAL_2_0,
    REPORT_1_3,
    REPORT_1_4,
    SICK_NOTE_2013,
)
from elmeld_tui.resources import directory

BASE64_CONTAINER = "http://www.kith.no/xmlstds/base64container"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"

SCHEMA_FILES = {
    MSGHEAD: "msghead-1.2.xsd",
    APPREC_1_0: "apprec-1.0.xsd",
    APPREC_1_1: "apprec-1.1.xsd",
    DIALOGUE_1_0: "dialogue-1.0.xsd",
    DIALOGUE_1_1: "dialogue-1.1.xsd",
    REFERRAL_1_0: "referral-1.0.xsd",
    REFERRAL_1_1: "referral-1.1.xsd",
    REFERRAL_2_0: "referral-2.0.xsd",
    DISCHARGE_1_1: "discharge-1.1.xsd",
    DISCHARGE_1_2: "discharge-1.2.xsd",
    ORDER_1_5: "order-1.5.xsd",
    ORDER_1_6: "order-1.6.xsd",
    REPORT_1_3: "report-1.3.xsd",
    REPORT_1_4: "report-1.4.xsd",
    SICK_NOTE_2013: "sick-note-2013.xsd",
    CERTIFICATE_2008: "certificate-2008.xsd",
}
"""The schema of every namespace a message root or body may have, in ``schemas/``."""

_ALWAYS = {BASE64_CONTAINER: "base64container.xsd"}
"""Every document may carry attachments, whatever its kind."""

_CHUNK = 65_536


def has_schema(namespace: str) -> bool:
    """Return whether a document or body in ``namespace`` can be checked against a schema."""
    return namespace in SCHEMA_FILES


def validate(root: Element) -> list[Finding]:
    """Check a whole document (MsgHead, Message or AppRec) against the schemas of its namespaces.

    What the documents after the first carry in a namespace without a schema here (a calendar, a prescription) cannot
    be checked and is passed over: it accompanies the message, and is shown in full.

    Returns:
        Nothing when it is valid; otherwise errors with code ``T02`` (8221) in document order, at most
        `faults.MOST`. A finding may quote a value of the document, so it is no text for a log.
    """
    if not has_schema(namespace(root)):
        return [_no_schema(root)]
    root = _without_foreign_companions(root)
    namespaces = namespaces_in(root)
    breaches = _breaches(_compiled(namespaces), root)
    if breaches and (collapsed := _with_times_collapsed(root)) is not None:
        root, breaches = collapsed, _breaches(_compiled(namespaces), collapsed)
    if breaches:
        return faults.explain(root, breaches, schema_document(namespaces))
    return [words.repeated_id(root, element) for element in _repeating_an_id(root)][: faults.MOST]


def _without_foreign_companions(root: Element) -> Element:
    """Return ``root``, or a copy without what its later documents carry in namespaces that have no schema here."""
    if namespace(root) != MSGHEAD or not any(True for _ in _foreign_companions(root)):
        return root
    copy = deepcopy(root)
    for companion in list(_foreign_companions(copy)):
        parent = companion.getparent()
        assert parent is not None
        parent.remove(companion)
    return copy


def _foreign_companions(root: Element) -> Iterator[Element]:
    for document in root.findall(f"{{{MSGHEAD}}}Document")[1:]:
        for content in document.iter(f"{{{MSGHEAD}}}Content"):
            yield from (body for body in content if namespace(body) not in {*SCHEMA_FILES, *_ALWAYS})


_TIME = re.compile(r"[0-9]{4}-[0-9T:.Z+-]+")


def _with_times_collapsed(root: Element) -> Element | None:
    """Return a copy without the white space around dates and times, or None where there is none.

    XML Schema part 2 takes it away before it looks (§4.3.6); libxml2 does so for everything else.
    """
    values = (value for element in root.iter("{*}*") for value in (element.text or "", *element.attrib.values()))
    if all(_collapsed(value) == value for value in values):
        return None
    copy = deepcopy(root)
    for element in copy.iter("{*}*"):
        if element.text:
            element.text = _collapsed(element.text)
        for name, value in element.attrib.items():
            element.set(name, _collapsed(str(value)))
    return copy


def _collapsed(value: str) -> str:
    time = value.strip()
    return time if time != value and _TIME.fullmatch(time) else value


def _repeating_an_id(root: Element) -> list[Element]:
    """Return the elements of a signature whose Id another one has: all that xs:ID asks, and a stream cannot see it."""
    seen: set[str] = set()
    repeating = []
    for element in root.iter(f"{{{XMLDSIG}}}*"):
        if (given := element.get("Id")) is not None:
            if given.strip() in seen:
                repeating.append(element)
            seen.add(given.strip())
    return repeating


def _no_schema(root: Element) -> Finding:
    return Finding(
        Severity.ERROR,
        "T02",
        words.path(root, root),
        t(
            "Dokumentet «{name}» i navnerommet «{namespace}» er ikke en meldingstype elmeld kjenner, og kan ikke "
            "kontrolleres. Be avsender bruke en nasjonal meldingsstandard.",
            name=words.shown(local(root)),
            namespace=words.shown(namespace(root)),
        ),
    )


def namespaces_in(root: Element) -> frozenset[str]:
    """Return the namespaces to compile for ``root``: its own, and those of what it carries in a Content."""
    carried = (namespace(body) for content in root.iter("{*}Content") for body in content)
    return frozenset({namespace(root), *filter(has_schema, carried)})


def schema_document(namespaces: frozenset[str]) -> str:
    """Return a schema that brings together the schemas of ``namespaces`` and what all of them may contain.

    MsgHead admits only what is declared somewhere (a strict wildcard), so it cannot be compiled without its body.
    """
    files = {name: SCHEMA_FILES[name] for name in sorted(namespaces)} | _ALWAYS
    places = {name: directory("schemas") / file for name, file in files.items()} | {XMLDSIG: _xmldsig()}
    imports = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{place.as_uri()}"/>' for name, place in places.items()
    )
    return f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'


def _xmldsig() -> Path:
    """Return W3C's own schema of XMLDSig, which comes with xmlschema; finding it does not import that package."""
    package = find_spec("xmlschema")
    assert package is not None, "a dependency of this program"
    assert package.origin is not None
    return Path(package.origin).parent / "schemas" / "DSIG" / "xmldsig-core-schema.xsd"


_compiling = Lock()
_reading_the_log = Lock()


def _compiled(namespaces: frozenset[str]) -> etree.XMLSchema:
    with _compiling:
        return _compile(namespaces)


@lru_cache(maxsize=64)
def _compile(namespaces: frozenset[str]) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(schema_document(namespaces)))


_FEW = 5_000
"""Elements of a document that a tree's validation is quick for, however many of them are wrong."""

_HAS_MANY = etree.XPath(f"boolean(/descendant::*[{_FEW + 1}])")


def _breaches(schema: etree.XMLSchema, root: Element) -> list[faults.Breach]:
    """Return the first breaches lxml finds, with their places where that is cheap.

    A tree's validation notes the path of every error, which takes minutes for a hostile document with a hundred
    thousand of them. So a large document is streamed through the schema, and given up after `faults.MOST`.
    """
    decided = _streamed(schema, root) if _HAS_MANY(root) else None
    if decided is not None:
        return decided
    with _reading_the_log:
        return [] if schema.validate(root) else _noted(schema.error_log)


def _streamed(schema: etree.XMLSchema, root: Element) -> list[faults.Breach] | None:
    """Return what a stream says: nothing wrong, or too much; None where a few breaches are left to be placed."""
    raw = etree.tostring(root, encoding="UTF-8", with_tail=False)
    stream = etree.XMLParser(schema=schema, resolve_entities=False, no_network=True, huge_tree=True)
    try:
        for start in range(0, len(raw), _CHUNK):
            stream.feed(raw[start : start + _CHUNK])
            if len(stream.feed_error_log) >= faults.MOST:
                return _noted(stream.feed_error_log)
        stream.close()
    except etree.XMLSyntaxError:
        return None
    return []


def _noted(log: Any) -> list[faults.Breach]:
    return [faults.breach(log[index]) for index in range(min(len(log), faults.MOST))]
