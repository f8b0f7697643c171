"""Acts on consent: signing one version of one text, and taking it back."""

from __future__ import annotations

from collections.abc import Callable

from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse


def sign_consent(asked: Asked, act: acts.SignConsent) -> Answer:
    text = asked.knowledge.consents.get(act.consent)
    if text is None or text["version"] != act.version:
        return refuse(
            f"There is no consent {act.consent} in version {act.version}; it may have been renewed."
        )
    if not act.signed_name.strip():
        return refuse("A consent is signed with a name.")
    return (
        facts.ConsentSigned(
            consent=act.consent,
            version=act.version,
            route=text["route"],
            indication=text["indication"],
            signed_name=act.signed_name.strip(),
            setting=text.get("setting", "clinic"),
            digest=act.digest,
            drawing=act.drawing,
        ),
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
