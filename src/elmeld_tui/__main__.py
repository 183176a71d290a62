"""``python -m elmeld_tui`` is ``elmeld``."""

from elmeld_tui.cli import main

raise SystemExit(main())
