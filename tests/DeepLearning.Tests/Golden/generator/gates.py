"""The activation layers of torch.nn, with every option; gates, maxout, swish and steps by their formulas."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from .modules import layer
from .recorder import case, distinct, n, v

ORACLE = 'PyTorch 2.6'

X = (2, 4, 3)
for make, options in [
        (nn.Threshold, [dict(threshold=0.1, value=-2.0), dict(threshold=-0.5, value=0.0)]), (nn.RReLU, [{}, dict(lower=0.2, upper=0.6)]),
        (nn.Hardtanh, [{}, dict(min_val=-0.3, max_val=1.2)]), (nn.ReLU6, [{}]), (nn.Hardsigmoid, [{}]), (nn.Mish, [{}]), (nn.Hardswish, [{}]),
        (nn.CELU, [{}, dict(alpha=0.5)]), (nn.SELU, [{}]), (nn.GLU, [dict(dim=1), dict(dim=-2)]), (nn.Hardshrink, [{}, dict(lambd=0.2)]),
        (nn.LogSigmoid, [{}]), (nn.Softshrink, [{}, dict(lambd=0.2)]), (nn.Softsign, [{}]), (nn.Tanhshrink, [{}]),
        (nn.Softmin, [dict(dim=0), dict(dim=-1), dict(dim=1)]), (nn.Softmax2d, [{}])]:
    for o in options:
        layer(make, n(*X, scale=2), _shapes={}, _train=False, **o)
layer(nn.Softmax2d, n(2, 3, 2, 2), _shapes={})
layer(nn.GLU, n(3, 6), _shapes={})
layer(nn.RReLU, n(3, 6), _shapes={}, lower=0.3, upper=0.3)
for slopes in [1, 4]:
    for init in [0.25, -0.5]:
        layer(nn.PReLU, n(*X), _shapes={'weight': (slopes,)}, num_parameters=slopes, init=init)
case('rrelu', F.rrelu, n(3, 4))
case('rrelu', F.rrelu, n(3, 4), lower=-0.2, upper=0.8)
case('rrelu', F.rrelu, n(3, 4), lower=0.4, upper=0.4, training=True)
case('rrelu', F.rrelu, n(6).bf16, _grad=False)
case('softmin', F.softmin, n(3, 4).f32, dim=1)


def halves(x, dim, gate_first):
    a, b = x.chunk(2, dim)
    return (b, a) if gate_first else (a, b)


def swiglu(x, dim=-1, gate_first=False):
    a, b = halves(x, dim, gate_first)
    return a * (b / (1 + torch.exp(-b)))


def geglu(x, dim=-1, gate_first=False, approximate=False):
    a, b = halves(x, dim, gate_first)
    if approximate:
        return a * (0.5 * b * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (b + 0.044715 * b ** 3))))
    return a * (0.5 * b * (1 + torch.erf(b / 2 ** 0.5)))


def reglu(x, dim=-1, gate_first=False):
    a, b = halves(x, dim, gate_first)
    return a * torch.where(b > 0, b, torch.zeros_like(b))


SHAZEER = 'Shazeer 2020: GLU variants, equations 5 and 6'
for fn in [swiglu, geglu, reglu]:
    for dim in [-1, 1, 0]:
        for gate_first in [False, True]:
            case(fn.__name__, fn, n(2, 4, 6), dim=dim, gate_first=gate_first, _oracle=SHAZEER)
    case(fn.__name__, fn, n(2, 6).f32, _second=False, _oracle=SHAZEER)
case('geglu', geglu, n(2, 6), approximate=True, _oracle=SHAZEER)


def maxout(x, pieces, dim=1):
    groups = x.movedim(dim, -1)
    groups = groups.reshape(*groups.shape[:-1], groups.shape[-1] // pieces, pieces)
    best = groups[..., 0]
    for k in range(1, pieces):
        best = torch.where(groups[..., k] > best, groups[..., k], best)
    return best.movedim(-1, dim)


for shape, dim, pieces in [((2, 6), 1, 2), ((2, 6), 1, 3), ((2, 4, 3), 1, 2), ((2, 4, 3), -1, 3), ((4, 3), 0, 4), ((2, 3), 1, 1)]:
    case('maxout', maxout, distinct(*shape), pieces=pieces, dim=dim, _oracle='Goodfellow and others 2013: maxout, equation 1')


def swish(x, beta):
    return x * torch.sigmoid(beta * x)


RAMACHANDRAN = 'Ramachandran, Zoph and Le 2017: x * sigmoid(beta * x)'
for beta in [v(1.0), v(-0.5), v(0.0), v(2.5), n(4, 1)]:
    case('swish', swish, n(*X, scale=2), beta, _oracle=RAMACHANDRAN)
case('swish', swish, v(-40.0, -20.0, 0.0, 20.0, 800.0, -800.0), v(1.5), _second=False, _oracle=RAMACHANDRAN)


def step(x, at_zero=1.0, straight_through=False):
    y = torch.where(x > 0, 1.0, torch.where(x < 0, 0.0, at_zero)).to(x.dtype)
    return x + (y - x).detach() if straight_through else y


def sign(x, straight_through=True):
    return x + (torch.sign(x) - x).detach()


STEPS = v(-2.0, -0.0, 0.0, 0.5, 3.0)
case('step', step, STEPS, _grad=False, _oracle='Rosenblatt 1958: a threshold')
for at_zero in [0.0, 0.5, 1.0]:
    case('step', step, STEPS, _second=False, at_zero=at_zero, straight_through=True, _oracle='Bengio, Leonard and Courville 2013: straight through')
case('sign_straight_through', sign, STEPS, _second=False, _oracle='Bengio, Leonard and Courville 2013: straight through')
