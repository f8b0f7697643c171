"""Who may do what: one table of acts by roles, and an answer that names its row."""

from __future__ import annotations

from dataclasses import dataclass

from dayspring.knowledge import Library, library


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow:
    """The row of the table that allowed an act."""

    act: str
    says: str
    roles: tuple[str, ...]
    named: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.says}: {', '.join(self.named)} (roles.toml, {self.act})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRefusal:
    """Why not: the row that refused, or that there is none."""

    act: str
    role: str
    reason: str

    def __str__(self) -> str:
        return self.reason


def allowed(act_kind: str, role: str, knowledge: Library) -> RoleRow | RoleRefusal:
    """The row that lets this role do this act, or a refusal that names the row. No row allows nobody."""
    row = row_of(act_kind, knowledge)
    called = role_name(role, knowledge)
    if row is None:
        reason = f"No row of roles.toml allows {act_kind}, so nobody may do it; asked by {called}."
        return RoleRefusal(act=act_kind, role=role, reason=reason)
    if role not in row.roles:
        reason = f"{row}. {called} is not among them."
        return RoleRefusal(act=act_kind, role=role, reason=reason)
    return row


def row_of(act_kind: str, knowledge: Library) -> RoleRow | None:
    """The row of that act, if the table has one."""
    row = knowledge.roles["acts"].get(act_kind)
    if row is None:
        return None
    roles = tuple(row["roles"])
    named = tuple(role_name(role, knowledge).lower() for role in roles if role not in NOBODY)
    return RoleRow(act=act_kind, says=row["says"], roles=roles, named=named or ("nobody",))


# Not people: the server itself, and a browser in a room that nobody is signed in to.
NOBODY = ("system", "station")


def role_name(role: str, knowledge: Library) -> str:
    """What the role is called; an unknown one is called what it is."""
    return str(knowledge.roles["roles"].get(role, f"Unknown role {role!r}"))


def roles_table(knowledge: Library | None = None) -> str:
    """The whole table in Markdown, for the docs."""
    knowledge = knowledge or library()
    names = dict(knowledge.roles["roles"])
    lines = [
        "| Act | What it is | " + " | ".join(names.values()) + " |",
        "| --- | --- |" + " :-: |" * len(names),
    ]
    for act, row in knowledge.roles["acts"].items():
        marks = ["yes" if role in row["roles"] else "–" for role in names]
        lines.append(f"| `{act}` | {row['says']} | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"
