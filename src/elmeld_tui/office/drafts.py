"""Drafts: what somebody is writing, and what is kept of it until it is sent or discarded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection

from elmeld_tui.i18n import t
from elmeld_tui.messages import writing
from elmeld_tui.model import clock
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.terminals import LEASE
from elmeld_tui.store import audit, drafts, people
from elmeld_tui.store.drafts import DraftContent


class Named(NamedTuple):
    """Something chosen, and what its field shows: a HER-id with a name, a document with what it is called."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Something being written.

    Attributes:
        form: name of its form description.
        answers: to the form's questions.
        recipient_her: HER-id of the receiver; empty until chosen.
        recipient_name: what the recipient field shows.
        sender_her: HER-id of the service it is written under.
        patient_id: whom it is about; None until chosen.
        in_reply_to: the message it answers, or None.
        copies: who else gets it, by HER-id.
        enclosures: documents of the patient that go with it (`office.enclosing`).
        service_type: N new, M change, C cancellation, A addition (7309).
        changes: the sent message that is changed, cancelled or added to; None for a new document.
        recreates: the failed message whose place it takes; None where it takes none.
        id: of the draft as stored; None until it is.
        version: that this was made from; 0 for one that is not stored.
        kept: whether it lies among the drafts; False for a copy to recover from.
        terminal: the opening it is written in (`office.terminals`); empty where it lies open nowhere.
    """

    form: str
    answers: Answers = field(default_factory=dict)
    recipient_her: str = ""
    recipient_name: str = ""
    sender_her: str = ""
    patient_id: int | None = None
    in_reply_to: int | None = None
    copies: tuple[Named, ...] = ()
    enclosures: tuple[Named, ...] = ()
    service_type: str = "N"
    changes: int | None = None
    recreates: int | None = None
    id: int | None = None
    version: int = 0
    kept: bool = True
    terminal: str = ""


def form_of(draft: Draft) -> FormDescription:
    """Return the form description of a draft."""
    return writing.form_named(draft.form)


class DraftMovedError(OfficeError):
    """The stored draft is not what this was made from: it was taken over, changed, sent or thrown away meanwhile."""


def save_draft(office: Office, draft: Draft) -> Draft:
    """Store a draft as it stands, finished or not; return it with its id and version.

    Raises:
        DraftMovedError: it is not in the version this was made from; nothing is overwritten.
    """
    now = office.clock()
    content = DraftContent(
        form=draft.form,
        answers=draft.answers,
        owner=office.user.name,
        recipient_her=draft.recipient_her,
        recipient_name=draft.recipient_name,
        sender_her=draft.sender_her,
        patient_id=draft.patient_id,
        in_reply_to=draft.in_reply_to,
        frame=_frame(draft),
        kept=draft.kept,
        terminal=draft.terminal,
        terminal_until=to_text(now + LEASE) if draft.terminal else "",
    )
    with office.database.transaction() as connection:
        if draft.id is None:
            mailbox = people.mailbox_of_login(connection, office.user.name) or ""
            return replace(draft, id=drafts.add(connection, content, at=to_text(now), mailbox=mailbox), version=1)
        if not drafts.change(connection, draft.id, content, at=to_text(now), version=draft.version):
            raise DraftMovedError(_what_happened(connection, draft.id))
    return replace(draft, version=draft.version + 1)


def remove_sent(connection: Connection, draft: Draft) -> None:
    """End a stored draft in the transaction that sends it.

    Raises:
        DraftMovedError: it was sent, changed or taken over meanwhile.
    """
    if draft.id is not None and not drafts.remove(connection, draft.id, version=draft.version):
        raise DraftMovedError(t("Meldingen er ikke sendt.") + " " + _what_happened(connection, draft.id))


def _what_happened(connection: Connection, draft_id: int) -> str:
    if (row := drafts.find(connection, draft_id)) is not None:
        at = clock.short(clock.from_text(row.updated))
        return t("Utkastet er endret eller tatt over i et annet vindu (sist lagret {time}).", time=at)
    for entry in reversed(audit.entries(connection, action="send", at_most=_LOOK_BACK)):
        if entry.detail.get("draft") == draft_id:
            return t(
                "Utkastet er allerede sendt av {user}, {time}, som melding {number}.",
                user=entry.user,
                time=clock.short(clock.from_text(entry.at)),
                number=entry.message_id,
            )
    return t("Utkastet er forkastet i et annet vindu.")


_LOOK_BACK = 500
"""How many of the last messages that were sent are looked through for one that a draft became."""


def _frame(draft: Draft) -> dict[str, Any]:
    return {
        "copies": [list(copy) for copy in draft.copies],
        "enclosures": [list(enclosure) for enclosure in draft.enclosures],
        "service_type": draft.service_type,
        "changes": draft.changes,
        "recreates": draft.recreates,
        # So that a list of drafts can be drawn without the room that knows the forms.
        "title": form_of(draft).title,
    }


def load_draft(office: Office, draft_id: int) -> Draft:
    """Return a stored draft, to be read.

    Raises:
        OfficeError: it is gone, or somebody else's.
    """
    stored = office.reader.draft(draft_id)
    if stored is None or stored.owner != office.user.name:
        raise OfficeError(t("Utkastet finnes ikke lenger. Det kan være sendt fra et annet vindu."))
    return draft_of(stored)


def draft_of(row: Any) -> Draft:
    """Return the draft that a row of the store holds."""
    return Draft(
        form=row.form,
        answers=row.answers,
        recipient_her=row.recipient_her,
        recipient_name=row.recipient_name,
        sender_her=row.sender_her,
        patient_id=row.patient_id,
        in_reply_to=row.in_reply_to,
        copies=tuple(Named(*copy) for copy in row.frame.get("copies", ())),
        enclosures=tuple(Named(*enclosure) for enclosure in row.frame.get("enclosures", ())),
        service_type=row.frame.get("service_type", "N"),
        changes=row.frame.get("changes"),
        recreates=row.frame.get("recreates"),
        id=row.id,
        version=row.version,
        kept=bool(row.kept),
        terminal=row.terminal,
    )


def discard_draft(office: Office, draft: Draft) -> None:
    """Throw a draft away; one that was changed elsewhere meanwhile is left."""
    if draft.id is not None:
        with office.database.transaction() as connection:
            drafts.remove(connection, draft.id, version=draft.version)
