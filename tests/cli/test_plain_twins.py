"""What a screen shows, a command says as lines: for who hears the screen read, or has no screen to draw on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.office.conftest import CLINIC
from tests.snapshots.screens import SCREENS, way_to
from tests.tui.conftest import WIDE, app, office, rest, session
from textual.pilot import Pilot

from elmeld_tui.cli import main
from elmeld_tui.office.clinic import Office
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.widgets.lines import Tone, Toned
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList

__all__ = ["app", "office", "session"]

TWINS: dict[str, tuple[str, ...]] = {
    "post": ("post",),
    "post_sent": ("post", "--folder", "sendt"),
    "post_open": ("show", "ID"),
    "log": ("log",),
    "log_open": ("log", "ID"),
    "log_xml": ("show", "ID", "--format", "xml"),
    "log_checks": ("log", "ID", "--checks"),
    "log_thread": ("log", "ID", "--thread"),
    "log_statistics": ("log", "--stats"),
    "post_timeline": ("log", "ID"),
    "alerts": ("alert", "list"),
    "alert_expires": ("alert", "show", "ID"),
    "alert_message": ("alert", "show", "ID"),
    "attachment_pdf": ("show", "ID", "--attachment", "1"),
    "help": ("keys",),
}
"""The command that says what a screen shows; ID is the number of the message that is open."""

SAID_OTHERWISE = {
    "alert_handled": "elmeld alert handle NR --reason",
    "attachments": "elmeld show ID lists them, with what is known of each",
    "attachment_problem": "elmeld show ID says it under the attachment",
    "attachment_picture": "elmeld show ID --attachments saves it for a program that can describe it",
    "attachment_save": "elmeld show ID --attachments DIR",
    "post_mailboxes": "elmeld post --mailbox names one; a mistaken name is told of",
    "post_thread": "elmeld log --json has the links between messages",
    "post_forward": "elmeld forward",
    "post_whose": "elmeld patient list finds whom it may be about",
    "patients": "elmeld patient list",
    "patient_post": "elmeld patient post NR",
    "patient_message": "elmeld show ID",
    "patient_results": "elmeld patient results NR",
    "patient_analysis": "elmeld patient results has every value",
    "patient_unanswered": "elmeld patient post NR ubesvart",
    "search_line": "elmeld post and elmeld log take the same words",
    "filter_dialog": "elmeld post and elmeld log take the same words",
    "filtered": "elmeld post and elmeld log take the same words",
    "locked": "a command ends when it has answered, and leaves nothing to lock",
    "unlock_code": "elmeld user unlock-code",
    "addresses": "elmeld address WORDS",
    "address": "elmeld address --show HER-ID",
    "clinic_setup": "elmeld doctor --setup",
    "clinic_people": "elmeld user list",
    "clinic_person": "elmeld user change",
    "clinic_access": "elmeld user grant and revoke, elmeld ssh-keys",
    "clinic_key_ways": "elmeld keys lists them; the user's keymap.toml changes them",
    "find_recipient": "elmeld address WORDS",
    "find_patient": "elmeld patient list WORDS",
    "find_code": "elmeld code search LIST WORDS",
    "find_text": "elmeld shortcut list",
    "shortcuts": "elmeld shortcut list",
    "shortcuts_none": "elmeld shortcut add",
    "enclose": "elmeld compose --answers, whose attachments are files",
    "quote": "elmeld patient results NR",
    "new_patient": "elmeld compose takes in the patient of its answers",
    "unsent": "elmeld draft list",
    "draft_locked": "elmeld draft list says where a draft is open",
    "composer_group": "elmeld compose FORM --example has the groups",
    "composer_missing": "elmeld compose names every field that is missing",
    "composer_wrong": "elmeld compose names every answer that cannot be",
    "form_referral-2.0": "elmeld compose FORM --example and --answers",
    "read_referral-2.0": "elmeld show ID",
    "post_reply": "elmeld compose FORM --answers",
    "post_deviation": "elmeld compose FORM --answers",
    "post_explained": "elmeld log ID, then elmeld recreate ID",
    "post_refused": "every command tells why not, on one line",
    "post_long": "elmeld post",
    "patients_none": "elmeld patient list says that nobody fits",
    "search_wrong": "elmeld post tells what it cannot understand",
    "palette_none": "elmeld keys",
    "engine_stopped": "elmeld doctor",
    "no_user": "every command tells a stranger who can let her in",
    "palette": "elmeld keys",
    "jump": "a way about the screen, which lines have no need of",
    "themes": "elmeld config show, and --theme",
    "new_message": "elmeld compose with an unknown form names them all",
    "composer": "elmeld compose FORM --example and --answers",
    "preview": "elmeld compose FORM --answers FILE, then elmeld show FILE",
}
"""Questions and forms: the command is another way to the same, and not a list of the same words."""

UNSAID = {"log": {"Ørjan", "Åsen"}, "alerts": {"Ørjan", "Åsen"}}
"""What a command leaves out: the log is also for support, who shall not know whom a message is about."""

_CODE = re.compile(r"  \(\S+\)$")
"""The code behind a value; the command has them all in a table at the end, or in its JSON."""

_WORD = re.compile(r"[^\W\d_]{4,}")


def test_every_screen_has_a_command() -> None:
    assert set(SCREENS) - set(TWINS) - set(SAID_OTHERWISE) == set()
    assert not set(TWINS) & set(SAID_OTHERWISE)


@pytest.mark.parametrize("name", TWINS)
async def test_a_command_says_what_the_screen_shows(
    name: str,
    office: Office,
    app: ElmeldApp,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("elmeld_tui.model.clock.now", app.session.clock)
    monkeypatch.setattr("elmeld_tui.cli.show.login", lambda: "lege")
    monkeypatch.setattr("elmeld_tui.office.clinic.login", lambda: "lege")
    monkeypatch.setattr("elmeld_tui.cli.opening.login", lambda: "lege")
    first, acts = way_to(name)
    first.arrange(office)
    write_clinic(office.data_dir, CLINIC)
    async with app.run_test(size=WIDE) as pilot:
        await rest(pilot)
        for act in acts:
            await act(pilot)
        wanted = set(words_shown(pilot))
        opened = getattr(pilot.app.screen_stack[0], "_opened", None)
    command = [str(opened.id) if word == "ID" and opened else word for word in TWINS[name]]
    assert main([*command, "--plain", "--data-dir", str(office.data_dir)]) == 0
    said = set(_WORD.findall(capsys.readouterr().out))
    assert wanted
    assert wanted - said == UNSAID.get(name, set())


def words_shown(pilot: Pilot[None]) -> Iterator[str]:
    """Yield the words of the list or text that has the focus, or that stands under the line one types in."""
    focused, lists = pilot.app.focused, pilot.app.screen.query(WindowList).exclude("#folders")
    looked_at = [focused] if isinstance(focused, Toned) and focused.id != "folders" else lists
    for widget in looked_at:
        if isinstance(widget, Paper):
            for row in widget.lines:
                text = "".join(span.text for span in row if span.tone is not Tone.HEADING)
                yield from _WORD.findall(_CODE.sub("", text))
        elif isinstance(widget, WindowList) and widget.size.height:
            for row in widget.rows:
                yield from _WORD.findall("".join(span.text for span in widget._draw(row, 300)))
