"""Convolutions over one to three axes, transposed ones, and windows as columns."""
import torch.nn as nn

from .case import Call, each, layer, state

LAYERS = [nn.Conv1d, nn.Conv2d, nn.Conv3d]
TRANSPOSED = [nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d]


def window(d, axes):
    big = d.chance(0.3) and axes < 3
    return dict(kernel_size=d.axes(axes, [1, 2, 3, 4, 5] if big else [1, 2, 3]), stride=d.axes(axes, [1, 1, 2, 3]), dilation=d.axes(axes, [1, 1, 1, 2, 3]))


def reach(options, axes):
    return [w * (k - 1) + 1 for k, w in zip(each(options['kernel_size'], axes), each(options['dilation'], axes))]


def channels(d, axes):
    groups = d.pick([1, 1, 1, 2, 3, 4])
    most = [1, 2, 3] if axes == 3 or groups > 1 else [1, 2, 3, 8, 17]
    return groups, groups * d.pick(most), groups * d.pick(most)


def lead(d, count):
    return [count] if d.chance(0.2) else [d.batch(), count]


def conv(d):
    axes = d.pick([1, 1, 2, 2, 2, 3])
    options = window(d, axes)
    groups, inputs, outputs = channels(d, axes)
    if d.chance(0.15):  # depthwise
        groups, outputs = inputs, inputs * d.pick([1, 2])
    mode = d.pick(['zeros', 'zeros', 'reflect', 'replicate', 'circular'])
    padding = d.pick(['same', 'valid', None, None, None, None])
    if padding == 'same':
        options['stride'] = 1
    padding = padding or d.axes(axes, [0, 0, 1, 2, 3])
    lengths = [max(1, r + d.int(-2, 5)) for r in reach(options, axes)]
    options.update(in_channels=inputs, out_channels=outputs, padding=padding, groups=groups)
    options.update(d.some(bias=lambda: d.chance(0.5), padding_mode=mode))
    return layer(d, LAYERS[axes - 1], d.normal(*lead(d, inputs), *lengths), arguments=options)


def transposed(d):
    axes = d.pick([1, 1, 2, 2, 2, 3])
    options = window(d, axes)
    groups, inputs, outputs = channels(d, axes)
    stride, dilation = each(options['stride'], axes), each(options['dilation'], axes)
    lengths = [d.pick([1, 2, 3, 5]) for _ in range(axes)]
    options.update(in_channels=inputs, out_channels=outputs, padding=d.axes(axes, [0, 0, 1, 2]), groups=groups, **d.some(bias=lambda: d.chance(0.5)))
    make = TRANSPOSED[axes - 1]
    x = d.normal(*lead(d, inputs), *lengths)
    if min((n - 1) * s - 2 * p + r for n, s, p, r in zip(lengths, stride, each(options['padding'], axes), reach(options, axes))) < 1:
        return None  # nothing is left of an axis
    if d.chance(0.7):
        options['output_padding'] = [d.pick(range(max(s, w))) for s, w in zip(stride, dilation)]
        return layer(d, make, x, arguments=options)
    padding = each(options['padding'], axes)
    size = [max(1, (n - 1) * s - 2 * p + r + d.pick(range(s))) for n, s, p, r in zip(lengths, stride, padding, reach(options, axes))]
    call = layer(d, make, x, arguments=options, train=True, forward={'output_size': size})
    return Call(make.__name__ + '.output_size', call.fn, call.inputs, {**call.args, 'output_size': size}, call.names)


def unfold(d):
    options = window(d, 2)
    options['padding'] = d.axes(2, [0, 0, 1, 2])
    return layer(d, nn.Unfold, d.normal(*lead(d, d.pick([1, 2, 3])), *[max(1, r + d.int(-1, 4)) for r in reach(options, 2)]), arguments=options)


def fold(d):
    options = window(d, 2)
    padding = options['padding'] = d.axes(2, [0, 0, 1, 2])
    size = [max(1, r + d.int(-1, 4)) for r in reach(options, 2)]
    blocks = 1
    for n, p, r, s in zip(size, each(padding, 2), reach(options, 2), each(options['stride'], 2)):
        blocks *= max(1, (n + 2 * p - r) // s + 1)
    kernel = each(options['kernel_size'], 2)
    return layer(d, nn.Fold, d.normal(*lead(d, d.pick([1, 2]) * kernel[0] * kernel[1]), blocks), arguments={'output_size': size, **options})


ALL = [conv, conv, conv, transposed, transposed, unfold, fold]
