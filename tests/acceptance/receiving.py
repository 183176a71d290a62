"""A practice that receives by the commands a person would use, and what it told and answered."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "messages"))

from message_samples import reference_faults

from elmeld_tui.cli import main
from elmeld_tui.messages import schemas
from elmeld_tui.messages.apprec import AppRec, read_apprec
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.recovery import recover
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model.clinic import Clinic, Service
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.store.settings import write_clinic

SHARED = Path(__file__).parents[3] / "shared"
CLINIC = Clinic("Fjellveien legesenter", "8094001", "310412368", (Service("8094002", "Allmennlege"),), test=True)
TWO_SERVICES = replace(CLINIC, services=(*CLINIC.services, Service("8094003", "Helsestasjon")))


@dataclass
class Received:
    """What became of one document.

    Attributes:
        told: what ``elmeld receive --json`` printed.
        documents: the AppRecs, as written to files.
        original: what was received.
    """

    told: dict[str, Any]
    documents: list[Document]
    original: bytes

    @property
    def id(self) -> int:
        return int(self.told["message_id"])

    @property
    def decision(self) -> str:
        return str(self.told["decision"])

    @property
    def receipts(self) -> list[AppRec]:
        return [read_apprec(document) for document in self.documents]

    @property
    def codes(self) -> list[str]:
        """The error codes of the first AppRec; none where there is none or it accepts."""
        return [error.code.value for error in self.receipts[0].errors] if self.documents else []

    @property
    def warnings(self) -> set[str]:
        return {one["code"] for one in self.told["findings"] if one["severity"] == "warning"}


class Practice:
    """One clinic in a directory; everything is done by commands."""

    def __init__(self, place: Path, clinic: Clinic = CLINIC) -> None:
        self.place = place
        self.data_dir = place / "klinikk"
        self._number = 0
        place.mkdir(exist_ok=True)
        write_clinic(self.data_dir, clinic)

    def receive(self, raw: bytes) -> Received:
        """Take a document in, and hold every AppRec against both schemas and against what it answers."""
        self._number += 1
        file = self.place / f"{self._number}.xml"
        file.write_bytes(raw)
        (told,) = self.run("receive", "--json", "--apprec-dir", str(self.place / "svar"), str(file))
        paths = [told[key] for key in ("apprec_file",) if key in told] + told.get("other_apprec_files", [])
        received = Received(told, [read(Path(path).read_bytes()) for path in paths], raw)
        for document in received.documents:
            _check(document, raw)
        return received

    def run(self, command: str, *arguments: str) -> list[dict[str, Any]]:
        """Run a command of this clinic's and return the JSON it prints."""
        said, complained = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(complained):
            main([command, "--data-dir", str(self.data_dir), *arguments])
        assert complained.getvalue() == ""
        return [json.loads(line) for line in said.getvalue().splitlines()]

    def show(self, received: Received) -> dict[str, Any]:
        """Return the message as it is read."""
        (view,) = self.run("show", "--format", "json", str(received.id))
        return view

    def text(self, received: Received) -> str:
        """Return everything that a reader sees of the message, the banner first."""
        return json.dumps(self.show(received), ensure_ascii=False)

    def log(self, received: Received) -> dict[str, Any]:
        """Return the message's line in the log."""
        return next(line for line in self.run("log", "--json", "--limit", "0") if line["id"] == received.id)

    def folder(self, received: Received) -> str | None:
        """Return where the message lies, or None where it was never let in."""
        item = self.reader.post_item(received.id)
        return item.folder if item else None

    def alerts(self) -> list[str]:
        return [alert.code for alert in self.reader.open_alerts()]

    @cached_property
    def reader(self) -> Reader:
        return open_reader(self.data_dir)


def _check(receipt: Document, answered: bytes) -> None:
    """The oracles that hold for every AppRec: U1-U4, U6, U9, S2-S5."""
    assert schemas.validate(receipt.root) == []
    if SHARED.is_dir():
        assert reference_faults(SHARED, receipt) == []
    try:
        original: Document | None = read(answered)
    except UnreadableError:
        original = recover(answered)
    assert original is not None
    header, said = original.header, read_apprec(receipt)
    assert said.version == (header.form.apprec if header.form else "1.1")
    assert said.original_id in {header.original_id, *header.further_original_ids}
    assert said.original_type == header.type_code
    assert said.original_issued == header.generated
    assert (said.status == "1") == (not said.errors)
    assert said.sender.her_id in {party.her_id for party in header.receivers}
    assert header.sender is not None
    assert said.receiver.her_id == header.sender.her_id
    assert {ident.id for ident in said.receiver.organisation.idents} == {
        ident.id for ident in header.sender.organisation.idents
    }
    assert said.receiver.organisation.name == header.sender.organisation.name
    role = receipt.root.find("{*}Sender/{*}Role").get("V")
    assert role in ({"PRIM", "COP"} if said.version == "1.1" else {"REQ", "SPR", "COP"})
    back = receipt.root.find("{*}Receiver/{*}Role").get("V")
    assert back == ("AVS" if said.version == "1.1" else "RECEIVER")
