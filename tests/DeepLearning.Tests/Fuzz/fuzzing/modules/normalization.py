"""Normalizations with all their options, and parametrized layers."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import parametrizations

from .case import function, layer

BATCH, INSTANCE = [nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d], [nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d]


def lengths(d, axes):
    return [d.pick([1, 2, 3, 5, 9] if axes < 3 else [1, 2, 3]) for _ in range(axes)]


def options(d, count):
    return dict(num_features=count, **d.some(eps=lambda: d.pick([1e-3, 1e-2, 0.5]), momentum=lambda: d.pick([0.01, 0.3, 1.0, None]),
                                             affine=lambda: d.chance(0.5), track_running_stats=lambda: d.chance(0.5)))


def batch(d):
    axes, count = d.int(1, 3), d.pick([1, 2, 3, 5, 17])
    shape = [d.batch(0.03), count] + (lengths(d, axes) if axes > 1 or d.chance(0.6) else [])
    return layer(d, BATCH[axes - 1], d.normal(*shape, shift=d.pick([0, 0, 2])), arguments=options(d, count))


def instance(d):
    axes, count = d.int(1, 3), d.pick([1, 2, 3, 5, 17])
    lead = [count] if d.chance(0.25) else [d.batch(0), count]
    return layer(d, INSTANCE[axes - 1], d.normal(*lead, *lengths(d, axes), shift=d.pick([0, 0, 2])), arguments=options(d, count))


def over_last(d):
    rank = d.int(1, 3)
    normalized = [d.pick([1, 2, 3, 7, 33]) if k == rank - 1 else d.pick([1, 2, 3]) for k in range(rank)]
    x = d.normal(*[d.batch() for _ in range(d.int(0, 2))], *normalized, shift=d.pick([0, 0, 2]))
    kind = d.pick([nn.LayerNorm, nn.RMSNorm])
    more = d.some(eps=lambda: d.pick([1e-3, 1e-2, 0.5]), elementwise_affine=lambda: d.chance(0.5))
    if kind is nn.LayerNorm:
        more.update(d.some(bias=lambda: d.chance(0.5)))
    return layer(d, kind, x, arguments={'normalized_shape': normalized, **more})


def groups(d):
    count = d.pick([1, 2, 3, 4])
    channels = count * d.pick([1, 2, 3, 5])
    x = d.normal(d.batch(), channels, *lengths(d, d.int(0, 3)), shift=d.pick([0, 0, 2]))
    return layer(d, nn.GroupNorm, x, arguments=dict(num_groups=count, num_channels=channels, **d.some(eps=lambda: d.pick([1e-3, 0.3]), affine=lambda: d.chance(0.5))))


def local(d):
    more = dict(size=d.int(1, 9), **d.some(alpha=lambda: d.real(0.01, 2), beta=lambda: d.real(0.2, 2), k=lambda: d.real(0.5, 2)))
    if d.chance(0.3):
        return layer(d, nn.CrossMapLRN2d, d.normal(d.batch(0), d.int(1, 9), *lengths(d, 2)), arguments=more, grad=False)
    return layer(d, nn.LocalResponseNorm, d.normal(d.batch(), d.int(1, 9), *lengths(d, d.int(1, 3))), arguments=more)


def unit(d):
    x = d.normal(*[d.int(1, 5) for _ in range(d.int(1, 3))])
    return function('normalize', F.normalize, x, p=d.pick([2.0, 2.0, 1.0, 3.0, 0.5, float('inf')]), dim=d.int(-x.dim(), x.dim() - 1), **d.some(eps=0.4))


def weight_norm_linear(in_features, out_features, dim=0):
    return parametrizations.weight_norm(nn.Linear(in_features, out_features), dim=dim)


def weight_norm_conv(in_channels, out_channels, kernel_size, dim=0):
    return parametrizations.weight_norm(nn.Conv2d(in_channels, out_channels, kernel_size), dim=dim)


def spectral_norm_linear(in_features, out_features, **more):
    return parametrizations.spectral_norm(nn.Linear(in_features, out_features), **more)


def spectral_norm_conv(in_channels, out_channels, kernel_size, **more):
    return parametrizations.spectral_norm(nn.Conv2d(in_channels, out_channels, kernel_size), **more)


def parametrized(d):
    make = d.pick([weight_norm_linear, weight_norm_conv, spectral_norm_linear, spectral_norm_conv])
    linear = make.__name__.endswith('linear')
    if 'weight' in make.__name__:
        more = d.some(dim=lambda: d.pick([None] + list(range(2 if linear else 4)) + [-1]))
    else:
        more = d.some(n_power_iterations=lambda: d.int(1, 4), dim=lambda: d.pick([0, 1, -1] if linear else [0, 1, -1, 2]), eps=lambda: d.pick([1e-4, 0.1]))
    first, second = d.pick([1, 2, 3, 5]), d.pick([1, 2, 3, 5])
    # PyTorch's second derivative of a weight norm leaves a part out.
    if linear:
        return layer(d, make, d.normal(2, first), second='spectral' in make.__name__, arguments=dict(in_features=first, out_features=second, **more))
    return layer(d, make, d.normal(1, first, 3, 4), second='spectral' in make.__name__, arguments=dict(in_channels=first, out_channels=second, kernel_size=d.int(1, 3), **more))


ALL = [batch, batch, instance, instance, over_last, over_last, groups, local, unit, parametrized, parametrized]
