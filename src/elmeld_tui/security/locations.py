"""The addresses in a certificate at which its issuer can be asked; only those that may be fetched at all."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

_MOST = 2
"""Addresses of a kind that are tried; a certificate names one, or one and its reserve."""


def responder_addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the URLs of the issuer's responders (OCSP), as the certificate names them in authorityInfoAccess."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ()
    return _fetchable(
        one.access_location for one in access if one.access_method == AuthorityInformationAccessOID.OCSP
    )


def list_addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the URLs of the issuer's revocation lists, as the certificate names them in cRLDistributionPoints."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ()
    # Lists of some reasons only, or by another issuer, prove nothing.
    whole = (point for point in points if not point.reasons and not point.crl_issuer)
    return _fetchable(name for point in whole for name in point.full_name or ())


def _fetchable(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    urls = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return tuple(url for url in urls if is_fetchable(url))[:_MOST]


def is_fetchable(url: str) -> bool:
    """Return whether an address is plain HTTP or HTTPS, without a user name: nothing else is ever opened."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
