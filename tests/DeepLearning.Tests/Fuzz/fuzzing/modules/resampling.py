"""Resizing, shuffling, sampling at grids, padding."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from .case import Call, layer, tuples

FACTORS = [0.3, 0.5, 0.6, 0.75, 1.0, 1.3, 1.5, 2.0, 2.5, 3.0]
PADS = [[nn.ReflectionPad1d, nn.ReplicationPad1d, nn.CircularPad1d, nn.ZeroPad1d, nn.ConstantPad1d],
        [nn.ReflectionPad2d, nn.ReplicationPad2d, nn.CircularPad2d, nn.ZeroPad2d, nn.ConstantPad2d],
        [nn.ReflectionPad3d, nn.ReplicationPad3d, nn.CircularPad3d, nn.ZeroPad3d, nn.ConstantPad3d]]


def goal(d, axes):
    many = d.chance(0.5)
    if d.chance(0.4):
        return {'size': [d.int(1, 9) for _ in range(axes)] if many else d.int(1, 9)}
    return {'scale_factor': [d.pick(FACTORS) for _ in range(axes)] if many else d.pick(FACTORS), **d.some(recompute_scale_factor=True)}


def resize(d):
    mode, axes = d.pick([('nearest', 1), ('nearest', 2), ('nearest', 3), ('nearest-exact', 1), ('nearest-exact', 2), ('linear', 1), ('bilinear', 2), ('bilinear', 2),
                         ('bicubic', 2), ('bicubic', 2), ('trilinear', 3), ('area', 1), ('area', 2), ('area', 3)])
    args = {**goal(d, axes), 'mode': mode}
    if mode in ['linear', 'bilinear', 'bicubic', 'trilinear']:
        args.update(d.some(align_corners=True))
    if mode in ['bilinear', 'bicubic']:
        args.update(d.some(antialias=True))
    x = d.normal(d.batch(), d.pick([1, 2, 3]), *[d.int(1, 7 if axes < 3 else 4) for _ in range(axes)])
    run = lambda x: F.interpolate(x, **tuples(args))
    y = shape_of(run, x)
    if args.get('antialias') and y and (1 in (x.shape[-1], y[-1]) or 'scale_factor' in args):
        return None  # decided otherwise: the first row repeated, and a gradient that is not the value's
    return Call('interpolate', run, [x], args, grad=not mode.startswith('nearest') or consistent(run, x), wide=True)


def shape_of(run, x):
    try:
        return run(x).shape
    except (RuntimeError, ValueError):
        return None


def consistent(run, x):
    """Whether PyTorch's gradient goes to where the value came from (float64 takes other neighbors there for some sizes)."""
    t = torch.arange(x.numel(), dtype=torch.float64).reshape(x.shape).requires_grad_()
    if shape_of(run, t) is None or not t.numel():
        return True
    y = run(t)
    counts = torch.bincount(y.detach().flatten().long(), minlength=t.numel()).reshape(t.shape)
    return bool((torch.autograd.grad(y.sum(), t)[0] == counts).all())


def shuffle(d):
    kind = d.int(0, 2)
    lead, r = [d.batch(0) for _ in range(d.int(0, 2))], d.int(1, 3)  # PyTorch leaves an empty batch as it is
    if kind == 0:
        return layer(d, nn.PixelShuffle, d.normal(*lead, d.int(1, 2) * r * r + (1 if d.chance(0.05) else 0), d.int(1, 3), d.int(1, 3)), arguments={'upscale_factor': r})
    if kind == 1:
        return layer(d, nn.PixelUnshuffle, d.normal(*lead, d.int(1, 2), d.int(1, 2) * r, d.int(1, 3) * r), arguments={'downscale_factor': r})
    return layer(d, nn.ChannelShuffle, d.normal(d.batch(), d.int(1, 3) * r, *[d.int(1, 3) for _ in range(d.int(1, 3))]), arguments={'groups': r})


def sample(d):
    axes = d.pick([2, 2, 3])
    args = dict(mode=d.pick(['bilinear', 'nearest', 'bicubic'] if axes == 2 else ['bilinear', 'nearest']), padding_mode=d.pick(['zeros', 'border', 'reflection']),
                align_corners=d.chance(0.5))
    batch = d.pick([1, 2])
    x = d.normal(batch, d.pick([1, 2, 3]), *[d.int(1, 5) for _ in range(axes)])
    grid = d.uniform(-1.7, 1.7, batch, *[d.int(1, 4) for _ in range(axes)], axes)
    return Call('grid_sample', lambda x, g: F.grid_sample(x, g, **args), [x, grid], args, wide=True)


def affine(d):
    axes = d.pick([2, 3])
    args = dict(size=[d.int(1, 3), d.int(1, 2), *[d.int(1, 5) for _ in range(axes)]], align_corners=d.chance(0.5))
    return Call('affine_grid', lambda x: F.affine_grid(x, **args), [d.normal(args['size'][0], axes, axes + 1)], args)


def padded(d):
    axes = d.int(1, 3)
    make = d.pick(PADS[axes - 1])
    options = {'padding': d.int(0, 3) if d.chance(0.4) else [d.int(-1, 3) for _ in range(2 * axes)]}
    if make.__name__.startswith('Constant'):
        options['value'] = d.real(-2, 2)
    lead, lengths = [d.pick([1, 2])] if d.chance(0.3) else [d.batch(0.0), d.pick([1, 2])], [d.int(1, 5) for _ in range(axes)]
    around = options['padding'] if isinstance(options['padding'], list) else [options['padding']] * 2 * axes
    if any(n + around[2 * k] + around[2 * k + 1] < 1 for k, n in enumerate(reversed(lengths))):
        return None  # nothing is left of an axis, which is an empty result here
    return layer(d, make, d.normal(*lead, *lengths), arguments=options)


ALL = [resize, resize, resize, shuffle, sample, sample, affine, padded, padded]
