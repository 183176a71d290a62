"""The lines at the top and bottom of every screen: the name of the clinic, and the keys that work here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.geometry import Size

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import Where, actions
from elmeld_tui.tui.key_names import key_word
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, key_line, line_width, one_line, sides

PLACES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("post", lambda: t("Post")),
    ("patient", lambda: t("Pasient")),
    ("log", lambda: t("Meldingslogg")),
    ("alerts", lambda: t("Varsler")),
    ("addresses", lambda: t("Adresser")),
    ("clinic", lambda: t("Klinikk")),
)


class TopBar(Lines):
    """Two lines: clinic, user and what needs attention; then the places, the present one marked."""

    def __init__(self, place: str) -> None:
        super().__init__((), (), id="top")
        self._place = place
        self._alerts = 0
        self._left: Line = ()
        self._right: Line = ()

    def tell(self, clinic: str, user: str, alerts: int, line_state: str, *, line_works: bool) -> None:
        """Show whose session this is and how things are.

        Args:
            clinic: its name.
            user: name and role.
            alerts: how many open alerts.
            line_state: a few words on the engine and the line.
            line_works: whether that is as it should be.
        """
        warning = (
            Span(
                t(" ! {n} varsel ", n=alerts) if alerts == 1 else t(" ! {n} varsler ", n=alerts),
                Tone.TROUBLE,
                "app.place('alerts')",
            )
            if alerts
            else Span("")
        )
        self._alerts = alerts
        self._left = (Span(" elmeld ", Tone.STRONG), Span(f" {one_line(clinic)}  "))
        state = Span(f" {line_state} ", Tone.PLAIN if line_works else Tone.TROUBLE)
        self._right = (Span(f" {one_line(user)} ", Tone.MUTED), warning, state)
        self._draw()

    def on_resize(self) -> None:
        """Set the two sides anew."""
        self._draw()

    def _draw(self) -> None:
        self.show(sides(self._left, self._right, self.size.width), self._places())

    def _places(self) -> Line:
        """Return the places, with the keys of as many of them as there is room for."""
        names = [Span(f" {self._named(name, label())} ", *self._looks(name)) for name, label in PLACES]
        told = [_place_key(name) for name, _ in PLACES]
        keys = [Span(key, Tone.MUTED) for key in (*told[:-1], told[-1].rstrip())]
        room = self.size.width - line_width(tuple(names))
        spans: list[Span] = []
        for name, key in zip(names, keys, strict=True):
            room -= line_width((key,))
            spans += [name, key] if room >= 0 else [name]
        return tuple(spans)

    def _named(self, name: str, label: str) -> str:
        return f"{label} {self._alerts}" if name == "alerts" and self._alerts else label

    def _looks(self, name: str) -> tuple[Tone, str]:
        return Tone.CHOSEN if name == self._place else Tone.PLAIN, f"app.place('{name}')"

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - the framework's
        """Fill the line, whatever is on it."""
        return container.width


class KeyBar(Lines):
    """One line: the keys of the place, as many as there is room for; help always."""

    def __init__(self, *places: Where) -> None:
        super().__init__((), id="keys")
        self._places = places
        self._hidden: frozenset[str] = frozenset()
        self._words: Mapping[str, str] = {}

    def hide(self, names: Sequence[str], words: Mapping[str, str] | None = None) -> None:
        """Leave out some actions.

        Args:
            names: those that have nothing to work on now.
            words: what others do to what is chosen now, by their names, where their usual word does not say it.
        """
        now = frozenset(names), words or {}
        if (self._hidden, self._words) != now:
            self._hidden, self._words = now
            self.on_resize()

    def on_resize(self) -> None:
        """Choose what there is room for."""
        keys = [
            (
                key_word(action.keys[0]),
                self._words.get(action.name) or action.label(),
                _click(action.name, action.where),
            )
            for action in actions(*self._places, Where.EVERYWHERE)
            if action.in_footer and action.keys and action.name not in self._hidden
        ]
        self.show(key_line(keys, self.size.width))

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - the framework's
        """Fill the line, whatever is on it."""
        return container.width


def _place_key(name: str) -> str:
    """Return the plain key of a place, as the line of places says it: one without alt, where there is one."""
    action = next(action for action in actions(Where.EVERYWHERE) if action.name == f"place('{name}')")
    keys = [key for key in action.keys if not key.startswith("alt+")] or [*action.keys]
    return f"{key_word(keys[0])} " if keys else ""


def _click(name: str, where: Where) -> str:
    return f"app.{name}" if where is Where.EVERYWHERE else f"screen.{name}"
