"""Activations, as torch.nn.functional has them: through their kinks, far from zero, in other dtypes."""
import math

import torch
import torch.nn.functional as F

from .recorder import case, case_if_any, n, v

inf, nan = math.inf, math.nan
X = n(2, 3, 4, scale=2)
SPECIAL = v(0.0, -0.0, inf, -inf, nan, 1.0, -1.0, 3.0, -3.0, 6.0, 20.0, 20.5, -20.5, 100.0, -100.0, 1000.0, -1000.0, 0.5, -0.5)
FINITE = v(0.0, -0.0, nan, 1.0, -1.0, 3.0, -3.0, 6.0, 20.0, 20.5, -20.5, 100.0, -100.0, 1000.0, -1000.0, 0.5, -0.5)
LIMITS = ['gelu', 'silu', 'mish', 'hardswish', 'softsign']  # nan at an infinity in PyTorch, their limits here
NUMBERS = v(0.0, -0.0, inf, -inf, 0.5, -0.5, 0.75, -0.75, 1.0, -1.0, 20.0, -20.0)  # softshrink(nan) is 0 in this PyTorch, nan in later ones

ACTIVATIONS = [
    ('relu', F.relu, [{}]), ('leaky_relu', F.leaky_relu, [{}, {'negative_slope': 0.3}]), ('elu', F.elu, [{}, {'alpha': 0.7}]),
    ('gelu', lambda x, approximate='none': F.gelu(x, approximate=approximate), [{}, {'approximate': 'tanh'}]), ('silu', F.silu, [{}]),
    ('relu6', F.relu6, [{}]), ('celu', F.celu, [{}, {'alpha': 0.7}]), ('selu', F.selu, [{}]), ('mish', F.mish, [{}]),
    ('hardtanh', F.hardtanh, [{}, {'min_val': -0.5, 'max_val': 2.0}]), ('hardsigmoid', F.hardsigmoid, [{}]), ('hardswish', F.hardswish, [{}]),
    ('logsigmoid', F.logsigmoid, [{}]), ('softsign', F.softsign, [{}]), ('tanhshrink', F.tanhshrink, [{}]),
    ('hardshrink', F.hardshrink, [{}, {'lambd': 1.0}]), ('softshrink', F.softshrink, [{}, {'lambd': 1.0}]),
    ('threshold', F.threshold, [{'threshold': 0.5, 'value': -3.0}]),
    ('sigmoid', torch.sigmoid, [{}]), ('tanh', torch.tanh, [{}]), ('softplus', F.softplus, [{}, {'beta': 2.0, 'threshold': 5.0}]),
]
for name, fn, options in ACTIVATIONS:
    for o in options:
        case(name, fn, X, **o)
        case(name, fn, NUMBERS if name == 'softshrink' else FINITE if name in LIMITS else SPECIAL, _second=False, **o)
        case(name, fn, X.f32, **o)
    if name != 'tanhshrink':  # its difference has no digits left in 16 bits
        case_if_any(name, fn, n(6).bf16, _grad=False, **options[0])
    case(name, fn, v(0.0, -0.0, 5.0, -5.0).f32, _second=False, **options[0])
case('prelu', F.prelu, n(2, 3, 4), v(0.25))
case('prelu', F.prelu, n(2, 3, 4), v(0.25, -0.5, 2.0))
case('glu', F.glu, n(2, 4, 3), dim=1)
