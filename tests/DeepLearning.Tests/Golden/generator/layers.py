"""Layers: output, gradients of the input and of each parameter, and buffers after the call.

A case's inputs are those of the forward call, then the layer's parameters and buffers under their state-dict names.
The outputs are those of the call, then the buffers after it.
"""
import torch
import torch.nn as nn

from .modules import layer
from .recorder import case, i, n, scalar, u, v

I = torch.int64


layer(nn.Linear, n(2, 3), _shapes={'weight': (4, 3), 'bias': (4,)}, in_features=3, out_features=4)
layer(nn.Linear, n(2, 5, 3), _shapes={'weight': (4, 3), 'bias': (4,)}, in_features=3, out_features=4)
layer(nn.Linear, n(3), _shapes={'weight': (4, 3), 'bias': (4,)}, in_features=3, out_features=4)
layer(nn.Linear, n(2, 3), _shapes={'weight': (4, 3)}, in_features=3, out_features=4, bias=False)

CONVOLUTIONS = [  # input, out_channels, options
    ((2, 3, 5, 6), 4, dict(kernel_size=3)), ((2, 3, 5, 6), 4, dict(kernel_size=3, padding=1)),
    ((2, 3, 5, 6), 4, dict(kernel_size=3, stride=2, padding=1, bias=False)), ((1, 2, 7, 7), 3, dict(kernel_size=3, dilation=2)),
    ((1, 2, 7, 8), 3, dict(kernel_size=[3, 2], stride=[1, 2], padding=[2, 1], dilation=[2, 1])),
    ((2, 4, 5, 5), 6, dict(kernel_size=3, groups=2, padding=1)), ((2, 4, 5, 5), 4, dict(kernel_size=3, groups=4)),
    ((1, 3, 5, 5), 6, dict(kernel_size=2, groups=3, stride=2)), ((2, 3, 4, 4), 5, dict(kernel_size=1)),
    ((2, 3, 4, 4), 2, dict(kernel_size=4)), ((1, 2, 5, 5), 2, dict(kernel_size=3, padding='same')),
    ((1, 2, 6, 5), 2, dict(kernel_size=[4, 2], padding='same')), ((1, 2, 5, 5), 2, dict(kernel_size=3, padding='valid')),
    ((1, 2, 5, 6), 2, dict(kernel_size=3, padding=[1, 2], padding_mode='reflect')),
    ((1, 2, 5, 6), 2, dict(kernel_size=3, padding=[1, 2], padding_mode='replicate')),
    ((1, 2, 5, 6), 2, dict(kernel_size=3, padding=[1, 2], padding_mode='circular', stride=2)),
    ((3, 5, 6), 2, dict(kernel_size=3, padding=1)), ((1, 1, 9, 9), 1, dict(kernel_size=5, stride=3, padding=2)),
    ((1, 1, 4, 4), 1, dict(kernel_size=2, stride=3)), ((2, 1, 3, 3), 2, dict(kernel_size=3, padding=4)),
]
for shape, out, options in CONVOLUTIONS:
    channels = shape[-3]
    kernel = options['kernel_size'] if isinstance(options['kernel_size'], list) else [options['kernel_size']] * 2
    shapes = {'weight': (out, channels // options.get('groups', 1), *kernel)}
    if options.get('bias', True):
        shapes['bias'] = (out,)
    layer(nn.Conv2d, n(*shape), _shapes=shapes, in_channels=channels, out_channels=out, **options)

TIED = v([[[[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 0.0], [3.0, 0.0, -1.0, -1.0], [3.0, 3.0, -1.0, -1.0]]]])
ODD = v([[[[1.0, float('nan'), 2.0, 2.0], [1.0, 1.0, float('-inf'), float('-inf')], [3.0, 0.0, float('-inf'), float('-inf')]]]])
for options in [dict(kernel_size=2), dict(kernel_size=3, stride=1), dict(kernel_size=3, stride=2, padding=1), dict(kernel_size=2, ceil_mode=True),
                dict(kernel_size=3, stride=2, ceil_mode=True), dict(kernel_size=2, dilation=2, stride=1),
                dict(kernel_size=[3, 2], stride=[2, 1], padding=[1, 0], dilation=[1, 2]), dict(kernel_size=2, return_indices=True),
                dict(kernel_size=3, stride=2, padding=1, ceil_mode=True, return_indices=True)]:
    layer(nn.MaxPool2d, n(2, 2, 5, 7), _shapes={}, **options)
layer(nn.MaxPool2d, TIED, _shapes={}, kernel_size=2, return_indices=True)
layer(nn.MaxPool2d, TIED, _shapes={}, kernel_size=3, stride=1, padding=1, return_indices=True)
layer(nn.MaxPool2d, n(2, 5, 5), _shapes={}, kernel_size=2)
for options in [dict(kernel_size=2), dict(kernel_size=3, stride=2, padding=1), dict(kernel_size=3, stride=2, padding=1, count_include_pad=False),
                dict(kernel_size=3, stride=2, ceil_mode=True), dict(kernel_size=3, stride=2, padding=1, ceil_mode=True),
                dict(kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False),
                dict(kernel_size=[3, 2], stride=[1, 2], padding=[1, 0]), dict(kernel_size=2, divisor_override=3)]:
    layer(nn.AvgPool2d, n(2, 2, 5, 6), _shapes={}, **options)
layer(nn.AvgPool2d, n(2, 5, 6), _shapes={}, kernel_size=2)
for size in [1, 3, [2, 3], [5, 7], [7, 8], [None, 2]]:
    layer(nn.AdaptiveAvgPool2d, n(2, 2, 5, 7), _shapes={}, output_size=size)

SHAPES = {'weight': (3,), 'bias': (3,)}
STATE = {'running_mean': n(3), 'running_var': u(0.5, 2, 3), 'num_batches_tracked': scalar(4, I)}
for make, shapes in [(nn.BatchNorm1d, [(5, 3), (4, 3, 2)]), (nn.BatchNorm2d, [(3, 3, 2, 2)])]:
    for shape in shapes:
        for train in [True, False]:
            layer(make, n(*shape), _shapes=SHAPES, _buffers=STATE, _train=train, num_features=3)
            layer(make, n(*shape), _shapes=SHAPES, _buffers=STATE, _train=train, num_features=3, momentum=None, eps=1e-2)
            layer(make, n(*shape), _shapes={}, _train=train, num_features=3, affine=False, track_running_stats=False)
        layer(make, n(*shape, shift=3), _shapes={}, _buffers=STATE, num_features=3, affine=False, momentum=0.3)
for shape, normalized in [((2, 4), [4]), ((2, 3, 4), [4]), ((2, 3, 4), [3, 4])]:
    layer(nn.LayerNorm, n(*shape), _shapes={'weight': tuple(normalized), 'bias': tuple(normalized)}, normalized_shape=normalized)
    layer(nn.LayerNorm, n(*shape, shift=2), _shapes={}, normalized_shape=normalized, elementwise_affine=False, eps=1e-2)
layer(nn.Embedding, i(0, 5, 2, 3), _shapes={'weight': (5, 4)}, num_embeddings=5, embedding_dim=4)
layer(nn.Embedding, v([[0, 1, 1], [4, 1, 3]], dtype=I), _shapes={'weight': (5, 4)}, num_embeddings=5, embedding_dim=4, padding_idx=1)
layer(nn.Flatten, n(2, 3, 4), _shapes={})
layer(nn.Flatten, n(2, 3, 4, 2), _shapes={}, start_dim=0, end_dim=-2)
layer(nn.Softmax, n(2, 3), _shapes={}, dim=-1)
layer(nn.LogSoftmax, n(2, 3), _shapes={}, dim=1)
for make, options in [(nn.ReLU, {}), (nn.LeakyReLU, {'negative_slope': 0.2}), (nn.ELU, {'alpha': 0.5}), (nn.GELU, {}), (nn.GELU, {'approximate': 'tanh'}),
                      (nn.SiLU, {}), (nn.Sigmoid, {}), (nn.Tanh, {}), (nn.Softplus, {'beta': 2.0, 'threshold': 3.0})]:
    layer(make, n(2, 3), _shapes={}, **options)


# A network's batch norm over several steps: each batch in training, then one in evaluation.

def batch_norm_steps(*xs, momentum):
    module = nn.BatchNorm1d(3, momentum=momentum).double()
    outputs = [module(x) for x in xs[:-1]]
    module.eval()
    return outputs + [module(xs[-1]), module.running_mean, module.running_var, module.num_batches_tracked]


for momentum in [0.1, 0.5, None]:
    case('BatchNorm1d.steps', batch_norm_steps, n(4, 3), n(6, 3, scale=2), n(5, 3, shift=1), n(2, 3), n(3, 3), _second=False, momentum=momentum)


# A whole network, the shape of a small classifier.

def network(x, y, w1, b1, gamma, beta, w2, b2):
    h = torch.nn.functional.conv2d(x, w1, b1, padding=1)
    h = torch.nn.functional.batch_norm(h, None, None, gamma, beta, training=True)
    h = torch.nn.functional.max_pool2d(torch.relu(h), 2)
    return torch.nn.functional.cross_entropy(torch.nn.functional.linear(h.flatten(1), w2, b2), y)


case('network', network, n(3, 1, 4, 4), v(0, 2, 1, dtype=I), n(2, 1, 3, 3), n(2), n(2, shift=1), n(2), n(3, 8), n(3),
     _names=['input', 'target', 'conv.weight', 'conv.bias', 'norm.weight', 'norm.bias', 'linear.weight', 'linear.bias'])
