"""Convolutions over one to three axes, transposed, separable and locally connected ones, and windows as columns.

The combinations of options are drawn, always the same ones: every option meets most of the others.
"""
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from .modules import layer, replace
from .recorder import case, n

ORACLE = 'PyTorch 2.6'

CONVOLUTIONS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
TRANSPOSED = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}


def numbers(draw, axes, choices):
    """One number for all axes, or one for each."""
    return draw.choice(choices) if draw.random() < 0.4 else [draw.choice(choices) for _ in range(axes)]


def each(value, axes):
    return value if isinstance(value, list) else [value] * axes


def window(draw, axes):
    return dict(kernel_size=numbers(draw, axes, [1, 2, 3] if axes < 3 else [1, 2]), stride=numbers(draw, axes, [1, 1, 2, 3]),
                dilation=numbers(draw, axes, [1, 1, 2]))


def reach(options, axes):
    return [d * (k - 1) + 1 for k, d in zip(each(options['kernel_size'], axes), each(options['dilation'], axes))]


def channels(draw):
    groups = draw.choice([1, 1, 2, 3])
    return groups, groups * draw.choice([1, 2]), groups * draw.choice([1, 2])


def weights(first, second, options, axes, bias, out):
    shapes = {'weight': (first, second, *each(options['kernel_size'], axes))}
    return {**shapes, 'bias': (out,)} if bias else shapes


def convolution(draw, axes):
    options = window(draw, axes)
    groups, inputs, outputs = channels(draw)
    mode = draw.choice(['zeros', 'zeros', 'reflect', 'replicate', 'circular'])
    padding = draw.choice(['same', 'valid', None, None, None])
    if padding == 'same':
        options['stride'] = 1
    padding = padding or numbers(draw, axes, [0, 1, 2])
    lengths = [max(r, 3) + draw.choice([0, 1, 2]) for r in reach(options, axes)]
    bias = draw.random() < 0.7
    batch = [draw.choice([1, 2])] if draw.random() < 0.75 else []
    layer(CONVOLUTIONS[axes], n(*batch, inputs, *lengths), _shapes=weights(outputs, inputs // groups, options, axes, bias, outputs),
          in_channels=inputs, out_channels=outputs, padding=padding, groups=groups, bias=bias, padding_mode=mode, **options)


def transposed(draw, axes, sized):
    options = window(draw, axes)
    groups, inputs, outputs = channels(draw)
    stride, dilation, span = each(options['stride'], axes), each(options['dilation'], axes), reach(options, axes)
    lengths = [draw.choice([1, 2, 3]) for _ in range(axes)]
    least = [(length - 1) * s + r for length, s, r in zip(lengths, stride, span)]
    padding = [draw.choice([p for p in [0, 0, 1, 2] if 2 * p < size]) for size in least]
    bias = draw.random() < 0.7
    batch = [draw.choice([1, 2])] if draw.random() < 0.75 else []
    options.update(in_channels=inputs, out_channels=outputs, padding=padding, groups=groups, bias=bias)
    shapes = weights(inputs, outputs // groups, options, axes, bias, outputs)
    if not sized:
        more = [draw.choice(range(max(s, d))) for s, d in zip(stride, dilation)]
        layer(TRANSPOSED[axes], n(*batch, inputs, *lengths), _shapes=shapes, output_padding=more, **options)
        return

    def run(x, *parameters, output_size, **options):
        module = TRANSPOSED[axes](**options).double()
        for name, value in zip(shapes, parameters):
            replace(module, name, value)
        return module(x, output_size)

    size = [length - 2 * p + draw.choice(range(s)) for length, p, s in zip(least, padding, stride)]
    case(TRANSPOSED[axes].__name__ + '.output_size', run, n(*batch, inputs, *lengths), *[n(*s, scale=0.5) for s in shapes.values()],
         _names=['input', *shapes], output_size=size, **options)


for axes, count in [(1, 40), (2, 40), (3, 30)]:
    for i in range(count):
        convolution(random.Random(f'convolution {axes} {i}'), axes)
    for i in range(count):
        transposed(random.Random(f'transposed {axes} {i}'), axes, sized=False)
    for i in range(count // 3):
        transposed(random.Random(f'sized {axes} {i}'), axes, sized=True)

# What a generator of images has; padding larger than the kernel; one element; depthwise.
layer(nn.ConvTranspose2d, n(2, 4, 3, 3), _shapes={'weight': (4, 3, 4, 4), 'bias': (3,)}, in_channels=4, out_channels=3, kernel_size=4,
      stride=2, padding=1)
layer(nn.ConvTranspose2d, n(1, 3, 4, 4), _shapes={'weight': (3, 1, 3, 3)}, in_channels=3, out_channels=3, kernel_size=3, stride=2,
      padding=1, output_padding=1, groups=3, bias=False)
layer(nn.ConvTranspose1d, n(1, 1, 1), _shapes={'weight': (1, 1, 1), 'bias': (1,)}, in_channels=1, out_channels=1, kernel_size=1)
layer(nn.Conv1d, n(2, 3, 1), _shapes={'weight': (2, 3, 3), 'bias': (2,)}, in_channels=3, out_channels=2, kernel_size=3, padding=4)
layer(nn.Conv3d, n(1, 4, 3, 4, 3), _shapes={'weight': (8, 1, 2, 3, 2), 'bias': (8,)}, in_channels=4, out_channels=8, kernel_size=[2, 3, 2],
      groups=4, padding='same')

for i in range(24):
    draw = random.Random(f'unfold {i}')
    options = window(draw, 2)
    padding = numbers(draw, 2, [0, 1, 2])
    lengths = [max(r, 2) + draw.choice([0, 1, 2]) for r in reach(options, 2)]
    batch = [draw.choice([1, 2])] if draw.random() < 0.75 else []
    kernel, stride, dilation, around = [each(options[k], 2) for k in ['kernel_size', 'stride', 'dilation']] + [each(padding, 2)]
    blocks = 1
    for axis in range(2):
        blocks *= (lengths[axis] + 2 * around[axis] - dilation[axis] * (kernel[axis] - 1) - 1) // stride[axis] + 1
    count = draw.choice([1, 2])
    layer(nn.Unfold, n(*batch, count, *lengths), _shapes={}, padding=padding, **options)
    layer(nn.Fold, n(*batch, count * kernel[0] * kernel[1], blocks), _shapes={}, output_size=lengths, padding=padding, **options)


# What PyTorch does not have as a layer, by its formula.

class SeparableConv(nn.Module):
    """A convolution of each channel by itself, then one of a single tap: y = pointwise * (depthwise * x) + bias."""

    def __init__(self, axes, in_channels, out_channels, kernel_size, stride, dilation, padding, depth_multiplier, bias):
        super().__init__()
        make = CONVOLUTIONS[axes]
        self.depthwise = make(in_channels, in_channels * depth_multiplier, kernel_size, stride, padding, dilation, in_channels, False)
        self.pointwise = make(in_channels * depth_multiplier, out_channels, 1, bias=bias)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


def separable_1d(**options):
    return SeparableConv(1, **options)


def separable_2d(**options):
    return SeparableConv(2, **options)


class LocallyConnected(nn.Module):
    """y[n, o, position] = bias[o, position] + sum over k of weight[position, o, k] x[n, k, position], x in columns."""

    def __init__(self, axes, in_channels, out_channels, input_size, kernel_size, stride, dilation, padding, bias):
        super().__init__()
        self.axes, self.stride, self.dilation, self.padding = axes, each(stride, axes), each(dilation, axes), each(padding, axes)
        self.weight, self.bias = nn.Parameter(torch.empty(0)), nn.Parameter(torch.empty(0)) if bias else None

    def forward(self, x):
        weight, batched = self.weight, x.dim() == self.axes + 2
        x = x if batched else x[None]
        positions, outputs, kernel = weight.shape[:self.axes], weight.shape[self.axes], weight.shape[self.axes + 2:]
        fill = [0] * (2 - self.axes)
        x = x if self.axes == 2 else x.unsqueeze(-2)
        columns = F.unfold(x, [*[1] * (2 - self.axes), *kernel], [*[1] * (2 - self.axes), *self.dilation], [*fill, *self.padding],
                           [*[1] * (2 - self.axes), *self.stride])
        y = torch.einsum('pok,nkp->nop', weight.reshape(-1, outputs, columns.shape[1]), columns).reshape(-1, outputs, *positions)
        y = y if self.bias is None else y + self.bias
        return y if batched else y[0]


def locally_1d(**options):
    return LocallyConnected(1, **options)


def locally_2d(**options):
    return LocallyConnected(2, **options)


separable_1d.__name__, separable_2d.__name__ = 'SeparableConv1d', 'SeparableConv2d'
locally_1d.__name__, locally_2d.__name__ = 'LocallyConnected1d', 'LocallyConnected2d'
SEPARABLE = 'Chollet 2017, Xception: pointwise * (depthwise * x) + bias'
LOCALLY = 'Keras, LocallyConnected: y[n, o, p] = bias[o, p] + sum_k weight[p, o, k] columns[n, k, p]'

for axes, make in [(1, separable_1d), (2, separable_2d)]:
    for i in range(12):
        draw = random.Random(f'separable {axes} {i}')
        options = window(draw, axes)
        inputs, outputs, multiplier, bias = draw.choice([1, 2, 3]), draw.choice([1, 2, 3]), draw.choice([1, 1, 2]), draw.random() < 0.7
        lengths = [max(r, 2) + draw.choice([0, 1, 2]) for r in reach(options, axes)]
        batch = [draw.choice([1, 2])] if draw.random() < 0.75 else []
        padding = numbers(draw, axes, [0, 1])
        shapes = {'depthwise.weight': (inputs * multiplier, 1, *each(options['kernel_size'], axes)),
                  'pointwise.weight': (outputs, inputs * multiplier, *[1] * axes)}
        if bias:
            shapes['pointwise.bias'] = (outputs,)
        layer(make, n(*batch, inputs, *lengths), _shapes=shapes, _oracle=SEPARABLE, in_channels=inputs, out_channels=outputs,
              padding=padding, depth_multiplier=multiplier, bias=bias, **options)

for axes, make in [(1, locally_1d), (2, locally_2d)]:
    for i in range(16):
        draw = random.Random(f'locally {axes} {i}')
        options = window(draw, axes)
        inputs, outputs, bias = draw.choice([1, 2, 3]), draw.choice([1, 2, 3]), draw.random() < 0.7
        lengths = [max(r, 2) + draw.choice([0, 1, 2]) for r in reach(options, axes)]
        batch = [draw.choice([1, 2])] if draw.random() < 0.75 else []
        padding = numbers(draw, axes, [0, 0, 1])
        kernel, stride, around = each(options['kernel_size'], axes), each(options['stride'], axes), each(padding, axes)
        positions = [(length + 2 * p - r) // s + 1 for length, p, r, s in zip(lengths, around, reach(options, axes), stride)]
        shapes = {'weight': (*positions, outputs, inputs, *kernel)}
        if bias:
            shapes['bias'] = (outputs, *positions)
        layer(make, n(*batch, inputs, *lengths), _shapes=shapes, _oracle=LOCALLY, in_channels=inputs, out_channels=outputs,
              input_size=lengths, padding=padding, bias=bias, **options)
