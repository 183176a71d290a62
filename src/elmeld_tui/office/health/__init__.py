"""Whether this clinic can send and receive: every check, and for each that fails what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.office.health.files import examine_files
from elmeld_tui.office.health.keys import examine_key
from elmeld_tui.office.health.mail import examine_mail
from elmeld_tui.office.health.nav import examine_nav_agreement, examine_personal_signature
from elmeld_tui.office.health.operations import examine_operations
from elmeld_tui.office.health.people import examine_people
from elmeld_tui.office.health.register import examine_party, examine_register
from elmeld_tui.office.health.revocation import examine_revocation
from elmeld_tui.office.health.store import examine_store
from elmeld_tui.office.health.trust import examine_trust
from elmeld_tui.office.health.work import examine_alerts, examine_engines, examine_problems, examine_queue
from elmeld_tui.security.certificates import Use

__all__ = ["Check", "Verdict", "examine_clinic"]


def examine_clinic(office: Office) -> Iterator[Check]:
    """Yield the checks of a clinic whose settings and store can be read, in the order a message meets them."""
    clinic, clock = office.clinic, office.clock
    yield Check("settings", Verdict.OK, t("Oppsettet for {name} er lest.", name=clinic.name))
    yield from examine_files(clinic, office.data_dir)
    yield examine_store(office)
    yield examine_trust(clinic)
    yield examine_revocation(clinic, office.directory, clock)
    yield examine_key("signing_key", clinic.signing, clinic, Use.SIGNING, clock)
    if not clinic.decryption:
        yield examine_key("decryption_key", None, clinic, Use.ENCRYPTION, clock)
    for file in clinic.decryption:
        yield examine_key("decryption_key", file, clinic, Use.ENCRYPTION, clock)
    yield from examine_register(clinic, clock)
    for service in clinic.services:
        yield from examine_party(clinic, service.her_id, office.directory)
    yield from examine_mail(clinic)
    yield from examine_people(office)
    yield examine_nav_agreement(office)
    yield examine_personal_signature(office)
    yield from examine_engines(office)
    yield examine_operations(clinic)
    yield examine_queue(office)
    yield examine_problems(office.reader)
    yield examine_alerts(office.reader)
