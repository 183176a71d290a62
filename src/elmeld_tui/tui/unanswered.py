"""When the store does not answer, or the office refuses: the user is told, and the application goes on.

Screens read the store while handling a key, a message or a timer. At any exception there the framework ends the
program, or leaves part of the screen dead. But a full disk or an absent server is no fault of the program, and
somebody may be in the middle of writing. What could not be read is read again when the place next refreshes.

The framework has no public hook for this. What an application may override sees events alone (``on_event``), or is
called when the part's loop has already ended (``_handle_exception``); the messages that widgets send pass only
``_dispatch_message``. The framework's version is held to 8.2 (pyproject.toml), and `tests/tui/test_store_away.py`
fails if a new one changes this.
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
