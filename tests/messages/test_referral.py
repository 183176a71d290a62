"""The referral: what its composers ask and refuse, that what is written is what was said, and reading every version."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from clinical_answers import DRUGS, HER_ID, INFORMATION, PERSON, PHONE, REQUIRED_PERSON
from form_answers import Strategies, answers_for, check_round_trip
from hypothesis import given, settings
from hypothesis import strategies as st
from message_samples import CLINIC, DOCTOR, HOSPITAL, NATIONAL_ID, PATIENT, REFERRAL, addressing

from elmeld_tui.messages import patients, referral, schemas, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import find, value
from elmeld_tui.messages.referral import Referral
from elmeld_tui.messages.referral import answers as referral_answers
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.parties import Ident, ident_of

FORMS = writing.forms()
VERSIONS = ["referral-2.0", "referral"]
PDF = Enclosure("EKG", "application/pdf", b"%PDF-1.4\n%%EOF\n")

SPECIAL: Strategies = {
    "drugs": DRUGS,
    "information": INFORMATION,
    "gp": PERSON,
    "gp_is": st.just("sender"),
    "wanted_practitioner": PERSON,
    "wanted_place.her_id": HER_ID,
    "next_of_kin.phone": PHONE,
    "consent": st.sampled_from(["1", "4"]),
    "content": st.sampled_from(["10", "99"]),
}
WITH_NUMBERS = SPECIAL | {"gp": REQUIRED_PERSON, "wanted_practitioner": REQUIRED_PERSON}

EVERYTHING: Answers = {
    "urgency": "3",
    "content": "10",
    "diagnosis": ["ICPC-2:T90", "ICD-10:E119"],
    "diagnosis_text": "Mistenkt noe annet",
    "reason": "Første linje\n\nTredje linje",
    "history": "Lang",
    "findings": "Få",
    "medication": "Se under",
    "drugs": [
        {"drug": "ATC:N02BE01", "name": "Paracet", "dose": "500", "unit": "mg", "dosage": "1-2 ved behov"},
        {"name": "Noe naturlig"},
    ],
    "cave": "Penicillin",
    "social": "Bor alene",
    "expected": "Vurdering",
    "wanted_date": "2026-12-24",
    "comment": "Helst formiddag",
    "sections": [{"heading": "FO", "text": "Verre"}, {"heading": "IP", "text": "Informert"}],
    "information": [{"type": "SYKM", "text": "Sykmeldt", "start": "2026-11-01", "end": "2026-11-30"}],
    "considerations": "Rullestol",
    "gp": [{"name": "Berit van Dijk", "hpr": "9900402", "phone": "+4755900402"}],
    "next_of_kin": [
        {
            "relation": "EF",
            "family_name": "Iŋgadóttir",
            "given_name": "Ovlláš",
            "phone": "90000000",
            "remark": "Nås lett",
        }
    ],
    "wanted_place": [{"name": "Fjord sykehus", "her_id": "8200001"}],
    "wanted_practitioner": [{"name": "Åse Nordfjord", "hpr": "9900401"}],
    "interpreter": [{"language": "SE", "hearing_loss": "no", "remark": "Helst kvinne"}],
    "consent": "1",
    "consent_date": "2026-11-20",
    "consent_by": "Pasienten",
    "payment": "1",
    "remark": "Ny dose",
}


def build(form: str, answers: Answers, **frame: object) -> Document:
    assert writing.check_answers(FORMS[form], answers) == {}
    document = read(writing.build(form, answers, addressing(**frame)))
    assert schemas.validate(document.root) == []
    return document


def parse(form: str, answers: Answers, **frame: object) -> Referral:
    return referral.parse(build(form, answers, **frame))


@settings(deadline=None)
@given(data=st.data())
@pytest.mark.parametrize(("form", "special"), [("referral-2.0", WITH_NUMBERS), ("referral", SPECIAL)])
def test_what_was_said_is_what_is_read(form: str, special: Strategies, data: st.DataObject) -> None:
    check_round_trip(FORMS[form], data.draw(answers_for(FORMS[form], special)))


@settings(deadline=None, max_examples=20)
@given(data=st.data())
@pytest.mark.parametrize(("form", "special"), [("referral-2.0", WITH_NUMBERS), ("referral", SPECIAL)])
def test_the_national_schemas_accept_it(shared: Path, form: str, special: Strategies, data: st.DataObject) -> None:
    check_round_trip(FORMS[form], data.draw(answers_for(FORMS[form], special)), shared)


@pytest.mark.parametrize("form", VERSIONS)
def test_everything_a_form_asks_can_be_said(form: str) -> None:
    newest: Answers = {"plan": [{"exists": "yes", "coordinator": "no", "remark": "Under arbeid"}]}
    answers = EVERYTHING | (newest if form == "referral-2.0" else {})
    assert set(answers) | {"gp_is"} == {field.name for field in FORMS[form].fields}
    said = referral.parse(check_round_trip(FORMS[form], answers))
    assert (said.urgency.value, said.content.value, said.payment.value) == ("3", "10", "1")
    assert [(one.value, one.original_text) for one in said.diagnoses] == [
        ("T90", ""),
        ("E119", ""),
        ("", "Mistenkt noe annet"),
    ]
    assert {code.value: words for code, words in said.reasons} == {
        "PROB": "Første linje\n\nTredje linje",
        "FA": "Bor alene",
        "UTRED": "Vurdering",
        "FO": "Verre",
        "IP": "Informert",
    }
    assert said.gp is not None
    assert (said.gp.name, ident_of(said.gp.idents, "HPR")) == ("Berit van Dijk", "9900402")
    assert said.wanted_place is not None
    assert said.wanted_place.name == "Fjord sykehus"
    assert said.wanted_practitioner is not None
    assert said.wanted_practitioner.name == "Åse Nordfjord"
    assert said.next_of_kin[0].person.name == "Ovlláš Iŋgadóttir"
    assert (said.interpreting[0].language.value, said.interpreting[0].hearing_loss) == ("SE", False)
    assert (said.consents[0].status.value, said.consents[0].given) == ("1", date(2026, 11, 20))
    assert said.wanted_date == date(2026, 12, 24)
    assert said.remark == "Ny dose"


def test_the_newest_version_is_the_usual_one() -> None:
    family = [name for name, form in FORMS.items() if form.family == "referral"]
    assert family == VERSIONS
    assert all(FORMS[name].changes == "NMC" and FORMS[name].attachments for name in family)


def test_a_medicine_is_told_with_its_code_and_the_name_it_is_known_by() -> None:
    said = parse("referral-2.0", EVERYTHING)
    told = [one.medication for one in said.information if one.medication]
    assert [(one.drug.value, one.name, one.dose, one.unit) for one in told] == [
        ("N02BE01", "Paracet", "500", "mg"),
        ("", "Noe naturlig", "", ""),
    ]
    assert (told[0].drug.system, told[0].drug.text) == ("2.16.578.1.12.4.1.1.7180", "Paracetamol")
    assert told[0].status == CodedValue("1", text="Fast")


@pytest.mark.parametrize("form", VERSIONS)
def test_the_referrer_is_the_general_practitioner_unless_another_is_named(form: str) -> None:
    said = parse(form, REFERRAL)
    assert said.gp is not None
    assert said.gp.name == DOCTOR.name
    assert parse(form, REFERRAL | {"gp_is": "none"}).gp is None
    assert writing.answers_of(form, build(form, REFERRAL))["gp_is"] == "sender"


@pytest.mark.parametrize("form", VERSIONS)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"gp_is": "none", "gp": [{"name": "B", "hpr": "9900402"}]}, "gp_is"),
        ({"consent_date": "2026-11-20"}, "consent_date"),
        ({"consent_by": "Mor"}, "consent_by"),
        ({"urgency": "PK", "content": "11"}, "content"),
        ({"drugs": [{"dosage": "1 x 1"}]}, "drugs.0.name"),
        ({"drugs": [{}, {"name": "x", "dose": "5"}]}, "drugs.1.unit"),
        ({"drugs": [{"name": "x", "unit": "mg"}]}, "drugs.0.dose"),
        ({"gp": [{"name": "B", "hpr": "99"}]}, "gp.0.hpr"),
        ({"gp": [{"name": "B", "hpr": "9900402", "phone": "ring meg"}]}, "gp.0.phone"),
        ({"wanted_place": [{"name": "Fjord", "her_id": "X1"}]}, "wanted_place.0.her_id"),
    ],
)
def test_what_contradicts_itself_is_told_beside_its_field(form: str, change: Answers, field: str) -> None:
    problems = writing.check_answers(FORMS[form], REFERRAL | change)
    assert set(problems) == {field}
    assert problems[field].endswith(".")


def test_the_newest_version_wants_a_number_of_whom_it_names() -> None:
    answers = REFERRAL | {"gp": [{"name": "Berit Berg"}], "wanted_place": [{"name": "Fjord"}]}
    assert set(writing.check_answers(FORMS["referral-2.0"], answers)) == {"gp.0.hpr", "wanted_place.0.her_id"}
    assert writing.check_answers(FORMS["referral"], answers) == {}


def test_a_telephone_number_is_read_without_its_spaces() -> None:
    said = parse("referral", REFERRAL | {"gp": [{"name": "Berit Berg", "phone": "55 90 04 02"}]})
    assert said.gp is not None
    assert [one.address for one in said.gp.telecoms] == ["tel:55900402"]


def test_a_2_0_has_one_receiver_only() -> None:
    form = FORMS["referral-2.0"]
    assert not form.copies
    assert any("én mottaker" in note for note in form.notes)
    with pytest.raises(ValueError, match="kopimottakere"):
        writing.build("referral-2.0", REFERRAL, addressing(copies=(HOSPITAL,)))


def test_a_2_0_says_nothing_of_what_is_reserved_for_the_onward_referral() -> None:
    document = build("referral-2.0", EVERYTHING | {"urgency": "PK"})
    assert find(document.body, "VurderingAvHenvisning") is None
    assert find(document.body, "Pakkeforlop") is None


def test_the_referring_professional_is_named_with_role_profession_and_telephone() -> None:
    body = build("referral-2.0", REFERRAL).body
    responsible = find(body, "AnsvarForRapport")
    assert value(responsible, "TypeRelasjon") == "HHE"
    assert value(responsible, "AnsvarligRapport/TypeHealthcareProfessional") == "LE"
    assert value(responsible, "AnsvarligRapport/TeleCom/TeleAddress") == "tel:55900401"
    of_the_clinic = replace(
        CLINIC,
        person=replace(DOCTOR, telecoms=()),
        organisation=replace(CLINIC.organisation, telecoms=(Telecom(CodedValue("WP"), "tel:55900400"),)),
    )
    body = build("referral-2.0", REFERRAL, sender=of_the_clinic).body
    assert value(body, "AnsvarForRapport/AnsvarligRapport/TeleCom/TeleAddress") == "tel:55900400"


@pytest.mark.parametrize("form", VERSIONS)
@pytest.mark.parametrize("service_type", ["M", "C"])
def test_a_change_or_cancellation_is_the_same_document_told_anew(form: str, service_type: str) -> None:
    first = build(form, EVERYTHING)
    again = build(
        form,
        writing.answers_of(form, first) | {"remark": "Feil dose"},
        msg_id="11111111-2222-4333-8444-555555555555",
        now=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
        service_type=service_type,
        document_id=first.header.document_id,
        issued=datetime(2026, 11, 22, 8, 12, tzinfo=UTC),
        conversation=Conversation(first.header.msg_id, first.header.msg_id),
    )
    assert again.header.service_type == service_type
    assert again.header.document_id == first.header.document_id
    assert again.header.msg_id != first.header.msg_id
    request = "ServReq/IssueDate" if form == "referral" else "IssueDate"
    assert value(again.body, request) == value(first.body, request) == "2026-11-22T09:12:00+01:00"
    if form == "referral-2.0":
        assert again.header.conversation == Conversation(first.header.msg_id, first.header.msg_id)
    assert referral.parse(again) == replace(referral.parse(first), service_type=service_type, remark="Feil dose")


@pytest.mark.parametrize("form", VERSIONS)
def test_attachments_go_with_it(form: str) -> None:
    document = build(form, REFERRAL, enclosures=(PDF,))
    assert b"JVBERi0xLjQK" in document.raw
    assert b"<Description>EKG</Description>" in document.raw


def test_a_1_1_tells_who_gets_a_copy() -> None:
    document = build("referral", REFERRAL, copies=(replace(CLINIC, department=None),))
    assert [one.role for one in document.header.receivers] == ["PRIM", "COP"]


# --- National criteria for sending ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", VERSIONS)
def test_s11_nothing_ends_before_it_begins(form: str) -> None:
    fact = {"type": "SYKM", "text": "x", "start": "2026-11-02", "end": "2026-11-01"}
    assert set(writing.check_answers(FORMS[form], REFERRAL | {"information": [fact]})) == {"information.0.end"}


@pytest.mark.parametrize("form", VERSIONS)
def test_s12_an_identifier_never_stands_without_its_type(form: str) -> None:
    document = build(form, EVERYTHING)
    for element in document.root.iter():
        names = [str(child.tag).rpartition("}")[2] for child in element]
        assert ("OffId" in names) == ("TypeOffId" in names)
        if "TypeId" in names:
            assert "Id" in names
    assert b"TypeId" in document.raw


@pytest.mark.parametrize("form", VERSIONS)
def test_s13_the_patient_is_named_and_identified(form: str) -> None:
    patient = build(form, REFERRAL).header.patient
    assert patient is not None
    assert patient.name == PATIENT.name
    assert ident_of(patient.idents, "FNR") == str(NATIONAL_ID)


@pytest.mark.parametrize("form", VERSIONS)
def test_s16_without_a_number_name_birth_date_and_sex_stand_for_it(form: str) -> None:
    patient = build(form, REFERRAL, patient=replace(PATIENT, idents=())).header.patient
    assert patient is not None
    assert (patient.name, patient.birth_date, patient.sex.value) == (PATIENT.name, PATIENT.birth_date, "2")
    assert patient.idents == ()


@pytest.mark.parametrize("form", VERSIONS)
def test_s14_a_local_number_is_told_as_what_it_is(form: str) -> None:
    local = replace(PATIENT, idents=(Ident("13516900216", CodedValue("HNR", text="H-nummer")),))
    patient = build(form, REFERRAL, patient=local).header.patient
    assert patient is not None
    assert patient.national_id is None
    assert ident_of(patient.idents, "HNR") == "13516900216"


@pytest.mark.parametrize("form", VERSIONS)
def test_s17_both_parties_have_name_and_number_on_both_levels(form: str) -> None:
    header = build(form, REFERRAL).header
    for party in (header.sender, header.receivers[0]):
        assert party is not None
        assert party.department is not None
        for unit in (party.organisation, party.department):
            assert unit.name
            assert unit.her_id


@pytest.mark.parametrize("form", VERSIONS)
def test_s27_a_diagnosis_has_code_list_and_text_or_else_words(form: str) -> None:
    coded, in_words = (
        parse(form, {"reason": "x"} | answer).diagnoses[0]
        for answer in ({"diagnosis": ["ICPC-2:T90"]}, {"diagnosis_text": "Uavklart"})
    )
    assert coded == CodedValue("T90", "2.16.578.1.12.4.1.1.7170", "Diabetes type 2")
    assert in_words == CodedValue(original_text="Uavklart")


@pytest.mark.parametrize("form", VERSIONS)
def test_s28_a_wrong_or_missing_number_is_told(form: str) -> None:
    wrong = replace(PATIENT, idents=(Ident("02118200388", CodedValue("FNR", text="Fødselsnummer")),))
    removed = replace(PATIENT, idents=())
    unknown = replace(PATIENT, idents=(), birth_date=None)
    told = {
        name: (
            [one.code for one in patients.remarks(document.header, test_mode=True)],
            [one.code for one in patients.faults(document)],
        )
        for name, document in (
            ("wrong", build(form, REFERRAL, patient=wrong)),
            ("removed", build(form, REFERRAL, patient=removed)),
            ("unknown", build(form, REFERRAL, patient=unknown)),
        )
    }
    assert "E31" in told["wrong"][0]
    assert told["removed"] == (["no_national_id"], [])
    assert told["unknown"][1] == ["E36"]


@pytest.mark.parametrize("form", VERSIONS)
def test_s28_a_referral_whose_diagnosis_was_taken_away_does_not_leave(form: str) -> None:
    answers = writing.answers_of(form, build(form, REFERRAL))
    del answers["diagnosis"]
    assert set(writing.check_answers(FORMS[form], answers)) == {"diagnosis"}


# --- Reading what others write ----------------------------------------------------------------------------------


def corpus(shared: Path, name: str) -> Referral:
    return referral.parse(read((shared / "corpus" / "henvisning" / name).read_bytes()))


def test_the_own_document_of_a_stranger_is_read_without_what_it_does_not_have() -> None:
    bare = b"""<Message xmlns="http://www.kith.no/xmlstds/henvisning/2005-07-08"><ServReq><Id>D1</Id>
        <Diagnosis><Concept OT="Vondt"/></Diagnosis></ServReq></Message>"""
    said = referral.parse(read(bare))
    assert (said.id, said.diagnoses, said.reasons) == ("D1", (CodedValue(original_text="Vondt"),), ())
    assert (said.referrer, said.gp, said.assessment, said.plan) == (None, None, None, None)


def test_an_onward_referral_is_read_with_assessment_pathway_and_sent_documents() -> None:
    written = build("referral-2.0", REFERRAL).raw.decode()
    parts = 'xmlns="http://ehelse.no/xmlstds/po/poKomponent/2017-11-30"'
    onward = """<VurderingAvHenvisning>
          <DatoMottakOgVurdering><TypeDato V="1" S="2.16.578.1.12.4.1.1.9147" DN="Ansiennitetsdato"/>
            <Dato>2026-11-01</Dato></DatoMottakOgVurdering>
          <Opplysninger><FrittSykehusvalg>false</FrittSykehusvalg><ForlopsId>F-1</ForlopsId>
            <RettTilHelsehjelp>true</RettTilHelsehjelp>
            <UtfallAvVurdering V="2" S="2.16.578.1.12.4.1.1.8485" DN="Behandling"/></Opplysninger>
        </VurderingAvHenvisning>
        <Pakkeforlop><Pakkeforlopskode V="A16A" S="2.16.578.1.12.4.1.1.8480" DN="Start"/>
          <Merknad>Mottatt</Merknad></Pakkeforlop>"""
    sent = f"""<SendtDokument {parts}><Opplysning V="1" S="2.16.578.1.12.4.1.1.8329" DN="Brev"/><JaNei>true</JaNei>
        <DatoSendt>2026-11-02</DatoSendt><NavnMottaker>Fjord sykehus</NavnMottaker></SendtDokument>"""
    written = written.replace("</ReqServ>", f"</ReqServ>{onward}", 1)
    written = re.sub(r"(<TypeInnholdIMelding)", rf"{sent}\1", written, count=1)
    document = read(written.encode())
    assert schemas.validate(document.root) == []
    said = referral.parse(document)
    assert said.assessment is not None
    assert [(code.text, on) for code, on in said.assessment.dates] == [("Ansiennitetsdato", date(2026, 11, 1))]
    assert (said.assessment.free_choice, said.assessment.entitled) == (False, True)
    assert (said.assessment.pathway_id, said.assessment.outcome.value) == ("F-1", "2")
    assert [(code.value, remark) for code, remark in said.pathways] == [("A16A", "Mottatt")]
    assert [(one.what.text, one.sent, one.on, one.to) for one in said.sent_documents] == [
        ("Brev", True, date(2026, 11, 2), "Fjord sykehus")
    ]


def test_the_national_2_0_says_what_it_says(shared: Path) -> None:
    said = corpus(shared, "2.0/Henvisning_ny_tilstand_v2-0_Ny.xml")
    assert (said.urgency.value, said.content.value) == ("N", "10")
    assert [one.value for one in said.diagnoses] == ["L88"]
    assert said.referrer is not None
    assert said.referrer.name == "May Jones"
    assert said.gp is not None
    assert said.gp.name == "August September"
    assert [one.type.value for one in said.information] == ["FUNN", "CAVE", "MEDB", "MEDB"]
    assert said.information[3].text == "Paracet, tablett 500mg, 1-2 tabl. ved behov"
    assert (said.next_of_kin[0].relation.value, said.next_of_kin[0].nearest) == ("MO", True)
    assert said.interpreting[0].language.value == "SE"
    assert {code.value: words for code, words in said.reasons}["FA"].startswith("Fraskilt")


def test_the_national_onward_referral_says_what_it_says(shared: Path) -> None:
    said = corpus(shared, "2.0/Viderehenvisning_v2-0_Rettighetsvurdert_etter_ventetid_pakkeforlop_Ny.xml")
    assert said.urgency.value == "PK"
    assert said.assessment is not None
    assert [on for _, on in said.assessment.dates] == [date(2017, 12, day) for day in (20, 22, 30, 27)]
    assert (said.assessment.waiting_ended.value, said.assessment.entitled) == ("1", True)
    assert [code.value for code, _ in said.pathways] == ["A16A", "A16S", "A16CK"]
    medicines = [one.medication for one in said.information if one.medication]
    assert [(one.name, one.dose, one.unit) for one in medicines] == [
        ("Prednisolon", "5", "mg"),
        ("Zoladex", "10.8", "mg"),
    ]
    assert said.information[1].start == date(2017, 12, 29)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_the_national_structured_referrals_say_what_they_say(shared: Path, version: str) -> None:
    said = corpus(shared, f"{version}/henvisning-strukturert_v{version}_n.xml")
    assert said.urgency.value == "0"
    assert [one.value for one in said.diagnoses] == ["A79"]
    results = {one.concept.text: one.text for one in said.information if one.concept}
    assert results["P-CEA"] == "48.1 IE/L"
    assert [one.medication.name for one in said.information if one.medication] == ["Sotacor Tab"]
    sick = next(one for one in said.information if one.type.value == "SYKM")
    assert (sick.start, sick.end) == (date(2017, 1, 19), date(2017, 3, 19))
    assert said.referrer is not None
    assert said.referrer.name == "Rita Lin"
    assert [address.address for address in said.referrer.telecoms] == ["tel:+4722345678"]
    assert said.gp is not None
    assert said.gp.name == "Magnar Koman"


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0"])
def test_every_national_referral_can_be_taken_up_again_in_the_composer(shared: Path, version: str) -> None:
    form = "referral-2.0" if version == "2.0" else "referral"
    for path in sorted((shared / "corpus" / "henvisning" / version).glob("*.xml")):
        document = read(path.read_bytes())
        answers = writing.answers_of(form, document)
        said = referral.parse(document)
        assert answers.get("reason", "") == "\n".join(w for c, w in said.reasons if c.value == "PROB"), path
        assert set(answers) <= {field.name for field in FORMS[form].fields}
        if said.service_type == "N" and said.diagnoses:
            answers.pop("drugs", None)
            again = referral.parse(read(writing.build(form, answers, addressing())))
            assert [one.value for one in again.diagnoses if one.value] == [
                one.value for one in said.diagnoses if one.system.endswith(("7170", "7110"))
            ], path


def test_what_the_form_has_no_code_for_is_kept_in_words() -> None:
    foreign = [CodedValue("Z99", "2.16.578.1.12.4.1.1.7110", "Avhengighet"), CodedValue(original_text="Fritt")]
    assert referral_answers.diagnosis_answers(foreign) == ((), "Avhengighet (Z99); Fritt")
