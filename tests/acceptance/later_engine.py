"""Runs the engine by a clock that stands as much later as a file says: ``python later_engine.py DATA_DIR FILE``."""

from __future__ import annotations

import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

from elmeld_tui.engine import service
from elmeld_tui.engine.stopping import stop_on_signals
from elmeld_tui.model import clock


def main(data_dir: str, file: str) -> None:
    """Run until SIGTERM."""
    stop = threading.Event()
    stop_on_signals(stop)

    def later() -> datetime:
        return clock.now() + timedelta(minutes=float(Path(file).read_text(encoding="ascii") or 0))

    service.run(Path(data_dir), clock=later, stop=stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
