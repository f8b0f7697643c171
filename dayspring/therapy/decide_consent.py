"""Acts on consent: signing one version of one text, and taking it back."""

from __future__ import annotations

import re
from collections.abc import Callable

from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse
from dayspring.therapy.consents import ConsentText, text_of

# A drawn signature is lines between whole-numbered points, so that it can hold nothing but a drawing.
DRAWING = re.compile(r"(?:M\d{1,4} \d{1,4}(?:L\d{1,4} \d{1,4})+)+")
SHORT_ENOUGH = re.compile(r".{0,30000}")
NAME = re.compile(r"(?=.*[^\W\d_])[^\x00-\x1f]{1,200}")


def sign_consent(asked: Asked, act: acts.SignConsent) -> Answer:
    """One version is signed with a name; a drawing beside it is kept as it is, and only if it is one."""
    if act.consent not in asked.knowledge.consents:
        return refuse(f"There is no consent {act.consent}.")
    text = text_of(act.consent, asked.knowledge)
    name, drawing = act.signed_name.strip(), act.drawing.strip()
    if wrong := [*_renewed(act, text), *_unsigned(name), *_undrawn(drawing)]:
        return refuse(*wrong)
    return (
        facts.ConsentSigned(
            consent=text.key,
            version=text.version,
            route=text.route,
            indication=text.indication,
            signed_name=name,
            setting=text.setting,
            digest=act.digest,
            drawing=drawing,
        ),
    )


def _renewed(act: acts.SignConsent, text: ConsentText) -> list[str]:
    if act.version != text.version:
        said = f"version {act.version} was shown, and it is now version {text.version}"
    elif act.digest and act.digest != text.digest:
        said = f"the words shown are not those of version {text.version} now"
    else:
        return []
    return [f"“{text.title}” was renewed while it was read: {said}. Load the page, read it again, then sign."]


def _unsigned(name: str) -> list[str]:
    if not name:
        return ["A consent is signed with a name."]
    return [] if NAME.fullmatch(name) else ["The name has no letter in it, or more than 200 characters."]


def _undrawn(drawing: str) -> list[str]:
    if not drawing:
        return []
    if not SHORT_ENOUGH.fullmatch(drawing):
        return ["The drawn signature is too long. Clear it and draw it once more."]
    return (
        []
        if DRAWING.fullmatch(drawing)
        else ["The drawn signature is no drawing. Clear it and draw it again."]
    )


def withdraw_consent(asked: Asked, act: acts.WithdrawConsent) -> Answer:
    """Taking back needs no reason and is never refused for a consent that was signed."""
    if not any(getattr(line.fact, "consent", "") == act.consent for line in asked.course.consents):
        return refuse("No consent of that name was signed.")
    return (facts.ConsentWithdrawn(consent=act.consent, reason=act.reason.strip()),)


DECIDERS: dict[type[Act], Callable[..., Answer]] = {
    acts.SignConsent: sign_consent,
    acts.WithdrawConsent: withdraw_consent,
}
