"""Adresseregisteret over its REST interface, «CommunicationParty API» version 1; read only."""

from __future__ import annotations

import base64
import binascii
import hashlib
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from elmeld_tui.i18n import t
from elmeld_tui.model import clock as clocks
from elmeld_tui.model.clock import Clock, parse_envelope_time
from elmeld_tui.model.directory import DirectoryParty, DirectoryUnavailableError, PartyType, UnknownPartyError
from elmeld_tui.model.identifiers import is_her_id

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    import httpx

_NO_PARENT = {"", "0", "-1"}
_HTTP_ADDRESS = "E_EDI_HTTP_ASYNC"
"""Type of an electronic address that takes ebXML over HTTP (code list 9044)."""

_LARGEST_PAGE = 100


class RestDirectory:
    """The register, asked anew each time.

    Args:
        url: base URL, without ``/api``.
        transport: what carries the questions instead of the network, in tests.
        clock: the present.

    Attributes:
        clock_offset: how far the register's clock was ahead of ours by its last answer (Date, RFC 9110 §6.6.1),
            give or take the seconds an answer takes; None before it has answered.
    """

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None, clock: Clock = clocks.now) -> None:
        self._url = url.rstrip("/")
        self._transport = transport
        self._opened: httpx.Client | None = None
        self._clock = clock
        self.clock_offset: timedelta | None = None

    def get(self, her_id: str) -> DirectoryParty:
        """Return the party with its certificates; see `model.directory.Directory.get`."""
        # What a document calls a HER-id may be anything, also another place in the register.
        record = self._ask("GET", f"communicationparty/{her_id}") if is_her_id(her_id) else None
        if record is None:
            raise UnknownPartyError(t("Adresseregisteret kjenner ikke HER-id {her_id}.", her_id=her_id))
        return _party(
            record,
            signing=self._certificate(her_id, "signing"),
            encryption=self._certificate(her_id, "encryption"),
        )

    def search(self, words: str, *, limit: int = 50) -> list[DirectoryParty]:
        """Return parties by name, or the one with this HER-id; see `model.directory.Directory.search`."""
        if is_her_id(words.strip()):
            record = self._ask("GET", f"communicationparty/{words.strip()}")
            return [] if record is None else [_party(record)]
        found = self._ask(
            "POST",
            "communicationparty/search",
            params={"Page": 1, "Size": min(limit, _LARGEST_PAGE)},
            json={"name": words},
        )
        records = _list(found, "communicationParties")
        return [_party(record) for record in records]

    def close(self) -> None:
        """Let go of the line; see `model.directory.Directory.close`."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _certificate(self, her_id: str, use: str) -> bytes:
        record = self._ask("GET", f"certificate/{her_id}/{use}")
        if record is None:
            return b""
        try:
            der = base64.b64decode(record["certificateValue"], validate=True)
        except (KeyError, TypeError, binascii.Error) as error:
            raise _nonsense(f"certificate/{her_id}/{use}") from error
        # The thumbprint is the register's own check of the certificate, not a security measure of ours.
        if hashlib.sha1(der, usedforsecurity=False).hexdigest() != str(record.get("thumbprint", "")).lower():
            raise _nonsense(f"certificate/{her_id}/{use}")
        return der

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        """Return the answer's JSON, or None for «not found»."""
        import httpx

        if self._opened is None:
            # Whose certificates are believed is told here: no proxy or authority of the environment has a say in it.
            self._opened = httpx.Client(
                base_url=f"{self._url}/api/v1/", timeout=10, trust_env=False, transport=self._transport
            )
        try:
            response = self._opened.request(method, path, **content)
            self._note_time(response.headers.get("date", ""))
            if response.status_code == httpx.codes.NOT_FOUND:
                return None
            response.raise_for_status()
            return response.json()
        except httpx.TransportError as error:
            reason = type(error).__name__
            raise DirectoryUnavailableError(
                t("Får ikke kontakt med adresseregisteret ({reason}).", reason=reason)
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise DirectoryUnavailableError(
                t("Adresseregisteret svarer ikke som det skal ({reason}).", reason=type(error).__name__)
            ) from error

    def _note_time(self, date: str) -> None:
        try:
            told = parsedate_to_datetime(date)
        except ValueError:
            return
        if told.tzinfo is not None:
            self.clock_offset = told - self._clock()


def _nonsense(path: str) -> DirectoryUnavailableError:
    return DirectoryUnavailableError(t("Adresseregisteret svarte noe uventet på {path}.", path=path))


def _list(found: Any, name: str) -> list[dict[str, Any]]:
    records = found.get(name) if isinstance(found, dict) else None
    if not isinstance(records, list):
        raise _nonsense(name)
    return records


def _party(record: dict[str, Any], *, signing: bytes = b"", encryption: bytes = b"") -> DirectoryParty:
    """Return a register's record as a `DirectoryParty`; what the register leaves out is empty."""
    try:
        kind = PartyType(record["type"])
        details = record.get(f"{kind.value.lower()}Details") or {}
        own = kind is PartyType.ORGANIZATION
        parent = {} if own else details.get("parentOrganization") or {}
        service = details.get("serviceType") or {}
        parent_her_id = str(parent.get("herId") or "")
        return DirectoryParty(
            her_id=str(record["herId"]),
            name=str(record.get("displayName") or record["name"]),
            type=kind,
            parent_her_id="" if parent_her_id in _NO_PARENT else parent_her_id,
            parent_name=str(parent.get("name") or ""),
            organisation_number=str((details if own else parent).get("organizationNumber") or ""),
            service_code=str(service.get("value") or ""),
            service_oid=str(service.get("codeListId") or ""),
            edi_address=str(record.get("ediAddress") or ""),
            endpoint=_endpoint(record),
            hpr_number=str(details.get("hprNumber") or ""),
            city=str((record.get("postalAddress") or {}).get("city") or ""),
            business_type=str((details.get("businessType") or {}).get("value") or "") if own else "",
            below=tuple(str(her_id) for name in ("persons", "services") for her_id in details.get(name) or ()),
            is_ready_to_decrypt=_told(record, "currentEncryptionCertificate"),
            signing_certificate=signing,
            encryption_certificate=encryption,
            valid_from=_time(record.get("validFrom")),
            valid_to=_time(record.get("validTo")),
        )
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise _nonsense("communicationparty") from error


def _told(record: dict[str, Any], name: str) -> bool | None:
    """Return whether a record has something in a field; None where it lacks the field."""
    return bool(record[name]) if name in record else None


def _endpoint(record: dict[str, Any]) -> str:
    addresses = record.get("electronicAddresses") or []
    return next((str(a["address"]) for a in addresses if a.get("type") == _HTTP_ADDRESS), "")


def _time(text: str | None) -> datetime | None:
    return parse_envelope_time(text) if text else None
