"""Dialogue 1.0 and 1.1: request, answer, note, deviation and professional dialogue (HIS 80603, HIS 1077)."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date

from elmeld_tui.i18n import t
from elmeld_tui.messages import building, codelists, msghead
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import chosen, given, normal
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import Element, MaybeElement, coded, day, find, find_all, namespace, text, value
from elmeld_tui.messages.writer import Writer
from elmeld_tui.messages.xhtml import plain_text
from elmeld_tui.model import clock
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.forms import Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.kinds import DIALOGUE_1_0, DIALOGUE_1_1, Kind
from elmeld_tui.model.parties import Professional


@dataclass(frozen=True, slots=True)
class Request:
    """A question (Foresporsel); what is absent is empty."""

    type: CodedValue
    subject: str
    question: str
    reason: str
    urgency: CodedValue
    from_date: date | None
    to_date: date | None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What a dialogue message says: a request, or a note that may carry the request it answers.

    Attributes:
        theme: of a note; no code for a request.
        subject: of a note.
        text: of a note, as plain text.
        remark: of a note.
        request: the question asked, or the one answered; None where there is neither.
    """

    theme: CodedValue
    subject: str
    text: str
    remark: str
    request: Request | None


def parse(document: Document) -> Dialogue:
    """Read a dialogue body of either version, leniently; of several notes or requests, the first."""
    note = find(document.body, "Notat")
    asked = find(note, "Foresporsel") if note is not None else find(document.body, "Foresporsel")
    return Dialogue(
        theme=coded(note, "TemaKodet"),
        subject=text(note, "Tema"),
        text=_prose(find(note, "TekstNotatInnhold")),
        remark=text(note, "Merknad"),
        request=_request(asked) if asked is not None else None,
    )


def _request(asked: Element) -> Request:
    return Request(
        type=coded(asked, "TypeForesp"),
        subject=text(asked, "EmneSporsmal"),
        question=_prose(find(asked, "Sporsmal")),
        reason=text(asked, "Begrunnelse"),
        urgency=coded(asked, "Hastegrad"),
        from_date=day(text(asked, "FraDato")),
        to_date=day(text(asked, "TilDato")),
    )


def _prose(element: MaybeElement) -> str:
    return plain_text(element) if element is not None else ""


def request_form() -> FormDescription:
    """What the composer of a request (1.0) asks for."""
    return FormDescription(
        name="request",
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_0,
        type_code="DIALOG_FORESPORSEL",
        title=t("Forespørsel"),
        fields=(
            FormField(
                "type", t("Hva gjelder det"), FieldType.CHOICE, required=True, choices=codelists.entries("9152")
            ),
            FormField(
                "question", t("Spørsmål"), FieldType.TEXT, help=t("Må fylles ut når forespørselen gjelder annet.")
            ),
            FormField("urgency", t("Hastegrad"), FieldType.CHOICE, choices=_default_first("9067", "9")),
            FormField("purpose", t("Formål"), FieldType.CHOICE, choices=(NO_CODE, *codelists.entries("9068"))),
            FormField("reason", t("Begrunnelse"), FieldType.TEXT),
            FormField("from_date", t("Fra dato"), FieldType.DATE),
            FormField("to_date", t("Til dato"), FieldType.DATE),
        ),
        saves_itself=False,
        family="dialogue",
        profile="request",
        attachments=True,
    )


def answer_form() -> FormDescription:
    """What the composer of an answer to a request (1.0) asks for."""
    return FormDescription(
        name="answer",
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_0,
        type_code="DIALOG_SVAR",
        title=t("Svar på forespørsel"),
        fields=(FormField("text", t("Svar"), FieldType.TEXT, required=True),),
        saves_itself=False,
        family="dialogue",
        profile="answer",
        answers_a_message=True,
        attachments=True,
    )


def professional_form() -> FormDescription:
    """What the composer of professional dialogue (helsefaglig dialog 1.1) asks for."""
    return FormDescription(
        name="dialogue",
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_1,
        type_code="DIALOG_HELSEFAGLIG",
        title=t("Helsefaglig dialog"),
        fields=(
            FormField("theme", t("Tema"), FieldType.CHOICE, required=True, choices=codelists.entries("7322")),
            FormField("subject", t("Emne"), FieldType.LINE, required=True),
            FormField("text", t("Tekst"), FieldType.TEXT, required=True),
            FormField(
                "contact_profession",
                t("Yrkesgruppe hos mottaker"),
                FieldType.CHOICE,
                choices=codelists.entries("9060"),
                help=t("Hvem hos mottaker henvendelsen er til."),
            ),
            FormField("contact_name", t("Kontaktperson hos mottaker"), FieldType.LINE),
        ),
        saves_itself=False,
        family="dialogue",
        profile="professional",
        attachments=True,
    )


def _default_first(codelist: str, default: str) -> tuple[CodedValue, ...]:
    return tuple(sorted(codelists.entries(codelist), key=lambda entry: entry.value != default))


def check_request(answers: Answers) -> dict[str, str]:
    """Return what the request's fields demand of each other, by field name."""
    problems = {}
    if chosen(request_form(), answers, "type").value == "99" and not given(answers, "question"):
        problems["question"] = t("Skriv spørsmålet når forespørselen gjelder annet.")
    start, end = given(answers, "from_date"), given(answers, "to_date")
    if start and end and start > end:
        problems["to_date"] = t("Til dato er før fra dato.")
    return problems


def build_request(answers: Answers, addressing: Addressing) -> bytes:
    """Write a request (DIALOG_FORESPORSEL 1.0)."""
    form = request_form()
    head, content = msghead.write_envelope(addressing, form.type_code)
    body = building.section(content, "Dialogmelding", DIALOGUE_1_0)
    request = building.section(body, "Foresporsel")
    building.cv(request, "TypeForesp", chosen(form, answers, "type"), "9152")
    building.text(request, "Sporsmal", given(answers, "question"))
    building.cv(request, "Formål", chosen(form, answers, "purpose"), "9068")
    building.text(request, "Begrunnelse", given(answers, "reason"))
    building.cs(request, "Hastegrad", chosen(form, answers, "urgency"), "9067")
    building.text(request, "FraDato", given(answers, "from_date"))
    building.text(request, "TilDato", given(answers, "to_date"))
    _write_author(request, addressing)
    return building.serialise(head)


def build_answer(answers: Answers, addressing: Addressing) -> bytes:
    """Write an answer (DIALOG_SVAR 1.0); the request that is answered is copied in (HIS 80603 §3)."""
    head, content = msghead.write_envelope(addressing, answer_form().type_code)
    body = building.section(content, "Dialogmelding", DIALOGUE_1_0)
    note = building.section(body, "Notat")
    building.cv(note, "TemaKodet", codelists.coded("9069", "5"))
    building.text(note, "TekstNotatInnhold", given(answers, "text"))
    building.text(note, "DatoNotat", clock.business_text(addressing.now)[:10])
    request = addressing.in_reply_to
    asked = find(request.body, "Foresporsel") if request else None
    if asked is not None and namespace(asked) == DIALOGUE_1_0:
        note.append(deepcopy(asked))
    _write_author(note, addressing)
    return building.serialise(head)


def build_professional(answers: Answers, addressing: Addressing) -> bytes:
    """Write professional dialogue (DIALOG_HELSEFAGLIG 1.1; HIS 1077 ch. 4-5)."""
    form = professional_form()
    theme = chosen(form, answers, "theme")
    head, content = msghead.write_envelope(addressing, form.type_code)
    body = building.section(content, "Dialogmelding", DIALOGUE_1_1)
    note = building.section(body, "Notat")
    building.cv(note, "TemaKodet", theme, "7322")
    building.text(note, "Tema", given(answers, "subject"))
    building.text(note, "TekstNotatInnhold", given(answers, "text"))
    building.text(note, "DatoNotat", clock.business_text(addressing.now)[:10])
    _write_responsible(note, addressing)
    if theme.value == "6" and addressing.conversation is None:
        _write_contact(note, chosen(form, answers, "contact_profession"), given(answers, "contact_name"))
    return building.serialise(head)


def _write_author(parent: Element, addressing: Addressing) -> None:
    """Append who wrote it (RolleNotat 1), with a number to call back."""
    if addressing.sender.person:
        role = building.section(parent, "RollerRelatertNotat")
        building.cv(role, "RolleNotat", codelists.coded("9057", "1"))
        _write_person(role, addressing.sender.person, addressing)


def _write_responsible(parent: Element, addressing: Addressing) -> None:
    """Append the responsible person, or the unit that stands for one (HIS 1077 §5)."""
    role = building.section(parent, "RollerRelatertNotat")
    building.cv(role, "RoleToPatient", codelists.coded("9034", "21"))
    if addressing.sender.person:
        _write_person(role, addressing.sender.person, addressing)
        return
    unit = addressing.sender.department or addressing.sender.organisation
    contact = building.section(building.section(role, "TilknyttetEnhet"), "Kontaktenhet")
    building.text(contact, "OrganisationName", unit.name, msghead.COMPONENT)
    msghead.write_idents(contact, unit.idents, msghead.COMPONENT)


def _write_person(role: Element, person: Professional, addressing: Addressing) -> None:
    msghead.write_professional(building.section(role, "HealthcareProfessional"), person, addressing.callback)


def _write_contact(parent: Element, profession: CodedValue, name: str) -> None:
    """Append who is wanted at the receiver (role 24): the profession, and the name where one is known."""
    role = building.section(parent, "RollerRelatertNotat")
    building.cv(role, "RoleToPatient", codelists.coded("9034", "24"))
    contact = building.section(role, "HealthcareProfessional")
    building.cs(contact, "TypeHealthcareProfessional", profession, "9060")
    building.text(contact, "FamilyName", name)


def request_answers_of(document: Document) -> Answers:
    """Return the answers that `build_request` writes ``document`` from."""
    asked = find(document.body, "Foresporsel")
    return normal(
        request_form(),
        {
            "type": value(asked, "TypeForesp"),
            "question": text(asked, "Sporsmal"),
            "urgency": value(asked, "Hastegrad"),
            "purpose": value(asked, "Formål"),
            "reason": text(asked, "Begrunnelse"),
            "from_date": text(asked, "FraDato"),
            "to_date": text(asked, "TilDato"),
        },
    )


def answer_answers_of(document: Document) -> Answers:
    """Return the answers that `build_answer` writes ``document`` from."""
    return normal(answer_form(), {"text": parse(document).text})


def professional_answers_of(document: Document) -> Answers:
    """Return the answers that `build_professional` writes ``document`` from."""
    said = parse(document)
    roles = find_all(document.body, "Notat/RollerRelatertNotat")
    contact = next((role for role in roles if value(role, "RoleToPatient") == "24"), None)
    return normal(
        professional_form(),
        {
            "theme": said.theme.value,
            "subject": said.subject,
            "text": said.text,
            "contact_profession": value(contact, "HealthcareProfessional/TypeHealthcareProfessional"),
            "contact_name": text(contact, "HealthcareProfessional/FamilyName"),
        },
    )


WRITERS = (
    Writer("dialogue", professional_form, build_professional, professional_answers_of),
    Writer("request", request_form, build_request, request_answers_of, check_request),
    Writer("answer", answer_form, build_answer, answer_answers_of),
)
