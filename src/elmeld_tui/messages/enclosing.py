"""Enclosing attachments in a message: one RefDoc each, its content as base64 (HIS 1036:2011 ch. 4)."""

from __future__ import annotations

import base64

from elmeld_tui.messages import building
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.reading import Element
from elmeld_tui.model import clock
from elmeld_tui.model.enclosures import Enclosure

BASE64_CONTAINER = "http://www.kith.no/xmlstds/base64container"


def write_reference(parent: Element, enclosure: Enclosure, addressing: Addressing) -> None:
    """Append the RefDoc of one attachment, in the parent's namespace."""
    reference = building.section(parent, "RefDoc")
    building.value(reference, "IssueDate", clock.business_text(addressing.now))
    building.cs(reference, "MsgType", "A", "8114")
    building.text(reference, "MimeType", enclosure.mime)
    building.text(reference, "Description", enclosure.description)
    content = building.section(reference, "Content")
    building.text(
        content, "Base64Container", base64.b64encode(enclosure.content).decode("ascii"), BASE64_CONTAINER
    )
