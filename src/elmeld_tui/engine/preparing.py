"""Preparing envelopes: the route to the partner, and the bytes, packed once and sent unchanged every time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509
from sqlalchemy import Row

from elmeld_tui.engine import agreements, faults
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.policy import BATCH_BYTES
from elmeld_tui.engine.routing import CannotSendError, Route, encryption_certificate, route
from elmeld_tui.i18n import t
from elmeld_tui.model.agreements import names_an_agreement
from elmeld_tui.model.directory import DirectoryUnavailableError
from elmeld_tui.model.terms import Terms
from elmeld_tui.store import envelopes, messages, payloads
from elmeld_tui.store.database import StoreError
from elmeld_tui.store.envelopes import PackedEnvelope
from elmeld_tui.transport.envelope import EnvelopeHeader
from elmeld_tui.transport.packing import pack

SCHEMA = ("schema_location", "schema_version")
"""What a row of the outbox says of its document besides the names in the envelope's header (HITS 1210 §5.3)."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An envelope that can leave.

    Attributes:
        row: of the outbox.
        endpoint: where to.
        envelope: packed.
        kept: whether it has been kept yet.
        terms: of the agreement it goes under; None where it goes under none.
    """

    row: Row[Any]
    endpoint: str
    envelope: PackedEnvelope
    kept: bool
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class Unready:
    """An envelope that cannot leave now.

    Attributes:
        row: of the outbox.
        error: why; a `CannotSendError` will not go away by waiting, a `DirectoryUnavailableError` will, and anything
            else is a fault of the program's own, told by its place.
        place: of such a fault.
    """

    row: Row[Any]
    error: Exception
    place: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Partner:
    """What is found out once for all that leaves on a line.

    Attributes:
        equipment: of the engine.
        now: when they are made ready.
        renew: whether the register is asked anew, since the partner could not be reached.
        documents: by message.
        routes: by scheme and agreed endpoint.
        certificates: for encryption, by the agreed one's DER.
    """

    equipment: Equipment
    now: datetime
    renew: bool
    documents: Mapping[int, bytes]
    routes: dict[tuple[str, str], Route] = field(default_factory=dict)
    certificates: dict[bytes, x509.Certificate] = field(default_factory=dict)


def prepare(equipment: Equipment, rows: Sequence[Row[Any]], *, renew: bool) -> Iterator[Ready | Unready]:
    """Yield each envelope of a line, in order, as it can leave or why it cannot.

    It ends early where memory has enough (the rest comes in the next turn), or where nothing can leave on the line now.

    Args:
        equipment: of the engine.
        rows: of the outbox, all on one line.
        renew: whether the partner could not be reached the last time: it may have moved.
    """
    new = [row.message_id for row in rows if not _is_packed(row)]
    with equipment.database.snapshot() as connection:
        documents = messages.documents(connection, new, at_most=BATCH_BYTES)
    partner = _Partner(equipment, equipment.clock(), renew, documents)
    held = 0
    for row in rows:
        if not _is_packed(row) and row.message_id not in documents:
            return
        try:
            ready = _made_ready(partner, row)
        except StoreError:
            raise
        except DirectoryUnavailableError as error:
            yield Unready(row, error)
            return
        except CannotSendError as error:
            yield Unready(row, error)
            continue
        except Exception as fault:  # noqa: BLE001 - one that the program fails at must not stop the others
            yield Unready(row, fault, faults.place(fault))
            continue
        yield ready
        held += len(ready.envelope.body)
        if held > BATCH_BYTES:
            return


def _is_packed(row: Row[Any]) -> bool:
    """Whether bytes are kept for a row: of a signal, and of what has been on its way before."""
    return bool(row.signal or row.endpoint)


def _made_ready(partner: _Partner, row: Row[Any]) -> Ready:
    terms = _terms(partner, row)
    way = _route(partner, row, terms.endpoint if terms else "")
    kept = _is_packed(row)
    if kept:
        envelope = _packed(partner.equipment, row)
    else:
        assert way is not None, "what has no receiver is a signal, and packed"
        envelope = _pack(partner, row, way, terms or Terms(agreements.names_of(row.header)))
    endpoint = way.endpoint if way else row.endpoint
    _check_size(partner.equipment, endpoint, envelope)
    return Ready(row, endpoint, envelope, kept, terms)


def _terms(partner: _Partner, row: Row[Any]) -> Terms | None:
    """Return what is agreed for an envelope; None, and nothing is looked up, where it goes under no agreement."""
    if not names_an_agreement(row.header.get("cpa_id", "")):
        return None
    with partner.equipment.database.snapshot() as connection:
        return agreements.of_row(connection, row, partner.now)


def _route(partner: _Partner, row: Row[Any], agreed: str) -> Route | None:
    if not row.receiver_her:
        return None
    leg = row.way, agreed
    if leg not in partner.routes:
        partner.routes[leg] = route(
            partner.equipment, row.receiver_her, way=row.way, renew=partner.renew, agreed=agreed
        )
    return partner.routes[leg]


def _packed(equipment: Equipment, row: Row[Any]) -> PackedEnvelope:
    with equipment.database.snapshot() as connection:
        kept = envelopes.packed(connection, sender_her=row.sender_her, eb_message_id=row.eb_message_id)
        assert kept is not None, "committed before the first attempt"
        body = payloads.read(connection, kept.payload_id)
    return PackedEnvelope(
        row.eb_message_id, row.sender_her, row.receiver_her, kept.digests, kept.content_type, body
    )


def _pack(partner: _Partner, row: Row[Any], way: Route, terms: Terms) -> PackedEnvelope:
    equipment, now, agreed = partner.equipment, partner.now, terms.encryption_certificate
    if agreed not in partner.certificates:
        partner.certificates[agreed] = encryption_certificate(equipment, way.party, now, agreed=agreed)
    names = {name: value for name, value in row.header.items() if name not in SCHEMA}
    header = EnvelopeHeader(
        from_her=row.sender_her,
        to_her=row.receiver_her,
        timestamp=now,
        message_id=row.eb_message_id,
        duplicate_elimination=terms.duplicate_elimination,
        ack_requested=terms.ack_requested,
        time_to_live=now + terms.time_to_live if terms.time_to_live else None,
        **names,
    )
    packed = pack(
        partner.documents[row.message_id],
        header,
        schema_location=row.header["schema_location"],
        schema_version=row.header["schema_version"],
        keys=equipment.keys,
        recipient_certificate=partner.certificates[agreed],
        terms=agreements.packing_of(terms),
    )
    return PackedEnvelope(
        row.eb_message_id, row.sender_her, row.receiver_her, packed.digests, packed.content_type, packed.body
    )


def _check_size(equipment: Equipment, endpoint: str, envelope: PackedEnvelope) -> None:
    limit = equipment.ways.limit(endpoint)
    if limit is not None and len(envelope.body) > limit:
        raise CannotSendError(
            t(
                "Meldingen er {size} MB ferdig pakket, og veien til mottakeren tar høyst {limit} MB. Send færre eller "
                "mindre vedlegg.",
                size=f"{len(envelope.body) / 1e6:.1f}",
                limit=f"{limit / 1e6:.0f}",
            )
        )
