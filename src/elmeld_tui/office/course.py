"""How a message has fared, in words: what happened, what to do now, the state for each receiver, and every step.

The log's screen, the postbox and `elmeld log` all use these words, so that two people who discuss a fault on the
phone read the same text. Imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from elmeld_tui.engine.remedies import Act
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.faults import Explanation, in_the_way, of_alert
from elmeld_tui.office.reasons import Reason, reason_words
from elmeld_tui.office.words import Concern, StateWords, apprec_status, state_of, words
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.rows import Alert, Event, Message, PostItem, Receiver
from elmeld_tui.store.timeline import words as event_words


class Told(NamedTuple):
    """One thing that is said, and how much it asks of a human."""

    text: str
    concern: Concern


class Course(NamedTuple):
    """How a message has fared.

    Attributes:
        happened: what is known of it, the state first.
        now: what to do, each piece of advice once; empty where nothing.
        acts: which acts may be done about it, the best first.
        receivers: how it stands with each of several receivers; empty where there is one.
        steps: what happened to it, oldest first, each with its time in Oslo.
    """

    happened: tuple[Told, ...]
    now: tuple[str, ...]
    acts: tuple[Act, ...]
    receivers: tuple[Told, ...]
    steps: tuple[str, ...]


def course(reader: Reader, message_id: int, now: datetime) -> Course | None:
    """Return how a message has fared; None where there is no such message.

    Args:
        reader: of the store.
        message_id: of the message.
        now: the present, by which an engine that is silent is known.
    """
    message = reader.message(message_id)
    if message is None:
        return None
    wrong, state = in_the_way(reader, message_id, now), state_of(message)
    receivers = reader.receivers(message_id)
    advice = [one.now for one in wrong] if wrong else [state.next_step, *_patience(reader, message, receivers)]
    return Course(
        happened=tuple(_happened(state, wrong)),
        now=tuple(dict.fromkeys(text for text in advice if text)),
        acts=tuple(dict.fromkeys(act for one in wrong for act in one.acts)),
        receivers=tuple(_standing(message, receivers)),
        steps=tuple(_steps(reader.events(message_id), reader.post_items(message_id))),
    )


def _patience(reader: Reader, message: Message, receivers: Sequence[Receiver]) -> Iterator[str]:
    """Say of what is well on its way until when to wait, and what comes of it then."""
    if message.direction != "out":
        return
    unanswered = [one.next_at for one in reader.attempts(message.id) if not one.done]
    due = [one.due for one in receivers if one.receipt == Receipt.AWAITED and one.due]
    if message.state == State.SENT and unanswered:
        yield t("Vent. Kommer det ikke noe svar, sendes den igjen av seg selv {at}.", at=_long(min(unanswered)))
    elif message.state == State.DELIVERED and due:
        yield t("Vent. Har ingen svart innen {at}, kommer det et varsel.", at=_long(min(due)))


def _long(at: str) -> str:
    return clock.long(clock.from_text(at))


def alert_course(reader: Reader, alert: Alert, now: datetime) -> Course:
    """Return how the message of an alert has fared; of an alert that is about none, what it says."""
    found = course(reader, alert.message_id, now) if alert.message_id is not None else None
    if found is not None:
        return found
    one = of_alert(alert, None)
    return Course((Told(_explained(one), Concern.TROUBLE),), (one.now,) if one.now else (), (), (), ())


def _happened(state: StateWords, wrong: Sequence[Explanation]) -> Iterator[Told]:
    if not wrong:
        yield Told(f"{state.sign} {state.word}. {state.happened}", state.concern)
        return
    told = [_explained(one) for one in wrong]
    yield Told(f"{state.sign} {state.word}. {told[0]}", state.concern)
    yield from (Told(text, state.concern) for text in dict.fromkeys(told[1:]))


def _explained(one: Explanation) -> str:
    said = f" «{one.said}»" if one.said else ""
    return f"{one.receiver}: {one.happened}{said}" if one.receiver else f"{one.happened}{said}"


def _standing(message: Message, receivers: Sequence[Receiver]) -> Iterator[Told]:
    if len(receivers) > 1:
        for one in receivers:
            said = words(State(message.state), Receipt(one.receipt))
            yield Told(f"{said.sign} {one.name or one.her_id}: {said.word}. {said.happened}", said.concern)


def act_words(act: Act) -> str:
    """Return what an act is called, in the user's language."""
    return _ACTS[act]()


_ACTS: dict[Act, Callable[[], str]] = {
    Act.RETRY: lambda: t("prøv nå"),
    Act.RESEND: lambda: t("send på nytt"),
    Act.RECREATE: lambda: t("opprett på nytt"),
    Act.HANDLED: lambda: t("merk som håndtert"),
    Act.DECIDE: lambda: t("avgjør"),
}


def _steps(events: Sequence[Event], items: Sequence[PostItem]) -> Iterator[str]:
    steps = [(event.at, step(event)) for event in events]
    steps += [(item.signed_off_at, t("kvittert av {user}", user=item.signed_off_by)) for item in _signed(items)]
    for at, said in sorted(steps, key=lambda one: one[0]):
        yield f"{clock.long(clock.from_text(at))}  {said}"


def _signed(items: Iterable[PostItem]) -> list[PostItem]:
    """Return one of the mailboxes' items for each signing off; it counts in every mailbox the message lies in."""
    return list({(item.signed_off_by, item.signed_off_at): item for item in items if item.signed_off_by}.values())


def step(event: Event) -> str:
    """Return one step in words, with what is known of it."""
    known = [
        f"{_detail_word(key)} {_detail_value(key, value)}"
        for key, value in event.detail.items()
        if isinstance(value, str | int) and value not in ("", 0, False, True)
    ]
    said = event_words(event.name)
    return f"{said} ({', '.join(known)})" if known else said


def _detail_word(key: str) -> str:
    word = _DETAIL_WORDS.get(key)
    return word() if word else f"{key}:"


def _detail_value(key: str, value: Any) -> str:
    """Return a detail as people say it: a time is told as the clock on the wall shows it."""
    if key == "reason" and value in set(Reason):
        return reason_words(Reason(value)).lower()
    if key == "status":
        return apprec_status(str(value))
    if key == "by":
        proof = _PROOFS.get(str(value))
        return proof() if proof else t("melding {number}", number=value)
    if key not in _MOMENTS:
        return str(value)
    try:
        return clock.long(clock.from_text(str(value)))
    except ValueError:
        return str(value)


_MOMENTS = frozenset({"next_attempt", "agreement_ended", "due"})
_PROOFS: dict[str, Callable[[], str]] = {
    "response": lambda: t("svaret på sendingen"),
    "apprec": lambda: t("applikasjonskvitteringen"),
    "earlier_envelope": lambda: t("en tidligere sending"),
}
_DETAIL_WORDS: dict[str, Callable[[], str]] = {
    "eb_message_id": lambda: "eb:MessageId",
    "bytes": lambda: t("byte:"),
    "endpoint": lambda: t("til"),
    "receiver": lambda: t("mottaker"),
    "reason": lambda: t("fordi"),
    "code": lambda: t("kode"),
    "text": lambda: t("sa:"),
    "user": lambda: t("av"),
    "to": lambda: t("til"),
    "attempt": lambda: t("forsøk"),
    "next_attempt": lambda: t("prøver igjen"),
    "agreement": lambda: t("etter avtale"),
    "agreement_ended": lambda: t("som gikk ut"),
    "message": lambda: t("melding"),
    "note": lambda: t("notat:"),
    "status": lambda: t("status:"),
    "count": lambda: t("antall:"),
    "original_id": lambda: t("svar på"),
    "apprec_id": lambda: t("kvittering"),
    "due": lambda: t("frist"),
    "attempts": lambda: t("forsøk:"),
    "certificate": lambda: t("sertifikat:"),
    "location": lambda: t("sted:"),
    "patient": lambda: t("pasient nr."),
    "earlier": lambda: t("før pasient nr."),
    "by": lambda: t("ved"),
}
