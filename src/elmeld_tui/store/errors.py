"""The error that says the store cannot be used. Read by every command: imports nothing heavy."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot be opened, or does not answer now; the text says why and what to do."""


class NoStoreError(Exception):
    """There is no store to read; the text says where it was looked for."""


def without_values(error: BaseException) -> BaseException:
    """Return a driver's error without what a server tells in detail: it quotes the row, which is what a message says."""
    brief = getattr(getattr(error, "diag", None), "message_primary", None)
    if brief is not None:
        error.args = (brief,)
    return error
