"""People, parties and documents of our own, and the reference schemas as judges of what is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from lxml import etree

from elmeld_tui.messages import writing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.identifiers import with_check_digits
from elmeld_tui.model.parties import Ident, Party, Patient, Professional, Unit

MSG_ID = "6f8c4f0e-52a9-4d0c-9a37-0d6a9f7c1b52"
NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)

NATIONAL_ID = with_check_digits("139169002")
"""A synthetic person: month + 80."""


def her(number: str) -> tuple[Ident, ...]:
    return (Ident(number, CodedValue("HER", oid(9051), "HER-id")),)


DOCTOR = Professional(
    "Nordfjord",
    "",
    "Åse",
    (Ident("9900401", CodedValue("HPR", oid(8116), "HPR-nummer")),),
    CodedValue("LE"),
    telecoms=(Telecom(CodedValue("WP"), "tel:55900401"),),
)
CLINIC = Party(Unit("Fjellveien legesenter", her("8094001")), Unit("Allmennlege", her("8094002")), DOCTOR)
HOSPITAL = Party(
    Unit(
        "Fjord sykehus", (*her("8200000"), Ident("874716782", CodedValue("ENH", oid(9051), "Organisasjonsnummer")))
    ),
    Unit("Kirurgisk poliklinikk", her("8200001")),
)
PATIENT = Patient(
    "Iŋgadóttir",
    "",
    "Márjá",
    date(1969, 11, 13),
    CodedValue("2"),
    (Ident(str(NATIONAL_ID), CodedValue("FNR", oid(8116), "Fødselsnummer")),),
)


def addressing(**changes: object) -> Addressing:
    frame: dict[str, object] = {
        "sender": CLINIC,
        "receiver": HOSPITAL,
        "patient": PATIENT,
        "msg_id": MSG_ID,
        "now": NOW,
    }
    return Addressing(**(frame | changes))  # type: ignore[arg-type]


REFERRAL = {"reason": "Vurdering ønskes", "diagnosis": ["ICPC-2:T90"]}


def referral(**changes: object) -> Document:
    return read(writing.build("referral", REFERRAL, addressing(**changes)))


def request(**changes: object) -> Document:
    return read(writing.build("request", {"type": "99", "question": "Hva nå?"}, addressing(**changes)))


def altered(document: Document, *changes: tuple[str, str]) -> Document:
    """Return the document with each text replaced by another; every one must be there."""
    written = document.raw.decode()
    for before, after in changes:
        assert before in written, before
        written = written.replace(before, after)
    return read(written.encode())


_REFERENCE = {
    "http://www.kith.no/xmlstds/msghead/2006-05-24": "MsgHead-v1_2.xsd",
    "http://www.kith.no/xmlstds/dialog/2006-10-11": "dialogmelding.xsd",
    "http://www.kith.no/xmlstds/dialog/2013-01-23": "dialogmelding-v1.1.xsd",
    "http://www.kith.no/xmlstds/henvisning/2012-02-15": "Henvisning-v1.1.xsd",
    "http://ehelse.no/xmlstds/henvisning/2017-11-30": "Henvisning-v2.0.xsd",
    "http://www.kith.no/xmlstds/epikrise/2012-02-15": "Epikrise-v1.2.xsd",
    "http://www.kith.no/xmlstds/rekvisisjon/2012-02-15": "Rekvisisjon-v1.6.xsd",
    "http://www.kith.no/xmlstds/labsvar/2012-02-15": "svar-v1.4.xsd",
    "http://www.kith.no/xmlstds/HelseOpplysningerArbeidsuforhet/2013-10-01": "HelseOpplysningerArbeidsuforhet_2013-10-01.xsd",  # noqa: E501
    "http://www.kith.no/xmlstds/legeerklaring/2008-06-06": "NAV-Legeerklaring-2008-06-06.xsd",
    "http://www.kith.no/xmlstds/apprec/2004-11-21": "AppRec-v1-2004-11-21.xsd",
    "http://www.kith.no/xmlstds/apprec/2012-02-15": "AppRec-v1.1.xsd",
}


@cache
def _reference_schema(directory: Path, namespaces: frozenset[str]) -> etree.XMLSchema:
    imports = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{(directory / _REFERENCE[name]).as_uri()}"/>'
        for name in sorted(namespaces)
    )
    return etree.XMLSchema(
        etree.fromstring(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>')
    )


def reference_faults(shared: Path, document: Document) -> list[str]:
    """Return what the national schemas say against ``document``."""
    namespaces = {etree.QName(document.root).namespace, etree.QName(document.body).namespace}
    schema = _reference_schema(shared / "xsd" / "kith", frozenset(str(name) for name in namespaces))
    schema.validate(document.root)
    return [error.message for error in schema.error_log]
