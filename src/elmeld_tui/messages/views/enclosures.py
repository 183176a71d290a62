"""The attachments of a message as a table in its view."""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.view import Attachment, Section, Table

_REMARKS = frozenset({"Description", "Id", "Compression"})


def section(placing: Placing, references: list[Node], attachments: tuple[Attachment, ...]) -> Section | None:
    """Place what the references say of the attachments, as a table; None where there are none."""
    if not attachments:
        return None
    for reference in references:
        placing.value(find(reference, "FileReference"))
        container = find(reference, "Content/Base64Container")
        if container is not None:
            placing.mark(container)
    rows = tuple(
        (
            attachment.name,
            placing.text_of(find(reference, "MimeType")),
            size_in_words(attachment.size),
            placing.text_of(find(reference, "IssueDate")),
            "\n".join(_remarks(placing, reference, attachment)),
        )
        for reference, attachment in zip(references, attachments, strict=True)
    )
    columns = (t("Fil"), t("Format"), t("Størrelse"), t("Dato"), t("Merknad"))
    return Section(t("Vedlegg"), tables=(Table(columns, rows),))


def _remarks(placing: Placing, reference: Node, attachment: Attachment) -> Iterator[str]:
    if attachment.problem:
        yield attachment.problem
    for child in reference.children:
        if child.children:
            continue
        if child.name == "MsgType":
            placing.noted(child)
        elif child.name in _REMARKS and (remark := placing.text_of(child)):
            yield remark


def size_in_words(size: int) -> str:
    """Return a number of bytes as people say it."""
    if size < 1000:
        return t("{size} byte", size=size)
    return (
        t("{size} kB", size=round(size / 1000)) if size < 1_000_000 else t("{size} MB", size=round(size / 1e6, 1))
    )
