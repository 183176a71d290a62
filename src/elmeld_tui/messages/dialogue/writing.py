"""Dialogue between health services, written from answers and read back to them (HIS 80603, HIS 1077)."""

from __future__ import annotations

from copy import deepcopy

from elmeld_tui.messages import building, codelists, dialogue, msghead
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import chosen, given, normal
from elmeld_tui.messages.dialogue import Note
from elmeld_tui.messages.dialogue import forms as dialogue_forms
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import Element, find, namespace
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model import clock
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.kinds import DIALOGUE_1_0, DIALOGUE_1_1
from elmeld_tui.model.nav import is_nav
from elmeld_tui.model.parties import Professional

ANSWER_THEME = codelists.coded("9069", "5")
"""The one theme of an answer (HISD 80903)."""

_CONTACT_WANTED = "6"
_CONTACT_ROLE = "24"


def build_request(answers: Answers, addressing: Addressing) -> bytes:
    """Write a request (DIALOG_FORESPORSEL 1.0)."""
    form = dialogue_forms.request()
    head, content = msghead.write_envelope(addressing, form.type_code)
    request = building.section(building.section(content, "Dialogmelding", DIALOGUE_1_0), "Foresporsel")
    building.cv(request, "TypeForesp", chosen(form, answers, "type"))
    building.text(request, "Sporsmal", given(answers, "question"))
    building.cv(request, "Formål", chosen(form, answers, "purpose"))
    building.text(request, "Begrunnelse", given(answers, "reason"))
    building.cs(request, "Hastegrad", chosen(form, answers, "urgency"))
    building.text(request, "FraDato", given(answers, "from_date"))
    building.text(request, "TilDato", given(answers, "to_date"))
    if wanted := given(answers, "journal_info"):
        # The list is national, but record systems differ in what they call things; words are legal in a CV.
        building.cv(request, "TypeJournalinfo", CodedValue(system=oid(9066), original_text=wanted))
    _write_author(request, addressing)
    return building.serialise(head)


def build_note(form: FormDescription, theme: CodedValue, answers: Answers, addressing: Addressing) -> bytes:
    """Write a note of any type (1.0): theme, subject, text, remark and author, as far as they are answered.

    An answer carries the request it answers (HIS 80603 §3).
    """
    head, content = msghead.write_envelope(addressing, form.type_code)
    note = building.section(building.section(content, "Dialogmelding", DIALOGUE_1_0), "Notat")
    building.cv(note, "TemaKodet", theme)
    building.text(note, "Tema", given(answers, "subject"))
    building.text(note, "TekstNotatInnhold", given(answers, "text"))
    building.text(note, "Merknad", given(answers, "remark"))
    building.text(note, "DatoNotat", clock.business_text(addressing.now)[:10])
    asked = find(addressing.in_reply_to.body, "Foresporsel") if addressing.in_reply_to else None
    if form.type_code == "DIALOG_SVAR" and asked is not None and namespace(asked) == DIALOGUE_1_0:
        note.append(deepcopy(asked))
    _write_author(note, addressing)
    return building.serialise(head)


def _build_answer(answers: Answers, addressing: Addressing) -> bytes:
    return build_note(dialogue_forms.answer(), ANSWER_THEME, answers, addressing)


def _build_note(answers: Answers, addressing: Addressing) -> bytes:
    form = dialogue_forms.note()
    return build_note(form, chosen(form, answers, "theme"), answers, addressing)


def _build_deviation(answers: Answers, addressing: Addressing) -> bytes:
    form = dialogue_forms.deviation()
    return build_note(form, chosen(form, answers, "theme"), answers, addressing)


def build_professional(answers: Answers, addressing: Addressing) -> bytes:
    """Write professional dialogue (DIALOG_HELSEFAGLIG 1.1; HIS 1077 ch. 4-5).

    The text is plain: its line breaks are shown by receivers as they stand, formatted or not.
    """
    form = dialogue_forms.professional()
    theme = chosen(form, answers, "theme")
    head, content = msghead.write_envelope(addressing, form.type_code)
    note = building.section(building.section(content, "Dialogmelding", DIALOGUE_1_1), "Notat")
    building.cv(note, "TemaKodet", theme)
    building.text(note, "Tema", given(answers, "subject"))
    building.text(note, "TekstNotatInnhold", given(answers, "text"))
    building.text(note, "DatoNotat", clock.business_text(addressing.now)[:10])
    _write_responsible(note, addressing)
    demanded = theme.value == _CONTACT_WANTED and addressing.conversation is None
    if demanded or given(answers, "contact_profession") or given(answers, "contact_name"):
        _write_contact(note, chosen(form, answers, "contact_profession"), given(answers, "contact_name"))
    return building.serialise(head)


def _write_author(parent: Element, addressing: Addressing) -> None:
    """Append who wrote it (RolleNotat 1), with a number to call back."""
    if addressing.sender.person:
        role = building.section(parent, "RollerRelatertNotat")
        building.cv(role, "RolleNotat", codelists.coded("9057", "1"))
        _write_person(role, addressing.sender.person, addressing)


def _write_responsible(parent: Element, addressing: Addressing) -> None:
    """Append the responsible person, or the unit that stands for one, with a number to call (HIS 1077 §5)."""
    role = building.section(parent, "RollerRelatertNotat")
    building.cv(role, "RoleToPatient", codelists.coded("9034", "21"))
    if addressing.sender.person:
        _write_person(role, addressing.sender.person, addressing)
        return
    unit = addressing.sender.department or addressing.sender.organisation
    contact = building.section(building.section(role, "TilknyttetEnhet"), "Kontaktenhet")
    building.text(contact, "OrganisationName", unit.name, msghead.COMPONENT)
    msghead.write_idents(contact, unit.idents, msghead.COMPONENT)
    msghead.write_telecoms(contact, addressing.callback, msghead.COMPONENT)


def _write_person(role: Element, person: Professional, addressing: Addressing) -> None:
    msghead.write_professional(building.section(role, "HealthcareProfessional"), person, addressing.callback)


def _write_contact(parent: Element, profession: CodedValue, name: str) -> None:
    """Append who is wanted at the receiver (role 24): the profession, and the name where one is known."""
    role = building.section(parent, "RollerRelatertNotat")
    building.cv(role, "RoleToPatient", codelists.coded("9034", _CONTACT_ROLE))
    contact = building.section(role, "HealthcareProfessional")
    building.cs(contact, "TypeHealthcareProfessional", profession, "9060")
    given_name, _, family_name = name.rpartition(" ")
    building.text(contact, "FamilyName", family_name)
    building.text(contact, "GivenName", given_name.strip())


def first_note(document: Document) -> Note | None:
    """Return the note of a message that has one; None where it asks, or says nothing."""
    return next(iter(dialogue.parse(document).notes), None)


def note_answers(form: FormDescription, document: Document) -> Answers:
    """Return the answers that `build_note` writes ``document`` from, those that the form asks for."""
    said = first_note(document)
    if said is None:
        return normal(form, {})
    return normal(
        form, {"theme": said.theme.value, "subject": said.subject, "text": said.text, "remark": said.remark}
    )


def _request_answers(document: Document) -> Answers:
    asked = next(iter(dialogue.parse(document).requests), None)
    if asked is None:
        return normal(dialogue_forms.request(), {})
    wanted = (one.original_text or one.text or one.value for one in asked.journal_info)
    return normal(
        dialogue_forms.request(),
        {
            "type": asked.type.value,
            "question": asked.question,
            "urgency": asked.urgency.value,
            "purpose": asked.purpose.value,
            "reason": asked.reason,
            "journal_info": ", ".join(wanted),
            "from_date": asked.from_date.isoformat() if asked.from_date else "",
            "to_date": asked.to_date.isoformat() if asked.to_date else "",
        },
    )


def _answer_answers(document: Document) -> Answers:
    return note_answers(dialogue_forms.answer(), document)


def _note_answers(document: Document) -> Answers:
    return note_answers(dialogue_forms.note(), document)


def _deviation_answers(document: Document) -> Answers:
    return note_answers(dialogue_forms.deviation(), document)


def _professional_answers(document: Document) -> Answers:
    form = dialogue_forms.professional()
    said = first_note(document)
    wanted = (role.person for role in said.roles if role.to_patient.value == _CONTACT_ROLE) if said else ()
    contact = next((person for person in wanted if person), Professional())
    return normal(
        form,
        note_answers(form, document)
        | {"contact_profession": contact.profession.value, "contact_name": contact.name},
    )


def _is_not_navs(document: Document) -> bool:
    return not any(is_nav(receiver) for receiver in document.header.receivers)


WRITERS = (
    Writer("dialogue", dialogue_forms.professional, build_professional, _professional_answers),
    Writer("request", dialogue_forms.request, build_request, _request_answers, dialogue_forms.check_request),
    Writer("answer", dialogue_forms.answer, _build_answer, _answer_answers, recognises=_is_not_navs),
    Writer("note", dialogue_forms.note, _build_note, _note_answers, recognises=_is_not_navs),
    Writer("deviation", dialogue_forms.deviation, _build_deviation, _deviation_answers),
)
