"""What is written as canonical XML from the start, held against lxml's canonicalisation of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from elmeld_tui.security.canonical import (
    attribute,
    canonical_within,
    document_octets,
    inherited_attributes,
    namespaces,
    parse,
    subtree_octets,
    text,
)
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import DS, ENVELOPE_SCOPE, TRANSFORMS
from elmeld_tui.security.signature import Reference, append_signature
from tests.judges import xmlsec_accepts

XML_TEXT = st.text("\t\n\r &<>\"'æ]\ud7ff\ue000\ufffd\U00010000\U0010ffff")


@given(XML_TEXT, XML_TEXT)
def test_texts_and_attributes_are_written_as_canonical_xml_has_them(between: str, within: str) -> None:
    written = f'<a b="{attribute(within)}">{text(between)}</a>'.encode()
    root = etree.fromstring(written)
    assert document_octets(root) == written
    assert ((root.text or ""), root.get("b")) == (between, within)


@given(st.text())
def test_what_xml_forbids_is_replaced_and_never_breaks_an_answer(value: str) -> None:
    value = value.encode("utf-8", "replace").decode()
    root = etree.fromstring(f'<a b="{attribute(value)}">{text(value)}</a>'.encode())
    assert len(root.text or "") == len(value)
    assert len(root.get("b", "")) == len(value)


def test_nothing_of_null_and_line_breaks_gets_between_the_tags() -> None:
    assert text("a\x00b\r\n<c>&") == "a\ufffdb&#xD;\n&lt;c&gt;&amp;"
    assert attribute('a\x0b"\r\n\t') == "a\ufffd&quot;&#xD;&#xA;&#x9;"


def test_declarations_stand_in_canonical_order() -> None:
    scope = {"xlink": "u:x", "": "u:none", "SOAP": "u:s", "eb": "u:e"}
    assert (
        document_octets(etree.fromstring(f"<a{namespaces(scope)}></a>")) == f"<a{namespaces(scope)}></a>".encode()
    )


def test_elements_of_others_are_written_as_they_will_be_read_in_their_new_place() -> None:
    declared = namespaces(ENVELOPE_SCOPE)
    foreign = (
        f'<d:R xmlns:d="{DS}" xmlns:S="{ENVELOPE_SCOPE["SOAP"]}" b="2" a="1"><!-- x --><d:X/>\n</d:R>'.encode()
    )
    written = canonical_within(foreign + foreign, declared)
    whole = f"<SOAP:Envelope{declared}>{written}</SOAP:Envelope>".encode()
    assert document_octets(parse(whole)) == whole
    assert written.count("<d:X></d:X>\n") == 2


@pytest.mark.parametrize(
    "document",
    [
        b"<a/>",
        b'<a xmlns="urn:a"><b/></a>',
        b'<x:a xmlns:x="urn:x" xml:lang="no" xml:base="u:b"><b xml:lang="nn"/></x:a>',
    ],
)
def test_a_signature_holds_whatever_its_place_inherits(document: bytes, clinic: CompanyKeys) -> None:
    root = parse(document)
    parent = root[0] if len(root) else root
    append_signature(parent, [Reference("", TRANSFORMS[1], document_octets(root))], clinic.signing)
    assert xmlsec_accepts(etree.tostring(root), clinic.signing.certificate)


def test_what_a_child_inherits_is_what_its_canonical_octets_show() -> None:
    root = etree.fromstring('<a xml:lang="no" xml:id="r"><b xml:lang="nn"><c/></b></a>')
    assert inherited_attributes(root[0]) == {"lang": "nn", "id": "r"}
    assert subtree_octets(root[0][0]) == b'<c xml:id="r" xml:lang="nn"></c>'
