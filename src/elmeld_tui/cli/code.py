"""``elmeld code``: the code lists that messages use: list them, search one, show a code, import the national list."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.model.harmless import harmless, json_line

NAME = "code"

_MOST_PROBLEMS = 20


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("søk i kodeverkene, og hent inn de nasjonale"),
        description=t(
            "Viser kodeverkene som brukes i meldinger. Et utvalg følger med; en klinikk henter inn de nasjonale fra "
            "en fil (FinnKode, Volven), og velger deretter fra dem. Et kodeverk nevnes med nummer, OID eller navn."
        ),
        epilog=t(
            "eksempel: elmeld code search ICPC-2 øre; elmeld --data-dir klinikk code import icd10.csv --list ICD-10"
        ),
    )
    listing = parts.add_parser("list", help=t("vis kodeverkene"))
    listing.set_defaults(act=_list)
    search = parts.add_parser("search", help=t("finn koder som har alle ordene i kode eller tekst"))
    search.add_argument("codelist", metavar=t("KODEVERK"))
    search.add_argument("words", nargs="+", metavar=t("ORD"))
    search.add_argument("--limit", type=whole, default=20, metavar="N", help=t("høyst så mange (0: alle)"))
    search.set_defaults(act=_search)
    show = parts.add_parser("show", help=t("vis én kode"))
    show.add_argument("codelist", metavar=t("KODEVERK"))
    show.add_argument("code", metavar=t("KODE"))
    show.set_defaults(act=_show)
    taking = parts.add_parser("import", help=t("hent inn et kodeverk fra CSV eller JSON (krever --data-dir)"))
    taking.add_argument(
        "file", metavar=t("FIL"), help=t("eksport fra FinnKode eller Volven, eller - for standard inn")
    )
    taking.add_argument(
        "--list", dest="codelist", default="", metavar=t("KODEVERK"), help=t("når filen ikke sier det selv")
    )
    taking.set_defaults(act=_import)
    return list(parts.choices.values())


def _list(args: argparse.Namespace) -> int:
    for number in codelists.numbers():
        told = {
            "list": number,
            "name": codelists.name(number).removesuffix(f" ({number})"),
            "codes": len(codelists.codes(number)),
            "imported": codelists.is_imported(number),
        }
        if args.json:
            print(json_line(told))
        else:
            origin = t("hentet inn") if told["imported"] else t("følger med")
            print(harmless(f"{number:>6}  {told['codes']:>6}  {origin:<11} {told['name']}"))
    return DONE


def _search(args: argparse.Namespace) -> int:
    known = _known(args.codelist)
    found = codelists.search(args.codelist, " ".join(args.words), args.limit if args.limit > 0 else len(known))
    for one in found:
        _print(args, one.value, one.text)
    return DONE if found else ANSWER_IS_NO


def _show(args: argparse.Namespace) -> int:
    known = _known(args.codelist)
    text = known.get(args.code) or codelists.text(args.codelist, args.code)
    if not text:
        raise CommandError(t("{list} har ikke koden «{code}»", list=codelists.name(args.codelist), code=args.code))
    _print(args, args.code, text)
    return DONE


def _known(codelist: str) -> dict[str, str]:
    known = codelists.codes(codelist)
    if not known:
        raise CommandError(
            t("kodeverket «{list}» finnes ikke her; se «elmeld code list»", list=codelist), WRONG_USE
        )
    return known


def _print(args: argparse.Namespace, code: str, text: str) -> None:
    if args.json:
        coded = codelists.coded(args.codelist, code)
        print(
            json_line(
                {"list": codelists.number_of(args.codelist), "oid": coded.system, "code": code, "text": text}
            )
        )
    else:
        print(harmless(f"{code:<8}  {text}"))


def _import(args: argparse.Namespace) -> int:
    from elmeld_tui.messages.codelists.exports import ExportError
    from elmeld_tui.office.code_lists import LARGEST, take_in

    raw = files.read(args.file, LARGEST)
    if len(raw) > LARGEST:
        raise CommandError(t("«{name}» er for stor til å være et kodeverk", name=args.file), WRONG_USE)
    try:
        with opened(args) as office:
            taken = take_in(office, raw, args.codelist)
    except ExportError as error:
        return _refuse(args, error.problems)
    export, change = taken.export, taken.change
    told: dict[str, Any] = {
        "list": export.number,
        "name": export.codes["name"],
        "codes": change.total,
        "new": change.added,
        "changed": change.changed,
        "removed": change.removed,
        "passed_over": export.passed_over,
    }
    print(json_line(told) if args.json else harmless(_said(told)))
    return DONE


def _said(told: dict[str, Any]) -> str:
    return t(
        "{name} ({list}): {codes} koder; {new} nye, {changed} endret, {removed} borte. {passed_over} linjer er "
        "overskrifter, utgåtte koder eller gjentakelser og er ikke tatt med.",
        **told,
    )


def _refuse(args: argparse.Namespace, problems: tuple[str, ...]) -> int:
    for problem in problems[:_MOST_PROBLEMS]:
        print(harmless(f"elmeld: {args.file}: {problem}"), file=sys.stderr)
    if len(problems) > _MOST_PROBLEMS:
        print(t("elmeld: og {number} til", number=len(problems) - _MOST_PROBLEMS), file=sys.stderr)
    print(t("elmeld: ingenting er tatt inn"), file=sys.stderr)
    return ANSWER_IS_NO
