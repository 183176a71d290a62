"""With which keys, and at what time by its clock, a partner signs: as it should, or as it was told to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.behaviour import Behaviour, Rule
from elmeld_tui.simulator.cast import Partner
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.odd_keys import ODD

_USUAL_OFFSET = 7200.0
"""Seconds that a clock is wrong by where nobody says."""


def keys_for(net: Helsenett, partner: Partner, rule: Rule) -> CompanyKeys:
    """Return the keys that ``partner`` signs with now; the register gives the certificate that goes with them.

    Only a stranger's certificate is not in the register.
    """
    own = net.keys[partner.name]
    keys = replace(own, signing=net.odd_keys.signing(partner, rule.how, net.clock())) if rule.how in ODD else own
    if rule.how is not Behaviour.WRONG_CERTIFICATE:
        net.register.signs_with(partner, keys.signing.certificate.public_bytes(Encoding.DER))
    return keys


def time_for(net: Helsenett, rule: Rule) -> datetime:
    """Return what time a partner believes it is."""
    if rule.how is not Behaviour.CLOCK:
        return net.clock()
    return net.clock() + timedelta(seconds=rule.number("seconds", _USUAL_OFFSET))
