"""What is done with a message or draft from a list: confirmed where it cannot be undone, done, and reported.

Each of these returns whether it was done. What runs on the office's thread is imported there, where the screen does
not wait.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.reasons import OF_MESSAGES, Reason, reason_words
from elmeld_tui.store.reading import Row
from elmeld_tui.store.rows import Draft, Patient
from elmeld_tui.tui.actions import key_of
from elmeld_tui.tui.message_rows import type_of
from elmeld_tui.tui.screens import begin
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.drafts import Draft as OpenDraft
    from elmeld_tui.office.faults import Explanation
    from elmeld_tui.office.forwarding import Target
    from elmeld_tui.office.linking import Candidate, Identity
    from elmeld_tui.tui.application import ElmeldApp

Answer = TypeVar("Answer")
_NO = "no"
_NEW = "new"


async def ask_office(app: ElmeldApp, task: Callable[[Office], Answer]) -> Answer | None:
    """Return what the office answers; None, and why is said, where it says no."""
    try:
        return await app.session.at_office(task)
    except OfficeError as error:
        app.warn(str(error))
        return None


async def do(app: ElmeldApp, task: Callable[[Office], object]) -> bool:
    """Have something done at the office; where it says no, say why."""

    def done(office: Office) -> bool:
        task(office)
        return True

    return bool(await ask_office(app, done))


async def sign_off(app: ElmeldApp, row: Row) -> bool:
    """Sign off a message; it goes to the archive."""

    def task(office: Office) -> int:
        from elmeld_tui.office import post

        post.sign_off(office, row.id)
        return int(post.UNDO_WITHIN.total_seconds() // 60)

    minutes = await ask_office(app, task)
    if minutes is None:
        return False
    told = t("Kvittert og flyttet til Arkiv.")
    app.tell(f"{told} " + t("Trykk {key} for å angre, innen {n} minutter.", key=key_of("post.undo"), n=minutes))
    return True


async def undo_sign_off(app: ElmeldApp, row: Row) -> bool:
    """Take a signing off back."""

    def task(office: Office) -> None:
        from elmeld_tui.office.post import undo_sign_off

        undo_sign_off(office, row.id)

    if not await do(app, task):
        return False
    app.tell(t("Angret. Meldingen er tilbake i Innboks."))
    return True


async def forward(app: ElmeldApp, row: Row, mailbox: str) -> str:
    """Ask to whom, and hand a message over out of ``mailbox``; return who has it now, empty where it is not done."""
    from elmeld_tui.tui.screens.forwarding import ForwardScreen

    def targets(office: Office) -> list[Target]:
        from elmeld_tui.office.forwarding import forward_targets

        return forward_targets(office.reader)

    known = await ask_office(app, targets)
    if known is None:
        return ""
    chosen = await app.push_screen_wait(ForwardScreen(known))
    if chosen is None:
        return ""

    def task(office: Office) -> Target:
        from elmeld_tui.office.forwarding import forward

        return forward(office, row.id, chosen, from_mailbox=mailbox)

    target = await ask_office(app, task)
    if target is None:
        return ""
    app.tell(t("Videresendt til {name}. Den ligger ulest i innboksen der.", name=target.name))
    return target.name


async def leave_forwarded(app: ElmeldApp, name: str) -> bool:
    """Say that what is handed over comes back only from whoever has it, instead of undoing what was done before."""
    app.tell(t("En videresending kan ikke angres. Be {name} om å videresende meldingen tilbake.", name=name))
    return True


async def cancel(app: ElmeldApp, row: Row) -> bool:
    """Ask once, and cancel a document at everyone who got it."""

    def can_be(office: Office) -> None:
        from elmeld_tui.office.beginning import follow_up_draft

        follow_up_draft(office, row.id, "C")

    def task(office: Office) -> None:
        from elmeld_tui.office.writing import cancel

        cancel(office, row.id)

    if not await do(app, can_be):
        return False
    question = t("Kansellere {title}?", title=type_of(row).lower())
    text = t("Alle som fikk meldingen, får beskjed om å se bort fra den. Det kan ikke angres.")
    choices = [Choice(_NO, t("Behold meldingen")), Choice("cancel", t("Kanseller"))]
    if await app.push_screen_wait(ChoiceScreen(question, text, choices)) != "cancel" or not await do(app, task):
        return False
    app.tell(t("Kanselleringen er lagt i kø og sendes nå. Følg den under Sendt."))
    return True


async def recreate(app: ElmeldApp, row: Row) -> bool:
    """Explain what went wrong with a message, and open the composer on a new one at the field that is at fault."""

    def task(office: Office) -> tuple[list[Explanation], str]:
        from elmeld_tui.office.faults import explain
        from elmeld_tui.office.recreating import field_at_fault

        return explain(office.reader, row.id), field_at_fault(office.reader, row.id)

    found = await ask_office(app, task)
    if found is None:
        return False
    told, field = found
    text = "\n\n".join(_explained(one) for one in told)
    choices = [
        Choice("make", t("Opprett på nytt"), t("alt du skrev, følger med")),
        Choice(_NO, t("Ikke nå")),
    ]
    if await app.push_screen_wait(ChoiceScreen(t("Meldingen kom ikke fram"), text, choices)) != "make":
        return False
    app.write(begin.anew(row.id), begin_at=field, remark=told[0].happened if told else "")
    return True


def _explained(one: Explanation) -> str:
    first = ": ".join(part for part in (one.receiver, one.happened) if part)
    return "\n".join(part for part in (first, f"«{one.said}»" if one.said else "", one.now) if part)


async def again(app: ElmeldApp, row: Row) -> bool:
    """Have what is owed tried now; what is given up is sent again, once one has said so."""

    def is_owed(office: Office) -> bool:
        from elmeld_tui.engine.remedies import Act, refusal
        from elmeld_tui.office.standing import case

        found = case(office.reader, row.id)
        return found is not None and not refusal(Act.RETRY, found)

    def try_now(office: Office) -> None:
        from elmeld_tui.office.again import try_now

        try_now(office, row.id)

    def send_again(office: Office) -> None:
        from elmeld_tui.office.again import send_again

        send_again(office, row.id)

    if await ask_office(app, is_owed):
        done = await do(app, try_now)
    else:
        text = t("Det samme dokumentet sendes i en ny konvolutt til dem det ikke kom fram til.")
        choices = [Choice("send", t("Send på nytt")), Choice(_NO, t("Ikke nå"))]
        answer = await app.push_screen_wait(ChoiceScreen(t("Sende meldingen på nytt?"), text, choices))
        done = answer == "send" and await do(app, send_again)
    if done:
        app.tell(t("Meldingen prøves sendt nå. Følg den under Sendt."))
    return done


async def mark_handled(app: ElmeldApp, row: Row) -> bool:
    """Ask how a failed message was dealt with otherwise, and call it handled; its alerts are cleared."""
    from elmeld_tui.tui.screens.filters import NameScreen

    text = t("Varslene om meldingen slokkes. Hvem som sier det, og hvordan, står i tidslinjen.")
    reasons = [Choice(str(reason), reason_words(reason)) for reason in OF_MESSAGES]
    chosen = await app.push_screen_wait(ChoiceScreen(t("Hvordan er meldingen håndtert?"), text, reasons))
    if chosen is None:
        return False
    note = await app.push_screen_wait(NameScreen(t("Notat til tidslinjen, om du vil:"), ""))
    if note is None:
        return False

    def task(office: Office) -> None:
        from elmeld_tui.office.again import mark_handled

        mark_handled(office, row.id, reason=Reason(chosen), note=note)

    if not await do(app, task):
        return False
    app.tell(t("Merket som håndtert. Trykk {key} i meldingsloggen for å angre.", key=key_of("log.undo_handled")))
    return True


async def undo_handled(app: ElmeldApp, row: Row) -> bool:
    """Take back that a message is handled; what called for somebody calls again."""

    def task(office: Office) -> None:
        from elmeld_tui.office.again import undo_handled

        undo_handled(office, row.id)

    if not await do(app, task):
        return False
    app.tell(t("Meldingen er ikke lenger merket som håndtert."))
    return True


async def link_patient(app: ElmeldApp, row: Row) -> bool:
    """Show who a message may be about, with what agrees and what does not, and file it under the one that is chosen."""
    from elmeld_tui.tui.screens.patient import patient_form

    def task(office: Office) -> Identity:
        from elmeld_tui.office.linking import identity

        return identity(office, row.id)

    known = await ask_office(app, task)
    if known is None:
        return False
    choices = [Choice(str(one.patient.id), one.patient.name, _likeness(one)) for one in known.candidates]
    choices += [
        Choice(_NEW, t("Ny pasient …"), t("registrer, og koble")),
        Choice(_NO, t("La meldingen være")),
    ]
    chosen = await app.push_screen_wait(ChoiceScreen(t("Hvem gjelder meldingen?"), _stated(known), choices))
    patient: Patient | None = None
    if chosen == _NEW:
        # A number that identifies nobody is not put where one that does is asked for.
        number = "" if known.remark else known.number
        form = patient_form(app.session, number, given=known.given_name, family=known.family_name)
        patient = await app.push_screen_wait(form)
    elif chosen not in {None, _NO}:
        candidate = next(one for one in known.candidates if str(one.patient.id) == chosen)
        patient = candidate.patient if await _is_sure(app, candidate) else None
    return patient is not None and await _file(app, row, patient)


def _stated(known: Identity) -> str:
    born = f"{date.fromisoformat(known.birth_date):%d.%m.%Y}" if known.birth_date else ""
    said = ", ".join(part for part in (known.name, born, known.number) if part)
    linked = known.linked
    return "\n".join(
        part
        for part in (
            t("Meldingen sier: {said}", said=said),
            known.remark,
            t("Den ligger i journalen til {name} ({number}).", name=linked.name, number=linked.national_id)
            if linked
            else t("Den ligger ikke i noen journal."),
        )
        if part
    )


def _likeness(one: Candidate) -> str:
    same = t("likt: {what}", what=", ".join(one.agrees)) if one.agrees else ""
    other = t("ULIKT: {what}", what=", ".join(one.differs)) if one.differs else ""
    return " · ".join(part for part in (other, same) if part)


async def _is_sure(app: ElmeldApp, one: Candidate) -> bool:
    """Ask once more where something speaks against it."""
    if not one.differs:
        return True
    text = t(
        "{name} er ikke lik den meldingen nevner: {what}.", name=one.patient.name, what=", ".join(one.differs)
    )
    choices = [Choice(_NO, t("Nei, la den være")), Choice("link", t("Ja, det er rett pasient"))]
    return await app.push_screen_wait(ChoiceScreen(t("Koble likevel?"), text, choices)) == "link"


async def _file(app: ElmeldApp, row: Row, patient: Patient) -> bool:
    def task(office: Office) -> None:
        from elmeld_tui.office.deciding import file_under

        file_under(office, row.id, patient.national_id)

    if not await do(app, task):
        return False
    app.tell(t("Meldingen ligger nå i journalen til {name}.", name=patient.name))
    return True


async def discard(app: ElmeldApp, kept: Draft) -> OpenDraft | None:
    """Throw a draft away; return it as it was, so that it can be had back."""

    def task(office: Office) -> OpenDraft:
        from elmeld_tui.office import open_drafts
        from elmeld_tui.office.drafts import load_draft

        draft = load_draft(office, kept.id)
        # Not one that is open in another terminal: its writer would lose it under her hands.
        open_drafts.discard(office, kept.id)
        return draft

    draft = await ask_office(app, task)
    if draft is not None:
        app.tell(t("Utkastet er forkastet. Trykk {key} for å hente det tilbake.", key=key_of("post.undo")))
    return draft


async def restore(app: ElmeldApp, draft: OpenDraft) -> bool:
    """Keep a draft again that was thrown away."""

    def task(office: Office) -> None:
        from dataclasses import replace

        from elmeld_tui.office.drafts import save_draft

        save_draft(office, replace(draft, id=None))

    if not await do(app, task):
        return False
    app.tell(t("Utkastet er tilbake."))
    return True
