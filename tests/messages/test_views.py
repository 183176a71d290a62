"""What a clinician sees: nothing is hidden, and what matters is where it is looked for."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from lab_report_samples import FRAME, HAEMOGLOBIN, REPORT
from lxml import etree
from message_samples import CLINIC, HOSPITAL, addressing, altered, referral, request
from shown import hidden, pieces, section
from tests.messages import reference_schemas
from tests.messages.test_schemas_generated import ROOTS, made_from

from elmeld_tui.messages import schemas, service_report, views, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.kinds import FORMS
from elmeld_tui.model.view import Field, Section, View

BASE64 = "http://www.kith.no/xmlstds/base64container"


def test_nothing_in_the_corpus_is_hidden(shared: Path) -> None:
    paths = sorted((shared / "corpus").glob("*/*/*.xml"))
    assert len(paths) > 100
    for path in paths:
        assert hidden(read(path.read_bytes())) == [], path


def test_nothing_we_write_is_hidden() -> None:
    for document in (
        referral(test=True),
        request(),
        read(writing.build("answer", {"text": "Svar"}, addressing(), in_reply_to=request())),
        read(writing.build("dialogue", {"subject": "x", "text": "a\nb"}, addressing())),
        read(service_report.build(REPORT, FRAME)),
    ):
        assert hidden(document) == []


@pytest.mark.parametrize("kind", [kind for kind in schemas.SCHEMA_FILES if kind in FORMS])
def test_nothing_in_documents_made_from_the_national_schemas_is_hidden(shared: Path, kind: str) -> None:
    national = xmlschema.XMLSchema10(reference_schemas.file(shared, kind), allow="local")
    roots = [element for element in national.elements.values() if element.local_name in ROOTS]
    chance = random.Random(80_601)
    for _ in range(8):
        made = made_from(chance.choice(roots), chance)
        for number, element in enumerate(made.iter()):
            # What is said is told apart, so that one shown piece does not stand for another.
            if element.text in {"text", "anything"}:
                element.text = f"sagt{number}"
            for name in ("V", "DN", "OT"):
                if element.get(name) == "text":
                    element.set(name, f"{name}{number}")
        document = read(etree.tostring(made, encoding="UTF-8"))
        assert hidden(document) == [], etree.tostring(made, encoding="unicode")


names = st.sampled_from(
    (
        *(
            "Patient",
            "ServReq",
            "ResultItem",
            "InfItem",
            "Type",
            "Id",
            "TypeId",
            "Name",
            "Address",
            "Heading",
            "HCP",
        ),
        *("Inst", "TeleCom", "NumResult", "NumResultValue", "TextResultValue", "Diagnosis", "Concept", "Ukjent"),
        *("ServReport", "AnalysedSubject", "Comment", "RefDoc", "MsgInfo", "Document", "Content", "Error", "br"),
        *("FamilyName", "Organisation", "TextResult", "DevResultInd", "Investigation", "RefInterval", "Status"),
    )
)
texts = st.text("abcæøå", max_size=6)
attributes = st.dictionaries(st.sampled_from(["V", "S", "DN", "OT", "U", "annet"]), texts, max_size=4)
elements = st.recursive(
    st.tuples(names, attributes, texts, texts, st.just([])),
    lambda inner: st.tuples(names, attributes, texts, texts, st.lists(inner, max_size=4)),
    max_leaves=20,
)


def markup(element: tuple[str, dict[str, str], str, str, list[object]]) -> str:
    name, attrs, text, tail, children = element
    written = "".join(f' {key}="{content}"' for key, content in attrs.items())
    inner = "".join(markup(child) for child in children)  # type: ignore[arg-type]
    return f"<{name}{written}>{text}{inner}</{name}>{tail}"


@pytest.mark.parametrize(
    ("root", "namespace"),
    [
        ("Message", "http://www.kith.no/xmlstds/henvisning/2012-02-15"),
        ("Message", "http://www.kith.no/xmlstds/labsvar/2012-02-15"),
        ("MsgHead", "http://www.kith.no/xmlstds/msghead/2006-05-24"),
        ("AppRec", "http://www.kith.no/xmlstds/apprec/2012-02-15"),
        ("Ukjent", "urn:ukjent"),
    ],
)
@given(children=st.lists(elements, max_size=4))
def test_nothing_in_any_tree_is_hidden(
    root: str, namespace: str, children: list[tuple[str, dict[str, str], str, str, list[object]]]
) -> None:
    inner = "".join(map(markup, children))
    document = read(f'<{root} xmlns="{namespace}">{inner}</{root}>'.encode())
    assert hidden(document) == []


def test_for_who_answers_what_is_asked_comes_first_and_the_patient_last_and_nothing_is_gone() -> None:
    whole = View(
        "Forespørsel",
        "dialogue",
        "1.1",
        (),
        (
            Section("Pasient", fields=(Field("Navn", "Ørjan Åsen"),)),
            Section("Forespørsel", fields=(Field("Formål", "Annet"),), text=("Siste EKG?",)),
            Section("Avsender", fields=(Field("HER-id", "8200001"),)),
        ),
        (),
    )
    assert [(s.title, s.text, len(s.fields)) for s in views.content_first(whole).sections] == [
        ("Forespørsel", ("Siste EKG?",), 0),
        ("Forespørsel", (), 1),
        ("Avsender", (), 1),
        ("Pasient", (), 1),
    ]


def test_a_report_is_a_table_with_flags_in_words() -> None:
    view = views.view(read(service_report.build(REPORT, FRAME)))
    assert view.title == "LAB-resultat · Medisinsk biokjemi"
    results = section(view, "Resultater").tables[0]
    assert results.columns == ("Undersøkelse", "Resultat", "Avvik", "Referanse", "Status")
    assert results.rows[:2] == (
        ("B-Hemoglobin", "10,2 g/dL", "↓ under", "11,7 - 15,3", "Endelig"),
        ("P-CRP", "<5 mg/L", "", "", ""),
    )
    assert ("B-Hemoglobin", "NOR05172", "NLK (Norsk laboratoriekodeverk) (7280)") in section(view, "Koder").tables[
        0
    ].rows


@pytest.mark.parametrize(
    ("code", "flag"), [("1", "↑ over"), ("2", "↓ under"), ("3", "* utenfor"), ("9", "* 9"), ("", "")]
)
def test_a_flag_is_a_sign_and_a_word(code: str, flag: str) -> None:
    result = replace(REPORT.results[0], deviation=code)
    view = views.view(read(service_report.build(replace(REPORT, results=(result,)), FRAME)))
    assert section(view, "Resultater").tables[0].rows[0][2] == flag


@pytest.mark.parametrize(
    ("comparator", "shown"), [("LT", "<5 mg/L"), ("GE", "≥5 mg/L"), ("EQ", "5 mg/L"), ("", "5 mg/L")]
)
def test_a_comparator_stands_with_its_number(comparator: str, shown: str) -> None:
    result = replace(REPORT.results[1], comparator=comparator)
    view = views.view(read(service_report.build(replace(REPORT, results=(result,)), FRAME)))
    assert section(view, "Resultater").tables[0].rows[0][1] == shown


def test_a_unit_of_one_is_not_read_as_a_digit() -> None:
    result = replace(REPORT.results[1], comparator="", number="1.1", unit="0")
    view = views.view(read(service_report.build(replace(REPORT, results=(result,)), FRAME)))
    assert section(view, "Resultater").tables[0].rows[0][1] == "1,1"


def test_resistance_stands_beside_its_finding_whatever_the_order() -> None:
    finding, resistance = REPORT.results[2], REPORT.results[3]
    for order in ((finding, resistance), (resistance, finding)):
        short = tuple(replace(one, text="Escherichia coli") if one is finding else one for one in order)
        view = views.view(read(service_report.build(replace(REPORT, results=short), FRAME)))
        table = section(view, "Resistensbestemmelse").tables[0]
        assert table.columns == ("Middel", "9 Escherichia coli")
        assert table.rows == (("Us-Ampicillin", "Resistent"),)


def test_resistance_without_its_finding_is_shown_as_not_linked() -> None:
    view = views.view(read(service_report.build(replace(REPORT, results=(REPORT.results[3],)), FRAME)))
    shown = section(view, "Resistensbestemmelse")
    assert shown.tables[0].columns == ("Middel", "ikke koblet til funn")
    assert shown.tables[0].rows == (("Us-Ampicillin", "Resistent"),)
    assert shown.text == ("Viser til resultat-id 9, som ikke er i svaret.",)


def test_running_findings_have_their_own_heading() -> None:
    report = replace(REPORT, results=(replace(REPORT.results[2], analysis=HAEMOGLOBIN, status="2", results=()),))
    view = views.view(read(service_report.build(report, FRAME)))
    assert section(view, "B-Hemoglobin · Foreløpig").text == ("Laboratorieresultat:\nEscherichia coli\nrikelig",)


def test_coded_values_are_text_with_the_code_at_hand() -> None:
    diagnosis = section(views.view(referral()), "Diagnose").fields[0]
    assert diagnosis == Field("Diagnose", "Diabetes type 2", "T90", "ICPC-2 (7170)")


def test_a_code_without_text_is_looked_up_and_an_unknown_one_stands_as_it_is() -> None:
    bare = altered(referral(), (' DN="Diabetes type 2"', ""))
    assert section(views.view(bare), "Diagnose").fields[0].value == "Diabetes type 2"
    unknown = altered(bare, ('V="T90"', 'V="Q99"'))
    assert section(views.view(unknown), "Diagnose").fields[0].value == "Q99"


def test_what_a_referral_asks_comes_before_what_it_tells() -> None:
    answers = {"reason": "Problemet", "social": "Bor alene", "diagnosis": ["ICPC-2:T90"], "history": "Lang"}
    view = views.view(read(writing.build("referral", answers, addressing())))
    titles = [one.title for one in view.sections]
    assert titles[:6] == [
        "Pasient",
        "Aktuell problemstilling",
        "Diagnose",
        "Ønsket tjeneste",
        "Familie/sosialt",
        "Sykehistorie",
    ]
    assert section(view, "Aktuell problemstilling").text == ("Problemet",)


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (referral(test=True), "TESTMELDING"),
        (request(test=True), "TESTMELDING"),
        (altered(referral(), ('Priority V="N"', 'Priority V="0"')), "ØYEBLIKKELIG HJELP"),
        (read(service_report.build(replace(REPORT, service_type="C"), FRAME)), "KANSELLERT"),
        (read(service_report.build(replace(REPORT, service_type="M"), FRAME)), "ENDRET"),
        (read(service_report.build(replace(REPORT, status="P"), FRAME)), "FORELØPIG"),
        (read(b"<ukjent/>"), "UKJENT"),
    ],
)
def test_what_must_be_seen_first_is_in_the_banner(document: Document, word: str) -> None:
    assert [line for line in views.view(document).banner if line.startswith(word)]


def test_a_copy_is_told_to_who_only_has_one() -> None:
    copy = "<CopyDest><HCP><Inst><Name>X</Name><Id>77</Id><TypeId V='HER'/></Inst></HCP></CopyDest>"
    document = altered(referral(), ("</Requester>", f"</Requester>{copy}"))
    assert any(line.startswith("KOPI") for line in views.view(document, our_her_ids=frozenset({"77"})).banner)
    assert views.view(document, our_her_ids=frozenset({HOSPITAL.her_id})).banner == ()


def test_an_ordinary_message_has_no_banner() -> None:
    assert views.view(referral()).banner == ()


def with_attachment(content: str, mime: str = "application/pdf", description: str = "Prøvesvar") -> View:
    document = (
        "<Document><RefDoc><IssueDate V='2026-11-22'/><MsgType V='A' DN='Vedlegg'/>"
        f"<MimeType>{mime}</MimeType><Description>{description}</Description>"
        f"<Content><Base64Container xmlns='{BASE64}'>{content}</Base64Container></Content></RefDoc></Document>"
    )
    return views.view(altered(request(), ("</Document></MsgHead>", f"</Document>{document}</MsgHead>")))


PDF = b"%PDF-1.7 innhold"


def test_an_attachment_is_decoded_and_described() -> None:
    attachment = with_attachment(base64.encodebytes(PDF).decode()).attachments[0]
    assert attachment.content == PDF
    assert attachment.size == len(PDF)
    assert attachment.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (attachment.name, attachment.mime, attachment.problem) == ("01-Prøvesvar.pdf", "application/pdf", "")


@pytest.mark.parametrize(
    ("content", "mime", "word"),
    [
        ("", "application/pdf", "tomt"),
        ("%%%", "application/pdf", "base64"),
        ("JVBERi0x!LjcK", "application/pdf", "base64"),
        ("JVBERi0xLjc", "application/pdf", "base64"),
        (base64.b64encode(b"\xff\xd8\xff\xe0jpeg").decode(), "application/pdf", "image/jpeg"),
        (base64.b64encode(b"MZ\x90\x00").decode(), "application/pdf", "program"),
        (base64.b64encode(PDF).decode(), "", "ikke oppgitt"),
    ],
)
def test_what_cannot_be_opened_as_declared_is_told(content: str, mime: str, word: str) -> None:
    view = with_attachment(content, mime)
    assert word in view.attachments[0].problem
    assert word in "\n".join(pieces(view))


@pytest.mark.parametrize(
    "description",
    [
        "../../etc/passwd",
        "C:\\temp\\a.exe",
        "a\u202egpj.exe",
        "-rf",
        "",
        "navn\nmed\tlinje",
        "." * 300,
        "ø" * 300,
        "CON",
    ],
)
def test_a_file_name_is_safe_whatever_the_description(description: str) -> None:
    attachment = with_attachment(base64.b64encode(PDF).decode(), description=description).attachments[0]
    assert re.fullmatch(r"\d\d-[\w-]*\.pdf", attachment.name)
    assert len(attachment.name) < 80


def test_a_reference_is_told_and_not_followed() -> None:
    pointer = (
        "<Document><RefDoc><MsgType V='REF'/><FileReference>http://example.invalid/x.pdf</FileReference>"
        "</RefDoc></Document>"
    )
    view = views.view(altered(request(), ("</Document></MsgHead>", f"</Document>{pointer}</MsgHead>")))
    assert view.attachments[0].problem == "Vist til, ikke vedlagt: http://example.invalid/x.pdf"
    assert view.attachments[0].size == 0


def test_data_carries_all_but_the_content_of_attachments() -> None:
    data = with_attachment(base64.b64encode(PDF).decode()).as_data()
    assert data["attachments"][0].keys() >= {"name", "mime", "description", "sha256"}
    assert "content" not in data["attachments"][0]


def test_sender_and_receiver_are_named_by_their_part() -> None:
    for document in (referral(), request()):
        view = views.view(document)
        assert CLINIC.organisation.name in [field.value for field in section(view, "Avsender").fields]
        assert HOSPITAL.organisation.name in [field.value for field in section(view, "Mottaker").fields]
