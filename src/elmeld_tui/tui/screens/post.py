"""Post: the mailboxes, what lies in them, and the message that is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.people import CLINIC_MAILBOX, Actor, own_mailbox, team_mailbox
from elmeld_tui.office.possible import Deed, asks, why_not
from elmeld_tui.store.reading import Filter, Row
from elmeld_tui.store.rows import Draft
from elmeld_tui.tui.actions import Where, bindings, key_of
from elmeld_tui.tui.going import show_attachments, show_in_log
from elmeld_tui.tui.mailbox_tree import DRAFTS, FEEDBACK, INBOX, Branch, Mailbox, Spot, branch_line, label_of, tree
from elmeld_tui.tui.message_rows import draft_line, post_line
from elmeld_tui.tui.permission import refuse
from elmeld_tui.tui.screens import acts, begin
from elmeld_tui.tui.screens.reading import ReadingScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.lines import Line, SidesLine, Span, Tone
from elmeld_tui.tui.widgets.window_list import WindowList

_MESSAGES = frozenset(Kind) - {Kind.APPREC}
"""What a clinic reads; receipts are in the message log."""

_KEYS_OF_FOLDER: Mapping[str, frozenset[Deed]] = {
    INBOX: frozenset({Deed.SIGN_OFF, Deed.REPLY, Deed.FORWARD, Deed.DEVIATE, Deed.LINK_PATIENT}),
    "archive": frozenset({Deed.REPLY, Deed.DEVIATE, Deed.LINK_PATIENT}),
    "sent": frozenset({Deed.RECREATE, Deed.AGAIN, Deed.CHANGE, Deed.CANCEL}),
    FEEDBACK: frozenset({Deed.REPLY, Deed.FORWARD, Deed.DEVIATE, Deed.LINK_PATIENT}),
    DRAFTS: frozenset(),
}
"""Whose keys are shown in a folder: the same for every row in it, so that a move of the cursor repaints no keys."""

_EMPTY: Mapping[str, Callable[[], str]] = {
    INBOX: lambda: t("Ingen meldinger her. Det som er kvittert, ligger i Arkiv."),
    "sent": lambda: t("Ingenting er sendt. {key} begynner en ny melding.", key=key_of("everywhere.new_message")),
    "archive": lambda: t("Ingen meldinger her. Det du kvitterer, havner her."),
}


class PostScreen(ReadingScreen):
    """The postbox."""

    WHERE = Where.POST
    BINDINGS = bindings(Where.POST)
    CSS_PATH = resources.styles("post")
    AUTO_FOCUS = "#messages"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._spot = Spot("", INBOX)
        self._actor = Actor(None, session.user.name, session.user.full_name)
        self._folds: dict[Spot, bool] = {}
        self._types: dict[str, list[str]] = {}
        self._mailboxes: list[Mailbox] = []
        self._undo: list[Callable[[], Awaitable[bool]]] = []

    def compose_body(self) -> Iterable[Widget]:
        """Mailboxes at the left; the list and the open message beside them."""
        with Horizontal(id="body"):
            with Vertical(id="mailboxes"):
                yield WindowList(branch_line, identity=lambda branch: branch.spot, id="folders")
            with Vertical(id="beside"):
                with Vertical(id="list"):
                    yield SidesLine(id="title")
                    yield self.message_list()
                    yield WindowList(
                        lambda draft, width: draft_line(draft, width, self.session.clock()),
                        identity=lambda draft: draft.id,
                        empty=lambda: t(
                            "Ingen utkast. {key} begynner en ny melding.", key=key_of("everywhere.new_message")
                        ),
                        id="drafts",
                    )
                yield from self.open_parts()

    def line_of(self, row: Row, width: int) -> Line:
        """Return a message as a mailbox lists it."""
        return post_line(row, width, self.session.clock())

    def nothing(self) -> str:
        """What an empty folder says, and how something comes into it."""
        if self._mailbox is None:
            return t("Be en administrator om å gi deg tilgang.")
        said = _EMPTY.get(self._folder) if not self._words else None
        return said() if said is not None else super().nothing()

    @property
    def _folder(self) -> str:
        return self._spot.folder or INBOX

    @property
    def base(self) -> Filter:
        """What lies in the folder; Tilbakemelding is every message of the mailbox, wherever in it it lies."""
        mailbox, _, one = self._spot
        if self._folder != FEEDBACK:
            return Filter(mailbox=mailbox, folder=self._folder)
        # «Klinikken» has every message there is, also those that lie in no folder.
        posted = mailbox != CLINIC_MAILBOX
        if one:
            return Filter(mailbox=mailbox, posted=posted, communication_types=frozenset({one}))
        return Filter(mailbox=mailbox, posted=posted, kinds=_MESSAGES)

    @property
    def heading(self) -> str:
        """The folder's name; the mailbox's too where there are several."""
        name = label_of(self._spot)
        if self._mailbox is None:
            return t("Du er ikke bruker ved klinikken")
        return f"{self._mailbox.label} › {name}" if len(self._mailboxes) > 1 else name

    @property
    def title_note(self) -> str:
        """How many are unread; of what a search finds that is not counted."""
        mailbox = self._mailbox
        if mailbox is None or self._words:
            return super().title_note if mailbox else ""
        unread = mailbox.unread.get(self._folder, 0)
        if self._folder == FEEDBACK:
            unread = mailbox.types.get(self._spot.type, 0) if self._spot.type else sum(mailbox.unread.values())
        said = t(", {n} ulest", n=unread) if unread == 1 else t(", {n} uleste", n=unread)
        return (said if unread else "") + super().title_note

    def reload(self) -> None:
        """Read the counts, and the list that is open."""
        self._actor = self.session.reader.people.actor(self.session.user.name)
        if self._spot.mailbox not in self._actor.mailboxes:
            self._spot = self._first_spot()
        drafts = self.session.reader.drafts(self.session.user.name)
        self._mailboxes = [self._read_mailbox(key, len(drafts)) for key in self._actor.mailboxes]
        self._show_tree()
        self._drafts.show(drafts)
        super().reload()
        self.show_keys()

    def _first_spot(self) -> Spot:
        """Return where one begins: the first mailbox that has something in its inbox, else one's own."""
        keys = self._actor.mailboxes or ("",)
        counts = self.session.reader.counts
        return Spot(next((key for key in keys if INBOX in counts(key)), keys[0]), INBOX)

    @property
    def _mailbox(self) -> Mailbox | None:
        """The main mailbox one is in; none for a stranger."""
        return next((one for one in self._mailboxes if one.key == self._spot.mailbox), None)

    def _read_mailbox(self, key: str, drafts: int) -> Mailbox:
        reader = self.session.reader
        unread = {folder: number for folder, (_, number) in reader.counts(key).items()}
        types: dict[str, int] = {}
        if key == self._spot.mailbox:
            # What has come since the types were looked up is unread.
            new = reader.unread_types(key)
            known = self._types.setdefault(key, [*map(str, reader.types_in(key))])
            known += [one for one in new if one not in known]
            types = {one: new.get(one, 0) for one in known if one in _CATEGORIES}
        return Mailbox(key, _label(self._actor, key), unread, drafts, types)

    def _show_tree(self) -> None:
        folders = self.query_one("#folders", WindowList)
        room = folders.size.height or self.size.height
        branches = tree(self._mailboxes, current=self._spot, room=room, folds=self._folds)
        was_empty = not folders.rows
        folders.show(branches)
        if was_empty and branches:
            folders.move_to(next(i for i, branch in enumerate(branches) if branch.spot == self._spot))

    def on_resize(self) -> None:
        """Fold what no longer fits, and unfold what does."""
        if self._mailboxes:
            self._show_tree()

    def show_title(self) -> None:
        """Say what the list shows; drafts are counted apart, and a stranger has nothing that can be."""
        if self._mailbox is None:
            self.query_one("#title", SidesLine).tell((Span(f" {self.heading}", Tone.HEADING),))
        elif self._folder == DRAFTS:
            self.query_one("#title", SidesLine).tell(
                (Span(f" {self.heading}", Tone.HEADING), Span(f" · {len(self._drafts.rows)}"))
            )
        else:
            super().show_title()

    @property
    def _drafts(self) -> WindowList[Draft]:
        return self.query_one("#drafts", WindowList)

    @on(WindowList.Moved, "#folders")
    def _show_folder(self, event: WindowList.Moved) -> None:
        event.stop()
        spot: Spot = event.row.spot
        if spot == self._spot:
            return
        if spot.mailbox != self._spot.mailbox or spot.folder == FEEDBACK != self._spot.folder:
            self._types.pop(spot.mailbox, None)
        self._spot = spot
        self._words = ""
        self.close_message_quietly()
        self.set_class(self._folder == DRAFTS, "-drafts")
        self._seen_version = -1
        self.show_list(keep_cursor=False)
        self.look()

    @on(WindowList.Opened, "#folders")
    def _into_folder(self, event: WindowList.Opened) -> None:
        event.stop()
        branch: Branch = event.row
        if not branch.spot.folder:
            self._fold(branch, folded=branch.fold == "▾")
        else:
            (self._drafts if self._folder == DRAFTS else self.messages).focus()

    def _fold(self, branch: Branch, *, folded: bool) -> None:
        """Fold or unfold what belongs under a line of the tree."""
        if branch.fold.strip():
            self._folds[branch.spot] = folded
            self._show_tree()

    def action_next_pane(self) -> None:
        """Unfold the mailbox under the cursor, or show the pane to the right."""
        self._fold_or_turn(super().action_next_pane, folded=False)

    def action_previous_pane(self) -> None:
        """Fold the mailbox under the cursor, or show the pane to the left."""
        self._fold_or_turn(super().action_previous_pane, folded=True)

    def _fold_or_turn(self, turn: Callable[[], None], *, folded: bool) -> None:
        folders: WindowList[Branch] = self.query_one("#folders", WindowList)
        if folders.has_focus and folders.current is not None:
            self._fold(folders.current, folded=folded)
        else:
            turn()

    @on(WindowList.Opened, "#drafts")
    def _open_draft(self, event: WindowList.Opened) -> None:
        event.stop()
        draft: Draft = event.row
        self.app.write(begin.kept(draft.id))

    def show_keys(self) -> None:
        """Show the keys of what can be done: with the open message, else in this folder."""
        hidden = [] if self._opened or self._words else ["back"]
        if self._mailbox is None:
            hidden += ["search", "filter", "new_message"]
        if self._folder != DRAFTS or not self._drafts.rows:
            hidden.append("discard")
        of_folder = _KEYS_OF_FOLDER[self._folder] if self.messages.rows else frozenset[Deed]()
        for deed in Deed:
            idle = deed not in of_folder if self._opened is None else bool(self._why_not(deed, self._opened))
            if idle:
                hidden.append(str(deed))
        self.query_one(KeyBar).hide(hidden)

    def _why_not(self, deed: Deed, row: Row) -> str:
        return why_not(self.session.reader, self._actor, deed, row.id, self._spot.mailbox)

    def _may(self, deed: Deed) -> Row | None:
        """Return the message a deed is to be done with; None, and why is said, where it cannot be."""
        if (row := self.chosen_message()) is None:
            return None
        # Her access may have been taken since the place was read.
        self._actor = self.session.reader.people.actor(self.session.user.name)
        reason = self._why_not(deed, row)
        if reason:
            refuse(self.app, reason, asks(deed), row.id)
            return None
        return row

    @property
    def current(self) -> Row | None:
        """What an action is about: a message; a draft is none."""
        return None if self._folder == DRAFTS else super().current

    @work(exclusive=True, group="sign_off")
    async def action_sign_off(self) -> None:
        """Sign off the message: it has been seen, and goes to the archive."""
        if not self._read_first() and await self._sign_off():
            self._done()

    @work(exclusive=True, group="sign_off")
    async def action_sign_off_next(self) -> None:
        """Sign off the message, and open the next one of the list; after the last, go back to the list."""
        is_last = self.messages.cursor + 1 >= len(self.messages.rows)
        if self._read_first() or not await self._sign_off():
            return
        if is_last:
            self._done()
            return
        self.look()
        if (following := self.messages.current) is not None:
            self.open_message(following)

    def _read_first(self) -> bool:
        """Open a message that nobody has read instead of signing it off: whoever signs off says that she has seen it."""
        row = self.current
        is_open = row is not None and self._opened is not None and self._opened.id == row.id
        if row is None or not row.unread or is_open or self._may(Deed.SIGN_OFF) is None:
            return False
        self.open_message(row)
        self.app.tell(t("Meldingen er ikke lest før. Trykk én gang til for å kvittere."))
        return True

    async def _sign_off(self) -> bool:
        row = self._may(Deed.SIGN_OFF)
        if row is None or not await acts.sign_off(self.app, row):
            return False
        self._undo.append(lambda: self._bring_back(row))
        return True

    async def _bring_back(self, row: Row) -> bool:
        """Take a signing off back, and go to the message where it lies again; what is open stays open."""
        if not await acts.undo_sign_off(self.app, row):
            return False
        self.look()
        # The list may be of another folder than the one it lies in again, or narrowed to what it is not among.
        from_it = self.session.reader.older(self.chosen, row.id + 1, 1)
        if self._opened is None and from_it and from_it[0].id == row.id:
            self.messages.move_to(self.place_of(row))
        return True

    @work(exclusive=True, group="sign_off")
    async def action_undo(self) -> None:
        """Take back the last signing off or draft thrown away that is not taken back yet."""
        if not self._undo:
            self.app.not_here(t("Det er ingenting å angre."))
        elif await self._undo[-1]():
            self._undo.pop()
            self.look()

    def action_reply(self) -> None:
        """Answer the message in the form that fits it."""
        if (row := self._may(Deed.REPLY)) is not None:
            self.app.write(begin.reply(row.id))

    def action_deviate(self) -> None:
        """Tell the sender what is wrong with the message."""
        if (row := self._may(Deed.DEVIATE)) is not None:
            self.app.write(begin.deviation(row.id))

    @work(name=OPENS, exclusive=True, group="forward")
    async def action_forward(self) -> None:
        """Hand the message over; whoever forwards it has it no longer."""
        row = self._may(Deed.FORWARD)
        if row is not None and (name := await acts.forward(self.app, row, self._spot.mailbox)):
            self._undo.append(lambda: acts.leave_forwarded(self.app, name))
            self._done()

    def action_change(self) -> None:
        """Send the document anew, changed."""
        if (row := self._may(Deed.CHANGE)) is not None:
            self.app.write(begin.follow_up(row.id, "M"))

    @work(name=OPENS, exclusive=True, group="cancel")
    async def action_cancel(self) -> None:
        """Ask once, and cancel the document at everyone who got it."""
        if (row := self._may(Deed.CANCEL)) is not None and await acts.cancel(self.app, row):
            self.look()

    @work(name=OPENS, exclusive=True, group="recreate")
    async def action_recreate(self) -> None:
        """Explain what went wrong, and make a new message of it."""
        if (row := self._may(Deed.RECREATE)) is not None:
            await acts.recreate(self.app, row)

    @work(name=OPENS, exclusive=True, group="again")
    async def action_again(self) -> None:
        """Have it tried now, or sent again."""
        if (row := self._may(Deed.AGAIN)) is not None and await acts.again(self.app, row):
            self.look()

    @work(name=OPENS, exclusive=True, group="link_patient")
    async def action_link_patient(self) -> None:
        """Say whose the message is."""
        if (row := self._may(Deed.LINK_PATIENT)) is not None and await acts.link_patient(self.app, row):
            self.look()

    @work(exclusive=True, group="discard")
    async def action_discard(self) -> None:
        """Throw away the draft under the cursor; it can be had back."""
        draft = self._drafts.current if self._folder == DRAFTS else None
        if draft is None:
            self.app.not_here(t("Bare utkast kan forkastes, og ingen er valgt."))
        elif (discarded := await acts.discard(self.app, draft)) is not None:
            self._undo.append(lambda: acts.restore(self.app, discarded))
            self.look()

    def _done(self) -> None:
        """Go back to the list when what was open has been dealt with."""
        if self._opened is not None:
            self.close_message()
        self.look()

    def action_attachments(self) -> None:
        """Show what is attached to this message."""
        if (row := self._may(Deed.ATTACHMENTS)) is not None:
            show_attachments(self.app, row)

    def action_in_log(self) -> None:
        """Show this message in the message log."""
        if (row := self.chosen_message()) is not None:
            show_in_log(self.app, row)


def _label(actor: Actor, key: str) -> str:
    """Return what a main mailbox is called."""
    names = {team_mailbox(team.id): team.name for team in actor.teams}
    if actor.id is not None:
        names[own_mailbox(actor.id)] = t("Min post")
    return names.get(key) or t("Klinikken")


_CATEGORIES = frozenset(CommunicationType) - {CommunicationType.RECEIPT}
"""What Tilbakemelding is divided into; receipts are in the message log."""
