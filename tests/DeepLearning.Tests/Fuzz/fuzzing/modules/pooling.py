"""Pooling over one to three axes, with indices, fractional, adaptive, undone."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from .case import Call, each, layer

MAX, AVG = [nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d], [nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d]
LP, UNPOOL = [nn.LPPool1d, nn.LPPool2d, nn.LPPool3d], [nn.MaxUnpool1d, nn.MaxUnpool2d, nn.MaxUnpool3d]
ADAPTIVE_MAX = [nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d]
ADAPTIVE_AVG = [nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d]


def shape(d, axes, empty=0.03):
    lengths = [d.int(1, 9) if axes < 3 else d.int(1, 5) for _ in range(axes)]
    return ([d.pick([1, 2, 3, 9])] if d.chance(0.2) else [d.batch(empty), d.pick([1, 2, 3, 9])]) + lengths


def window(d, axes, padding=True, dilation=False):
    options = {'kernel_size': d.axes(axes, [1, 2, 2, 3, 4])}
    if d.chance(0.7):
        options['stride'] = d.axes(axes, [1, 2, 3])
    if padding and d.chance(0.6):
        around = [d.int(0, k // 2) for k in each(options['kernel_size'], axes)]
        options['padding'] = around if d.chance(0.7) else min(around)
    if dilation and d.chance(0.5):
        options['dilation'] = d.axes(axes, [1, 2])
    if d.chance(0.5):
        options['ceil_mode'] = True
    return options


def biggest(d):
    axes = d.int(1, 3)
    options, size = window(d, axes, dilation=True), shape(d, axes)
    try:
        if not bool(torch.isfinite(MAX[axes - 1](**options)(torch.zeros(size))).all()):
            return None  # a window in the padding alone: PyTorch's gradient goes anywhere, outside of memory too
    except RuntimeError:
        pass
    if d.chance(0.5):
        options['return_indices'] = True
    return layer(d, MAX[axes - 1], d.normal(*size) if d.chance(0.6) else d.few(*size), arguments=options, second=False)


def average(d):
    axes = d.int(1, 3)
    options = {**window(d, axes), **d.some(count_include_pad=False)}
    if axes > 1:
        options.update(d.some(divisor_override=d.pick([1, 3, 7])))
    return layer(d, AVG[axes - 1], d.normal(*shape(d, axes)), arguments=options)


def powers(d):
    axes = d.int(1, 3)
    options = window(d, axes, padding=False)
    if axes == 1:
        options = {k: o[0] if isinstance(o, list) else o for k, o in options.items()}
    return layer(d, LP[axes - 1], d.uniform(0.2, 2, *shape(d, axes, 0)), arguments={'norm_type': d.pick([1.0, 2.0, 2.5, 3.0]), **options})


def adaptive(d):
    axes = d.int(1, 3)
    size = d.int(1, 6) if axes == 1 or d.chance(0.4) else [d.pick([None, 1, 2, 3, 5]) for _ in range(axes)]
    x = shape(d, axes)
    if d.chance(0.5):
        return layer(d, ADAPTIVE_AVG[axes - 1], d.normal(*x), arguments={'output_size': size})
    return layer(d, ADAPTIVE_MAX[axes - 1], d.few(*x), arguments={'output_size': size, **d.some(return_indices=True)}, second=False)


def undone(d):
    axes = d.int(1, 3)
    options = {k: o for k, o in window(d, axes).items() if k != 'ceil_mode'}
    lead = shape(d, axes, 0)[:-axes]
    size = lead + [d.int(4, 8) for _ in range(axes)]
    _, indices = [F.max_pool1d, F.max_pool2d, F.max_pool3d][axes - 1](d.normal(*size), **options, return_indices=True)
    # A window may share its largest element with another one: both then put the same value there.
    values = indices.double() * 0.37 - 1.5
    given = {'output_size': d.pick([size, size[-axes:]]) if len(size) == axes + 2 else size[-axes:]} if d.chance(0.5) else {}
    call = lambda x, k: UNPOOL[axes - 1](**options)(x, k, **given)
    return Call(UNPOOL[axes - 1].__name__, call, [values, indices], {**options, **given}, grad=not repeated(indices, axes))


def repeated(indices, axes):
    flat = indices.flatten(-axes)
    return any(len(set(row.tolist())) < len(row) for row in flat.reshape(-1, flat.shape[-1]))


def fractional(d):
    axes = d.int(2, 3)
    make = {2: nn.FractionalMaxPool2d, 3: nn.FractionalMaxPool3d}[axes]
    size = shape(d, axes, 0)
    kernel = d.axes(axes, [1, 2, 3])
    if d.chance(0.6):
        goal = {'output_size': [max(1, n - k + 1 - d.int(0, 2)) for n, k in zip(size[-axes:], each(kernel, axes))]}
    else:
        goal = {'output_ratio': d.pick([0.5, 0.6]) if d.chance(0.5) else [d.pick([0.5, 0.6, 0.7]) for _ in range(axes)]}
    if 'output_ratio' in goal and any(int(n * r) == 0 for n, r in zip(size[-axes:], each(goal['output_ratio'], axes))):
        return None  # nothing is left
    samples = d.uniform(0, 0.999, size[0] if len(size) == axes + 2 else 1, size[-axes - 1], axes)
    options = {'kernel_size': kernel, **goal, 'return_indices': d.chance(0.5)}
    run = lambda x, s: make(**{k: tuple(o) if isinstance(o, list) else o for k, o in options.items()}, _random_samples=s)(x)
    return Call(make.__name__, run, [d.few(*size), samples], options, ['input', '_random_samples'], (1,), second=False)


ALL = [biggest, biggest, average, average, powers, adaptive, adaptive, undone, fractional]
