"""The pages of a message in Meldingslogg that the office must make: document, envelope, signature, validation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.tui.layout import view_layout
from elmeld_tui.tui.transport_pages import (
    envelope_layout,
    parts_layout,
    report_layout,
    signature_layout,
    xml_layout,
)
from elmeld_tui.tui.widgets.paper import Layout

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office


def page(office: Office, message_id: int, name: str, *, raw: bool) -> Layout:
    """Return the layout of a page; what says something of the patient is in the audit trail, by whom it was opened.

    Args:
        office: where it is made; on its own thread.
        message_id: of the message.
        name: of the pane.
        raw: the XML byte for byte, and not an element a line.

    Raises:
        OfficeError: she may not see it, or there is no such message.
    """
    from elmeld_tui.office.reading import document_source, inspect_message, open_message

    if name == "document":
        return view_layout(open_message(office, message_id).view)
    if name == "xml":
        return xml_layout(document_source(office, message_id), pretty=not raw)
    if name == "report":
        from elmeld_tui.office.validation import as_lines, check_message

        return report_layout([*as_lines(check_message(office, message_id))])
    inspected = inspect_message(office, message_id)
    if name == "envelope":
        return envelope_layout(inspected)
    if name == "signature":
        return signature_layout(inspected)
    return parts_layout(office.reader.parts(message_id), inspected)
