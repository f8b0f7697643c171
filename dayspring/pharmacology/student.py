"""Student's t and the normal, by themselves: a trial's interval and p value without a statistics package.

P(|T| > t) = I_x(df/2, 1/2),  x = df/(df + t^2)        I: the regularised incomplete beta function
"""

from __future__ import annotations

import math

STEPS, SMALL, FAR = 300, 1e-300, 1e9
HALVINGS = 200


def two_sided(t: float, df: float) -> float:
    """Probability that a t of those degrees of freedom lies further from 0 than this one."""
    if math.isinf(df):
        return math.erfc(abs(t) / math.sqrt(2.0))
    return _beta(df / (df + t * t), df / 2.0, 0.5)


def quantile(level: float, df: float) -> float:
    """The t beyond which, on either side, 1 - level of the distribution lies."""
    low, high = 0.0, FAR
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if two_sided(middle, df) > 1.0 - level else (low, middle)
    return (low + high) / 2.0


def _beta(x: float, a: float, b: float) -> float:
    """I_x(a, b) by its continued fraction, on the side where that converges fast."""
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _beta(1.0 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's way through the continued fraction of the incomplete beta function."""
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0) or SMALL)
    whole = d
    for m in range(1, STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / (1.0 + term * d or SMALL)
            c = 1.0 + term / c or SMALL
            whole *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return whole
