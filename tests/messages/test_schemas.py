"""A document is checked against the project's schemas, and what is wrong is told so that it can be mended."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lxml import etree

from elmeld_tui.i18n import set_language
from elmeld_tui.messages import schemas
from elmeld_tui.messages.schemas import faults as schema_faults
from elmeld_tui.model import kinds
from elmeld_tui.model.findings import Severity
from elmeld_tui.resources import directory

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def msghead(*contents: str, info: str = "", after: str = "") -> str:
    documents = "".join(
        f'<Document><RefDoc><MsgType V="XML"/><Content>{content}</Content></RefDoc></Document>'
        for content in contents
    )
    return f"""<MsgHead xmlns="{kinds.MSGHEAD}" {XSI}>
        <MsgInfo><Type V="DIALOG_FORESPORSEL"/><MIGversion>v1.2 2006-05-24</MIGversion>
          <GenDate>2026-11-22T09:00:00+01:00</GenDate><MsgId>6f8c4f0e-52a9-4d0c-9a37-0d6a9f7c1b52</MsgId>{info}
          <Sender>{ORGANISATION}</Sender><Receiver>{ORGANISATION}</Receiver></MsgInfo>{documents}{after}</MsgHead>"""


ORGANISATION = (
    "<Organisation><OrganisationName>Fjellveien legesenter</OrganisationName>"
    '<Ident><Id>8094001</Id><TypeId V="HER" S="2.16.578.1.12.4.1.1.9051"/></Ident></Organisation>'
)
REQUEST = (
    f'<Dialogmelding xmlns="{kinds.DIALOGUE_1_1}"><Foresporsel><TypeForesp V="1"/><Sporsmal>Når?</Sporsmal>'
    '<Formål V="1"/></Foresporsel></Dialogmelding>'
)
ATTACHMENT = f'<Base64Container xmlns="{schemas.BASE64_CONTAINER}">JVBERg==</Base64Container>'
HCP = '<HCP><Inst><Name>Fjord sykehus</Name><Id>8200000</Id><TypeId V="HER"/></Inst></HCP>'
APPREC = f"""<AppRec xmlns="{kinds.APPREC_1_1}"><MsgType V="APPREC"/><MIGversion>v1.1 2012-02-15</MIGversion>
    <GenDate>2026-11-22T09:00:00Z</GenDate><Id>1</Id><Sender>{HCP}</Sender><Receiver>{HCP}</Receiver><Status V="1"/>
    <OriginalMsgId><MsgType V="SVAR_LAB"/><IssueDate>2026-11-22T08:00:00Z</IssueDate><Id>2</Id></OriginalMsgId>
    </AppRec>"""
REFERRAL = f"""<Message xmlns="{kinds.REFERRAL_1_1}"><MIGversion>v1.1 2012-02-15</MIGversion>
    <GenDate V="2026-11-22T09:00:00"/><MsgId>1</MsgId><ServReq><ServType V="N"/><IssueDate V="2026-11-22"/>
    <MsgDescr V="HEN"/><Id>2</Id><Patient><Sex V="2"/></Patient><ServProvider>{HCP}</ServProvider>
    <Requester>{HCP}</Requester><RefDoc><MsgType V="A"/><Content>{ATTACHMENT}</Content></RefDoc>
    <ReqServ><ServType V="N"/><Priority V="3"/></ReqServ></ServReq></Message>"""
REPORT = f"""<Message xmlns="{kinds.REPORT_1_4}"><Type V="SVAR_LAB"/><MIGversion>v1.4 2012-02-15</MIGversion>
    <GenDate V="2026-11-22T09:00:00"/><MsgId>1</MsgId><ServReport><ServType V="N"/><IssueDate V="2026-11-22"/>
    <Status V="F"/><MsgDescr V="1"/><ServProvId>3</ServProvId><Patient><OffId>1</OffId><TypeOffId V="FNR"/>
    <ResultItem><NumResult><NumResultValue V="10.2" U="g/dL"/></NumResult></ResultItem></Patient>
    <ServProvider>{HCP}</ServProvider><Requester>{HCP}</Requester></ServReport></Message>"""
DIALOGUE = msghead(REQUEST, ATTACHMENT)


def faults(document: str) -> list[tuple[str, str]]:
    findings = schemas.validate(etree.fromstring(document))
    assert {(finding.severity, finding.code) for finding in findings} <= {(Severity.ERROR, "T02")}
    return [(finding.where, finding.message) for finding in findings]


@pytest.mark.parametrize("space", [" ", "\n  "])
def test_white_space_around_a_time_is_no_fault_and_hides_none(space: str) -> None:
    """XML Schema part 2 §4.3.6; libxml2 forgets it for times alone."""
    spaced = APPREC.replace("Date>2026-11-22T09:00:00Z", f"Date>{space}2026-11-22T09:00:00Z{space}")
    attributes = REFERRAL.replace('V="2026-11-22T09:00:00"', f'V="{space}2026-11-22T09:00:00"')
    assert faults(spaced) == faults(attributes) == []
    wrong = spaced.replace("T08:00", "T8.00")
    ((where, message),) = faults(wrong)
    assert where == "/AppRec/OriginalMsgId/IssueDate"
    assert "2026-11-22T8.00:00Z" in message


@pytest.mark.parametrize("document", [DIALOGUE, msghead(REQUEST, REFERRAL), APPREC, REFERRAL, REPORT])
def test_a_valid_document_has_no_faults(document: str) -> None:
    assert faults(document) == []


MISTAKES = {
    "an element is missing": (
        DIALOGUE.replace("<MsgId>6f8c4f0e-52a9-4d0c-9a37-0d6a9f7c1b52</MsgId>", ""),
        "/MsgHead/MsgInfo/Sender",
        ("«Sender»", "«MsgId»"),
    ),
    "the last element is missing": (
        APPREC.replace('<Id>8200000</Id><TypeId V="HER"/></Inst></HCP></Sender>', "</Inst><X/></HCP></Sender>"),
        "/AppRec/Sender/HCP/X",
        ("«X»", "«MedSpeciality» eller «Address»"),
    ),
    "an element is not complete": (
        APPREC.replace("<IssueDate>2026-11-22T08:00:00Z</IssueDate><Id>2</Id>", ""),
        "/AppRec/OriginalMsgId",
        ("«OriginalMsgId»", "«IssueDate»", "mangler"),
    ),
    "an element is unknown to the place": (
        REPORT.replace("<ServProvId>3</ServProvId>", "<ServProvId>3</ServProvId><Wrong/>"),
        "/Message/ServReport/Wrong",
        ("«Wrong»", "«ServReport»"),
    ),
    "the second of several is wrong": (
        DIALOGUE.replace('<MsgType V="XML"/><Content><Base64', "<Content><Base64"),
        "/MsgHead/Document[2]/RefDoc/Content",
        ("«Content»", "«MsgType»"),
    ),
    "a value is of the wrong kind": (
        DIALOGUE.replace("2026-11-22T09:00:00+01:00", "i dag"),
        "/MsgHead/MsgInfo/GenDate",
        ("«i dag»", "«GenDate»", "dato og klokkeslett"),
    ),
    "a fixed value is another": (
        DIALOGUE.replace("v1.2 2006-05-24", "v1.1"),
        "/MsgHead/MsgInfo/MIGversion",
        ("«v1.1»", "nøyaktig «v1.2 2006-05-24»"),
    ),
    "an attribute has the wrong value": (
        REPORT.replace('V="10.2"', 'V="10,2"'),
        "/Message/ServReport/Patient/ResultItem/NumResult/NumResultValue/@V",
        ("«10,2»", "desimalpunktum"),
    ),
    "a time is no time": (
        REFERRAL.replace('<IssueDate V="2026-11-22"/>', '<IssueDate V="22.11.2026"/>'),
        "/Message/ServReq/IssueDate/@V",
        ("«22.11.2026»", "en dato", "et årstall"),
    ),
    "an OID is none": (
        msghead(REQUEST).replace("2.16.578.1.12.4.1.1.9051", "9051.", 1),
        "/MsgHead/MsgInfo/Sender/Organisation/Ident/TypeId/@S",
        ("«9051.»", "OID"),
    ),
    "an attribute is unknown": (
        APPREC.replace('<Status V="1"/>', '<Status V="1" v="1"/>'),
        "/AppRec/Status/@v",
        ("«v»", "«Status»"),
    ),
    "text stands between elements": (
        APPREC.replace("<OriginalMsgId>", "<OriginalMsgId>Se vedlegg"),
        "/AppRec/OriginalMsgId",
        ("tekst", "«OriginalMsgId»"),
    ),
    "the content has no schema": (
        msghead(f'<Plan xmlns="urn:plan">{REQUEST}</Plan>'),
        "/MsgHead/Document/RefDoc/Content/Plan",
        ("«Plan»", "«urn:plan»"),
    ),
    "the body is an element its schema does not have": (
        msghead(REQUEST.replace("Dialogmelding", "Dialog")),
        "/MsgHead/Document/RefDoc/Content/Dialog",
        ("«Dialog»", f"«{kinds.DIALOGUE_1_1}»"),
    ),
}


@pytest.mark.parametrize(("document", "where", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_fault_names_its_place_and_what_was_expected(document: str, where: str, told: tuple[str, ...]) -> None:
    [(place, message)] = faults(document)
    assert place == where
    assert [part for part in told if part not in message] == []


@pytest.mark.parametrize(
    "mistake",
    [
        "an element is missing",
        "an element is not complete",
        "the second of several is wrong",
        "the content has no schema",
    ],
)
def test_a_document_too_large_to_explain_at_leisure_still_gets_place_and_name(mistake: str) -> None:
    document, where, told = MISTAKES[mistake]
    padding = "Lang tekst. " * 30_000
    large = document.replace("Når?", padding).replace("Fjord sykehus", padding, 1)
    [(place, message)] = faults(large)
    assert place == where
    assert [part for part in told if part not in message] == []


def test_the_words_follow_the_language() -> None:
    set_language("en")
    try:
        [(_, message)] = faults(DIALOGUE.replace("2026-11-22T09:00:00+01:00", "i dag"))
    finally:
        set_language("nb")
    assert message == (
        "The value “i dag” in “GenDate” is not valid; expected here is a date and time (2026-01-31T12:30:00+01:00). "
        "Correct the value."
    )


def test_a_document_inside_a_wrapper_is_checked_by_itself() -> None:
    wrapper = etree.fromstring(
        f"<EI_fellesformat>{MISTAKES['a fixed value is another'][0]}<Other/></EI_fellesformat>"
    )
    [finding] = schemas.validate(wrapper[0])
    assert finding.where == "/MsgHead/MsgInfo/MIGversion"


@pytest.mark.parametrize("document", ["<Message/>", '<Message xmlns="urn:x"/>', "<html/>"])
def test_a_document_of_no_known_kind_is_not_valid(document: str) -> None:
    [(place, message)] = faults(document)
    assert place == "/" + etree.QName(etree.fromstring(document)).localname
    assert "ikke en meldingstype elmeld kjenner" in message


def test_every_known_kind_can_be_checked() -> None:
    assert all(schemas.has_schema(namespace) for namespace in kinds.FORMS)
    assert not schemas.has_schema("urn:x")


# --- hostile documents -----------------------------------------------------------------------------------------


def test_a_hundred_thousand_faults_are_cut_short_at_once() -> None:
    hostile = REPORT.replace("<Patient>", '<CodedComment Q=""/>' * 100_000 + "<Patient>")
    begun = time.process_time()
    found = faults(hostile)
    assert time.process_time() - begun < 5  # noted one by one by a tree's validation, they take minutes
    assert 0 < len(found) <= schema_faults.MOST


@pytest.mark.parametrize(
    "document",
    [
        DIALOGUE.replace("<MsgId>", '<MsgId xsi:type="nothing">'),
        DIALOGUE.replace("<MsgId>", '<MsgId xsi:type="no:thing">'),
        DIALOGUE.replace("<MsgId>", '<MsgId xsi:nil="true">'),
        REPORT.replace("<ResultItem>", "<ResultItem>" * 200).replace(
            "</ResultItem>", "<X/>" + "</ResultItem>" * 200
        ),
        DIALOGUE.replace("JVBERg==", "JVB"),
    ],
)
def test_whatever_the_explainer_trips_over_gets_an_answer(document: str) -> None:
    assert faults(document)


def test_a_number_of_five_thousand_digits_is_a_number() -> None:
    number = (
        "<AnalysedSubject><Number>{}</Number><IdByServProvider>1</IdByServProvider></AnalysedSubject><ResultItem>"
    )
    assert faults(REPORT.replace("<ResultItem>", number.format("9" * 20), 1)) == []
    assert faults(REPORT.replace("<ResultItem>", number.format("9" * 5_000) + "<X/>", 1))


def test_a_value_is_quoted_on_one_line_and_cut() -> None:
    value = "a\n\t\u202eb" + "c" * 500
    [(_, message)] = faults(DIALOGUE.replace("2026-11-22T09:00:00+01:00", value))
    assert message.isprintable()
    assert len(message) < 300


def test_a_schema_the_document_points_to_is_not_read(tmp_path: Path) -> None:
    own = tmp_path / "own.xsd"
    own.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:own">'
        '<xs:element name="Own"/></xs:schema>'
    )
    pointing = f'<Own xmlns="urn:own" {XSI} xsi:schemaLocation="urn:own {own.as_uri()}"/>'
    [(place, _)] = faults(msghead(pointing))
    assert place.endswith("/Content/Own")


def test_a_companion_in_a_format_without_schema_does_not_fail_the_message_it_follows() -> None:
    """A prescription or a calendar behind a dialogue; the dialogue itself is still held to its own schema."""
    companion = '<Avtale xmlns="urn:kalender"><Tid/></Avtale>'
    assert faults(msghead(REQUEST, companion)) == []
    [(place, _)] = faults(msghead(REQUEST.replace("TypeForesp", "Type"), companion))
    assert place.startswith("/MsgHead/Document[1]")


SIGNATURE = """<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>
    <CanonicalizationMethod Algorithm="urn:c"/><SignatureMethod Algorithm="urn:s"/>
    <Reference URI=""><DigestMethod Algorithm="urn:d"/><DigestValue>AAAA</DigestValue>
    </Reference></SignedInfo><SignatureValue Id="a">AAAA</SignatureValue><Object Id="{}"/></Signature>"""


def test_an_id_stands_once_in_a_signature() -> None:
    assert faults(msghead(REQUEST, after=SIGNATURE.format("b"))) == []
    [(place, message)] = faults(msghead(REQUEST, after=SIGNATURE.format("a")))
    assert place == "/MsgHead/Signature/Object/@Id"
    assert "«a»" in message


def test_documents_are_checked_side_by_side() -> None:
    documents = [DIALOGUE, MISTAKES["a fixed value is another"][0], REPORT, MISTAKES["an OID is none"][0]] * 40
    with ThreadPoolExecutor(8) as pool:
        places = [[where for where, _ in found] for found in pool.map(faults, documents)]
    wrong = [MISTAKES["a fixed value is another"][1]], [MISTAKES["an OID is none"][1]]
    assert places == [[], wrong[0], [], wrong[1]] * 40


# --- the schemas themselves ------------------------------------------------------------------------------------

XSD = "{http://www.w3.org/2001/XMLSchema}"
SCHEMA_FILES = sorted(directory("schemas").rglob("*.xsd"))


@pytest.mark.parametrize("file", SCHEMA_FILES, ids=lambda file: file.name)
def test_a_schema_brings_in_only_files_that_lie_beside_it(file: Path) -> None:
    root = etree.parse(file).getroot()
    for reference in root.iter(f"{XSD}import", f"{XSD}include"):
        place = reference.get("schemaLocation")
        if place is None:
            assert reference.get("namespace") == schemas.XMLDSIG
        else:
            assert (file.parent / place).resolve() in SCHEMA_FILES
    assert not list(root.iter(f"{XSD}redefine"))


@pytest.mark.parametrize(("namespace", "file"), schemas.SCHEMA_FILES.items())
def test_each_namespace_has_the_schema_the_table_says(namespace: str, file: str) -> None:
    assert etree.parse(directory("schemas") / file).getroot().get("targetNamespace") == namespace


def test_all_schemas_compile_at_once_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    everything = schemas.schema_document(frozenset(schemas.SCHEMA_FILES))
    assert "://" not in everything.replace("file://", "").replace("http://www.w3.org", "").replace(
        "http://www.kith.no", ""
    ).replace("http://ehelse.no", "")
    assert etree.XMLSchema(etree.fromstring(everything)).validate(etree.fromstring(DIALOGUE))


def test_a_valid_document_does_not_wake_the_explainer() -> None:
    program = (
        "import sys; from lxml import etree; from elmeld_tui.messages import schemas\n"
        "assert schemas.validate(etree.fromstring(sys.stdin.read())) == []\n"
        "assert 'xmlschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], input=DIALOGUE, text=True, check=True)
