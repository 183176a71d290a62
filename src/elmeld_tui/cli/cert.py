"""``elmeld cert``: the certificates that messages depend on: list them, check one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.office.certificates import HeldCertificate
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.health.check import Check


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        "cert",
        told=t("vis og kontroller sertifikater"),
        description=t(
            "Viser sertifikatene som meldinger avhenger av, våre, partnernes og utstedernes, og kontrollerer ett."
        ),
        epilog=t("eksempel: elmeld cert list; elmeld cert check 8094001 --online; elmeld cert check partner.pem"),
        run=run,
    )
    listing = parts.add_parser("list", help=t("vis hvem som har hvilke, og hvor lenge de varer"))
    listing.set_defaults(act=_list)
    checking = parts.add_parser("check", help=t("kontroller ett, og si hver kontroll med ord"))
    checking.add_argument(
        "of", metavar=t("FIL|HER-ID"), help=t("sertifikatfil (PEM, DER), eller partnerens HER-id")
    )
    checking.add_argument(
        "--online", action="store_true", help=t("spør utstederen om sertifikatet er trukket tilbake")
    )
    checking.set_defaults(act=_check)
    return list(parts.choices.values())


def run(args: argparse.Namespace) -> int:
    """Do what was asked; return 1 where a check fails."""
    from elmeld_tui.office import policy

    with opened(args) as office:
        policy.require(office, policy.Action.SEE_CLINIC)
        return int(args.act(args, office))


def _list(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.certificates import held_certificates

    for held in held_certificates(office):
        print(_held_as_json(held) if args.json else harmless(_held_as_text(held)))
    return DONE


def _held_as_json(held: HeldCertificate) -> str:
    from elmeld_tui.model.clock import to_text

    return json_line(
        {
            "owner": held.owner,
            "name": held.name,
            "use": held.use,
            "subject": held.subject,
            "serial": held.serial,
            "valid_to": to_text(held.valid_to),
            "days_left": held.days_left,
            "revocation": held.revocation,
        }
    )


def _held_as_text(held: HeldCertificate) -> str:
    from elmeld_tui.model.clock import day

    owners = {"ours": t("vårt"), "partner": t("partner"), "authority": t("utsteder")}
    outcomes = {
        "good": t("ikke trukket tilbake"),
        "revoked": t("TRUKKET TILBAKE"),
        "unknown": t("ukjent for utstederen"),
        "offline": t("utstederen svarer ikke"),
        "not_asked": t("tilbaketrekking ikke kontrollert"),
    }
    left = t("{n} dager igjen", n=held.days_left) if held.days_left >= 0 else t("UTLØPT")
    return "  ".join(
        (
            f"{owners[held.owner]:<8}",
            f"{_use(held.use):<10}",
            day(held.valid_to),
            f"{left:<17}",
            f"{outcomes[held.revocation]:<33}",
            held.name,
        )
    )


def _use(use: str) -> str:
    return {"signing": t("signering"), "encryption": t("kryptering")}.get(use, "")


def _check(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.model.directory import DirectoryUnavailableError, UnknownPartyError
    from elmeld_tui.office.certificates import check_file, check_party
    from elmeld_tui.office.health.check import Verdict

    path = Path(args.of)
    if path.is_file():
        checks = check_file(office, path, online=args.online)
    elif args.of.isdecimal():
        checks = check_party(office, args.of, online=args.online)
    else:
        raise CommandError(t("«{name}» er hverken en fil eller et HER-id", name=args.of), WRONG_USE)
    verdicts = set()
    before = ""
    try:
        for use, check in checks:
            verdicts.add(check.verdict)
            if use != before and not args.json:
                print(f"{_use(use)}:")
            before = use
            print(_check_as_json(use, check) if args.json else harmless(_check_as_text(check)))
    except UnknownPartyError as error:
        raise CommandError(str(error)) from error
    except DirectoryUnavailableError as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error
    return ANSWER_IS_NO if Verdict.FAULT in verdicts else DONE


def _check_as_json(use: str, check: Check) -> str:
    return json_line(
        {"use": use, "check": check.name, "verdict": check.verdict, "told": check.told, "mend": check.mend}
    )


_SIGNS = {"ok": "✓", "remark": "!", "fault": "✗"}


def _check_as_text(check: Check) -> str:
    mend = f"  → {check.mend}" if check.mend else ""
    return f"  {_SIGNS[check.verdict]} {check.told}{mend}"
