"""Pooling over one to three axes: every layer over combinations of its options, ties, NaN, infinities, unbatched and empty input."""
import math
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from .modules import layer
from .recorder import apply, case, distinct, i, n, u, v

ORACLE = 'PyTorch 2.6'
ROUNDS = 10  # combinations of options for each layer
inf, nan = math.inf, math.nan
choose = random.Random(2026)


def shape_of(axes):
    lengths = [choose.randint(4, 7) if axes < 3 else choose.randint(3, 5) for _ in range(axes)]
    lead = choose.choice([[2, 2], [2, 2], [1, 3], [2]])
    return lead + lengths


def per_axis(axes, low, high):
    """One number, or one for each axis."""
    return choose.randint(low, high) if choose.random() < 0.5 else [choose.randint(low, high) for _ in range(axes)]


def each(number, axes):
    return number if isinstance(number, list) else [number] * axes


def window(axes, padding=True, dilation=False):
    options = {'kernel_size': per_axis(axes, 1, 3)}
    if choose.random() < 0.7:
        options['stride'] = per_axis(axes, 1, 3)
    if padding and choose.random() < 0.7:
        around = [choose.randint(0, k // 2) for k in each(options['kernel_size'], axes)]
        options['padding'] = around if choose.random() < 0.7 else min(around)
    if dilation and choose.random() < 0.5:
        options['dilation'] = per_axis(axes, 1, 2)
    if choose.random() < 0.5:
        options['ceil_mode'] = True
    return options


def fits(make, shape, options):
    """Whether PyTorch takes it, and without a window that sees nothing."""
    try:
        y = make(**options)(torch.zeros(shape, dtype=torch.float64))
    except (RuntimeError, TypeError):  # lp_pool1d takes no list
        return False
    y = y[0] if isinstance(y, tuple) else y
    return y.numel() > 0 and bool(torch.isfinite(y).all())


def sweep(make, axes, draw, inputs=n, rounds=ROUNDS, **more):
    done = 0
    while done < rounds:
        shape, options = shape_of(axes), draw()
        if fits(make, shape, {**options, **more}):
            x = inputs(*shape)
            layer(make, x.f32 if done == 0 else x, _shapes={}, **options, **more)
            done += 1


def average(axes):
    options = window(axes)
    if choose.random() < 0.5:
        options['count_include_pad'] = False
    if axes > 1 and choose.random() < 0.3:
        options['divisor_override'] = choose.choice([1, 3, 7])
    return options


def sizes(axes):
    if axes == 1 or choose.random() < 0.4:
        return {'output_size': choose.randint(1, 6)}
    return {'output_size': [choose.choice([None, 1, 2, 3, 5]) for _ in range(axes)]}


def few(*shape):
    """Few different numbers, so that there are ties."""
    return i(0, 3, *shape).f64


for axes, maxpool, avgpool, lppool, adaptive_max, adaptive_avg in [
        (1, nn.MaxPool1d, nn.AvgPool1d, nn.LPPool1d, nn.AdaptiveMaxPool1d, nn.AdaptiveAvgPool1d),
        (2, nn.MaxPool2d, nn.AvgPool2d, nn.LPPool2d, nn.AdaptiveMaxPool2d, nn.AdaptiveAvgPool2d),
        (3, nn.MaxPool3d, nn.AvgPool3d, nn.LPPool3d, nn.AdaptiveMaxPool3d, nn.AdaptiveAvgPool3d)]:
    sweep(maxpool, axes, lambda: window(axes, dilation=True))
    sweep(maxpool, axes, lambda: window(axes, dilation=True), few, ROUNDS // 2, return_indices=True)
    sweep(avgpool, axes, lambda: average(axes))
    for power in [2.0, 3.0, 1.0, 2.5]:
        sweep(lppool, axes, lambda: window(axes, padding=False), lambda *s: u(0.2, 2, *s), ROUNDS // 4, norm_type=power)
    sweep(adaptive_max, axes, lambda: sizes(axes), few, ROUNDS // 2, return_indices=True)
    sweep(adaptive_max, axes, lambda: sizes(axes), n, ROUNDS // 2)
    sweep(adaptive_avg, axes, lambda: sizes(axes), n, ROUNDS // 2)
    odd = {1: [[[1.0, nan, 2.0, nan, -inf, -inf, -inf, inf]]],
           2: [[[[1.0, nan, 2.0, 2.0], [1.0, nan, -inf, -inf], [3.0, 0.0, -inf, -inf]]]],
           3: [[[[[1.0, nan], [2.0, 2.0]], [[nan, 1.0], [2.0, 3.0]], [[-inf, -inf], [-inf, -inf]]]]]}[axes]
    for options in [dict(kernel_size=2), dict(kernel_size=2, stride=1), dict(kernel_size=2, stride=1, padding=1)]:
        layer(maxpool, v(odd), _shapes={}, **options, return_indices=True)
    layer(adaptive_max, v(odd), _shapes={}, output_size=2, return_indices=True)
    empty = [0, 2, 4, 4, 4][:2 + axes]
    for make, options in [(maxpool, dict(kernel_size=2)), (avgpool, dict(kernel_size=2)), (adaptive_avg, dict(output_size=2))]:
        layer(make, n(*empty), _shapes={}, **options)

# LPPool of negative numbers with an even power, and of sums of 0 and ceil_mode's raised last windows.
layer(nn.LPPool1d, n(2, 2, 7), _shapes={}, norm_type=2, kernel_size=3, stride=2, ceil_mode=True)
layer(nn.LPPool2d, n(2, 5, 5), _shapes={}, norm_type=4, kernel_size=[2, 3], stride=2, ceil_mode=True)

# Unpooling: indices of a pooling of another tensor.
UNPOOLS = [(1, (2, 2, 7), dict(kernel_size=2), None), (1, (2, 7), dict(kernel_size=3, stride=2, padding=1), None),
           (1, (2, 2, 7), dict(kernel_size=2, stride=2), [7]), (2, (2, 2, 5, 6), dict(kernel_size=2), None),
           (2, (2, 2, 5, 6), dict(kernel_size=[2, 3], stride=[2, 2]), [5, 6]),
           (2, (3, 5, 5), dict(kernel_size=3, stride=2, padding=1), None),
           (2, (2, 2, 5, 6), dict(kernel_size=2), [2, 2, 5, 6]), (2, (1, 2, 6, 6), dict(kernel_size=3, stride=1), None),
           (3, (1, 2, 4, 4, 4), dict(kernel_size=2), None), (3, (1, 2, 4, 5, 4), dict(kernel_size=2), [4, 5, 4]),
           (3, (2, 4, 4, 4), dict(kernel_size=[2, 2, 3], stride=[2, 2, 1]), None)]
for axes, shape, options, size in UNPOOLS:
    pool = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}[axes]
    make = {1: nn.MaxUnpool1d, 2: nn.MaxUnpool2d, 3: nn.MaxUnpool3d}[axes]
    pooled = pool(torch.zeros(shape), **options).shape
    # Overlapping windows may take one element twice: it then has one value, as where it came from.
    values = distinct(*pooled) if options.get('stride') in (None, 2, [2, 2]) and not options.get('padding') else n(*pooled)
    indices = apply(lambda t: pool(t, **options, return_indices=True)[1], n(*shape))
    case(make.__name__, lambda x, k, output_size=None, make=make, **o: make(**o)(x, k, output_size=output_size), values, indices,
         **options, output_size=size)

# Fractional pooling with given samples.
FRACTIONAL = [(2, (2, 2, 6, 7), dict(kernel_size=2, output_size=3)), (2, (2, 2, 6, 7), dict(kernel_size=[2, 3], output_size=[4, 3])),
              (2, (2, 6, 7), dict(kernel_size=3, output_ratio=0.5)), (2, (1, 3, 9, 8), dict(kernel_size=2, output_ratio=[0.6, 0.7])),
              (2, (1, 2, 5, 5), dict(kernel_size=5, output_size=1)), (2, (1, 2, 5, 5), dict(kernel_size=1, output_size=5)),
              (3, (1, 2, 5, 6, 5), dict(kernel_size=2, output_size=3)),
              (3, (2, 4, 5, 6), dict(kernel_size=[2, 1, 3], output_size=[2, 3, 3])),
              (3, (1, 2, 5, 6, 5), dict(kernel_size=2, output_ratio=[0.5, 0.6, 0.7]))]
for axes, shape, options in FRACTIONAL:
    for inputs, indices in [(n, False), (few, True), (lambda *s: n(*s).f32, True)]:
        make = {2: nn.FractionalMaxPool2d, 3: nn.FractionalMaxPool3d}[axes]
        batch = shape[0] if len(shape) == axes + 2 else 1
        samples = u(0, 1, batch, shape[-axes - 1], axes)
        case(make.__name__, lambda x, s, make=make, **o: make(**o, _random_samples=s)(x), inputs(*shape),
             samples.f32 if inputs not in (n, few) else samples, _names=['input', '_random_samples'], _fixed=('_random_samples',),
             **options, return_indices=indices)
for make, odd in [(nn.FractionalMaxPool2d, [[[1.0, nan, 2.0, 2.0], [1.0, nan, -inf, -inf], [3.0, 0.0, -inf, -inf]]])]:
    case(make.__name__, lambda x, s, make=make, **o: make(**o, _random_samples=s)(x), v(odd), u(0, 1, 1, 1, 2),
         _names=['input', '_random_samples'], _fixed=('_random_samples',), kernel_size=2, output_size=2, return_indices=True)

# PyTorch has these as a mean and a maximum over axes.
for shape in [(2, 3, 4), (2, 2, 3, 4), (2, 2, 3, 2, 3), (2, 2, 2, 1, 2, 2)]:
    for keep in [False, True]:
        case('GlobalAvgPool', lambda x, keepdim: x.mean(dim=list(range(2, x.dim())), keepdim=keepdim), n(*shape), keepdim=keep)
        case('GlobalMaxPool', lambda x, keepdim: x.amax(dim=list(range(2, x.dim())), keepdim=keepdim), distinct(*shape), keepdim=keep)
