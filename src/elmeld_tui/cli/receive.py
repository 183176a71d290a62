"""``elmeld receive``: take documents in as if they had arrived, through the same code as the engine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, OUTSIDE_FAILED, CommandError
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.clinic import Clinic, Service
from elmeld_tui.model.findings import Severity
from elmeld_tui.model.harmless import harmless, json_line
from elmeld_tui.model.states import State

if TYPE_CHECKING:
    from elmeld_tui.engine.entering import Imported
    from elmeld_tui.messages.document import Document
    from elmeld_tui.store.database import Database

NAME = "receive"

_NOBODY = "-"
"""A HER-id that no document can have."""

_NO = frozenset({State.REJECTED, State.QUARANTINED, State.NOT_FOR_US})


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        NAME,
        help=t("ta imot dokumenter fra fil som om de var kommet"),
        description=t(
            "Tar dokumenter inn som om de var kommet, og sier hva som ble bestemt. Uten --data-dir blir ingenting "
            "lagret, og dokumentets mottaker regnes som klinikken."
        ),
        epilog=t("Eksempel: elmeld receive henvisning.xml --as-receiver --apprec-dir svar"),
    )
    parser.add_argument("files", nargs="+", metavar=t("FIL"), help=t("dokument, eller - for standard inn"))
    parser.add_argument("--as-receiver", action="store_true", help=t("regn dokumentets mottaker som klinikken"))
    parser.add_argument(
        "--apprec-dir", type=Path, metavar=t("MAPPE"), help=t("skriv applikasjonskvitteringene hit")
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Take in every file; return 1 where one of them was refused or could not be read."""
    from elmeld_tui.store.database import StoreError, open_database, open_memory

    clinic = _clinic(args)
    try:
        database = open_memory() if args.data_dir is None else open_database(args.data_dir, args.config)
    except StoreError as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error
    try:
        answers = [_receive(args, name, clinic, database) for name in args.files]
    finally:
        database.close()
    if args.data_dir is None and not args.json:
        print(t("Ingenting er lagret. Med --data-dir MAPPE tas det inn i klinikken i mappen."))
    return ANSWER_IS_NO if any(state in _NO for state in answers) else DONE


def _clinic(args: argparse.Namespace) -> Clinic | None:
    """Return whom to receive as; None for the document's own addressee."""
    from elmeld_tui.store.settings import SettingsError, read_clinic

    if args.as_receiver or args.data_dir is None:
        return None
    try:
        return read_clinic(args.data_dir, args.config)
    except SettingsError as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error


def _receive(args: argparse.Namespace, name: str, clinic: Clinic | None, database: Database) -> State:
    from elmeld_tui.engine.importing import take_in_document
    from elmeld_tui.engine.keys import EngineError
    from elmeld_tui.messages import document as documents
    from elmeld_tui.messages.recovery import recover
    from elmeld_tui.messages.xml import MAX_BYTES, UnreadableError

    raw = files.read(name, MAX_BYTES)
    well_formed = True
    try:
        document: Document | None = documents.read(raw)
    except UnreadableError:
        well_formed, document = False, recover(raw)
    try:
        imported = take_in_document(database, clinic or _addressee(document), clock.now, raw)
    except EngineError as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error
    told = _as_data(name, document, imported, well_formed=well_formed)
    if args.data_dir is None:
        told["message_id"] = None
    if imported.apprecs and args.apprec_dir is not None:
        told["apprec_file"], *others = _write_apprecs(args.apprec_dir, Path(name).stem, imported)
        if others:
            told["other_apprec_files"] = others
    print(json_line(told) if args.json else _as_text(told))
    return imported.state


def _addressee(document: Document | None) -> Clinic:
    """Return a clinic that is the document's primary receiver; where it names none, one that nobody addresses."""
    party = next(iter(document.header.receivers), None) if document else None
    if party is None or not party.her_id:
        return Clinic("", _NOBODY, "", (), test=True)
    unit = party.organisation
    return Clinic(unit.name, unit.her_id or party.her_id, "", (Service(party.her_id, party.name),), test=True)


def _as_data(name: str, document: Document | None, imported: Imported, *, well_formed: bool) -> dict[str, Any]:
    from elmeld_tui.messages import schemas

    header = document.header if document else None
    checked = header is None or schemas.has_schema(header.namespace)
    codes = {finding.code for finding in imported.findings}
    return {
        "file": name,
        "kind": header.kind if header else "unknown",
        "version": header.version if header else "",
        "type": header.type_code if header else "",
        "well_formed": well_formed,
        # Nothing is said where there is no schema to hold it against.
        "schema_valid": (well_formed and "T02" not in codes) if checked else None,
        "findings": [
            {"severity": f.severity, "code": f.code, "where": f.where, "message": f.message}
            for f in imported.findings
        ],
        "apprec": _apprec(imported.apprecs[0]) if imported.apprecs else None,
        "decision": imported.state,
        "message_id": imported.message_id,
        "msg_id": header.msg_id if header else "",
        "warnings": [f.message for f in imported.findings if f.severity is Severity.WARNING],
    }


def _apprec(raw: bytes) -> dict[str, Any]:
    from elmeld_tui.messages.apprec import read_apprec
    from elmeld_tui.messages.document import read

    receipt = read_apprec(read(raw))
    return {
        "version": receipt.version,
        "status": receipt.status,
        "errors": [
            {"code": error.code.value, "text": error.code.text, "detail": error.detail} for error in receipt.errors
        ],
    }


def _write_apprecs(directory: Path, stem: str, imported: Imported) -> list[str]:
    """Write the receipts beside each other, named after the document's file; return their paths."""
    written = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for number, raw in enumerate(imported.apprecs, start=1):
            suffix = ".apprec.xml" if number == 1 else f".apprec-{number}.xml"
            path = directory / f"{stem.strip('-') or 'document'}{suffix}"
            path.write_bytes(raw)
            written.append(str(path))
    except OSError as error:
        raise CommandError(
            t("kan ikke skrive i {path}: {reason}", path=directory, reason=error.strerror), OUTSIDE_FAILED
        ) from error
    return written


def _as_text(told: dict[str, Any]) -> str:
    from elmeld_tui.office.words import apprec_status

    lines = [f"{told['file']}: {_DECISIONS[told['decision']]()}"]
    lines += [f"  {f['code']}  {f['where']}  {f['message']}" for f in told["findings"]]
    if told["apprec"]:
        errors = ", ".join(f"{e['code']} {e['text']}" for e in told["apprec"]["errors"])
        status = apprec_status(told["apprec"]["status"])
        lines.append(
            "  "
            + t("applikasjonskvittering {version}: {status}", version=told["apprec"]["version"], status=status)
            + (f" ({errors})" if errors else "")
        )
    if "apprec_file" in told:
        lines.append(f"  → {told['apprec_file']}")
    return harmless("\n".join(lines))


_DECISIONS = {
    State.IMPORTED: lambda: t("tatt inn"),
    State.REJECTED: lambda: t("avvist"),
    State.DUPLICATE: lambda: t("duplikat, ikke tatt inn igjen"),
    State.QUARANTINED: lambda: t("kan ikke leses, satt i karantene"),
    State.NOT_FOR_US: lambda: t("ikke adressert til klinikken"),
    State.MANUAL: lambda: t("må avgjøres av et menneske"),
}
