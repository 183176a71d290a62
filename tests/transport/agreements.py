"""Agreement files made for tests, in the shape NAV writes them and with everything in it a choice."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from elmeld_tui.transport.agreement.reading import CPPA

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
DEFAULT_SIGNAL_CHANNEL = "main"


@dataclass(frozen=True)
class ChannelPlan:
    """One delivery channel, as it shall stand in the file; an empty text leaves its element or attribute out."""

    id: str = DEFAULT_SIGNAL_CHANNEL
    protocol: str = "SMTP"
    endpoints: Sequence[tuple[str, str]] = (("allPurpose", "mailto://edi@partner.test"),)
    sync_reply: str = "none"
    ack: str = "always"
    duplicates: str = "perMessage"
    retries: str = "4"
    interval: str = "PT720M"
    persist: str = "P4D"
    digest: str = SHA256
    signature: str = RSA_SHA256


@dataclass(frozen=True)
class RolePlan:
    """One role in one service: what it sends and receives, each over a channel."""

    role: str
    service: str = "Sykmelding"
    sends: Sequence[str] = ()
    receives: Sequence[str] = ()
    channel: str = DEFAULT_SIGNAL_CHANNEL
    package: str = "enveloped"


@dataclass(frozen=True)
class PartyPlan:
    """One side."""

    name: str
    her_ids: Sequence[str]
    roles: Sequence[RolePlan]
    channels: Sequence[ChannelPlan] = (ChannelPlan(),)
    encryption: bytes = b""
    signing: bytes = b""
    overrides: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class AgreementPlan:
    """A whole agreement: by default a clinic that reports sick to NAV."""

    cpa_id: str = "nav:x:1"
    start: str = "2026-01-01T00:00:00Z"
    end: str = "2027-01-01T00:00:00Z"
    parties: Sequence[PartyPlan] = field(
        default_factory=lambda: (
            PartyPlan("Klinikken", ("8141253",), (RolePlan("Sykmelder", sends=("Registrering",)),)),
            PartyPlan("NAV", ("79768",), (RolePlan("Saksbehandler", receives=("Registrering",)),)),
        )
    )

    @property
    def raw(self) -> bytes:
        """The file."""
        return f"""<c:CollaborationProtocolAgreement c:cpaid={quoteattr(self.cpa_id)} xmlns:c="{CPPA}"
          xmlns:d="http://www.w3.org/2000/09/xmldsig#" xmlns:x="http://www.w3.org/1999/xlink">
          <c:Status c:value="proposed"/>{_element("Start", self.start)}{_element("End", self.end)}
          {"".join(map(_party, self.parties))}{_PACKAGES}</c:CollaborationProtocolAgreement>""".encode()


_PACKAGES = """
  <c:Packaging c:id="enveloped"><c:CompositeList>
    <c:Encapsulation c:id="e" c:mimetype="application/pkcs7-mime"><c:Constituent c:idref="m"/></c:Encapsulation>
  </c:CompositeList></c:Packaging>
  <c:Packaging c:id="zipped"><c:CompositeList>
    <c:Encapsulation c:id="z" c:mimetype="application/x-gzip"><c:Constituent c:idref="m"/></c:Encapsulation>
    <c:Encapsulation c:id="e" c:mimetype="application/pkcs7-mime"><c:Constituent c:idref="z"/></c:Encapsulation>
  </c:CompositeList></c:Packaging>"""


def _party(plan: PartyPlan) -> str:
    her_ids = "".join(f'<c:PartyId c:type="HER"> {her_id}\n</c:PartyId>' for her_id in plan.her_ids)
    overrides = "".join(
        f'<c:OverrideMshActionBinding c:action="{action}" c:channelId="{channel}"/>'
        for action, channel in plan.overrides
    )
    return f"""<c:PartyInfo c:partyName={quoteattr(plan.name)} c:defaultMshChannelId="{plan.channels[0].id}">
      {her_ids}<c:PartyId c:type="orgnummer">999999993</c:PartyId>{overrides}
      {"".join(map(_role, plan.roles))}
      {_certificate("crypt", plan.encryption)}{_certificate("sign", plan.signing)}
      {"".join(map(_channel, plan.channels))}</c:PartyInfo>"""


def _role(plan: RolePlan) -> str:
    abilities = "".join(
        f"""<c:{direction}><c:ThisPartyActionBinding c:action="{action}" c:packageId="{plan.package}">
          <c:BusinessTransactionCharacteristics c:timeToPerform="P180M"/><c:ChannelId> {plan.channel} </c:ChannelId>
          </c:ThisPartyActionBinding></c:{direction}>"""
        for direction, actions in (("CanSend", plan.sends), ("CanReceive", plan.receives))
        for action in actions
    )
    return f"""<c:CollaborationRole><c:ProcessSpecification c:name="{plan.service}" c:version="1.0"/>
      <c:Role c:name="{plan.role}"/><c:ApplicationCertificateRef c:certId="crypt"/>
      <c:ServiceBinding><c:Service c:type="string"> {plan.service} </c:Service>{abilities}</c:ServiceBinding>
      </c:CollaborationRole>"""


def _certificate(name: str, der: bytes) -> str:
    text = base64.b64encode(der).decode() or "PLACEHOLDER"
    return f"""<c:Certificate c:certId="{name}"><d:KeyInfo><d:X509Data><d:X509Certificate>
      {text}</d:X509Certificate></d:X509Data></d:KeyInfo></c:Certificate>"""


def _channel(plan: ChannelPlan) -> str:
    endpoints = "".join(
        f"<c:Endpoint c:uri={quoteattr(uri)}{f' c:type={quoteattr(purpose)}' if purpose else ''}/>"
        for purpose, uri in plan.endpoints
    )
    reliable = _element("Retries", plan.retries) + _element("RetryInterval", plan.interval)
    signature = (
        f'<c:SignatureAlgorithm c:oid="1.2.840.113549.1.1.5" c:w3c="{plan.signature}">x</c:SignatureAlgorithm>'
        if plan.signature
        else ""
    )
    return f"""<c:DeliveryChannel c:channelId="{plan.id}" c:transportId="t-{plan.id}" c:docExchangeId="d-{plan.id}">
        <c:MessagingCharacteristics c:syncReplyMode="{plan.sync_reply}" c:ackRequested="{plan.ack}"
          c:ackSignatureRequested="perMessage" c:duplicateElimination="{plan.duplicates}"/></c:DeliveryChannel>
      <c:Transport c:transportId="t-{plan.id}"><c:TransportReceiver>
        <c:TransportProtocol c:version="1.1">{plan.protocol}</c:TransportProtocol>{endpoints}
      </c:TransportReceiver></c:Transport>
      <c:DocExchange c:docExchangeId="d-{plan.id}"><c:ebXMLSenderBinding>
        {f"<c:ReliableMessaging>{reliable}</c:ReliableMessaging>" if reliable else ""}
        {_element("PersistDuration", plan.persist)}
        <c:SenderNonRepudiation>{_element("HashFunction", plan.digest)}{signature}
          <c:SigningCertificateRef c:certId="sign"/></c:SenderNonRepudiation>
      </c:ebXMLSenderBinding></c:DocExchange>"""


def _element(name: str, text: str) -> str:
    return f"<c:{name}> {escape(text)}\n</c:{name}>" if text else ""


def cpa(certificate: bytes = b"") -> bytes:
    """Return an agreement whose first party signs with ``certificate``, or with a placeholder."""
    plan = AgreementPlan()
    clinic, nav = plan.parties
    return AgreementPlan(
        parties=(PartyPlan(clinic.name, clinic.her_ids, clinic.roles, signing=certificate), nav)
    ).raw
