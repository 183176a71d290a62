"""Asking issuers whether they have revoked a certificate: the responder first (OCSP), then the list (CRL).

This is done only for a certificate that one of the clinic's own authorities has signed: its addresses are then that
authority's, and not those of a stranger who would have us contact a third party.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509

from elmeld_tui.i18n import t
from elmeld_tui.registry.fetching import Fetcher, NotFetchedError
from elmeld_tui.security import ocsp
from elmeld_tui.security.locations import list_addresses, responder_addresses
from elmeld_tui.security.revocation import Outcome, RevocationStatus
from elmeld_tui.security.revocation_list import judge_list, read_revocation_list

FRESH = timedelta(hours=1)
"""How old an answer may be and still be used unasked; as the local copy of the register."""

_REST = timedelta(minutes=1)
"""How long an address that did not answer is left alone, so that not every message waits for it."""

_LARGEST_ANSWER = 100_000
_LARGEST_LIST = 50_000_000


class Issuers:
    """The services of issuers; for several threads. Lists are kept for an hour, since one counts for many certificates.

    Args:
        fetcher: what asks.
    """

    def __init__(self, fetcher: Fetcher | None = None) -> None:
        self._fetcher = fetcher or Fetcher()
        self._lists: dict[str, tuple[x509.CertificateRevocationList, datetime]] = {}
        self._resting: dict[str, datetime] = {}

    def ask(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> RevocationStatus:
        """Ask one service after the other until one has answered; else return the worst that was met.

        Args:
            certificate: that is asked about.
            issuer: a trusted authority that has signed ``certificate``.
            now: aware.
        """
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
        if self._rests(url, now):
            return _silent(url, now)
        nonce = secrets.token_bytes(16)
        question = ocsp.question(certificate, issuer, nonce)
        try:
            answer = self._fetcher.post(url, question, "application/ocsp-request", largest=_LARGEST_ANSWER)
        except NotFetchedError:
            self._resting[url] = now
            return _silent(url, now)
        return ocsp.judge_answer(answer, certificate, issuer, now=now, source=url, nonce=nonce)

    def _from_list(
        self, url: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> RevocationStatus:
        crl, fetched = self._lists.get(url, (None, now))
        if crl is None or abs(now - fetched) > FRESH:
            if self._rests(url, now):
                return _silent(url, now)
            try:
                crl, fetched = read_revocation_list(self._fetcher.get(url, largest=_LARGEST_LIST)), now
            except (NotFetchedError, ValueError):
                self._resting[url] = now
                return _silent(url, now)
        status = judge_list(crl, certificate, issuer, now=now, source=url)
        if status.decided:
            self._lists[url] = crl, fetched
        else:
            self._resting[url] = now
        return status

    def _rests(self, url: str, now: datetime) -> bool:
        since = self._resting.get(url)
        return since is not None and abs(now - since) < _REST


def _silent(url: str, now: datetime) -> RevocationStatus:
    return RevocationStatus(Outcome.OFFLINE, url, now, reason=t("{url} svarer ikke.", url=url))
