"""The staff of the demonstration clinic. Everybody here is invented."""

from __future__ import annotations

import uuid

from dayspring.clinic.people.models import Chair, Role, Staff

# Known to everybody, which is why these accounts exist only in the demonstration.
PASSWORD = "demonstration"

# Username, name, role, and the licence line that says it is none.
CAST = (
    ("lena", "Lena Brandt", Role.NURSE),
    ("amadi", "Dr Amadi Okafor", Role.PRESCRIBER),
    ("robin", "Robin Vale", Role.FRONT_DESK),
    ("samir", "Samir Nader", Role.NURSE),
    ("ines", "Ines Duarte", Role.PHARMACIST),
    ("weiss", "Dr Jona Weiss", Role.PRESCRIBER),
)
CHAIRS = 8


def make_staff() -> dict[str, Staff]:
    """The cast by username, made if they are not there. Calling it again changes nothing."""
    return {username: _member(username, called, role) for username, called, role in CAST}


def _member(username: str, called: str, role: Role) -> Staff:
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"dayspring-demonstration:{username}")
    found = Staff.objects.filter(pk=key).first()
    if found:
        return found
    made = Staff(
        id=key,
        username=username,
        email=f"{username}@example.org",
        called=called,
        role=role,
        licence="Invented, not a licence",
        invented=True,
    )
    made.set_password(PASSWORD)
    made.save()
    return made


def make_chairs() -> None:
    """Chairs 1 to 8, made if they are not there."""
    for number in range(1, CHAIRS + 1):
        Chair.objects.get_or_create(number=number)
