"""The note as PDF by Typst: values travel as JSON, never inside the template's text. Tagged for screen readers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

HOME = Path(__file__).parent


def printed(content: dict[str, Any], *, by: str, at: datetime) -> bytes:
    """The PDF's bytes (PDF/UA-1). Raises typst's error when the template and the values do not fit."""
    person = content["person"]
    signed = content["signed"]
    values = {
        "name": person.name,
        "born": person.birth_date.strftime("%-d %B %Y"),
        "record": person.record_number,
        "allergy": content["allergy"] or "not asked",
        "session": content["session_words"],
        "sections": [
            {"title": title, "rows": [[str(row["name"]), str(row["value"])] for row in rows]}
            for title, rows in content["sections"]
        ],
        "observations": [
            [
                row.get(name, "")
                for name in (
                    "clock",
                    "minute",
                    "pressure",
                    "pulse",
                    "spo2",
                    "breathing",
                    "sedation",
                    "dissociation",
                    "by",
                )
            ]
            for row in content["observations"]
        ],
        "happenings": [
            [row["clock"], row["title"], row["detail"], row["by"]] for row in content["happenings"]
        ],
        "lacking": list(content["lacking"]),
        "signed": f"{signed.by.name}, {signed.happened_at.astimezone(at.tzinfo):%-d %B %Y, %H:%M}"
        if signed
        else "",
        "digest": content["digest"],
        "addenda": [
            [f"{x.happened_at.astimezone(at.tzinfo):%-d %B %Y, %H:%M}", x.by.name, x.fact.text]
            for x in content["addenda"]
        ],
        "sentence": content["sentence"],
        "printed": f"{at:%-d %B %Y, %H:%M}, {by}",
        "demo": content["demo"],
    }
    return typst.compile(
        HOME / "note.typ",
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
