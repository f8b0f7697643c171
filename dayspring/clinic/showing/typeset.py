"""Paper by Typst: values travel as JSON, never inside the template's text. Tagged for screen readers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import typst


def typeset(template: Path, values: Mapping[str, object]) -> bytes:
    """The PDF's bytes (PDF/UA-1). Raises typst's error when the template and the values do not fit."""
    return typst.compile(
        template,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
