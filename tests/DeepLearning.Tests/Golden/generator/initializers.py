"""Starting values that are not random, the gains, and the ends between which random ones lie."""
import math

import torch
from torch.nn import init

from .recorder import case, n

ORACLE = 'PyTorch 2.6'


def fill(fn):
    return lambda x, **k: fn(x.clone(), **k)


for shape, groups in [((4, 4, 3), 1), ((4, 2, 3, 4), 2), ((3, 5, 1, 2, 3), 1), ((6, 2, 3, 3), 3), ((6, 4, 5), 2), ((2, 1, 2), 2)]:
    case('dirac', fill(init.dirac_), n(*shape), _grad=False, groups=groups)
for shape in [(3, 3), (2, 5), (5, 2)]:
    case('init_eye', fill(init.eye_), n(*shape), _grad=False)
case('init_constant', fill(init.constant_), n(2, 3), _grad=False, val=0.3)
case('init_ones', fill(init.ones_), n(2, 3), _grad=False)
case('init_zeros', fill(init.zeros_), n(2, 3), _grad=False)
for name in ['linear', 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'selu']:
    case('calculate_gain', lambda nonlinearity: torch.tensor(float(init.calculate_gain(nonlinearity)), dtype=torch.float64), _grad=False, nonlinearity=name)
case('calculate_gain', lambda nonlinearity, param: torch.tensor(init.calculate_gain(nonlinearity, param), dtype=torch.float64), _grad=False,
     nonlinearity='leaky_relu', param=0.2)


class Bounds(torch.Tensor):
    """A weight that answers with what it was to be filled: the ends, or mean and deviation."""
    def uniform_(self, low, high, generator=None):
        return torch.tensor([low, high], dtype=torch.float64)

    def normal_(self, mean, std, generator=None):
        return torch.tensor([mean, std], dtype=torch.float64)


for shape in [(30, 20), (8, 6, 5), (8, 6, 3, 4)]:
    weight = lambda shape: torch.zeros(shape).as_subclass(Bounds)
    for gain in [1.0, 2.0]:
        case('xavier_uniform', lambda shape, **k: init.xavier_uniform_.__wrapped__(weight(shape), **k) if hasattr(init.xavier_uniform_, '__wrapped__')
             else init.xavier_uniform_(weight(shape), **k), _grad=False, shape=list(shape), gain=gain)
        case('xavier_normal', lambda shape, **k: init.xavier_normal_(weight(shape), **k), _grad=False, shape=list(shape), gain=gain)
    for mode in ['fan_in', 'fan_out']:
        for nonlinearity, a in [('relu', 0), ('leaky_relu', 0.0), ('leaky_relu', math.sqrt(5)), ('tanh', 0), ('linear', 0), ('selu', 0), ('sigmoid', 0)]:
            for key in ['kaiming_uniform', 'kaiming_normal']:
                case(key, lambda shape, key_, **k: getattr(init, key_ + '_')(weight(shape), **k), _grad=False, shape=list(shape), key_=key, a=a, mode=mode,
                     nonlinearity=nonlinearity)
