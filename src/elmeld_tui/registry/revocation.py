"""Whether a certificate has been revoked, as its issuer says now; and what it said last, when it does not answer.

The issuer's responder is asked first (OCSP), then its list is fetched (CRL). Only a certificate that one of the clinic's
own authorities has signed is asked about: then the addresses in it are that authority's, and not a stranger's who would
have us call on someone (HIS 1037 §5.5; AMQP §2.1.4, §3).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from cryptography import x509

from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import RevocationCheck
from elmeld_tui.model.clock import Clock
from elmeld_tui.registry.fetching import Fetcher, NotFetchedError
from elmeld_tui.security import ocsp
from elmeld_tui.security.certificates import Anchors, fingerprint, issuer_of
from elmeld_tui.security.locations import list_addresses, responder_addresses
from elmeld_tui.security.revocation import NOT_ASKED, Outcome, RevocationStatus
from elmeld_tui.security.revocation_list import judge_list, read_revocation_list, speaks_for
from elmeld_tui.store import revocations
from elmeld_tui.store.database import Database

_FRESH = timedelta(hours=1)
"""How old an answer may be and still be used unasked; as the local copy of the register."""

_REST = timedelta(minutes=1)
"""How long an address that did not answer is left alone, so that not every message waits for it."""

_LARGEST_ANSWER = 100_000
_LARGEST_LIST = 50_000_000


class Revocations:
    """Answers whether certificates have been revoked; for several threads.

    Must not be asked inside a transaction of the store: it keeps what it learns in one of its own.

    Args:
        check: how much is asked.
        anchors: whom the clinic trusts; None where it relies on the register alone.
        database: where answers are kept.
        clock: the present.
        lists: gives the lists that lie beside the authorities; default those that ``anchors`` were read with.
        fetcher: what asks.
    """

    def __init__(
        self,
        check: RevocationCheck,
        anchors: Anchors | None,
        database: Database,
        clock: Clock,
        *,
        lists: Callable[[], Sequence[x509.CertificateRevocationList]] | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._check = check
        self._anchors = anchors or Anchors()
        self.lists = lists or (lambda: self._anchors.revocation_lists)
        self._database = database
        self._clock = clock
        self._fetcher = fetcher or Fetcher()
        self._fetched: dict[str, tuple[x509.CertificateRevocationList, datetime]] = {}
        self._resting: dict[str, datetime] = {}

    def status(self, certificate: x509.Certificate) -> RevocationStatus:
        """Return what is known of ``certificate`` now."""
        issuer = issuer_of(certificate, self._anchors)
        if issuer is None:
            return NOT_ASKED
        now = self._clock()
        listed = self._listed(certificate, issuer, now)
        if self._check is RevocationCheck.LISTS or listed.outcome is Outcome.REVOKED:
            return listed
        return NOT_ASKED if self._check is RevocationCheck.OFF else self._online(certificate, issuer, listed, now)

    def _online(
        self, certificate: x509.Certificate, issuer: x509.Certificate, listed: RevocationStatus, now: datetime
    ) -> RevocationStatus:
        """Return what was learnt within the hour, else what the issuer says now, else what it last stood by."""
        kept = self._kept(certificate)
        if kept is not None and kept.decided and _is_fresh(kept, now):
            return kept
        answer = self._asked(certificate, issuer, now)
        if answer.decided or kept is None or not kept.decided:
            with self._database.transaction(durable=False) as connection:
                revocations.keep(connection, fingerprint(certificate), answer)
        if answer.decided:
            return answer
        held = (known for known in (kept, listed) if known is not None and known.holds(now))
        return next(held, answer)

    def _listed(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> RevocationStatus:
        """Return what the lists beside the authorities say; the newest of an issuer's, where there are several."""
        own = [crl for crl in self.lists() if speaks_for(crl, issuer)]
        if not own:
            return NOT_ASKED
        newest = max(own, key=lambda crl: crl.last_update_utc)
        return judge_list(newest, certificate, issuer, now=now, source=issuer.subject.rfc4514_string())

    def _kept(self, certificate: x509.Certificate) -> RevocationStatus | None:
        with self._database.snapshot() as connection:
            return revocations.get(connection, fingerprint(certificate))

    def _asked(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> RevocationStatus:
        """Ask until someone has answered; else return the worst that was met."""
        worst: RevocationStatus | None = None
        for answer in self._answers(certificate, issuer, now):
            if answer.decided:
                return answer
            if worst is None or answer.outcome is Outcome.UNKNOWN:
                worst = answer
        reason = t("Sertifikatet sier ikke hvor utstederen kan spørres.")
        return worst or RevocationStatus(Outcome.UNKNOWN, "", now, reason=reason)

    def _answers(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> Iterator[RevocationStatus]:
        for url in responder_addresses(certificate):
            yield self._from_responder(url, certificate, issuer, now)
        for url in list_addresses(certificate):
            yield self._from_list(url, certificate, issuer, now)

    def _from_responder(
        self, url: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> RevocationStatus:
        nonce = secrets.token_bytes(16)
        question = ocsp.question(certificate, issuer, nonce)
        if self._rests(url, now):
            return _silent(url, now)
        try:
            answer = self._fetcher.post(url, question, "application/ocsp-request", largest=_LARGEST_ANSWER)
        except NotFetchedError:
            self._resting[url] = now
            return _silent(url, now)
        return ocsp.judge_answer(answer, certificate, issuer, now=now, source=url, nonce=nonce)

    def _from_list(
        self, url: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> RevocationStatus:
        crl, fetched = self._fetched.get(url, (None, now))
        if crl is None or abs(now - fetched) > _FRESH:
            if self._rests(url, now):
                return _silent(url, now)
            try:
                crl = read_revocation_list(self._fetcher.get(url, largest=_LARGEST_LIST))
            except (NotFetchedError, ValueError):
                self._resting[url] = now
                return _silent(url, now)
        status = judge_list(crl, certificate, issuer, now=now, source=url)
        if status.decided:
            self._fetched[url] = crl, now
        else:
            self._resting[url] = now
        return status

    def _rests(self, url: str, now: datetime) -> bool:
        since = self._resting.get(url)
        return since is not None and abs(now - since) < _REST


def _is_fresh(kept: RevocationStatus, now: datetime) -> bool:
    """Return whether an answer is of this hour; one from a clock that has been set back since is not."""
    recent = kept.checked_at is not None and abs(now - kept.checked_at) < _FRESH
    return recent and (kept.valid_until is None or kept.holds(now))


def _silent(url: str, now: datetime) -> RevocationStatus:
    return RevocationStatus(Outcome.OFFLINE, url, now, reason=t("{url} svarer ikke.", url=url))
