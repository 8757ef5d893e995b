"""Parametrized layers: outputs, gradients of the originals, buffers after the call; what the originals start with."""
import torch
import torch.nn as nn
from torch.nn.utils import parametrizations

from .modules import layer, replace
from .recorder import apply, case, n, u

ORACLE = 'PyTorch 2.6'

ORIGINAL = 'parametrizations.weight.original'


def weight_norm_linear(in_features, out_features, dim=0):
    return parametrizations.weight_norm(nn.Linear(in_features, out_features), dim=dim)


def weight_norm_conv(in_channels, out_channels, kernel_size, dim=0):
    return parametrizations.weight_norm(nn.Conv2d(in_channels, out_channels, kernel_size), dim=dim)


def spectral_norm_linear(in_features, out_features, **options):
    return parametrizations.spectral_norm(nn.Linear(in_features, out_features), **options)


def spectral_norm_conv(in_channels, out_channels, kernel_size, **options):
    return parametrizations.spectral_norm(nn.Conv2d(in_channels, out_channels, kernel_size), **options)


def spectral_norm_bias(in_features, out_features, **options):
    return parametrizations.spectral_norm(nn.Linear(in_features, out_features), 'bias', **options)


# Along the first and the last axis PyTorch's second derivative leaves out that the norm depends on v; finite differences do not.
for dim, lengths in [(0, (4, 1)), (1, (1, 3)), (-1, ()), (None, ())]:
    layer(weight_norm_linear, n(2, 3), _second=dim in (-1, None), _shapes={'bias': (4,), ORIGINAL + '0': lengths, ORIGINAL + '1': (4, 3)}, in_features=3, out_features=4, dim=dim)
for dim, lengths in [(0, (2, 1, 1, 1)), (1, (1, 3, 1, 1)), (2, (1, 1, 2, 1)), (3, (1, 1, 1, 2)), (None, ())]:
    layer(weight_norm_conv, n(1, 3, 3, 4), _second=dim not in (0, 3), _shapes={'bias': (2,), ORIGINAL + '0': lengths, ORIGINAL + '1': (2, 3, 2, 2)}, in_channels=3,
          out_channels=2, kernel_size=2, dim=dim)
for train in [True, False]:
    for options, (rows, columns) in [({}, (4, 3)), (dict(n_power_iterations=3), (4, 3)), (dict(dim=1), (3, 4)), (dict(dim=-1, eps=1e-2), (3, 4))]:
        layer(spectral_norm_linear, n(2, 3), _shapes={'bias': (4,), ORIGINAL: (4, 3)}, _train=train, in_features=3, out_features=4,
              _buffers={'parametrizations.weight.0._u': n(rows), 'parametrizations.weight.0._v': n(columns)}, **options)
    for options, (rows, columns) in [({}, (2, 12)), (dict(dim=1, n_power_iterations=2), (3, 8)), (dict(dim=-1), (2, 12))]:
        layer(spectral_norm_conv, n(1, 3, 3, 4), _shapes={'bias': (2,), ORIGINAL: (2, 3, 2, 2)}, _train=train, in_channels=3, out_channels=2,
              kernel_size=2, _buffers={'parametrizations.weight.0._u': n(rows), 'parametrizations.weight.0._v': n(columns)}, **options)
    layer(spectral_norm_bias, n(2, 3), _shapes={'weight': (4, 3), 'parametrizations.bias.original': (4,)}, _train=train, in_features=3, out_features=4)


def signed(x, signs):
    """x with 1 and -1 on its diagonal, as the originals of reflections are."""
    x = x.clone()
    diagonal = x.diagonal(dim1=-2, dim2=-1)
    diagonal.copy_(torch.where(signs > 0, 1.0, -1.0))
    return x


def orthogonal(x, original, base=None, orthogonal_map=None):
    module = nn.Linear(original.shape[1], original.shape[0], bias=False).double()
    parametrizations.orthogonal(module, orthogonal_map=orthogonal_map, use_trivialization=base is not None)
    replace(module, ORIGINAL, original)
    if base is None:
        return [module(x)]
    replace(module, 'parametrizations.weight.0.base', base.clone())
    return [module(x), base.clone()]


for orthogonal_map in [None, 'matrix_exp', 'cayley', 'householder']:
    for rows, columns in [(3, 3), (4, 2), (2, 4)]:
        long = max(rows, columns)
        original = apply(signed, u(-1, 1, rows, columns), n(min(rows, columns)))
        names = ['input', ORIGINAL, 'parametrizations.weight.0.base']
        case('orthogonal', orthogonal, n(2, columns), original, n(long, long), _names=names, _fixed=names[2:], orthogonal_map=orthogonal_map)
        case('orthogonal', orthogonal, n(2, columns), original, _names=names[:2], orthogonal_map=orthogonal_map)
case('orthogonal', orthogonal, n(2, 3), apply(lambda x: 6 * x, n(3, 3)), _names=['input', ORIGINAL], orthogonal_map='matrix_exp')


def start(weight, kind, **options):
    """The originals that a weight gives, and the weight that they give back."""
    module = nn.Linear(weight.shape[1], weight.shape[0], bias=False).double()
    module.weight = nn.Parameter(weight.detach().clone())
    getattr(parametrizations, kind)(module, **options)
    originals = [p for name, p in module.named_parameters()]
    return [p.detach() for p in originals] + [module.weight.detach()]


for shape in [(3, 3), (4, 2), (2, 4)]:
    case('parametrized.start', start, n(*shape), _grad=False, kind='weight_norm')
    case('parametrized.start', start, n(*shape), _grad=False, kind='weight_norm', dim=1)
    case('parametrized.start', start, n(*shape), _grad=False, kind='orthogonal')
    for orthogonal_map in ['matrix_exp', 'cayley', 'householder']:
        case('parametrized.start', start, n(*shape), _grad=False, kind='orthogonal', orthogonal_map=orthogonal_map)
        case('parametrized.start', start, n(*shape), _grad=False, kind='orthogonal', orthogonal_map=orthogonal_map, use_trivialization=False)
