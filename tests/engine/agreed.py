"""An agreement between the clinic of `world` and its partner, by which both write to each other."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.serialization import Encoding
from tests.transport.agreements import AgreementPlan, ChannelPlan, PartyPlan, RolePlan
from world import OURS, THEIRS, World, keys

from elmeld_tui.engine import agreements
from elmeld_tui.model.collaborations import Collaboration
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport.port import Reply

CPA_ID = "nav:test:1"
AGREED = "http://agreed.test/ebxml"
SERVICE, ACTION = "S-DIALOG_HELSEFAGLIG", "DIALOG_HELSEFAGLIG"
ROLES = (f"{ACTION}sender", f"{ACTION}receiver")
WEB = ChannelPlan(protocol="HTTP", endpoints=(("allPurpose", AGREED),))
ASYNCHRONOUS = replace(WEB, sync_reply="none")
SYNCHRONOUS = replace(WEB, sync_reply="mshSignalsOnly")


def agreement(
    ours: ChannelPlan = SYNCHRONOUS, theirs: ChannelPlan = SYNCHRONOUS, **other: object
) -> AgreementPlan:
    """An agreement in which both write to each other; each side's own channel says how it is reached."""
    roles = (RolePlan(ROLES[0], SERVICE, sends=(ACTION,), receives=("APPREC",)),)
    roles += (RolePlan(ROLES[1], SERVICE, sends=("APPREC",), receives=(ACTION,)),)
    sides = ((OURS, "Klinikken", ours, keys().ours), (THEIRS, "Partneren", theirs, keys().theirs))
    parties = tuple(
        PartyPlan(name, (her_id,), roles, (channel,), encryption_of(own), signing_of(own))
        for her_id, name, channel, own in sides
    )
    return AgreementPlan(**{"cpa_id": CPA_ID, "parties": parties, **other})  # type: ignore[arg-type]


def encryption_of(own: CompanyKeys) -> bytes:
    return own.decryption[0].certificate.public_bytes(Encoding.DER)


def signing_of(own: CompanyKeys) -> bytes:
    return own.signing.certificate.public_bytes(Encoding.DER)


def agree(world: World, plan: AgreementPlan | None = None) -> None:
    with world.database.transaction() as connection:
        assert agreements.keep(connection, (plan or agreement()).raw, now=world.clock(), user="astrid")
    world.partner.endpoint = AGREED


def names(action: str = ACTION, roles: tuple[str, str] = ROLES, service_name: str = SERVICE) -> Collaboration:
    return Collaboration(service_name, action, *roles)


def posted(world: World, **header: object) -> Reply | None:
    """Post a letter of the partner's, under the agreement where ``header`` says nothing else."""
    return world.post(world.pack(world.letter(), **{"names": names(), "cpa_id": CPA_ID, **header}))
