"""What a message departs from the profile in, without being refused for it.

A live MSH takes what it can (HITS 1172 §1.1): legitimate traffic breaks many of these rules, and a partner's
support staff wants to know which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.security.canonical import parse
from elmeld_tui.transport.message import MessageKind, Opened
from elmeld_tui.transport.mime import Part
from elmeld_tui.transport.rules import FIELD_RULES, PAYLOAD_RULES, SOAP_RULES, PartRule, broken


def remarks(opened: Opened, mail_fields: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Yield a note for each rule of the profile that a message breaks.

    Args:
        opened: the message; a fault breaks none of these rules.
        mail_fields: header fields of a message that came by mail, by name in lower case; None where it did not.
    """
    yield from _of_the_part(opened.soap, "Envelope", SOAP_RULES)
    if mail_fields is not None:
        yield from _of_the_fields(mail_fields)
    if opened.kind is MessageKind.FAULT:
        return
    for rule in broken(opened.kind, parse(opened.soap.data)):
        yield _note(rule.code, rule.where, rule.text())
    if opened.kind is MessageKind.PAYLOAD and opened.header is not None:
        yield from _of_the_description(opened.header.description)
    yield from _of_the_time(opened)
    for part in opened.payloads:
        yield from _of_the_part(part, part.content_id, PAYLOAD_RULES)


def _of_the_part(part: Part, where: str, rules: Sequence[PartRule]) -> Iterator[Finding]:
    for rule in rules:
        if rule.broken(part):
            yield _note(rule.code, where, rule.text())


def _of_the_fields(fields: Mapping[str, str]) -> Iterator[Finding]:
    for rule in FIELD_RULES:
        given = fields.get(rule.field.lower(), "").strip('" ').lower()
        if not given or (rule.wanted and given != rule.wanted):
            yield _note(rule.code, rule.field, rule.text())


def _of_the_description(description: str) -> Iterator[Finding]:
    """The sending system tells its name and version in a line of JSON (HITS 1210 §5.3)."""
    where = "eb:Description"
    if not description:
        yield _note("R271", where, t("Avsendersystem er ikke oppgitt (HITS 1172 R271, HITS 1210 §5.3)."))
        return
    try:
        told = json.loads(description)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        yield _note("R272", where, t("Avsendersystem er ikke oppgitt som JSON (HITS 1172 R272)."))
        return
    for code, key in (("R273", "MSH-system"), ("R274", "MSH-versjon")):
        if not told.get(key):
            yield _note(
                code, where, t("Avsendersystemets {key} er ikke oppgitt (HITS 1172 {code}).", key=key, code=code)
            )


def _of_the_time(opened: Opened) -> Iterator[Finding]:
    if opened.header is None or opened.verified is None:
        return
    certificate, at = opened.verified.certificate, opened.header.timestamp
    where = "eb:Timestamp"
    if at < certificate.not_valid_before_utc:
        yield _note("R104", where, t("Meldingen er eldre enn sertifikatet den er signert med (HITS 1172 R104)."))
    if at > certificate.not_valid_after_utc:
        yield _note("R105", where, t("Sertifikatet var utløpt da meldingen ble signert (HITS 1172 R105)."))


def _note(code: str, where: str, text: str) -> Finding:
    return Finding(Severity.NOTE, code, where, text)
