"""Resizing, shuffling of pixels and channels, sampling at a grid, pad layers, similarities: over combinations of their options."""
import math
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from .modules import layer
from .recorder import apply, case, i, n, u, v

ORACLE = 'PyTorch 2.6'
ROUNDS = 6  # combinations of options for each mode
inf, nan = math.inf, math.nan
choose = random.Random(2026)

MODES = [('nearest', [1, 2, 3]), ('nearest-exact', [1, 2, 3]), ('linear', [1]), ('bilinear', [2]), ('bicubic', [2]), ('trilinear', [3]),
         ('area', [1, 2, 3])]
CORNERS = ['linear', 'bilinear', 'bicubic', 'trilinear']


def tuples(options):
    return {k: tuple(o) if isinstance(o, list) else o for k, o in options.items()}


def interpolate(x, **options):
    return F.interpolate(x, **tuples(options))


def Upsample(**options):
    return nn.Upsample(**tuples(options))


def goal(axes):
    """A size or a factor, one for all axes or one for each."""
    many = choose.random() < 0.5
    kind = choose.choice(['size', 'factor', 'recomputed'])
    if kind == 'size':
        return {'size': [choose.randint(1, 9) for _ in range(axes)] if many else choose.randint(1, 9)}
    factors = [0.5, 0.6, 0.75, 1.0, 1.3, 1.5, 2.0, 2.5, 3.0]
    options = {'scale_factor': [choose.choice(factors) for _ in range(axes)] if many else choose.choice(factors)}
    if kind == 'recomputed':
        options['recompute_scale_factor'] = True
    return options


# With antialias PyTorch repeats the first row where the width is or becomes 1: left out, too.
# PyTorch's gradient of the nearest neighbor in float64 takes another neighbor than its value does, where float32 rounds otherwise: such
# sizes are left out.
def is_consistent(shape, options):
    if not options['mode'].startswith('nearest'):
        return True
    x = torch.arange(math.prod(shape), dtype=torch.float64).reshape(shape).requires_grad_()
    y = interpolate(x, **options)
    counts = torch.bincount(y.detach().flatten().long(), minlength=x.numel()).reshape(shape)
    return bool((torch.autograd.grad(y.sum(), x)[0] == counts).all())


for mode, ranks in MODES:
    for axes in ranks:
        done = 0
        while done < ROUNDS:
            shape = (2, 2) + tuple(choose.randint(2, 6 - axes + 1) for _ in range(axes))
            options = {**goal(axes), 'mode': mode}
            if mode in CORNERS:
                options['align_corners'] = choose.random() < 0.5
            if mode in ['bilinear', 'bicubic'] and choose.random() < 0.4:
                options['antialias'] = True
            try:
                y = interpolate(torch.zeros(shape), **options)
            except RuntimeError:
                continue
            if y.numel() and is_consistent(shape, options) and not (options.get('antialias') and 1 in (shape[-1], y.shape[-1])):
                case('interpolate', interpolate, n(*shape).f32 if done == 0 else n(*shape), **options)
                done += 1
for shape, options in [((1, 1, 12, 13), dict(size=[3, 4], mode='bilinear', antialias=True)),
                       ((1, 1, 12, 13), dict(scale_factor=0.3, mode='bicubic', antialias=True)),
                       ((1, 1, 12, 13), dict(size=[5, 20], mode='bicubic', antialias=True, align_corners=True)),
                       ((1, 1, 4, 5), dict(size=[9, 2], mode='bilinear', antialias=True)),
                       ((1, 1, 1, 1), dict(size=[3, 2], mode='bicubic')),
                       ((1, 1, 1, 1), dict(size=[3, 2], mode='bilinear', align_corners=True)),
                       ((1, 1, 5, 4), dict(size=1, mode='bilinear', align_corners=True)), ((0, 2, 3), dict(size=4, mode='linear')),
                       ((1, 1, 37), dict(size=100, mode='linear')), ((1, 1, 100), dict(size=37, mode='nearest-exact'))]:
    case('interpolate', interpolate, n(*shape), **options)
    case('interpolate', interpolate, n(*shape).f32, **options, _second=False)
# PyTorch has one rule for the nearest neighbor of images up to 128 rows and columns, and another beyond.
for mode in ['nearest', 'nearest-exact']:
    for size in [dict(size=[41, 87]), dict(size=[41, 88]), dict(scale_factor=[1.1, 40.0]), dict(scale_factor=[1.1, 45.0])]:
        for x in [n(1, 1, 4, 3), n(1, 1, 4, 3).f32]:
            case('interpolate', interpolate, x, **size, mode=mode, _grad=False)
case('interpolate', interpolate, i(0, 200, 1, 2, 3, 4).u8, size=[5, 6], mode='nearest')
for options in [dict(scale_factor=2), dict(size=[4, 7]), dict(scale_factor=[1.5, 2.5], mode='bilinear'),
                dict(scale_factor=2, mode='bicubic', align_corners=True),
                dict(scale_factor=1.6, mode='bilinear', recompute_scale_factor=True)]:
    layer(Upsample, n(1, 2, 3, 4), _shapes={}, **options)
for make in [nn.UpsamplingNearest2d, nn.UpsamplingBilinear2d]:
    layer(make, n(1, 2, 3, 4), _shapes={}, scale_factor=2)
    layer(make, n(1, 2, 3, 4), _shapes={}, size=[5, 3])

for shape, r in [((1, 8, 2, 3), 2), ((9, 2, 2), 3), ((2, 2, 4, 1, 2), 2), ((1, 3, 2, 2), 1)]:
    layer(nn.PixelShuffle, n(*shape), _shapes={}, upscale_factor=r)
for shape, r in [((1, 2, 4, 6), 2), ((1, 3, 6), 3), ((2, 2, 1, 2, 4), 2)]:
    layer(nn.PixelUnshuffle, n(*shape), _shapes={}, downscale_factor=r)
for shape, groups in [((2, 6, 2, 3), 2), ((2, 6, 3), 3), ((1, 4, 2, 1, 2), 4), ((2, 3, 2), 1)]:
    layer(nn.ChannelShuffle, n(*shape), _shapes={}, groups=groups)

# Grids reach beyond the edges, lie on them and on pixels.
EDGES = v([[[[-1.0, -1.0], [1.0, 1.0], [0.0, 0.0], [-1.0, 1.0]], [[1.5, -1.5], [-2.5, 0.25], [3.75, -4.25], [0.5, -0.5]]]])
EDGES3 = v([[[[[-1.0, -1.0, 1.0], [1.0, 1.0, -1.0], [0.0, 0.0, 0.0]], [[1.5, -1.5, 2.5], [-2.5, 0.25, 0.75], [3.75, -4.25, 0.5]]]]])
for padding in ['zeros', 'border', 'reflection']:
    far = 100.3 if padding == 'reflection' else 1e30
    for corners in [False, True]:
        for mode in ['bilinear', 'nearest', 'bicubic']:
            options = dict(mode=mode, padding_mode=padding, align_corners=corners)
            case('grid_sample', F.grid_sample, n(2, 2, 3, 4), u(-1.6, 1.6, 2, 2, 3, 2), **options)
            case('grid_sample', F.grid_sample, n(1, 2, 4, 3), EDGES, **options, _second=False)
            case('grid_sample', F.grid_sample, n(1, 1, 1, 3), u(-1.6, 1.6, 1, 3, 2, 2), **options, _second=False)
            case('grid_sample', F.grid_sample, n(1, 2, 3, 4).f32, u(-1.6, 1.6, 1, 3, 2, 2).f32, **options, _second=False)
            case('grid_sample', F.grid_sample, n(1, 1, 2, 3), v([[[[nan, 0.0], [0.0, nan], [far, 0.5], [0.25, -far]]]]), **options,
                 _grad=False)
        for mode in ['bilinear', 'nearest']:
            options = dict(mode=mode, padding_mode=padding, align_corners=corners)
            case('grid_sample', F.grid_sample, n(2, 2, 2, 3, 2), u(-1.6, 1.6, 2, 1, 2, 2, 3), **options)
            case('grid_sample', F.grid_sample, n(1, 1, 3, 2, 4), EDGES3, **options, _second=False)
for corners in [False, True]:
    case('affine_grid', F.affine_grid, n(2, 2, 3), size=[2, 3, 3, 4], align_corners=corners)
    case('affine_grid', F.affine_grid, n(2, 2, 3).f32, size=[2, 1, 1, 5], align_corners=corners)
    case('affine_grid', F.affine_grid, n(1, 3, 4), size=[1, 2, 2, 1, 3], align_corners=corners)

PADS = {1: [2, [1, 2], [0, 1], [2, -1]], 2: [1, [1, 2, 0, 1], [-1, 1, 2, 0]], 3: [1, [1, 0, 1, 1, 0, 1], [0, 1, -1, 1, 1, 0]]}
SHAPES = {1: [(1, 2, 4), (2, 3)], 2: [(1, 2, 3, 4), (2, 3, 3)], 3: [(1, 2, 3, 2, 3), (1, 2, 3, 3)]}
for axes, kinds in [(1, [nn.ReflectionPad1d, nn.ReplicationPad1d, nn.CircularPad1d, nn.ZeroPad1d, nn.ConstantPad1d]),
                    (2, [nn.ReflectionPad2d, nn.ReplicationPad2d, nn.CircularPad2d, nn.ZeroPad2d, nn.ConstantPad2d]),
                    (3, [nn.ReflectionPad3d, nn.ReplicationPad3d, nn.CircularPad3d, nn.ZeroPad3d, nn.ConstantPad3d])]:
    for make in kinds:
        for k, padding in enumerate(PADS[axes]):
            options = {'value': 2.5} if make.__name__.startswith('Constant') else {}
            shape = SHAPES[axes][k % 2]
            try:
                make(padding, **options)(torch.zeros(shape))
            except RuntimeError:
                continue  # PyTorch takes no negative padding here
            layer(make, n(*shape), _shapes={}, padding=padding, **options)

for shape, other, dim in [((3, 4), (3, 4), 1), ((2, 3, 4), (2, 3, 4), 1), ((2, 3, 4), (3, 1), -1), ((5,), (2, 5), -1), ((2, 3), (2, 3), 0)]:
    case('cosine_similarity', F.cosine_similarity, n(*shape), n(*other), dim=dim)
case('cosine_similarity', F.cosine_similarity, n(3, 4).f32, n(3, 4).f32, _second=False)
case('cosine_similarity', F.cosine_similarity, v([[0.0, 0.0], [3.0, 4.0]]), v([[1.0, 2.0], [0.0, 0.0]]), _second=False)
case('cosine_similarity', F.cosine_similarity, n(3, 4), n(3, 4), eps=5.0)
for shape, other in [((3, 4), (3, 4)), ((2, 3, 4), (3, 4)), ((4,), (4,)), ((3, 4), (4,))]:
    for p in [2.0, 1.0, 3.5, inf]:
        case('pairwise_distance', F.pairwise_distance, n(*shape), n(*other), p=p, keepdim=p == 1.0, _second=p != inf)
case('pairwise_distance', F.pairwise_distance, v([[1.0, 2.0]]), v([[1.0, 2.0]]), eps=1e-3, _second=False)
for make, options in [(nn.CosineSimilarity, dict(dim=-1, eps=1e-3)), (nn.PairwiseDistance, dict(p=1.5, keepdim=True))]:
    case(make.__name__, lambda a, b, make=make, **o: make(**o)(a, b), n(2, 3, 4), n(2, 3, 4), **options)
