"""What the address register says about the clinic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from elmeld_tui.engine.keys import password_of
from elmeld_tui.engine.policy import CLOCK_SKEW
from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import Clock
from elmeld_tui.model.directory import Directory, DirectoryParty, DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.registry.rest import RestDirectory
from elmeld_tui.security.keys import KeyFileError, load_pkcs12

if TYPE_CHECKING:
    import httpx


def examine_register(
    clinic: Clinic, clock: Clock, transport: httpx.BaseTransport | None = None
) -> Iterator[Check]:
    """Yield whether the register itself answers, not a copy of what it said, and whether our clocks agree.

    Args:
        clinic: its settings.
        clock: the present.
        transport: what carries the question instead of the network, in tests.
    """
    if not clinic.register_url:
        yield Check(
            "register_answers",
            Verdict.REMARK,
            t("Klinikken har ikke noe adresseregister; bare den lokale katalogen brukes."),
            t("Sett «url» under [register] i clinic.toml."),
        )
        return
    with closing(RestDirectory(clinic.register_url, transport, clock)) as register:
        try:
            register.get(clinic.services[0].her_id)
            yield _answers()
        except UnknownPartyError:
            # An answer all the same; the check of the party itself tells what it means.
            yield _answers()
        except DirectoryUnavailableError as error:
            mend = t("Se etter om linjen til Helsenettet virker.")
            yield Check("register_answers", Verdict.FAULT, str(error), mend)
        if register.clock_offset is not None:
            yield _clock_check(register.clock_offset)


def _answers() -> Check:
    return Check("register_answers", Verdict.OK, t("Adresseregisteret svarer."))


def _clock_check(offset: timedelta) -> Check:
    seconds = round(abs(offset.total_seconds()))
    if abs(offset) <= CLOCK_SKEW:
        near = t("på ett sekund nær") if seconds <= 1 else t("på {seconds} sekunder nær", seconds=seconds)
        return Check("clock", Verdict.OK, t("Klokken går rett, {near}.", near=near))
    return Check(
        "clock",
        Verdict.FAULT,
        t("Klokken går {seconds} sekunder for sent.", seconds=seconds)
        if offset > timedelta()
        else t("Klokken går {seconds} sekunder for fort.", seconds=seconds),
        t("Still maskinens klokke, og la en tjeneste som chrony holde den."),
    )


def examine_party(clinic: Clinic, her_id: str, directory: Directory) -> Iterator[Check]:
    """Yield whether the register has what others need to send to ``her_id``, and our own EDI address for it."""
    try:
        party = directory.get(her_id)
    except UnknownPartyError as error:
        yield Check(
            "register",
            Verdict.FAULT,
            str(error),
            t("Registrer HER-id {her_id} i Adresseregisteret.", her_id=her_id),
        )
        return
    except DirectoryUnavailableError:
        said = t("HER-id {her_id} kan ikke slås opp i adresseregisteret nå.", her_id=her_id)
        yield Check("register", Verdict.FAULT, said, t("Se etter om linjen til Helsenettet virker."))
        return
    differing = next((said for differs, said in _REGISTER_FAULTS if differs(party, clinic)), None)
    if differing is not None:
        yield Check("register", Verdict.FAULT, differing(her_id), t("Rett oppføringen i Adresseregisteret."))
    else:
        yield Check("register", Verdict.OK, t("{name} er i adresseregisteret.", name=party.full_name))
    if clinic.mail_address:
        yield _edi_address(party, clinic.mail_address)


def _edi_address(party: DirectoryParty, ours: str) -> Check:
    told = {"her_id": party.her_id, "ours": ours, "theirs": party.edi_address or t("ingen")}
    if party.edi_address.casefold() == ours.casefold():
        return Check("edi_address", Verdict.OK, t("Registeret har {ours} for HER-id {her_id}.", **told))
    return Check(
        "edi_address",
        Verdict.FAULT,
        t("HER-id {her_id} har en annen EDI-adresse i registeret ({theirs}) enn klinikken ({ours}).", **told),
        t("Rett oppføringen i Adresseregisteret, eller «address» under [mail] i clinic.toml."),
    )


def _has_other_key(party: DirectoryParty, clinic: Clinic) -> bool:
    password = password_of(clinic.signing) if clinic.signing else None
    if clinic.signing is None or password is None:
        return False
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        pair = load_pkcs12(clinic.signing.path.read_bytes(), password)[0]
    except (OSError, KeyFileError):
        # Told by the check of the key itself.
        return False
    return pair.certificate.public_bytes(Encoding.DER) != party.signing_certificate


_REGISTER_FAULTS: tuple[tuple[Callable[[DirectoryParty, Clinic], bool], Callable[[str], str]], ...] = (
    (
        lambda party, _: not party.endpoint and not party.edi_address,
        lambda her_id: t("HER-id {her_id} har ingen adresse å sende til i registeret.", her_id=her_id),
    ),
    (
        lambda party, _: not party.encryption_certificate,
        lambda her_id: t("HER-id {her_id} har ikke krypteringssertifikat i registeret.", her_id=her_id),
    ),
    (
        _has_other_key,
        lambda her_id: t(
            "HER-id {her_id} har et annet signeringssertifikat i registeret enn klinikken.", her_id=her_id
        ),
    ),
)
