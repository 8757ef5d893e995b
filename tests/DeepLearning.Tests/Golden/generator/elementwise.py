"""Elementwise operations of one tensor."""
import math

import torch

from .recorder import case, i, n, scalar, u, v

inf, nan = math.inf, math.nan
SPECIAL = v(0.0, -0.0, inf, -inf, nan, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-3, -1e-3, 30.0, -30.0, 1000.0, -1000.0)
X = n(2, 3, 4, scale=1.5)
POSITIVE = u(0.05, 4, 2, 3, 4)
UNIT = u(-0.95, 0.95, 2, 3, 4)

SMOOTH = [  # name, domain
    ('exp', X), ('exp2', X), ('expm1', X), ('log', POSITIVE), ('log1p', u(-0.9, 4, 2, 3, 4)), ('log2', POSITIVE),
    ('log10', POSITIVE), ('sqrt', POSITIVE), ('rsqrt', POSITIVE), ('square', X), ('reciprocal', POSITIVE), ('neg', X),
    ('sin', X), ('cos', X), ('tan', u(-1.4, 1.4, 2, 3, 4)), ('asin', UNIT), ('acos', UNIT), ('atan', X), ('sinh', X),
    ('cosh', X), ('tanh', X), ('asinh', X), ('acosh', u(1.1, 5, 2, 3, 4)), ('atanh', UNIT), ('erf', X), ('erfc', X),
    ('erfinv', UNIT), ('sigmoid', X), ('logit', u(0.05, 0.95, 2, 3, 4)), ('lgamma', u(-3.8, 6, 2, 3, 4)),
    ('digamma', u(0.2, 6, 2, 3, 4)), ('sinc', X), ('abs', X), ('sign', X), ('floor', X), ('ceil', X), ('round', X),
    ('trunc', X), ('frac', X), ('deg2rad', X), ('rad2deg', X),
]

for name, domain in SMOOTH:
    fn = getattr(torch, name)
    case(name, fn, domain)
    case(name, fn, SPECIAL, _second=False, _grad=name != 'digamma')  # whose gradient at a pole is noise
    case(name, fn, domain.f32)
    case(name, fn, n().f64 if domain is X else u(0.3, 0.9).f64, _second=False)
    if name != 'acosh':
        case(name, fn, u(0.3, 0.9, 6).bf16, _second=False)

# Far from zero: range reduction, asymptotic branches, tails, subnormals and the ends of the range.
case('exp', torch.exp, v(700.0, 709.7, 710.0, -700.0, -745.0, -746.0, -740.5, 88.7, 1e-20, 5e-324))
case('exp', torch.exp, v(88.0, 88.7, 89.0, -87.0, -100.0, -104.0, 1e-20).f32, _second=False)
case('expm1', torch.expm1, v(1e-20, -1e-20, 1e-9, 1e-5, 0.3, -0.3, 700.0, -40.0), _second=False)
case('log', torch.log, v(5e-324, 1e-310, 2.2250738585072014e-308, 1e300, 1.0000000000000002, 0.9999999999999999), _second=False)
case('log', torch.log, v(1e-45, 1e-39, 1.17549435e-38, 3e38, 1.0000001, 0.9999999).f32, _second=False)
case('log1p', torch.log1p, v(1e-20, -1e-20, 1e-9, -1e-9, -0.99999, 1e300), _second=False)
case('sin', torch.sin, v(1e3, 1e5, 1e8, 1e15, 3.141592653589793, 6.283185307179586, -1e6), _second=False)
case('cos', torch.cos, v(1e3, 1e5, 1e8, 1e15, 3.141592653589793, 1.5707963267948966, -1e6), _second=False)
case('tan', torch.tan, v(1e3, 1e5, 1e8, 3.141592653589793, 1.5, -1e6), _second=False)
case('sin', torch.sin, v(1e2, 1e4, 1e6, -3e7, 3.1415927).f32, _second=False)
case('tanh', torch.tanh, v(1e-20, 1e-9, 0.01, 0.54, 0.56, 9.0, 19.0, 22.0, -22.0), _second=False)
case('sinh', torch.sinh, v(1e-20, 1e-9, 0.01, 20.0, 709.0, 710.2, -710.2), _second=False)
case('cosh', torch.cosh, v(1e-9, 20.0, 709.0, 710.2, -710.2), _second=False)
case('asinh', torch.asinh, v(1e-20, -1e-9, 0.01, 1e8, -1e8, 1e200), _second=False)
case('acosh', torch.acosh, v(1.0, 1.0000000001, 1.5, 1e8, 1e200, 0.5), _second=False)
case('atanh', torch.atanh, v(1e-20, -1e-9, 0.99, 1.5), _second=False)
case('asin', torch.asin, v(0.99, -0.99, 1e-9, 1.5), _second=False)
case('acos', torch.acos, v(0.99, -0.99, 1e-9, 1.5), _second=False)
case('atan', torch.atan, v(1e-9, 1e9, -1e200), _second=False)
case('erf', torch.erf, v(1e-20, 1e-9, 0.5, 0.84375, 1.25, 2.5, 3.5, 5.9, 6.5, -6.5), _second=False)
case('erfc', torch.erfc, v(1e-20, 1e-9, 0.5, 0.84375, 1.25, 2.5, 3.5, 5.9, 10.0, 26.5, 28.0, -6.5), _second=False)
case('erfinv', torch.erfinv, v(1e-12, 0.5, 0.99, -0.98, 1.0, -1.0, 1.5), _second=False)
case('sigmoid', torch.sigmoid, v(-40.0, -700.0, -745.0, 40.0, 700.0), _second=False)
case('lgamma', torch.lgamma, v(1e-10, 1.0, 2.0, 0.5, 3.0, 10.5, 100.0, 1e5, 1e300, -0.5, -1.0, -2.0, -10.5), _second=False)
case('digamma', torch.digamma, v(1e-5, 1.0, 2.0, 0.5, 10.5, 100.0, 1e5, -0.5, -1.5, -10.25), _second=False)
case('digamma', torch.digamma, v(-1.0, -2.0, 0.0, -0.0), _grad=False)
case('rsqrt', torch.rsqrt, v(1e-300, 1e300, 4.0, 5e-324), _second=False)
case('sqrt', torch.sqrt, v(1e-300, 1e300, 4.0, 5e-324), _second=False)

case('trigamma', lambda x: torch.special.polygamma(1, x), u(-3.8, 6, 2, 3, 4))
case('trigamma', lambda x: torch.special.polygamma(1, x), v(1e-5, 1.0, 0.5, 100.0, 1e5, -0.5, -10.25), _grad=False)

# Half to even.
case('round', torch.round, v(0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, 0.49999999999999994, 4503599627370497.5))
case('round_decimals', torch.round, v(1.235, -2.5551, 1234.567, 0.05, 15.0, 25.0), decimals=2)
case('round_decimals', torch.round, v(1234.567, 15.0, 25.0, -35.0), decimals=-1)
case('logit', torch.logit, v(-0.5, 0.0, 1e-3, 0.4, 0.999, 1.0, 1.5), eps=0.01)

# Clamp: at the bounds the gradient is 1.
for low, high in [(-0.5, 1.0), (None, 0.5), (0.0, None), (1.0, -1.0), (-1, 2)]:
    case('clamp', torch.clamp, n(3, 4), min=low, max=high)
case('clamp', torch.clamp, SPECIAL, min=-0.5, max=1.0, _second=False)
case('clamp', torch.clamp, i(-5, 6, 8), min=-2, max=3)
case('clamp', torch.clamp, i(-5, 6, 8), min=-1.5, max=3)
case('clamp', torch.clamp, n(6).f32, min=-0.3)
case('clamp_tensor', lambda x, low, high: torch.clamp(x, low, high), n(3, 4), n(4, shift=-0.5), n(3, 1, shift=0.5))
case('clamp_tensor', lambda x, low, high: torch.clamp(x, low, high), v(1.0, 2.0, 3.0, nan), v(1.0, 2.5, 0.0, 0.0), v(2.0, 2.0, 3.0, 1.0), _second=False)

# Tests of each element.
for name in ['isnan', 'isinf', 'isfinite', 'isposinf', 'isneginf', 'signbit', 'logical_not']:
    case(name, getattr(torch, name), SPECIAL, _grad=False)
    if name != 'signbit':
        case(name, getattr(torch, name), i(-2, 3, 5))
case('nan_to_num', torch.nan_to_num, SPECIAL, _second=False)
case('nan_to_num', torch.nan_to_num, SPECIAL, nan=1.5, posinf=10.0, neginf=-20.0, _second=False)
case('nan_to_num', torch.nan_to_num, v(nan, inf, -inf, 2.0).f32, _second=False)
case('nan_to_num', torch.nan_to_num, i(-2, 3, 4))

# Integers and booleans: some stay, some become float32.
for name in ['exp', 'log', 'sqrt', 'rsqrt', 'reciprocal', 'sin', 'tanh', 'sigmoid', 'erf', 'lgamma', 'expm1', 'log1p', 'atan']:
    case(name, getattr(torch, name), i(1, 6, 4))
case('sqrt', torch.sqrt, v(True, False, dtype=torch.bool))
for name in ['abs', 'neg', 'sign', 'square', 'floor', 'ceil', 'round', 'trunc', 'bitwise_not']:
    case(name, getattr(torch, name), i(-5, 6, 7))
    case(name, getattr(torch, name), i(-5, 6, 7).i32)
case('neg', torch.neg, v(0, 1, 255, dtype=torch.uint8))
case('abs', torch.abs, v(0, 1, 255, dtype=torch.uint8))
case('bitwise_not', torch.bitwise_not, v(True, False, dtype=torch.bool))
case('bitwise_not', torch.bitwise_not, v(0, 1, 255, dtype=torch.uint8))
case('logical_not', torch.logical_not, v(True, False, dtype=torch.bool))

# Conversions.
for source in [v(-1.9, -0.5, 0.0, 0.5, 1.5, 2.9, 100.7), v(0, 1, 2, 255, 7, dtype=torch.int64), v(True, False, dtype=torch.bool)]:
    for dtype in [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.bool]:
        case('to', lambda x, dtype: x.to(dtype), source, dtype=dtype)
case('to', lambda x, dtype: x.to(dtype), v(0.0, 1.9, 200.0, 255.0), dtype=torch.uint8)
case('to', lambda x, dtype: x.to(dtype), v(0, 1, 255, 256, -1, 1000, dtype=torch.int64), dtype=torch.uint8)
case('to', lambda x, dtype: x.to(dtype), v(4294967297, -1, 2147483648, dtype=torch.int64), dtype=torch.int32)
case('to', lambda x, dtype: x.to(dtype), v(65504.0, 65519.0, 65520.0, 1e-8, 6e-8, 3e-8, nan, inf, -0.0, 2049.0, 2051.0).f32, dtype=torch.float16, _second=False)
case('to', lambda x, dtype: x.to(dtype), v(3.4e38, 1.00390625, 1.01171875, 1e-40, nan, inf, -0.0, 257.0, 259.0).f32, dtype=torch.bfloat16, _second=False)

# pow with a number, a number to a tensor, and the special values of both.
for exponent in [0, 1, 2, 3, -1, -2, 0.5, -0.5, 2.5, 1.0, 2.0]:
    case('pow_scalar', lambda x, exponent: x ** exponent, POSITIVE, exponent=exponent)
    case('pow_scalar', lambda x, exponent: x ** exponent, v(0.0, -0.0, inf, -inf, nan, 1.0, -1.0, -2.5), exponent=exponent, _second=False)
case('pow_scalar', lambda x, exponent: x ** exponent, i(-3, 4, 6), exponent=3)
case('pow_scalar', lambda x, exponent: x ** exponent, i(-3, 4, 6), exponent=0)
case('pow_scalar', lambda x, exponent: x ** exponent, i(-3, 4, 6), exponent=2.0)
case('pow_scalar', lambda x, exponent: x ** exponent, i(1, 4, 6).i32, exponent=0.5)
case('pow_scalar', lambda x, exponent: x ** exponent, u(0.1, 4, 6).f32, exponent=1.7)
for base in [2.0, 0.5, 1.0, 0.0, 2]:
    case('scalar_pow', lambda x, base: base ** x, n(2, 3), base=base)
case('scalar_pow', lambda x, base: base ** x, SPECIAL, base=2.0, _second=False)
case('scalar_pow', lambda x, base: base ** x, i(0, 5, 4), base=3)
case('scalar_pow', lambda x, base: base ** x, i(0, 5, 4), base=0.5)
