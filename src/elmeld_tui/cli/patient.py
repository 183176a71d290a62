"""``elmeld patient``: find a patient; list their post, what awaits an answer, and their results."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.lab_matrix import Analysis, Cell
    from elmeld_tui.store.rows import Patient

NAME = "patient"

_TREND = 12


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("finn en pasient, og se posten og resultatene til den"),
        description=t(
            "Det samme som stedet Pasient i programmet. At noen har åpnet en pasient, står i sporet (elmeld audit)."
        ),
        epilog=t("Eksempel: elmeld patient list åsen; elmeld patient post 3 ubesvart; elmeld patient results 3"),
    )
    listing = parts.add_parser("list", help=t("finn pasienter etter navn, fødselsnummer eller fødselsdato"))
    listing.add_argument("words", nargs="*", metavar=t("ORD"))
    listing.add_argument("--limit", type=whole, default=50, metavar="N", help=t("høyst så mange"))
    listing.set_defaults(act=_list)
    for name, act, told in (
        ("show", _show, t("vis hvem pasienten er, hendelsene i journalen og hvor mye post det er")),
        ("post", _post, t("vis alt som er sendt og mottatt, det nyeste sist")),
        ("results", _results, t("vis laboratorieresultatene over tid, én analyse per linje")),
    ):
        part = parts.add_parser(name, help=told)
        part.add_argument("patient", type=whole, metavar="NR", help=t("pasientens nummer, som «list» viser"))
        part.set_defaults(act=act)
    parts.choices["post"].add_argument(
        "tab", nargs="?", default="all", metavar=t("FANE"), help=t("bare én fane, med navnet «show» viser")
    )
    parts.choices["post"].add_argument(
        "--limit", type=whole, default=50, metavar="N", help=t("høyst så mange (0: alle)")
    )
    parts.choices["results"].add_argument(
        "--analysis", default="", metavar=t("ORD"), help=t("bare analyser som har dette i navnet")
    )
    return list(parts.choices.values())


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office import policy
    from elmeld_tui.office.patient_post import find_patients

    if args.limit < 1:
        raise CommandError(t("--limit må være minst 1"), WRONG_USE)
    with opened(args) as office:
        policy.require(office, policy.Action.OPEN_PATIENT)
        found = find_patients(office.reader, " ".join(args.words), limit=args.limit)
        for patient in found:
            print(json_line(_as_data(patient)) if args.json else _as_line(patient))
    return DONE if found else ANSWER_IS_NO


def _as_data(patient: Patient) -> dict[str, Any]:
    return {
        "patient": patient.id,
        "name": patient.name,
        "national_id": patient.national_id,
        "id_type": patient.id_type,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
    }


def _as_line(patient: Patient) -> str:
    return harmless(f"{patient.id:>7}  {patient.national_id}  {patient.birth_date:<10}  {patient.name}")


def _show(args: argparse.Namespace) -> int:
    from elmeld_tui.office.patient_post import age, open_patient, tabs

    with opened(args) as office:
        patient = open_patient(office, args.patient)
        years = age(patient.birth_date, office.clock())
        events = office.reader.journal(patient.id)
        counted = tabs(office.reader, patient.id)
        if args.json:
            numbers = {tab.name: tab.number for tab in counted}
            journal = [event._asdict() for event in events]
            print(json_line({**_as_data(patient), "age": years, "post": numbers, "journal": journal}))
            return DONE
        print(_as_line(patient) + (t(", {years} år", years=years) if years is not None else ""))
        for tab in counted:
            print(f"{tab.number:>7}  {tab.label} ({tab.name})")
        for event in events:
            at = clock.short(clock.from_text(event.at))
            print(harmless(f"{at}  {t('melding {number}', number=event.message_id)}  {event.title}"))
    return DONE


def _post(args: argparse.Namespace) -> int:
    from elmeld_tui.cli.message_lines import print_newest
    from elmeld_tui.office.patient_post import UNANSWERED, open_patient, tab_filter

    with opened(args) as office:
        patient = open_patient(office, args.patient)
        tab = _tab(office, patient.id, args.tab)
        if tab == UNANSWERED:
            _print_unanswered(office, patient.id, as_json=args.json)
            return DONE
        print_newest(office.reader, tab_filter(patient.id, tab), args.limit, as_json=args.json)
    return DONE


def _tab(office: Office, patient_id: int, word: str) -> str:
    """Return the stable name of the tab that a word names, as it is shown or as scripts know it."""
    from elmeld_tui.model.communication_types import CommunicationType
    from elmeld_tui.office.patient_post import tabs

    names = {one.label.casefold(): str(one) for one in CommunicationType}
    names |= {tab.label.casefold(): tab.name for tab in tabs(office.reader, patient_id)}
    if word in names.values():
        return word
    if word.casefold() not in names:
        known = ", ".join(sorted(set(names.values())))
        raise CommandError(t("fanen «{name}» finnes ikke; velg blant {known}", name=word, known=known), WRONG_USE)
    return names[word.casefold()]


def _print_unanswered(office: Office, patient_id: int, *, as_json: bool) -> None:
    from elmeld_tui.office.patient_post import WAITS

    for row, waiting in reversed(office.reader.unanswered(patient_id)):
        if as_json:
            told = {"id": row.id, "direction": row.direction, "type": row.type_code, "party": row.party}
            print(json_line({**told, "created": row.at, "waits_for": waiting}))
        else:
            at = clock.short(clock.from_text(row.at))
            print(harmless(f"{row.id:>7}  {at}  {WAITS[waiting]():<22}  {row.party}"))


def _results(args: argparse.Namespace) -> int:
    from elmeld_tui.office.lab_matrix import matrix
    from elmeld_tui.office.patient_post import closed_reports, open_patient, reported

    with opened(args) as office:
        patient = open_patient(office, args.patient)
        table = matrix(list(reported(office, patient.id)))
        closed = closed_reports(office, patient.id)
    wanted = args.analysis.casefold()
    for analysis in (one for one in table.analyses if wanted in one.title.casefold()):
        print(json_line(_analysis_data(analysis)) if args.json else _analysis_line(analysis))
    if closed and not args.json:
        print(t("! {n} svarrapporter er ikke med: de er ikke sendt til deg eller gruppene dine.", n=closed))
    return DONE


def _analysis_line(analysis: Analysis) -> str:
    """Return an analysis as one line that reads well aloud: newest first, each flag with its word."""
    from elmeld_tui.office.lab_matrix import trend

    unit = f" ({analysis.unit})" if analysis.unit else ""
    reference = t(", referanse {reference}", reference=analysis.reference) if analysis.reference else ""
    line = trend(analysis, _TREND)
    told = "; ".join(_told(cell) for cell in analysis.every)
    return " ".join(harmless(f"{analysis.title}{unit}{reference}: {told}{f'  {line}' if line else ''}").split())


def _told(cell: Cell) -> str:
    at = clock.short(cell.value.taken)[:8] if cell.value.taken else t("tidligere")
    flag = f"{cell.flag} {cell.flag_word}" if cell.flag else ""
    changed = t("endret") if cell.changed else ""
    return " ".join(part for part in (at, cell.shown, flag, changed) if part)


def _analysis_data(analysis: Analysis) -> dict[str, Any]:
    return {
        "analysis": analysis.name,
        "under": analysis.under,
        "unit": analysis.unit,
        "results": [
            {
                "at": clock.to_text(cell.value.taken) if cell.value.taken else None,
                "code": cell.value.analysis.value,
                "system": cell.value.analysis.system,
                "number": cell.value.number,
                "comparator": cell.value.comparator,
                "text": cell.value.words,
                "reference": cell.value.reference,
                "deviation": cell.value.deviation,
                "changed": cell.changed,
                "service_type": cell.value.service_type,
                "comment": cell.value.comment,
                "message": cell.message_id,
                "laboratory": cell.laboratory,
            }
            for cell in analysis.every
        ],
    }
