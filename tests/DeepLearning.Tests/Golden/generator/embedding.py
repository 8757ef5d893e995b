"""Embedding and EmbeddingBag over their options, Bilinear, and the updates of rows by SGD, AdaGrad and SparseAdam."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from .modules import layer
from .recorder import add, case, i, n, pack, v

ORACLE = 'PyTorch 2.6'
I = torch.int64

# The table comes first, since max_norm changes it in place: it is an output as it is after the call.
def embedding(w, x, **options):
    return [F.embedding(x, w, **options), w.detach().clone()]


INDICES = [i(0, 6, 2, 5), v([[0, 1, 1], [4, 1, 3]], dtype=I), v(2, dtype=I), i(0, 6, 2, 2, 3)]
for indices in INDICES:
    for options in [{}, {'padding_idx': 1}, {'padding_idx': -1}, {'scale_grad_by_freq': True}, {'padding_idx': 1, 'scale_grad_by_freq': True},
                    {'max_norm': 1.0}, {'max_norm': 1.5, 'norm_type': 1.0}, {'max_norm': 0.5, 'norm_type': 3.0, 'padding_idx': 4},
                    {'max_norm': 0.8, 'norm_type': float('inf')}]:
        # PyTorch's derivative of a gradient that is scaled leaves the scale out.
        case('embedding_options', embedding, n(6, 4), indices, _second='scale_grad_by_freq' not in options, **options)


def bag(w, x, offsets=None, factors=None, **options):
    return [F.embedding_bag(x, w, offsets, per_sample_weights=factors, **options), w.detach().clone()]


def bags(*inputs, **options):
    names = ['weight', 'indices', 'offsets', 'factors'][:len(inputs)]
    case('embedding_bag' + ('_offsets' if len(inputs) > 2 else '') + ('_factors' if len(inputs) > 3 else ''), bag, *inputs, _names=names, **options)


FLAT = v(1, 2, 4, 5, 4, 3, 2, 0, dtype=I)
for mode in ['sum', 'mean', 'max']:
    extras = [{}, {'padding_idx': 2}, {'padding_idx': -2}, {'max_norm': 1.0}, {'max_norm': 0.7, 'norm_type': 1.0}]
    for extra in extras:
        bags(n(6, 3), v([[0, 1, 2], [2, 4, 2], [5, 5, 5], [2, 2, 2]], dtype=I), mode=mode, **extra)
        bags(n(6, 3), i(0, 6, 3, 1), mode=mode, **extra)
        for offsets in [v(0, 4, dtype=I), v(0, dtype=I), v(0, 2, 2, 5, 8, dtype=I), v(0, 0, 3, dtype=I)]:
            bags(n(6, 3), FLAT, offsets, mode=mode, **extra)
        bags(n(6, 3), FLAT, v(0, 3, 3, 8, dtype=I), mode=mode, include_last_offset=True, **extra)


# PyTorch's bag divides by how often another row is used, the n-th of the sorted indices for the n-th of those that differ; what it should be
# is made of its embedding, which divides by the right one.
def scaled(w, x, mode, padding_idx=None, **options):
    rows = F.embedding(x, w, padding_idx=padding_idx, **options)
    kept = torch.ones_like(x, dtype=w.dtype) if padding_idx is None else (x != padding_idx).to(w.dtype)
    total = (rows * kept[..., None]).sum(1)
    return [total if mode == 'sum' else total / kept.sum(1, keepdim=True).clamp(min=1), w.detach().clone()]


for mode in ['sum', 'mean']:
    for extra in [{}, {'padding_idx': 4}]:
        case('embedding_bag', scaled, n(6, 3), v([[0, 1, 2], [2, 4, 2], [5, 5, 5], [4, 4, 4]], dtype=I), _second=False, mode=mode,
             _oracle='PyTorch 2.6: embedding and sum', scale_grad_by_freq=True, **extra)


def weighted(w, x, factors, **options):
    return [F.embedding_bag(x, w, per_sample_weights=factors, **options), w.detach().clone()]


case('embedding_bag_factors', weighted, n(6, 3), i(0, 6, 4, 3), n(4, 3), mode='sum')
case('embedding_bag_factors', weighted, n(6, 3), i(0, 6, 4, 3), n(4, 3), mode='sum', padding_idx=2)
for offsets in [v(0, 4, dtype=I), v(0, 0, 5, dtype=I)]:
    case('embedding_bag_offsets_factors', bag, n(6, 3), FLAT, offsets, n(8), mode='sum')
    case('embedding_bag_offsets_factors', bag, n(6, 3), FLAT, offsets, n(8), mode='sum', padding_idx=4)

for a, b in [((5, 3), (5, 4)), ((2, 3, 3), (2, 3, 4)), ((3,), (4,)), ((0, 3), (0, 4))]:
    for bias in [True, False]:
        shapes = {'weight': (2, 3, 4), **({'bias': (2,)} if bias else {})}
        layer(nn.Bilinear, n(*a), n(*b), _shapes=shapes, in1_features=3, in2_features=4, out_features=2, bias=bias)


def rows(name, make, **options):
    """A table trained for 30 steps on recorded batches, its gradient by rows; the table after each tenth step."""
    g = torch.Generator().manual_seed(7)
    table = torch.randn(9, 3, generator=g, dtype=torch.float64)
    batches = torch.randint(0, 9, (30, 2, 4), generator=g)
    weights = torch.randn(30, 2, 4, 3, generator=g, dtype=torch.float64)
    w = nn.Parameter(table.clone())
    optimizer = make([w], **options)
    outputs = []
    for step in range(30):
        optimizer.zero_grad()
        x = batches[step]
        # Twice the same table: two gradients by rows, one of them with the padding row.
        y = F.embedding(x[0], w, sparse=True) * weights[step][0] + F.embedding(x[1], w, padding_idx=3, sparse=True).tanh() * weights[step][1]
        y.sum().backward()
        optimizer.step()
        if step % 10 == 9:
            outputs.append(pack(w))
    add({'op': 'embedding_rows.' + name, 'args': options, 'inputs': [pack(table), pack(batches), pack(weights)], 'outputs': outputs})


rows('SGD', torch.optim.SGD, lr=0.3)
rows('SGD', torch.optim.SGD, lr=0.3, maximize=True)
rows('Adagrad', torch.optim.Adagrad, lr=0.3)
rows('Adagrad', torch.optim.Adagrad, lr=0.3, lr_decay=0.1, initial_accumulator_value=0.2)
rows('SparseAdam', torch.optim.SparseAdam, lr=0.1)
rows('SparseAdam', torch.optim.SparseAdam, lr=0.05, betas=[0.8, 0.95], eps=1e-3)
rows('SparseAdam', torch.optim.SparseAdam, lr=0.05, maximize=True)
