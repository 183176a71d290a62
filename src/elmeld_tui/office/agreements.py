"""The clinic's agreements (CPA): imported, described, and checked as the partner's receiver will check what we send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row

from elmeld_tui.engine import agreements
from elmeld_tui.engine.keys import EngineError, trusted
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.agreements import AgreedParty, Agreement, Binding, Direction
from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.model.collaborations import Collaboration
from elmeld_tui.model.directory import DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.terms import Terms
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.registry.agreements import terms_under
from elmeld_tui.security.certificates import Anchors, CertificateReport, Use, examine, read_certificate
from elmeld_tui.security.profile import DIGEST_METHODS, DS, SIGNATURE_METHODS
from elmeld_tui.store import agreements as kept
from elmeld_tui.transport.agreement.reading import AgreementError, read_agreement

PROTOCOLS = frozenset({"SMTP", "HTTP"})
"""What messages can travel by; agreements for Helsenorge have AMQP, which is another message exchange."""

_ALGORITHMS = frozenset({*SIGNATURE_METHODS, *DIGEST_METHODS})


@dataclass(frozen=True, slots=True)
class Held:
    """An agreement the clinic has, in the version that counts.

    Attributes:
        agreement: as read.
        raw: the file.
        imported: aware, UTC.
        imported_by: user.
        versions: how many of it there are.
    """

    agreement: Agreement
    raw: bytes
    imported: datetime
    imported_by: str
    versions: int = 1

    def ours(self, office: Office) -> AgreedParty | None:
        """Return the side that is the clinic; None where neither is."""
        return next((p for p in self.agreement.parties if p.her_ids & office.clinic.her_ids), None)

    def theirs(self, office: Office) -> AgreedParty | None:
        """Return the other side."""
        return next((p for p in self.agreement.parties if not p.her_ids & office.clinic.her_ids), None)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        held: what counts now.
        new: whether these bytes were not known before.
        replaced: the version that counted before; None where none did, or still does.
    """

    held: Held
    new: bool
    replaced: Held | None = None


def take_in(office: Office, raw: bytes) -> Imported:
    """Keep an agreement that the clinic has with somebody.

    Raises:
        OfficeError: she may not do it, it is none, or one between others; nothing is kept.
    """
    policy.require(office, policy.Action.CHANGE_SETUP)
    try:
        agreement = read_agreement(raw)
    except AgreementError as error:
        raise OfficeError(str(error)) from error
    if not any(party.her_ids & office.clinic.her_ids for party in agreement.parties):
        raise OfficeError(
            t(
                "Avtalen {cpa} gjelder ikke klinikken: ingen av partene har vår HER-id ({her_ids}).",
                cpa=agreement.cpa_id,
                her_ids=", ".join(sorted(office.clinic.her_ids)),
            )
        )
    now, user = office.clock(), office.user.name
    with office.database.transaction() as connection:
        row = kept.current(connection, agreement.cpa_id, at=to_text(now))
        before = _held(connection, row) if row else None
        new = agreements.keep(connection, raw, now=now, user=user)
        if new:
            office.note(connection, "import_agreement", cpa=agreement.cpa_id)
    held = get(office, agreement.cpa_id)
    return Imported(held, new, before if before and before.raw != held.raw else None)


def get(office: Office, cpa_id: str) -> Held:
    """Return one agreement.

    Raises:
        OfficeError: the clinic has none with this id.
    """
    with office.database.snapshot() as connection:
        row = kept.current(connection, cpa_id, at=to_text(office.clock()))
        if row is None:
            raise OfficeError(t("Klinikken har ingen avtale «{cpa}»; se «elmeld cpa list».", cpa=cpa_id))
        return _held(connection, row)


def all_held(office: Office) -> list[Held]:
    """Return every agreement, by its id."""
    with office.database.snapshot() as connection:
        rows = kept.all_current(connection, at=to_text(office.clock()))
        return [_held(connection, row) for row in rows]


def _held(connection: Connection, row: Row[tuple[object, ...]]) -> Held:
    raw = kept.raw(connection, row)
    versions = len(kept.versions(connection, row.cpa_id))
    return Held(read_agreement(raw), raw, from_text(row.imported), row.imported_by, versions)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the clinic may send or receive under an agreement.

    Attributes:
        binding: of the clinic.
        terms: what is sent on them; None for what is received, and where the partner does not receive it.
    """

    binding: Binding
    terms: Terms | None


def actions(office: Office, held: Held) -> list[Action]:
    """Return what the clinic may send and receive, in the order of the file."""
    ours, theirs = held.ours(office), held.theirs(office)
    found = []
    for binding in ours.bindings if ours else ():
        terms = None
        if binding.direction is Direction.SEND and ours and theirs and ours.her_ids and theirs.her_ids:
            names = Collaboration(binding.service, binding.action, binding.role, "")
            pair = {"ours": min(ours.her_ids), "theirs": min(theirs.her_ids)}
            terms = terms_under(held.agreement, names, **pair, at=office.clock())
        found.append(Action(binding, terms))
    return found


@dataclass(frozen=True, slots=True)
class AgreedCertificate:
    """A certificate in an agreement.

    Attributes:
        use: what for.
        report: on it, today.
        days: until it ends; negative when it has.
        registered: whether the register has the same for the party; None where the register cannot say.
    """

    use: Use
    report: CertificateReport
    days: int
    registered: bool | None


def certificates(office: Office, party: AgreedParty) -> list[AgreedCertificate]:
    """Return a party's certificates, each compared with what the register has for the party now.

    Raises:
        OfficeError: the authorities that the clinic trusts cannot be read.
    """
    encryption = [binding.encryption_certificate for binding in party.bindings]
    signing = [binding.channel.signing_certificate for binding in party.bindings if binding.channel]
    signing += [channel.signing_certificate for _, channel in party.signal_channels]
    now, anchors = office.clock(), _anchors(office)
    found = []
    for use, several in ((Use.ENCRYPTION, encryption), (Use.SIGNING, signing)):
        registered = _registered(office, party, use)
        for der in sorted({one for one in several if one}):
            report = examine(read_certificate(der), at=now, anchors=anchors or Anchors(), use=use)
            same = der == registered if registered is not None else None
            found.append(AgreedCertificate(use, report, (report.valid_to - now).days, same))
    return found


def _anchors(office: Office) -> Anchors | None:
    try:
        return trusted(office.clinic)
    except EngineError as error:
        raise OfficeError(str(error)) from error


def _registered(office: Office, party: AgreedParty, use: Use) -> bytes | None:
    for her_id in sorted(party.her_ids):
        try:
            entry = office.directory.get(her_id)
        except (UnknownPartyError, DirectoryUnavailableError):
            continue
        return entry.encryption_certificate if use is Use.ENCRYPTION else entry.signing_certificate
    return None


def examine_agreement(office: Office, held: Held) -> Iterator[Finding]:
    """Yield what is wrong with an agreement, or worth saying, in the order a partner's receiver goes.

    The order is that of NAV's receiver: period, sender with what it sends, receiver with what it receives; after that
    what only the sender can know: certificates, channels, endpoints. An error stops messages; a warning may.

    Raises:
        OfficeError: the authorities that the clinic trusts cannot be read.
    """
    agreement, now = held.agreement, office.clock()
    if not agreement.holds(now):
        yield Finding(Severity.ERROR, "period", "Start/End", _when(agreement, now))
    ours, theirs = held.ours(office), held.theirs(office)
    if ours is None or theirs is None or len(agreement.parties) != 2:
        text = t("Avtalen har ikke klinikken og én annen part.")
        yield Finding(Severity.ERROR, "parties", "PartyInfo", text)
        return
    if missing := {service.her_id for service in office.clinic.services} - ours.her_ids:
        text = t("Avtalen nevner ikke HER-id {her_ids} hos oss.", her_ids=", ".join(sorted(missing)))
        yield Finding(Severity.NOTE, "her_id", "PartyId", text)
    for action in actions(office, held):
        if action.binding.direction is Direction.SEND:
            yield from _of_what_we_send(action, theirs)
        elif theirs.may(Direction.SEND, action.binding.service, action.binding.action) is None:
            what = f"{action.binding.service}/{action.binding.action}"
            text = t("{name} sender ikke {what}, som vi kan motta.", name=theirs.name, what=what)
            yield Finding(Severity.WARNING, "action", "CanSend", text)
    for party in (ours, theirs):
        for certificate in certificates(office, party):
            yield from _of_the_certificate(certificate, party, relies_on_register=office.clinic.trust is None)


def _when(agreement: Agreement, now: datetime) -> str:
    if agreement.start and agreement.start > now:
        return t("Avtalen begynner først {at}.", at=clock.long(agreement.start))
    assert agreement.end is not None
    return t("Avtalen gikk ut {at}.", at=clock.long(agreement.end))


def _of_what_we_send(action: Action, theirs: AgreedParty) -> Iterator[Finding]:
    binding, what = action.binding, f"{action.binding.service}/{action.binding.action}"
    received = theirs.may(Direction.RECEIVE, binding.service, binding.action)
    if received is None:
        text = t("{name} mottar ikke {what}, som vi kan sende.", name=theirs.name, what=what)
        yield Finding(Severity.ERROR, "action", "CanReceive", text)
        return
    channel = received.channel
    if channel is None or not channel.endpoint("request"):
        text = t("{what} har ingen kanal eller adresse hos {name}.", what=what, name=theirs.name)
        yield Finding(Severity.ERROR, "channel", "DeliveryChannel", text)
    elif channel.protocol not in PROTOCOLS:
        text = t("{what} går over {protocol}, som ikke er støttet.", what=what, protocol=channel.protocol)
        yield Finding(Severity.WARNING, "protocol", "TransportProtocol", text)
    if not received.encryption_certificate:
        text = t("{what} har ikke noe sertifikat å kryptere med; registerets brukes.", what=what)
        yield Finding(Severity.WARNING, "certificate", "ApplicationCertificateRef", text)
    if binding.channel is not None:
        named = (binding.channel.signature_method, binding.channel.digest_method)
        if any(method and (method not in _ALGORITHMS or method.startswith(DS)) for method in named):
            text = t("{what} skal signeres med en svak eller ukjent algoritme; vi bruker SHA-256.", what=what)
            yield Finding(Severity.NOTE, "algorithm", "SenderNonRepudiation", text)


def _of_the_certificate(
    certificate: AgreedCertificate, party: AgreedParty, *, relies_on_register: bool
) -> Iterator[Finding]:
    report = certificate.report
    said = {"serial": report.serial, "name": party.name}
    if not report.trusted and not (relies_on_register and report.code == "issuer"):
        text = t("Sertifikat {serial} for {name} kan ikke brukes: {reason}", reason=report.reason, **said)
        yield Finding(Severity.ERROR, f"certificate_{report.code}", "Certificate", text)
    if certificate.registered is False:
        text = t("Sertifikat {serial} for {name} er ikke det adresseregisteret har nå.", **said)
        yield Finding(Severity.WARNING, "certificate_differs", "Certificate", text)
