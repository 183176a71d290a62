"""Messages put together piece by piece, so that any piece can be another than ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from elmeld_tui.security import xmldsig
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport import mime
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.mime import Part
from elmeld_tui.transport.packing import PAYLOAD_TYPE


def wrap(soap: bytes, parts: Mapping[str, bytes], *, soap_type: str = mime.SOAP_TYPE) -> tuple[str, bytes]:
    """Return Content-Type and body of ``soap`` with ``parts`` by Content-ID; of a signal where there are none."""
    if not parts:
        return soap_type, soap
    others = [Part(content_id, PAYLOAD_TYPE, data) for content_id, data in parts.items()]
    return mime.build(Part("soap@partner", soap_type, soap), others)


def signed(octets: bytes, parts: Mapping[str, bytes], keys: CompanyKeys) -> tuple[str, bytes]:
    """Return a message whose envelope is ``octets``, canonical XML as `writing.write` has it, with a valid signature."""
    return wrap(xmldsig.sign(octets, parts, keys.signing).soap, parts)


def taken_apart(message: Packed) -> tuple[bytes, dict[str, bytes]]:
    """Return the SOAP part and the other parts by Content-ID."""
    soap, *others = mime.parse(message.content_type, message.body)
    return soap.data, {part.content_id: part.data for part in others}


def changed(message: Packed, change: Callable[[bytes], bytes]) -> tuple[str, bytes]:
    """Return the message with its SOAP part changed after it was signed."""
    soap, parts = taken_apart(message)
    after = change(soap)
    assert after != soap
    return wrap(after, parts)
