"""Normalizations that came after batch and layer norm: as functions and as layers, over their options."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from .modules import layer
from .recorder import case, n, scalar, u, v

ORACLE = 'PyTorch 2.6'

AFFINE = {'weight': (3,), 'bias': (3,)}
STATE = {'running_mean': n(3), 'running_var': u(0.5, 2, 3), 'num_batches_tracked': scalar(4, torch.int64)}

for train in [True, False]:
    for shape in [(2, 3, 2, 2, 3), (3, 3, 1, 1, 1), (1, 3, 2, 1, 2)]:
        layer(nn.BatchNorm3d, n(*shape), _shapes=AFFINE, _buffers=STATE, _train=train, num_features=3)
    layer(nn.BatchNorm3d, n(2, 3, 2, 1, 2), _shapes=AFFINE, _buffers=STATE, _train=train, num_features=3, momentum=None, eps=1e-2)
    layer(nn.BatchNorm3d, n(2, 3, 2, 1, 2), _shapes={}, _train=train, num_features=3, affine=False, track_running_stats=False)
    layer(nn.BatchNorm3d, n(2, 3, 2, 1, 2, shift=3), _shapes={}, _buffers=STATE, _train=train, num_features=3, affine=False, momentum=0.3)

for shape, normalized in [((2, 4), [4]), ((4,), [4]), ((2, 3, 4), [4]), ((2, 3, 4), [3, 4]), ((2, 37), [37])]:
    weight = {'weight': tuple(normalized)}
    layer(nn.LayerNorm, n(*shape), _shapes=weight, normalized_shape=normalized, bias=False)
    layer(nn.LayerNorm, n(*shape, shift=3), _shapes=weight, normalized_shape=normalized, bias=False, eps=1e-2)
    layer(nn.RMSNorm, n(*shape), _shapes=weight, normalized_shape=normalized)
    layer(nn.RMSNorm, n(*shape), _shapes=weight, normalized_shape=normalized, eps=1e-2)
    layer(nn.RMSNorm, n(*shape, shift=2), _shapes={}, normalized_shape=normalized, elementwise_affine=False)
    layer(nn.RMSNorm, n(*shape, shift=2), _shapes={}, normalized_shape=normalized, elementwise_affine=False, eps=0.3)
for kind in ['f64', 'f32', 'f16', 'bf16']:
    x, w = n(3, 5), n(5)
    second = kind == 'f64'
    for eps in [None, 1e-3]:
        case('rms_norm', lambda x, w, normalized_shape, eps: F.rms_norm(x, normalized_shape, w, eps), getattr(x, kind), getattr(w, kind),
             _second=second, _grad=second or kind == 'f32', normalized_shape=[5], eps=eps)

GROUPS = [((2, 4, 3), 2), ((2, 4, 3), 1), ((2, 4, 3), 4), ((2, 4), 2), ((1, 4), 2), ((2, 6, 4, 5), 3), ((3, 4, 17), 2), ((1, 2, 3, 3, 2), 2),
          ((2, 4), 4), ((2, 6, 1, 1), 3)]
for shape, groups in GROUPS:
    channels = shape[1]
    layer(nn.GroupNorm, n(*shape), _shapes={'weight': (channels,), 'bias': (channels,)}, num_groups=groups, num_channels=channels)
    layer(nn.GroupNorm, n(*shape, shift=2), _shapes={}, num_groups=groups, num_channels=channels, affine=False, eps=1e-2)
case('group_norm', lambda x, w, num_groups: F.group_norm(x, num_groups, w), n(2, 4, 3), n(4), num_groups=2)
case('group_norm', lambda x, w, num_groups: F.group_norm(x, num_groups, w), n(2, 4, 20), n(4), num_groups=2)
case('group_norm_bias', lambda x, b, num_groups: F.group_norm(x, num_groups, None, b), n(2, 4, 3), n(4), _grad=False, num_groups=2)
case('group_norm_bias', lambda x, b, num_groups: F.group_norm(x, num_groups, None, b), n(2, 4, 20), n(4), _grad=False, num_groups=2)

for make, shapes in [(nn.InstanceNorm1d, [(2, 3, 4), (3, 5), (1, 3, 17)]), (nn.InstanceNorm2d, [(2, 3, 2, 3), (3, 4, 5)]),
                     (nn.InstanceNorm3d, [(2, 3, 2, 1, 2), (3, 2, 2, 3)])]:
    for shape in shapes:
        for train in [True, False]:
            layer(make, n(*shape), _shapes={}, _train=train, num_features=3)
            layer(make, n(*shape, shift=2), _shapes=AFFINE, _train=train, num_features=3, affine=True, eps=1e-2)
            layer(make, n(*shape), _shapes=AFFINE, _buffers=STATE, _train=train, num_features=3, affine=True, track_running_stats=True)
            layer(make, n(*shape), _shapes={}, _buffers=STATE, _train=train, num_features=3, momentum=0.4, track_running_stats=True)
            layer(make, n(*shape), _shapes={}, _buffers=STATE, _train=train, num_features=3, momentum=None, track_running_stats=True)
case('instance_norm', lambda x, w: F.instance_norm(x, weight=w), n(2, 3, 4), n(3))
case('instance_norm', lambda x, w: F.instance_norm(x, weight=w), n(2, 3, 4).f32, n(3).f32, _second=False)

for size in [1, 2, 3, 5, 8]:
    for options in [{}, dict(alpha=0.5, beta=1.5, k=2.0), dict(alpha=2.0, beta=0.5, k=0.7)]:
        layer(nn.LocalResponseNorm, n(2, 4, 3), _shapes={}, size=size, **options)
        # Its gradient is not that of its value: it knows nothing of channel 0, which the sum keeps, and has another window for even sizes.
        layer(nn.CrossMapLRN2d, n(2, 4, 2, 3), _shapes={}, _grad=False, size=size, **options)
        layer(nn.CrossMapLRN2d, n(1, 9, 1, 2), _shapes={}, _grad=False, size=size, **options)
    layer(nn.LocalResponseNorm, n(2, 4, 3, 2), _shapes={}, size=size, alpha=1.0)
    layer(nn.LocalResponseNorm, n(1, 3, 2, 2, 2), _shapes={}, size=size, alpha=1.0)
case('local_response_norm', F.local_response_norm, n(2, 5, 4).f32, _second=False, size=3, alpha=0.3)

for p in [2.0, 1.0, 3.0, 0.5, float('inf')]:
    for dim in [1, 0, -1]:
        case('normalize', F.normalize, n(2, 3, 4), p=p, dim=dim)
case('normalize', F.normalize, n(2, 3))
case('normalize', F.normalize, n(2, 3, 4), p=2.0, dim=[0, 2])
case('normalize', F.normalize, n(2, 3, scale=0.1), p=2.0, dim=1, eps=0.3)
case('normalize', F.normalize, v([[0.0, 0.0], [3.0, -4.0]]), _second=False)
case('normalize', F.normalize, n(2, 3).f32, _second=False, p=2.0)
