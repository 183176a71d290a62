"""Partial indexes, in both databases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def where(condition: str) -> dict[str, Any]:
    """Return the predicate of a partial index, as arguments of ``op.create_index``."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
