"""What reading a message costs: parse, validate and view, beside lxml's bare parse and validation in the same rounds.

The documents are written here: a referral of 6 kB, a laboratory report of 20 kB, a dialogue of 2 MB with attachments.
Read the ratios; the target is that the three steps together cost at most three times the bare two. What no reader in
Python can go below stands beside them: the bare two, and each element asked once for name, text and attributes. Each
number is the quickest of many rounds in which every step has its turn: what else the machine does can only add to it.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from lxml import etree

from elmeld_tui.messages import document, schemas, service_report, views, writing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.service_report import Result, Sample, ServiceReport
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.identifiers import with_check_digits
from elmeld_tui.model.parties import Ident, Party, Patient, Professional, Unit

ROUNDS = 240
TOGETHER = "parse, validate and view (target 3 ×)"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def _idents(her_id: str) -> tuple[Ident, ...]:
    return (Ident(her_id, CodedValue("HER", oid(9051), "HER-id")),)


CLINIC = Party(
    Unit("Fjellveien legesenter", _idents("8094001")),
    Unit("Allmennlege", _idents("8094002")),
    Professional("Nordfjord", "", "Åse", (Ident("9900401", CodedValue("HPR", oid(8116), "HPR-nummer")),)),
)
HOSPITAL = Party(Unit("Fjord sykehus", _idents("8200000")), Unit("Kirurgisk poliklinikk", _idents("8200001")))
PATIENT = Patient(
    "Fjellheim",
    "",
    "Berit",
    date(1969, 11, 13),
    CodedValue("2"),
    (Ident(str(with_check_digits("139169002")), CodedValue("FNR", oid(8116), "Fødselsnummer")),),
)
FRAME = Addressing(CLINIC, HOSPITAL, PATIENT, "6f8c4f0e-52a9-4d0c-9a37-0d6a9f7c1b52", NOW)


def referral() -> bytes:
    """A referral 1.1 of about 6 kB."""
    prose = "Pasienten har hatt smerter i høyre kne i seks måneder, verst ved trappegang og om natten. " * 6
    answers: dict[str, str | list[str]] = {
        "diagnosis": ["ICPC-2:T90", "ICPC-2:K86"],
        "reason": prose,
        "history": prose,
        "findings": prose,
        "medication": prose,
        "cave": "Ingen kjente.",
        "social": prose,
        "expected": prose,
    }
    return writing.build("referral", {**answers}, FRAME)


def report() -> bytes:
    """A laboratory report 1.4 of about 20 kB, with fifty-six analyses."""
    results = tuple(
        Result(
            analysis=CodedValue(f"NPU{number:05}", oid(7280), f"Analyse {number}"),
            number=str(number),
            unit="mmol/L",
            reference="3,5 - 5,0",
            deviation="1" if number % 5 == 0 else "",
            status="3",
            sample_ids=("1",),
        )
        for number in range(1, 57)
    )
    content = ServiceReport(
        "CLIN", samples=(Sample("1", CodedValue("P", oid(8351), "Plasma"), NOW),), results=results
    )
    return service_report.build(content, replace(FRAME, sender=HOSPITAL, receiver=CLINIC))


def dialogue() -> bytes:
    """A professional dialogue of about 2 MB: three attachments."""
    content = b"%PDF-1.7\n" + base64.b64encode(bytes(range(256)) * 1950)[:500_000]
    enclosures = tuple(Enclosure(f"Vedlegg {n}", "application/pdf", content) for n in range(1, 4))
    return writing.build(
        "dialogue", {"subject": "EKG", "text": "Se vedlagt."}, replace(FRAME, enclosures=enclosures)
    )


def main() -> bool:
    """Measure and print; nothing fails here, since a target is not a bound."""
    for name, raw in (("referral", referral()), ("laboratory report", report()), ("dialogue", dialogue())):
        _measure(name, raw)
    start = time.perf_counter()
    etree.XMLSchema(etree.fromstring(schemas.schema_document(frozenset(schemas.SCHEMA_FILES))))
    print(f"\nevery schema compiled at once: {(time.perf_counter() - start) * 1e3:.1f} ms (bound 30)")
    return True


def _measure(name: str, raw: bytes) -> None:
    read = document.read(raw)
    schema = etree.XMLSchema(etree.fromstring(schemas.schema_document(schemas.namespaces_in(read.root))))
    steps: dict[str, Callable[[], object]] = {
        "lxml: parse and validate": lambda: schema.validate(etree.fromstring(raw, _bare())),
        "lxml: and every element asked once": lambda: _asked(raw, schema),
        "parse": lambda: document.read(raw),
        "validate": lambda: schemas.validate(read.root),
        "view": lambda: views.view(read),
        TOGETHER: lambda: _in_full(raw),
    }
    spent: dict[str, list[float]] = {step: [] for step in steps}
    for _ in range(ROUNDS if len(raw) < 1_000_000 else ROUNDS // 6):
        for step, do in steps.items():
            spent[step].append(_seconds(do))
    quickest = {step: min(times) for step, times in spent.items()}
    rival = quickest["lxml: parse and validate"]
    print(f"\n{f'{name}, {len(raw)} bytes':44} {'ms':>8} {'× lxml':>8}")
    for step, seconds in quickest.items():
        print(f"{step:44} {seconds * 1e3:8.2f} {seconds / rival:8.1f}")


def _in_full(raw: bytes) -> None:
    """All three on a document of its own, as a message is read when it comes."""
    read = document.read(raw)
    schemas.validate(read.root)
    views.view(read)


def _asked(raw: bytes, schema: etree.XMLSchema) -> None:
    """Parse, validate, and take what each element says out of lxml, to no end."""
    root = etree.fromstring(raw, _bare())
    schema.validate(root)
    for element in root.iter():
        _ = element.tag, element.text, element.tail, element.items()


def _bare() -> etree.XMLParser:
    return etree.XMLParser(huge_tree=True)


def _seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start
