"""Where a message to a party goes, and for whose key it is encrypted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from elmeld_tui.engine.destinations import is_of_the_network, own_choice, registered
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.trust import certificate_problem
from elmeld_tui.i18n import t
from elmeld_tui.model.directory import DirectoryParty, DirectoryUnavailableError, PartyType, UnknownPartyError
from elmeld_tui.security.certificates import UnreadableCertificateError, Use, read_certificate


class CannotSendError(Exception):
    """A message cannot leave as things stand, and waiting will not help; the text says why.

    Attributes:
        detail: for the timeline: the text, and which check of a certificate failed, where one did.
    """

    def __init__(self, reason: str, *, certificate: str = "") -> None:
        super().__init__(reason)
        self.detail = {"reason": reason} | ({"certificate": certificate} if certificate else {})


@dataclass(frozen=True, slots=True)
class Route:
    """The way to one party.

    Attributes:
        party: as the register has it.
        endpoint: URL.
    """

    party: DirectoryParty
    endpoint: str


def route(equipment: Equipment, her_id: str, *, way: str = "", renew: bool = False, agreed: str = "") -> Route:
    """Return the way to a party.

    Args:
        equipment: of the engine.
        her_id: whom to.
        way: scheme that must be used; empty takes the first that the clinic has.
        renew: whether the register is asked, and not the copy of an hour ago: whoever could not be reached may have
            moved.
        agreed: URL that an agreement gives for what is sent: after the clinic's own route, before the register's.

    Raises:
        CannotSendError: nobody knows the party, or the clinic has no way to it.
        DirectoryUnavailableError: nothing is known of the party, and the register does not answer.
    """
    known = own_choice(equipment.clinic, her_id), agreed if is_of_the_network(agreed) else ""
    chosen = next((one for one in known if one and one.startswith(way) and equipment.ways.leads_to(one)), "")
    try:
        party = (equipment.directory.renew if renew else equipment.directory.get)(her_id)
    except (UnknownPartyError, DirectoryUnavailableError) as error:
        if chosen:
            # What the clinic has chosen, or agreed, holds while the register is away.
            return Route(DirectoryParty(her_id, her_id, PartyType.SERVICE), chosen)
        if isinstance(error, UnknownPartyError):
            raise CannotSendError(str(error)) from error
        raise
    for endpoint in (chosen, *registered(party)):
        if endpoint and endpoint.startswith(way) and equipment.ways.leads_to(endpoint):
            return Route(party, endpoint)
    raise CannotSendError(
        t("{name} har ingen adresse i adresseregisteret som klinikken kan sende til.", name=party.full_name)
    )


def encryption_certificate(
    equipment: Equipment, party: DirectoryParty, now: datetime, *, agreed: bytes = b""
) -> x509.Certificate:
    """Return the certificate that what a party shall read is encrypted for: the agreed one, else the register's.

    An agreement may be older than the party's change of certificate: one that may not be used is passed over. Where
    the one in the local copy fails, the register is asked for another, once; the message waits as long as it does not
    answer (AMQP §2.1.4).

    Args:
        equipment: of the engine.
        party: as the register has it.
        now: aware.
        agreed: DER, of the agreement; empty where there is none.

    Raises:
        CannotSendError: it has none that may be used.
        DirectoryUnavailableError: the register cannot be asked for another, or it cannot be found out whether this one
            has been revoked: try later.
    """
    if agreed:
        certificate = read_certificate(agreed)
        if not certificate_problem(equipment, certificate, now, Use.ENCRYPTION):
            return certificate
    try:
        return _usable(equipment, party, now)
    except CannotSendError:
        current = _asked_anew(equipment, party)
        if current.encryption_certificate == party.encryption_certificate:
            raise
    return _usable(equipment, current, now)


def _asked_anew(equipment: Equipment, party: DirectoryParty) -> DirectoryParty:
    try:
        return equipment.directory.ask(party.her_id)
    except UnknownPartyError:
        return party


def _usable(equipment: Equipment, party: DirectoryParty, now: datetime) -> x509.Certificate:
    if not party.encryption_certificate:
        raise CannotSendError(t("{name} har ikke noe sertifikat å kryptere med.", name=party.full_name))
    try:
        certificate = read_certificate(party.encryption_certificate)
    except UnreadableCertificateError as error:
        raise CannotSendError(
            t("Sertifikatet til {name} i adresseregisteret kan ikke leses.", name=party.full_name)
        ) from error
    if problem := certificate_problem(equipment, certificate, now, Use.ENCRYPTION):
        raise CannotSendError(
            t("Sertifikatet til {name} kan ikke brukes: {reason}", name=party.full_name, reason=problem.reason),
            certificate=problem.code,
        )
    return certificate
