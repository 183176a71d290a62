"""Ways to make another document of a document; most leave it invalid, and none asks what it is.

Each takes the root and a source of chance, changes the tree, and returns what it did.
"""

from __future__ import annotations

import copy
import random

from lxml import etree


def some(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice([element for element in root.iter("{*}*") if element is not root] or [root])


def parent_of(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def drop(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    parent_of(element).remove(element)
    return f"drop {element.tag}"


def double(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    element.addnext(copy.deepcopy(element))
    return f"double {element.tag}"


def swap(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    if (following := element.getnext()) is not None:
        following.addnext(element)
    return f"swap {element.tag}"


def rename(root: etree._Element, chance: random.Random) -> str:
    element, like = some(root, chance), some(root, chance)
    was, element.tag = element.tag, like.tag
    return f"rename {was} to {like.tag}"


def move(root: etree._Element, chance: random.Random) -> str:
    element, target = some(root, chance), some(root, chance)
    if element not in target.iterancestors() and element is not target:
        target.insert(chance.randint(0, len(target)), element)
    return f"move {element.tag} to {target.tag}"


def drop_attribute(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    if element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]
    return f"drop attribute of {element.tag}"


VALUES = (
    "",
    "x",
    "1.2.3",
    "1..2",
    "2026",
    "2026-01",
    "2026-01-31",
    "2026-01-31T12:00:00",
    "true",
    "0",
    "-1",
    "1,5",
    " 1 ",
)


def change_attribute(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    name, value = chance.choice([*element.attrib, "V", "S", "DN", "OT", "U", "Q"]), chance.choice(VALUES)
    element.set(name, value)
    return f"set {element.tag}/@{name} to {value!r}"


def change_text(root: etree._Element, chance: random.Random) -> str:
    element, value = some(root, chance), chance.choice(VALUES)
    element.text = value
    return f"set text of {element.tag} to {value!r}"


def trailing_text(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    element.tail = "and more"
    return f"text after {element.tag}"


def declare(root: etree._Element, chance: random.Random) -> str:
    element = some(root, chance)
    instance = "{http://www.w3.org/2001/XMLSchema-instance}"
    name, value = chance.choice((("nil", "true"), ("nil", "false"), ("schemaLocation", "urn:x file:///x.xsd")))
    element.set(instance + name, value)
    return f"xsi:{name}={value} on {element.tag}"


MUTATE = (
    drop,
    drop,
    double,
    swap,
    rename,
    move,
    drop_attribute,
    change_attribute,
    change_text,
    trailing_text,
    declare,
)
