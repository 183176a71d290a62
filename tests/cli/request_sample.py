"""A request (DIALOG_FORESPORSEL) as a hospital sends it."""

from __future__ import annotations

REQUEST = """<?xml version="1.0" encoding="UTF-8"?>
<MsgHead xmlns="http://www.kith.no/xmlstds/msghead/2006-05-24"><MsgInfo>
<Type V="DIALOG_FORESPORSEL" DN="Forespørsel"/><MIGversion>v1.2 2006-05-24</MIGversion>
<GenDate>2026-11-22T09:12:00+01:00</GenDate><MsgId>6f8c4f0e-52a9-4d0c-9a37-0d6a9f7c1b52</MsgId>
<Sender><Organisation><OrganisationName>Fjord sykehus</OrganisationName>
<Ident><Id>8200000</Id><TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></Ident></Organisation></Sender>
<Receiver><Organisation><OrganisationName>Fjellveien legesenter</OrganisationName>
<Ident><Id>8094001</Id><TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></Ident></Organisation></Receiver>
<Patient><FamilyName>Prøve</FamilyName><GivenName>Åse</GivenName><DateOfBirth>1969-11-13</DateOfBirth>
<Sex V="2" DN="Kvinne"/></Patient></MsgInfo>
<Document><RefDoc><MsgType V="XML" DN="XML-instans"/><Content>
<Dialogmelding xmlns="http://www.kith.no/xmlstds/dialog/2006-10-11"><Foresporsel>
<TypeForesp V="99" S="2.16.578.1.12.4.1.1.9152" DN="Annen henvendelse"/><Sporsmal>Hva nå?</Sporsmal>
</Foresporsel></Dialogmelding></Content></RefDoc></Document></MsgHead>
"""
