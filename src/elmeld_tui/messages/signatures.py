"""What follows on receipt from a document's personal signature (AR11 §3.3.4: S01, S02 and S03 shall reject)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import find_all, namespace
from elmeld_tui.model import clock
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.header import Header
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.parties import Ident

if TYPE_CHECKING:
    from elmeld_tui.security.certificates import Anchors
    from elmeld_tui.security.personal import PersonalSignature

_DS = "http://www.w3.org/2000/09/xmldsig#"
_WHERE = "ds:Signature"

_WRONG, _INVALID, _REVOKED, _OTHER = "S01", "S02", "S03", "S99"
"""The errors of an AppRec (8221; AR11 §6.3)."""

_NAVS_REASON = "X99"
"""NAV's code for whatever has none of its own; the reason stands in its text."""


def is_signed(document: Document) -> bool:
    """Return whether a person, or an organisation in their place, has signed inside the document."""
    return any(namespace(one) == _DS for one in find_all(document.root, "Signature"))


def findings(document: Document, anchors: Anchors | None, *, now: datetime | None = None) -> list[Finding]:
    """Return what is wrong with a document's personal signature; nothing for a document without one.

    A signature that does not hold is an error wherever it is met. Whether its certificate comes from somebody the
    clinic trusts is known only where the clinic has said whom it trusts; elsewhere it is a warning.

    Args:
        document: as received.
        anchors: whom the clinic trusts; None where it has said nothing.
        now: aware; a document from the future was signed now at the latest.
    """
    if not is_signed(document):
        return []
    # Few documents are signed, and what verifies them takes longer to import than to read one.
    from elmeld_tui.security import personal
    from elmeld_tui.security.signature_reading import SignatureRefusedError

    if document.root.getparent() is not None:
        return [
            _warning("signature_unchecked", t("Meldingen er pakket inn, så signaturen kan ikke kontrolleres."))
        ]
    try:
        signature = personal.verify(document.raw)
    except SignatureRefusedError as error:
        wrong = _OTHER if personal.is_unsupported(error) else _WRONG
        return [Finding(Severity.ERROR, wrong, _WHERE, error.reason)]
    now = now or clock.now()
    at = min(document.header.generated or now, now)
    code, reason = personal.certificate_problem(signature, at=at, anchors=anchors)
    if code:
        return [Finding(Severity.ERROR, _REVOKED if code == "revoked" else _INVALID, _WHERE, reason)]
    found = list(signature.findings)
    if anchors is None:
        text = t("Signaturen stemmer, men klinikken har ingen tiltrodde utstedere å kontrollere sertifikatet mot.")
        found.append(_warning("signer_unknown", text))
    return found + _identity(signature, document.header)


def _identity(signature: PersonalSignature, header: Header) -> list[Finding]:
    """Return what does not fit between the signer's certificate and the sender who is named.

    A certificate holds no national identity number, so names are all there is to compare.
    """
    if number := signature.organisation_number:
        text = t("Meldingen er signert med et virksomhetssertifikat ({number}), ikke personlig.", number=number)
        return [_warning("company_signature", text)]
    name = header.sender.person.name if header.sender and header.sender.person else ""
    named = set(name.casefold().split())
    signer = set(signature.signer.casefold().split())
    if named and signer and not (named <= signer or signer <= named):
        text = t("Signaturen er {signer} sin, men avsenderen er {name}.", signer=signature.signer, name=name)
        return [_warning("signer_name", text)]
    return []


def refusals_by_nav(document: Document, anchors: Anchors | None, *, now: datetime) -> list[Finding]:
    """Return why NAV would refuse a document for its signature: there is none, it does not hold, or nobody is named.

    Source: navikt ebxml-processor, syfosmmottak; HIS 80805 §4.1.
    """
    if not is_signed(document):
        return [Finding(Severity.ERROR, _NAVS_REASON, _WHERE, t("Meldingen er ikke personlig signert."))]
    found = findings(document, anchors, now=now)
    numbers = {ident.type.value for ident in _person_idents(document.header)}
    company = any(one.code == "company_signature" for one in found)
    if company and not (document.header.kind is Kind.SICK_NOTE and "HPR" in numbers):
        found.append(
            Finding(Severity.ERROR, _INVALID, _WHERE, t("Signaturen må være gitt med et personlig sertifikat."))
        )
    if not company and not numbers & {"FNR", "DNR"}:
        text = t("Den som signerer, må være oppgitt med fødselsnummer eller D-nummer.")
        found.append(Finding(Severity.ERROR, _NAVS_REASON, "HealthcareProfessional", text))
    return [one for one in found if one.severity is Severity.ERROR]


def _person_idents(header: Header) -> tuple[Ident, ...]:
    return header.sender.person.idents if header.sender and header.sender.person else ()


def _warning(code: str, text: str) -> Finding:
    return Finding(Severity.WARNING, code, _WHERE, text)
