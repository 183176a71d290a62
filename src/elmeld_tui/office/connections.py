"""What the store knows about a message beyond its content: other editions, related messages, and what was found.

Shown at the top where the message is read, in the terminal and by ``elmeld show``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.editions import DocumentState
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.model.view import Field, Section, View
from elmeld_tui.office.words import Concern, state_of
from elmeld_tui.store.links import Relation
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.rows import Link as LinkRow
from elmeld_tui.store.rows import Message


@dataclass(frozen=True, slots=True)
class Link:
    """Another message that belongs with the one that lies open.

    Attributes:
        number: of the other message.
        type_name: what a user calls it.
        relation: what it is to this one, in words.
    """

    number: int
    type_name: str
    relation: str


def links(reader: Reader, message_id: int) -> tuple[Link, ...]:
    """Return what belongs with a message, oldest first; nothing that is about another patient."""
    rows = reader.links(message_id)
    message = reader.message(message_id)
    return tuple(_link(row, message) for row in rows if message and not row.other_patient)


def with_connections(reader: Reader, message_id: int, view: View) -> View:
    """Return ``view`` with what the store knows: first of all whether the message still counts."""
    message = reader.message(message_id)
    if message is None:
        return view
    rows = reader.links(message_id)
    related = tuple(_link(row, message) for row in rows if not row.other_patient)
    leading = [*_link_section(related), *_finding_section(reader.findings(message_id))]
    banner = (*_edition_banner(message, rows), *_patient_banner(rows), *view.banner)
    return replace(view, banner=banner, sections=(*leading, *view.sections))


def answers_given(reader: Reader, message_id: int) -> tuple[str, ...]:
    """Return what who is to answer a message must know: each answer that has gone from here, unless it failed."""
    return tuple(
        t("BESVART {at}: melding {number}", at=clock.long(clock.from_text(row.at)), number=row.message_id)
        for row in reader.links(message_id)
        if row.relation == Relation.CHILD and row.direction == "out" and row.type_code not in _FROM_CHILD
        if (answer := reader.message(row.message_id)) and state_of(answer).concern is not Concern.TROUBLE
    )


def _link(row: LinkRow, message: Message) -> Link:
    kind = Kind(row.kind) if row.kind in set(Kind) else Kind.UNKNOWN
    return Link(row.message_id, type_name(row.type_code, kind, row.title), _relation(row, message))


def _relation(row: LinkRow, message: Message) -> str:
    relation = Relation(row.relation)
    if relation is Relation.PARENT:
        return _TO_PARENT.get(message.type_code, lambda: t("det denne svarer på"))()
    if relation is Relation.CHILD:
        return _FROM_CHILD.get(row.type_code, lambda: t("svar på denne"))()
    if relation is Relation.EDITION:
        return _EDITIONS[DocumentState(row.document_state)]()
    return _RELATIONS[relation]()


_RELATIONS: dict[Relation, Callable[[], str]] = {
    Relation.ORDER: lambda: t("rekvisisjonen dette er svar på"),
    Relation.REPORT: lambda: t("svar på denne rekvisisjonen"),
    Relation.REFERRAL: lambda: t("henvisningen dette er svar på"),
    Relation.DISCHARGE: lambda: t("epikrise etter denne henvisningen"),
    Relation.START: lambda: t("begynnelsen på dialogen"),
    Relation.ANSWERED: lambda: t("meldingen kvitteringen gjelder"),
    Relation.RECREATES: lambda: t("erstatter"),
    Relation.RECREATED: lambda: t("opprettet på nytt som"),
}
_TO_PARENT: dict[str, Callable[[], str]] = {
    "DIALOG_STATUS_HENVISNING": lambda: t("henvisningen det er gitt status på"),
    "DIALOG_AVVIK": lambda: t("meldingen avviket gjelder"),
}
_FROM_CHILD: dict[str, Callable[[], str]] = {
    "DIALOG_STATUS_HENVISNING": lambda: t("status på denne henvisningen"),
    "DIALOG_AVVIK": lambda: t("avvik meldt på denne"),
}
_EDITIONS: dict[DocumentState, Callable[[], str]] = {
    DocumentState.CURRENT: lambda: t("utgave som gjelder"),
    DocumentState.SUPERSEDED: lambda: t("tidligere utgave, erstattet"),
    DocumentState.CANCELLED: lambda: t("utgave som er trukket tilbake"),
}


def _link_section(related: tuple[Link, ...]) -> Iterator[Section]:
    if related:
        fields = tuple(
            Field(
                link.relation[:1].upper() + link.relation[1:],
                t("{type}, melding {number}", type=link.type_name, number=link.number),
            )
            for link in related
        )
        yield Section(t("Hører sammen med"), fields=fields)


def _finding_section(findings: list[Finding]) -> Iterator[Section]:
    # The code of an error is what its sender is answered; that of a remark is for scripts.
    wrong = tuple(f"{one.code}: {one.message}" for one in findings if one.severity is Severity.ERROR)
    remarks = tuple(one.message for one in findings if one.severity is Severity.WARNING)
    if wrong:
        yield Section(t("Dette er galt"), text=wrong)
    if remarks:
        yield Section(t("Merknader ved mottak"), text=remarks)


def _edition_banner(message: Message, rows: list[LinkRow]) -> Iterator[str]:
    editions = [row for row in rows if row.relation == Relation.EDITION and not row.other_patient]
    by = next((row for row in editions if row.message_id == message.superseded_by), None)
    if by is not None:
        at = clock.long(clock.from_text(by.at))
        if message.document_state == DocumentState.SUPERSEDED:
            yield t("ERSTATTET av en nyere utgave: melding {number}, {at}", number=by.message_id, at=at)
        elif by.message_id < message.id:
            yield t("KANSELLERT før originalen kom: melding {number}, {at}", number=by.message_id, at=at)
        else:
            yield t("TRUKKET TILBAKE av avsenderen: melding {number}, {at}", number=by.message_id, at=at)
    elif message.service_type == "C" and not editions:
        yield t("Det som trekkes tilbake, er ikke mottatt")
    elif message.service_type == "M" and not editions:
        yield t("Det som endres, er ikke mottatt")
    others = [str(row.message_id) for row in editions if row is not by]
    if others:
        yield t("Andre utgaver av samme dokument: melding {numbers}", numbers=", ".join(others))


def _patient_banner(rows: list[LinkRow]) -> Iterator[str]:
    strangers = [str(row.message_id) for row in rows if row.other_patient]
    if strangers:
        yield t(
            "ANNEN PASIENT: viser til melding {numbers}, som gjelder en annen. De er ikke koblet",
            numbers=", ".join(strangers),
        )
