"""The peer's part: libRoadRunner on the loads T1 and T2. Run by an interpreter that has libroadrunner and antimony.

One ketamine-like drug in three compartments, a chain of two metabolites, an effect site; in T2 two slow states as
well. The numbers are of the right size for a benchmark and are no model to use. Prints `T1 us` and `T2 us`, CPU
microseconds for each patient, adaptive solver at 1e-6 relative and 1e-8 absolute.
"""

from __future__ import annotations

import time

import antimony
import numpy as np
import roadrunner

NAMES = ("CL", "V1", "Q2", "V2", "Q3", "V3", "CLM", "KE0", "EC50", "KG1")
TYPICAL = (1.2, 20.0, 1.5, 60.0, 0.5, 150.0, 0.9, 0.2, 0.10, 0.004)
VARIED = {"T1": range(8), "T2": (0, 1, 2, 3, 6, 7, 8, 9)}
DOSES = {"T1": (0.0,), "T2": tuple(1440.0 * day for day in (0, 3, 7, 10, 14, 21, 28, 42))}
SHOWN = {"T1": ["A1", "M1", "M2", "CE"], "T2": ["A1", "CE", "P1", "P2"]}
PEOPLE = {"T1": 300, "T2": 80}
AFTER = (5, 10, 20, 30, 40, 50, 60, 80, 100, 120, 180, 240.0)
TIMES = {
    "T1": np.arange(241.0),
    "T2": np.sort(np.concatenate([np.add.outer(DOSES["T2"], AFTER).ravel(), np.linspace(0, 80640, 104)])),
}
LINEAR = """
 A1' = R - (CL+Q2+Q3)/V1*A1 + Q2/V2*A2 + Q3/V3*A3;
 A2' = Q2/V1*A1 - Q2/V2*A2;  A3' = Q3/V1*A1 - Q3/V3*A3;
 M1' = 0.8*CL/V1*A1 - CLM/60*M1;  M2' = 0.5*CLM/60*M1 - 0.00625*M2;
 CE' = KE0*(A1/V1 - CE);
"""
SLOW = """
 P1' = KG1*CE^2/(EC50^2+CE^2)*(1-P1) - 2.4e-4*P1;
 P2' = 1e-4*P1^2/(0.04+P1^2)*(1-P2) - 2.3e-5*P2;
"""


def model(task: str) -> roadrunner.RoadRunner:
    states = ["A1", "A2", "A3", "M1", "M2", "CE"] + (["P1", "P2"] if task == "T2" else [])
    begin = "".join(f" {n} = {v};" for n, v in zip(NAMES, TYPICAL, strict=True))
    begin += "".join(f" {state} = 0;" for state in states) + " R = 0.875;"
    turns = "".join(
        (f" at (time >= {d}): R = 0.875;" if d else "") + f" at (time >= {d + 40}): R = 0;"
        for d in DOSES[task]
    )
    text = LINEAR + (SLOW if task == "T2" else "") + begin + turns + " var R; var " + ", ".join(states) + ";"
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(f"model x()\n{text}\nend") < 0:
        raise ValueError(antimony.getLastError())
    made = roadrunner.RoadRunner(antimony.getSBMLString())
    made.integrator.relative_tolerance, made.integrator.absolute_tolerance = 1e-6, 1e-8
    made.timeCourseSelections = SHOWN[task]
    return made


def main() -> None:
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
    for task, people in PEOPLE.items():
        rr, rng = model(task), np.random.default_rng(1)
        drawn = np.tile(TYPICAL, (people, 1))
        drawn[:, VARIED[task]] *= np.exp(0.3 * rng.standard_normal((people, 8)))
        taken = []
        for _ in range(3):
            began = time.process_time()
            for row in drawn:
                rr.reset()
                rr["R"] = 0.875
                for place in VARIED[task]:
                    rr[NAMES[place]] = row[place]
                rr.simulate(times=TIMES[task])
            taken.append(time.process_time() - began)
        print(task, 1e6 * min(taken) / people)


if __name__ == "__main__":
    main()
