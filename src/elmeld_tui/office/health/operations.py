"""Whether the engine can be monitored, and what it reports of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.office.health.check import Check, Verdict

if TYPE_CHECKING:
    import httpx

_PATIENCE = 15.0
"""Seconds; an engine that finds its store held waits ten before it says so."""


def examine_operations(clinic: Clinic, transport: httpx.BaseTransport | None = None) -> Check:
    """Return what the engine's own health says, where the clinic has given it a port.

    Args:
        clinic: its settings.
        transport: what carries the question instead of the network, in tests.
    """
    operations = clinic.operations
    if operations.is_too_open:
        return Check(
            "operations",
            Verdict.FAULT,
            t("Helse og målinger ville vært synlige utenfor maskinen på {host}.", host=operations.host),
            t("Velg 127.0.0.1, eller sett «allow_remote = true» under [operations] i clinic.toml."),
        )
    if not operations.port:
        return Check(
            "operations",
            Verdict.OK,
            t("Helse og målinger er ikke slått på («port» under [operations] i clinic.toml)."),
        )
    return _asked(f"http://{_host(operations.host)}:{operations.port}/health", transport)


def _asked(url: str, transport: httpx.BaseTransport | None) -> Check:
    import httpx

    try:
        with httpx.Client(transport=transport, timeout=_PATIENCE, trust_env=False) as client:
            answer = client.get(url).json()
        reasons = ", ".join(str(reason) for reason in answer["reasons"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return Check(
            "operations",
            Verdict.FAULT,
            t("Motoren svarer ikke på {url}.", url=url),
            t("Se om motoren går, og om et annet program har porten."),
        )
    if reasons:
        return Check(
            "operations",
            Verdict.FAULT,
            t("Motoren sier selv at den ikke er frisk: {reasons}.", reasons=reasons),
            t("Kodene er forklart i docs/operations.md."),
        )
    return Check("operations", Verdict.OK, t("Motoren sier selv at den er frisk."))


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
