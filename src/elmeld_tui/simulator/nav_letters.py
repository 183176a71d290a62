"""What NAV writes on its own initiative: a request about a patient on sick leave, an invitation to a meeting, a note."""

from __future__ import annotations

from elmeld_tui.messages import building, codelists, msghead
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.model import clock
from elmeld_tui.model.kinds import DIALOGUE_1_0

_QUESTION = (
    "Pasienten har vært sykmeldt i mer enn åtte uker. Vi ber om en kort vurdering av prognose og funksjonsevne, og av"
    " hva arbeidsgiveren kan legge til rette for. Vi ber om svar innen tre uker."
)
_MEETING = (
    "Vi innkaller til dialogmøte 2 på NAV-kontoret, Strandgata 1, Vikefjord, klokka ti om fjorten dager. Svar om du"
    " kan komme."
)
_INFORMATION = (
    "Vi har gjort unntak fra aktivitetskravet fram til neste vurdering. Pasienten har fått beskjed, og"
    " arbeidsgiveren også."
)


def request(addressing: Addressing) -> bytes:
    """Write a request about a patient (8129; ForesporselFraSaksbehandler)."""
    return _ask(addressing, "8129", "1", _QUESTION)


def meeting(addressing: Addressing) -> bytes:
    """Write an invitation to a dialogue meeting (8125; DialogmoteInnkalling)."""
    return _ask(addressing, "8125", "1", _MEETING)


def note(addressing: Addressing) -> bytes:
    """Write a note that needs no answer (8127; HenvendelseFraSaksbehandler)."""
    head, content = msghead.write_envelope(addressing, "DIALOG_NOTAT")
    body = building.section(building.section(content, "Dialogmelding", DIALOGUE_1_0), "Notat")
    building.cv(body, "TemaKodet", codelists.coded("8127", "8"))
    building.text(body, "Tema", "Unntak fra aktivitetskravet")
    building.text(body, "TekstNotatInnhold", _INFORMATION)
    building.text(body, "DatoNotat", clock.business_text(addressing.now)[:10])
    return building.serialise(head)


def _ask(addressing: Addressing, codelist: str, code: str, question: str) -> bytes:
    head, content = msghead.write_envelope(addressing, "DIALOG_FORESPORSEL")
    body = building.section(building.section(content, "Dialogmelding", DIALOGUE_1_0), "Foresporsel")
    building.cv(body, "TypeForesp", codelists.coded(codelist, code))
    building.text(body, "Sporsmal", question)
    return building.serialise(head)
