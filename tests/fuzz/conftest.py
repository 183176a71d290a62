"""The clinic and the application of the terminal's tests, and the line to a terminal."""

from __future__ import annotations

from tests.fuzz.wire import wire
from tests.snapshots.conftest import app, office, open_app, session, usual_office

__all__ = ["app", "office", "open_app", "session", "usual_office", "wire"]
