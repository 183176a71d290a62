"""`elmeld inspect`: the transport of a message, from MIME parts to the CPA."""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.cli.opening import opened_log, require
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line
from elmeld_tui.store.places import settings_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elmeld_tui.model.clinic import Clinic
    from elmeld_tui.security.certificates import Anchors
    from elmeld_tui.security.keys import KeyPair

NAME = "inspect"

MAX_BODY = 100 * 1024 * 1024
"""Bytes; what the listener takes at most."""


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("vis en meldings transport: deler, konvolutt, signatur, sertifikat, dekryptering, CPA"),
        description=t(
            "Viser alt en melding sier om sin transport. Filen er en fanget melding med hodefelt, bare MIME-kroppen "
            "eller bare SOAP-konvolutten. Sertifikat og avtale vurderes på meldingens eget tidspunkt."
        ),
        epilog=t("eksempel: elmeld inspect fanget.msg --key klinikk.p12 --password-env NOKKEL --trust utstedere/"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("message", metavar=t("FIL|ID"), help=t("fil, eller meldingens nummer i meldingsloggen"))
    command.add_argument(
        "--key", type=Path, action="append", default=[], metavar=t("FIL"), help=t("PKCS#12-fil som kan dekryptere")
    )
    command.add_argument("--password-env", metavar="VAR", help=t("miljøvariabel med nøkkelfilens passord"))
    command.add_argument("--cpa", type=Path, metavar=t("FIL"), help=t("avtale (CPA) å kontrollere mot"))
    command.add_argument("--at", metavar=t("TID"), help=t("tidspunkt for gyldighet, f.eks. 2026-11-22T08:00:00Z"))
    command.add_argument("--trust", type=Path, metavar=t("MAPPE"), help=t("mappe med tiltrodde utstedere"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the report; 0 when the message is sound, 1 when anything in it is not."""
    from elmeld_tui.security.certificates import TrustDirectoryError, load_anchors
    from elmeld_tui.transport.agreement.reading import AgreementError
    from elmeld_tui.transport.inspection import inspect

    raw = _message(args)
    cpa = _read(args.cpa) if args.cpa else None
    clinic = _clinic(args)
    try:
        anchors = load_anchors(args.trust) if args.trust else _trusted(clinic)
        report = inspect(
            raw,
            keys=_keys(args, clinic),
            anchors=anchors,
            cpa=cpa,
            cpa_named=partial(_agreement, args),
            at=_moment(args.at),
        )
    except (TrustDirectoryError, AgreementError) as error:
        raise CommandError(str(error)) from error
    print(json_line(report) if args.json else _text(report))
    return ANSWER_IS_NO if any(finding["severity"] == "error" for finding in report["findings"]) else DONE


def _stored(args: argparse.Namespace) -> int | None:
    number = files.kept_number(args.message)
    return None if number is None or Path(args.message).exists() else number


def _message(args: argparse.Namespace) -> bytes:
    number = _stored(args)
    if number is None:
        return files.read(args.message, MAX_BODY)
    if args.data_dir is None:
        raise CommandError(
            t("si hvilken klinikk med --data-dir for å slå opp melding {id}", id=args.message), WRONG_USE
        )
    from elmeld_tui.office.policy import Action

    with opened_log(args) as reader:
        # The log shows how every message travelled, to whoever may see the log.
        require(args, reader, Action.SEE_LOG, number)
        envelope = reader.envelope(number)
    if envelope is None:
        raise CommandError(t("melding {id} har ingen konvolutt i meldingslageret", id=number))
    return envelope


def _agreement(args: argparse.Namespace, cpa_id: str) -> bytes | None:
    """Return the file of the agreement that a stored message names, where the clinic has it."""
    from elmeld_tui.model.clock import now, to_text
    from elmeld_tui.store import agreements
    from elmeld_tui.store.database import open_database

    if _stored(args) is None:
        return None
    database = open_database(args.data_dir, args.config)
    try:
        with database.snapshot() as connection:
            row = agreements.current(connection, cpa_id, at=to_text(now()))
            return agreements.raw(connection, row) if row else None
    finally:
        database.close()


def _clinic(args: argparse.Namespace) -> Clinic | None:
    """Return whose message it is: the clinic's, where it lies in a clinic's store; None where it has no settings."""
    from elmeld_tui.store.settings import SettingsError, read_clinic

    if _stored(args) is None:
        return None
    try:
        return read_clinic(args.data_dir, args.config)
    except SettingsError as error:
        if args.config is None and not settings_file(args.data_dir).exists():
            return None
        raise CommandError(str(error), OUTSIDE_FAILED) from error


def _trusted(clinic: Clinic | None) -> Anchors | None:
    from elmeld_tui.engine.keys import EngineError, trusted

    try:
        return trusted(clinic) if clinic else None
    except EngineError as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error


def _keys(args: argparse.Namespace, clinic: Clinic | None) -> Sequence[KeyPair]:
    from elmeld_tui.engine.keys import EngineError, company_keys
    from elmeld_tui.security.keys import KeyFileError, load_pkcs12

    if not args.key:
        needed = {file.password_env for file in (clinic.signing, *clinic.decryption) if file} if clinic else set()
        if clinic is None or not needed or not needed <= os.environ.keys():
            # Whoever looks need not be given the passwords; the payload is then shown as closed.
            return ()
        try:
            return company_keys(clinic).decryption
        except EngineError as error:
            raise CommandError(str(error), OUTSIDE_FAILED) from error
    if not args.password_env or args.password_env not in os.environ:
        raise CommandError(t("oppgi med --password-env hvilken miljøvariabel som har passordet"), WRONG_USE)
    password = os.environ[args.password_env].encode()
    try:
        return [pair for path in args.key for pair in load_pkcs12(_read(path), password)]
    except KeyFileError as error:
        raise CommandError(str(error)) from error


def _moment(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return clock.parse_envelope_time(text)
    except ValueError as error:
        raise CommandError(t("tidspunktet «{text}» kan ikke leses", text=text), WRONG_USE) from error


def _read(path: Path) -> bytes:
    return files.read(str(path), MAX_BODY)


def _text(report: dict[str, Any]) -> str:
    """Return the report as lines of label and value; what comes from the message cannot drive the terminal."""
    lines = [t("Deler")]
    lines += [f"  {part['bytes']:>9} B  {part['content_type']}  {part['content_id']}" for part in report["parts"]]
    titles = {"header": t("Konvolutt"), "signature": t("Signatur"), "payload": t("Innhold"), "cpa": t("Avtale")}
    for name, title in titles.items():
        fields = _flat(report[name]) if report[name] else [(t("ingen"), "")]
        lines += ["", title, *(f"  {label:<22} {value}" for label, value in fields)]
    findings = [f"  {found['severity']:<8} {found['code']:<22} {found['message']}" for found in report["findings"]]
    lines += ["", t("Funn"), *(findings or [f"  {t('ingen')}"])]
    return "\n".join(harmless(line.replace("\n", " ")) for line in lines)


def _flat(section: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs = []
    for key, value in section.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        elif isinstance(value, bool):
            pairs.append((prefix + key, t("ja") if value else t("nei")))
        elif isinstance(value, list):
            for number, item in enumerate(value, 1):
                pairs += _flat({f"{key}.{number}": item} if isinstance(item, dict) else {key: str(item)}, prefix)
        elif value not in ("", None):
            pairs.append((prefix + key, str(value)))
    return pairs
