"""A clinic in the tests of the simulator: packs, posts and reads with keys of its own."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.collaborations import collaboration
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.parties import Ident, Party, Professional, Unit
from elmeld_tui.security.authority import company_keys, create_authority
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.cast import PATIENTS, as_receiver, partner_of
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.transport.envelope import EnvelopeHeader
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import pack

HER_ID = "9200001"
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
REFERRAL = {
    "urgency": "N",
    "content": "10",
    "diagnosis": ["ICPC-2:D98"],
    "reason": "Magesmerter.",
    "medication": "Ingen.",
    "cave": "Ingen kjente.",
}
DIALOGUE = {"theme": "6", "subject": "Blodtrykk", "text": "Kan dere kontrollere?", "contact_profession": "LE"}


def new_keys() -> CompanyKeys:
    return company_keys(create_authority(now=NOW), "Odden legesenter", "310412368", now=NOW)


def registration(keys: CompanyKeys, endpoint: str = "http://clinic/ebxml") -> dict[str, object]:
    def text(certificate: x509.Certificate) -> str:
        return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()

    return {
        "name": "Allmennlege",
        "type": "Service",
        "parentHerId": "9200000",
        "parentName": "Odden legesenter",
        "organizationNumber": "310412368",
        "endpoint": endpoint,
        "signingCertificate": text(keys.signing.certificate),
        "encryptionCertificate": text(keys.decryption[0].certificate),
    }


@dataclass(frozen=True)
class Clinic:
    """Its keys, and the Helsenett it is registered in."""

    keys: CompanyKeys
    net: Helsenett

    @property
    def doctor(self) -> Party:
        """The clinic with a doctor who can be called back, as an order wants its requester."""
        own = self.net.register.get(HER_ID)
        assert own is not None
        person = Professional(
            "Fjellvang",
            "",
            "Astrid",
            (Ident("9900401", CodedValue("HPR", oid(8116), "HPR-nummer")),),
            CodedValue("LE"),
            telecoms=(Telecom(CodedValue("WP"), "tel:55900401"),),
        )
        return replace(as_receiver(own), role="", person=person)

    def write(self, form: str, answers: dict[str, object], to: str, **other: object) -> Document:
        own, receiver = self.net.register.get(HER_ID), self.net.register.get(to)
        assert own is not None
        assert receiver is not None
        party = as_receiver(own)
        person = Professional("Fjellvang", "", "Astrid")
        addressing = writing.Addressing(
            sender=Party(replace(party.organisation), party.department or Unit(""), person),
            receiver=as_receiver(receiver),
            patient=PATIENTS[0],
            msg_id=new_uuid(),
            now=NOW,
        )
        return read(writing.build(form, answers, replace(addressing, **other)))

    def pack(
        self,
        document: Document,
        to: str,
        *,
        signer: CompanyKeys | None = None,
        recipient: CompanyKeys | None = None,
        **header: object,
    ) -> Packed:
        partner = partner_of(to)
        assert partner is not None
        names = collaboration(document.header)
        envelope = EnvelopeHeader(
            HER_ID, to, names.service, names.action, NOW, names.from_role, names.to_role, **header
        )
        return pack(
            document.raw,
            envelope,
            schema_location=document.header.namespace,
            schema_version=document.header.version,
            keys=signer or self.keys,
            recipient_certificate=(recipient or self.net.keys[partner.name]).decryption[0].certificate,
        )
