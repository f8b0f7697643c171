/* Where the drug goes, as a sum of exponentials for each patient (compartments.py says the equations).

   Blood, two tissues and the liver exchange with the centre only: an arrow, whose four rates are real and lie
   between the rates of the tissues. Norketamine, brain and what waits to be absorbed follow one after another,
   each a mode of its own. Two rates that meet are set a millionth apart. */
#ifndef DAYSPRING_BODY_H
#define DAYSPRING_BODY_H
#include "lanes.h"

enum { CORE = 4, NORK = 4, BRAIN = 5, DEPOT = 6, DEPOTS = 12, MODES = DEPOT + DEPOTS, TISSUES = 3 };
enum { F_CENTRAL, F_FAST, F_SLOW, F_LIVER, F_NORK, F_QFAST, F_QSLOW, F_QLIVER, F_CLINT, F_CLNORK, F_GUT, F_YIELD,
       F_IC50, F_IC50N, F_VPOWER, F_QPOWER, F_COUNT };

typedef struct {
  int modes;
  V rate[MODES];                            /* per hour */
  V felt[MODES], blood[MODES], nork[MODES]; /* what a unit of the mode is in the brain (IC50) and in ng/mL */
  V by_vein[MODES];                         /* the modes of 1 mg put into the centre */
  V by_depot[DEPOTS][MODES];                /* of 1 mg that begins to wait in a depot */
} Body;

typedef struct { V weight, age, clearance, volume, gut; } Person;

INLINE V apart(V a, V b) { return pick((I)(size_of(a - b) < 1e-6 * size_of(b)), b * (1.0 + 2e-6), a); }

/* The polynomial whose roots are the rates, and its slope. */
INLINE V arrow(V x, V all, const V *d, const V *q, V *slope) {
  V a = d[0] - x, b = d[1] - x, c = d[2] - x, o = all - x;
  V ab = a * b, ac = a * c, bc = b * c;
  *slope = -(ab * c) - o * (bc + ac + ab) + q[0] * (b + c) + q[1] * (a + c) + q[2] * (a + b);
  return o * ab * c - q[0] * bc - q[1] * ac - q[2] * ab;
}

static void core_rates(V all, const V *d, const V *q, V *rate) {
  V s0 = smaller(d[0], d[1]), t = larger(d[0], d[1]);
  V s2 = larger(t, d[2]), m = smaller(t, d[2]), s1 = larger(s0, m);
  s0 = smaller(s0, m);
  V low[CORE] = {ALL(0.0), s0, s1, s2}, high[CORE] = {s0, s1, s2, all + s0 + s1 + s2}, slope;
  for (int n = 0; n < 26; n++)
    for (int k = 0; k < CORE; k++) {
      V middle = 0.5 * (low[k] + high[k]), p = arrow(middle, all, d, q, &slope);
      I before = (I)((k & 1 ? -p : p) > ALL(0.0)); /* the sign turns at each rate */
      low[k] = pick(before, middle, low[k]);
      high[k] = pick(before, high[k], middle);
    }
  for (int k = 0; k < CORE; k++) {
    V x = 0.5 * (low[k] + high[k]);
    for (int n = 0; n < 3; n++) {
      V p = arrow(x, all, d, q, &slope);
      x = smaller(larger(x - p / slope, low[k]), high[k]);
    }
    rate[k] = x;
  }
}

/* The modes of one form for eight patients. depot_rate and swallowed: what waits, and whether in the gut. */
static void body_of(Body *o, const double *f, const double *g, const Person *who, int depots,
                    const double *depot_rate, const int64_t *swallowed) {
  enum { G_SIZE, G_FALLS_FROM, G_FALL, G_FLOOR, G_LAG };
  V size = vlog(who->weight / g[G_SIZE]);
  V big = vexp(f[F_VPOWER] * size) * who->volume, swift = vexp(f[F_QPOWER] * size);
  V v1 = f[F_CENTRAL] * big, v2 = f[F_FAST] * big, v3 = f[F_SLOW] * big, vh = f[F_LIVER] * big, vn = f[F_NORK] * big;
  V q2 = f[F_QFAST] * swift, q3 = f[F_QSLOW] * swift, qh = f[F_QLIVER] * swift;
  V clint = f[F_CLINT] * swift * who->clearance;
  qh = larger(qh - g[G_FALL] * larger(ALL(0.0), who->age - g[G_FALLS_FROM]), g[G_FLOOR] * qh);
  V gut = smaller(ALL(1.0), f[F_GUT] * who->gut);
  V met = clint / vh, all = (q2 + q3 + qh) / v1;
  V d[TISSUES] = {q2 / v2, q3 / v3, (qh + clint) / vh};
  V q[TISSUES] = {q2 / v1 * (q2 / v2), q3 / v1 * (q3 / v3), qh / v1 * (qh / vh)};
  V lag = ALL(g[G_LAG]), made = ALL(f[F_YIELD]), nork = f[F_CLNORK] * swift / vn;
  V heart[CORE], liver_u[CORE], liver[CORE], to_nork[CORE];
  core_rates(all, d, q, o->rate);
  for (int k = 0; k < CORE; k++) nork = apart(nork, o->rate[k]);
  for (int k = 0; k < CORE; k++) lag = apart(lag, o->rate[k]);
  lag = apart(lag, nork);
  o->rate[NORK] = nork;
  o->rate[BRAIN] = lag;
  o->modes = DEPOT + depots;
  V felt1 = 1000.0 / (v1 * f[F_IC50]), feltn = 1000.0 / (vn * f[F_IC50N]);
  for (int k = 0; k < CORE; k++) {
    V a = d[0] - o->rate[k], b = d[1] - o->rate[k], c = d[2] - o->rate[k];
    heart[k] = 1.0 / (1.0 + q[0] / (a * a) + q[1] / (b * b) + q[2] / (c * c));
    liver_u[k] = qh / vh / c * heart[k];
    liver[k] = qh / v1 / c;
    to_nork[k] = made * met * liver[k] / (nork - o->rate[k]);
    o->felt[k] = lag * (felt1 + feltn * to_nork[k]) / (lag - o->rate[k]);
    o->blood[k] = 1000.0 / v1;
    o->nork[k] = 1000.0 / vn * to_nork[k];
  }
  o->felt[NORK] = lag * feltn / (lag - nork);
  o->felt[BRAIN] = ALL(1.0);
  o->blood[NORK] = o->blood[BRAIN] = o->nork[BRAIN] = ALL(0.0);
  o->nork[NORK] = 1000.0 / vn;
  V n = ALL(0.0), e = ALL(0.0);
  for (int k = 0; k < o->modes; k++) o->by_vein[k] = ALL(0.0);
  for (int k = 0; k < CORE; k++) {
    o->by_vein[k] = heart[k];
    n -= to_nork[k] * heart[k];
    e -= o->felt[k] * heart[k];
  }
  o->by_vein[NORK] = n;
  o->by_vein[BRAIN] = e - o->felt[NORK] * n;
  for (int j = 0; j < depots; j++) {
    V w = ALL(depot_rate[j]), in_heart = ALL(0.0), in_liver = ALL(0.0), own[CORE], *y = o->by_depot[j];
    for (int k = 0; k <= BRAIN; k++) w = apart(w, o->rate[k]);
    for (int k = 0; k < o->modes; k++) y[k] = ALL(0.0);
    for (int k = 0; k < CORE; k++) {
      own[k] = (swallowed[j] ? gut * liver_u[k] : heart[k]) * w / (o->rate[k] - w);
      in_heart += own[k];
      in_liver += own[k] * liver[k];
      y[k] = -own[k];
    }
    V wall = swallowed[j] ? w * (1.0 - gut) * made : ALL(0.0); /* the wall makes norketamine too */
    V in_nork = (made * met * in_liver + wall) / (nork - w);
    V in_brain = lag * (felt1 * in_heart + feltn * in_nork) / (lag - w);
    n = -in_nork;
    e = -in_brain;
    for (int k = 0; k < CORE; k++) {
      n += to_nork[k] * own[k];
      e += o->felt[k] * own[k];
    }
    y[NORK] = n;
    y[BRAIN] = e - o->felt[NORK] * n;
    y[DEPOT + j] = ALL(1.0);
    o->rate[DEPOT + j] = w;
    o->felt[DEPOT + j] = in_brain;
    o->blood[DEPOT + j] = 1000.0 / v1 * in_heart;
    o->nork[DEPOT + j] = 1000.0 / vn * in_nork;
  }
}
#endif
