"""Reads the marks of a drawing back, so that tests speak of what stands on the page."""

from __future__ import annotations

from xml.etree import ElementTree

SVG = ElementTree.Element


def drawing(svg: str) -> SVG:
    """The drawing as elements; fails when it is no well-formed SVG."""
    return ElementTree.fromstring(svg)


def named(svg: str, kind: str) -> list[SVG]:
    """Every mark that carries the class."""
    return [mark for mark in drawing(svg).iter() if kind in mark.get("class", "").split()]


def words(svg: str) -> list[str]:
    """Every text, in the order of the drawing."""
    return [mark.text or "" for mark in drawing(svg).iter("text")]


def at(svg: str, word: str) -> SVG:
    """The one text that says the word."""
    found = [mark for mark in drawing(svg).iter("text") if mark.text == word]
    assert len(found) == 1, f"{word!r} stands {len(found)} times"
    return found[0]


def number(mark: SVG, name: str) -> float:
    return float(mark.attrib[name])
