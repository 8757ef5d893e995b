#!/usr/bin/env python3
"""Writes reference.tsv: values of the functions in 40 digits (mpmath), rounded to double.

A line is the function's name, its arguments and its value, in hexadecimal floating point. Run: ./reference.py > reference.tsv
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
