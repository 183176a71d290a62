"""Everything that makes up one simulated Helsenett."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from elmeld_tui.model.clock import Clock
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.captures import Captures
from elmeld_tui.simulator.odd_keys import OddKeys
from elmeld_tui.simulator.register import Register
from elmeld_tui.simulator.store import Store
from elmeld_tui.transport.port import Transport


@dataclass(frozen=True, slots=True)
class Helsenett:
    """One simulated Helsenett.

    Attributes:
        store: what it keeps.
        register: who is where.
        keys: of each partner, by its name.
        captures: where bodies are kept as they were.
        transport: how partners' own messages leave.
        clock: the present.
        odd_keys: what partners sign with when they are told to sign wrongly.
        post_changed: set when there is something new to deliver.
        closing: set when the simulator ends.
    """

    store: Store
    register: Register
    keys: dict[str, CompanyKeys]
    captures: Captures
    transport: Transport
    clock: Clock
    odd_keys: OddKeys = field(default_factory=OddKeys)
    post_changed: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
