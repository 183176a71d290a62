"""Dialogue between health services: every form both ways, and what the standards ask of each."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from form_answers import answers_for, check_round_trip
from hypothesis import given
from hypothesis import strategies as st
from message_samples import CLINIC, HOSPITAL, MSG_ID, NOW, addressing, reference_faults, referral, request

from elmeld_tui.messages import dialogue, schemas, writing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.dialogue import Note, Request
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import find, find_all, local, text, value
from elmeld_tui.model.codes import oid
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.identifiers import is_uuid, new_uuid
from elmeld_tui.model.parties import Patient

FORMS = writing.forms()
NAMES = ["dialogue", "request", "answer", "note", "deviation"]
THREAD = Conversation("6f8c4f0e-0000-4d0c-9a37-0d6a9f7c1b52", "6f8c4f0e-0000-4d0c-9a37-0d6a9f7c1b52")
SAMPLES: dict[str, Answers] = {
    "dialogue": {
        "theme": "6",
        "subject": "EKG tatt i dag",
        "text": "Ettersender EKG.\nSe vedlegg.",
        "contact_profession": "LE",
        "contact_name": "Kari Fjord",
    },
    "request": {
        "type": "99",
        "question": "Har pasienten hatt EKG før?",
        "urgency": "2",
        "purpose": "1",
        "reason": "Ny pasient hos oss",
        "journal_info": "Hele journalen",
        "from_date": "2024-01-01",
        "to_date": "2026-11-22",
    },
    "answer": {"text": "Ja, i 2024.", "remark": "Sendt med post også"},
    "note": {"theme": "4", "subject": "Cave", "text": "Reagerer på penicillin.", "remark": "Opplyst på telefon"},
    "deviation": {"theme": "1", "text": "Pasienten hører ikke til her."},
}


def written(name: str, **changes: object) -> Document:
    return read(writing.build(name, SAMPLES[name], addressing(**changes)))


def note_of(document: Document) -> Note:
    (note,) = dialogue.parse(document).notes
    return note


def request_of(document: Document) -> Request:
    (asked,) = dialogue.parse(document).requests
    return asked


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_is_answered_is_said_and_read_back(name: str, data: st.DataObject) -> None:
    frame = data.draw(st.sampled_from([addressing(), addressing(conversation=THREAD)]))
    check_round_trip(FORMS[name], data.draw(answers_for(FORMS[name])), frame=frame)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_the_national_schema_accepts_it(name: str, shared: Path, data: st.DataObject) -> None:
    check_round_trip(FORMS[name], data.draw(answers_for(FORMS[name])), shared)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("thread", [None, THREAD], ids=["first", "later"])
def test_a_whole_example_of_each_form_is_valid(name: str, thread: Conversation | None, shared: Path) -> None:
    check_round_trip(FORMS[name], SAMPLES[name], shared, addressing(conversation=thread))


# National criteria for sending (acceptance-criteria S7-S10, S35-S41).


@pytest.mark.parametrize("name", NAMES)
def test_s07_coded_values_have_text_and_list(name: str) -> None:
    document = written(name)
    body = document.body
    for place in ("TypeForesp", "Formål", "TemaKodet", "RolleNotat", "RoleToPatient"):
        for coded in body.iter(f"{{*}}{place}"):
            assert coded.get("V")
            assert coded.get("DN")
            assert str(coded.get("S")).startswith("2.16.578.1.12.4.1.1.")
    for simple in body.iter("{*}Hastegrad", "{*}TypeHealthcareProfessional"):
        assert simple.get("V")
        assert simple.get("DN")
    for wanted in body.iter("{*}TypeJournalinfo"):
        assert dict(wanted.attrib) == {"S": oid(9066), "OT": "Hele journalen"}


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("request", "DIALOG_FORESPORSEL", "Forespørsel"),
        ("answer", "DIALOG_SVAR", "Svar på forespørsel"),
        ("note", "DIALOG_NOTAT", "Notat"),
        ("deviation", "DIALOG_AVVIK", "Tilbakemelding om feil i mottatt melding"),
        ("dialogue", "DIALOG_HELSEFAGLIG", "Helsefaglig dialog"),
    ],
)
def test_s08_the_type_is_one_of_the_dialogue_codes_with_its_text(name: str, code: str, told: str) -> None:
    kind = find(written(name).root, "MsgInfo/Type")
    assert kind is not None
    assert (kind.get("V"), kind.get("DN")) == (code, told)


@pytest.mark.parametrize("name", NAMES)
def test_s09_gen_date_has_date_time_and_zone(name: str) -> None:
    assert text(written(name).root, "MsgInfo/GenDate") == "2026-11-22T09:12:00+01:00"


@pytest.mark.parametrize("name", NAMES)
def test_s10_the_message_id_is_the_uuid_that_was_given(name: str) -> None:
    first, second = new_uuid(), new_uuid()
    ids = [written(name, msg_id=one).header.msg_id for one in (first, second)]
    assert ids == [first, second]
    assert all(is_uuid(one) for one in ids)


@pytest.mark.parametrize("name", NAMES)
def test_s35_the_least_a_dialogue_must_have(name: str) -> None:
    root = written(name).root
    for place in ("Type", "MIGversion", "GenDate", "MsgId", "Sender", "Receiver"):
        assert find(root, f"MsgInfo/{place}") is not None
    assert text(root, "MsgInfo/MIGversion") == "v1.2 2006-05-24"
    content = find(root, "Document/RefDoc/Content/Dialogmelding")
    assert content is not None
    assert [local(one) for one in content] == ["Foresporsel" if name == "request" else "Notat"]


@pytest.mark.parametrize("name", NAMES)
def test_s36_the_first_document_is_the_xml_and_attachments_follow(name: str) -> None:
    enclosed = (Enclosure("EKG", "application/pdf", b"%PDF-1.7"), Enclosure("Bilde", "image/png", b"\x89PNG"))
    root = written(name, enclosures=enclosed).root
    kinds = [value(one, "RefDoc/MsgType") for one in find_all(root, "Document")]
    assert kinds == ["XML", "A", "A"]
    assert find(root, "Document/RefDoc/Content/Dialogmelding") is not None


def test_s37_an_answer_includes_the_request_it_answers(shared: Path) -> None:
    asked = written("request")
    answer = read(writing.build("answer", SAMPLES["answer"], addressing(), in_reply_to=asked))
    assert note_of(answer).request == request_of(asked)
    assert schemas.validate(answer.root) == []
    assert reference_faults(shared, answer) == []


def test_s37_an_answer_to_a_newer_version_does_not_mix_the_two() -> None:
    newer = written("dialogue")
    answer = read(writing.build("answer", SAMPLES["answer"], addressing(), in_reply_to=newer))
    assert note_of(answer).request is None
    assert schemas.validate(answer.root) == []


@pytest.mark.parametrize("name", ["dialogue", "answer", "note", "deviation"])
def test_s38_a_note_always_has_its_text(name: str) -> None:
    assert note_of(written(name)).text == SAMPLES[name]["text"]
    silent = {key: answer for key, answer in SAMPLES[name].items() if key != "text"}
    assert set(writing.check_answers(FORMS[name], silent)) == {"text"}


@pytest.mark.parametrize("name", NAMES)
def test_s39_every_role_says_which_it_is_and_who_has_it(name: str) -> None:
    roles = list(written(name).body.iter("{*}RollerRelatertNotat"))
    assert roles
    for role in roles:
        assert find(role, "RolleNotat") is not None or find(role, "RoleToPatient") is not None
        assert find(role, "HealthcareProfessional") is not None


@pytest.mark.parametrize("kind", ["1", "4", "99"])
def test_s40_a_request_says_its_purpose_also_where_none_was_chosen(kind: str) -> None:
    document = read(writing.build("request", {"type": kind, "question": "Hva?"}, addressing()))
    assert request_of(document).purpose.value == "9"
    assert request_of(document).purpose.system == oid(9068)


def test_s40_a_free_request_must_say_what_it_asks() -> None:
    assert set(writing.check_answers(FORMS["request"], {"type": "99"})) == {"question"}
    assert writing.check_answers(FORMS["request"], {"type": "1"}) == {}


def test_s41_a_request_for_the_record_its_answer_and_a_note_with_its_author(shared: Path) -> None:
    asked = written("request", msg_id=new_uuid())
    answer = read(
        writing.build("answer", SAMPLES["answer"], addressing(msg_id=new_uuid()), in_reply_to=asked),
    )
    note = written("note", msg_id=new_uuid())
    assert request_of(asked).journal_info[0].original_text == "Hele journalen"
    assert answer.header.conversation == Conversation(asked.header.msg_id, asked.header.msg_id)
    (author,) = note_of(note).roles
    assert (author.in_note.value, author.in_note.system) == ("1", oid(9057))
    assert author.person is not None
    assert author.person.name == "Åse Nordfjord"
    for document in (asked, answer, note):
        assert reference_faults(shared, document) == []


# HIS 80603 and HISD 80903.


def test_an_answer_has_the_one_theme_there_is_for_it() -> None:
    theme = note_of(written("answer")).theme
    assert (theme.value, theme.system) == ("5", oid(9069))


@pytest.mark.parametrize("name", ["request", "answer", "note", "deviation"])
def test_the_author_can_be_called_back(name: str) -> None:
    document = written(name)
    (author,) = (dialogue.parse(document).notes or dialogue.parse(document).requests)[0].roles
    assert author.person is not None
    assert author.person.profession.value == "LE"
    assert [phone.address for phone in author.person.telecoms] == ["tel:55900401"]


@pytest.mark.parametrize("name", ["dialogue", "answer", "note", "deviation"])
def test_the_date_of_the_note_is_the_norwegian_day(name: str) -> None:
    assert note_of(written(name, now=NOW.replace(hour=23, minute=30))).date is not None
    assert str(note_of(written(name, now=NOW.replace(hour=23, minute=30))).date) == "2026-11-23"


def test_the_time_asked_about_cannot_end_before_it_begins() -> None:
    answers = SAMPLES["request"] | {"from_date": "2026-02-01", "to_date": "2026-01-01"}
    assert set(writing.check_answers(FORMS["request"], answers)) == {"to_date"}


def test_no_form_is_called_by_the_technical_word() -> None:
    shown = [FORMS[name].title for name in NAMES] + [one.label for name in NAMES for one in FORMS[name].fields]
    assert not [words for words in shown if re.search("dialogmelding", words, re.IGNORECASE)]


def test_a_deviation_points_to_the_message_with_the_fault() -> None:
    faulty = written("dialogue", msg_id=new_uuid())
    document = read(writing.build("deviation", SAMPLES["deviation"], addressing(), in_reply_to=faulty))
    assert document.header.conversation == Conversation(faulty.header.msg_id, faulty.header.msg_id)
    assert FORMS["deviation"].answers_a_message


def test_a_deviation_about_an_own_root_message_names_it_as_its_receipt_does() -> None:
    faulty = referral()
    document = read(writing.build("deviation", SAMPLES["deviation"], addressing(), in_reply_to=faulty))
    assert document.header.conversation is not None
    assert document.header.conversation.parent == faulty.header.original_id


def test_a_deviation_may_leave_the_patient_out(shared: Path) -> None:
    document = check_round_trip(FORMS["deviation"], SAMPLES["deviation"], shared, addressing(patient=Patient()))
    assert document.header.patient is None
    assert FORMS["deviation"].patient_optional
    assert not any(FORMS[name].patient_optional for name in NAMES if name != "deviation")


# HIS 1077 ch. 4-5.


def roles_of(document: Document) -> list[str]:
    return [role.to_patient.value for role in note_of(document).roles]


def test_professional_dialogue_needs_subject_and_text() -> None:
    assert set(writing.check_answers(FORMS["dialogue"], {})) == {"subject", "text"}


def test_the_first_enquiry_about_a_patient_says_whom_it_is_for_even_where_nobody_was_chosen() -> None:
    answers: Answers = {"theme": "6", "subject": "EKG", "text": "Hei"}
    assert roles_of(read(writing.build("dialogue", answers, addressing()))) == ["21", "24"]
    assert roles_of(read(writing.build("dialogue", answers, addressing(conversation=THREAD)))) == ["21"]
    assert roles_of(read(writing.build("dialogue", answers | {"theme": "8"}, addressing()))) == ["21"]


@pytest.mark.parametrize("theme", ["6", "7", "8", "9"])
@pytest.mark.parametrize("thread", [None, THREAD], ids=["first", "later"])
@pytest.mark.parametrize("chosen", [{"contact_name": "Per Å. Dal"}, {"contact_profession": "SP"}])
def test_a_contact_that_is_named_is_never_dropped(
    theme: str, thread: Conversation | None, chosen: Answers
) -> None:
    answers: Answers = {"theme": theme, "subject": "EKG", "text": "Hei"} | chosen
    document = check_round_trip(FORMS["dialogue"], answers, frame=addressing(conversation=thread))
    contact = note_of(document).roles[1].person
    assert contact is not None
    assert contact.name == chosen.get("contact_name", "")
    assert contact.profession.value == chosen.get("contact_profession", "LE")


def test_who_is_responsible_has_name_and_phone() -> None:
    responsible = note_of(written("dialogue")).roles[0]
    assert responsible.to_patient.value == "21"
    assert responsible.person is not None
    assert responsible.person.name == "Åse Nordfjord"
    assert [phone.address for phone in responsible.person.telecoms] == ["tel:55900401"]


def test_without_a_person_the_unit_answers_for_it_with_its_phone(shared: Path) -> None:
    phone = Telecom(CLINIC.person.telecoms[0].type, "tel:55900400") if CLINIC.person else None
    assert phone is not None
    assert CLINIC.department is not None
    nobody = replace(CLINIC, person=None, department=replace(CLINIC.department, telecoms=(phone,)))
    document = check_round_trip(FORMS["dialogue"], SAMPLES["dialogue"], shared, addressing(sender=nobody))
    responsible = note_of(document).roles[0]
    assert responsible.person is None
    assert responsible.unit is not None
    assert (responsible.unit.name, responsible.unit.her_id) == ("Allmennlege", "8094002")
    assert [one.address for one in responsible.unit.telecoms] == ["tel:55900400"]


def test_line_breaks_survive() -> None:
    answers: Answers = {"subject": "EKG", "text": "Første\n\n  innrykk\nsiste"}
    assert note_of(read(writing.build("dialogue", answers, addressing()))).text == "Første\n\n  innrykk\nsiste"


# Reading what others write.


def test_an_answer_carries_its_thread() -> None:
    asked = request()
    opened = read(writing.build("answer", {"text": "Alt vel"}, addressing(), in_reply_to=asked))
    assert opened.header.conversation == Conversation(parent=MSG_ID, start=MSG_ID)
    inside = request(conversation=Conversation("forrige", "første"))
    later = read(writing.build("answer", {"text": "x"}, addressing(), in_reply_to=inside))
    assert later.header.conversation == Conversation(parent=MSG_ID, start="første")


def enveloped(body: str, version: str) -> Document:
    """A message of somebody else's making around ``body``."""
    content = f'<Dialogmelding xmlns="http://www.kith.no/xmlstds/dialog/{version}">{body}</Dialogmelding>'
    return read(
        re.sub(rb"<Dialogmelding.*</Dialogmelding>", content.encode(), written("note").raw, flags=re.DOTALL),
    )


def test_several_notes_are_all_read() -> None:
    notes = "".join(f"<Notat><TemaKodet V='1' S='x' DN='y'/><Tema>{n}</Tema></Notat>" for n in "abc")
    assert [note.subject for note in dialogue.parse(enveloped(notes, "2006-10-11")).notes] == ["a", "b", "c"]


def test_a_rich_request_is_read_whole() -> None:
    asked = request_of(
        enveloped(
            """<Foresporsel><TypeForesp V="RF" S="2.16.578.1.12.4.1.1.7601" DN="Fornye"/>
            <EmneSporsmal>Astma</EmneSporsmal><Sporsmal><p xmlns="http://www.w3.org/1999/xhtml">Hei,<br/>doktor</p></Sporsmal>
            <Hastegrad V="1" DN="Haster"/><FraDato>2026-01-01</FraDato>
            <TypeJournalinfo V="1" S="a" DN="Epikrise"/><TypeJournalinfo V="2" S="a" DN="Prøvesvar"/>
            <KodetOpplysning V="AP" S="b" DN="Apotek"/><DokIdForesp>d-1</DokIdForesp>
            <RollerRelatertNotat><RoleToPatient V="6" S="c" DN="Fastlege"/>
            <Person><GivenName>Ola</GivenName><FamilyName>Li</FamilyName></Person></RollerRelatertNotat>
            </Foresporsel>""",
            "2013-01-23",
        )
    )
    assert (asked.subject, asked.question, asked.document_id) == ("Astma", "Hei,\ndoktor", "d-1")
    assert [one.text for one in asked.journal_info] == ["Epikrise", "Prøvesvar"]
    assert (asked.coded_info.text, asked.urgency.value, str(asked.from_date)) == ("Apotek", "1", "2026-01-01")
    assert asked.to_date is None
    (role,) = asked.roles
    assert role.person is not None
    assert (role.to_patient.text, role.person.name) == ("Fastlege", "Ola Li")


@given(st.sampled_from(["", "<Notat/>", "<Foresporsel/>", "<Notat><RollerRelatertNotat/></Notat>"]))
def test_what_says_nothing_is_read_as_nothing(body: str) -> None:
    document = enveloped(body, "2013-01-23")
    said = dialogue.parse(document)
    assert len(said.notes) + len(said.requests) == (1 if body else 0)
    for name in NAMES:
        assert "text" not in writing.answers_of(name, document)


def test_every_dialogue_of_the_corpus_is_read(shared: Path) -> None:
    paths = sorted((shared / "corpus" / "dialogmelding").glob("*/*.xml"))
    assert paths
    for path in paths:
        said = dialogue.parse(read(path.read_bytes()))
        assert said.notes or said.requests, path
        assert all(note.theme and note.text for note in said.notes), path
        assert all(asked.type for asked in said.requests), path


def test_answers_to_every_corpus_request_hold_before_the_reference_schemas(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "dialogmelding").glob("*/*.xml")):
        asked = read(path.read_bytes())
        answer = read(writing.build("answer", {"text": "Svar"}, addressing(), in_reply_to=asked))
        assert reference_faults(shared, answer) == [], path


@pytest.mark.parametrize("name", NAMES)
def test_between_any_parties_it_is_valid_and_addressed(name: str, shared: Path) -> None:
    person = replace(CLINIC, department=None)
    for sender in (CLINIC, person, replace(CLINIC, person=None)):
        for receiver in (HOSPITAL, person, replace(HOSPITAL, department=None)):
            frame: Addressing = addressing(sender=sender, receiver=receiver, test=True)
            document = check_round_trip(FORMS[name], SAMPLES[name], shared, frame)
            assert document.header.sender is not None
            assert document.header.sender.her_id == sender.her_id
            assert document.header.receivers[0].her_id == receiver.her_id
