"""Lines as version 0.1.0 wrote them. They are never edited; a new kind or a new shape adds a line."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from dayspring.chart import Entry, Unreadable, decode, standing
from dayspring.chart.codec import READABLE, aside
from dayspring.therapy import course, session
from tests.chart.facts_at_random import AT
from tests.chart.test_entry import draft

GOLDEN = Path(__file__).parents[1] / "golden/chart_lines.jsonl"
LINES = [json.loads(text) for text in GOLDEN.read_text().splitlines()]


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['kind']}-{line['schema']}")
def test_an_old_line_reads_as_it_did_when_it_was_written(line):
    read = decode(line["kind"], line["schema"], line["body"])
    assert type(read) is READABLE[line["kind"]]
    assert aside(line["kind"], line["body"]) == {}
    written = set(json.loads(line["body"]))
    said = ", ".join(f"{f.name}={getattr(read, f.name)!r}" for f in fields(read) if f.name in written)
    assert _without_proxies(f"{line['kind']}({said})") == line["reads"]


def _without_proxies(text: str) -> str:
    """Tables are read into a shape that nobody can write into; beneath it they are the same tables."""
    return text.replace("mappingproxy({", "{").replace("})", "}") if "mappingproxy" in text else text


def test_every_kind_has_a_line():
    assert {line["kind"] for line in LINES} == set(READABLE)


def test_a_chart_of_old_lines_still_folds():
    entries: list[Entry] = [
        draft(
            n,
            number=n,
            kind=line["kind"],
            schema=line["schema"],
            body=line["body"],
            session="s1",
            happened_at=AT + timedelta(minutes=n),
        )
        for n, line in enumerate(LINES, start=1)
    ]
    stands = standing(entries)
    assert len(stands) == len(LINES) - 1
    assert not [x for x in stands if isinstance(x.fact, Unreadable)]
    folded = session.fold(stands, "s1")
    assert folded.state is session.State.CLOSED
    assert course.fold(stands) is not None
