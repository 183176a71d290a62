"""The attachments of a message as a table in its view."""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.messages.reading import Element, find, find_all, local
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.view import Attachment, Section, Table


def section(placing: Placing, found: list[Element], attachments: tuple[Attachment, ...]) -> Section | None:
    """Place what the references say of the attachments, as a table; None where there are none."""
    if not attachments:
        return None
    for reference in found:
        placing.value(find(reference, "FileReference"))
        for container in find_all(reference, "Content/Base64Container")[:1]:
            placing.mark(container)
    rows = tuple(
        (
            attachment.name,
            placing.text_of(find(reference, "MimeType")),
            _size(attachment.size),
            placing.text_of(find(reference, "IssueDate")),
            "\n".join(_remarks(placing, reference, attachment)),
        )
        for reference, attachment in zip(found, attachments, strict=True)
    )
    columns = (t("Fil"), t("Format"), t("Størrelse"), t("Dato"), t("Merknad"))
    return Section(t("Vedlegg"), tables=(Table(columns, rows),))


def _remarks(placing: Placing, reference: Element, attachment: Attachment) -> Iterator[str]:
    if attachment.problem:
        yield attachment.problem
    for child in reference:
        if not len(child) and local(child) in {"Description", "Id", "MsgType", "Compression"}:
            remark = placing.noted(child) if local(child) == "MsgType" else placing.text_of(child)
            if remark and local(child) != "MsgType":
                yield remark


def _size(size: int) -> str:
    if size < 1000:
        return t("{size} byte", size=size)
    return (
        t("{size} kB", size=round(size / 1000)) if size < 1_000_000 else t("{size} MB", size=round(size / 1e6, 1))
    )
