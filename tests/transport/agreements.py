"""Agreement files made for tests."""

from __future__ import annotations

import base64

from elmeld_tui.transport import agreement


def cpa(certificate: bytes = b"") -> bytes:
    """Return an agreement as NAV writes them, with a placeholder where ``certificate`` is empty."""

    def party(her_id: str, role: str, direction: str, der: str) -> str:
        return f"""<c:PartyInfo><c:PartyId c:type="HER"> {her_id}
          </c:PartyId><c:PartyId c:type="orgnummer">999999993</c:PartyId>
          <c:CollaborationRole><c:Role c:name="{role}"/><c:ServiceBinding>
            <c:Service c:type="string"> Sykmelding </c:Service>
            <c:{direction}><c:ThisPartyActionBinding c:action="Registrering"/></c:{direction}>
          </c:ServiceBinding></c:CollaborationRole>
          <c:Certificate c:certId="a"><d:KeyInfo><d:X509Data><d:X509Certificate>{der}</d:X509Certificate></d:X509Data>
          </d:KeyInfo></c:Certificate></c:PartyInfo>"""

    return f"""<c:CollaborationProtocolAgreement c:cpaid="nav:x:1" xmlns:c="{agreement.CPPA}"
      xmlns:d="http://www.w3.org/2000/09/xmldsig#"><c:Status c:value="proposed"/>
      <c:Start>2026-01-01T00:00:00Z</c:Start><c:End>2027-01-01T00:00:00Z</c:End>
      {party("8141253", "Sykmelder", "CanSend", base64.b64encode(certificate).decode() or "PLACEHOLDER")}
      {party("79768", "Saksbehandler", "CanReceive", "")}</c:CollaborationProtocolAgreement>""".encode()
