"""What a person signed stands only for those words, that route, that indication, that setting, and for a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.knowledge import Library, library
from dayspring.therapy import acts, consents, facts
from dayspring.therapy.consents import Standing, text_of
from tests.people import NINE, SESSION, VALE, Chart, prepared, q

IV = "iv_depression"
PROTOCOL: Mapping[str, Any] = library().protocols[IV]
DRAWN = "M120 300L140 310L160 290M500 200L500 200"
DAY = timedelta(days=1)
# Twelve months as the limit counts them: a year of 365 days and six hours.
YEAR = timedelta(days=365, hours=6)
SECOND = timedelta(seconds=1)


def sign(key: str = IV, **other: str) -> acts.SignConsent:
    text = text_of(key, library())
    told = {"version": text.version, "digest": text.digest, "signed_name": "Rosa Test"}
    return acts.SignConsent(**{"consent": key, **told, **other})


def standing(
    chart: Chart, protocol: Mapping[str, Any] = PROTOCOL, *, known: Library | None = None
) -> Standing:
    return consents.current(chart.course, protocol, known or library(), chart.at)


def signed(key: str = IV) -> Chart:
    chart = Chart()
    chart.do(sign(key))
    return chart


def rewritten(key: str, entry: int, *, version: str | None = None, **words: str) -> Library:
    """The library with one paragraph of a consent in other words."""
    row = dict(library().consents[key])
    text = text_of(key, library())
    plainly = [
        {"heading": p.heading, "text": p.text, "covers": list(p.covers), "since": p.since}
        for p in text.paragraphs
    ]
    plainly[entry] |= words | ({"since": version} if version else {})
    row |= {"paragraphs": plainly} | ({"version": version} if version else {})
    return replace(library(), consents={**library().consents, key: row})


# The text -----------------------------------------------------------------------------------------


def test_a_shared_paragraph_is_read_in_its_own_words():
    text = text_of("sc_depression", library())
    stop = next(p for p in text.paragraphs if p.shared == "right_to_stop")
    assert (stop.heading, stop.text) == tuple(
        library().paragraphs["shared"]["right_to_stop"][word] for word in ("heading", "text")
    )


def test_a_consent_or_a_paragraph_that_does_not_exist_is_named():
    with pytest.raises(KeyError, match="no consent is called nothing"):
        text_of("nothing", library())
    row = {**library().consents[IV], "paragraphs": [{"same_as": "nowhere"}]}
    with pytest.raises(KeyError, match=r"iv_depression takes the paragraph nowhere"):
        text_of(IV, replace(library(), consents={IV: row}))


@pytest.mark.parametrize("word", ["heading", "text"])
def test_one_other_letter_is_another_digest(word):
    there = text_of(IV, library())
    other = text_of(IV, rewritten(IV, 3, **{word: getattr(there.paragraphs[3], word) + "."}))
    assert other.digest != there.digest
    assert text_of(IV, rewritten(IV, 3)).digest == there.digest


def test_two_consents_never_have_the_same_digest():
    digests = [text_of(key, library()).digest for key in library().consents]
    assert len(set(digests)) == len(digests) > 10


# Whether it stands --------------------------------------------------------------------------------


def test_what_was_never_signed_does_not_stand():
    stands = standing(Chart())
    assert (stands.state, stands.ok, stands.line) == ("unsigned", False, None)
    assert stands.says == "No signed consent for this route and indication."


def test_what_was_signed_stands_and_says_when_it_ends():
    stands = standing(signed())
    assert (stands.state, stands.ok) == ("current", True)
    assert stands.says == "Signed 20 November 2026."
    assert stands.ends == NINE + YEAR
    assert stands.limit == library().limit("consent_max_age")


@pytest.mark.parametrize(
    "after, state",
    [(YEAR - 30 * DAY, "current"), (YEAR - 30 * DAY + SECOND, "expiring"), (YEAR, "expiring"),
     (YEAR + SECOND, "expired")],
    ids=str,
)  # fmt: skip
def test_a_consent_warns_thirty_days_before_it_ends_and_holds_to_its_last_second(after, state):
    chart = signed()
    chart.at = NINE + after
    stands = standing(chart)
    assert (stands.state, stands.ok) == (state, state != "expired")
    if state == "expiring":
        assert stands.says == "Signed 20 November 2026. It ends on 20 November 2027: sign again before then."
        assert stands.limit == library().limit("consent_notice")


def test_a_signature_of_tomorrow_does_not_stand_today():
    chart = signed()
    chart.at = NINE - DAY
    assert standing(chart).state == "unsigned"


@pytest.mark.parametrize("key", sorted(set(library().consents) - {IV}))
@pytest.mark.hazard("H11")
def test_no_other_consent_stands_in_for_the_one_of_this_protocol(key):
    assert standing(signed(key)).state == "unsigned"


@pytest.mark.parametrize("field, value", [("route", "im"), ("indication", "pain"), ("setting", "home")])
@pytest.mark.hazard("H11")
def test_a_signature_for_another_route_indication_or_setting_does_not_stand(field, value):
    chart = signed()
    fact = replace(chart.lines[0].fact, **{field: value})
    chart.lines[0] = replace(chart.lines[0], fact=fact)
    assert standing(chart).state == "unsigned"


def test_the_same_route_at_home_asks_for_a_consent_of_its_own():
    home = {"consent": "sl_home_depression", "route": "sl", "indication": "depression", "setting": "home"}
    assert standing(signed("sl_clinic_depression"), home).state == "unsigned"
    assert standing(signed("sl_home_depression"), home).ok


@pytest.mark.hazard("H11")
def test_a_consent_taken_back_does_not_stand_until_it_is_signed_again():
    chart = signed().later(hours=1)
    chart.do(acts.WithdrawConsent(consent=IV, reason="wishes to wait"), VALE)
    stands = standing(chart)
    assert (stands.state, stands.ok) == ("withdrawn", False)
    assert stands.says == "Consent was withdrawn on 20 November 2026."
    chart.later(hours=1).do(sign())
    assert standing(chart).ok
    assert [type(line.fact).__name__ for line in consents.signatures(chart.course, IV)] == [
        "ConsentSigned", "ConsentWithdrawn", "ConsentSigned"]  # fmt: skip


def test_a_withdrawal_written_down_late_still_ends_the_consent():
    chart = signed().later(days=2)
    chart.do(acts.WithdrawConsent(consent=IV, happened_at=NINE - DAY), VALE)
    assert standing(chart).state == "withdrawn"


def test_a_signature_dated_before_the_withdrawal_does_not_undo_it():
    chart = signed().later(days=2)
    chart.do(acts.WithdrawConsent(consent=IV), VALE)
    chart.later(hours=1).do(replace(sign(), happened_at=NINE + DAY))
    assert standing(chart).state == "withdrawn"


def test_taking_back_one_consent_leaves_the_others():
    chart = signed()
    chart.do(sign("sc_anxiety"))
    chart.later(hours=1).do(acts.WithdrawConsent(consent="sc_anxiety"), VALE)
    assert standing(chart).ok


@pytest.mark.hazard("H11")
def test_a_renewed_text_is_signed_again_and_says_what_is_new():
    known = rewritten(IV, 2, version="3", text="It was found since then that it does something else.")
    stands = standing(signed(), known=known)
    assert (stands.state, stands.ok) == ("renewed", False)
    assert [p.heading for p in stands.new] == [text_of(IV, library()).paragraphs[2].heading]
    assert stands.says == (
        "Version 2 was signed on 20 November 2026; the text is now version 3. "
        "New since then: What it may do for you. It is signed again first."
    )


def test_a_signature_under_a_version_that_nobody_knows_asks_for_the_whole_text_again():
    chart = signed()
    chart.lines[0] = replace(chart.lines[0], fact=replace(chart.lines[0].fact, version="older"))
    stands = standing(chart)
    assert stands.state == "renewed" and "Every paragraph is new." in stands.says
    assert stands.new == text_of(IV, library()).paragraphs


@pytest.mark.hazard("H11")
def test_other_words_under_the_same_version_do_not_stand():
    known = rewritten(IV, 2, text="Other words that nobody gave a version.")
    assert standing(signed(), known=known).state == "renewed"


def test_an_old_line_without_a_digest_stands_by_its_version():
    chart = signed()
    chart.lines[0] = replace(chart.lines[0], fact=replace(chart.lines[0].fact, digest=""))
    assert standing(chart).ok


def test_the_newest_signature_speaks_and_not_an_older_one_that_would_do():
    chart = signed().later(days=1)
    chart.do(sign())
    older = replace(chart.lines[-1].fact, version="1", digest="")
    chart.lines[-1] = replace(chart.lines[-1], fact=older)
    assert standing(chart).state == "renewed"


@given(st.integers(min_value=-400, max_value=800), st.integers(min_value=-400, max_value=800))
def test_a_consent_that_stands_was_signed_within_the_year_and_not_taken_back(signed_on, back_on):
    chart = signed()
    chart.lines[0] = replace(chart.lines[0], happened_at=NINE + signed_on * DAY)
    chart.later(minutes=1).do(acts.WithdrawConsent(consent=IV), VALE)
    chart.lines[1] = replace(chart.lines[1], happened_at=NINE + back_on * DAY)
    fresh = 0 <= -signed_on <= 365
    assert standing(chart).ok == (fresh and back_on > 0)


# The gate -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["withdrawn", "renewed", "digest"])
@pytest.mark.hazard("H11")
def test_nothing_starts_without_a_consent_that_stands(how):
    chart = prepared()
    place = next(i for i, x in enumerate(chart.lines) if isinstance(x.fact, facts.ConsentSigned))
    start = acts.StartInfusion(session=SESSION, rate=q(150, "mL/h"))
    if how == "withdrawn":
        chart.do(acts.WithdrawConsent(consent=IV), VALE)
    else:
        other = {"renewed": {"version": "1"}, "digest": {"digest": "0" * 64}}[how]
        chart.lines[place] = replace(chart.lines[place], fact=replace(chart.lines[place].fact, **other))
    assert any("onsent" in said or "signed" in said for said in chart.refused(start))


# Signing ------------------------------------------------------------------------------------------


def test_a_signature_keeps_name_drawing_version_digest_and_setting_of_the_text():
    chart = Chart()
    (fact,) = chart.do(sign("sl_home_depression", signed_name="  Rosa Test ", drawing=DRAWN, route="iv"))
    text = text_of("sl_home_depression", library())
    assert fact == facts.ConsentSigned(
        consent=text.key, version=text.version, route="sl", indication="depression", signed_name="Rosa Test",
        setting="home", digest=text.digest, drawing=DRAWN,
    )  # fmt: skip


@pytest.mark.hazard("H11")
def test_a_text_renewed_while_it_was_read_is_not_signed():
    said = Chart().refused(sign(digest="0" * 64))
    assert len(said) == 1 and "was renewed while it was read" in said[0] and "version 2" in said[0]
    said = Chart().refused(sign(version="1"))
    assert "version 1 was shown, and it is now version 2" in said[0]


@pytest.mark.parametrize("name", ["", "   ", "...", "–", "7", "x" * 201, "Rosa\nTest"])
def test_what_is_no_name_signs_nothing(name):
    assert len(Chart().refused(sign(signed_name=name))) == 1


@pytest.mark.parametrize("name", ["Ö", "José Ángel O’Brien-Núñez", "山田 太郎", "X"])
def test_a_name_in_any_script_signs(name):
    assert Chart().do(sign(signed_name=name))


@pytest.mark.parametrize(
    "drawing",
    ["M1 1", "L1 1L2 2", "M1 1C1 1 2 2 3 3", "M-1 1L2 2", "M1.5 1L2 2", "M10000 1L2 2", "<svg/>", "M1 1L2 2Z",
     'M1 1L2 2"/><script>', "M1 1L2 2\nM1 1L2 2", "M1 1" + "L2 2" * 10_000],
    ids=lambda drawing: drawing[:20],
)  # fmt: skip
def test_what_is_no_drawing_is_refused_and_the_name_is_not_kept_either(drawing):
    (said,) = Chart().refused(sign(drawing=drawing))
    assert "drawn signature" in said


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 999), st.integers(0, 399)), min_size=2, max_size=40), max_size=8
    )
)
def test_every_drawing_of_whole_points_is_kept_as_it_is(strokes):
    drawing = "".join("M" + "L".join(f"{x} {y}" for x, y in stroke) for stroke in strokes)
    (fact,) = Chart().do(sign(drawing=drawing))
    assert isinstance(fact, facts.ConsentSigned) and fact.drawing == drawing


def test_only_what_was_signed_is_taken_back():
    assert Chart().refused(acts.WithdrawConsent(consent=IV), VALE) == ("No consent of that name was signed.",)
    (fact,) = signed().do(acts.WithdrawConsent(consent=IV, reason=" wishes to wait "), VALE)
    assert fact == facts.ConsentWithdrawn(consent=IV, reason="wishes to wait")
