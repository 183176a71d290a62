"""The content of a dialogue message: requests, notes, and the part each party has in them (HIS 80603:2006 and :2017).

One reader serves 1.0 and 1.1, dialogue with NAV, and the first document of a dialogue with a citizen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from elmeld_tui.messages import msghead
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.nodes import Tree
from elmeld_tui.messages.reading import Element, MaybeElement, coded, day, find, find_all, text
from elmeld_tui.messages.xhtml import plain_text
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.parties import Professional, Unit


@dataclass(frozen=True, slots=True)
class Role:
    """Who has a part in a note or request.

    Attributes:
        in_note: author, approved by … (9057).
        to_patient: what the person or unit is to the patient, or in the dialogue (9034).
        person: None where only a unit is named.
        unit: the contact unit (TilknyttetEnhet, 1.1); None where a person stands alone.
        remark: of the contact unit.
    """

    in_note: CodedValue
    to_patient: CodedValue
    person: Professional | None
    unit: Unit | None
    remark: str


@dataclass(frozen=True, slots=True)
class Request:
    """A question (Foresporsel); what is absent is empty.

    Attributes:
        type: what is asked for (9152; 8125 and 8129 from NAV).
        subject: EmneSporsmal (1.1).
        question: as plain text.
        purpose: why it is asked (9068).
        reason: the purpose in words.
        urgency: 9067.
        from_date: first day of the time that is asked about.
        to_date: last day of it.
        journal_info: kinds of record information wanted (9066).
        coded_info: a further coded fact (KodetOpplysning, 1.1).
        document_id: DokIdForesp.
        roles: in document order.
    """

    type: CodedValue
    subject: str
    question: str
    purpose: CodedValue
    reason: str
    urgency: CodedValue
    from_date: date | None
    to_date: date | None
    journal_info: tuple[CodedValue, ...]
    coded_info: CodedValue
    document_id: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note (Notat): an answer, a note, a deviation or professional dialogue; what is absent is empty.

    Attributes:
        theme: TemaKodet; its list depends on who speaks to whom.
        subject: Tema.
        text: as plain text.
        remark: Merknad.
        document_id: DokIdNotat.
        date: DatoNotat.
        request: the question it answers.
        roles: in document order.
    """

    theme: CodedValue
    subject: str
    text: str
    remark: str
    document_id: str
    date: date | None
    request: Request | None
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Everything a dialogue body says: either requests or notes.

    Attributes:
        case: SakstypeKodet.
        case_text: Sakstype.
        requests: in document order.
        notes: in document order.
    """

    case: CodedValue
    case_text: str
    requests: tuple[Request, ...]
    notes: tuple[Note, ...]


def parse(document: Document) -> Dialogue:
    """Read a dialogue body of either version; nothing is required."""
    body = document.body
    return Dialogue(
        case=coded(body, "SakstypeKodet"),
        case_text=text(body, "Sakstype"),
        requests=tuple(_request(asked) for asked in find_all(body, "Foresporsel")),
        notes=tuple(_note(note) for note in find_all(body, "Notat")),
    )


def _note(note: Element) -> Note:
    asked = find(note, "Foresporsel")
    return Note(
        theme=coded(note, "TemaKodet"),
        subject=text(note, "Tema"),
        text=plain_text(find(note, "TekstNotatInnhold")),
        remark=text(note, "Merknad"),
        document_id=text(note, "DokIdNotat"),
        date=day(text(note, "DatoNotat")),
        request=_request(asked) if asked is not None else None,
        roles=_roles(note),
    )


def _request(asked: Element) -> Request:
    return Request(
        type=coded(asked, "TypeForesp"),
        subject=text(asked, "EmneSporsmal"),
        question=plain_text(find(asked, "Sporsmal")),
        purpose=coded(asked, "Formål"),
        reason=text(asked, "Begrunnelse"),
        urgency=coded(asked, "Hastegrad"),
        from_date=day(text(asked, "FraDato")),
        to_date=day(text(asked, "TilDato")),
        journal_info=tuple(coded(one) for one in find_all(asked, "TypeJournalinfo")),
        coded_info=coded(asked, "KodetOpplysning"),
        document_id=text(asked, "DokIdForesp"),
        roles=_roles(asked),
    )


def _roles(parent: Element) -> tuple[Role, ...]:
    return tuple(_role(role) for role in find_all(parent, "RollerRelatertNotat"))


def _role(role: Element) -> Role:
    contact = find(role, "TilknyttetEnhet")
    unit = find(contact, "Kontaktenhet")
    person = _person(role) or _person(contact)
    return Role(
        in_note=coded(role, "RolleNotat"),
        to_patient=coded(role, "RoleToPatient"),
        person=person,
        unit=msghead.read_unit(Tree(unit).top) if unit is not None else None,
        remark=text(contact, "Merknad"),
    )


def _person(parent: MaybeElement) -> Professional | None:
    for name in ("HealthcareProfessional", "Person"):
        found = find(parent, name)
        if found is not None:
            return msghead.read_professional(Tree(found).top)
    return None
