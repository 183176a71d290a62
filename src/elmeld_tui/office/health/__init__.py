"""Is this clinic able to send and receive? Every check, and the mend of each that fails."""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import Clock, now
from elmeld_tui.model.directory import Directory
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.office.health.files import data_dir_check
from elmeld_tui.office.health.keys import examine_key
from elmeld_tui.office.health.register import examine_party
from elmeld_tui.office.health.trust import examine_trust
from elmeld_tui.office.health.work import examine_alerts, examine_engine
from elmeld_tui.security.certificates import Use
from elmeld_tui.store.reading import Reader

__all__ = ["Check", "Verdict", "data_dir_check", "examine_clinic"]


def examine_clinic(clinic: Clinic, reader: Reader, directory: Directory, clock: Clock = now) -> Iterator[Check]:
    """Yield the checks of a clinic whose settings and store can be read, in the order a message meets them."""
    yield Check("settings", Verdict.OK, t("Oppsettet for {name} er lest.", name=clinic.name))
    yield examine_trust(clinic)
    yield examine_key("signing_key", clinic.signing, clinic, Use.SIGNING, clock)
    if not clinic.decryption:
        yield examine_key("decryption_key", None, clinic, Use.ENCRYPTION, clock)
    for file in clinic.decryption:
        yield examine_key("decryption_key", file, clinic, Use.ENCRYPTION, clock)
    for service in clinic.services:
        yield examine_party(clinic, service.her_id, directory)
    yield examine_engine(reader, clock)
    yield examine_alerts(reader)
