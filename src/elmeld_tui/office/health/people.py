"""Whether the clinic has an administrator, whether somebody sees all its post, and whether its people have HER-ids."""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.model.directory import DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.store.people_reading import Person


def examine_people(office: Office) -> Iterator[Check]:
    """Yield whether the access that a clinic cannot do without is given, and who has a HER-id of her own."""
    active = [person for person in office.reader.people.persons() if person.active]
    yield _access(active)
    yield from _addresses(office, [person for person in active if person.profession])


def _access(active: list[Person]) -> Check:
    mend = t("Gi tilgang med «elmeld user grant», eller under Klinikk › Brukere.")
    if not any(person.administrator for person in active):
        return Check("access", Verdict.FAULT, t("Ingen er administrator, så ingen kan legge inn brukere."), mend)
    reading_all = [person for person in active if person.reads_all]
    if not reading_all:
        told = t("Ingen har tilgang til alle meldinger, så post som ikke er til noen, blir ikke sett.")
        return Check("access", Verdict.FAULT, told, mend)
    told = t("{n} brukere, {all} med tilgang til alle meldinger.", n=len(active), all=len(reading_all))
    return Check("access", Verdict.OK, told)


def _addresses(office: Office, clinicians: list[Person]) -> Iterator[Check]:
    without = [person.full_name for person in clinicians if not person.her_id]
    if without:
        yield Check(
            "user_address",
            Verdict.REMARK,
            t("Uten egen HER-id: {names}. Meldinger til dem må gå til klinikken.", names=", ".join(without)),
            t("Registrer dem i Adresseregisteret, og legg inn HER-id under Klinikk › Brukere."),
        )
    for person in clinicians:
        if person.her_id:
            yield _registered(office, person)


def _registered(office: Office, person: Person) -> Check:
    told = {"name": person.full_name, "her_id": person.her_id}
    try:
        office.directory.get(person.her_id)
    except UnknownPartyError:
        said = t("HER-id {her_id}, som {name} er satt opp med, er ikke i adresseregisteret.", **told)
        mend = t("Rett nummeret under Klinikk › Brukere, eller registrer det i Adresseregisteret.")
        return Check("user_address", Verdict.FAULT, said, mend)
    except DirectoryUnavailableError:
        said = t("HER-id {her_id} kan ikke slås opp i adresseregisteret nå.", **told)
        return Check("user_address", Verdict.REMARK, said, t("Se etter om linjen til Helsenettet virker."))
    return Check("user_address", Verdict.OK, t("{name} har HER-id {her_id} i registeret.", **told))
