"""How far our clock is from those of the partners that answer us at once.

A signal carries the time at which it was made (eb:Timestamp). When it comes as the response to our request, that time
is now. One partner's clock may be wrong; when several agree that ours is, ours is.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from elmeld_tui.model.clock import parse_envelope_time

_TIMESTAMP = re.compile(rb"Timestamp>\s*([0-9T:.Z+-]{19,40})\s*<")
_WITNESSES = 2
_REMEMBERED = 100


@dataclass(slots=True)
class Offsets:
    """What each address said last."""

    _by_address: OrderedDict[str, timedelta] = field(default_factory=OrderedDict)

    def note(self, address: str, signal: bytes, now: datetime) -> None:
        """Note the time in a signal that was made for what has just been sent, and came at ``now``."""
        found = _TIMESTAMP.search(signal)
        if found is None:
            return
        try:
            offset = parse_envelope_time(found[1].decode()) - now
        except ValueError:
            return
        self._by_address[address] = offset
        self._by_address.move_to_end(address)
        while len(self._by_address) > _REMEMBERED:
            self._by_address.popitem(last=False)

    def agreed(self) -> timedelta | None:
        """Return how far the partners' clocks are ahead of ours; None where too few have answered."""
        known = list(self._by_address.values())
        if len(known) < _WITNESSES:
            return None
        return timedelta(seconds=median(offset.total_seconds() for offset in known))
