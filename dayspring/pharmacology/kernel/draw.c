/* Numbers drawn by counting: Philox 4x32-10 (Salmon et al., SC 2011) says the same for a person and a trait whatever
   is drawn beside it. The normal quantile is AS 241 (Wichura, Appl Stat 1988;37:477-484). draws.py says the same in
   NumPy to the last bit, so nothing here may be fused or reordered: built with -ffp-contract=off. */
#include <math.h>
#include <stdint.h>

static void philox(uint32_t c[4], uint32_t k0, uint32_t k1) {
  for (int n = 0; n < 10; n++) {
    uint64_t a = (uint64_t)0xD2511F53u * c[0], b = (uint64_t)0xCD9E8D57u * c[2];
    uint32_t c1 = c[1], c3 = c[3];
    c[0] = (uint32_t)(b >> 32) ^ c1 ^ k0;
    c[1] = (uint32_t)b;
    c[2] = (uint32_t)(a >> 32) ^ c3 ^ k1;
    c[3] = (uint32_t)a;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

static double own_log(double x) {
  int e;
  double m = frexp(x, &e);
  if (m < 0.70710678118654752440) { m *= 2.0; e -= 1; }
  double s = (m - 1.0) / (m + 1.0), z = s * s, p = 1.0 / 21.0;
  for (int n = 19; n > 0; n -= 2) p = p * z + 1.0 / n;
  return e * 0.69314718055994530942 + 2.0 * s * p;
}

static double ratio(const double *a, const double *b, double r) {
  double p = a[7], q = b[7];
  for (int n = 6; n >= 0; n--) { p = p * r + a[n]; q = q * r + b[n]; }
  return p / q;
}

static double quantile(double u, const double *c) {
  double q = u - 0.5;
  if (fabs(q) <= 0.425) return q * ratio(c, c + 8, 0.180625 - q * q);
  double r = sqrt(-own_log(q < 0.0 ? u : 1.0 - u));
  double x = r <= 5.0 ? ratio(c + 16, c + 24, r - 1.6) : ratio(c + 32, c + 40, r - 5.0);
  return q < 0.0 ? -x : x;
}

/* `people` normal numbers of one trait, from person `first` on; `constant` holds the 48 of AS 241. */
void dayspring_normal(uint64_t seed, uint32_t trait, uint64_t first, int64_t people, const double *constant, double *out) {
  for (int64_t n = 0; n < people; n++) {
    uint64_t who = first + (uint64_t)n;
    uint32_t c[4] = {(uint32_t)who, (uint32_t)(who >> 32), trait, 0};
    philox(c, (uint32_t)seed, (uint32_t)(seed >> 32));
    uint64_t bits = ((uint64_t)c[0] << 32 | c[1]) >> 12;
    out[n] = quantile(((double)bits + 0.5) * 0x1p-52, constant);
  }
}
