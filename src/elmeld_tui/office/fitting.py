"""Whether a message is small enough for the route to its receivers, checked before it is queued (HIS 1036 §2.2)."""

from __future__ import annotations

from elmeld_tui.engine.destinations import size_limit
from elmeld_tui.i18n import t
from elmeld_tui.messages import attachments
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.enclosing import LARGEST_TOTAL
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.transport.sizes import packed_size, surely_fits


def too_large(office: Office, document: Document) -> str:
    """Return why a document is too large for the way to one of its receivers, in the user's language; empty if none.

    Raises:
        OfficeError: a receiver is unknown.
    """
    found = (size_limit(office.clinic, recipient(office, one.her_id)) for one in document.header.receivers)
    limit = min((one for one in found if one is not None), default=None)
    if limit is None or surely_fits(document.raw, limit) or (size := packed_size(document.raw)) <= limit:
        return ""
    enclosed = attachments.read(attachments.references(document))
    largest = max(enclosed, key=lambda one: one.size, default=None)
    said = t(
        "Meldingen er for stor for veien til mottakeren: {size} MB av {limit} MB.",
        size=f"{size / 1e6:.1f}",
        limit=f"{limit / 1e6:.0f}",
    )
    if largest is None:
        return said
    return (
        said
        + " "
        + t(
            "Største vedlegg: {name} ({size} MB). Ta bort eller del opp vedlegg.",
            name=largest.description or largest.name,
            size=f"{largest.size / 1e6:.1f}",
        )
    )


def room_for_enclosures(office: Office, her_id: str) -> int:
    """Return how many bytes of attachments a message to somebody may have, as far as can be told before it is packed.

    They travel in base64 twice, in the document and in the mail around it, which is 16/9 of their size.

    Args:
        office: who sends.
        her_id: of the receiver; empty where none is chosen.
    """
    try:
        limit = size_limit(office.clinic, recipient(office, her_id)) if her_id else None
    except OfficeError:
        # Told where the receiver is chosen; what holds for every message holds here too.
        limit = None
    return LARGEST_TOTAL if limit is None else min(LARGEST_TOTAL, limit * 9 // 16)
