"""Whether somebody answers for the knowledge as it stands, and what changed since somebody last did."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from dayspring import __version__
from dayspring.clinic.pack.models import PackSignature
from dayspring.clinic.people import clock
from dayspring.clinic.people.models import Staff
from dayspring.knowledge import library
from dayspring.knowledge.pack import Change, Content, changes, checked, content, digest_of


@cache
def rows_now() -> Content:
    """The rows of this process's library; they cannot change while it runs."""
    return content(library())


@cache
def digest_now() -> str:
    return digest_of(rows_now())


def pack_is_signed() -> bool:
    """Whether a prescriber signed exactly the knowledge that this server goes by."""
    return PackSignature.objects.filter(digest=digest_now()).exists()


def unsigned_refusal() -> str:
    """Why an order is not signed before the knowledge is; empty when it is."""
    if pack_is_signed():
        return ""
    last = PackSignature.objects.first()
    if last is None:
        return _("No prescriber has signed the knowledge pack %(now)s yet. Knowledge, Sign the pack.") % {
            "now": digest_now()[:12]
        }
    return _(
        "The knowledge pack is %(now)s; the one that %(name)s signed is %(then)s. Knowledge, Sign the pack."
    ) % {"now": digest_now()[:12], "then": last.digest[:12], "name": last.name}


def since(last: PackSignature | None) -> tuple[Change, ...]:
    """What changed since that signature; everything is new when there is none."""
    return changes(signed_rows(last), rows_now())


def signed_rows(last: PackSignature | None) -> Content:
    """The knowledge as it was signed."""
    if last is None:
        return {}
    place = f"the pack that {last.name} signed"
    return checked(json.loads(last.content), place)


def sign(person: Staff, words: str) -> PackSignature:
    """This person answers for the knowledge as it stands now. Who may is for the route to ask."""
    whole: dict[str, Any] = {key: dict(row) for key, row in rows_now().items()}
    return PackSignature.objects.create(
        digest=digest_now(),
        version=__version__,
        at=clock.now(),
        who=str(person.pk),
        name=person.called,
        licence=person.licence,
        words=words,
        content=json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    )
