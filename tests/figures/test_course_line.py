from datetime import date

from dayspring.figures.course_line import Course, course_line

DAYS = [date(2026, 11, day) for day in (1, 8, 15)]


def course(*totals: int | None, doses: int = 2) -> Course:
    return Course(
        name="PHQ-9",
        highest=27,
        scores=list(zip(DAYS, totals, strict=False)),
        doses=[(DAYS[n], "34 mg") for n in range(doses)],
        bands=((5, "mild"), (20, "severe")),
    )


def test_the_sentence_says_which_way_the_score_went():
    assert course_line(course(21, 18, 12))[1] == "PHQ-9 12 of 27, down from 21, after 2 doses."
    assert "up from 12" in course_line(course(12, 18, 21))[1]


def test_an_answer_without_a_total_is_hollow_and_never_a_nought():
    drawing, sentence = course_line(course(21, None, 12))
    assert drawing.count('class="hollow"') == 1
    assert drawing.count('class="scoredot"') == 2
    assert "12 of 27" in sentence


def test_the_same_course_gives_the_same_bytes():
    assert course_line(course(21, 18)) == course_line(course(21, 18))


def test_nothing_to_draw_is_said_and_not_drawn():
    drawing, sentence = course_line(course(doses=0))
    assert drawing == ""
    assert sentence == "PHQ-9 has no total yet; 0 doses so far."


def test_a_lower_score_is_drawn_lower():
    drawing = course_line(course(21, 18, 12))[0]
    heights = [float(part.split('cy="')[1].split('"')[0]) for part in drawing.split("<circle")[1:]]
    assert heights == sorted(heights)
