"""The national schemas, where they are at hand: what the project's own are compared with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

from elmeld_tui.messages import schemas
from elmeld_tui.messages.reading import namespace
from elmeld_tui.model import kinds

FILES = {
    kinds.MSGHEAD: "MsgHead-v1_2.xsd",
    kinds.APPREC_1_0: "AppRec-v1-2004-11-21.xsd",
    kinds.APPREC_1_1: "AppRec-v1.1.xsd",
    kinds.DIALOGUE_1_0: "dialogmelding.xsd",
    kinds.DIALOGUE_1_1: "dialogmelding-v1.1.xsd",
    kinds.REFERRAL_1_0: "Henvisning-v1.0.xsd",
    kinds.REFERRAL_1_1: "Henvisning-v1.1.xsd",
    kinds.REFERRAL_2_0: "Henvisning-v2.0.xsd",
    kinds.DISCHARGE_1_1: "Epikrise-v1.1.xsd",
    kinds.DISCHARGE_1_2: "Epikrise-v1.2.xsd",
    kinds.ORDER_1_5: "Rekvisisjon-v1_5.xsd",
    kinds.ORDER_1_6: "Rekvisisjon-v1.6.xsd",
    kinds.REPORT_1_3: "svar-v13.xsd",
    kinds.REPORT_1_4: "svar-v1.4.xsd",
    kinds.SICK_NOTE_2013: "HelseOpplysningerArbeidsuforhet_2013-10-01.xsd",
    kinds.CERTIFICATE_2008: "NAV-Legeerklaring-2008-06-06.xsd",
    schemas.BASE64_CONTAINER: "kith-base64.xsd",
}


def file(shared: Path, name: str) -> Path:
    """Return the national schema of the namespace ``name``."""
    return shared / "xsd" / "kith" / FILES[name]


def verdict(shared: Path, root: etree._Element) -> bool:
    """Return whether ``root`` keeps to the national schemas, compiled together for what it carries."""
    carried = {namespace(body) for content in root.iter("{*}Content") for body in content}
    return bool(_compiled(shared, frozenset({namespace(root)} | (carried & set(FILES)))).validate(root))


@cache
def _compiled(shared: Path, namespaces: frozenset[str]) -> etree.XMLSchema:
    imports = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{file(shared, name).as_uri()}"/>'
        for name in sorted(namespaces | {schemas.BASE64_CONTAINER})
    )
    return etree.XMLSchema(
        etree.fromstring(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>')
    )
