/* Eight patients at once: one vector holds the same number of eight people. GCC and Clang know these vectors on
   every machine and cut them to what it has. exp and log are our own, so that no library decides the last bit. */
#ifndef DAYSPRING_LANES_H
#define DAYSPRING_LANES_H
#include <stdint.h>
#include <string.h>

#define LANES 8
typedef double V __attribute__((vector_size(64)));
typedef int64_t I __attribute__((vector_size(64)));

#define INLINE static inline __attribute__((always_inline))
#define ALL(x) ((V){0} + (double)(x))

INLINE V pick(I yes, V a, V b) { return (V)(((I)a & yes) | ((I)b & ~yes)); }
INLINE V larger(V a, V b) { return pick((I)(a > b), a, b); }
INLINE V smaller(V a, V b) { return pick((I)(a < b), a, b); }
INLINE V size_of(V a) { return larger(a, -a); }

/* exp: 2^k exp(r), |r| <= ln2 / 2, Taylor to the twelfth power; nothing below exp(-708). */
INLINE V vexp(V x) {
  const double shift = 6755399441055744.0; /* 1.5 * 2^52: adding it rounds to a whole number */
  x = smaller(larger(x, ALL(-708.0)), ALL(709.0));
  V k = x * 1.4426950408889634 + shift;
  I bits = (I)k << 52;
  k -= shift;
  V r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
  V p = ALL(1.0 / 479001600.0);
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  return (V)((I)p + bits);
}

/* The same to one part in a thousand million, for what is averaged over days. */
INLINE V quick_exp(V x) {
  const double shift = 6755399441055744.0;
  x = larger(x, ALL(-708.0));
  V k = x * 1.4426950408889634 + shift;
  I bits = (I)k << 52;
  k -= shift;
  V r = x - k * 0.69314718055994530942, p = ALL(1.0 / 40320.0);
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  return (V)((I)p + bits);
}

/* log of a positive number: k ln2 + 2 atanh((m - 1)/(m + 1)), m in [sqrt(1/2), sqrt(2)). */
INLINE V vlog(V x) {
  I bits = (I)x, low = bits & 0xFFFFFFFFFFFFFLL;
  I up = (I)(low > 0x6A09E667F3BCDLL); /* the fraction of sqrt(2): beyond it the next power is nearer */
  I k = ((bits >> 52) & 0x7FF) - 1023 - up;
  V m = (V)(low | ((I){0} + 0x3FF0000000000000LL));
  m = pick(up, m * 0.5, m);
  V s = (m - 1.0) / (m + 1.0), z = s * s, p = ALL(1.0 / 21.0);
  for (int n = 19; n > 0; n -= 2) p = p * z + 1.0 / n;
  V whole = __builtin_convertvector(k, V);
  return whole * 0.693147180369123816490 + (2.0 * s * p + whole * 1.90821492927058770002e-10);
}

/* x to a power, of x at or above nothing; the powers that the model uses need no logarithm. */
INLINE V vpow(V x, double n) {
  if (n == 1.0) return x;
  if (n == 2.0) return x * x;
  if (n == 3.0) return x * x * x;
  return pick((I)(x > ALL(0.0)), vexp(n * vlog(larger(x, ALL(1e-300)))), ALL(0.0));
}
#endif
