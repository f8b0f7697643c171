"""What somebody typed into a form, for a page that must not lose it."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

register = template.Library()

# The form's own fields, which nobody typed.
UNTYPED = frozenset({"csrfmiddlewaretoken", "key", "seen", "session", "next"})


@register.filter
def field_words(name: str) -> str:
    """A field's name as words."""
    return str(name).replace("_", " ")


@register.simple_tag
def typed_values(request: HttpRequest) -> list[tuple[str, str]]:
    """Each field that was filled in, in the order of the form. Never a password."""
    return [
        (field_words(name), value)
        for name, values in request.POST.lists()
        for value in values
        if name not in UNTYPED and "password" not in name and str(value).strip()
    ]
