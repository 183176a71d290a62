"""What can be done with a message in its present state, and why not where it cannot.

Screens leave out the keys of what cannot be done, and give the reason when one is pressed all the same. Decided from
rows alone, so that asking costs no more than a few queries; who may do it is the policy's table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from elmeld_tui.engine.remedies import Act, refusal
from elmeld_tui.i18n import t
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.people import CLINIC_MAILBOX, Actor
from elmeld_tui.model.states import State
from elmeld_tui.office.policy import Action, verdict
from elmeld_tui.office.replies import deviation_form, reply_form
from elmeld_tui.office.standing import case
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.rows import Message, PostItem


class Deed(StrEnum):
    """What a reader of a message may want to do with it."""

    SIGN_OFF = "sign_off"
    REPLY = "reply"
    DEVIATE = "deviate"
    FORWARD = "forward"
    LINK_PATIENT = "link_patient"
    CHANGE = "change"
    CANCEL = "cancel"
    RECREATE = "recreate"
    AGAIN = "again"
    MARK_HANDLED = "mark_handled"
    UNDO_HANDLED = "undo_handled"
    DECIDE = "decide"
    BUNDLE = "bundle"
    ATTACHMENTS = "attachments"


def why_not(reader: Reader, actor: Actor, deed: Deed, message_id: int, mailbox: str = CLINIC_MAILBOX) -> str:
    """Return why a deed cannot be done with a message, and what to do instead; empty where it can.

    Args:
        reader: of the store.
        actor: who wants it.
        deed: what somebody wants to do.
        message_id: of the message.
        mailbox: the main mailbox it is read in.
    """
    message = reader.message(message_id)
    if message is None:
        return t("Meldingen finnes ikke lenger.")
    reason = next(_REASONS[deed](reader, message, mailbox), "")
    return reason or verdict(reader, actor, asks(deed), message_id).reason


def asks(deed: Deed) -> Action:
    """Return what the policy calls a deed."""
    return _ACTIONS[deed]


def _sign_off(reader: Reader, message: Message, mailbox: str) -> Iterator[str]:
    item = reader.post_item(message.id, mailbox)
    if item is None or item.folder == "inbox":
        return
    if item.signed_off_by:
        yield t("Meldingen er alt kvittert av {user}. Den ligger i Arkiv.", user=item.signed_off_by)
    yield t("Meldingen ligger ikke i innboksen og kan ikke kvitteres.")


def _reply(_reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    if message.direction == "out":
        yield t("Dette har klinikken selv sendt. Svar på det mottakeren sender tilbake.")
    if not reply_form(message.direction, message.type_code):
        yield t("Denne meldingen har ikke noe svarskjema. Skriv en ny melding i stedet.")


def _deviate(_reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    if message.direction == "out":
        yield t("Avvik meldes på det en har mottatt. Dette har klinikken selv sendt.")
    if message.state != State.IMPORTED:
        yield t("Avvik kan bare meldes på meldinger som er tatt imot og kvittert positivt.")
    if not deviation_form(message.direction, message.type_code):
        yield t("På meldinger av denne typen kan det ikke meldes avvik.")


def not_forwardable(message: Message, lies_in: Iterable[PostItem]) -> Iterator[str]:
    """Yield why a message cannot be forwarded as it stands, the first reason first."""
    if message.direction != "in" or message.kind == Kind.APPREC:
        yield t("Bare mottatte meldinger kan videresendes, ikke sendte og ikke kvitteringer.")
    if message.state != State.IMPORTED:
        yield t("Meldingen er ikke lest inn, så den kan ikke videresendes ennå. Avgjør den først.")
    items = list(lies_in)
    signed = next((item for item in items if item.signed_off_by), None)
    if signed:
        user = signed.signed_off_by
        yield t(
            "Meldingen er kvittert av {user} og ligger i Arkiv. Angre kvitteringen for å videresende.", user=user
        )
    if all(item.folder != "inbox" for item in items):
        yield t("Meldingen ligger ikke i noen innboks, så den kan ikke videresendes.")


def _forward(reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    return not_forwardable(message, reader.post_items(message.id))


def _link_patient(_reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    if message.direction != "in" or message.state != State.IMPORTED or message.kind == Kind.APPREC:
        yield t("Bare mottatte meldinger som er lest inn, kan kobles til en pasient.")


def _ours(_reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    if message.direction != "out":
        yield t("Bare det klinikken selv har sendt, kan endres eller kanselleres.")


def _recreate(reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    found = case(reader, message.id)
    if found and (reason := refusal(Act.RECREATE, found)):
        yield reason


def _again(reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    """One may try at once what is on its way, and send again what did not get through; the rest has its reason."""
    found = case(reader, message.id)
    if found and refusal(Act.RETRY, found) and (reason := refusal(Act.RESEND, found)):
        yield reason


def _mark_handled(reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    found = case(reader, message.id)
    if found and (reason := refusal(Act.HANDLED, found)):
        yield reason


def _undo_handled(_reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    if not message.handled:
        yield t("Meldingen er ikke merket som håndtert.")


def _bundle(_reader: Reader, _message: Message, _mailbox: str) -> Iterator[str]:
    # Of any message: also of one that nothing is wrong with, where somebody asks why it came late.
    yield from ()


def _decide(reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    found = case(reader, message.id)
    if found and (reason := refusal(Act.DECIDE, found)):
        yield reason


def _attachments(_reader: Reader, message: Message, _mailbox: str) -> Iterator[str]:
    if not message.attachments:
        yield t("Meldingen har ingen vedlegg.")


_REASONS: dict[Deed, Callable[[Reader, Message, str], Iterator[str]]] = {
    Deed.SIGN_OFF: _sign_off,
    Deed.REPLY: _reply,
    Deed.DEVIATE: _deviate,
    Deed.FORWARD: _forward,
    Deed.LINK_PATIENT: _link_patient,
    Deed.CHANGE: _ours,
    Deed.CANCEL: _ours,
    Deed.RECREATE: _recreate,
    Deed.AGAIN: _again,
    Deed.MARK_HANDLED: _mark_handled,
    Deed.UNDO_HANDLED: _undo_handled,
    Deed.DECIDE: _decide,
    Deed.BUNDLE: _bundle,
    Deed.ATTACHMENTS: _attachments,
}

_ACTIONS = {
    Deed.SIGN_OFF: Action.SIGN_OFF,
    Deed.REPLY: Action.REPLY,
    Deed.DEVIATE: Action.DEVIATE,
    Deed.FORWARD: Action.FORWARD,
    Deed.LINK_PATIENT: Action.LINK_PATIENT,
    Deed.CHANGE: Action.CHANGE,
    Deed.CANCEL: Action.CHANGE,
    Deed.RECREATE: Action.SEND_AGAIN,
    Deed.AGAIN: Action.SEND_AGAIN,
    Deed.MARK_HANDLED: Action.MARK_HANDLED,
    Deed.UNDO_HANDLED: Action.MARK_HANDLED,
    Deed.DECIDE: Action.DECIDE,
    Deed.BUNDLE: Action.EXPORT,
    Deed.ATTACHMENTS: Action.OPEN,
}
"""What the policy calls each."""
