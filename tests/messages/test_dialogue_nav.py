"""Dialogue with NAV: what a doctor sends it, in which process, and that NAV can tell who writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_answers import answers_for, check_round_trip
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from message_samples import CLINIC, HOSPITAL, addressing, altered
from nav_samples import NAV, SIGNER_ID, to_nav

from elmeld_tui.messages import dialogue, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import find_all, text, value
from elmeld_tui.model.codes import oid
from elmeld_tui.model.collaborations import Collaboration, apprec_collaboration, collaboration
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.kinds import DIALOGUE_1_0

FORMS = writing.forms()
SAMPLES: dict[str, Answers] = {
    "nav-answer": {"text": "Pasienten er i bedring."},
    "nav-meeting": {"theme": "2", "text": "Ønsker tid etter klokka 14."},
    "nav-inquiry": {"theme": "1", "text": "Trenger tilrettelegging på jobb."},
}
NAMES = list(SAMPLES)


def from_nav(type_code: str, codelist: str, code: str) -> Document:
    """What NAV sends a clinic: a request or letter of ours, with NAV as its sender and NAV's own theme."""
    frame = addressing(sender=NAV, receiver=CLINIC)
    if type_code == "DIALOG_FORESPORSEL":
        document = read(writing.build("request", {"type": "1", "question": "Hva nå?"}, frame))
        return altered(
            document,
            ('V="1" S="2.16.578.1.12.4.1.1.9152"', f'V="{code}" S="2.16.578.1.12.4.1.1.{codelist}"'),
        )
    document = read(writing.build("note", {"theme": "1", "text": "Til orientering"}, frame))
    return altered(
        document, ('V="1" S="2.16.578.1.12.4.1.1.7321"', f'V="{code}" S="2.16.578.1.12.4.1.1.{codelist}"')
    )


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_is_answered_is_said_and_read_back(name: str, data: st.DataObject) -> None:
    check_round_trip(FORMS[name], data.draw(answers_for(FORMS[name])), frame=to_nav())


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_example_of_each_form_holds_before_the_national_schema(name: str, shared: Path) -> None:
    check_round_trip(FORMS[name], SAMPLES[name], shared, to_nav())


@pytest.mark.parametrize(
    ("name", "type_code", "codelist", "code"),
    [
        ("nav-answer", "DIALOG_SVAR", 9069, "5"),
        ("nav-meeting", "DIALOG_SVAR", 8126, "2"),
        ("nav-inquiry", "DIALOG_NOTAT", 8128, "1"),
    ],
)
def test_nav_gets_one_of_the_three_things_it_takes(name: str, type_code: str, codelist: int, code: str) -> None:
    document = read(writing.build(name, SAMPLES[name], to_nav()))
    assert document.header.namespace == DIALOGUE_1_0
    assert document.header.type_code == type_code
    assert (document.header.theme.system, document.header.theme.value) == (oid(codelist), code)


@pytest.mark.parametrize("name", NAMES)
def test_every_message_to_nav_is_signed_and_only_nav_gets_it(name: str) -> None:
    form = FORMS[name]
    assert (form.signed, form.to_nav, form.copies, form.changes) == (True, True, False, "N")


@pytest.mark.parametrize("name", NAMES)
def test_the_signer_is_named_in_the_sender_with_the_number_of_the_certificate(name: str) -> None:
    document = read(writing.build(name, SAMPLES[name], to_nav()))
    signer = find_all(document.root, "MsgInfo/Sender/Organisation/HealthcareProfessional")
    assert len(signer) == 1
    numbers = {value(one, "TypeId"): text(one, "Id") for one in find_all(signer[0], "Ident")}
    assert numbers == {"FNR": str(SIGNER_ID), "HPR": "9900401"}
    assert document.header.sender is not None
    assert document.header.sender.her_id == CLINIC.her_id


def test_only_nav_is_told_the_number_of_the_signer() -> None:
    document = read(writing.build("note", {"text": "Hei"}, to_nav(receiver=HOSPITAL)))
    assert find_all(document.root, "MsgInfo/Sender/Organisation/HealthcareProfessional") == []


@pytest.mark.parametrize("name", NAMES)
def test_the_author_is_said_in_the_note(name: str) -> None:
    (note,) = dialogue.parse(read(writing.build(name, SAMPLES[name], to_nav()))).notes
    (author,) = note.roles
    assert (author.in_note.value, author.in_note.system) == ("1", oid(9057))
    assert author.person is not None
    assert author.person.given_name


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({"theme": "1"}, set()),
        ({"theme": "2"}, {"text"}),
        ({"theme": "3", "text": " "}, {"text"}),
        ({"theme": "3", "text": "Ferie"}, set()),
    ],
)
def test_who_does_not_come_as_invited_says_why(answers: Answers, fields: set[str]) -> None:
    assert set(writing.check_answers(FORMS["nav-meeting"], answers)) == fields


@pytest.mark.parametrize("name", ["nav-answer", "nav-inquiry"])
def test_nav_refuses_an_empty_text_and_so_do_we(name: str) -> None:
    assert set(writing.check_answers(FORMS[name], {"text": ""})) == {"text"}


@pytest.mark.parametrize(("name", "codelist"), [("nav-answer", "8129"), ("nav-meeting", "8125")])
def test_an_answer_carries_what_nav_asked_and_stays_in_its_thread(name: str, codelist: str, shared: Path) -> None:
    asked = from_nav("DIALOG_FORESPORSEL", codelist, "1")
    document = read(writing.build(name, SAMPLES[name], to_nav(), in_reply_to=asked))
    (note,) = dialogue.parse(document).notes
    assert note.request == dialogue.parse(asked).requests[0]
    assert document.header.conversation == Conversation(asked.header.msg_id, asked.header.msg_id)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("nav-answer", ("ForesporselFraSaksbehandler", "ForesporselSvar")),
        ("nav-meeting", ("DialogmoteInnkalling", "MoteRespons")),
        ("nav-inquiry", ("HenvendelseFraLege", "Henvendelse")),
    ],
)
def test_the_envelope_names_navs_process(name: str, names: tuple[str, str]) -> None:
    header = read(writing.build(name, SAMPLES[name], to_nav())).header
    assert collaboration(header) == Collaboration(*names, "Sykmelder", "Saksbehandler")
    receipt = apprec_collaboration(collaboration(header))
    assert receipt == Collaboration(names[0], "Bekreftelse", "Saksbehandler", "Sykmelder")


@pytest.mark.parametrize(
    ("document", "names"),
    [
        (("DIALOG_FORESPORSEL", "8125", "1"), ("DialogmoteInnkalling", "MoteInnkalling")),
        (("DIALOG_FORESPORSEL", "8125", "4"), ("DialogmoteInnkalling", "MoteInnkalling")),
        (("DIALOG_FORESPORSEL", "8129", "2"), ("ForesporselFraSaksbehandler", "Foresporsel")),
        (("DIALOG_NOTAT", "8127", "8"), ("HenvendelseFraSaksbehandler", "Henvendelse")),
        (("DIALOG_NOTAT", "8127", "1"), ("Oppfolgingsplan", "Plan")),
    ],
)
def test_what_nav_sends_has_its_names_and_is_acknowledged_under_them(
    document: tuple[str, str, str], names: tuple[str, str]
) -> None:
    came = collaboration(from_nav(*document).header)
    assert came == Collaboration(*names, "Saksbehandler", "Sykmelder")
    assert apprec_collaboration(came) == Collaboration(names[0], "Kvittering", "Sykmelder", "Saksbehandler")


def test_navs_agreement_has_every_name_that_is_used(shared: Path) -> None:
    root = etree.parse(shared / "registry" / "cpa" / "nav-qass-35065.xml").getroot()
    cppa = "{http://www.oasis-open.org/committees/ebxml-cppa/schema/cpp-cpa-2_0.xsd}"
    agreed = {
        (service.text, role.get(f"{cppa}name"), binding.get(f"{cppa}action"))
        for one in root.iter(f"{cppa}CollaborationRole")
        for role in one.iter(f"{cppa}Role")
        for service in one.iter(f"{cppa}Service")
        for way in one.iter(f"{cppa}CanSend")
        for binding in way.iter(f"{cppa}ThisPartyActionBinding")
    }
    written = [read(writing.build(name, SAMPLES[name], to_nav())).header for name in NAMES]
    letters = [("DIALOG_FORESPORSEL", "8125"), ("DIALOG_FORESPORSEL", "8129"), ("DIALOG_NOTAT", "8127")]
    received = [from_nav(*letter, "1").header for letter in letters] + [
        from_nav("DIALOG_NOTAT", "8127", "8").header
    ]
    for names in map(collaboration, (*written, *received)):
        receipt = apprec_collaboration(names)
        assert (names.service, names.from_role, names.action) in agreed
        assert (receipt.service, receipt.from_role, receipt.action) in agreed


def test_the_corpus_of_nav_is_known_by_its_process(shared: Path) -> None:
    paths = sorted((shared / "corpus" / "dialogmelding" / "1.0").glob("nav-to-doctor-*.xml"))
    assert paths
    for path in paths:
        assert not collaboration(read(path.read_bytes()).header).service.startswith("S-"), path
