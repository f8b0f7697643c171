"""Numbers drawn by counting: the same for a person and a trait, whoever and whatever is drawn beside them.

Philox 4x32-10 (Salmon et al., SC 2011), keyed by the seed and counted by person and trait, gives the bits; AS 241
(Wichura, Appl Stat 1988;37:477-484) the normal quantile. draw.c says the same to the last bit.
"""

from __future__ import annotations

import ctypes

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology.kernel.library import D, kernel

Array = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint64]
ROUNDS, WORD, LOW = 10, np.uint64(32), np.uint64(0xFFFFFFFF)
TURNS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
STEPS = (0x9E3779B9, 0xBB67AE85)
# Eight of a numerator and eight of a denominator for the middle, the near and the far tail.
AS241 = np.array([
    3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
    21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
    1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
    1.0, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
    0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
    0.0265321895265761230930, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    1.0, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
])  # fmt: skip
MIDDLE, NEAR, PIECE = 0.425, 5.0, 1 << 16


def normal(seed: int, trait: int, people: int, *, first: int = 0, compiled: bool = True) -> Array:
    """Normal numbers of one trait for so many people from the first on."""
    out = np.empty(people)
    if compiled and (found := kernel()) is not None:
        found.dayspring_normal(
            seed, trait, first, people, AS241.ctypes.data_as(D), ctypes.cast(out.ctypes.data, D)
        )
        return out
    for begin in range(0, people, PIECE):
        end = min(begin + PIECE, people)
        out[begin:end] = _quantile(
            _uniform(seed, trait, np.arange(first + begin, first + end, dtype=np.uint64))
        )
    return out


def _uniform(seed: int, trait: int, who: Bits) -> Array:
    """Between 0 and 1 and never either, in steps of 2^-52."""
    c = [who & LOW, who >> WORD, np.full_like(who, trait), np.zeros_like(who)]
    keys = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(ROUNDS):
        a, b = TURNS[0] * c[0], TURNS[1] * c[2]
        c = [
            (b >> WORD) ^ c[1] ^ np.uint64(keys[0]), b & LOW,
            (a >> WORD) ^ c[3] ^ np.uint64(keys[1]), a & LOW,
        ]  # fmt: skip
        keys = [(key + step) & 0xFFFFFFFF for key, step in zip(keys, STEPS, strict=True)]
    bits = (c[0] << WORD | c[1]) >> np.uint64(12)
    return np.asarray((bits.astype(np.float64) + 0.5) * 2.0**-52)


def _quantile(u: Array) -> Array:
    q = u - 0.5
    found = q * _ratio(AS241[:16], 0.180625 - q * q)
    out = np.flatnonzero(np.abs(q) > MIDDLE)
    below = q[out] < 0.0
    r = np.sqrt(-_log(np.where(below, u[out], 1.0 - u[out])))
    x = np.where(r <= NEAR, _ratio(AS241[16:32], r - 1.6), _ratio(AS241[32:], r - 5.0))
    found[out] = np.where(below, -x, x)
    return found


def _ratio(c: Array, r: Array) -> Array:
    above, below = np.full_like(r, c[7]), np.full_like(r, c[15])
    for n in range(6, -1, -1):
        above, below = above * r + c[n], below * r + c[8 + n]
    return above / below


def _log(x: Array) -> Array:
    """The logarithm from the four operations alone, for a library's own may differ in the last bit."""
    m, e = np.frexp(x)
    small = m < 0.70710678118654752440
    m, e = np.where(small, m * 2.0, m), np.where(small, e - 1, e)
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = np.full_like(x, 1.0 / 21.0)
    for n in range(19, 0, -2):
        p = p * z + 1.0 / n
    return np.asarray(e * 0.69314718055994530942 + 2.0 * s * p)
