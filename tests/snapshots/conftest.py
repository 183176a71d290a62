"""The same clinic as the other screen tests have."""

from tests.tui.conftest import app, office, open_app, session

__all__ = ["app", "office", "open_app", "session"]
