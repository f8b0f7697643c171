"""The invented people of the demonstration clinic. Any likeness to a real person is chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dayspring.knowledge import library

TRIALS = [
    {
        "drug": "sertraline",
        "dose_mg": "150",
        "weeks": "10",
        "improvement_percent": "20",
        "stopped_for": "no_effect",
    },
    {
        "drug": "venlafaxine XR",
        "dose_mg": "225",
        "weeks": "9",
        "improvement_percent": "30",
        "stopped_for": "no_effect",
    },
]

# Yes to everything that a programme asks for, at home and for esketamine.
IN_PLACE: Mapping[str, object] = {
    key: "yes" if row.get("when") == "no" else "no"
    for table in ("home", "rems")
    for key, row in library().screening[table].items()
}

# No to every question of history, and what a whole intake says beside it.
HISTORY_NO: Mapping[str, object] = dict.fromkeys(library().screening["history"], "no") | {
    "escort": "yes",
    "willing": "yes",
    "childbearing": "no",
    "sleep_apnoea": "no",
    "diagnosis": "depression",
    "diagnosis_by": "psychiatrist",
    "phq9_total": 19,
    "gad7_total": 12,
    "episode_months": "14",
    "episode_severity": "severe",
    "ect_used": "no",
    "bipolar_family": "no",
    "ecg": "normal",
    "moca_total": 28,
    "trials": TRIALS,
    "medicines": [{"name": "venlafaxine XR", "dose_mg_per_day": "225"}],
    "cssrs_1": "yes",
    "cssrs_2": "no",
    "cssrs_6": "no",
    "audit_total": 2,
    "dast_total": 0,
    "substance_criteria": 0,
    "cannabis": "never",
    "child_pugh": "none",
    "alt": "22",
    "alt_upper": "40",
    "ast": "25",
    "ast_upper": "40",
    "alp": "70",
    "alp_upper": "120",
    "ggt": "20",
    "ggt_upper": "45",
    "systolic_1": 124,
    "diastolic_1": 78,
    "systolic_2": 122,
    "diastolic_2": 76,
    "pulse": 72,
    "spo2": 98,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """One invented person and how far they have come.

    `steps` counts referral, intake, decision, plan; `asked_of` is whom a clearance was asked of; `past` holds
    sessions by days ago; `today` says what is going on now, in which chair and how many minutes since the drug began.
    """

    name: str
    born: str
    record: str
    sex: str
    weight: str
    height: str
    referrer: str = "Dr Imaginary, general practice"
    reason: str = "Depression, two medicines without enough effect"
    goals: str = "To get up in the morning and see friends"
    allergies: str = "none"
    escort: str = "A. Neighbour"
    answered: bool = True
    protocol: str = "iv_depression"
    asked_of: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)
    decision: str = "start"
    why: str = "Two adequate trials, nothing against it."
    phq9: tuple[int, ...] = (19,)
    rest: tuple[int, int] = (122, 77)
    mg_per_kg: str = "0.5"
    extra_rise: int = 0
    days_ago: int = 12
    steps: int = 4
    past: tuple[int, ...] = ()
    today: tuple[str, str, int] | None = None


CAST = (
    Invented(name="Ines Dummont", born="1990-05-11", record="10-1001", sex="female", weight="63", height="166",
             steps=1, days_ago=1),
    Invented(name="Tomas Example", born="1975-02-28", record="10-1002", sex="male", weight="84", height="181",
             steps=2, days_ago=2, answered=False, answers={"diagnosis": "depression", "psychosis_past": "unknown"}),
    Invented(name="Victor Sample", born="1961-09-03", record="10-1003", sex="male", weight="97", height="174",
             steps=2, days_ago=3, answers={"systolic_1": 164, "diastolic_1": 98, "systolic_2": 162, "diastolic_2": 101,
             "medicines": [{"name": "clonazepam", "dose_mg_per_day": "2"}]}, rest=(150, 92)),
    Invented(name="Noor Placeholder", born="1988-12-19", record="10-1004", sex="female", weight="71", height="170",
             steps=2, days_ago=3),
    Invented(name="Jun Fictive", born="1994-07-30", record="10-1005", sex="male", weight="68", height="172", steps=3),
    Invented(name="Ada Nobody", born="1982-01-17", record="10-1006", sex="female", weight="59", height="164",
             today=("unchecked", "6", 0), days_ago=9),
    Invented(name="Ravi Inventado", born="1970-10-05", record="10-1007", sex="male", weight="88", height="179",
             today=("booked", "8", 0), days_ago=9),
    Invented(name="Mara Kessel-Test", born="1984-03-04", record="10-2274", sex="female", weight="68", height="168",
             allergies="penicillin", past=(11, 8, 4), phq9=(21, 18, 15, 12), today=("dosing", "2", 22), days_ago=25),
    Invented(name="Peter Mockley", born="1961-06-19", record="10-1893", sex="male", weight="82", height="178",
             rest=(134, 84), extra_rise=30, past=(4,), phq9=(23, 20), today=("dosing", "5", 30), days_ago=20),
    Invented(name="Lucia Pretend", born="1979-08-22", record="10-1010", sex="female", weight="74", height="171",
             today=("preparing", "3", 0), days_ago=9),
    Invented(name="Samuel Notreal", born="1967-11-02", record="10-1011", sex="male", weight="91", height="183",
             past=(8, 5), phq9=(20, 17, 14), today=("after", "4", 85), days_ago=22),
    Invented(name="Ottilie Madeup", born="1958-04-14", record="10-1012", sex="female", weight="66", height="162",
             past=(10, 7, 4), phq9=(22, 16, 11, 8), today=("after", "1", 131), days_ago=24),
    Invented(name="Elif Pretendova", born="1986-10-09", record="10-1013", sex="female", weight="70", height="169",
             protocol="in_esketamine_trd", answers=IN_PLACE, today=("ordered", "", 0), days_ago=9),
    Invented(name="Grace Nonesuch", born="1980-05-27", record="10-1014", sex="female", weight="67", height="165",
             protocol="sl_home_depression", answers=IN_PLACE, steps=3, days_ago=4,
             why="Two adequate trials; lives two hours away; sister sits beside her."),
    Invented(name="Otto Fabel", born="1964-02-12", record="10-1015", sex="male", weight="86", height="176",
             answers={"heart_stable": "yes", "ecg": "abnormal"}, asked_of="cardiology", steps=2, days_ago=5),
    Invented(name="Hana Unreal", born="1992-08-03", record="10-1016", sex="female", weight="61", height="163",
             protocol="im_depression", today=("ordered", "", 0), days_ago=9),
)  # fmt: skip
