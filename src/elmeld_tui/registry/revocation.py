"""Whether a certificate has been revoked: what its issuer says now, or, when it does not answer, what it said last.

See HIS 1037 §5.5 and AMQP §2.1.4 and §3. How thoroughly this is checked is the clinic's choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from cryptography import x509

from elmeld_tui.model.clinic import RevocationCheck
from elmeld_tui.model.clock import Clock
from elmeld_tui.registry.issuers import FRESH, Issuers
from elmeld_tui.security.certificates import Anchors, fingerprint, issuer_of
from elmeld_tui.security.revocation import NOT_ASKED, Outcome, RevocationStatus
from elmeld_tui.security.revocation_list import speaks_for, told_by
from elmeld_tui.store import revocations
from elmeld_tui.store.database import Database

_Lists = Sequence[x509.CertificateRevocationList]


class Revocations:
    """Answers whether certificates have been revoked; for several threads.

    Must not be asked inside a transaction of the store: it keeps what it learns in one of its own.

    Args:
        check: how much is asked.
        anchors: whom the clinic trusts; None where it relies on the register alone.
        database: where answers are kept.
        clock: the present.
        lists: gives the lists that lie beside the authorities; default those that ``anchors`` were read with. The same
            object as long as they are the same.
        issuers: who is asked.
    """

    def __init__(
        self,
        check: RevocationCheck,
        anchors: Anchors | None,
        database: Database,
        clock: Clock,
        *,
        lists: Callable[[], _Lists] | None = None,
        issuers: Issuers | None = None,
    ) -> None:
        self._check = check
        self._anchors = anchors or Anchors()
        self._database = database
        self._clock = clock
        self.lists = lists or (lambda: self._anchors.revocation_lists)
        self._issuers = issuers or Issuers()
        self._sorted: tuple[_Lists, Mapping[str, x509.CertificateRevocationList]] | None = None

    def status(self, certificate: x509.Certificate) -> RevocationStatus:
        """Return whether ``certificate`` has been revoked, asking as the clinic has chosen."""
        if self._check is not RevocationCheck.ONLINE and not self.lists():
            return NOT_ASKED
        issuer = issuer_of(certificate, self._anchors)
        if issuer is None:
            return NOT_ASKED
        listed = self._listed(certificate, issuer)
        if self._check is RevocationCheck.LISTS or listed.outcome is Outcome.REVOKED:
            return listed
        return NOT_ASKED if self._check is RevocationCheck.OFF else self._online(certificate, issuer, listed)

    def known(self, certificate: x509.Certificate) -> RevocationStatus:
        """Return what is known of ``certificate`` already; nobody is asked."""
        issuer = issuer_of(certificate, self._anchors)
        if issuer is None:
            return NOT_ASKED
        listed = self._listed(certificate, issuer)
        return listed if listed.decided else self._kept(certificate) or listed

    def _listed(self, certificate: x509.Certificate, issuer: x509.Certificate) -> RevocationStatus:
        """Return what the lists beside the authorities say; the newest of an issuer's, where there are several."""
        crl = self._newest_lists().get(fingerprint(issuer))
        if crl is None:
            return NOT_ASKED
        return told_by(crl, certificate, now=self._clock(), source=issuer.subject.rfc4514_string())

    def _newest_lists(self) -> Mapping[str, x509.CertificateRevocationList]:
        """Return each authority's newest list, by its fingerprint; found out once, since lists may be large."""
        lists = self.lists()
        if self._sorted is None or self._sorted[0] is not lists:
            own = {
                fingerprint(anchor): [crl for crl in lists if speaks_for(crl, anchor)]
                for anchor in self._anchors.certificates
            }
            self._sorted = (
                lists,
                {key: max(some, key=lambda crl: crl.last_update_utc) for key, some in own.items() if some},
            )
        return self._sorted[1]

    def _online(
        self, certificate: x509.Certificate, issuer: x509.Certificate, listed: RevocationStatus
    ) -> RevocationStatus:
        """Return what was learnt within the hour, else what the issuer says now, else what it last stood by."""
        now, kept = self._clock(), self._kept(certificate)
        if kept is not None and kept.decided and _is_fresh(kept, now):
            return kept
        answer = self._issuers.ask(certificate, issuer, now)
        if answer.decided or kept is None or not kept.decided:
            with self._database.transaction(durable=False) as connection:
                revocations.keep(connection, fingerprint(certificate), answer)
        if answer.decided:
            return answer
        held = (earlier for earlier in (kept, listed) if earlier is not None and earlier.holds(now))
        return next(held, answer)

    def _kept(self, certificate: x509.Certificate) -> RevocationStatus | None:
        with self._database.snapshot() as connection:
            return revocations.get(connection, fingerprint(certificate))


def _is_fresh(kept: RevocationStatus, now: datetime) -> bool:
    """Return whether an answer is of this hour; one from a clock that has been set back since is not."""
    recent = kept.checked_at is not None and abs(now - kept.checked_at) < FRESH
    return recent and (kept.valid_until is None or kept.holds(now))
