"""The same clinic as the other screen tests have."""

from tests.tui.conftest import app, office, session

__all__ = ["app", "office", "session"]
