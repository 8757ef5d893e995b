"""Indexing: views and copies, assignment, gather and scatter, embedding."""
import math

import torch
import torch.nn.functional as F

from .recorder import b, case, i, n, perm, scalar, u, v

X = n(4, 3, 5)
I = torch.int64


def get(x, *tensors, index):
    """x[index], where '$k' in the index stands for the k-th of the tensors."""
    return x[tuple(tensors[int(p[1:])] if isinstance(p, str) and p.startswith('$') else p for p in index)]


def put(x, y, *tensors, index):
    """y = 2 x; y[index] = value."""
    z = x * 2
    z[tuple(tensors[int(p[1:])] if isinstance(p, str) and p.startswith('$') else p for p in index)] = y
    return z


def put_number(x, *tensors, index, value):
    return put(x, value, *tensors, index=index)


S = slice
VIEWS = [[0], [-1], [S(1, 3)], [S(None, None, 2)], [S(1, None, 2), S(None, -1)], [..., 0], [..., S(None, 2)], [1, ..., -2],
         [None, 2], [S(None), None, S(1, 2)], [..., None], [S(None), -1, S(4, 1)], [0, 1, 2], [S(-3, -1), 1], [S(0, 100)]]
for index in VIEWS:
    case('index', get, X, index=index)
    if index != [S(None), -1, S(4, 1)]:
        case('index_put_number', put_number, X, index=index, value=1.5)

ROWS, COLUMNS = v(2, 0, 2, dtype=I), v(1, 1, 0, dtype=I)
NEGATIVE, GRID = v(-1, 0, dtype=I), v([[0, 3], [1, 1]], dtype=I)
COPIES = [  # tensors, index
    ([ROWS], ['$0']), ([COLUMNS], [S(None), '$0']), ([ROWS, COLUMNS], ['$0', '$1']), ([ROWS, COLUMNS], ['$0', S(None), '$1']),
    ([GRID], ['$0']), ([GRID], ['$0', 1]), ([NEGATIVE], [..., '$0']), ([ROWS, COLUMNS], ['$0', S(1, 3), '$1']),
    ([NEGATIVE, COLUMNS], [S(None), '$0', None, '$0']), ([v([[0], [1]], dtype=I), v(2, 0, 1, dtype=I)], ['$0', '$1']),
    ([ROWS], [S(0, 3), 1, '$0']), ([ROWS], [1, S(None), '$0']), ([ROWS], [None, '$0']), ([scalar(2, I)], ['$0']),
    ([b(4)], ['$0']), ([b(4, 3)], ['$0']), ([b(4, 3, 5)], ['$0']), ([b(3)], [S(None), '$0']), ([b(5)], [..., '$0']),
    ([v(True, False, True, False, dtype=torch.bool), v(0, 2, dtype=I)], ['$0', '$1']),
    ([v(False, False, False, False, dtype=torch.bool)], ['$0']), ([i(0, 3, 0)], ['$0']), ([ROWS.i32.f64.i64], [S(None, None, 2), S(None), '$0']),
]
for tensors, index in COPIES:
    case('index', get, X, *tensors, index=index)
    case('index_put_number', put_number, X, *tensors, index=index, value=1.5)
UNIQUE = v(2, 0, 3, dtype=I)
for tensors, index, shape in [
        ([], [1], (3, 5)), ([], [S(1, 3)], (5,)), ([], [S(None, None, 2), ..., 0], (2, 1)), ([], [..., None, 1], (4, 3, 1)),
        ([], [0, 0, 0], ()), ([UNIQUE], ['$0'], (3, 3, 5)), ([UNIQUE], ['$0'], (5,)), ([UNIQUE, COLUMNS], ['$0', '$1'], (3, 5)),
        ([UNIQUE], [S(None), S(1, 2), '$0'], (4, 1, 3)), ([v(True, False, True, True, dtype=torch.bool)], ['$0'], (3, 3, 5)),
        ([v(True, False, True, True, dtype=torch.bool)], ['$0'], ()), ([v(True, False, True, dtype=torch.bool)], [S(None), '$0'], (4, 2, 5)),
        ([UNIQUE, COLUMNS], ['$0', S(None), '$1'], (3, 3))]:
    case('index_put', put, X, n(*shape), *tensors, index=index)
case('index_put', put, i(0, 9, 4), n(2), index=[S(1, 3)], _grad=False)
case('index_put', put, n(4).f32, n(2), index=[S(1, 3)], _grad=False)
for accumulate in [False, True]:
    case('index_put_', lambda x, y, r, c, accumulate: (x * 2).index_put_((r, c), y, accumulate), X, n(3, 5),
         v(2, 0, 2, dtype=I) if accumulate else UNIQUE, COLUMNS, accumulate=accumulate)

for dim, size in [(0, (2, 3, 5)), (1, (4, 2, 5)), (2, (4, 3, 7)), (-1, (2, 2, 2))]:
    bound = [4, 3, 5][dim]
    case('gather', lambda x, index, dim: torch.gather(x, dim, index), X, i(0, bound, *size), dim=dim)
    case('scatter_add', lambda x, index, y, dim: torch.scatter_add(x, dim, index, y), X, i(0, bound, 2, 3, 4), n(2, 3, 4), dim=dim)
    case('take_along_dim', lambda x, index, dim: torch.take_along_dim(x, index, dim), X,
         i(0, bound, *[s if k == dim % 3 else 1 for k, s in enumerate(size)]), dim=dim)
case('gather', lambda x, index, dim: torch.gather(x, dim, index), n(4), i(0, 4, 6), dim=0)
case('scatter', lambda x, index, y, dim: torch.scatter(x, dim, index, y), X, v([[[0, 1, 2, 3, 4]], [[4, 3, 2, 1, 0]]], dtype=I), n(2, 1, 5), dim=2)
case('scatter', lambda x, index, y, dim: torch.scatter(x, dim, index, y), n(3, 4), v([[0, 2], [1, 0]], dtype=I), n(2, 2), dim=0)
case('scatter_number', lambda x, index, dim, value: torch.scatter(x, dim, index, value), n(3, 4), v([[0, 2], [1, 0]], dtype=I), dim=1, value=1.5)
for reduce in ['sum', 'prod', 'amax', 'amin', 'mean']:
    for include_self in [True, False]:
        case('scatter_reduce', lambda x, index, y, dim, reduce, include_self: torch.scatter_reduce(x, dim, index, y, reduce, include_self=include_self),
             n(3, 4), v([[0, 0, 1], [2, 2, 2]], dtype=I), n(2, 3), dim=1, reduce=reduce, include_self=include_self)
for dim, index in [(0, v(3, 0, 3, dtype=I)), (1, v(2, 2, 1, 0, dtype=I)), (-1, v(4, dtype=I)), (0, i(0, 1, 0))]:
    case('index_select', lambda x, index, dim: torch.index_select(x, dim, index), X, index, dim=dim)
case('index_add', lambda x, index, y, dim, alpha: torch.index_add(x, dim, index, y, alpha=alpha), X, v(1, 1, 0, dtype=I), n(3, 3, 5), dim=0, alpha=1.0)
case('index_add', lambda x, index, y, dim, alpha: torch.index_add(x, dim, index, y, alpha=alpha), X, v(2, 2, dtype=I), n(4, 2, 5), dim=1, alpha=-0.5)
case('index_copy', lambda x, index, y, dim: torch.index_copy(x, dim, index, y), X, v(2, 0, dtype=I), n(2, 3, 5), dim=0)
case('index_fill', lambda x, index, dim, value: torch.index_fill(x, dim, index, value), X, v(2, 0, dtype=I), dim=1, value=1.5)
for mask in [b(2, 3), b(3), b(2, 1)]:
    case('masked_fill', lambda x, m, value: x.masked_fill(m, value), n(2, 3), mask, value=-7.5)
    case('masked_fill', lambda x, m, value: x.masked_fill(m, value), i(0, 5, 2, 3), mask, value=3)
    case('masked_select', torch.masked_select, n(2, 3), mask)
case('masked_fill', lambda x, m, value: x.masked_fill(m, value), n(2, 3), b(2, 3), value=-math.inf, _second=False)
case('masked_fill_tensor', lambda x, m, y: x.masked_fill(m, y), n(2, 3), b(2, 3), n())
case('masked_select', torch.masked_select, n(3), b(2, 3))
case('masked_scatter', torch.masked_scatter, n(2, 3), v([[True, False, True], [False, True, False]], dtype=torch.bool), n(4))
case('take', torch.take, n(3, 4), i(0, 12, 2, 3))
case('take', torch.take, n(3, 4), v(-1, -12, dtype=I))
for x in [b(3, 4), i(0, 2, 5), n(), v(0.0, -0.0, 2.0, math.nan), b(2, 2, 2), b(0, 3)]:
    case('nonzero', torch.nonzero, x, _grad=False)
case('one_hot', lambda x, num_classes: F.one_hot(x, num_classes), i(0, 4, 2, 3), num_classes=5)
case('one_hot', lambda x, num_classes: F.one_hot(x, num_classes), v(2, 0, 1, dtype=I), num_classes=-1)

embedding = lambda weight, index, padding_idx=None: F.embedding(index, weight, padding_idx)
case('embedding', embedding, n(5, 3), i(0, 5, 2, 4))
case('embedding', embedding, n(5, 3), v([[0, 2, 2], [4, 2, 1]], dtype=I), padding_idx=2)
case('embedding', embedding, n(5, 3), v([[0, 2, 2], [4, 2, 1]], dtype=I), padding_idx=-1)
case('embedding', embedding, n(5, 3), scalar(3, I))
case('embedding', embedding, n(5, 3).f32, v(0, 2, 2, dtype=torch.int32))
