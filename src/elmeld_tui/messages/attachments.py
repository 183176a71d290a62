"""What is enclosed in a document: decoded strictly, compared with its declared type and size, and safely named.

An attachment is a RefDoc whose content is a Base64Container, or one that only refers to something elsewhere (HIS
1036:2011).
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.messages.attached import formats
from elmeld_tui.messages.attached.formats import Format, Way, normal, recognise
from elmeld_tui.messages.nodes import Node, find, raw_text, said, text, value
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.view import Attachment

if TYPE_CHECKING:
    from elmeld_tui.messages.document import Document

MOST = 100
"""Attachments of one message that are decoded; the standards set no number, and real messages have a few."""

_WHITESPACE = " \t\r\n"
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_LONGEST_NAME = 60


def references(document: Document) -> list[Node]:
    """Return every RefDoc of the document that encloses or points to an attachment, in document order."""
    every = document.tree.named(document.top, "RefDoc")
    return [reference for reference in every if _container(reference) or _pointer(reference)]


def _container(reference: Node) -> Node | None:
    return find(reference, "Content/Base64Container")


def _pointer(reference: Node) -> Node | None:
    return find(reference, "FileReference")


def read(found: list[Node]) -> tuple[Attachment, ...]:
    """Read the attachments of these references.

    Every one has a name of its own, that no system takes for a device, a hidden file or a path. One that is packed
    stays packed, whatever it claims to hold.
    """
    return tuple(_read(reference, number) for number, reference in enumerate(found, start=1))


def unsupported(found: list[Node]) -> list[Finding]:
    """Return a fault for each attachment that the clinic cannot handle; it refuses the message (HITS 1168:2016 §4.4).

    The AppRec code is T99, with the text: the lists have no code of their own for this. What only points to a
    file, or encloses an empty one, is shown and refuses nothing; more than `MOST` cannot all be opened, and do.
    """
    faults = [finding for reference in found[:MOST] for finding in _faults(reference)]
    if len(found) > MOST:
        told = t("Meldingen har {number} vedlegg; her håndteres høyst {most}.", number=len(found), most=MOST)
        faults.append(Finding(Severity.ERROR, "T99", "", told))
    return faults


def _faults(reference: Node) -> list[Finding]:
    container = _container(reference)
    if container is None:
        return []
    content, problem = _decode(raw_text(container))
    if not content and not raw_text(container).strip():
        return []
    mime = text(reference, "MimeType")
    kind = recognise(content, mime)
    if content and (kind.taken or (kind.way is Way.PACKED and _compression(reference))):
        return []
    called = text(reference, "Description") or mime or "–"
    problem = problem or t("Vedleggets format håndteres ikke her: {kind}.", kind=_told(kind, mime))
    return [Finding(Severity.ERROR, "T99", _place(reference), f"{problem} («{called}»)")]


def _told(kind: Format, mime: str) -> str:
    return f"{kind.label()} ({kind.mime or mime})" if kind.mime or mime else kind.label()


def _place(reference: Node) -> str:
    above = "" if reference.parent is None else _place(reference.parent)
    return f"{above}/{reference.name}"


def _read(reference: Node, number: int) -> Attachment:
    description, mime = text(reference, "Description"), text(reference, "MimeType")
    container = _container(reference)
    if container is None:
        pointer = value(reference, "FileReference")
        problem = t("Vist til, ikke vedlagt: {pointer}", pointer=pointer)
        return Attachment(_name(number, description, "txt"), mime, 0, description, problem)
    if number > MOST:
        problem = t("Meldingen har flere enn {most} vedlegg. Dette åpnes ikke.", most=MOST)
        return Attachment(_name(number, description, "bin"), mime, 0, description, problem)
    content, problem = _decode(raw_text(container))
    kind = recognise(content, mime)
    return Attachment(
        name=_name(number, description, kind.extension),
        mime=mime,
        size=len(content),
        description=description,
        problem=problem or _refused(kind) or _packed(reference, kind) or _mismatch(mime, kind.mime),
        content=content,
    )


def _compression(reference: Node) -> str:
    """Return how the attachment says it is packed."""
    return said(find(reference, "Compression"))


def _packed(reference: Node, kind: Format) -> str:
    """Return a remark on one that says it is packed; where it is, its media type is that of what is inside."""
    packing = _compression(reference)
    if not packing:
        return ""
    if kind.way is Way.PACKED:
        return t("Vedlegget er komprimert ({kind}). Det pakkes ut først når det åpnes.", kind=packing)
    return t("Vedlegget er oppgitt som komprimert ({kind}), men innholdet er det ikke.", kind=packing)


def _decode(written: str) -> tuple[bytes, str]:
    """Return the content, and why there is none: base64 with anything else in it is not guessed at."""
    try:
        # A copy is made only where there is white space to leave out: an attachment is megabytes.
        spaced = any(space in written for space in _WHITESPACE)
        packed = written.encode("ascii").translate(None, _WHITESPACE.encode()) if spaced else written
        if not packed:
            return b"", t("Vedlegget er tomt.")
        return binascii.a2b_base64(packed, strict_mode=True), ""
    except ValueError:
        return b"", t("Vedlegget kan ikke leses: innholdet er ikke gyldig base64. Be avsender sende det på nytt.")


def _refused(kind: Format) -> str:
    if kind is formats.PROGRAM:
        return t("Vedlegget er et program. Det åpnes ikke, og bør ikke åpnes andre steder heller.")
    if kind is formats.MACROS:
        return t("Dokumentet har makroer, som er små programmer. Det åpnes ikke. Be avsender sende en PDF.")
    if kind is formats.HTML:
        return t("Vedlegget er en nettside, som kan inneholde små programmer. Her vises den bare som tekst.")
    return ""


def _mismatch(declared: str, found: str) -> str:
    if not declared:
        return t("Formatet er ikke oppgitt.")
    if normal(declared) == found:
        return ""
    if found:
        return t("Oppgitt som {declared}, men innholdet er {found}.", declared=declared, found=found)
    return t("Oppgitt som {declared}, men innholdet er ikke gjenkjent som det.", declared=declared)


def _name(number: int, description: str, extension: str) -> str:
    """Return a file name that is safe on every system: letters, digits, hyphen and underscore alone.

    The number in front makes it unique in the message and keeps it from being a device or a hidden file.
    """
    words = (
        _NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", description)).strip("-_")[:_LONGEST_NAME].rstrip("-_")
    )
    return f"{number:02d}-{words or 'vedlegg'}.{extension}"
