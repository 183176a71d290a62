"""The discharge summary: what its composer asks and refuses, that what is written is what was said, and reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clinical_answers import DRUGS, INFORMATION, PERSON
from form_answers import Strategies, answers_for, check_round_trip
from hypothesis import given, settings
from hypothesis import strategies as st
from message_samples import (
    CLINIC,
    HOSPITAL,
    NATIONAL_ID,
    PATIENT,
    REFERRAL,
    addressing,
    reference_faults,
    referral,
)

from elmeld_tui.messages import discharge_summary, schemas, views, writing
from elmeld_tui.messages.discharge_summary import DischargeSummary
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import find, find_all, local, text, value
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.parties import ident_of

NAME = "discharge-summary"
FORM = writing.forms()[NAME]
XHTML = "http://www.w3.org/1999/xhtml"

STAY: Answers = {"start": "2026-11-20T09:00", "end": "2026-11-22T14:30", "care_level": "1"}
PLAIN: Answers = STAY | {"main_diagnosis": ["ICD-10:E119"], "course": "Kom seg raskt"}

EVERYTHING: Answers = PLAIN | {
    "description": "Sykehusepikrise",
    "status": "P",
    "secondary_diagnosis": ["ICD-10:I109", "ICPC-2:A97"],
    "reason": "Falt\n\nhjemme",
    "social": "Bor alene",
    "earlier": "Diabetes",
    "findings": "CRP 5",
    "pending": "Biopsi",
    "function": "Går med stokk",
    "assessment": "Ferdig behandlet",
    "follow_up": "Fastlegen bes kontrollere HbA1c om 4 uker",
    "sick_leave": "Ut uken",
    "patient_information": "Informert",
    "medication": "Uendret ellers",
    "cave": "Sulfa\nPenicillin",
    "drugs": [{"drug": "ATC:A10BA02", "dose": "500", "unit": "mg", "dosage": "1 x 2"}],
    "sections": [{"heading": "LR", "text": "Se vedlegg"}],
    "information": [{"type": "OPIN", "text": "Kolecystektomi", "start": "2026-11-21"}],
    "referral": [{"id": "d-1", "issued": "2026-11-01", "content": "10", "diagnosis": ["ICPC-2:T90"]}],
    "gp": [{"name": "Berit Berg", "hpr": "9900402", "phone": "55900402"}],
    "referrer": [{"name": "Ola Lund"}],
    "contact": [{"name": "Kari Moe", "phone": "+4755900403"}],
    "responsible": [{"name": "Per Ås", "hpr": "9900405"}],
}

SPECIAL: Strategies = {
    "start": st.just("2026-11-20T09:00"),
    "end": st.sampled_from(["2026-11-20T09:01", "2027-01-01T00:00"]),
    "gp_is": st.just("receiver"),
    "gp": PERSON,
    "referrer": PERSON,
    "contact": PERSON,
    "responsible": PERSON,
    "drugs": DRUGS,
    "information": INFORMATION,
    "referral.diagnosis": st.just(["ICPC-2:T90"]),
}


def build(answers: Answers, **frame: object) -> Document:
    assert writing.check_answers(FORM, answers) == {}
    document = read(writing.build(NAME, answers, addressing(**frame)))
    assert schemas.validate(document.root) == []
    return document


def parse(answers: Answers, **frame: object) -> DischargeSummary:
    return discharge_summary.parse(build(answers, **frame))


@settings(deadline=None)
@given(data=st.data())
def test_what_was_said_is_what_is_read(data: st.DataObject) -> None:
    check_round_trip(FORM, data.draw(answers_for(FORM, SPECIAL)))


@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_the_national_schema_accepts_it(shared: Path, data: st.DataObject) -> None:
    check_round_trip(FORM, data.draw(answers_for(FORM, SPECIAL)), shared)


def test_everything_the_form_asks_can_be_said() -> None:
    assert set(EVERYTHING) | {"gp_is"} == {field.name for field in FORM.fields}
    said = discharge_summary.parse(check_round_trip(FORM, EVERYTHING))
    assert (said.status.value, said.description) == ("P", "Sykehusepikrise")
    event = said.events[0]
    assert (event.start, event.end) == (
        datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 13, 30, tzinfo=UTC),
    )
    assert event.care_level == CodedValue("1", text="Heldøgnsopphold")
    assert said.main_diagnoses == (
        CodedValue("E119", "2.16.578.1.12.4.1.1.7110", "Diabetes mellitus type 2 uten komplikasjoner"),
    )
    assert [one.value for one in said.secondary_diagnoses] == ["I109", "A97"]
    assert said.cave == ("Sulfa\nPenicillin",)
    assert [(one.name, one.dose, one.unit) for one in said.medication] == [("Metformin", "500", "mg")]
    assert said.referral is not None
    assert (said.referral.id, said.referral.issued) == ("d-1", "2026-11-01")


def test_without_an_end_only_a_preliminary_stay_leaves() -> None:
    staying = {name: answer for name, answer in PLAIN.items() if name != "end"}
    assert set(writing.check_answers(FORM, staying)) == {"end"}
    assert writing.check_answers(FORM, staying | {"status": "P"}) == {}
    assert writing.check_answers(FORM, staying | {"care_level": "3"}) == {}


def test_a_final_summary_says_when_it_was_approved() -> None:
    assert value(build(PLAIN).body, "ServRprt/ApprDate") == "2026-11-22T09:12:00+01:00"
    assert value(build(PLAIN | {"status": "P"}).body, "ServRprt/ApprDate") == ""


@pytest.mark.parametrize("service_type", ["M", "C"])
def test_a_change_or_cancellation_is_the_same_document_told_anew(service_type: str) -> None:
    first = build(EVERYTHING)
    again = build(
        writing.answers_of(NAME, first) | {"status": "F"},
        msg_id="11111111-2222-4333-8444-555555555555",
        now=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
        service_type=service_type,
        document_id=first.header.document_id,
        issued=datetime(2026, 11, 22, 8, 12, tzinfo=UTC),
    )
    assert value(again.body, "ServRprt/IssueDate") == value(first.body, "ServRprt/IssueDate")
    assert again.header.msg_id != first.header.msg_id
    assert discharge_summary.parse(again) == replace(
        discharge_summary.parse(first),
        service_type=service_type,
        status=CodedValue("F", text="Endelig rapport"),
    )


def test_attachments_and_copies_go_with_it() -> None:
    document = build(
        PLAIN, enclosures=(Enclosure("EKG", "application/pdf", b"%PDF-1.4\n%%EOF\n"),), copies=(CLINIC,)
    )
    assert b"<Description>EKG</Description>" in document.raw
    assert [one.role for one in document.header.receivers] == ["PRIM", "COP"]


def test_the_one_responsible_is_who_writes_unless_another_is_named() -> None:
    own = parse(PLAIN)
    assert own.responsible is not None
    assert (own.responsible.name, own.author) == ("Åse Nordfjord", None)
    assert [one.address for one in own.responsible.telecoms] == ["tel:55900401"]
    other = parse(EVERYTHING)
    assert other.responsible is not None
    assert other.author is not None
    assert (other.responsible.name, other.author.name) == ("Per Ås", "Åse Nordfjord")


@pytest.mark.parametrize(("form", "by_message"), [("referral-2.0", True), ("referral", False)])
def test_an_answer_to_a_referral_names_it_with_its_diagnosis(form: str, *, by_message: bool) -> None:
    asked = read(writing.build(form, REFERRAL, addressing(sender=HOSPITAL, receiver=CLINIC)))
    document = read(writing.build(NAME, PLAIN, addressing(), in_reply_to=asked))
    assert schemas.validate(document.root) == []
    answered = discharge_summary.parse(document).referral
    assert answered is not None
    assert answered.id == (asked.header.msg_id if by_message else asked.header.document_id)
    assert answered.issued == "2026-11-22T09:12:00+01:00"
    assert (answered.content.value, [one.value for one in answered.diagnoses]) == ("10", ["T90"])


# --- National criteria for sending ------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["2026-11-20T09:00", "2026-11-19T09:00"])
def test_s11_a_stay_ends_after_it_begins(end: str) -> None:
    assert set(writing.check_answers(FORM, PLAIN | {"end": end})) == {"end"}


def test_s12_an_identifier_never_stands_without_its_type() -> None:
    for element in build(EVERYTHING).root.iter():
        names = [local(child) for child in element]
        assert ("OffId" in names) == ("TypeOffId" in names)
        assert ("TypeId" in names) <= ("Id" in names)


def test_s13_the_patient_is_named_and_identified() -> None:
    patient = build(PLAIN).header.patient
    assert patient is not None
    assert (patient.name, ident_of(patient.idents, "FNR")) == (PATIENT.name, str(NATIONAL_ID))


def test_s17_both_parties_have_name_and_number_on_both_levels() -> None:
    header = build(PLAIN).header
    for party in (header.sender, header.receivers[0]):
        assert party is not None
        assert party.department is not None
        assert all(unit.name and unit.her_id for unit in (party.organisation, party.department))


def test_s29_every_clinical_heading_is_offered() -> None:
    said = {code.value for code, _ in parse(EVERYTHING).comments}
    assert said >= {"AI", "FA", "TS", "FU", "FO", "UP", "HJ", "VU", "OP", "SY", "IP"}


def test_s30_what_has_structure_is_structured() -> None:
    document = build(EVERYTHING, copies=(CLINIC,))
    said = discharge_summary.parse(document)
    header = document.header
    assert header.sender is not None
    assert header.patient is not None
    assert header.order_id == "d-1"
    assert said.events[0].start is not None
    assert said.events[0].end is not None
    for person in (said.responsible, said.referrer, said.contact):
        assert person is not None
        assert person.name
    assert said.gp is not None
    assert said.referral is not None
    assert said.referral.diagnoses
    assert said.main_diagnoses
    assert said.cave
    assert header.receivers[1].role == "COP"


def test_s31_there_is_always_an_event_with_a_main_diagnosis_and_a_comment() -> None:
    events = find_all(build(PLAIN).body, "ServRprt/Event")
    assert len(events) == 1
    assert find(events[0], "ReportedEvent") is not None
    assert [value(one, "Type") for one in find_all(events[0], "InfItem")] == ["H"]
    assert len(find_all(events[0], "Comment")) == 1


@pytest.mark.parametrize(
    ("without", "field"), [("main_diagnosis", "main_diagnosis"), ("course", "course"), ("start", "start")]
)
def test_s31_without_diagnosis_comment_or_time_it_does_not_leave(without: str, field: str) -> None:
    answers = {name: answer for name, answer in PLAIN.items() if name != without}
    assert set(writing.check_answers(FORM, answers)) == {field}


def test_s31_a_referral_is_never_named_without_diagnosis() -> None:
    told: Answers = {"referral": [{"id": "d-1", "issued": "2026-11-01"}]}
    assert set(writing.check_answers(FORM, PLAIN | told)) == {"referral.0.diagnosis"}
    in_words = referral()
    bare = read(in_words.raw.replace(b'V="T90" S="2.16.578.1.12.4.1.1.7170" DN="Diabetes type 2"', b'OT="Vondt"'))
    document = read(writing.build(NAME, PLAIN, addressing(), in_reply_to=bare))
    answered = discharge_summary.parse(document).referral
    assert answered is not None
    assert answered.diagnoses == (CodedValue(original_text="Vondt"),)


def test_s31_an_information_item_is_of_exactly_one_kind() -> None:
    items = find_all(build(EVERYTHING).body, "ServRprt/Event/InfItem")
    assert len(items) == 6
    for item in items:
        kinds = [local(child) for child in item if local(child) in {"Observation", "Medication", "ResultItem"}]
        assert len(kinds) == 1


def test_s32_the_general_practitioner_is_named_and_has_a_copy_when_another_receives_it() -> None:
    own = parse(PLAIN)
    assert own.gp is not None
    assert own.gp.her_id == HOSPITAL.her_id
    assert parse(PLAIN | {"gp_is": "none"}).gp is None
    document = build(PLAIN | {"gp": EVERYTHING["gp"]}, copies=(CLINIC,))
    said = discharge_summary.parse(document)
    assert said.gp is not None
    assert said.gp.name == "Berit Berg"
    assert document.header.receivers[1].her_id == CLINIC.her_id
    assert any("kopimottaker" in note for note in FORM.notes)


def test_s33_a_correction_says_that_it_is_one() -> None:
    first = build(PLAIN)
    changed = build(PLAIN, service_type="M", document_id=first.header.document_id)
    assert (changed.header.service_type, changed.header.document_id) == ("M", first.header.document_id)
    assert any(line.startswith("ENDRET") for line in views.view(changed).banner)


def test_s34_a_line_break_is_a_br() -> None:
    document = build(PLAIN | {"course": "Første\nAndre\n\nFjerde"})
    written = find(document.body, "ServRprt/Event/Comment/TextResultValue")
    assert written is not None
    assert [inner.tag for inner in written] == [f"{{{XHTML}}}br"] * 3
    assert {code.value: words for code, words in discharge_summary.parse(document).comments} == {
        "FO": "Første\nAndre\n\nFjerde"
    }


# --- Reading what others write ----------------------------------------------------------------------------------


def test_formatted_text_and_nested_events_of_a_stranger_are_read() -> None:
    written = f"""<Message xmlns="http://www.kith.no/xmlstds/epikrise/2006-09-23"><ServRprt><Event>
        <Service/><Event><InfItem><Observation><Description><div xmlns="{XHTML}"><p>Sulfa</p><p>Egg</p></div>
        </Description></Observation><Type V="CAVE"/></InfItem></Event>
        <Comment><Heading V="ÅI"/><TextResultValue>Linje 1<br xmlns="{XHTML}"/>
           Linje 2</TextResultValue></Comment></Event></ServRprt></Message>"""
    said = discharge_summary.parse(read(written.encode()))
    assert said.cave == ("Sulfa\n\nEgg",)
    assert [(code.value, words) for code, words in said.comments] == [("ÅI", "Linje 1\nLinje 2")]
    assert writing.answers_of(NAME, read(written.encode()))["reason"] == "Linje 1\nLinje 2"


@pytest.mark.parametrize(("version", "gp"), [("1.1", "Tulle tre"), ("1.2", "Magnar Koman")])
def test_the_national_summary_says_what_it_says(shared: Path, version: str, gp: str) -> None:
    path = shared / "corpus" / "epikrise" / version / f"epikrise_v{version}_n.xml"
    said = discharge_summary.parse(read(path.read_bytes()))
    assert (said.description, said.status.value, said.service_type) == ("Sykehusepikrise", "F", "N")
    assert [one.value for one in said.main_diagnoses] == ["I330"]
    assert [one.value for one in said.secondary_diagnoses] == ["E119", "I252"]
    assert said.cave == ("Sulfa (exanthem 1999)",)
    assert [one.name for one in said.medication] == ["Furix", "Selo-Zok", "Zyloric", "Apocillin"]
    assert said.medication[3].dosage == "1 tabl. x2 i 4 uker etter utskrivelse"
    assert [code.value for code, _ in said.comments] == ["AI", "FO", "HJ", "VU", "OP", "SY", "IP"]
    assert said.events[0].start == datetime(2017, 4, 27, 7, 0, 10, tzinfo=UTC)
    assert said.events[0].end == datetime(2017, 5, 4, 7, 20, 12, tzinfo=UTC)
    assert (said.events[0].care_level.value, said.events[0].outcome.text) == ("1", "Ut til hjemmet")
    assert said.referral is not None
    assert [one.value for one in said.referral.diagnoses] == ["T90"]
    assert said.responsible is not None
    assert said.responsible.name == "Overlege Rita Lin"
    assert said.gp is not None
    assert said.gp.name == gp
    assert said.referrer is not None
    assert said.referrer.name == "Turnuslege August September"


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_the_national_cancellation_has_no_event(shared: Path, version: str) -> None:
    path = shared / "corpus" / "epikrise" / version / f"epikrise_v{version}_c.xml"
    said = discharge_summary.parse(read(path.read_bytes()))
    assert (said.service_type, said.events, said.comments) == ("C", (), ())
    assert said.id


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        (NAME, PLAIN),
        ("treatment-note", {"contact_date": "2026-11-20", "main_diagnosis": ["ICPC-2:T90"], "text": "x"}),
    ],
)
def test_every_national_referral_can_be_answered(shared: Path, form: str, answers: Answers) -> None:
    for path in sorted((shared / "corpus" / "henvisning").glob("*/*.xml")):
        asked = read(path.read_bytes())
        document = read(writing.build(form, answers, addressing(), in_reply_to=asked))
        assert [*schemas.validate(document.root), *reference_faults(shared, document)] == [], path
        answered = discharge_summary.parse(document).referral
        assert answered is not None
        assert answered.id in {asked.header.msg_id, asked.header.document_id}
        assert answered.diagnoses


def test_a_referral_that_says_next_to_nothing_can_be_answered() -> None:
    bare = b"""<Message xmlns="http://www.kith.no/xmlstds/henvisning/2005-07-08"><GenDate V="2026-11-01"/>
        <ServReq><Id>D1</Id></ServReq></Message>"""
    document = read(writing.build(NAME, PLAIN, addressing(), in_reply_to=read(bare)))
    assert schemas.validate(document.root) == []
    answered = discharge_summary.parse(document).referral
    assert answered is not None
    assert (answered.id, answered.issued, answered.content.value) == ("D1", "2026-11-01", "99")


def test_the_national_summary_can_be_taken_up_in_the_composer(shared: Path) -> None:
    document = read((shared / "corpus" / "epikrise" / "1.2" / "epikrise_v1.2_n.xml").read_bytes())
    answers = writing.answers_of(NAME, document)
    assert (answers["start"], answers["end"]) == ("2017-04-27T09:00", "2017-05-04T09:20")
    assert answers["sick_leave"] == "Sykmeldt ut uken etter utskrivelsen."
    form = writing.form_of(document)
    assert form is not None
    assert form.name == NAME
    assert text(document.body, "ServRprt/MsgDescr") == answers["description"]
