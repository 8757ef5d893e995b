"""Elementwise operations of two and three tensors, with broadcasting; integer arithmetic; comparisons; in-place forms."""
import itertools
import math
import operator

import torch

from .recorder import b, case, distinct, i, n, scalar, u, v

inf, nan = math.inf, math.nan
EDGE = [0.0, -0.0, inf, -inf, nan, 1.0, -1.5]
PAIRS = list(itertools.product(EDGE, EDGE))
LEFT, RIGHT = v(*[p[0] for p in PAIRS]), v(*[p[1] for p in PAIRS])
SHAPES = [((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (4,)), ((3, 1), (1, 4)), ((2, 1, 4), (3, 1)), ((), (2, 3)), ((2, 3), ())]

ARITHMETIC = [  # name, function, domain of the left and of the right, whether special values have a gradient worth comparing
    ('add', torch.add, n, n), ('sub', torch.sub, n, n), ('mul', torch.mul, n, n), ('div', torch.div, n, n),
    ('pow', torch.pow, lambda *s: u(0.1, 3, *s), n), ('atan2', torch.atan2, n, n), ('hypot', torch.hypot, n, n),
    ('maximum', torch.maximum, n, n), ('minimum', torch.minimum, n, n), ('fmax', torch.fmax, n, n), ('fmin', torch.fmin, n, n),
    ('fmod', torch.fmod, n, n), ('remainder', torch.remainder, n, n), ('xlogy', torch.xlogy, n, lambda *s: u(0.1, 3, *s)),
    ('logaddexp', torch.logaddexp, n, n), ('logaddexp2', torch.logaddexp2, n, n),
    ('xlog1py', torch.special.xlog1py, n, lambda *s: u(-0.9, 3, *s)), ('copysign', torch.copysign, n, n),
]
for name, fn, left, right in ARITHMETIC:
    for a, c in SHAPES:
        case(name, fn, left(*a), right(*c))
    case(name, fn, LEFT, RIGHT, _second=False)
    case(name, fn, left(2, 3).f32, right(3).f32)
    if name in ('add', 'sub', 'mul', 'div', 'maximum', 'minimum'):
        case(name, fn, left(5).f16, right(5).f16, _grad=False)
        case(name, fn, left(5).bf16, right(5).bf16, _grad=False)
case('logaddexp', torch.logaddexp, v(1000.0, -1000.0, 0.0), v(1000.0, -1001.0, 800.0))
case('hypot', torch.hypot, v(1e200, 1e-200, 3.0), v(1e200, 1e-200, 4.0), _second=False)
case('floor_divide', torch.floor_divide, n(3, 4), n(4), _grad=False)
case('floor_divide', torch.floor_divide, LEFT, RIGHT, _grad=False)
case('div_mode', lambda x, y, mode: torch.div(x, y, rounding_mode=mode), n(3, 4, scale=3), n(4), mode='floor')
case('div_mode', lambda x, y, mode: torch.div(x, y, rounding_mode=mode), n(3, 4, scale=3), n(4), mode='trunc')
case('div_mode', lambda x, y, mode: torch.div(x, y, rounding_mode=mode), i(-9, 10, 8), v(2, -3, 4, -2, 3, 1, -1, 5, dtype=torch.int64), mode='floor')
case('div_mode', lambda x, y, mode: torch.div(x, y, rounding_mode=mode), i(-9, 10, 8), v(2, -3, 4, -2, 3, 1, -1, 5, dtype=torch.int64), mode='trunc')

# Ties and kinks.
TIED = (v(1.0, 2.0, 0.0, -0.0, inf, -1.0), v(1.0, 2.0, 0.0, 0.0, inf, -1.0))
for name, fn in [('maximum', torch.maximum), ('minimum', torch.minimum), ('fmax', torch.fmax), ('fmin', torch.fmin)]:
    case(name, fn, *TIED)
case('atan2', torch.atan2, v(0.0, -0.0, 0.0, -0.0, 1.0, -1.0), v(1.0, 1.0, -1.0, -1.0, 0.0, 0.0), _second=False)
case('pow', torch.pow, v(0.0, 0.0, 2.0, -2.0, -2.0, -2.0, 0.0, 1.0), v(0.0, 2.0, 0.0, 2.0, 3.0, 0.5, -1.0, 5.0), _second=False)

# Signs of quotient and remainder.
N = v(7, -7, 7, -7, 6, -6, 0, 5, dtype=torch.int64)
D = v(3, 3, -3, -3, 3, -3, 4, 10, dtype=torch.int64)
for name, fn in [('floor_divide', torch.floor_divide), ('remainder', torch.remainder), ('fmod', torch.fmod), ('div', torch.div)]:
    case(name, fn, N, D)
    case(name, fn, N.i32, D.i32)
    case(name, fn, N.f64, D.f64, _second=False, _grad=name != 'floor_divide')
case('remainder', torch.remainder, v(7.5, -7.5, 7.5, -7.5, 0.0, -0.0, 1e17, 5.5), v(2.0, 2.0, -2.0, -2.0, 3.0, 3.0, 3.0, inf), _second=False)
case('fmod', torch.fmod, v(7.5, -7.5, 7.5, -7.5, 0.0, -0.0, 1e17, 5.5), v(2.0, 2.0, -2.0, -2.0, 3.0, 3.0, 3.0, inf), _second=False)
case('remainder', torch.remainder, v(7, 250, 9, dtype=torch.uint8), v(4, 7, 3, dtype=torch.uint8))
for op in ['remainder', 'fmod', 'floor_divide']:
    for other in [3, -3, 2.5]:
        case(op + '_scalar', lambda x, other, op=op: getattr(torch, op)(x, other), N, other=other)
        case(op + '_scalar', lambda x, other, op=op: getattr(torch, op)(x, other), n(5, scale=5), other=other, _grad=op != 'floor_divide')

# Numbers as operands, on either side.
for other in [2, 1.5, -3, True]:
    for op, fn in [('add_scalar', lambda x, other: x + other), ('sub_scalar', lambda x, other: x - other),
                   ('rsub_scalar', lambda x, other: other - x), ('mul_scalar', lambda x, other: x * other),
                   ('div_scalar', lambda x, other: x / other), ('rdiv_scalar', lambda x, other: other / x)]:
        if isinstance(other, bool) and op in ('sub_scalar', 'rsub_scalar'):
            continue
        case(op, fn, n(2, 3), other=other)
        case(op, fn, v(1, -2, 3, dtype=torch.int64), other=other)
case('add_alpha', lambda x, y, alpha: torch.add(x, y, alpha=alpha), n(2, 3), n(3), alpha=2.5)
case('sub_alpha', lambda x, y, alpha: torch.sub(x, y, alpha=alpha), n(2, 3), n(3), alpha=2.5)
case('add_alpha', lambda x, y, alpha: torch.add(x, y, alpha=alpha), i(-5, 5, 3), i(-5, 5, 3), alpha=3)

# Integers and booleans.
for name in ['add', 'sub', 'mul', 'maximum', 'minimum']:
    case(name, getattr(torch, name), i(-9, 10, 2, 3), i(-9, 10, 3))
case('add', torch.add, v(200, 100, dtype=torch.uint8), v(100, 100, dtype=torch.uint8))
case('sub', torch.sub, v(10, 100, dtype=torch.uint8), v(100, 100, dtype=torch.uint8))
case('mul', torch.mul, v(200, 100, dtype=torch.uint8), v(2, 3, dtype=torch.uint8))
case('mul', torch.mul, v(2147483647, 65536, dtype=torch.int32), v(2, 65536, dtype=torch.int32))
case('add', torch.add, v(9223372036854775807, 1, dtype=torch.int64), v(1, 1, dtype=torch.int64))
case('add', torch.add, v(True, True, False, False, dtype=torch.bool), v(True, False, True, False, dtype=torch.bool))
case('mul', torch.mul, v(True, True, False, False, dtype=torch.bool), v(True, False, True, False, dtype=torch.bool))
case('maximum', torch.maximum, v(True, True, False, False, dtype=torch.bool), v(True, False, True, False, dtype=torch.bool))
case('div', torch.div, v(True, True, dtype=torch.bool), v(True, False, dtype=torch.bool))
case('pow', torch.pow, v(2, -3, 0, 5, 1, -1, dtype=torch.int64), v(3, 3, 0, 0, -2, -3, dtype=torch.int64))
case('pow', torch.pow, v(2, 3, dtype=torch.int64), v(0.5, -1.0), _grad=False)
for name in ['bitwise_and', 'bitwise_or', 'bitwise_xor']:
    fn = getattr(torch, name)
    case(name, fn, i(-20, 20, 2, 3), i(-20, 20, 3))
    case(name, fn, i(-20, 20, 5).i32, i(-20, 20, 5))
    case(name, fn, i(0, 256, 5).u8, i(0, 256, 5).u8)
    case(name, fn, b(4), b(4))
    case(name + '_scalar', fn, i(-20, 20, 5), other=12)
for name, fn in [('bitwise_left_shift', torch.bitwise_left_shift), ('bitwise_right_shift', torch.bitwise_right_shift)]:
    case(name, fn, i(-50, 50, 6), i(0, 5, 6))
    case(name, fn, i(-50, 50, 6).i32, i(0, 5, 6).i32)
    case(name, fn, i(0, 256, 6).u8, i(0, 5, 6).u8)
    case(name + '_scalar', fn, i(-50, 50, 6), other=2)
for name in ['logical_and', 'logical_or', 'logical_xor']:
    fn = getattr(torch, name)
    case(name, fn, v(0.0, nan, -0.0, 2.0), v(1.0, 0.0, 0.0, -1.0), _grad=False)
    case(name, fn, i(-1, 2, 2, 3), b(3))

# Comparisons.
for name in ['eq', 'ne', 'lt', 'le', 'gt', 'ge']:
    fn = getattr(torch, name)
    case(name, fn, LEFT, RIGHT, _grad=False)
    case(name, fn, i(0, 3, 2, 3), i(0, 3, 3))
    case(name, fn, i(0, 3, 2, 1), v(0.0, 1.0, 1.5), _grad=False)
    case(name, fn, b(4), b(4))
    case(name, fn, i(250, 256, 4).u8, i(-3, 254, 4))
    case(name + '_scalar', fn, i(0, 3, 6), other=1)
    case(name + '_scalar', fn, i(0, 3, 6), other=1.5)
    case(name + '_scalar', fn, n(6), other=0, _grad=False)
case('isclose', torch.isclose, v(1.0, 1.0, nan, inf, 1000.0), v(1.0 + 1e-9, 1.1, nan, inf, 1000.001), _grad=False)
case('isclose', torch.isclose, v(1.0, 1.0, nan, inf, 1000.0), v(1.0 + 1e-9, 1.1, nan, inf, 1000.001), rtol=1e-5, atol=0.2, equal_nan=True, _grad=False)
case('allclose', torch.allclose, v(1.0, 2.0), v(1.0, 2.0 + 1e-7), _grad=False)
case('equal', torch.equal, v(1.0, 2.0), v(1.0, 2.0), _grad=False)
case('heaviside', torch.heaviside, v(-1.0, 0.0, 2.0, -0.0), v(0.5, 0.5, 0.5, 0.25), _grad=False)

# Three operands.
for weight in [0.3, 0.5, 0.8, -1.0, 2.0]:
    case('lerp_scalar', torch.lerp, n(2, 3), n(3), weight=weight)
case('lerp', torch.lerp, n(2, 3), n(3), u(0, 1, 2, 1))
case('lerp', torch.lerp, n(2, 3).f32, n(3).f32, u(0, 1, 2, 1).f32)
case('addcmul', torch.addcmul, n(2, 3), n(3), n(2, 1), value=0.7)
case('addcdiv', torch.addcdiv, n(2, 3), n(3), u(0.5, 2, 2, 1), value=0.7)
case('where', lambda c, x, y: torch.where(c, x, y), b(2, 3), n(3), n(2, 1))
case('where', lambda c, x, y: torch.where(c, x, y), b(4), v(nan, inf, 1.0, 2.0), v(0.0, 1.0, nan, inf), _second=False)
case('where', lambda c, x, y: torch.where(c, x, y), b(2, 3), i(0, 5, 3), n(2, 3))
case('where', lambda c, x, y: torch.where(c, x, y), b(2, 3), n(3).f32, n(2, 3))
case('where', lambda c, x, y: torch.where(c, x, y), scalar(True, torch.bool), n(2, 3), n(3))

# In place: y = 2 x, then y op= z.
for name in ['add', 'sub', 'mul', 'div', 'pow', 'fmod', 'remainder']:
    left = u(0.2, 2, 2, 3) if name == 'pow' else n(2, 3)
    case(name + '_inplace', lambda x, z, name=name: getattr(x * 2, name + '_')(z), left, n(3))
for name in ['exp', 'sqrt', 'tanh', 'sigmoid', 'neg', 'abs', 'reciprocal', 'sin', 'round']:
    case(name + '_inplace', lambda x, name=name: getattr(x * 2, name + '_')(), u(0.2, 2, 2, 3))
case('clamp_inplace', lambda x, min, max: (x * 2).clamp_(min, max), n(2, 3), min=-0.5, max=1.0)
case('add_inplace', lambda x, z: x.add_(z), i(0, 5, 3), v(True, False, True, dtype=torch.bool))
case('mul_inplace', lambda x, z: x.clone().mul_(z), n(3).f32, n(3), _grad=False)
