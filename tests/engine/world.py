"""A clinic with its store, a partner that keeps account of what it gets, and the register that knows them both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.engine import delivery, importing, outbox, receipt, repetition
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.messages import apprec, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.clinic import Clinic, Service
from elmeld_tui.model.clock import Clock
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.collaborations import Collaboration, apprec_collaboration, collaboration
from elmeld_tui.model.directory import (
    DirectoryParty,
    DirectoryUnavailableError,
    PartyType,
    UnknownPartyError,
)
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.parties import Ident, Party, Patient, Professional, Unit
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.registry.revocation import Revocations
from elmeld_tui.security.authority import company_keys, create_authority
from elmeld_tui.security.certificates import Anchors
from elmeld_tui.security.keys import CompanyKeys, KeyPair
from elmeld_tui.store.database import Database, open_database
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.transport import signals
from elmeld_tui.transport.envelope import EnvelopeHeader
from elmeld_tui.transport.message import MessageKind, Opened, Packed
from elmeld_tui.transport.packing import open_payload, pack, unpack
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply
from elmeld_tui.transport.ways import Ways

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
OURS, THEIRS = "9200001", "9300001"
OUR_UNIT, THEIR_UNIT = "9200000", "9300000"
ENDPOINT = "http://partner.test/ebxml"
DIALOGUE = {"theme": "6", "subject": "Blodtrykk", "text": "Kan dere kontrollere?", "contact_profession": "LE"}
PATIENT = Patient(
    family_name="Åsen",
    given_name="Ørjan",
    birth_date=date(1982, 5, 21),
    sex=CodedValue("1", "", "Mann"),
    idents=(Ident("21858230052", CodedValue("FNR", "2.16.578.1.12.4.1.1.8116", "Fødselsnummer")),),
)
CLINIC = Clinic(
    name="Odden legesenter",
    her_id=OUR_UNIT,
    organisation_number="310412368",
    services=(Service(OURS, "Fastlegetjenesten"),),
    test=True,
)


@dataclass(frozen=True)
class Keys:
    """The keys of everyone, made once for the whole run since they are dear."""

    authority: KeyPair
    anchors: Anchors
    ours: CompanyKeys
    theirs: CompanyKeys
    strangers: CompanyKeys


@cache
def keys() -> Keys:
    authority = create_authority(now=START)
    return Keys(
        authority,
        Anchors((authority.certificate,)),
        company_keys(authority, "Odden legesenter", "310412368", now=START),
        company_keys(authority, "Storbyen sykehus", "888888880", now=START),
        company_keys(authority, "En annen", "999999993", now=START),
    )


class HeldClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


class Register:
    """A register of two; it can be away."""

    def __init__(self) -> None:
        self.away = False
        self.asked = 0
        self.parties = {OURS: _entry(OURS, keys().ours), THEIRS: _entry(THEIRS, keys().theirs)}

    def get(self, her_id: str) -> DirectoryParty:
        self.asked += 1
        if self.away:
            raise DirectoryUnavailableError("away")
        if her_id not in self.parties:
            raise UnknownPartyError(her_id)
        return self.parties[her_id]

    def search(self, words: str, *, limit: int = 50) -> list[DirectoryParty]:
        return [party for party in self.parties.values() if words in party.name][:limit]


def _entry(her_id: str, own: CompanyKeys) -> DirectoryParty:
    return DirectoryParty(
        her_id=her_id,
        name=f"Tjeneste {her_id}",
        type=PartyType.SERVICE,
        endpoint=ENDPOINT,
        signing_certificate=own.signing.certificate.public_bytes(Encoding.DER),
        encryption_certificate=own.decryption[0].certificate.public_bytes(Encoding.DER),
    )


@dataclass
class Partner:
    """The other side: keeps every envelope it gets by eb:MessageId, and answers as it is told to.

    Attributes:
        clock: the present.
        behaviour: name of a method below; what it does with the next envelopes.
        envelopes: what came, by eb:MessageId, every time it came.
        documents: what the envelopes held, once for each eb:MessageId.
        headers: of every envelope, in the order they came.
        acks: the one ack of each envelope, which every repetition gets again.
        endpoint: where it is, and nowhere else.
    """

    clock: Clock
    behaviour: str = "acknowledge"
    envelopes: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    documents: dict[str, bytes] = field(default_factory=dict)
    headers: list[EnvelopeHeader] = field(default_factory=list)
    acks: dict[str, Packed] = field(default_factory=dict)
    keys: CompanyKeys = field(default_factory=lambda: keys().theirs)
    endpoint: str = ENDPOINT

    def limit(self, endpoint: str) -> int | None:
        return None

    def send(self, parcel: Parcel) -> Reply | None:
        body = parcel.body
        if self.behaviour == "down":
            raise NotDeliveredError("nobody there", retry=True)
        if self.behaviour == "gone":
            raise NotDeliveredError("no such path", retry=False)
        assert parcel.endpoint == self.endpoint
        opened = unpack(parcel.content_type, body)
        assert opened.kind is MessageKind.PAYLOAD
        assert opened.header is not None
        name = opened.header.message_id
        self.envelopes[name].append(body)
        self.headers.append(opened.header)
        if self.behaviour in {"acknowledge", "silent", "cut"}:
            self.documents.setdefault(name, open_payload(opened, self.keys))
            self.acks.setdefault(name, signals.acknowledgement(opened, self.keys, self.clock()))
        answer: Callable[[Opened], Reply | None] = getattr(self, f"_{self.behaviour}")
        return answer(opened)

    def _acknowledge(self, opened: Opened) -> Reply | None:
        assert opened.header is not None
        ack = self.acks[opened.header.message_id]
        return Reply(ack.content_type, ack.body)

    def _silent(self, opened: Opened) -> Reply | None:
        return None

    def _cut(self, opened: Opened) -> Reply | None:
        raise NotDeliveredError("cut off", retry=True, unknown=True)

    def _refuse(self, opened: Opened) -> Reply | None:
        return self._error(opened, "Error")

    def _warn(self, opened: Opened) -> Reply | None:
        return self._error(opened, "Warning")

    def _error(self, opened: Opened, severity: str) -> Reply:
        assert opened.header is not None
        packed = signals.message_error(
            opened.header, "NotSupported", "Kan ikke", self.keys, self.clock(), severity
        )
        return Reply(packed.content_type, packed.body)

    def _fault(self, opened: Opened) -> Reply | None:
        packed = signals.soap_fault("uleselig")
        return Reply(packed.content_type, packed.body, 500)

    def _forge(self, opened: Opened) -> Reply | None:
        packed = signals.acknowledgement(opened, keys().strangers, self.clock())
        return Reply(packed.content_type, packed.body)

    def _babble(self, opened: Opened) -> Reply | None:
        return Reply("text/xml", b"<html>502</html>")

    def receipts(self) -> list[apprec.AppRec]:
        """The AppRecs that have come, once for each envelope."""
        documents = [read(raw) for raw in self.documents.values()]
        return [apprec.read_apprec(document) for document in documents if document.header.kind == "apprec"]


@dataclass
class World:
    """One clinic and one partner."""

    data_dir: Path
    clock: HeldClock
    register: Register
    partner: Partner
    database: Database
    equipment: Equipment
    reader: Reader

    def close(self) -> None:
        self.reader.close()
        self.database.close()

    def write(self, text: str = "Kan dere kontrollere?", **other: object) -> Document:
        """Write a dialogue message from the clinic to the partner."""
        return _write(our_party(), their_party(), text, self.clock(), other)

    def letter(self, text: str = "Svar fra sykehuset", **other: object) -> Document:
        """Write one from the partner to the clinic."""
        return _write(their_party(), our_party(), text, self.clock(), other)

    def enqueue(self, document: Document | None = None) -> int:
        with self.database.transaction() as connection:
            return outbox.enqueue(connection, document or self.write(), now=self.clock())

    def deliver(self, owner: str = "engine") -> bool:
        return delivery.deliver_next(self.equipment, owner)

    def pack(
        self,
        document: Document,
        *,
        signer: CompanyKeys | None = None,
        names: Collaboration | None = None,
        **header: object,
    ) -> Packed:
        """Pack a document of the partner's for the clinic."""
        names = names or collaboration(document.header)
        envelope = EnvelopeHeader(
            THEIRS, OURS, names.service, names.action, self.clock(), names.from_role, names.to_role
        )
        return pack(
            document.raw,
            replace(envelope, **header),
            schema_location=document.header.namespace,
            schema_version=document.header.version,
            keys=signer or keys().theirs,
            recipient_certificate=keys().ours.decryption[0].certificate,
        )

    def post(self, packed: Packed) -> Reply | None:
        """Post an envelope to the clinic."""
        reply = receipt.receive(self.equipment, Arrival(packed.content_type, packed.body))
        repetition.note_all(self.equipment)
        return reply

    def take_in(self) -> list[importing.Imported]:
        """Take in every document that waits."""
        with self.database.snapshot() as connection:
            waiting = list(_received(connection))
        return [importing.import_message(self.database, CLINIC, self.clock, message_id) for message_id in waiting]

    def answer(self, status: str, original: Document, **replaced: str) -> Packed:
        """Pack the partner's AppRec to a message of the clinic's."""
        raw = self.receipt_of(original, status)
        for old, new in replaced.items():
            raw = raw.replace(old.encode(), new.encode())
        names = apprec_collaboration(collaboration(original.header))
        return self.pack(read(raw), names=names)

    def receipt_of(self, original: Document, status: str = "1") -> bytes:
        """Write the partner's AppRec to a message of the clinic's."""
        errors = () if status == "1" else (apprec.error("E21", "finnes ikke lenger"),)
        return apprec.build(
            original.header,
            original.header.receivers[0],
            apprec.Outcome(status, errors),
            apprec_id=new_uuid(),
            now=self.clock(),
        )

    def state(self, message_id: int) -> str:
        message = self.reader.message(message_id)
        assert message is not None
        return message.state

    def receipt(self, message_id: int) -> str:
        message = self.reader.message(message_id)
        assert message is not None
        return message.receipt

    def events(self, message_id: int) -> list[str]:
        return [event.name for event in self.reader.events(message_id)]

    def alerts(self) -> list[str]:
        return [alert.code for alert in self.reader.open_alerts()]


def _received(connection: object) -> list[int]:
    from elmeld_tui.store import messages

    return list(messages.received(connection))  # type: ignore[arg-type]


def open_world(data_dir: Path) -> World:
    return world_on(open_database(data_dir), open_reader(data_dir), data_dir)


def world_on(database: Database, reader: Reader, data_dir: Path) -> World:
    clock = HeldClock()
    register = Register()
    partner = Partner(clock)
    equipment = Equipment(
        clinic=CLINIC,
        database=database,
        directory=KeptDirectory(register, database, clock),
        keys=keys().ours,
        anchors=keys().anchors,
        revocations=Revocations(CLINIC.revocation, keys().anchors, database, clock),
        ways=Ways({"http": partner}),
        clock=clock,
    )
    return World(data_dir, clock, register, partner, database, equipment, reader)


def our_party() -> Party:
    return _party("Odden legesenter", OUR_UNIT, "Fastlegetjenesten", OURS)


def their_party() -> Party:
    return _party("Storbyen sykehus", THEIR_UNIT, "Kirurgi", THEIRS)


def _party(unit: str, unit_her: str, service: str, her: str) -> Party:
    return Party(
        Unit(unit, (_her(unit_her),)), Unit(service, (_her(her),)), Professional("Fjellvang", "", "Astrid")
    )


def _her(number: str) -> Ident:
    return Ident(number, CodedValue("HER", "2.16.578.1.12.4.1.1.9051", "HER-id"))


def _write(sender: Party, receiver: Party, text: str, now: datetime, other: dict[str, object]) -> Document:
    addressing = writing.Addressing(
        sender=sender,
        receiver=replace(receiver, person=None, role=""),
        patient=PATIENT,
        msg_id=new_uuid(),
        now=now,
    )
    return read(writing.build("dialogue", {**DIALOGUE, "text": text}, replace(addressing, **other)))
