"""A place with a list, and room for the item that is open."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from elmeld_tui.tui.screens.place import PlaceScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList

Item = TypeVar("Item")


class BesideScreen(PlaceScreen, Generic[Item]):
    """A list and what is open of it; the style sheet gives the open one room while ``-reading``."""

    LIST: ClassVar[str]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._opened: Item | None = None

    @property
    def listed(self) -> WindowList[Item]:
        """The list."""
        return self.query_one(self.LIST, WindowList)

    @property
    def paper(self) -> Paper:
        """Where the open one is read."""
        return self.query_one("#paper", Paper)

    @property
    def current(self) -> Item | None:
        """What an action is about: the open one while it is being read, else the one under the cursor."""
        return self._opened if self.paper.has_focus and self._opened is not None else self.listed.current

    def show_keys(self) -> None:
        """Show the keys that can do something with what is chosen."""

    def reading(self, item: Item) -> None:
        """Give the open one its room, and the keys to it."""
        self._opened = item
        self.add_class("-reading")
        self.paper.focus()
        self.show_keys()

    def close_message(self) -> None:
        """Give the list its room back."""
        self._opened = None
        self.remove_class("-reading", "-zoomed")
        self.listed.focus()
        self.show_keys()
