"""What the room and the board print: plain values, so that a template decides nothing.

Ages are milliseconds at the moment of `clock`; the viewer's own monotonic clock carries them on. A number
without unit, age and source is no number.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One vital. `state` is fresh, half, old, gone or never; `level` is empty, low, medium or high."""

    key: str
    name: str
    unit: str
    text: str
    age_ms: int | None
    max_age_ms: int
    source: str
    start: str = ""
    limit: str = ""
    state: str = "never"
    level: str = ""

    @property
    def spent(self) -> int:
        """How much of the maximum age is used up, 0 to 100."""
        if self.age_ms is None:
            return 100
        return min(100, round(100 * self.age_ms / self.max_age_ms))

    @property
    def parts(self) -> list[str]:
        """The number in its parts: both pressures, or one value."""
        return self.text.split("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesser:
    """An observation a person makes: breathing, sedation, dissociation. `age` and `who` in words."""

    name: str
    text: str
    of: str
    age: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """A finding that stands; `over` when what it says has ended and nobody has seen it yet.

    `stars` is ***, ** or *; `running_s` counts from when it arose.
    """

    condition: str
    episode: int
    priority: str
    stars: str
    name: str
    says: str
    do: str
    cites: str
    running_s: int
    proposes: str = ""
    proposes_label: str = ""
    seen_by: str = ""
    over: bool = False
    loudest: bool = False
    form_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A round of observations. `late` is empty, due, amber, red or missed."""

    clock: str
    words: str
    detail: str
    late: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A line of the chart in words. A struck one keeps its text; `instead` is the number that replaced it."""

    number: int
    clock: str
    title: str
    detail: str
    struck: bool = False
    why: str = ""
    correctable: bool = False
    restates: str = ""
    form_key: str = ""
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A one-tap entry with its key on the keyboard."""

    kind: str
    label: str
    key: str
    form_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halting:
    """A stop or pause that nobody has seen on the pump yet."""

    word: str
    asked_clock: str
    asked_ms: int
    by: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The whole screen of one chair."""

    chart: str
    session: str
    version: int
    name: str
    born: str
    record: str
    allergy: str
    session_words: str
    order_words: str
    stage: str
    state: str
    minute: int | None
    minute_of: int | None
    clock: str
    track: str
    tiles: tuple[Tile, ...]
    lesser: tuple[Lesser, ...]
    picture: str
    sentence: str
    table: tuple[tuple[str, ...], ...]
    findings: tuple[FindingCard, ...]
    due: tuple[Due, ...]
    happenings: tuple[Happening, ...]
    given: str
    rate: str
    ordered_rate: str
    half_rate: str
    ends: str
    halting: Halting | None
    taps: tuple[Tap, ...]
    stop_token: str
    server_ms: int
    can: frozenset[str] = frozenset()

    @property
    def high(self) -> bool:
        return any(card.priority == "high" for card in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chair:
    """One card of the board. `level` is the worst finding's priority; `todo` lists (word, done)."""

    place: str
    free: bool = False
    session: str = ""
    name: str = ""
    stage: str = ""
    minute: int | None = None
    minute_of: int | None = None
    pressure: Tile | None = None
    pulse: Tile | None = None
    saturation: Tile | None = None
    track: str = ""
    next_words: str = ""
    next_owner: str = ""
    level: str = ""
    stars: str = ""
    todo: tuple[tuple[str, bool], ...] = field(default_factory=tuple)
    planned: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All chairs in their places, the worst finding on top."""

    chairs: tuple[Chair, ...]
    clock: str
    loudest: str = ""
    loudest_priority: str = ""
    loudest_stars: str = ""
    late: tuple[str, ...] = ()
