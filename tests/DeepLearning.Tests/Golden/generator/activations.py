"""Activations, as torch.nn.functional has them: through their kinks, far from zero, in other dtypes."""
import math

import torch
import torch.nn.functional as F

from .recorder import case, n, v

inf, nan = math.inf, math.nan
X = n(2, 3, 4, scale=2)
SPECIAL = v(0.0, -0.0, inf, -inf, nan, 1.0, -1.0, 3.0, -3.0, 6.0, 20.0, 20.5, -20.5, 100.0, -100.0, 1000.0, -1000.0, 0.5, -0.5)

ACTIVATIONS = [
    ('relu', F.relu, [{}]), ('leaky_relu', F.leaky_relu, [{}, {'negative_slope': 0.3}]), ('elu', F.elu, [{}, {'alpha': 0.7}]),
    ('gelu', lambda x, approximate='none': F.gelu(x, approximate=approximate), [{}, {'approximate': 'tanh'}]), ('silu', F.silu, [{}]),
    ('sigmoid', torch.sigmoid, [{}]), ('tanh', torch.tanh, [{}]), ('softplus', F.softplus, [{}, {'beta': 2.0, 'threshold': 5.0}]),
]
for name, fn, options in ACTIVATIONS:
    for o in options:
        case(name, fn, X, **o)
        case(name, fn, SPECIAL, _second=False, **o)
        case(name, fn, X.f32, **o)
    case(name, fn, n(6).bf16, _grad=False)
    case(name, fn, v(0.0, -0.0, 5.0, -5.0).f32, _second=False)
