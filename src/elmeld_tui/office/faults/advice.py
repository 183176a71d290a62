"""What one kind of failure means, and what a person does about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from elmeld_tui.engine.remedies import Act

Words = Callable[[], str]
"""A text in the user's language, asked for when it is shown."""


class Advice(NamedTuple):
    """One way of failing.

    Attributes:
        happened: what it means.
        now: what to do.
        acts: which of the five acts may mend it, the best first.
    """

    happened: Words
    now: Words
    acts: tuple[Act, ...] = ()
