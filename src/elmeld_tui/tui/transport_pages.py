"""The transport of a message as pages to read: the document's XML, the envelope, the signature, the parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.findings import Severity
from elmeld_tui.store.rows import Part
from elmeld_tui.tui.layout import byte_size, wrap
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, line
from elmeld_tui.tui.widgets.paper import Layout

if TYPE_CHECKING:
    from elmeld_tui.office.validation import ReportLine

_LABEL = 20
_TONES: dict[Severity | None, Tone] = {
    Severity.ERROR: Tone.TROUBLE,
    Severity.WARNING: Tone.WAITING,
    Severity.NOTE: Tone.MUTED,
}
_ROLES: dict[str, Callable[[], str]] = {
    "envelope": lambda: t("Konvolutt"),
    "document": lambda: t("Dokument"),
    "signal": lambda: t("Signal"),
    "apprec": lambda: t("Kvittering"),
}
"""What a kept part is, in words."""

_LARGEST_SHOWN = 1_000_000
"""Bytes of XML that are laid out for reading; an enclosed file is better opened as an attachment."""


def xml_layout(document: bytes | None, *, pretty: bool = False) -> Layout:
    """Return the layout of a document as it was kept, byte for byte as far as a screen can show it.

    Args:
        document: the bytes; None where they are not kept.
        pretty: an element a line, indented, instead; where the document cannot be read so, as it was kept.
    """
    if document is None:
        return _note(t("Dokumentet er ikke lagret på denne meldingen."))
    if pretty:
        from elmeld_tui.messages.xml import indented

        document = indented(document)
    text = document[:_LARGEST_SHOWN].decode("utf-8", errors="backslashreplace")
    rest = len(document) - _LARGEST_SHOWN

    def layout(width: int) -> list[Line]:
        rows = [line(row) for row in wrap(text, width)]
        if rest > 0:
            rows += [line(t("… og {size} til.", size=byte_size(rest)), Tone.MUTED)]
        return rows

    return layout


def envelope_layout(inspected: Mapping[str, Any] | None) -> Layout:
    """Return the layout of the ebXML header; of None, that there is no envelope."""
    if inspected is None:
        return _no_envelope()
    return lambda width: [
        *_mapping(t("ebXML-hode"), inspected.get("header", {}), width),
        *_mapping(t("CPA"), inspected.get("cpa") or {"": t("Ingen samarbeidsavtale (CPA) er brukt.")}, width),
        *_findings(inspected, width),
    ]


def signature_layout(inspected: Mapping[str, Any] | None) -> Layout:
    """Return the layout of the envelope's signature, its signer and the encryption."""
    if inspected is None:
        return _no_envelope()
    signature = dict(inspected.get("signature") or {})
    signer, chain = signature.pop("signer", None) or {}, signature.pop("chain", [])
    return lambda width: [
        *_verdict(signature, width),
        *_mapping(t("Signatur"), signature, width),
        *_mapping(t("Undertegnet av"), signer, width),
        *_chain(chain, width),
        *_mapping(t("Innhold"), inspected.get("payload") or {}, width),
    ]


def parts_layout(parts: Sequence[Part], inspected: Mapping[str, Any] | None) -> Layout:
    """Return the layout of everything that is kept of a message, and of what the envelope holds."""

    def layout(width: int) -> list[Line]:
        rows: list[Line] = [line(t("Lagret på meldingen"), Tone.HEADING)]
        for part in parts:
            role = _ROLES.get(part.role)
            rows += _pair(role() if role else part.role, f"{byte_size(part.size)}  {part.content_type}", width)
            rows += _pair("", f"SHA-256 {part.sha256}", width)
        enclosed = (inspected or {}).get("parts", [])
        if enclosed:
            rows += [(), line(t("I konvolutten"), Tone.HEADING)]
        for each in enclosed:
            text = f"{each.get('content_type', '')}  {each.get('bytes', '')} B"
            rows += _pair(str(each.get("content_id", "")) or t("uten id"), text, width)
        return rows

    return layout


def report_layout(report: Sequence[ReportLine]) -> Layout:
    """Return the layout of a validation report: kind, schema, findings, and the receipts it led to."""
    return lambda width: [
        line(row, _TONES.get(one.severity, Tone.PLAIN)) if number else line(row, Tone.HEADING)
        for number, one in enumerate(report)
        for row in wrap(one.text, width)
    ]


def _note(text: str) -> Layout:
    return lambda width: [line(row, Tone.MUTED) for row in wrap(text, width)]


def _no_envelope() -> Layout:
    return _note(t("Meldingen har ingen konvolutt her. Den er ikke pakket ennå, eller den kom uten."))


def _verdict(signature: Mapping[str, Any], width: int) -> Iterator[Line]:
    valid, trusted = bool(signature.get("valid")), bool(signature.get("trusted"))
    if valid and trusted:
        text, tone = t("✓ Signaturen stemmer, og sertifikatet er til å stole på."), Tone.DONE
    elif valid:
        text, tone = t("! Signaturen stemmer, men sertifikatet er ikke til å stole på."), Tone.TROUBLE
    else:
        text, tone = t("✗ Signaturen stemmer ikke."), Tone.TROUBLE
    yield from (line(row, tone) for row in wrap(text, width))
    yield ()


def _chain(chain: Sequence[Mapping[str, Any]], width: int) -> Iterator[Line]:
    """Yield who vouches for whom, from the signer up to whom the clinic trusts, or as far as anybody is known."""
    for number, one in enumerate(chain):
        title = t("Sertifikatkjede: {n} av {total}", n=number + 1, total=len(chain))
        yield from _mapping(title, one, width)
    if chain and not chain[-1]["anchor"]:
        text = t("! Kjeden ender her: den som har utstedt dette, er ikke blant dem klinikken stoler på.")
        yield from (line(row, Tone.TROUBLE) for row in wrap(text, width))


def _mapping(title: str, values: Mapping[str, Any], width: int) -> Iterator[Line]:
    if not values:
        return
    yield line(title, Tone.HEADING)
    for label, value in values.items():
        yield from _pair(_label(label), _value(value), width)
    yield ()


def _label(name: str) -> str:
    """Return a name of the inspection's object in words; a name of the standard's own stays as it is."""
    said = _LABELS.get(name)
    return said() if said else name


_LABELS: dict[str, Callable[[], str]] = {
    "valid": lambda: t("Stemmer"),
    "trusted": lambda: t("Til å stole på"),
    "code": lambda: t("Kode"),
    "reason": lambda: t("Grunn"),
    "algorithm": lambda: t("Algoritme"),
    "subject": lambda: t("Navn i sertifikatet"),
    "issuer": lambda: t("Utstedt av"),
    "serial": lambda: t("Serienummer"),
    "fingerprint": lambda: t("SHA-256"),
    "anchor": lambda: t("Klinikken stoler på"),
    "org_number": lambda: t("Organisasjonsnr."),
    "valid_from": lambda: t("Gyldig fra"),
    "valid_to": lambda: t("Gyldig til"),
    "examined_at": lambda: t("Vurdert per"),
    "encrypted": lambda: t("Kryptert"),
    "recipient_serial": lambda: t("For sertifikat"),
    "decrypted": lambda: t("Dekryptert"),
    "compressed": lambda: t("Komprimert"),
    "kind": lambda: t("Slag"),
}


def _value(value: Any) -> str:
    if value is True:
        return t("ja")
    if value is False:
        return t("nei")
    if value is None or value == "":
        return "–"
    if isinstance(value, Mapping):
        return " · ".join(f"{key} {_value(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(inner) for inner in value)
    return _moment(str(value))


def _moment(said: str) -> str:
    """Return a time of the inspection's object as the clock on the wall showed it; what is none, as it is."""
    try:
        return clock.long(clock.from_text(said)) if _MOMENT.fullmatch(said) else said
    except ValueError:
        # Somebody may call a conversation what looks like a time.
        return said


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def _pair(label: str, value: str, width: int) -> Iterator[Line]:
    """Yield a label and its value; a label that is too long stands on a line of its own."""
    room = max(1, width - _LABEL)
    if len(label) >= _LABEL:
        yield line(label, Tone.MUTED)
        label = ""
    for number, row in enumerate(wrap(value, room)):
        yield (Span(("" if number else label).ljust(_LABEL), Tone.MUTED), Span(row))


def _findings(inspected: Mapping[str, Any], width: int) -> Iterator[Line]:
    for finding in inspected.get("findings", []):
        text = finding if isinstance(finding, str) else _value(finding)
        yield from (line(row, Tone.TROUBLE) for row in wrap(f"! {text}", width))
