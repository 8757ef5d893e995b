"""Embeddings and bags of them over their options."""
import torch.nn.functional as F

from .case import Call


def options(d, rows):
    return d.some(padding_idx=lambda: d.int(-rows, rows - 1), max_norm=lambda: d.real(0.3, 2)), d.some(norm_type=lambda: d.pick([1.0, 2.0, 3.0, float('inf')]))


def single(d):
    rows, width = d.int(1, 7), d.pick([1, 2, 3, 9])
    first, second = options(d, rows)
    args = {**first, **(second if 'max_norm' in first else {}), **d.some(scale_grad_by_freq=True)}
    indices = d.integers(0, rows + (1 if d.chance(0.03) else 0), *[d.batch(0.03) for _ in range(d.int(0, 3))])
    run = lambda w, x: [F.embedding(x, w, **args), w.detach().clone()]
    return Call('embedding_options', run, [d.normal(rows, width), indices], args, second='scale_grad_by_freq' not in args)


def bag(d):
    rows, width = d.int(2, 7), d.pick([1, 2, 3, 9])
    first, second = options(d, rows)
    args = {'mode': d.pick(['sum', 'mean', 'max']), **first, **(second if 'max_norm' in first else {})}
    table = d.normal(rows, width)
    factors = args['mode'] == 'sum' and d.chance(0.4)
    if d.chance(0.5):
        shape = [d.batch(0.03), d.int(1, 5)]
        more = [d.normal(*shape)] if factors else []
        run = lambda w, x, f=None: [F.embedding_bag(x, w, per_sample_weights=f, **args), w.detach().clone()]
        return Call('embedding_bag' + ('_factors' if factors else ''), run, [table, d.integers(0, rows, *shape), *more], args)
    count = d.int(0, 9)
    starts = sorted(d.int(0, count) for _ in range(d.int(0, 4)))
    offsets = [0] + starts
    if d.chance(0.4):
        args['include_last_offset'] = True
        offsets = offsets + [count]
    more = [d.normal(count)] if factors else []
    run = lambda w, x, o, f=None: [F.embedding_bag(x, w, o, per_sample_weights=f, **args), w.detach().clone()]
    return Call('embedding_bag_offsets' + ('_factors' if factors else ''), run, [table, d.integers(0, rows, count), d.integers(0, 1, 0).new_tensor(offsets), *more], args)


ALL = [single, bag, bag]
