"""The exercise signer of documents: holds for xmlsec, and says that it is no person."""

from __future__ import annotations

from lxml import etree

from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import DS
from elmeld_tui.security.signer import TEST_KEY_NAME, ExerciseSigner, Signer
from tests.judges import xmlsec_accepts

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<MsgHead xmlns="http://www.kith.no/xmlstds/msghead/2006-05-24"><MsgInfo><MsgId>æ</MsgId></MsgInfo></MsgHead>""".encode()


def test_a_signed_document_holds_and_a_changed_one_does_not(clinic: CompanyKeys) -> None:
    signer: Signer = ExerciseSigner(clinic.signing)
    signed = signer.sign(DOCUMENT)
    assert xmlsec_accepts(signed, clinic.signing.certificate)
    assert not xmlsec_accepts(signed.replace("æ".encode(), "ø".encode()), clinic.signing.certificate)


def test_the_signature_is_last_and_says_that_it_is_an_exercise(clinic: CompanyKeys) -> None:
    signer = ExerciseSigner(clinic.signing)
    signature = etree.fromstring(signer.sign(DOCUMENT))[-1]
    assert signature.tag == f"{{{DS}}}Signature"
    assert signature.findtext(f"{{{DS}}}KeyInfo/{{{DS}}}KeyName") == TEST_KEY_NAME
