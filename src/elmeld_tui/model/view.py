"""A message as a clinician reads it: one neutral structure that terminal, text, JSON and HTML share.

Every string here may come from a message and is hostile until shown harmless: it is plain text, never markup.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Field(NamedTuple):
    """A labelled value. ``code`` and ``codelist`` (name or OID of the list) stand behind a coded one."""

    label: str
    value: str
    code: str = ""
    codelist: str = ""


class Table(NamedTuple):
    """Rows under column headings; every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(NamedTuple):
    """A part of the message under one heading: fields, then tables, then running text (one string a paragraph)."""

    title: str
    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """What travels with the message.

    Attributes:
        name: a safe file name made from the description and the sniffed type.
        mime: the declared media type, as received.
        size: bytes of the decoded content; 0 where it is not enclosed or cannot be decoded.
        description: as received.
        problem: why it cannot be opened as declared; empty when it can.
        content: the decoded content itself; never part of `as_data`.
    """

    name: str
    mime: str
    size: int
    description: str
    problem: str = ""
    content: bytes = field(default=b"", repr=False)

    @property
    def sha256(self) -> str:
        """Digest of the decoded content, hexadecimal; empty where there is none. Reckoned when it is asked for."""
        import hashlib

        return hashlib.sha256(self.content).hexdigest() if self.content else ""


@dataclass(frozen=True, slots=True)
class View:
    """A whole message, ready to be shown.

    Attributes:
        title: what it is, in the user's words.
        kind: value of `Kind`.
        version: published version of the message.
        banner: what must be seen first: test message, cancelled, changed, copy.
        sections: in reading order; the last may be «Øvrige opplysninger», what no other section places.
        attachments: in document order.
    """

    title: str
    kind: str
    version: str
    banner: tuple[str, ...]
    sections: tuple[Section, ...]
    attachments: tuple[Attachment, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the view as the command line's JSON object (optional keys are left out when empty)."""
        sections = [
            {
                "title": s.title,
                "fields": [
                    {k: v for k, v in f._asdict().items() if v or k in {"label", "value"}} for f in s.fields
                ],
                "tables": [{"columns": list(tb.columns), "rows": [list(r) for r in tb.rows]} for tb in s.tables],
                "text": list(s.text),
            }
            for s in self.sections
        ]
        attachments = [
            {
                "name": a.name,
                "mime": a.mime,
                "size": a.size,
                "description": a.description,
                "sha256": a.sha256,
                **({"problem": a.problem} if a.problem else {}),
            }
            for a in self.attachments
        ]
        return {
            "title": self.title,
            "kind": self.kind,
            "version": self.version,
            "banner": list(self.banner),
            "sections": sections,
            "attachments": attachments,
        }
