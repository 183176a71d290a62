"""The light nodes that header and view are read from say what lxml's tree says."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from elmeld_tui.messages import nodes, xml
from elmeld_tui.messages.nodes import Tree
from elmeld_tui.messages.reading import local, namespace


def test_nodes_say_what_the_tree_says(shared: Path) -> None:
    for path in sorted((shared / "corpus").glob("*/*/*.xml"))[::7]:
        root = xml.parse(path.read_bytes())
        elements, tree = list(root.iter()), Tree(root)
        node_of = dict(zip(elements, tree.nodes, strict=True))
        for element, node in node_of.items():
            assert (node.name, node.place.namespace) == (local(element), namespace(element))
            assert (node.text, node.tail) == (element.text or "", element.tail or "")
            assert node.attributes == dict(element.attrib)
            assert node.children == [node_of[child] for child in element]
            parent = element.getparent()
            assert node.parent is (None if parent is None else node_of[parent])


def test_what_is_sought_is_found_below_a_node_alone_and_in_document_order() -> None:
    tree = Tree(xml.parse(b"<a><Patient/><b><Event/><c><Patient><Event/></Patient></c></b><Event/></a>"))
    below = next(node for node in tree.nodes if node.name == "b")
    assert [node.number for node in tree.named(below, "Patient", "Event")] == [3, 5, 6]
    assert tree.named(below, "RefDoc") == []
    with pytest.raises(KeyError):
        tree.named(below, "b")


def test_one_path_is_one_place_in_every_document() -> None:
    first, second = (Tree(xml.parse(f"<a><b>{text}</b></a>".encode())) for text in "xy")
    assert first.nodes[1].place is second.nodes[1].place
    assert first.nodes[1].place is not Tree(xml.parse(b"<b><b/></b>")).nodes[1].place


def test_names_from_outside_fill_no_memory_and_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_places", nodes._Places())
    Tree(xml.parse(b"<a>" + b"".join(b"<n%d/>" % number for number in range(nodes._MOST_PLACES + 10)) + b"</a>"))
    assert nodes._places.count == nodes._MOST_PLACES
    tree = Tree(xml.parse(b"<new><RefDoc>1</RefDoc><" + b"n" * 10_000 + b"/></new>"))
    assert nodes._places.count == nodes._MOST_PLACES
    assert [node.text for node in tree.named(tree.top, "RefDoc")] == ["1"]
    assert [len(node.name) for node in tree.nodes] == [3, 6, 10_000]


def test_text_is_read_however_deep_it_stands() -> None:
    deep = etree.fromstring(b"<a>x" * 2_000 + b"</a>y" * 1_999 + b"</a>", etree.XMLParser(huge_tree=True))
    assert nodes.text(Tree(deep).top) == "x" * 2_000 + "y" * 1_999
