"""Saving what one composer holds: soon, in the order it was written, and never over what somebody else wrote.

Everything here that touches the store runs on the session's thread for drafts, one task at a time, so that each task
sees the id and version that the one before it left; also the last one, when the line has dropped.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from elmeld_tui.tui.session import Session

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.drafts import Draft


class Keeper:
    """Keeps one draft.

    Args:
        session: who writes.
        draft: as it is opened; with an id where it is stored already.
        kept: whether what is saved lies among the drafts, or is only a copy to recover from.

    Attributes:
        draft: as it was saved last, with its id and version.
        kept: as above; may be set, and holds from the next time it is saved.
        apart_from: the draft that was taken over, changed or gone meanwhile, where what is written here is now saved
            as a copy beside it; else None.
    """

    def __init__(self, session: Session, draft: Draft, *, kept: bool) -> None:
        self.session = session
        self.draft = draft
        self.kept = kept
        self.apart_from: int | None = None

    def says(self, written: Draft) -> bool:
        """Return whether what is saved is ``written``, and lies where it shall."""
        return self.as_saved(written) == self.draft

    async def save(self, written: Draft) -> None:
        """Save what is written.

        Raises:
            DraftMovedError: the draft is another by now; what is written is saved as a copy beside it.
            OfficeError: the store cannot be used now.
        """
        await asyncio.shield(asyncio.wrap_future(self._submit(written)))

    def save_at_once(self, written: Draft, patience: float) -> None:
        """Save what is written before this returns, for a program that ends.

        Raises:
            DraftMovedError: the draft is another by now; what is written is saved as a copy beside it.
            OfficeError: the store cannot be used now.
            TimeoutError: it took longer than ``patience`` seconds.
        """
        self._submit(written).result(patience)

    def _submit(self, written: Draft) -> Future[None]:
        return self.session.keep(lambda office: self._save(office, written))

    def _save(self, office: Office, written: Draft) -> None:
        from elmeld_tui.office.drafts import DraftMovedError, save_draft
        from elmeld_tui.office.open_drafts import copy_of
        from elmeld_tui.office.terminals import new_opening

        if self.says(written) and self.draft.id is not None:
            return
        new = self.as_saved(written)
        try:
            self.draft = save_draft(office, new)
        except DraftMovedError:
            self.apart_from = new.id
            opening = new_opening(office.user.name, office.clock())
            self.draft, self.kept = save_draft(office, replace(copy_of(new), terminal=opening)), False
            raise

    def as_saved(self, written: Draft) -> Draft:
        """Return what is written as the version after the one that is saved."""
        known = self.draft
        return replace(written, id=known.id, version=known.version, terminal=known.terminal, kept=self.kept)

    async def renew(self) -> None:
        """Say that the draft is still open here."""
        from elmeld_tui.office.open_drafts import renew

        await asyncio.wrap_future(self.session.keep(lambda office: renew(office, self.draft)))

    async def close(self) -> None:
        """Say that the draft is no longer open here."""
        from elmeld_tui.office.open_drafts import close

        await asyncio.wrap_future(self.session.keep(lambda office: close(office, self.draft)))

    async def discard(self) -> None:
        """Throw away what is saved."""
        from elmeld_tui.office.drafts import discard_draft

        await asyncio.wrap_future(self.session.keep(lambda office: discard_draft(office, self.draft)))
