"""The names an envelope gives a document: ebXML Service, Action and the two roles.

Between health services they follow from the message type (HISD 1209:2018 §3.1-3.3). Messages to and from NAV have
NAV's own names, from its collaboration agreements; which process a dialogue belongs to follows from the code list of
its theme.
"""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.model.codes import oid
from elmeld_tui.model.header import Header
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.nav import is_nav


@dataclass(frozen=True, slots=True)
class Collaboration:
    """The names an envelope carries for a message."""

    service: str
    action: str
    from_role: str
    to_role: str


_OLDER_TYPES = {"H": "HENVISNING", "E": "EPIKRISE"}
"""Action of a type code from before list 8279 (HISD 1209 §3.1)."""

_SICK_NOTE = Collaboration("Sykmelding", "Registrering", "Sykmelder", "Saksbehandler")
_CERTIFICATE = Collaboration("Legemelding", "Legeerklaring", "Lege", "Nav")

_MEETING = Collaboration("DialogmoteInnkalling", "MoteRespons", "Sykmelder", "Saksbehandler")
_ANSWER = Collaboration("ForesporselFraSaksbehandler", "ForesporselSvar", "Sykmelder", "Saksbehandler")
_INQUIRY = Collaboration("HenvendelseFraLege", "Henvendelse", "Sykmelder", "Saksbehandler")
_TO_NAV = {("DIALOG_SVAR", oid(8126)): _MEETING, ("DIALOG_SVAR", ""): _ANSWER, ("DIALOG_NOTAT", ""): _INQUIRY}

_INVITATION = Collaboration("DialogmoteInnkalling", "MoteInnkalling", "Saksbehandler", "Sykmelder")
_REQUEST = Collaboration("ForesporselFraSaksbehandler", "Foresporsel", "Saksbehandler", "Sykmelder")
_LETTER = Collaboration("HenvendelseFraSaksbehandler", "Henvendelse", "Saksbehandler", "Sykmelder")
_PLAN = Collaboration("Oppfolgingsplan", "Plan", "Saksbehandler", "Sykmelder")
_FROM_NAV = {
    ("DIALOG_FORESPORSEL", oid(8125)): _INVITATION,
    ("DIALOG_FORESPORSEL", ""): _REQUEST,
    ("DIALOG_NOTAT", ""): _LETTER,
}
_FOLLOW_UP_PLAN = (oid(8127), "1")

_RECEIPTS = {
    (answered.service, answered.action): action
    for action, several in {
        "Kvittering": (_INVITATION, _REQUEST, _LETTER, _PLAN),
        "Bekreftelse": (_MEETING, _ANSWER, _INQUIRY),
        "Svar": (_SICK_NOTE,),
        "Svarmelding": (_CERTIFICATE,),
    }.items()
    for answered in several
}
"""Action of an AppRec in NAV's services, by service and action of what it answers."""


def collaboration(header: Header) -> Collaboration:
    """Return the envelope names of a business document, from what it says of itself.

    Sources: HISD 1209:2018 §3; NAV's collaboration agreements (``nav:qass``), whose names are seen in its traffic.
    """
    return _navs(header) or _national(_OLDER_TYPES.get(header.type_code, header.type_code))


def _national(action: str) -> Collaboration:
    return Collaboration(f"S-{action}", action, f"{action}sender", f"{action}receiver")


def is_national(names: Collaboration) -> bool:
    """Return whether names are those of the national table, which needs no agreement (HISD 1209 §3.1)."""
    return names.service.startswith("S-") and names.service != "S-"


def _navs(header: Header) -> Collaboration | None:
    if header.kind is Kind.SICK_NOTE:
        return _SICK_NOTE
    if header.kind is Kind.MEDICAL_CERTIFICATE:
        return _CERTIFICATE
    if is_nav(header.sender):
        if (header.theme.system, header.theme.value) == _FOLLOW_UP_PLAN:
            return _PLAN
        return _of_theme(_FROM_NAV, header)
    if any(is_nav(receiver) for receiver in header.receivers):
        return _of_theme(_TO_NAV, header)
    return None


def _of_theme(known: dict[tuple[str, str], Collaboration], header: Header) -> Collaboration | None:
    usual = known.get((header.type_code, ""))
    return known.get((header.type_code, header.theme.system), usual)


def apprec_collaboration(answered: Collaboration) -> Collaboration:
    """Return the names an AppRec travels under: same service as its message, roles swapped (HISD 1209 §3.3)."""
    action = _RECEIPTS.get((answered.service, answered.action), "APPREC")
    return Collaboration(answered.service, action, answered.to_role, answered.from_role)
