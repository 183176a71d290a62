"""The clinic's agreements (CPA) in use: read from the store, and asked for the terms of one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import combinations, product
from typing import Any

from cryptography import x509
from sqlalchemy import Connection, Row

from elmeld_tui.i18n import t
from elmeld_tui.model.agreements import Agreement, names_an_agreement, pair
from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.model.collaborations import Collaboration
from elmeld_tui.model.findings import ENVELOPE, Finding, Severity
from elmeld_tui.model.identifiers import is_her_id
from elmeld_tui.model.terms import Terms
from elmeld_tui.registry.agreements import signal_endpoint, terms_between, terms_under
from elmeld_tui.security.signature import DEFAULT_ALGORITHMS, Algorithms
from elmeld_tui.store import agreements
from elmeld_tui.store.database import Database
from elmeld_tui.transport import packing
from elmeld_tui.transport.agreement.checking import check, refuse_departures
from elmeld_tui.transport.agreement.reading import read_agreement
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError

_read = lru_cache(maxsize=32)(read_agreement)
"""Reading a file takes longer than all else that is done for a message under it."""


def keep(connection: Connection, raw: bytes, *, now: datetime, user: str) -> bool:
    """Keep an agreement that has been read, in the caller's transaction.

    Args:
        connection: of the caller's transaction.
        raw: the file.
        now: aware.
        user: who imports it.

    Returns:
        False where these very bytes had been kept already.

    Raises:
        AgreementError: ``raw`` is no CPA.
    """
    agreement = _read(raw)
    parties = combinations(agreement.parties, 2)
    return agreements.keep(
        connection,
        raw,
        cpa_id=agreement.cpa_id,
        pairs=[pair(*ids) for one, other in parties for ids in product(one.her_ids, other.her_ids)],
        valid_from=to_text(agreement.start) if agreement.start else "",
        valid_to=to_text(agreement.end) if agreement.end else "",
        at=to_text(now),
        user=user,
    )


def between(connection: Connection, names: Collaboration, *, ours: str, theirs: str, at: datetime) -> Terms:
    """Return the terms of a message from one of us to a partner; see `registry.agreements.terms_between`.

    Raises:
        NotAgreedError: the parties have an agreement, and it lacks the message.
    """
    if not (is_her_id(ours) and is_her_id(theirs)):
        return Terms(names)
    rows = agreements.between(connection, pair(ours, theirs), at=to_text(at))
    known = [_read(agreements.raw(connection, row)) for row in rows]
    return terms_between(known, names, ours=ours, theirs=theirs, at=at)


def named(connection: Connection, cpa_id: str, at: datetime) -> Agreement | None:
    """Return the agreement with this CPAId in the version that counts at a moment, or None."""
    if not names_an_agreement(cpa_id):
        return None
    row = agreements.current(connection, cpa_id, at=to_text(at))
    return _read(agreements.raw(connection, row)) if row else None


def named_by(database: Database, header: EnvelopeHeader, at: datetime) -> Agreement | None:
    """Return the agreement that an envelope names, where we have it; nothing is looked up where it names none."""
    if not names_an_agreement(header.cpa_id):
        return None
    with database.snapshot() as connection:
        return named(connection, header.cpa_id, at)


def hold_to(agreement: Agreement | None, header: EnvelopeHeader) -> None:
    """Hold an envelope to the agreement it names; two HER-ids in its place are no name (HIS 1037 §6.2.1).

    Args:
        agreement: from `named_by`.
        header: of the envelope.

    Raises:
        EnvelopeRefusedError: it departs from the agreement, or names one that we do not have.
    """
    if agreement is not None:
        refuse_departures(agreement, header)
    elif names_an_agreement(header.cpa_id):
        text = t("Avtalen {cpa} er ikke kjent hos mottakeren. Send den til mottakeren først.", cpa=header.cpa_id)
        raise EnvelopeRefusedError("cpa_unknown", "ValueNotRecognized", text, header)


def remarks(agreement: Agreement | None, header: EnvelopeHeader, signer: x509.Certificate) -> list[Finding]:
    """Return what support should know of an envelope that the register vouches for, and its agreement does not."""
    departures = check(agreement, header, header.timestamp, signer) if agreement else []
    return [
        Finding(Severity.WARNING, departure.code, ENVELOPE, departure.message)
        for departure in departures
        if departure.code == "cpa_certificate"
    ]


def certificates_of(connection: Connection, cpa_id: str, her_id: str, at: datetime) -> frozenset[bytes]:
    """Return DER of the certificates that an agreement gives a party; none where there is no such agreement."""
    agreement = named(connection, cpa_id, at)
    party = agreement.party(her_id) if agreement else None
    return party.certificates if party else frozenset()


def names_of(header: Mapping[str, str]) -> Collaboration:
    """Return the names in an envelope's header, as the store keeps it."""
    return Collaboration(header["service"], header["action"], header["from_role"], header["to_role"])


def terms_of(
    connection: Connection, names: Collaboration, *, cpa_id: str, ours: str, theirs: str, at: datetime
) -> Terms:
    """Return the terms of a message from one of us that names its agreement.

    Where the agreement is not ours or does not have the message, they are the national ones.
    """
    agreement = named(connection, cpa_id, at)
    found = terms_under(agreement, names, ours=ours, theirs=theirs, at=at) if agreement else None
    return found or Terms(names)


def of_row(connection: Connection, row: Row[Any], at: datetime) -> Terms | None:
    """Return what is agreed for a row of the outbox; None where its envelope names no agreement.

    Of a signal only the endpoint is, since it has been packed already.
    """
    cpa_id = row.header.get("cpa_id", "")
    if not names_an_agreement(cpa_id):
        return None
    names = names_of(row.header)
    if row.signal:
        agreement = named(connection, cpa_id, at)
        endpoint = signal_endpoint(agreement, row.receiver_her, names.action) if agreement else ""
        return Terms(names, endpoint=endpoint)
    return terms_of(connection, names, cpa_id=cpa_id, ours=row.sender_her, theirs=row.receiver_her, at=at)


def packing_of(terms: Terms) -> packing.Terms:
    """Return what a message's terms say of packing it; what they leave open is the profile's."""
    usual = DEFAULT_ALGORITHMS
    algorithms = Algorithms(terms.signature_method or usual.signature, terms.digest_method or usual.digest)
    return packing.Terms(algorithms, compress=terms.compressed)


def longest_persistence(connection: Connection, at: datetime) -> timedelta:
    """Return the longest time for which an agreement that counts wants repetitions known (eb:PersistDuration)."""
    known = (_read(agreements.raw(connection, row)) for row in agreements.all_current(connection, at=to_text(at)))
    channels = (binding.channel for one in known for party in one.parties for binding in party.bindings)
    spans = (channel.persist for channel in channels if channel is not None and channel.persist is not None)
    return max(spans, default=timedelta(0))


def ends(connection: Connection, at: datetime) -> list[tuple[str, datetime, list[str]]]:
    """Return CPAId, end and the HER-ids of its parties, of every agreement that counts at a moment and has an end."""
    return [
        (row.cpa_id, from_text(row.valid_to), agreements.parties(connection, row))
        for row in agreements.all_current(connection, at=to_text(at))
        if row.valid_to
    ]
