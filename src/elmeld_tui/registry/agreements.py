"""What two parties have agreed for one message: the agreement between them, else the national rules, else a refusal.

Source of the order: HIS 1037 §5.6, HISD 1209 §3 and HITS 1177 §6: without an agreement the national rules apply, and
where none can be had, sending is recommended all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.agreements import AgreedParty, Agreement, Binding, Channel, Direction, Wish
from elmeld_tui.model.collaborations import Collaboration, is_national
from elmeld_tui.model.terms import INTERVAL, PROMPT, RETRIES, Terms
from elmeld_tui.security.profile import DIGEST_METHODS, DS, SIGNATURE_METHODS


class NotAgreedError(Exception):
    """The parties have an agreement, and a message that it lacks; the text says what and what to do."""


def terms_between(
    agreements: Sequence[Agreement], names: Collaboration, *, ours: str, theirs: str, at: datetime
) -> Terms:
    """Return the terms of a message from one of us to a partner.

    Of several agreements that have the message, one that is valid is taken before one that has ended, and the newest
    of those. One that has ended is better than none: the partner says so if it minds.

    Args:
        agreements: of the pair.
        names: of the message, by the national table or NAV's.
        ours: HER-id in eb:From.
        theirs: HER-id in eb:To.
        at: aware; the present.

    Raises:
        NotAgreedError: the names are those of agreements, and the agreements of the pair do not have them.
    """
    for agreement in sorted(agreements, key=lambda one: _rank(one, at), reverse=True):
        found = terms_under(agreement, names, ours=ours, theirs=theirs, at=at)
        if found is not None:
            return found
    if agreements and not is_national(names):
        raise NotAgreedError(
            t(
                "Avtalen mellom {ours} og {theirs} ({cpa}) har ikke {service}/{action}. Be mottakeren om en ny avtale "
                "og hent den inn med «elmeld cpa import».",
                ours=ours,
                theirs=theirs,
                cpa=", ".join(sorted({agreement.cpa_id for agreement in agreements})),
                service=names.service,
                action=names.action,
            )
        )
    return Terms(names)


def _rank(agreement: Agreement, at: datetime) -> tuple[bool, str]:
    newest = agreement.start if agreement.holds(at) else agreement.end
    return agreement.holds(at), clock.to_text(newest) if newest else ""


def terms_under(
    agreement: Agreement, names: Collaboration, *, ours: str, theirs: str, at: datetime
) -> Terms | None:
    """Return the terms of a message from one of us under one agreement; None where it does not have the message."""
    sender, receiver = agreement.party(ours), agreement.party(theirs)
    if sender is None or receiver is None or sender is receiver:
        return None
    sent = _bound(sender, Direction.SEND, names, names.from_role)
    received = _bound(receiver, Direction.RECEIVE, names, names.to_role)
    if sent is None or received is None:
        return None
    ended = agreement.end if agreement.end and agreement.end < at else None
    terms = Terms(
        replace(names, from_role=sent.role, to_role=received.role),
        service_type=sent.service_type,
        cpa_id=agreement.cpa_id,
        ended=ended,
        compressed=True if sent.compressed is None else sent.compressed,
        encryption_certificate=received.encryption_certificate,
    )
    return _on_channels(terms, sent.channel or Channel(""), received.channel or Channel(""))


def _bound(party: AgreedParty, direction: Direction, names: Collaboration, role: str) -> Binding | None:
    """Return the binding in the role that is known, else in the role that the agreement gives the party."""
    return party.may(direction, names.service, names.action, role) or party.may(
        direction, names.service, names.action
    )


def _on_channels(terms: Terms, ours: Channel, theirs: Channel) -> Terms:
    """Fill in what the channels say: how we send is on ours, what the receiver wants and where on its own."""
    retries, interval, lifetime = _schedule(ours, theirs)
    return replace(
        terms,
        endpoint=theirs.endpoint("request"),
        retries=retries,
        interval=interval,
        lifetime=lifetime,
        signature_method=_strong(ours.signature_method, SIGNATURE_METHODS),
        digest_method=_strong(ours.digest_method, DIGEST_METHODS),
        time_to_live=ours.persist,
        # Whoever leaves it to the sender is asked: that serves both «always» and «perMessage».
        ack_requested=theirs.ack_requested is not Wish.NEVER,
        duplicate_elimination=theirs.duplicate_elimination is not Wish.NEVER,
        sync_reply=theirs.sync_reply,
    )


def _schedule(ours: Channel, theirs: Channel) -> tuple[int, timedelta, timedelta]:
    """Return retries, interval and lifetime; what is not agreed is the national default (HIS 1037 §5.2).

    We never try for longer than the receiver remembers what it has got: later it would take the same bytes for new.
    """
    if ours.retries is None and theirs.sync_reply.carries_response:
        return 0, PROMPT, PROMPT
    retries = RETRIES if ours.retries is None else ours.retries
    interval = ours.interval or INTERVAL
    lifetime = interval * (retries + 1)
    return retries, interval, min(lifetime, ours.persist) if ours.persist else lifetime


def _strong(method: str, known: Collection[str]) -> str:
    """Return an algorithm that is agreed, unless it is SHA-1: old agreements name it, and nobody needs it."""
    return method if method in known and not method.startswith(DS) else ""


def signal_endpoint(agreement: Agreement, her_id: str, action: str) -> str:
    """Return where a party wants its signals; empty where the agreement does not say.

    Args:
        agreement: that the message goes under.
        her_id: of the party that gets the signal.
        action: ``Acknowledgment`` or ``MessageError``.
    """
    party = agreement.party(her_id)
    channel = party.signal_channel(action) if party else None
    return channel.endpoint("error" if action == "MessageError" else "response") if channel else ""


def answers_apart(agreement: Agreement, *, ours: str, service: str, action: str) -> bool:
    """Return whether the signal to a message travels by itself, though the message came over HTTP (syncReplyMode)."""
    party = agreement.party(ours)
    binding = party.may(Direction.RECEIVE, service, action) if party else None
    channel = binding.channel if binding else None
    return channel is not None and channel.protocol == "HTTP" and not channel.sync_reply.carries_signals
