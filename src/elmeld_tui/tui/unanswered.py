"""Where the store does not answer, or the office says no: the user is told, and the application goes on.

Screens read the store in the middle of what a key, a message or a timer has set going. At any exception there the
framework ends the program, or leaves the part of the screen dead that it came to. But a full disk or a server that is
away is no fault of the program, and somebody may be in the middle of writing. What could not be read is read again at
the place's next look.

The framework has no public way to do this. What an application may override sees events alone (``on_event``), or comes
when the part's loop has ended already (``_handle_exception``); the messages that widgets send pass ``_dispatch_message``
and nothing else. Its version is held to 8.2 (pyproject.toml), and `tests/tui/test_store_away.py` tells if one changes it.
"""

from __future__ import annotations

from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import WorkerFailed

from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.errors import StoreError

_framework_dispatch = MessagePump._dispatch_message  # noqa: SLF001 - the one way that every message goes


def install() -> None:
    """Let no part of a screen end by an answer that is for the user. Safe to call again."""
    MessagePump._dispatch_message = _dispatch  # type: ignore[assignment, method-assign]  # noqa: SLF001


async def _dispatch(pump: MessagePump, message: Message) -> None:
    from elmeld_tui.tui.application import ElmeldApp

    try:
        await _framework_dispatch(pump, message)
    except (StoreError, OfficeError) as error:
        if not isinstance(pump.app, ElmeldApp):
            raise
        pump.app.could_not(str(error))


def told_to_user(error: Exception) -> str:
    """Return what an exception that reached the application says to the user; empty where it is the program's fault."""
    cause = error.error if isinstance(error, WorkerFailed) else error
    return str(cause) if isinstance(cause, StoreError | OfficeError) else ""
