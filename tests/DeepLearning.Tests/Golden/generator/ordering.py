"""Order: sort, topk, kthvalue, median, quantile, unique, searchsorted, histogram, bincount."""
import math

import torch

from .recorder import b, case, distinct, i, n, u, v

inf, nan = math.inf, math.nan
X = distinct(2, 3, 5)
TIES = v([[3.0, 1.0, 3.0, 1.0, 2.0], [0.0, -0.0, 0.0, -0.0, 0.0]])
ODD = v([[1.0, nan, 2.0, -inf], [inf, 1.0, -inf, nan]])

for descending in [False, True]:
    for dim in [0, 1, -1]:
        case('sort', torch.sort, X, dim=dim, descending=descending)
    sort = lambda x, dim, descending: torch.sort(x, dim=dim, descending=descending, stable=True)
    case('sort', sort, TIES, dim=1, descending=descending)
    case('sort', sort, ODD, dim=1, descending=descending, _second=False)
    case('sort', sort, i(0, 4, 3, 8), dim=1, descending=descending)
    case('sort', sort, i(0, 3, 40), dim=0, descending=descending)
    case('sort', sort, b(6), dim=0, descending=descending)
    case('argsort', lambda x, dim, descending: torch.argsort(x, dim, descending), X, dim=1, descending=descending, _grad=False)
case('sort', torch.sort, n(0, 3), dim=0, descending=False, _grad=False)
case('sort', torch.sort, n(), dim=0, descending=False)

for largest in [True, False]:
    for dim in [0, 1, -1]:
        case('topk', torch.topk, X, k=2, dim=dim, largest=largest)
    case('topk', torch.topk, distinct(7), k=7, dim=0, largest=largest)
    case('topk_values', lambda *a, **k: torch.topk(*a, **k)[0], i(0, 4, 3, 8), k=5, dim=1, largest=largest)
    case('topk_values', lambda *a, **k: torch.topk(*a, **k)[0], ODD, k=2, dim=1, largest=largest, _second=False)
    case('topk', torch.topk, distinct(4), k=0, dim=0, largest=largest, _grad=False)
for k in [1, 2, 3]:
    case('kthvalue', torch.kthvalue, X, k=k, dim=1, keepdim=k == 2)
case('kthvalue', torch.kthvalue, X, k=5, dim=-1, keepdim=False)
case('kthvalue', torch.kthvalue, ODD, k=4, dim=1, keepdim=False, _second=False)

case('median', torch.median, distinct(7))
case('median', torch.median, distinct(8))
case('median', torch.median, distinct(2, 3))
case('median', torch.median, v(1.0, nan, 2.0), _second=False)
case('median', torch.median, i(-5, 6, 8))
for dim in [0, 1, -1]:
    case('median_dim', torch.median, distinct(4, 3, 5), dim=dim, keepdim=dim == 1)
case('median_dim', torch.median, ODD, dim=1, keepdim=False, _second=False)
case('nanmedian', torch.nanmedian, v(1.0, nan, 2.0, 5.0), _second=False)

for interpolation in ['linear', 'lower', 'higher', 'nearest', 'midpoint']:
    fn = lambda x, q, dim=None, keepdim=False, interpolation='linear': torch.quantile(x, q, dim, keepdim, interpolation=interpolation)
    for q in [0.0, 0.3, 0.5, 1.0]:
        case('quantile', fn, distinct(2, 6), q=q, dim=1, keepdim=q == 0.5, interpolation=interpolation)
    case('quantile', fn, distinct(3, 4), q=0.37, interpolation=interpolation)
    case('quantiles', lambda x, q, **k: torch.quantile(x, q, **k), distinct(3, 4), v(0.1, 0.5, 0.9), dim=0, keepdim=False, interpolation=interpolation, _grad=False)
case('quantile', lambda x, q, **k: torch.quantile(x, q, **k), v([[1.0, nan, 2.0], [1.0, 5.0, 2.0]]), q=0.5, dim=1, _second=False)

for x in [i(0, 5, 12), i(-2, 3, 3, 4), n(6), v(2.0, 1.0, 2.0, -0.0, 0.0), b(5), i(0, 5, 0)]:
    case('unique', lambda x: torch.unique(x, return_inverse=True, return_counts=True), x, _grad=False)
case('unique_dim', lambda x, dim: torch.unique(x, dim=dim, return_inverse=True, return_counts=True), i(0, 2, 6, 2), dim=0)
case('unique_dim', lambda x, dim: torch.unique(x, dim=dim, return_inverse=True, return_counts=True), i(0, 2, 2, 7, 2), dim=1)
case('unique_dim', lambda x, dim: torch.unique(x, dim=dim, return_inverse=True, return_counts=True), v(2.0, -1.0, 2.0, 0.5), dim=0, _grad=False)
case('unique_consecutive', lambda x: torch.unique_consecutive(x, return_inverse=True, return_counts=True), v(1, 1, 2, 2, 1, 3, 3, dtype=torch.int64))

SORTED = v(-1.0, 0.0, 0.0, 1.5, 3.0)
for right in [False, True]:
    case('searchsorted', torch.searchsorted, SORTED, v(-2.0, -1.0, 0.0, 0.5, 3.0, 4.0, nan, inf), right=right, _grad=False)
    case('searchsorted', torch.searchsorted, v([[1.0, 2.0, 3.0], [0.0, 2.0, 2.0]]), v([[0.0, 2.0], [2.0, 9.0]]), right=right, _grad=False)
    case('searchsorted', torch.searchsorted, v(1, 3, 3, 7, dtype=torch.int64), v([[3, 8], [0, 1]], dtype=torch.int64), right=right)
    case('bucketize', lambda x, y, right: torch.bucketize(x, y, right=right), v([[0.0, 2.0], [3.0, 1.5]]), SORTED, right=right, _grad=False)

for x in [n(30), n(5, 4), v(-1.0, 0.0, 0.5, 1.0, 2.0, 2.0)]:
    case('histc', torch.histc, x, bins=6, min=-1.0, max=2.0, _grad=False)
    case('histc', torch.histc, x, bins=4, min=0.0, max=0.0, _grad=False)
    case('histogram', lambda x, bins, range: torch.histogram(x, bins, range=range), x, bins=6, range=[-1.0, 2.0], _grad=False)
    case('histogram', lambda x, bins: torch.histogram(x, bins), x, bins=3, _grad=False)
case('bincount', torch.bincount, v(1, 3, 1, 0, 5, dtype=torch.int64))
case('bincount', torch.bincount, v(1, 3, 1, 0, dtype=torch.int64), minlength=7)
case('bincount', torch.bincount, i(0, 5, 0), minlength=2)
case('bincount_weights', lambda x, w, minlength: torch.bincount(x, w, minlength), v(1, 3, 1, 0, 5, dtype=torch.int64), n(5), minlength=0, _grad=False)
