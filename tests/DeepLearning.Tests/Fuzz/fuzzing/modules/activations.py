"""Activation layers with their options, linear layers, distances, and layers that only move numbers."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from .case import function, layer

SIMPLE = [nn.ReLU, nn.SiLU, nn.Sigmoid, nn.Tanh, nn.ReLU6, nn.Mish, nn.Hardswish, nn.SELU, nn.LogSigmoid, nn.Softsign, nn.Tanhshrink]


def any_shape(d, low=0):
    return [0 if d.chance(0.02) else d.pick([1, 2, 3, 5, 9, 17]) for _ in range(d.int(low, 4))]


def simple(d):
    return layer(d, d.pick(SIMPLE), d.normal(*any_shape(d), scale=d.pick([1, 3])), arguments={})


def with_options(d):
    make, options = d.pick([
        (nn.LeakyReLU, dict(negative_slope=d.real(-0.5, 1.5))), (nn.ELU, dict(alpha=d.real(-1, 3))), (nn.GELU, d.some(approximate='tanh')),
        (nn.Softplus, dict(beta=d.real(0.3, 4), threshold=d.real(0.5, 25))), (nn.Threshold, dict(threshold=d.real(-1, 1), value=d.real(-2, 2))),
        (nn.Hardtanh, d.some(min_val=lambda: d.real(-3, 0), max_val=lambda: d.real(0.1, 3))), (nn.CELU, d.some(alpha=lambda: d.pick([0.25, 0.5, 2.0]))),
        (nn.Hardshrink, d.some(lambd=lambda: d.real(0, 2))), (nn.Softshrink, d.some(lambd=lambda: d.real(0, 2)))])
    return layer(d, make, d.normal(*any_shape(d), scale=2), arguments=options, second=make is not nn.CELU)


def along(d):
    shape = any_shape(d, 1)
    dim = d.int(-len(shape), len(shape) - 1)
    make = d.pick([nn.Softmax, nn.LogSoftmax, nn.Softmin, nn.GLU])
    if make is nn.GLU and d.chance(0.9):
        shape[dim] = 2 * d.pick([1, 2, 5])
    return layer(d, make, d.normal(*shape, scale=2), arguments=dict(dim=dim))


def sloped(d):
    shape = any_shape(d, 1)
    count = shape[1] if len(shape) > 1 and d.chance(0.5) else 1
    return layer(d, nn.PReLU, d.signs(*shape) * d.uniform(0.01, 3, *shape), arguments=dict(num_parameters=max(count, 1), init=d.real(-0.5, 0.5)))


def leaky(d):
    return layer(d, nn.RReLU, d.normal(*any_shape(d)), train=False, arguments=dict(lower=d.real(0, 0.3), upper=d.real(0.3, 0.9)))


def images(d):
    return layer(d, nn.Softmax2d, d.normal(*([2] if d.chance(0.7) else []), d.pick([1, 3, 5]), 2, 3), arguments={})


def linear(d):
    first, second = d.pick([1, 2, 3, 8, 33]), d.pick([1, 2, 4, 17])
    return layer(d, nn.Linear, d.normal(*any_shape(d)[:3], first), arguments=dict(in_features=first, out_features=second, **d.some(bias=lambda: d.chance(0.5))))


def bilinear(d):
    first, second, out, lead = d.int(1, 4), d.int(1, 4), d.int(1, 5), any_shape(d)[:2]
    options = dict(in1_features=first, in2_features=second, out_features=out, **d.some(bias=lambda: d.chance(0.5)))
    return layer(d, nn.Bilinear, d.normal(*lead, first), d.normal(*lead, second), arguments=options)


def flatten(d):
    shape = any_shape(d, 1)
    start = d.int(-len(shape), len(shape) - 1)
    return layer(d, nn.Flatten, d.normal(*shape), arguments=dict(start_dim=start, end_dim=d.int(start if start < 0 else start - len(shape), -1)))


def pairs(d):
    shape = any_shape(d, 1)[:3]
    other = shape if d.chance(0.6) else [n if d.chance(0.7) else 1 for n in shape]
    if d.chance(0.5):
        return function('cosine_similarity', F.cosine_similarity, d.normal(*shape), d.normal(*other), dim=d.int(-len(shape), len(shape) - 1), **d.some(eps=lambda: d.pick([1e-3, 1.0])))
    p = d.pick([2.0, 2.0, 1.0, 3.0, 1.5, float('inf')])
    return function('pairwise_distance', F.pairwise_distance, d.normal(*shape), d.normal(*other), second=p != float('inf'), p=p, **d.some(eps=1e-3, keepdim=True))


def between(d):
    return function('pdist', F.pdist, d.normal(d.int(1, 7), d.int(1, 5)), p=d.pick([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, float('inf')]), second=False)


ALL = [simple, with_options, with_options, along, sloped, leaky, images, linear, linear, bilinear, flatten, pairs, between]
