"""Recreating a failed message: a draft with all its content, to the receivers it failed to reach, under a new id."""

from __future__ import annotations

from dataclasses import replace

from elmeld_tui.engine.remedies import Act, refusal
from elmeld_tui.i18n import t
from elmeld_tui.messages import writing
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.parties import Party
from elmeld_tui.office import faults, policy
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.beginning import sent_document
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, Named
from elmeld_tui.office.enclosing import enclosed_in
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.office.reading import find_message
from elmeld_tui.office.standing import case
from elmeld_tui.store.reading import Reader


def recreate_draft(office: Office, message_id: int, *, receiver: str = "") -> Draft:
    """Return a draft of the message that shall take a failed one's place, with its content as sent.

    It goes to those receivers alone that the failed one was lost on; whoever has accepted it does not get another.

    Args:
        office: where it is written.
        message_id: the one that failed.
        receiver: HER-id of somebody else to address it to instead of the first of them.

    Raises:
        OfficeError: it must not be made anew, or there is no form that writes it.
    """
    message = find_message(office, message_id)
    policy.require(office, Action.SEND_AGAIN, message_id)
    found = case(office.reader, message_id)
    assert found is not None
    if reason := refusal(Act.RECREATE, found):
        raise OfficeError(reason)
    sent = sent_document(office, message)
    form = writing.form_of(sent)
    if form is None:
        raise OfficeError(
            t("Meldinger av denne typen skrives ikke her. Rett dokumentet der det ble laget, og send det derfra.")
        )
    lost = {one.her_id for one in found.receivers if one.may_be_recreated}
    primary, *copies = (party for party in sent.header.receivers if party.her_id in lost)
    addressed = _named(primary)
    if receiver:
        addressed = Named(receiver, recipient(office, receiver).full_name)
    return Draft(
        form.name,
        answers=writing.answers_of(form.name, sent),
        recipient_her=addressed.value,
        recipient_name=addressed.name,
        sender_her=message.sender_her,
        patient_id=message.patient_id,
        in_reply_to=message.answers_message_id,
        copies=tuple(_named(party) for party in copies if party.her_id != addressed.value),
        enclosures=enclosed_in(office, message_id),
        service_type=sent.header.service_type or "N",
        recreates=message_id,
    )


def field_at_fault(reader: Reader, message_id: int) -> str:
    """Return the field of a composer that must be mended before a failed message is sent anew; empty where none is.

    Told from the code of the first thing that is wrong: ``recipient`` or ``patient``.
    """
    codes = (one.code for one in faults.explain(reader, message_id))
    return next((_FIELDS[code] for code in codes if code in _FIELDS), "")


_FIELDS = dict.fromkeys(("E20", "E21", "E40", "T10"), "recipient") | dict.fromkeys(
    ("E30", "E31", "E32", "E33", "E34", "E35", "E36", "E53", "E54"), "patient"
)
"""Codes of a negative AppRec (8221), and what of the message they are about."""


def with_answers(draft: Draft, answers: Answers) -> Draft:
    """Return a draft with some answers in place of those it had."""
    return replace(draft, answers={**draft.answers, **answers})


def _named(party: Party) -> Named:
    return Named(party.her_id, party.name)
