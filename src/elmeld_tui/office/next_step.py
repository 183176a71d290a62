"""What will happen when a message is sent: by which route, to whom, and what is expected back by when."""

from __future__ import annotations

from elmeld_tui.engine import destinations
from elmeld_tui.engine.policy import APPREC_DEADLINE
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.directory import DirectoryParty
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.nav import is_nav_address
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, form_of
from elmeld_tui.office.enclosing import warnings
from elmeld_tui.office.receiver_names import agree

_ANSWERED = {
    "order": lambda: t("Svarrapporten kommer i innboksen."),
    "referral": lambda: t("Epikrisen kommer i innboksen når pasienten er ferdig utredet."),
}
"""What a receiver answers with in time, by the form's family."""


def next_step(office: Office, draft: Draft, enclosed: tuple[Enclosure, ...]) -> str:
    """Return what happens when a draft is sent, in the user's language; it has a receiver that can be reached.

    Raises:
        OfficeError: a receiver is unknown.
    """
    receiver = recipient(office, draft.recipient_her)
    copies = [recipient(office, copy.value) for copy in draft.copies]
    return " ".join(
        part
        for part in (
            t("Meldingen signeres personlig når den sendes.") if form_of(draft).signed else "",
            _way(office, draft, receiver, copies),
            _expected(office, draft, receiver),
            *(_other_name(name, party) for name, party in _shown(draft, receiver, copies)),
            *(finding.message for finding in warnings(enclosed)),
        )
        if part
    )


def _way(office: Office, draft: Draft, receiver: DirectoryParty, copies: list[DirectoryParty]) -> str:
    own = destinations.own_choice(office.clinic, receiver.her_id)
    way = own or next(destinations.registered(receiver), "")
    told = {"name": receiver.full_name, "way": _way_named(way)}
    step = (
        t(
            "Kanselleringen krypteres for {name} og sendes {way}; mottakeren skal se bort fra det som er sendt før.",
            **told,
        )
        if draft.service_type == "C"
        else t("Meldingen krypteres for {name} og sendes {way}.", **told)
    )
    if not copies:
        return step
    return step + " " + t("Kopi går til {names}.", names=", ".join(copy.full_name for copy in copies))


def _way_named(way: str) -> str:
    if way.startswith("mailto:"):
        return t("som e-post over Helsenettet")
    if way.startswith("file:"):
        return t("ved å legges i utmappen")
    return t("direkte over Helsenettet")


def _expected(office: Office, draft: Draft, receiver: DirectoryParty) -> str:
    due = clock.short(office.clock() + APPREC_DEADLINE)
    who = t("NAVs") if is_nav_address(receiver) else t("mottakerens")
    told = t(
        "{who} kvittering ventes innen {due}; uteblir den, blir du varslet.",
        who=who[:1].upper() + who[1:],
        due=due,
    )
    answered = _ANSWERED.get(form_of(draft).family) if draft.service_type != "C" else None
    return f"{told} {answered()}" if answered else told


def _shown(
    draft: Draft, receiver: DirectoryParty, copies: list[DirectoryParty]
) -> list[tuple[str, DirectoryParty]]:
    return [
        (draft.recipient_name, receiver),
        *((copy.name, party) for copy, party in zip(draft.copies, copies, strict=True)),
    ]


def _other_name(shown: str, party: DirectoryParty) -> str:
    """Tell that a draft remembers somebody else by a HER-id than the register has (decision 28)."""
    if agree(shown, party.full_name):
        return ""
    return t(
        "Obs: utkastet sier «{shown}», men HER-id {her_id} er {name} i adresseregisteret.",
        shown=shown,
        her_id=party.her_id,
        name=party.full_name,
    )
