"""Messages that carry attachments, as our own writer makes them and as others may."""

from __future__ import annotations

import base64

from lxml import etree
from message_samples import request

from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.enclosures import Enclosure


def enclosing(*enclosures: Enclosure) -> Document:
    """Return a request that encloses them, as our own writer does."""
    return request(enclosures=enclosures)


def carrying(
    content: str, mime: str = "application/pdf", description: str = "Vedlegg", more: str = ""
) -> Document:
    """Return a request whose one RefDoc holds ``content`` as it stands, and ``more`` XML before it."""
    document = enclosing(Enclosure("x", "text/plain", b"x"))
    reference = [each for each in document.root.iter("{*}RefDoc") if each.find("{*}MimeType") is not None][-1]
    (reference.find("{*}MimeType")).text = mime
    (reference.find("{*}Description")).text = description
    container = reference.find("{*}Content")
    (container[0]).text = content
    if more:
        container.addprevious(etree.fromstring(more))
    return read(etree.tostring(document.root, xml_declaration=True, encoding="UTF-8"))


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
