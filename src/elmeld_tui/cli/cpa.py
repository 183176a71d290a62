"""``elmeld cpa``: agreements with partners: import, list, show, check and export them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from datetime import datetime

    from elmeld_tui.model.agreements import AgreedParty
    from elmeld_tui.office.agreements import Action, AgreedCertificate, Held
    from elmeld_tui.office.clinic import Office

NAME = "cpa"

_SIGNS = {"error": "✗", "warning": "!", "note": "·"}


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("avtalene (CPA) med mottakere: hent inn, vis, kontroller"),
        description=t(
            "En avtale (CPA) bestemmer hvordan meldinger til og fra en part går: navn, adresse, sertifikater og hvor "
            "ofte det prøves på nytt. NAV gir hver avsender sin avtale som en fil. Alle utgaver blir tatt vare på; "
            "den nyeste som har begynt å gjelde, brukes."
        ),
        epilog=t("eksempel: elmeld --data-dir klinikk cpa import nav.xml; elmeld cpa check nav:prod:1234"),
        run=run,
    )
    taking = parts.add_parser("import", help=t("hent inn en avtale fra fil"))
    taking.add_argument("file", metavar=t("FIL"), help=t("CPA som XML, eller - for standard inn"))
    taking.set_defaults(act=_import)
    parts.add_parser("list", help=t("vis avtalene og når de går ut")).set_defaults(act=_list)
    for name, act, told in (
        ("show", _show, t("vis hva en avtale sier")),
        ("check", _check, t("kontroller om meldinger kan gå etter en avtale")),
        ("export", _export, t("skriv avtalens fil, slik den ble hentet inn")),
    ):
        part = parts.add_parser(name, help=told)
        part.add_argument("cpa", metavar="ID", help=t("avtalens id, for eksempel nav:prod:1234"))
        part.set_defaults(act=act)
    return list(parts.choices.values())


def run(args: argparse.Namespace) -> int:
    """Do what was asked; return 1 where the answer is no."""
    from elmeld_tui.office import policy

    with opened(args) as office:
        policy.require(office, policy.Action.SEE_CLINIC)
        return int(args.act(args, office))


def _import(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.agreements import take_in
    from elmeld_tui.transport.agreement.reading import MAX_BYTES

    raw = files.read(args.file, MAX_BYTES)
    imported = take_in(office, raw)
    counts, replaced = imported.held.raw == raw, imported.replaced
    told = _summary(office, imported.held) | {
        "new": imported.new,
        "counts": counts,
        "replaces_valid_to": _moment(replaced.agreement.end) if replaced else "",
        "findings": _findings(office, imported.held),
    }
    if args.json:
        print(json_line(told))
        return DONE
    print(harmless(_line(told)))
    if replaced:
        print(t("Den erstatter utgaven som gjaldt til {date}.", date=_moment(replaced.agreement.end)[:10] or "–"))
    elif not imported.new:
        print(t("Avtalen var hentet inn fra før; ingenting er endret."))
    elif not counts:
        print(t("En annen utgave av avtalen gjelder nå; denne er tatt vare på."))
    _print_findings(told["findings"])
    return DONE


def _list(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.agreements import all_held

    for held in all_held(office):
        told = _summary(office, held)
        print(json_line(told) if args.json else harmless(_line(told)))
    return DONE


def _show(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.agreements import actions, certificates, get

    held = get(office, args.cpa)
    told = _summary(office, held) | {
        "imported": _moment(held.imported),
        "imported_by": held.imported_by,
        "versions": held.versions,
        "actions": [_action(action) for action in actions(office, held)],
        "certificates": [
            _certificate(certificate, party)
            for party in held.agreement.parties
            for certificate in certificates(office, party)
        ],
    }
    print(json_line(told) if args.json else harmless("\n".join(_page(told))))
    return DONE


def _check(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.agreements import get

    findings = _findings(office, get(office, args.cpa))
    holds = not any(finding["severity"] == "error" for finding in findings)
    if args.json:
        print(json_line({"cpa": args.cpa, "holds": holds, "findings": findings}))
    else:
        _print_findings(findings)
        print(t("Avtalen holder.") if holds else t("Avtalen holder ikke."))
    return DONE if holds else ANSWER_IS_NO


def _findings(office: Office, held: Held) -> list[dict[str, str]]:
    from elmeld_tui.office.agreements import examine_agreement

    found = examine_agreement(office, held)
    return [{"severity": str(one.severity), "code": one.code, "text": one.message} for one in found]


def _print_findings(findings: list[dict[str, str]]) -> None:
    for finding in findings:
        print(harmless(f"{_SIGNS[finding['severity']]} {finding['text']}"))


def _export(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.agreements import get

    raw = get(office, args.cpa).raw
    if sys.stdout.isatty():
        # A partner has written it; byte for byte it goes to a file or another program.
        print(harmless(raw.decode("utf-8", errors="replace")))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
    return DONE


def _summary(office: Office, held: Held) -> dict[str, Any]:
    theirs, agreement = held.theirs(office), held.agreement
    return {
        "cpa": agreement.cpa_id,
        "partner": theirs.name if theirs else "",
        "partner_her_ids": sorted(theirs.her_ids) if theirs else [],
        "valid_from": _moment(agreement.start),
        "valid_to": _moment(agreement.end),
        "days_left": (agreement.end - office.clock()).days if agreement.end else None,
        "valid": agreement.holds(office.clock()),
    }


def _moment(moment: datetime | None) -> str:
    from elmeld_tui.model.clock import to_text

    return to_text(moment) if moment else ""


def _line(told: dict[str, Any]) -> str:
    until = told["valid_to"][:10] or "–"
    if told["valid"]:
        state = t("gjelder til {date}", date=until)
        if told["days_left"] is not None:
            state += " " + t("({days} dager igjen)", days=told["days_left"])
    elif told["days_left"] is not None and told["days_left"] < 0:
        state = t("gikk ut {date}", date=until)
    else:
        state = t("begynner {date}", date=told["valid_from"][:10])
    return f"{told['cpa']:<20}  {told['partner']} {', '.join(told['partner_her_ids'])}  {state}"


def _action(action: Action) -> dict[str, Any]:
    from elmeld_tui.model.agreements import Direction

    binding, terms = action.binding, action.terms
    sends = binding.direction is Direction.SEND
    told: dict[str, Any] = {
        "direction": "send" if sends else "receive",
        "process": binding.process,
        "service": binding.service,
        "action": binding.action,
        "role": binding.role,
    }
    if terms is not None:
        told |= {
            "partner_role": terms.names.to_role,
            "endpoint": terms.endpoint,
            "sync_reply": str(terms.sync_reply),
            "ack_requested": terms.ack_requested,
            "duplicate_elimination": terms.duplicate_elimination,
            "retries": terms.retries,
            "interval_seconds": int(terms.interval.total_seconds()),
            "lifetime_seconds": int(terms.lifetime.total_seconds()),
            "compressed": terms.compressed,
        }
    return told


def _certificate(certificate: AgreedCertificate, party: AgreedParty) -> dict[str, Any]:
    report = certificate.report
    return {
        "party": party.name,
        "use": str(certificate.use),
        "subject": report.subject,
        "serial": report.serial,
        "org_number": report.org_number,
        "valid_to": _moment(report.valid_to),
        "days_left": certificate.days,
        "registered": certificate.registered,
    }


def _page(told: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of one agreement for people."""
    yield _line(told)
    yield t(
        "hentet inn {at} av {user}; utgaver: {n}",
        at=told["imported"][:10],
        user=told["imported_by"],
        n=told["versions"],
    )
    for direction, heading in (("send", t("Vi kan sende")), ("receive", t("Vi kan motta"))):
        yield ""
        yield heading
        for action in told["actions"]:
            if action["direction"] == direction:
                what = f"{action['service']}/{action['action']}"
                yield f"  {what:<44} {action['role']}{_terms(action)}"
    yield ""
    yield t("Sertifikater")
    registered = {True: t("som i registeret"), False: t("IKKE som i registeret"), None: t("ikke sammenlignet")}
    uses = {"encryption": t("kryptering"), "signing": t("signering")}
    for one in told["certificates"]:
        left = t("{days} dager igjen", days=one["days_left"])
        yield (
            f"  {one['party']}: {uses.get(one['use'], one['use'])} {one['serial']}, {left}, "
            f"{registered[one['registered']]}"
        )


def _terms(action: dict[str, Any]) -> str:
    if "endpoint" not in action:
        return ""
    hours = f"{action['interval_seconds'] / 3600:g}"
    again = t("{n} × {hours} t", n=action["retries"], hours=hours)
    return f" → {action['partner_role']}  {action['endpoint'] or '–'}  {again}  {action['sync_reply']}"
