"""Whether the engine works, and what waits for a human."""

from __future__ import annotations

from datetime import timedelta

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import Clock, from_text, long
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.store.reading import Reader

_ALIVE = timedelta(seconds=30)


def examine_engine(reader: Reader, clock: Clock) -> Check:
    """Return whether an engine has given a sign of life of late."""
    mend = t("Start den med «elmeld engine».")
    beat = reader.engine()
    if beat is None:
        return Check("engine", Verdict.FAULT, t("Meldingsmotoren er ikke i gang."), mend)
    if clock() - from_text(beat.beat) > _ALIVE:
        last = long(from_text(beat.beat))
        return Check(
            "engine", Verdict.FAULT, t("Meldingsmotoren har ikke gitt livstegn siden {at}.", at=last), mend
        )
    return Check(
        "engine", Verdict.OK, t("Meldingsmotoren lytter på {host}:{port}.", host=beat.host, port=beat.port)
    )


def examine_alerts(reader: Reader) -> Check:
    """Return whether anything waits for a human."""
    waiting = len(reader.open_alerts())
    if waiting:
        return Check(
            "alerts", Verdict.REMARK, t("{n} varsler venter på et menneske.", n=waiting), t("Se Viktige varsler.")
        )
    return Check("alerts", Verdict.OK, t("Ingen varsler venter."))
