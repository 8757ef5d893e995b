#!/usr/bin/env python3
"""Writes reference.tsv: values of the functions in 40 digits (mpmath), rounded to double.

A line is the function's name, its arguments and its value, in hexadecimal floating point; first random arguments, then some on both
sides of every threshold where a kernel changes its formula. Run: ./reference.py > reference.tsv
"""
import math
import random

import mpmath as m
from mpmath import mp, mpf

mp.prec = 140
POINTS = 120
random.seed(1)


def uniform(low, high):
    return random.uniform(low, high)


def scale(low, high):
    return math.exp(random.uniform(math.log(low), math.log(high)))


def either(value):
    return value if random.random() < 0.5 else -value


def pick(*draws):
    return random.choice(draws)()


def near(centre, distance):
    return lambda: centre + either(scale(1e-14, distance))


def small():
    return either(scale(1e-20, 1))


def angle():
    return pick(lambda: uniform(-7, 7), lambda: uniform(-1e8, 1e8), lambda: either(scale(1e-10, 1e12)),
                lambda: math.pi / 2 * random.randint(-2000, 2000))


def unit():
    return pick(lambda: uniform(-1, 1), small, lambda: either(1 - scale(1e-16, 0.5)))


def gamma():
    return pick(lambda: uniform(0, 12), lambda: scale(1e-10, 1e10), near(1, 0.5), near(2, 0.5), lambda: uniform(-10, 0))


UNARY = {
    "Exp": (m.exp, lambda: pick(lambda: uniform(-744, 709.7), lambda: uniform(-1, 1), small)),
    "Expm1": (m.expm1, lambda: pick(lambda: uniform(-40, 709.7), lambda: uniform(-1, 1), small)),
    "Log": (m.log, lambda: pick(lambda: scale(1e-320, 1e308), lambda: uniform(0.5, 2), near(1, 0.5))),
    "Log1p": (m.log1p, lambda: pick(lambda: scale(1e-20, 1e308), lambda: uniform(-0.999, 2), small)),
    "Log2": (lambda x: m.log(x) / m.log(2), lambda: pick(lambda: scale(1e-320, 1e308), lambda: uniform(0.5, 2), near(1, 0.5))),
    "Sin": (m.sin, angle),
    "Cos": (m.cos, angle),
    "Tan": (m.tan, angle),
    "Asin": (m.asin, unit),
    "Acos": (m.acos, unit),
    "Atan": (m.atan, lambda: pick(lambda: uniform(-5, 5), lambda: either(scale(1e-10, 1e20)))),
    "Sinh": (m.sinh, lambda: pick(lambda: uniform(-3, 3), lambda: uniform(-710.4, 710.4), small)),
    "Cosh": (m.cosh, lambda: pick(lambda: uniform(-3, 3), lambda: uniform(-710.4, 710.4))),
    "Tanh": (m.tanh, lambda: pick(lambda: uniform(-3, 3), lambda: uniform(-20, 20), small)),
    "Erf": (m.erf, lambda: pick(lambda: uniform(-1.1, 1.1), lambda: uniform(-6, 6), small)),
    "Erfc": (m.erfc, lambda: pick(lambda: uniform(-6, 6), lambda: uniform(0.4, 26.5), lambda: uniform(0, 1))),
    "ErfInv": (m.erfinv, unit),
    "LGamma": (lambda x: m.re(m.loggamma(x)), gamma),
    "Digamma": (m.digamma, gamma),
    "Trigamma": (lambda x: m.psi(1, x), gamma),
}


def power_arguments():
    a = pick(lambda: scale(1e-300, 1e300), lambda: uniform(0.5, 2), near(1, 0.1))
    b = pick(lambda: uniform(-5, 5), lambda: uniform(-700, 700) / math.log(a), lambda: float(random.randint(-10, 10)))
    return (a, b) if abs(math.log(a) * b) < 700 else (a, 1 / math.log(a))


def point():
    return tuple(pick(lambda: uniform(-3, 3), lambda: either(scale(1e-10, 1e10))) for _ in range(2))


BINARY = {"Pow": (lambda a, b: a ** b, power_arguments), "Atan2": (m.atan2, point)}

for name, (function, draw) in UNARY.items():
    for _ in range(POINTS):
        x = draw()
        print(name, x.hex(), float(function(mpf(x))).hex(), sep="\t")
for name, (function, draw) in BINARY.items():
    for _ in range(POINTS):
        a, b = draw()
        print(name, a.hex(), b.hex(), float(function(mpf(a), mpf(b))).hex(), sep="\t")

# Where Numerics/DoubleFunctions*.cs and FloatFunctions.cs go from one formula to another.
NEGATIVE_HALVES = [-0.5, -1.0, -1.5, -2.0, -2.5, -3.0, -5.0, -9.5]
MANTISSA = [0.75, 1.5, 0.75 * 2 ** -1021, 2.2250738585072014e-308, 0.75 * 2 ** 1023, 0.75 * 2 ** -126, 1.17549435e-38, 1.0, 2.0]
THRESHOLDS = {
    "Exp": [-708.396, -744.4, 709.78, -87.336, -103.97, 88.722, 0.34657359, -0.34657359],
    "Expm1": [1e-17, -1e-17, 1e-8, -1e-8, -38.0, -18.0, 709.78, 88.722, 0.34657359, -0.34657359],
    "Log": MANTISSA,
    "Log1p": [1e-17, -1e-17, 1e-8, -1e-8, -0.25, 0.5, 2.0 ** 53, 2.0 ** 100, 2.0 ** 24, 2.0 ** 60, -1 + 2.0 ** -53, 1e308],
    "Log2": MANTISSA,
    "Sin": [2.0 ** 27, -2.0 ** 27, 2.0 ** 13, math.pi / 2, math.pi, 1e5],
    "Cos": [2.0 ** 27, -2.0 ** 27, 2.0 ** 13, math.pi / 2, math.pi, 1e5],
    "Tan": [2.0 ** 27, -2.0 ** 27, math.pi / 4, math.pi / 2],
    "Asin": [0.5, -0.5, 1 - 2.0 ** -30],
    "Acos": [0.5, -0.5, 1 - 2.0 ** -30, -1 + 2.0 ** -30],
    "Atan": [2.414213562373095, -2.414213562373095, 0.41421356237309503, -0.41421356237309503],
    "Sinh": [1.0, -1.0, 710.4, 89.0],
    "Cosh": [1.0, 710.4, 89.0],
    "Tanh": [1.0, -1.0, 20.0, 9.0, 0.17328679],
    "Erf": [1.0, -1.0, 5.9, 3.9, 0.5],
    "Erfc": [0.5, -0.5, 1.0, -1.0, 5.9, 26.5, 10.0],
    # |x| = 1/4; w = -ln(1 - x²) = 6¼ and 16.
    "ErfInv": [0.25, -0.25] + [math.copysign(math.sqrt(-math.expm1(-w)), s) for w in (6.25, 16.0) for s in (1, -1)],
    "LGamma": [10.0, 0.5, 1.5] + [i + 0.5 for i in range(2, 10)] + NEGATIVE_HALVES + [1e-300, 1e300],
    "Digamma": [float(i) for i in range(1, 12)] + NEGATIVE_HALVES,
    "Trigamma": [float(i) for i in range(1, 12)] + NEGATIVE_HALVES,
}
FAN = [0.0, 2.0 ** -52, 1e-12, 1e-7, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.2]


def around(threshold):
    """The threshold and its surroundings; in w, where the threshold is one of w so near to 1 that its own surroundings are outside."""
    for distance in FAN:
        for sign in (1, -1):
            yield threshold * (1 + sign * distance)
            if 0.9 < abs(threshold) < 1:
                yield math.copysign(math.sqrt(-math.expm1(math.log1p(-threshold * threshold) * (1 + sign * distance))), threshold)


for name, (function, _) in UNARY.items():
    for x in dict.fromkeys(x for threshold in THRESHOLDS[name] for x in around(threshold)):
        try:
            value = function(mpf(x))
        except (ValueError, ZeroDivisionError):
            continue  # a pole
        y = float(value) if m.im(value) == 0 else math.nan
        if math.isfinite(y) and not 0 < abs(y) < 2.3e-308:
            print(name, x.hex(), y.hex(), sep="\t")
