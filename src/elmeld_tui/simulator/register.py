"""The simulated address register: parties, and the REST answers of «CommunicationParty API» about them.

Paths and fields are those of the national register (its OpenAPI, version 1). Two things differ, on purpose: nobody
has to log in, and an organisation or party that is reached over HTTP has ``electronicAddresses`` with type
``E_EDI_HTTP_ASYNC`` (code list 9044), which the register's older SOAP interface has and its REST interface lacks.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.model import clock
from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.cast import PARTNERS, Partner, partner_of
from elmeld_tui.simulator.store import Store

Record = dict[str, Any]


class NotARegistrationError(Exception):
    """What a clinic sent to register a party lacks something; the message says what."""


class Register:
    """Every party of the simulated Helsenett: the partners, and the clinics that have registered themselves."""

    def __init__(self, store: Store, keys: dict[str, CompanyKeys]) -> None:
        """Enter the partners with their ``keys``, and those that ``store`` remembers."""
        self._store = store
        self._lock = threading.Lock()
        self._parties = {party.her_id: party for party in _partner_entries(keys)}
        for record in store.party_records():
            self._enter(json.loads(record))

    def partners_at(self, endpoint: str, *, mail: bool = False) -> None:
        """Say where every partner is reached: over HTTP unless ``endpoint`` is empty, and by mail where that is on."""
        for partner in PARTNERS:
            self._amend(partner, endpoint=endpoint, edi_address=partner.edi_address if mail else "")

    def signs_with(self, partner: Partner, certificate: bytes) -> None:
        """Say which certificate (DER) a partner signs with from now on."""
        if self._parties[partner.organisation.her_id].signing_certificate != certificate:
            self._amend(partner, signing_certificate=certificate)

    def _amend(self, partner: Partner, **changed: Any) -> None:
        with self._lock:
            for her_id in partner.her_ids:
                self._parties[her_id] = replace(self._parties[her_id], **changed)

    def has_mailbox(self, address: str) -> bool:
        """Whether somebody who has registered has this EDI address."""
        with self._lock:
            return bool(address) and any(
                party.edi_address.casefold() == address.casefold()
                for party in self._parties.values()
                if partner_of(party.her_id) is None
            )

    def get(self, her_id: str) -> DirectoryParty | None:
        """Return the party, or None when there is none."""
        with self._lock:
            return self._parties.get(her_id)

    def below(self, her_id: str, kind: PartyType) -> list[DirectoryParty]:
        """Return the parties of ``kind`` below the organisation ``her_id``."""
        with self._lock:
            return [p for p in self._parties.values() if p.parent_her_id == her_id and p.type is kind]

    def organisation(self, number: str) -> DirectoryParty | None:
        """Return the organisation with this organisation number, or None when there is none."""
        with self._lock:
            everyone = list(self._parties.values())
        wanted = (PartyType.ORGANIZATION, number)
        return next((p for p in everyone if (p.type, p.organisation_number) == wanted), None)

    def put(self, her_id: str, record: Record) -> DirectoryParty:
        """Register a clinic's own organisation, service or person; what was there before is replaced.

        Raises:
            NotARegistrationError: ``record`` lacks a field or holds something else than it should.
        """
        party = self._enter(record | {"herId": her_id})
        self._store.put_party(her_id, json.dumps(record | {"herId": her_id}))
        return party

    def _enter(self, record: Record) -> DirectoryParty:
        party = _read_registration(record)
        with self._lock:
            self._parties[party.her_id] = party
        return party

    def search(self, body: Record, *, page: int, size: int) -> list[DirectoryParty]:
        """Return one page of the parties that match a search body of the REST interface, by HER-id."""
        with self._lock:
            everyone = sorted(self._parties.values(), key=lambda party: int(party.her_id))
        found = [party for party in everyone if _matches(party, body)]
        return found[(page - 1) * size : page * size]


def _partner_entries(keys: dict[str, CompanyKeys]) -> Iterable[DirectoryParty]:
    for partner in PARTNERS:
        own = keys[partner.name]
        for party in (partner.organisation, *partner.parties):
            yield replace(
                party,
                signing_certificate=own.signing.certificate.public_bytes(Encoding.DER),
                encryption_certificate=own.decryption[0].certificate.public_bytes(Encoding.DER),
            )


def _read_registration(record: Record) -> DirectoryParty:
    if not (record.get("endpoint") or record.get("ediAddress")):
        raise NotARegistrationError("endpoint or ediAddress is missing")
    try:
        return DirectoryParty(
            her_id=str(int(record["herId"])),
            name=str(record["name"]),
            type=PartyType(record["type"]),
            parent_her_id=str(record.get("parentHerId", "")),
            parent_name=str(record.get("parentName", "")),
            organisation_number=str(record["organizationNumber"]),
            endpoint=str(record.get("endpoint", "")),
            edi_address=str(record.get("ediAddress", "")),
            signing_certificate=_certificate(record["signingCertificate"]),
            encryption_certificate=_certificate(record["encryptionCertificate"]),
            service_oid=str(record.get("serviceTypeCodeListId", "")),
            service_code=str(record.get("serviceTypeCodeValue", "")),
            city=str(record.get("city", "")),
            business_type=str(record.get("businessType", "")),
        )
    except KeyError as error:
        raise NotARegistrationError(f"{error.args[0]} is missing") from error
    except (ValueError, TypeError) as error:
        raise NotARegistrationError(str(error)) from error


def _certificate(text: str) -> bytes:
    der = base64.b64decode(text, validate=True)
    x509.load_der_x509_certificate(der)
    return der


def _matches(party: DirectoryParty, body: Record) -> bool:
    words = str(body.get("name") or "").casefold().split()
    text = f"{party.name} {party.parent_name}".casefold()
    if not all(word in text for word in words):
        return False
    if service := body.get("serviceSearchParameters"):
        wanted = (str(service.get("serviceTypeCodeListId")), str(service.get("serviceTypeCodeValue")))
        return (party.service_oid, party.service_code) == wanted
    if person := body.get("personSearchParameters"):
        return bool(party.hpr_number) and party.hpr_number == str(person.get("hprNumber"))
    if body.get("organizationSearchParameters"):
        return party.type is PartyType.ORGANIZATION
    return True


def as_json(register: Register, party: DirectoryParty) -> Record:
    """Return ``party`` in the shape of the REST interface."""
    record: Record = {
        "herId": int(party.her_id),
        "name": party.name,
        "displayName": party.name,
        "type": party.type.value,
        "currentSigningCertificate": certificate_summary(party.signing_certificate),
        "currentEncryptionCertificate": certificate_summary(party.encryption_certificate),
        "ediAddress": party.edi_address,
        "electronicAddresses": [
            {"type": kind, "address": address}
            for kind, address in (("E_EDI_HTTP_ASYNC", party.endpoint), ("E_EDI", party.edi_address))
            if address
        ],
        "postalAddress": {"address": "", "postalBox": "", "postalCode": "", "city": party.city},
        "amqpTransportStatus": "Disabled",
        "validFrom": "2020-01-01T00:00:00+00:00",
        "validTo": "2099-12-31T00:00:00+00:00",
    }
    parent = {
        "herId": int(party.parent_her_id or 0),
        "name": party.parent_name,
        "organizationNumber": party.organisation_number,
    }
    if party.type is PartyType.ORGANIZATION:
        record["organizationDetails"] = {
            "organizationNumber": party.organisation_number,
            "businessType": {"codeListId": "9040", "value": party.business_type},
            "persons": [int(p.her_id) for p in register.below(party.her_id, PartyType.PERSON)],
            "services": [int(p.her_id) for p in register.below(party.her_id, PartyType.SERVICE)],
        }
    elif party.type is PartyType.PERSON:
        record["personDetails"] = {"hprNumber": party.hpr_number, "parentOrganization": parent}
    else:
        service = {"codeListId": party.service_oid, "value": party.service_code}
        record["serviceDetails"] = {"serviceType": service, "parentOrganization": parent}
    return record


def certificate_as_json(der: bytes) -> Record:
    """Return a certificate as the certificate paths give it; the thumbprint is the SHA-1 of the DER."""
    return certificate_summary(der) | {"certificateValue": base64.b64encode(der).decode()}


def certificate_summary(der: bytes) -> Record:
    """Return what the register says of a certificate without giving it."""
    certificate = x509.load_der_x509_certificate(der)
    return {
        "thumbprint": certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 - the register's own name
        "validFrom": clock.to_text(certificate.not_valid_before_utc),
        "validTo": clock.to_text(certificate.not_valid_after_utc),
    }
