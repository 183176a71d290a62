"""Which form is used to answer a message. Read at first paint: imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.model.codes import oid
from elmeld_tui.model.nav import is_nav

if TYPE_CHECKING:
    from elmeld_tui.model.header import Header

_ANSWERS = {
    "DIALOG_FORESPORSEL": "answer",
    "DIALOG_NOTAT": "note",
    "DIALOG_HELSEFAGLIG": "dialogue",
    "DIALOG_STATUS_HENVISNING": "dialogue",
    "EPIKRISE": "dialogue",
    "E": "dialogue",
    "HENVISNING": "dialogue",
    "HENVISNING_NYTILSTAND": "dialogue",
    "HENVISNING_VIDERE": "dialogue",
    "H": "dialogue",
}
"""A request has an answer of its own, and what one has read may be asked about (HIS 80603:2006; HIS 1077:2017)."""

_NAVS_ANSWERS = {
    oid(8125): "nav-meeting",
    oid(8129): "nav-answer",
    oid(8127): "nav-inquiry",
}
"""What NAV sends, told by the list of its theme (navikt isdialogmelding, padm2)."""

_NO_DEVIATION = frozenset({"APPREC", "DIALOG_AVVIK"})


def reply_form(direction: str, type_code: str, header: Header | None = None) -> str:
    """Return the name of the form that answers a message, or an empty string where nothing does.

    Args:
        direction: ``in`` or ``out``.
        type_code: of the message (8279).
        header: what the document says of itself; without it, the answer tells only whether there is such a form.
    """
    usual = _ANSWERS.get(type_code, "") if direction == "in" else ""
    if usual and header and is_nav(header.sender):
        return _NAVS_ANSWERS.get(header.theme.system, "")
    return usual


def deviation_form(direction: str, type_code: str, header: Header | None = None) -> str:
    """Return the name of the form that reports a fault in a message; empty where no such report is taken.

    NAV takes none, and Helsenorge has another way (HIS 1152:2006; HIS 1176).

    Args:
        direction: ``in`` or ``out``.
        type_code: of the message (8279).
        header: what the document says of itself; None to ask by type alone.
    """
    if direction != "in" or type_code in _NO_DEVIATION or type_code.startswith("DIALOG_INNBYGGER_"):
        return ""
    return "" if header and is_nav(header.sender) else "deviation"
