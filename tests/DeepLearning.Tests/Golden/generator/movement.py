"""Movement: shapes, views, joining, splitting, padding, windows, triangles."""
import torch
import torch.nn.functional as F

from .recorder import b, case, i, n, v

X = n(2, 3, 4)

for shape in [[6, 4], [-1], [2, -1, 2], [1, 24, 1], [2, 3, 4]]:
    case('reshape', torch.reshape, X, shape=shape)
case('reshape_transposed', lambda x, shape: x.transpose(0, 1).reshape(shape), n(3, 4), shape=[2, 6])
case('view', lambda x, shape: x.view(shape), X, shape=[3, 8])
case('flatten', torch.flatten, X, start_dim=0, end_dim=-1)
case('flatten', torch.flatten, X, start_dim=1, end_dim=2)
case('flatten', torch.flatten, n(), start_dim=0, end_dim=-1)
case('unflatten', lambda x, dim, sizes: x.unflatten(dim, sizes), X, dim=2, sizes=[2, 2])
case('unflatten', lambda x, dim, sizes: x.unflatten(dim, sizes), n(6, 3), dim=0, sizes=[-1, 2])
for dims in [[2, 0, 1], [0, 1, 2], [-1, 0, 1]]:
    case('permute', lambda x, dims: x.permute(dims), X, dims=dims)
case('transpose', torch.transpose, X, dim0=0, dim1=2)
case('transpose', torch.transpose, X, dim0=-1, dim1=-2)
case('t', torch.t, n(3, 4))
case('movedim', lambda x, source, destination: torch.movedim(x, source, destination), X, source=0, destination=2)
case('movedim', lambda x, source, destination: torch.movedim(x, source, destination), X, source=-1, destination=0)
case('squeeze', torch.squeeze, n(1, 3, 1, 2))
case('squeeze_dim', torch.squeeze, n(1, 3, 1, 2), dim=2)
case('squeeze_dim', torch.squeeze, n(1, 3, 1, 2), dim=1)
for dim in [0, 2, -1]:
    case('unsqueeze', torch.unsqueeze, n(2, 3), dim=dim)
case('expand', lambda x, size: x.expand(size), n(3, 1), size=[2, 3, 4])
case('expand', lambda x, size: x.expand(size), n(1, 3), size=[2, -1])
case('expand', lambda x, size: x.expand(size), n(), size=[2, 2])
case('broadcast_to', torch.broadcast_to, n(3, 1), size=[2, 3, 4])
for repeats in [[2, 3], [2, 1, 2], [1, 0]]:
    case('repeat', lambda x, repeats: x.repeat(repeats), n(2, 3), repeats=repeats)
case('tile', torch.tile, n(2, 3), dims=[2])
case('tile', torch.tile, n(2, 3), dims=[2, 1, 2])
case('repeat_interleave', lambda x, repeats, dim: torch.repeat_interleave(x, repeats, dim), n(2, 3), repeats=2, dim=1)
for dims in [[0], [1, 2], [-1], [0, 1, 2]]:
    case('flip', torch.flip, X, dims=dims)
for shifts, dims in [([1], [0]), ([2, -1], [0, 2]), ([5], [1]), ([-4], [1]), ([0], [0])]:
    case('roll', torch.roll, X, shifts=shifts, dims=dims)
case('roll_flat', lambda x, shifts: torch.roll(x, shifts), X, shifts=5)
case('rot90', lambda x, k, dims: torch.rot90(x, k, dims), n(2, 3), k=1, dims=[0, 1])
case('rot90', lambda x, k, dims: torch.rot90(x, k, dims), n(2, 3), k=3, dims=[0, 1])

cat = lambda *x, dim: torch.cat(x, dim)
case('cat', cat, n(2, 3), n(4, 3), dim=0)
case('cat', cat, n(2, 3), n(2, 1), n(2, 2), dim=-1)
case('cat', cat, n(2, 3), i(0, 5, 2, 3), n(2, 3).f32, dim=1)
case('cat', cat, n(0), n(2, 3), dim=0)
case('cat', cat, n(0, 3), n(2, 3), dim=0)
case('cat', cat, i(0, 9, 2), b(2), dim=0)
stack = lambda *x, dim: torch.stack(x, dim)
for dim in [0, 1, -1]:
    case('stack', stack, n(2, 3), n(2, 3), n(2, 3), dim=dim)
case('stack', stack, n(), n(), dim=0)
case('hstack', lambda *x: torch.hstack(x), n(2, 3), n(2, 1))
case('vstack', lambda *x: torch.vstack(x), n(3), n(2, 3))
case('split', lambda x, split_size, dim: torch.split(x, split_size, dim), n(5, 2), split_size=2, dim=0)
case('split_sizes', lambda x, sizes, dim: torch.split(x, sizes, dim), n(2, 5), sizes=[1, 0, 4], dim=1)
case('chunk', lambda x, chunks, dim: torch.chunk(x, chunks, dim), n(7, 2), chunks=3, dim=0)
case('chunk', lambda x, chunks, dim: torch.chunk(x, chunks, dim), n(2, 6), chunks=4, dim=1)
case('chunk', lambda x, chunks, dim: torch.chunk(x, chunks, dim), n(2, 2), chunks=5, dim=1)
case('unbind', lambda x, dim: torch.unbind(x, dim), X, dim=1)
case('unbind', lambda x, dim: torch.unbind(x, dim), n(3), dim=0)

pad = lambda x, pad, mode='constant', value=0.0: F.pad(x, pad, mode, value) if mode == 'constant' else F.pad(x, pad, mode)
for p, value in [([1, 2], 0.0), ([1, 0, 2, 1], 1.5), ([0, 1, -1, 2], -2.0), ([-1, -1], 0.0), ([1, 1, 1, 1, 1, 1], 3.0), ([0, 0], 0.0)]:
    case('pad', pad, n(2, 3, 4), pad=p, mode='constant', value=value)
case('pad', pad, i(0, 9, 2, 3), pad=[1, 1], mode='constant', value=7)
for mode in ['reflect', 'replicate', 'circular']:
    case('pad', pad, n(2, 3, 5), pad=[2, 1], mode=mode)
    case('pad', pad, n(1, 2, 4, 5), pad=[2, 1, 1, 3], mode=mode)
    case('pad', pad, n(1, 1, 3, 4, 5), pad=[1, 2, 0, 1, 2, 1], mode=mode)
    if mode != 'circular':  # this PyTorch wants rank 3 for it
        case('pad', pad, n(1, 2, 4, 5), pad=[2, -1, -1, 2], mode=mode)
        case('pad', pad, n(3, 5), pad=[1, 2], mode=mode)
case('pad', pad, n(2, 3), pad=[4, 5], mode='replicate')

for dim, size, step in [(0, 3, 1), (1, 2, 2), (0, 2, 3), (-1, 4, 1), (0, 6, 2)]:
    case('unfold', lambda x, dim, size, step: x.unfold(dim, size, step), n(6, 5), dim=dim, size=size, step=step)
case('diagonal', torch.diagonal, n(3, 4), offset=0, dim1=0, dim2=1)
case('diagonal', torch.diagonal, n(3, 4), offset=1, dim1=0, dim2=1)
case('diagonal', torch.diagonal, n(3, 4), offset=-2, dim1=0, dim2=1)
case('diagonal', torch.diagonal, n(3, 4), offset=4, dim1=0, dim2=1)
case('diagonal', torch.diagonal, n(2, 3, 4), offset=1, dim1=-1, dim2=0)
case('diag', torch.diag, n(3, 4), diagonal=1)
case('diag', torch.diag, n(3), diagonal=-1)
case('diag_embed', torch.diag_embed, n(2, 3), offset=0)
case('diag_embed', torch.diag_embed, n(2, 3), offset=1)
for k in [0, 1, -1, 3, -4]:
    case('tril', torch.tril, n(3, 4), diagonal=k)
    case('triu', torch.triu, n(3, 4), diagonal=k)
case('tril', torch.tril, n(2, 3, 3), diagonal=0)
case('triu', torch.triu, i(0, 9, 3, 3), diagonal=0)
case('trace', torch.trace, n(3, 4))
case('meshgrid', lambda *x, indexing: torch.meshgrid(*x, indexing=indexing), n(3), n(2), indexing='ij')
case('meshgrid', lambda *x, indexing: torch.meshgrid(*x, indexing=indexing), n(3), n(2), indexing='xy')
case('clone', torch.clone, n(2, 3))
case('contiguous', lambda x: x.t().contiguous(), n(2, 3))

# Creation.
case('arange', torch.arange, start=2, end=9, step=3)
case('arange', torch.arange, start=0.0, end=1.0, step=0.1)
case('arange', torch.arange, start=5, end=-5, step=-2)
case('arange', torch.arange, start=0, end=4, step=1, dtype=torch.float64)
case('linspace', torch.linspace, start=-1.0, end=2.0, steps=7, dtype=torch.float64)
case('linspace', torch.linspace, start=-1.0, end=2.0, steps=1, dtype=torch.float64)
case('linspace', torch.linspace, start=0.0, end=1.0, steps=11)
case('logspace', torch.logspace, start=0.0, end=2.0, steps=5, dtype=torch.float64)
case('eye', lambda n, m: torch.eye(n, m), n=3, m=4)
case('eye', lambda n, m: torch.eye(n, m), n=2, m=2)
case('full', lambda size, fill_value: torch.full(size, fill_value), size=[2, 2], fill_value=1.5)
case('full', lambda size, fill_value: torch.full(size, fill_value), size=[2], fill_value=3)
case('full', lambda size, fill_value: torch.full(size, fill_value), size=[2], fill_value=True)
for fn in ['zeros', 'ones']:
    case(fn, lambda size, dtype, fn=fn: getattr(torch, fn)(size, dtype=dtype), size=[2, 3], dtype=torch.float32)
    case(fn + '_like', getattr(torch, fn + '_like'), i(0, 4, 2))
