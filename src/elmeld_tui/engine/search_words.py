"""What a user might type to find a message again: names, ids, and the words in it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from sqlalchemy import Connection

from elmeld_tui.messages.document import Document
from elmeld_tui.model.kinds import MSGHEAD, type_name
from elmeld_tui.model.parties import Party
from elmeld_tui.store import search

_LONGEST = 20_000


def index(connection: Connection, message_id: int, document: Document, *, again: bool = False) -> None:
    """Put a message into the search index; ``again`` in place of what it may have there."""
    header, patient = document.header, document.header.patient
    words = " ".join([type_name(header.type_code, header.kind), header.title, *_words(document.body)])
    said = search.Said(
        sender=_party(header.sender),
        receiver=" ".join(_party(party) for party in header.receivers),
        patient=" ".join([patient.name, *(ident.id for ident in patient.idents)]) if patient else "",
        ids=" ".join(dict.fromkeys([header.msg_id, header.document_id, header.original_id])),
        words=words[:_LONGEST],
    )
    put = search.put if again else search.add
    put(connection, message_id, said)


def _party(party: Party | None) -> str:
    if party is None:
        return ""
    return " ".join(dict.fromkeys([party.name, party.her_id, party.organisation.her_id]))


def attachments(document: Document) -> int:
    """Return how many attachments a document carries: each is a RefDoc; in a MsgHead the first is the document."""
    references = sum(1 for _ in document.root.iter("{*}RefDoc"))
    in_msghead = etree.QName(document.root).namespace == MSGHEAD
    return max(0, references - 1) if in_msghead else references


_TEXTS = etree.XPath(
    ".//text()[not(ancestor::*[local-name() = 'Base64Container'])][normalize-space()] | .//@DN | .//@OT",
    smart_strings=False,
)
"""The texts and the code texts of an element, but not what is encoded in it."""


def _words(element: etree._Element) -> Iterator[str]:
    said: list[str] = _TEXTS(element)  # type: ignore[assignment]
    return map(str.strip, said)
