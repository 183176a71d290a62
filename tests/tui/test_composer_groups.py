"""Questions that are answered several times, and what a message may have besides: copies, attachments, a change."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from elmeld_tui.messages import document, order
from elmeld_tui.office.clinic import Office
from elmeld_tui.store.reading import Filter
from elmeld_tui.tui.screens.composer import ComposerScreen
from elmeld_tui.tui.widgets.choices import ChoiceField
from elmeld_tui.tui.widgets.fields import FormRow
from tests.tui.composing import begin, group, search, to_field, to_line, write_order
from tests.tui.conftest import NARROW, WIDE, OpenApp, come_true, press, rest, shown, told, until, write


async def test_an_order_with_two_investigations_is_written_by_keyboard_and_sent(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(NARROW) as pilot:
        await write_order(pilot)
        await to_line(pilot, group(pilot, "investigations"), "add")
        await press(pilot, "enter")
        await to_field(pilot, "text", member=1, of="investigations")
        await write(pilot, "Kobber")
        await press(pilot, "f9")
        await until(pilot, "Send nå")
        await press(pilot, "enter")
        await until(pilot, "lagt i kø")
    (row, *_) = office.reader.page(Filter(folder="sent"), 0)
    raw = office.reader.part(row.id, "document")
    assert raw is not None
    asked = order.parse(document.read(raw))
    texts = [one.code.original_text for request in asked.requests for one in request.investigations]
    assert texts == ["Sink", "Kobber"]


async def test_a_member_is_taken_away_and_the_others_stay(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await write_order(pilot)
        row = group(pilot, "investigations")
        await to_line(pilot, row, "add")
        await press(pilot, "enter")
        await to_field(pilot, "text", member=1, of="investigations")
        await write(pilot, "Kobber")
        assert [one["text"] for one in row.answer] == ["Sink", "Kobber"]
        for _ in range(200):
            focused = pilot.app.focused
            if focused is not None and focused.id == "remove" and focused.parent is row.members[0]:
                break
            await press(pilot, "shift+tab")
        await press(pilot, "enter")
        await until(pilot, "Undersøkelse 2", there=False)
        assert [one["text"] for one in row.answer] == ["Kobber"]


async def test_a_problem_in_a_group_stands_beside_its_own_field(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await write_order(pilot)
        await to_field(pilot, "time", of="samples")
        await press(pilot, *["backspace"] * 16)
        await write(pilot, "i går")
        await press(pilot, "f9")
        await until(pilot, "Skriv tidspunktet som")
        focused = pilot.app.focused
        assert focused is not None
        assert any(isinstance(one, FormRow) and one.asked == "time" for one in focused.ancestors_with_self)
    assert office.reader.count(Filter(folder="sent")) == 2


async def test_groups_come_back_with_a_draft(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await write_order(pilot)
        await press(pilot, "f8")
        await until(pilot, "Utkastet er lagret")
        await press(pilot, "escape")
        (draft,) = office.reader.drafts(office.user.name)
        assert [one["text"] for one in draft.answers["investigations"]] == ["Sink"]
        pilot.app.write(_kept(draft.id))  # type: ignore[attr-defined]
        await until(pilot, "Laboratorierekvisisjon")
        await until(pilot, "Sink")
        assert group(pilot, "investigations").answer[0]["text"] == "Sink"
        assert group(pilot, "samples").answer[0]["time"] == "2026-11-20T08:15"
        assert "ikke lagret" not in shown(pilot)


def _kept(draft_id: int):
    from elmeld_tui.tui.screens.begin import kept

    return kept(draft_id)


async def in_sent(pilot: Pilot[None]) -> None:
    """Go to Sendt, with the cursor on the newest message."""
    await press(pilot, "shift+tab", "end", "up", "tab")
    await until(pilot, "Sendt ·")


async def send_treatment_note(pilot: Pilot[None]) -> None:
    await begin(pilot, "behandlingsnotat")
    await search(pilot, "åsen")
    await search(pilot, "kirurgisk")
    await to_field(pilot, "contact_date")
    await write(pilot, "2026-11-20")
    await to_field(pilot, "main_diagnosis")
    await search(pilot, "T90")
    await to_field(pilot, "text")
    await write(pilot, "Kontroll i dag")
    await press(pilot, "f9")
    await until(pilot, "Send nå")
    await press(pilot, "enter")
    await until(pilot, "lagt i kø")


async def test_a_sent_document_is_changed_and_then_cancelled_by_key(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await send_treatment_note(pilot)
        await in_sent(pilot)
        await press(pilot, "e")
        await until(pilot, "Endring · Behandlingsnotat")
        assert "Kontroll i dag" in shown(pilot)
        await press(pilot, "f9")
        await until(pilot, "Send nå")
        await press(pilot, "enter")
        await until(pilot, "lagt i kø")
        await press(pilot, "x")
        await until(pilot, "kan ikke angres")
        await press(pilot, "down", "enter")
        await until(pilot, "Kanselleringen er lagt i kø")
    documents = [
        document.read(office.reader.part(row.id, "document") or b"").header
        for row in office.reader.page(Filter(folder="sent"), 0)
        if row.kind == "discharge_summary"
    ]
    assert [header.service_type for header in documents] == ["C", "M", "N"]
    assert len({header.document_id for header in documents}) == 1
    assert len({header.msg_id for header in documents}) == 3


async def test_a_deviation_is_reported_on_what_came(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "a")
        await until(pilot, "Avvik")
        await to_field(pilot, "text")
        await write(pilot, "Svaret gjelder en annen prøve")
        await press(pilot, "f9")
        await until(pilot, "Send nå")
        await press(pilot, "enter")
        await until(pilot, "lagt i kø")
    (row, *_) = office.reader.page(Filter(folder="sent"), 0)
    assert row.type_code == "DIALOG_AVVIK"


async def test_all_of_a_long_choice_is_seen_at_eighty_columns(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "mr")
        await to_field(pilot, "permission")
        await press(pilot, "right")
        await come_true(pilot, lambda: "medisinsk indisert." in " ".join(shown(pilot).split()), "the whole choice")
        await until(pilot, "← → velger")


async def test_what_is_kept_while_the_form_is_closed_ends_nothing(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await begin(pilot, "labo")
        composer = pilot.app.screen
        assert isinstance(composer, ComposerScreen)
        written = composer.fields.written
        await group(pilot, "samples").query_one("#members").remove()
        composer._now_saved(written)
        # Nothing that is half gone shall be saved either.
        composer.reading = True


async def test_a_sentence_written_where_one_chooses_chooses_nothing_and_is_told(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "henvisning")
        await to_field(pilot, "urgency")
        field = pilot.app.focused
        assert isinstance(field, ChoiceField)
        before = field.answer
        await write(pilot, "Ber om snarlig time")
        assert "Her kan det ikke skrives." in told(pilot)
        assert field.answer == before
        pilot.app.post_message(events.Paste("Ber om snarlig time"))
        await rest(pilot)
        assert field.answer == before


async def test_a_sentence_written_on_the_line_that_takes_a_member_away_takes_nothing_away(
    open_app: OpenApp,
) -> None:
    async with open_app(WIDE) as pilot:
        await write_order(pilot)
        row = group(pilot, "investigations")
        await to_line(pilot, row, "add")
        await write(pilot, "Kobber og sink")
        await press(pilot, "enter")
        assert len(row.members) == 1
        assert "Her kan det ikke skrives." in told(pilot)
