/* The whole model for many people: drug, receptor, synapse, score, on the grid that Python laid out, and the
   summary of what comes out. The scheme is that of the NumPy tier (compartments.py, plasticity.py, cooperation.py,
   recovery.py, symptoms.py, acute.py), which says every equation; the names here are those of the columns. */
#include <stdlib.h>
#include "body.h"

enum { NODES = 5, FORMS = 2, CHUNK = 1024, DOMAINS = 8 };
/* States that fade at rates which all people share, and what is pushed into them. */
enum { FAST, ACT, BUILD, HAB, TOL, BLOCKED, ADAPTED, SHARED };
enum { PEOPLE_WEIGHT, PEOPLE_AGE, PEOPLE_CLEARANCE, PEOPLE_VOLUME, PEOPLE_GUT, PEOPLE_UPTAKE, PEOPLE_MADRS,
       PEOPLE_DRUG, PEOPLE_SETTING, PEOPLE_SURVIVAL, PEOPLE_ORAL, PEOPLE_CADSS, PEOPLE_TROPHIC, PEOPLE_STRESS,
       PEOPLE_SYS, PEOPLE_DIA, PEOPLE_PULSE, PEOPLE_HALF, PEOPLE_SYS_RISE, PEOPLE_DIA_RISE, PEOPLE_KEPT,
       PEOPLE_STARTED, PEOPLE };
enum { K_SIZE, K_FALLS_FROM, K_FALL, K_FLOOR, K_LAG, /* the body's five, in its order */
       K_HEIGHT, K_EFFICACY, K_KP, K_KQ, K_GAIN, K_LOSS, K_MATURING, K_FADE, K_KEPT, K_SHARE, K_COOP, K_MOST, K_NC,
       K_HALF, K_W_SETTING, K_DRUG, K_SESSION, K_ORAL_H, K_TREATED, K_FREE, K_RGAIN, K_RLOSS, K_RFROM, K_SMOOTH,
       K_HAZARD, K_KAPPA, K_ADAPT, K_SYS_PLACE, K_DIA_PLACE, K_CADSS_TOP, K_NAUSEA,
       K_SYS, K_DIA = K_SYS + 3, K_PULSE = K_DIA + 3, K_CADSS = K_PULSE + 3, K_SEDATION = K_CADSS + 3,
       K_COUNT = K_SEDATION + 3 };
enum { C_KET, C_NORK = C_KET + 2, C_LEVEL = C_NORK + 2, C_BLOCK, C_SURGE, C_ACT, C_FAST, C_NEW, C_MATURE, C_FILLED,
       C_HAB, C_TOL, C_X, C_ORAL, C_RECOVERY, C_ADAPTED, C_SYS, C_DIA, C_PULSE, C_CADSS, C_SEDATION, C_NAUSEA,
       C_RELIEF, C_MADRS, C_PHQ9, C_HAZARD, C_RELAPSE, C_DOMAIN, COLUMNS = C_DOMAIN + DOMAINS };
enum { NEED_LEVELS = 1, NEED_ACUTE = 2, NEED_HAZARD = 4, NEED_SCORE = 8, NEED_SLOW = 16 };

typedef struct {
  int64_t stretches, panels, kinds, taus, outputs, forms, domains, anchors, need, nodes;
  const int64_t *panel_first, *stretch_tau, *ablated, *event_first;
  const double *rate_mg_h; /* stretches x forms */
  const int64_t *ev_form, *ev_direct, *ev_swallowed, *ev_logit;
  const double *ev_mg, *ev_share;
  const int64_t *panel_kind, *panel_tau, *kind_rounds, *tau_half;
  const double *tau, *kind_h, *decay, *push, *half_decay, *half_push, *node, *weight, *span; /* span: panels x 3 */
  const int64_t *edge_out, *out_tau;
  const double *out_x, *out_h, *mid_x, *mid_h;
  const int64_t *form_is, *depots, *swallowed; /* forms; forms; forms x DEPOTS */
  const double *form_par, *depot_rate;         /* forms x F_COUNT; forms x DEPOTS */
  const double *par, *domain, *anchor;         /* domain: points and three loadings with their weights */
} Plan;

typedef struct {
  int64_t people;
  const double *column[PEOPLE];
  int64_t stride[PEOPLE]; /* 0 where all are alike */
} Crowd;

typedef struct {
  int64_t columns, bins, thresholds;
  const int64_t *column;         /* which */
  double **held;                 /* columns: where each person's values go, or null */
  const double *low, *per_bin;   /* of the sketch, in the scale of the sketch */
  const int64_t *is_log;
  uint32_t *counts;              /* columns x outputs x bins, of this thread */
  double *moments;               /* chunks x columns x outputs x 2: mean, sum of squares about it */
  const int64_t *threshold_of;   /* thresholds: place in `column` */
  const double *threshold;
  uint64_t *above;               /* thresholds x outputs, of this thread */
} Wanted;

typedef struct { V *table; V *kind; V *shift, *sum, *square; } Room;
typedef struct { V lost, half_lost, faded, half_faded, push_new[NODES], push_mature[NODES]; } Kind;

typedef struct {
  V loss, maturing, fade, a, b, al, be, ga, half, theta, gain, other_gain, wl, before, trophic, started, oral, inv_before;
  V cadss, sys, dia, pulse, sys_rise, dia_rise, uptake;
} Traits;

typedef struct { V s[SHARED], new_hat, mature_hat, act, build, new_, mature, flows, risk, kept, last, level; } Slow;
typedef struct { V level, block, surge, counted, drive; } Felt;

INLINE V gather(const Crowd *c, int which, int64_t at, int64_t end) {
  V v;
  for (int l = 0; l < LANES; l++) {
    int64_t n = at + l < end ? at + l : end - 1;
    v[l] = c->column[which][n * c->stride[which]];
  }
  return v;
}

INLINE V full(V x) { x = larger(x, ALL(0.0)); return x / (1.0 + x); }
INLINE V hill(V x, const double *k) { V y = vpow(x, k[2]); return k[0] * y / (vpow(ALL(k[1]), k[2]) + y); }

INLINE Felt felt(V r, V e, const Plan *p, V trophic) {
  const double *k = p->par;
  Felt f;
  V counts;
  if (p->forms <= 1) { /* one form: what counts is a share of the level */
    const double share = p->forms && p->form_is[0] ? k[K_EFFICACY] : 1.0;
    f.level = larger(p->forms && p->form_is[0] ? e : r, ALL(0.0));
    V inv = 1.0 / (1.0 + f.level);
    f.block = f.level * inv;
    V g = k[K_HEIGHT] * f.block * inv;
    f.surge = g * g;
    f.counted = share * f.block;
    f.drive = trophic * share * f.surge;
    return f;
  }
  r = larger(r, ALL(0.0));
  e = larger(e, ALL(0.0));
  f.level = r + e;
  V inv = 1.0 / (1.0 + f.level);
  f.block = f.level * inv;
  V weighed = r + k[K_EFFICACY] * e;
  counts = pick((I)(f.level > ALL(0.0)), weighed / larger(f.level, ALL(1e-300)), ALL(1.0));
  V g = k[K_HEIGHT] * f.block * inv;
  f.surge = g * g;
  f.counted = weighed * inv;
  f.drive = trophic * counts * f.surge;
  return f;
}

/* The sum of the modes at one time since the stretch began. */
INLINE V seen(const V *amount, V still, const V *fades, int modes) {
  V x = still, y = ALL(0.0);
  int k = 0;
  for (; k + 1 < modes; k += 2) { x += amount[k] * fades[k]; y += amount[k + 1] * fades[k + 1]; }
  if (k < modes) x += amount[k] * fades[k];
  return x + y;
}

static void traits_of(Traits *t, const Crowd *c, const Plan *p, int64_t at, int64_t end) {
  const double *k = p->par;
  V z = gather(c, PEOPLE_SURVIVAL, at, end), u = gather(c, PEOPLE_STRESS, at, end);
  V kept = gather(c, PEOPLE_KEPT, at, end), kp = ALL(k[K_KP]), kq = ALL(k[K_KQ]);
  t->started = gather(c, PEOPLE_STARTED, at, end);
  t->loss = k[K_LOSS] * vexp(u - k[K_SHARE] * z);
  t->maturing = k[K_MATURING] * vexp(k[K_SHARE] * z);
  t->fade = k[K_FADE] * vexp(u - z) * pick((I)(kept > ALL(0.0)), ALL(k[K_KEPT]), ALL(1.0));
  V linear = k[K_COOP] > 0.0 ? ALL(0.0) : t->maturing;
  V leaving = apart(apart(t->loss + linear, kq), kp);
  t->loss = leaving - linear;
  t->fade = apart(apart(apart(t->fade, kq), kp), leaving);
  t->a = k[K_GAIN] / (kq - leaving);
  t->b = t->a * kq / (kp - leaving);
  t->al = linear / (leaving - t->fade);
  t->be = t->al * k[K_GAIN] / (kq - t->fade);
  t->ga = t->be * kq / (kp - t->fade);
  t->half = k[K_HALF] * gather(c, PEOPLE_HALF, at, end);
  t->before = gather(c, PEOPLE_MADRS, at, end);
  t->inv_before = 1.0 / t->before;
  t->theta = vlog(t->before / (60.0 - t->before));
  t->gain = k[K_DRUG] * gather(c, PEOPLE_DRUG, at, end);
  t->other_gain = k[K_SESSION] * k[K_W_SETTING] * gather(c, PEOPLE_SETTING, at, end);
  I treated = (I)(kept > ALL(0.0)) | (I)(t->started < ALL(1e300));
  t->wl = pick(treated, ALL(k[K_TREATED]), ALL(k[K_FREE]));
  t->trophic = gather(c, PEOPLE_TROPHIC, at, end);
  t->oral = gather(c, PEOPLE_ORAL, at, end);
  t->cadss = gather(c, PEOPLE_CADSS, at, end);
  t->sys = gather(c, PEOPLE_SYS, at, end);
  t->dia = gather(c, PEOPLE_DIA, at, end);
  t->pulse = gather(c, PEOPLE_PULSE, at, end);
  t->sys_rise = k[K_SYS_PLACE] * gather(c, PEOPLE_SYS_RISE, at, end);
  t->dia_rise = k[K_DIA_PLACE] * gather(c, PEOPLE_DIA_RISE, at, end);
  t->uptake = vexp(-gather(c, PEOPLE_UPTAKE, at, end));
}

INLINE V oral_at(const Traits *t, const Plan *p, double h) {
  I any = (I)(t->started < ALL(h));
  int64_t some = 0;
  for (int l = 0; l < LANES; l++) some |= any[l];
  if (!some) return ALL(0.0);
  V since = larger(h - smaller(t->started, ALL(1e300)), ALL(0.0));
  return t->oral * (1.0 - vexp(-since / p->par[K_ORAL_H]));
}

/* Points of MADRS, every domain and the drug's own relief. */
INLINE V score(const Traits *t, const Plan *p, V fast, V filled, V hab, V other, V *out) {
  V f = full(fast), h = full(hab), base = t->theta - other, points = ALL(0.0), relief = ALL(0.0);
  for (int d = 0; d < p->domains; d++) {
    const double *w = p->domain + 4 * d;
    V drug = t->gain * (w[1] * f + w[2] * filled + w[3] * h);
    V worst = 1.0 / (1.0 + vexp(drug - base));
    points += w[0] * worst;
    out[C_DOMAIN + d] = worst;
    relief += w[0] / 60.0 * drug;
  }
  out[C_RELIEF] = relief;
  out[C_HAB] = h;
  return points;
}

/* The points alone, and of spines, not of what they fill: every fraction over one denominator, for to divide is dear. */
INLINE V points_of(const Traits *t, const Plan *p, V fast, V spines, V hab, V other) {
  fast = larger(fast, ALL(0.0));
  spines = larger(spines, ALL(0.0));
  hab = larger(hab, ALL(0.0));
  V one_f = 1.0 + fast, one_h = 1.0 + hab, one_s = t->half + spines;
  V gain = t->gain / (one_f * one_h * one_s);
  V f = gain * fast * (one_h * one_s), h = gain * hab * (one_f * one_s), r = gain * spines * (one_f * one_h);
  V base = t->theta - other, points = ALL(0.0), under = ALL(1.0);
  for (int d = 0; d < p->domains; d++) {
    const double *w = p->domain + 4 * d;
    V x = 1.0 + quick_exp(smaller(w[1] * f + w[2] * r + w[3] * h - base, ALL(80.0)));
    points = points * x + w[0] * under;
    under *= x;
  }
  return points / under;
}

/* C(N). */
INLINE V flow(const Traits *t, const double *k, V n) {
  V s = n * n;
  return t->maturing * n * (1.0 + k[K_COOP] * (k[K_MOST] * s / (k[K_NC] * k[K_NC] + s) - 1.0));
}

INLINE void chain(const Traits *t, const Plan *p, Slow *x) {
  const double kp = p->par[K_KP], kq = p->par[K_KQ], q = kq / (kp - kq);
  x->act = x->s[ACT];
  x->build = x->s[BUILD] - q * x->act;
  x->new_ = x->new_hat - t->a * x->build - t->b * x->act;
  x->mature = x->mature_hat - t->al * x->new_ - t->be * x->build - t->ga * x->act;
}

INLINE void ablate(const Traits *t, Slow *x) {
  x->new_ = x->mature = x->flows = ALL(0.0);
  x->new_hat = t->a * x->build + t->b * x->act;
  x->mature_hat = t->be * x->build + t->ga * x->act;
}

INLINE V filled_by(V spines, V half) { spines = larger(spines, ALL(0.0)); return spines / (half + spines); }

/* L over one panel and what was left to it, W taken in its middle (recovery.py). `span` holds how long that is, and
   what the smoothing keeps over what was left and over half the panel. */
INLINE void recover(const Traits *t, const Plan *p, Slow *x, double h, const double *span, V fast, V spines, V hab, V other) {
  const double *k = p->par;
  const double over = k[K_RGAIN] / (1.0 - k[K_RFROM]);
  V up = over * larger(x->kept - k[K_RFROM], ALL(0.0));
  V turned = up + k[K_RLOSS] * (1.0 - x->kept);
  V level = x->level + (span[0] - h / 2.0) * (up - turned * x->level);
  V now = 1.0 - points_of(t, p, fast, spines, hab, other + t->wl * level) * t->inv_before;
  V on_way = 0.5 * (x->last + now);
  x->kept = on_way + (x->kept - on_way) * span[1];
  V middle = now + (x->kept - now) * span[2];
  x->kept = now + (x->kept - now) * (span[2] * span[2]);
  up = over * larger(middle - k[K_RFROM], ALL(0.0));
  turned = up + k[K_RLOSS] * (1.0 - middle);
  V run = vexp(-turned * span[0]);
  V grown = pick((I)(turned > ALL(1e-300)), (1.0 - run) / larger(turned, ALL(1e-300)), ALL(span[0]));
  x->level = x->level * run + up * grown;
  x->last = now;
}

static void kinds_of(const Plan *p, const Traits *t, Kind *o) {
  const double kp = p->par[K_KP];
  V leaving = p->par[K_COOP] > 0.0 ? t->loss : t->loss + t->maturing;
  for (int64_t n = 0; n < p->kinds; n++, o++) {
    double h = p->kind_h[n];
    o->lost = vexp(-leaving * h);
    o->faded = vexp(-t->fade * h);
    for (int j = 0; j < p->nodes; j++) {
      double left = h * (1.0 - p->node[j]), w = kp * h * p->weight[j];
      V e = vexp(-leaving * left), f = vexp(-t->fade * left);
      if (j == p->nodes / 2) { o->half_lost = e; o->half_faded = f; }
      o->push_new[j] = t->b * w * e;
      o->push_mature[j] = t->ga * w * f;
    }
  }
}

/* `room` is how many modes all forms have together: the width of a row of the table. */
typedef struct {
  V amount[FORMS][MODES], still[FORMS];         /* as the brain feels it */
  V moving[FORMS][MODES], at_rest[FORMS][MODES]; /* as it is: what fades, and what an infusion holds */
  int first[FORMS], room;
} Level;

/* What the nodes of one panel push into the states that stand alone, into N and M, and half way into F and H. */
typedef struct { V s[SHARED], new_hat, mature_hat, fast, hab, now; } Pushed;

/* `modes` is a number that the compiler knows where one form of few modes is given, else -1 and it is looked up. */
INLINE void pushes(const Plan *p, const Traits *t, const Body *body, const V *table, const Kind *kind, const Level *lv,
                   int64_t at, int64_t n, const int modes, Pushed *o) {
  const int64_t nodes = p->nodes, room = lv->room;
  const double *push = p->push + n * nodes * SHARED, *half = p->half_push + 2 * n * nodes;
  const int which = (int)p->form_is[0];
  const double share = which ? p->par[K_EFFICACY] : 1.0, height = p->par[K_HEIGHT];
  V s0 = o->s[0], s1 = o->s[1], s2 = o->s[2], s3 = o->s[3], s4 = o->s[4], s5 = o->s[5], s6 = o->s[6];
  V nh = o->new_hat, mh = o->mature_hat, fast = o->fast, hab = o->hab, now = ALL(0.0);
  const V *amount = lv->amount[0], still = lv->still[0], trophic = share * t->trophic;
  for (int64_t j = 0; j < nodes; j++, push += SHARED, half += 2) {
    const V *fades = table + p->panel_tau[at * nodes + j] * room;
    V level, block, counted, drive;
    if (modes > 0) {
      V a = still, b = ALL(0.0);
      for (int m = 0; m + 1 < modes; m += 2) { a += amount[m] * fades[m]; b += amount[m + 1] * fades[m + 1]; }
      if (modes & 1) a += amount[modes - 1] * fades[modes - 1];
      level = larger(a + b, ALL(0.0));
      V inv = 1.0 / (1.0 + level);
      block = level * inv;
      V g = height * block * inv;
      counted = share * block;
      drive = trophic * (g * g);
    } else {
      V e[FORMS] = {ALL(0.0), ALL(0.0)};
      for (int f = 0; f < p->forms; f++)
        e[p->form_is[f]] = seen(lv->amount[f], lv->still[f], fades + lv->first[f], body[f].modes);
      Felt y = felt(e[0], e[1], p, t->trophic);
      level = y.level;
      block = y.block;
      counted = y.counted;
      drive = y.drive;
    }
    s0 += push[FAST] * drive;
    s1 += push[ACT] * drive;
    s2 += push[BUILD] * drive;
    s3 += push[HAB] * counted;
    s4 += push[TOL] * block;
    s5 += push[BLOCKED] * block;
    s6 += push[ADAPTED] * level;
    nh += kind->push_new[j] * drive;
    mh += kind->push_mature[j] * drive;
    fast += half[0] * drive;
    hab += half[1] * counted;
    if (j == nodes / 2) now = counted;
  }
  *o = (Pushed){{s0, s1, s2, s3, s4, s5, s6}, nh, mh, fast, hab, now};
}

/* The slow states over one panel. */
INLINE void panel(const Plan *p, const Traits *t, const Body *body, const V *table, const Kind *kinds, const Level *lv,
                  int64_t at, Slow *x) {
  const double *k = p->par;
  const int64_t n = p->panel_kind[at];
  const double h = p->kind_h[n];
  const Kind *kind = kinds + n;
  Pushed o;
  for (int m = 0; m < SHARED; m++) o.s[m] = p->decay[n * SHARED + m] * x->s[m];
  o.new_hat = kind->lost * x->new_hat;
  o.mature_hat = kind->faded * x->mature_hat;
  o.fast = p->half_decay[2 * n] * x->s[FAST];
  o.hab = p->half_decay[2 * n + 1] * x->s[HAB];
  o.now = ALL(0.0);
  switch (p->forms == 1 ? body[0].modes : p->forms ? -1 : 0) {
    case 0: break;
    case 6: pushes(p, t, body, table, kind, lv, at, n, 6, &o); break; /* by vein */
    case 7: pushes(p, t, body, table, kind, lv, at, n, 7, &o); break; /* into muscle, or swallowed */
    case 8: pushes(p, t, body, table, kind, lv, at, n, 8, &o); break; /* by nose, or under the tongue */
    default: pushes(p, t, body, table, kind, lv, at, n, -1, &o);
  }
  const V fast = o.fast, hab = o.hab, now = o.now;
  Slow was = *x;
  memcpy(x->s, o.s, sizeof o.s);
  x->new_hat = o.new_hat;
  x->mature_hat = o.mature_hat;
  chain(t, p, x);
  if (k[K_COOP] > 0.0) {
    V first = was.flows, rising = k[K_GAIN] * was.build - t->loss * was.new_ - first, then = x->new_ - h * first, mid = first, last = first;
    if (!p->kind_rounds[n]) { /* so short that the ends say enough */
      last = x->flows = flow(t, k, then);
      V moved = h / 2.0 * (first + last);
      x->new_ -= moved;
      x->new_hat -= moved;
      x->mature = x->mature_hat += moved;
    }
    for (int64_t r = 0; r < p->kind_rounds[n]; r++) {
      last = flow(t, k, then);
      mid = flow(t, k, (was.new_ + then) / 2.0 + h / 8.0 * (rising - (k[K_GAIN] * x->build - t->loss * then - last)));
      then = x->new_ - h / 6.0 * (kind->lost * first + 4.0 * kind->half_lost * mid + last);
    }
    if (p->kind_rounds[n]) {
      x->new_hat += then - x->new_;
      x->new_ = then;
      x->mature_hat += h / 6.0 * (kind->faded * first + 4.0 * kind->half_faded * mid + (x->flows = flow(t, k, then)));
      x->mature = x->mature_hat;
    }
  }
  const int recovers = p->span[3 * at] > 0.0 && (k[K_TREATED] != 0.0 || k[K_FREE] != 0.0);
  if (!(p->need & NEED_HAZARD) && !recovers) return;
  V r0 = k[K_GAIN] * was.build - t->loss * was.new_ - t->fade * was.mature;
  V r1 = k[K_GAIN] * x->build - t->loss * x->new_ - t->fade * x->mature;
  V begun = was.new_ + was.mature, reached = x->new_ + x->mature;
  V middle = (begun + reached) / 2.0 + h / 8.0 * (r0 - r1);
  if (p->need & NEED_HAZARD)
    x->risk += h / 6.0 * k[K_HAZARD] *
               (vexp(-k[K_KAPPA] * filled_by(begun, t->half)) + 4.0 * vexp(-k[K_KAPPA] * filled_by(middle, t->half)) +
                vexp(-k[K_KAPPA] * filled_by(reached, t->half)));
  if (recovers)
    recover(t, p, x, h, p->span + 3 * at, fast, middle, hab + now, t->other_gain * p->mid_x[at] + oral_at(t, p, p->mid_h[at]));
}

/* Every column at one output. */
static void columns(const Plan *p, const Traits *t, const Body *body, const V *table, const Level *lv, int64_t at,
                    const Slow *x, V *out) {
  const double *k = p->par;
  V e[FORMS] = {ALL(0.0), ALL(0.0)};
  for (int c = 0; c <= C_NORK + 1; c++) out[c] = ALL(0.0);
  for (int f = 0; f < p->forms; f++) {
    const Body *b = body + f;
    const V *fades = table + p->out_tau[at] * lv->room + lv->first[f];
    const int which = (int)p->form_is[f];
    e[which] = seen(lv->amount[f], lv->still[f], fades, b->modes);
    for (int m = 0; p->need & NEED_LEVELS && m < b->modes; m++) {
      V now = lv->moving[f][m] * fades[m] + lv->at_rest[f][m];
      out[C_KET + which] += b->blood[m] * now;
      out[C_NORK + which] += b->nork[m] * now;
    }
  }
  Felt d = felt(e[0], e[1], p, t->trophic);
  V filled = filled_by(x->new_ + x->mature, t->half), oral = oral_at(t, p, p->out_h[at]);
  out[C_LEVEL] = d.level;
  out[C_BLOCK] = d.block;
  out[C_SURGE] = d.surge;
  out[C_ACT] = x->act;
  out[C_FAST] = x->s[FAST];
  out[C_NEW] = x->new_;
  out[C_MATURE] = x->mature;
  out[C_FILLED] = filled;
  out[C_TOL] = x->s[TOL];
  out[C_X] = ALL(p->out_x[at]);
  out[C_ORAL] = oral;
  out[C_RECOVERY] = x->level;
  out[C_ADAPTED] = x->s[ADAPTED];
  if (!(p->need & (NEED_SLOW | NEED_ACUTE))) return; /* only the drug was asked for */
  V other = t->other_gain * p->out_x[at] + oral + t->wl * x->level, hab = x->s[HAB] + d.counted;
  V m = p->need & NEED_SCORE ? score(t, p, x->s[FAST], filled, hab, other, out)
                             : points_of(t, p, x->s[FAST], x->new_ + x->mature, hab, other);
  out[C_MADRS] = m;
  V q = ALL(p->anchor[2 * p->anchors - 1]);
  for (int64_t n = p->anchors - 1; n > 0; n--) {
    const double *a = p->anchor + 2 * n;
    q = pick((I)(m < ALL(a[0])), (m - a[-2]) * ((a[1] - a[-1]) / (a[0] - a[-2])) + a[-1], q);
  }
  out[C_PHQ9] = q;
  if (p->need & NEED_ACUTE) {
    V drive = larger(d.level - k[K_ADAPT] * x->s[ADAPTED], ALL(0.0));
    out[C_SYS] = t->sys + t->sys_rise * hill(drive, k + K_SYS);
    out[C_DIA] = t->dia + t->dia_rise * hill(drive, k + K_DIA);
    out[C_PULSE] = t->pulse + hill(d.level, k + K_PULSE);
    out[C_CADSS] = smaller(ALL(k[K_CADSS_TOP]), t->cadss * hill(d.level, k + K_CADSS) / (1.0 + larger(x->s[TOL], ALL(0.0))));
    out[C_SEDATION] = hill(d.level, k + K_SEDATION);
    out[C_NAUSEA] = 1.0 - vexp(-k[K_NAUSEA] * x->s[BLOCKED]);
  }
  if (p->need & NEED_HAZARD) {
    out[C_HAZARD] = 24.0 * k[K_HAZARD] * vexp(-k[K_KAPPA] * filled);
    out[C_RELAPSE] = 1.0 - vexp(-x->risk);
  }
}

/* Adds eight people's columns to the summary of their chunk; the lanes beyond the last person count nothing. */
static void take(const Plan *p, const Wanted *w, Room *room, int64_t at, int64_t first, int64_t end, int begins, const V *out) {
  int lanes = end - first < LANES ? (int)(end - first) : LANES;
  for (int64_t c = 0; c < w->columns; c++) {
    V v = out[w->column[c]];
    int64_t place = c * p->outputs + at;
    if (w->held) {
      double *held = w->held[c] + first * p->outputs + at;
      if (lanes == LANES)
        for (int l = 0; l < LANES; l++) held[l * p->outputs] = v[l];
      else
        for (int l = 0; l < lanes; l++) held[l * p->outputs] = v[l];
    }
    if (w->moments) {
      if (begins) {
        room->shift[place] = ALL(v[0]);
        room->sum[place] = room->square[place] = ALL(0.0);
      }
      V d = v - room->shift[place];
      for (int l = lanes; l < LANES; l++) d[l] = 0.0;
      room->sum[place] += d;
      room->square[place] += d * d;
    }
    if (w->counts) {
      V y = w->is_log[c] ? vlog(larger(v, ALL(1e-300))) : v;
      V b = larger(smaller((y - w->low[c]) * w->per_bin[c], ALL((double)(w->bins - 1))), ALL(0.0));
      uint32_t *counts = w->counts + place * w->bins;
      for (int l = 0; l < lanes; l++) counts[(int32_t)b[l]]++;
    }
  }
  for (int64_t n = 0; n < w->thresholds; n++) {
    V v = out[w->column[w->threshold_of[n]]];
    uint64_t more = 0;
    for (int l = 0; l < lanes; l++) more += v[l] > w->threshold[n];
    w->above[n * p->outputs + at] += more;
  }
}

static void enter(const Plan *p, const Traits *t, const Body *body, int64_t stretch, V y[FORMS][MODES]) {
  for (int64_t n = p->event_first[stretch]; n < p->event_first[stretch + 1]; n++) {
    const int64_t f = p->ev_form[n], direct = p->ev_direct[n], gut = p->ev_swallowed[n];
    const Body *b = body + f;
    V share = ALL(p->ev_share[n]);
    if (p->ev_logit[n]) share = 1.0 / (1.0 + (1.0 - p->ev_share[n]) / p->ev_share[n] * t->uptake);
    for (int m = 0; m < b->modes; m++) {
      if (direct == -2) y[f][m] += p->ev_mg[n] * b->by_vein[m];
      if (direct >= 0) y[f][m] += p->ev_mg[n] * share * b->by_depot[direct][m];
      if (gut >= 0) y[f][m] += p->ev_mg[n] * (1.0 - share) * b->by_depot[gut][m];
    }
  }
}

static void eight(const Plan *p, const Crowd *c, const Wanted *w, Room *room, int64_t at, int64_t end, int begins) {
  Traits t;
  Body body[FORMS];
  Level lv;
  Slow x;
  V y[FORMS][MODES], out[COLUMNS];
  Kind *kinds = (Kind *)room->kind;
  traits_of(&t, c, p, at, end);
  if (p->need & NEED_SLOW) kinds_of(p, &t, kinds);
  Person who = {gather(c, PEOPLE_WEIGHT, at, end), gather(c, PEOPLE_AGE, at, end), gather(c, PEOPLE_CLEARANCE, at, end),
                gather(c, PEOPLE_VOLUME, at, end), gather(c, PEOPLE_GUT, at, end)};
  memset(&x, 0, sizeof x);
  memset(y, 0, sizeof y);
  lv.room = 0;
  for (int f = 0; f < p->forms; f++) {
    body_of(body + f, p->form_par + f * F_COUNT, p->par, &who, (int)p->depots[f], p->depot_rate + f * DEPOTS, p->swallowed + f * DEPOTS);
    lv.first[f] = lv.room;
    lv.room += body[f].modes;
  }
  for (int f = 0; f < p->forms; f++)
    for (int64_t n = 0; n < p->taus; n++) {
      V *row = room->table + n * lv.room + lv.first[f];
      const V *half = row + (p->tau_half[n] - n) * lv.room; /* twice as long: the square */
      for (int m = 0; m < body[f].modes; m++) row[m] = p->tau_half[n] >= 0 ? half[m] * half[m] : vexp(-body[f].rate[m] * p->tau[n]);
    }
  for (int64_t s = 0; s < p->stretches; s++) {
    const double *rate = p->rate_mg_h + s * p->forms;
    enter(p, &t, body, s, y);
    for (int f = 0; f < p->forms; f++) {
      lv.still[f] = ALL(0.0);
      for (int m = 0; m < body[f].modes; m++) {
        V still = rate[f] > 0.0 ? rate[f] * body[f].by_vein[m] / body[f].rate[m] : ALL(0.0);
        lv.at_rest[f][m] = still;
        lv.moving[f][m] = y[f][m] - still;
        lv.amount[f][m] = body[f].felt[m] * lv.moving[f][m];
        lv.still[f] += body[f].felt[m] * still;
      }
    }
    if (p->ablated[s]) ablate(&t, &x);
    int64_t n = p->panel_first[s];
    for (;; n++) {
      int64_t wanted = p->edge_out[n];
      /* An edge that two stretches share is seen from the later one. */
      if (wanted >= 0 && (n < p->panel_first[s + 1] || s + 1 == p->stretches)) {
        columns(p, &t, body, room->table, &lv, wanted, &x, out);
        take(p, w, room, wanted, at, end, begins, out);
      }
      if (n == p->panel_first[s + 1]) break;
      if (p->need & NEED_SLOW) panel(p, &t, body, room->table, kinds, &lv, n, &x);
    }
    for (int f = 0; f < p->forms; f++) {
      const V *fades = room->table + p->stretch_tau[s] * lv.room + lv.first[f];
      for (int m = 0; m < body[f].modes; m++) {
        y[f][m] = lv.moving[f][m] * fades[m] + lv.at_rest[f][m];
      }
    }
  }
}

/* People `first` to `end` (whole chunks, but for the last), each chunk by itself. 0 when done, 1 without memory. */
int dayspring_course(const Plan *p, const Crowd *c, const Wanted *w, int64_t first, int64_t end) {
  size_t forms = p->forms ? (size_t)p->forms : 1, seen_at = (size_t)(w->moments ? w->columns * p->outputs : 1);
  size_t table = (size_t)p->taus * forms * MODES + 1, kind = (size_t)p->kinds * (sizeof(Kind) / sizeof(V)) + 1;
  V *all = aligned_alloc(sizeof(V), (table + kind + 3 * seen_at) * sizeof(V));
  if (!all) return 1;
  Room room = {all, all + table, all + table + kind, all + table + kind + seen_at, all + table + kind + 2 * seen_at};
  for (int64_t chunk = first; chunk < end; chunk += CHUNK) {
    int64_t last = chunk + CHUNK < end ? chunk + CHUNK : end;
    for (int64_t at = chunk; at < last; at += LANES) eight(p, c, w, &room, at, last, at == chunk);
    for (size_t n = 0; w->moments && n < seen_at; n++) {
      double sum = 0.0, square = 0.0, people = (double)(last - chunk), *o = w->moments + 2 * ((size_t)(chunk / CHUNK) * seen_at + n);
      for (int l = 0; l < LANES; l++) { sum += room.sum[n][l]; square += room.square[n][l]; }
      o[0] = room.shift[n][0] + sum / people;
      o[1] = square - sum * sum / people;
    }
  }
  free(all);
  return 0;
}

/* Lets the caller see that it lays out these three as we do. */
int64_t dayspring_sizes(void) { return (int64_t)(sizeof(Plan) * 1000000 + sizeof(Crowd) * 1000 + sizeof(Wanted)); }
