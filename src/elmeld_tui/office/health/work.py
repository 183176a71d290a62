"""Whether the engines are running, whether anything waits for them, and what waits for a human."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import from_text, long
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.store import lines
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.rows import EngineBeat
from elmeld_tui.store.trouble import AlertCode


def examine_engines(office: Office) -> Iterator[Check]:
    """Yield whether each engine has given a sign of life of late; one that is silent matters while no other works."""
    mend = t("Start den med «elmeld engine».")
    now = office.clock()
    engines = office.reader.engines()
    if not engines:
        yield Check("engine", Verdict.FAULT, t("Meldingsmotoren er ikke i gang."), mend)
    alive = [engine for engine in engines if engine.is_alive(now)]
    for engine in engines:
        if engine in alive:
            place = {"host": engine.host, "port": engine.port}
            told = t("Meldingsmotoren på {host} lytter på port {port}.", **place)
            yield Check("engine", Verdict.OK, told)
        elif not _is_replaced(engine, alive):
            last = long(from_text(engine.beat))
            told = t("Meldingsmotoren på {host} har ikke gitt livstegn siden {at}.", host=engine.host, at=last)
            yield Check("engine", Verdict.REMARK if alive else Verdict.FAULT, told, mend)


def _is_replaced(engine: EngineBeat, alive: Iterable[EngineBeat]) -> bool:
    """Return whether another was begun on its host after it fell silent: nobody is to start it once more."""
    return any(other.host == engine.host and other.started > engine.beat for other in alive)


def examine_queue(office: Office) -> Check:
    """Return whether anything that should have been sent has been left lying."""
    with office.database.snapshot() as connection:
        next_due = lines.next_due(connection)
    late = office.clock() - from_text(next_due) if next_due else timedelta()
    if next_due and late > timedelta(minutes=office.clinic.operations.late_after_minutes):
        return Check(
            "queue",
            Verdict.FAULT,
            t("Det som skulle vært sendt {at}, ligger ennå.", at=long(from_text(next_due))),
            t("Se om meldingsmotoren arbeider; start den på nytt om den står."),
        )
    if office.reader.is_stuck():
        return Check(
            "queue",
            Verdict.REMARK,
            t("Minst én mottaker svarer ikke; det som er til den, prøves igjen."),
            t("Se meldingsloggen med «elmeld log --state queued»."),
        )
    return Check("queue", Verdict.OK, t("Ingenting blir liggende i køen."))


def examine_problems(reader: Reader) -> Check:
    """Return what the program itself has failed at and nobody has seen to; its log has the rest."""
    failed = [alert for alert in reader.open_alerts() if alert.code == AlertCode.PROGRAM_FAULT]
    if not failed:
        return Check("problems", Verdict.OK, t("Programmet har ikke feilet med noe."))
    newest = failed[-1]
    return Check(
        "problems",
        Verdict.REMARK,
        t(
            "Programmet feilet {at}: {error} i {place}.",
            at=long(from_text(newest.raised)),
            error=newest.detail.get("error", ""),
            place=newest.detail.get("place", ""),
        ),
        t("Meld feilen med denne linjen, og kvitter varselet når den er rettet."),
    )


def examine_alerts(reader: Reader) -> Check:
    """Return whether anything waits for a human."""
    waiting = len(reader.open_alerts())
    if waiting:
        one = t("1 varsel venter på et menneske.")
        told = one if waiting == 1 else t("{n} varsler venter på et menneske.", n=waiting)
        return Check("alerts", Verdict.REMARK, told, t("Se Viktige varsler."))
    return Check("alerts", Verdict.OK, t("Ingen varsler venter."))
