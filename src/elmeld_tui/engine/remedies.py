"""What a person may do about a message that did not get through, and for each remedy that does not apply, why not.

Decided from plain facts, so that a reader of the log and the code that does it agree. HITS 1171 §9.7, HITS 1168 §5.5,
HIS 80415:2012 §3.2 and §3.3.4; the table is in docs/decisions/0020. Imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.states import Receipt, State


class Act(StrEnum):
    """What a person can do; the name of the command that does it."""

    RETRY = "retry"
    RESEND = "resend"
    RECREATE = "recreate"
    HANDLED = "handled"
    DECIDE = "decide"


class CannotActError(Exception):
    """The act is the wrong one here; the text says why, and what to do instead, in the user's language."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a message has come to one of its receivers.

    Attributes:
        her_id: of the receiver.
        receipt: what its application has answered; `Receipt.NONE` where nothing is to be answered.
        owed: whether an envelope is on its way, or an answer to it awaited.
        failed: whether the last envelope ended without reaching it.
        delivered: how many envelopes its system has acked.
    """

    her_id: str
    receipt: Receipt
    owed: bool
    failed: bool
    delivered: int

    @property
    def may_be_resent(self) -> bool:
        """Whether the same document may go again in a new envelope.

        Where it did not get through; or once more where it did and nobody has answered for 96 hours (AMQP §2.2.4).
        """
        if self.owed or self.receipt in _ANSWERED:
            return False
        return self.failed or (self.receipt is Receipt.OVERDUE and self.delivered == 1)

    @property
    def may_be_recreated(self) -> bool:
        """Whether a new message may take the place of this one."""
        return not self.owed and (self.failed or self.receipt in {Receipt.REJECTED, Receipt.OVERDUE})


_ACCEPTED = frozenset({Receipt.ACCEPTED, Receipt.ACCEPTED_WITH_FAULTS})
_ANSWERED = _ACCEPTED | {Receipt.REJECTED}
_FAILED = frozenset({State.TRANSPORT_REJECTED, State.UNDELIVERED})
_FAULTY = frozenset({Receipt.REJECTED, Receipt.OVERDUE, Receipt.ACCEPTED_WITH_FAULTS})
_TROUBLE = _FAILED | {State.QUARANTINED, State.NOT_FOR_US}


@dataclass(frozen=True, slots=True)
class Case:
    """A message and how it stands.

    Attributes:
        number: of the message.
        direction: ``in`` or ``out``.
        kind: value of `model.kinds.Kind`.
        state: where it is on its way.
        handled: whether a person has said that it has been dealt with.
        recreated_as: the message that was made from it; None where there is none.
        alarmed: whether an alert about it is open.
        receivers: of a message out, the primary first.
    """

    number: int
    direction: str
    kind: str
    state: State
    handled: bool
    recreated_as: int | None
    alarmed: bool
    receivers: tuple[Reach, ...] = ()


def case_of(
    message: Any, accounts: Iterable[Any], envelopes: Iterable[Any], *, recreated_as: int | None, alarmed: bool
) -> Case:
    """Return how a message stands.

    Args:
        message: its row.
        accounts: rows of the ledger.
        envelopes: rows of the outbox, oldest first.
        recreated_as: the message that was made from it.
        alarmed: whether an alert about it is open.
    """
    receipts = {account.her_id: Receipt(account.receipt) for account in accounts}
    sent: dict[str, list[Any]] = {her_id: [] for her_id in receipts}
    if message.direction == "out":
        for envelope in envelopes:
            sent.setdefault(envelope.receiver_her, []).append(envelope)
    return Case(
        number=message.id,
        direction=message.direction,
        kind=message.kind,
        state=State(message.state),
        handled=bool(message.handled),
        recreated_as=recreated_as,
        alarmed=alarmed,
        receivers=tuple(
            Reach(
                her_id,
                receipts.get(her_id, Receipt.NONE),
                owed=any(not one.done for one in rows),
                failed=any(one.outcome in _FAILED for one in rows),
                delivered=sum(one.outcome == State.DELIVERED for one in rows),
            )
            for her_id, rows in sent.items()
        ),
    )


def refusal(act: Act, case: Case, *, receiver: str = "") -> str:
    """Return why an act is the wrong one for a message, or an empty string where it may be done.

    Args:
        act: what a person wants.
        case: how the message stands.
        receiver: HER-id, where only one of several is meant.
    """
    return next(_REASONS[act](case, receiver), "")


def fitting(acts: Iterable[Act], case: Case) -> tuple[Act, ...]:
    """Return those of ``acts`` that may be done."""
    return tuple(act for act in acts if not refusal(act, case))


def _retry(case: Case, _: str) -> Iterator[str]:
    yield from _not_ours(case)
    if any(one.owed for one in case.receivers):
        return
    if any(one.failed for one in case.receivers):
        yield t("Alle forsøk er brukt opp, eller mottakerens system har sagt nei. Send på nytt i stedet.")
    yield t("Meldingen er levert; det er ikke mer å sende.")


def _resend(case: Case, receiver: str) -> Iterator[str]:
    yield from _not_ours(case)
    yield from _dealt_with(case)
    asked = [one for one in case.receivers if receiver in {"", one.her_id}]
    if not asked:
        yield t("Meldingen er ikke sendt til HER-id {her_id}.", her_id=receiver)
    if not any(one.may_be_resent for one in asked):
        yield _why_not_resent(case, asked[0])


def _why_not_resent(case: Case, one: Reach) -> str:
    if one.receipt is Receipt.REJECTED:
        return t("Mottakeren har avvist innholdet, og vil avvise det samme igjen. Opprett meldingen på nytt.")
    if one.receipt in _ACCEPTED:
        return t("Mottakeren har godtatt meldingen. Den skal ikke sendes igjen.")
    if one.owed:
        return t("Meldingen er fortsatt på vei, og sendes igjen av seg selv. Vil du ikke vente, så prøv nå.")
    if case.kind == Kind.APPREC:
        return t("Kvitteringen er levert, og en levert kvittering sendes aldri på nytt.")
    if one.receipt is Receipt.OVERDUE:
        return t(
            "Meldingen er alt sendt én gang til etter fristen. Ring mottakeren, eller opprett meldingen på nytt."
        )
    return t("Mottakerens system har meldingen. Er den ikke besvart etter 96 timer, kan den sendes én gang til.")


def _recreate(case: Case, _: str) -> Iterator[str]:
    yield from _not_ours(case)
    if case.kind == Kind.APPREC:
        yield t("En kvittering opprettes aldri på nytt: avsenderen får én, og den er endelig.")
    yield from _dealt_with(case)
    if any(one.may_be_recreated for one in case.receivers):
        return
    if any(one.owed for one in case.receivers):
        yield t("Meldingen er fortsatt på vei, og sendes igjen av seg selv. Vil du ikke vente, så prøv nå.")
    if all(one.receipt in _ACCEPTED for one in case.receivers):
        yield t("Mottakeren har godtatt meldingen. Skal noe rettes, så endre dokumentet i stedet.")
    yield t("Mottakerens system har meldingen. Vent på kvitteringen; den skal komme innen 96 timer.")


def _handled(case: Case, _: str) -> Iterator[str]:
    if case.state is State.MANUAL:
        yield t("Avsenderen venter på svar. Avgjør om meldingen skal tas imot eller avvises.")
    if case.handled and not case.alarmed:
        yield t("Meldingen er merket som håndtert fra før.")
    faulty = any(one.failed or one.receipt in _FAULTY for one in case.receivers)
    if not (case.alarmed or faulty or case.state in _TROUBLE):
        yield t("Det er ikke noe galt med meldingen, så det er ingenting å håndtere.")


def _decide(case: Case, _: str) -> Iterator[str]:
    if case.state is not State.MANUAL:
        yield t("Meldingen venter ikke på noen avgjørelse.")


def _not_ours(case: Case) -> Iterator[str]:
    if case.direction != "out":
        yield t("Meldingen er mottatt, ikke sendt av klinikken.")


def _dealt_with(case: Case) -> Iterator[str]:
    if case.recreated_as is not None:
        yield t("Meldingen er opprettet på nytt som melding {number}. Følg den.", number=case.recreated_as)
    if case.handled:
        yield t("Meldingen er merket som håndtert. Angre merkingen først.")


_REASONS = {
    Act.RETRY: _retry,
    Act.RESEND: _resend,
    Act.RECREATE: _recreate,
    Act.HANDLED: _handled,
    Act.DECIDE: _decide,
}
