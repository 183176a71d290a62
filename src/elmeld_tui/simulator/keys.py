"""The simulator's own keys: one authority, and a pair of keys for each partner, made at the first start.

They protect nothing: they exist so that every signature and every encryption is a real one. The clinic imports the
authority's certificate to trust the partners, as it would import Buypass'.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.security.authority import company_keys, create_authority, to_pkcs12
from elmeld_tui.security.keys import CompanyKeys, KeyPair, load_pkcs12
from elmeld_tui.simulator.cast import PARTNERS

TRUST_FILE = Path("trust") / "simulator-ca.pem"
"""Where the certificate of the authority lies in the simulator's directory, for a clinic to import."""

KEY_PASSWORD = b"simulator"
"""Of every key file of the simulator; no secret, since the keys are none."""

_AUTHORITY = "authority.p12"


def keys_of_partners(directory: Path) -> dict[str, CompanyKeys]:
    """Return the keys of every partner by its name; make them, and the authority, where there are none yet.

    Args:
        directory: the simulator's own; ``keys/`` and ``trust/`` are made in it.
    """
    place = directory / "keys"
    encryption = [place / f"{partner.name}-encryption.p12" for partner in PARTNERS]
    if not all(file.is_file() for file in (directory / TRUST_FILE, *encryption)):
        return _make(directory, place)
    return {
        partner.name: CompanyKeys(
            signing=_load(place / f"{partner.name}-signing.p12"),
            decryption=(_load(place / f"{partner.name}-encryption.p12"),),
        )
        for partner in PARTNERS
    }


def authority_of(directory: Path) -> KeyPair | None:
    """Return the authority that the partners' keys are from; None in a directory that kept only its certificate."""
    place = directory / "keys" / _AUTHORITY
    return _load(place) if place.is_file() else None


def _make(directory: Path, place: Path) -> dict[str, CompanyKeys]:
    """Make all keys; the trust file comes last, so that an interrupted first start begins again."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    (directory / TRUST_FILE).parent.mkdir(exist_ok=True)
    authority = create_authority("elmeld simulert Helsenett")
    _save(place / _AUTHORITY, authority)
    made = {}
    for partner in PARTNERS:
        organisation = partner.organisation
        keys = company_keys(authority, organisation.name, organisation.organisation_number)
        _save(place / f"{partner.name}-signing.p12", keys.signing)
        _save(place / f"{partner.name}-encryption.p12", keys.decryption[0])
        made[partner.name] = keys
    (directory / TRUST_FILE).write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return made


def _save(path: Path, pair: KeyPair) -> None:
    path.touch(mode=0o600)
    path.write_bytes(to_pkcs12(pair, KEY_PASSWORD))


def _load(path: Path) -> KeyPair:
    return load_pkcs12(path.read_bytes(), KEY_PASSWORD)[0]
