"""Everything that a page says can be said in another language."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import trans_real

import tasks

TEMPLATES = Path(settings.CLINIC) / "templates"

# The same in every language: units, how a drug and a product are written, keys of a keyboard.
SAME = re.compile(
    r"\b(?:mmHg|mg/mL|mL/h|mg/kg|mg|mL|kg|cm|min|ketAMINE|Dayspring|PHQ-9|SHA-256|[A-Z])\b|SpO₂"
)
# The page of examples names invented people and an invented clinic; nobody is treated by it.
INVENTED = re.compile(
    r"Lena Brandt|Samir Nader|Victor Almeida|Dr Hale|Riverside|Mara K|Peter L|Noor H|Jun T|\b(?:Samir|Jo),"
)
TRANSLATED = re.compile(r"{% blocktranslate\b.*?{% endblocktranslate %}", re.DOTALL)
COMMENT = re.compile(r"{% comment\b.*?{% endcomment %}|{#.*?#}|<!--.*?-->", re.DOTALL)
# Blocks of the frame that hold classes and data of the body, not words.
OF_THE_BODY = re.compile(r"{% block body_(?:class|data) %}.*?{% endblock %}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
UNSEEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
SPOKEN = re.compile(r'\s(?:aria-label|aria-description|title|placeholder|alt|data-words)="([^"]*)"')
MARKUP = re.compile(r"<[^>]*>")
ENTITY = re.compile(r"&#?\w+;")
# A literal handed to a part of the page or used where a value is missing: a sentence when it has a space.
HANDED = re.compile(r'{%\s*include\b[^%]*?=\s*"(\w[^"]* [^"]*)"|\|default(?:_if_none)?:"(\w[^"]* [^"]*)"')


def bare_words(source: str) -> list[str]:
    """Texts and spoken attributes with words in them that no translation reaches."""
    for left_out in (COMMENT, TRANSLATED, OF_THE_BODY, UNSEEN):
        source = left_out.sub(" ", source)
    plain = TAG.sub(" ", source)
    texts = [said for pair in HANDED.findall(source) for said in pair]
    texts += [*SPOKEN.findall(plain), *MARKUP.sub("\x00", plain).split("\x00")]
    return [" ".join(text.split()) for text in texts if _has_words(text)]


def _has_words(text: str) -> bool:
    rest = SAME.sub("", INVENTED.sub("", ENTITY.sub(" ", text)))
    return re.search(r"[^\W\d_]", rest) is not None


def test_no_template_says_a_word_that_cannot_be_translated():
    files = sorted(TEMPLATES.rglob("*.html"))
    assert len(files) > 40
    found = [f"{f.relative_to(TEMPLATES)}: {said}" for f in files for said in bare_words(f.read_text())]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Stop the drug</p>",
        '<input aria-label="Systolic pressure">',
        "<b>{{ n }}</b> checks",
        '{% include "acting/who.html" with lead="Before the dose" %}',
        '{{ when|default:"not taken" }}',
        "<p>{% if late %}late{% endif %}</p>",
    ],
)
def test_a_planted_word_is_noticed(planted):
    assert bare_words(planted)


@pytest.mark.parametrize(
    "honest",
    [
        '<p>{% translate "Stop the drug" %}</p>',
        "<p>{% blocktranslate with n=2 %}{{ n }} checks{% endblocktranslate %}</p>",
        '<span class="unit">mL/h</span> 0.5 mg/kg × 68 kg <kbd>X</kbd>',
        "{# a reason #}<script>const words = 1;</script>",
        '<p class="small dim" id="why">142/86 &middot; 98 %</p>',
    ],
)
def test_what_is_translated_or_the_same_everywhere_is_not_called_bare(honest):
    assert not bare_words(honest)


# As `makemessages` makes it: the heading is marked fuzzy, and so is a guess that nobody has looked at.
WORDS = """
#, fuzzy
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Skip to the page"
msgstr "Saltar a la página"

#, fuzzy
msgid "Stop the drug"
msgstr "Arrancar el fármaco"
"""


def test_a_catalogue_laid_beside_the_pages_is_compiled_and_spoken(tmp_path, monkeypatch, settings):
    catalogue = tmp_path / "locale" / "es" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(WORDS)
    monkeypatch.setattr(tasks, "PACKAGE", tmp_path)
    tasks.translate(sys.executable)
    assert catalogue.with_suffix(".mo").exists()

    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGES = [("en", "English"), ("es", "Español")]
    monkeypatch.setattr(trans_real, "_translations", {})
    with translation.override("es"):
        assert "Saltar a la página" in render_to_string("base.html")
        assert translation.gettext("Stop the drug") == "Stop the drug"
    with translation.override("en"):
        assert "Skip to the page" in render_to_string("base.html")
