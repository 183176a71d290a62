"""The only way in for XML. What passes is well-formed, bounded and has no document type.

Nothing is fetched, no entity is expanded, no schemaLocation is followed. Comments and processing instructions are
dropped, so that no reader sees only half of a text that a comment cuts in two; the raw bytes keep them.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from lxml import etree

from elmeld_tui.i18n import t

MAX_BYTES = 30_000_000
"""A document with its attachments; senders are asked to keep the envelope below ten megabytes (HIS 1036 §2)."""

MAX_DEPTH = 256
"""Levels of nesting; real messages stay below thirty."""

MAX_ATTRIBUTES = 100
"""Of one element; real ones have four."""

MAX_MARKUP = 200_000
"""Tags and attributes together: each costs memory and time many times its own length, 40 MB and 0.3 seconds at the limit.

A laboratory result takes 30 to 50, the largest of the published examples has 720: room for a report of 4,000 results.
"""

_LEAST_MARKUP = 3
"""Bytes of the shortest tag, ``<a>``; an attribute is longer."""

_DEEP = etree.XPath(f"boolean({'/*' * 31})")
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_TOO_WIDE = etree.XPath(f"boolean(/descendant::*/@*[{MAX_ATTRIBUTES + 1}])")


_PLACE_AT_END = re.compile(r"(, line \d+|: line \d+)(, column \d+)?$")


class UnreadableError(Exception):
    """The bytes are not a document that can be read.

    Attributes:
        code: the AppRec error (8221) that says so, ``T01``.
        where: line and column, or empty.
        message: what is wrong and what to do, in the user's language, without the place.
    """

    def __init__(self, message: str, where: str = "", code: str = "T01") -> None:
        super().__init__(f"{message} ({where})" if where else message)
        self.code = code
        self.where = where
        self.message = message


def indented(raw: bytes) -> bytes:
    """Return a document with an element a line, for a person to read: what it says is the same, the bytes are not.

    What cannot be read as XML is returned as it is. Comments and processing instructions are left out.
    """
    try:
        root = parse(raw)
    except UnreadableError:
        return raw
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def parse(raw: bytes) -> etree._Element:
    """Read ``raw`` in any encoding it declares (UTF-8 where it declares none) and return its root element.

    Raises:
        UnreadableError: it is empty, too large, too deep, has a document type, or is not well-formed XML.
    """
    _check_size(raw)
    _check_prolog(raw)
    try:
        root = etree.fromstring(raw, _parser())
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(error.lineno, error.offset, error.msg or "") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _document_type()
    # To count to the limit takes as long as a sixth of the parsing, and hardly any document gets past the first step.
    if _DEEP(root) and _TOO_DEEP(root):
        raise UnreadableError(
            t(
                "Dokumentet er nøstet dypere enn {limit} nivåer og leses ikke. Be avsender kontrollere det.",
                limit=MAX_DEPTH,
            )
        )
    if _TOO_WIDE(root):
        raise UnreadableError(
            t(
                "Et element har flere enn {limit} attributter, og dokumentet leses ikke. Be avsender kontrollere det.",
                limit=MAX_ATTRIBUTES,
            )
        )
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        # An attachment may be larger than libxml2's ten megabytes for one text; our own bounds stand in its place.
        huge_tree=True,
    )


def _check_size(raw: bytes) -> None:
    if not raw.strip():
        raise UnreadableError(t("Dokumentet er tomt. Be avsender sende det på nytt."))
    if len(raw) > MAX_BYTES:
        raise UnreadableError(
            t(
                "Dokumentet er på {size} MB; grensen er {limit} MB. Be avsender sende vedleggene på annen måte.",
                size=len(raw) // 1_000_000,
                limit=MAX_BYTES // 1_000_000,
            )
        )
    if len(raw) > _LEAST_MARKUP * MAX_MARKUP and raw.count(b"<") + raw.count(b"=") > MAX_MARKUP:
        raise UnreadableError(
            t(
                "Dokumentet har flere enn {limit} elementer og attributter og leses ikke. Be avsender dele det opp.",
                limit=MAX_MARKUP,
            )
        )


class _PrologRead(Exception):  # noqa: N818 - a signal to stop, not a fault
    """The first element has begun."""


class _DocumentTypeFound(Exception):  # noqa: N818
    """A DOCTYPE has begun."""


def _check_prolog(raw: bytes) -> None:
    """Refuse a document type before any parser that could act on it sees it; expat stops at the first element."""

    def first_element(*_: object) -> None:
        raise _PrologRead

    def document_type(*_: object) -> None:
        raise _DocumentTypeFound

    prolog = expat.ParserCreate()
    prolog.StartElementHandler = first_element
    prolog.StartDoctypeDeclHandler = document_type
    try:
        prolog.Parse(raw, True)  # noqa: FBT003 - the C function takes it by position
    except _PrologRead:
        return
    except _DocumentTypeFound:
        raise _document_type() from None
    except (expat.ExpatError, LookupError, ValueError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "offset", 0)
        raise _not_well_formed(line, column + 1, str(error)) from None


def _document_type() -> UnreadableError:
    return UnreadableError(
        t("Dokumentet har en DOCTYPE, og slike leses ikke. Be avsender sende meldingen uten DOCTYPE og entiteter.")
    )


def _not_well_formed(line: int | None, column: int | None, reason: str) -> UnreadableError:
    where = t("linje {line}, kolonne {column}", line=line or 1, column=column or 0)
    reason = _PLACE_AT_END.sub("", reason)
    return UnreadableError(
        t("Dokumentet er ikke velformet XML: {reason}. Be avsender rette det.", reason=reason),
        where,
    )
