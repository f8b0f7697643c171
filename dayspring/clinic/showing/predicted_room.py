"""The running infusion as the model expects it: level, and until when it is felt, going on and stopped now."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from dayspring.clinic.showing.predicted_from import (
    SET,
    Predicted,
    drawn,
    form_of,
    inputs,
    spread,
    stretches,
    whole,
)
from dayspring.clinic.showing.rooms import Looking
from dayspring.figures.levels import Felt, Going, Levels, felt_between, levels
from dayspring.figures.paper import above
from dayspring.pharmacology import Dose, Patient
from dayspring.pharmacology.licence import outside
from dayspring.pharmacology.parameters import parameters
from dayspring.therapy import facts
from dayspring.therapy.given import expected_end
from dayspring.therapy.session import State

ROOM_MINUTES, EVERY_MINUTES, SCALE = 240, 2, 400.0


def room(look: Looking, born: date) -> Predicted:
    """Level and felt effects of the infusion in a room, going on and stopped now."""
    started = look.session.started
    assert started is not None
    assert isinstance(started.fact, facts.InfusionStarted)
    known = inputs(look.folded, born, look.at.astimezone(look.zone).date(), look.knowledge)
    form = form_of(look.folded, started.fact)
    if known.patient is None or not form:
        return Predicted(why=known.why or (_("the order of this infusion is not in the chart"),))
    whole_now = whole(look.session, look.at, started.happened_at, form)
    if why := outside(known.patient, [whole_now] if whole_now else [], parameters(SET)):
        return Predicted(why=why)
    # Whole minutes: within one minute everybody who looks is shown the same drawing, calculated once.
    now = int((look.at - started.happened_at) / timedelta(minutes=1))
    at = started.happened_at + timedelta(minutes=now)
    minutes = tuple(float(m) for m in range(0, max(ROOM_MINUTES, now + 60) + 1, EVERY_MINUTES))
    felt_from = float(look.knowledge.limit("predicted_felt").value)
    ways = [
        _going(
            words, known.patient, stretches(look.session, at, form, going_on=ahead), minutes, form, felt_from
        )
        for words, ahead in _ways(look, at)
    ]
    highest = max(SCALE, above(max(value for way in ways for value in way.high)))
    data = Levels(
        minutes=minutes, ways=ways, now=float(now), highest=highest, label=_("typical for people like this")
    )
    made_of = (*known.made_of, _("the rates in this chart"), _("earlier sessions not counted"))
    return drawn(
        lambda width: levels(data, width=width), made_of, _("Nine of ten people like this lie in the band.")
    )


def _ways(look: Looking, at: datetime) -> list[tuple[str, timedelta | None]]:
    """How it may go from here: on to the end and stopped now, or only as it stands."""
    ahead = expected_end(look.session, at)
    if look.session.state is State.RUNNING and ahead is not None:
        return [(_("going on"), ahead), (_("stopped now"), None)]
    return [(_("as it stands"), None)]


def _going(
    words: str,
    patient: Patient,
    doses: tuple[Dose, ...],
    minutes: tuple[float, ...],
    form: str,
    felt_from: float,
) -> Going:
    level, felt = f"{form}_ketamine_ng_per_ml", "cadss_points"
    found = spread(patient, doses, tuple(m / 60 for m in minutes), (level, felt)).quantiles
    by_share = found[level]
    return Going(
        words=words,
        level=by_share[0.5].tolist(),
        low=by_share[0.05].tolist(),
        high=by_share[0.95].tolist(),
        felt=Felt(
            middle=felt_between(minutes, found[felt][0.5].tolist(), felt_from),
            most=felt_between(minutes, found[felt][0.95].tolist(), felt_from),
        ),
    )


__all__ = ["room"]
