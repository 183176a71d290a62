"""The framework's terminal driver, asking the terminal for no more than this program uses.

The framework asks for every movement of the mouse, which over a slow line is a stream of useless bytes: nothing here
changes under a mouse that only passes. Clicks, the wheel and dragging with a button down are enough. The mouse can
also be released while the program runs, so that the terminal's own selection and copying work.
"""

from __future__ import annotations

import os

from textual.drivers.linux_driver import LinuxDriver

_CLICKS, _DRAGS, _DECIMAL = 1000, 1002, 1006
"""The modes of xterm's mouse reports (ctlseqs, "Mouse Tracking")."""


def in_browser() -> bool:
    """Whether a browser shows what is drawn: then the framework's own way there is the one (`elmeld serve`)."""
    return "web_driver" in os.environ.get("TEXTUAL_DRIVER", "")


class TerminalDriver(LinuxDriver):
    """A terminal whose mouse can be taken and let go."""

    @property
    def has_mouse(self) -> bool:
        """Whether the terminal tells of the mouse."""
        return self._mouse

    def use_mouse(self, *, on: bool) -> None:
        """Ask the terminal to tell of the mouse, or to keep it to itself."""
        if on == self._mouse:
            return
        if on:
            self._mouse = True
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
            self._mouse = False

    def _enable_mouse_support(self) -> None:
        self._set_modes("h")

    def _disable_mouse_support(self) -> None:
        self._set_modes("l")

    def _set_modes(self, switch: str) -> None:
        if self._mouse:
            self.write("".join(f"\x1b[?{mode}{switch}" for mode in (_CLICKS, _DRAGS, _DECIMAL)))
            self.flush()

    def _sigtstp_application(self, *args: object) -> None:
        """Save what is being written before the program is stopped; it may never be let go on."""
        from elmeld_tui.tui.application import ElmeldApp

        if isinstance(self._app, ElmeldApp):
            self._app.save_everything()
        super()._sigtstp_application(*args)
