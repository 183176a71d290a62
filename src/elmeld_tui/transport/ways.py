"""The ways a clinic has out, chosen by the scheme of the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from elmeld_tui.i18n import t
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply, Transport


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way out, as one.

    Attributes:
        by_scheme: ``http``, ``https``, ``mailto``, ``file`` …, each with what carries it.
    """

    by_scheme: Mapping[str, Transport]

    def send(self, parcel: Parcel) -> Reply | None:
        """Hand a message to the way its address names; see `port.Transport.send`."""
        carrier = self._carrier(parcel.endpoint)
        if carrier is None:
            raise NotDeliveredError(
                t("Klinikken har ingen vei til «{endpoint}».", endpoint=parcel.endpoint), retry=False
            )
        return carrier.send(parcel)

    def limit(self, endpoint: str) -> int | None:
        """Return the limit of the way an address names; see `port.Transport.limit`."""
        carrier = self._carrier(endpoint)
        return carrier.limit(endpoint) if carrier else None

    def leads_to(self, endpoint: str) -> bool:
        """Whether there is a way to an address at all."""
        return self._carrier(endpoint) is not None

    def _carrier(self, endpoint: str) -> Transport | None:
        return self.by_scheme.get(endpoint.partition(":")[0].lower())
