"""Type promotion: every pair of dtypes, with a tensor of zero dimensions, and with numbers; defaults of results."""
import torch

from .recorder import NAMES, case, case_if_any, scalar, v

DTYPES = list(NAMES)


def vector(dtype):
    return v(1, 0, 3, dtype=torch.int64).to(dtype)


for a in DTYPES:
    for c in DTYPES:
        case('add', torch.add, vector(a), vector(c), _grad=False)
        case('add', torch.add, vector(a), scalar(1, torch.int64).to(c), _grad=False)
        case('promote_types', lambda x, y: torch.zeros(0, dtype=torch.promote_types(x.dtype, y.dtype)), vector(a), vector(c), _grad=False)
    for other in [2, 2.5, True]:
        case('add_scalar', lambda x, other: x + other, vector(a), other=other, _grad=False)
        case('mul_scalar', lambda x, other: x * other, vector(a), other=other, _grad=False)
        case('add_scalar', lambda x, other: x + other, scalar(1, torch.int64).to(a), other=other, _grad=False)
    case_if_any('div', torch.div, vector(a), v(1, 2, 4, dtype=torch.int64), _grad=False)
    case_if_any('div_scalar', lambda x, other: x / other, vector(a), other=2, _grad=False)
    case_if_any('eq', torch.eq, vector(a), v(1.0, 0.5, 3.0), _grad=False)
    case_if_any('lt_scalar', torch.lt, vector(a), other=2, _grad=False)
    case_if_any('sum', torch.sum, vector(a), _grad=False)
    case_if_any('prod', torch.prod, vector(a), _grad=False)
    case_if_any('cumsum', torch.cumsum, vector(a), dim=0, _grad=False)
    case_if_any('max', torch.max, vector(a), _grad=False)
    case_if_any('argmax', torch.argmax, vector(a), _grad=False)
    case_if_any('any', torch.any, vector(a), _grad=False)
    case_if_any('all', torch.all, vector(a), _grad=False)
    case_if_any('sort', torch.sort, vector(a), _grad=False)
    case_if_any('cat', lambda *x, dim: torch.cat(x, dim), vector(a), v(1, 2, dtype=torch.int32), dim=0, _grad=False)
    case_if_any('full_like', torch.full_like, vector(a), fill_value=1, _grad=False)
    case_if_any('count_nonzero', torch.count_nonzero, vector(a), _grad=False)
    if a.is_floating_point:
        case_if_any('mean', torch.mean, vector(a), _grad=False)
case('sum_dtype', lambda x, dtype: torch.sum(x, dtype=dtype), v(1, 2, 3, dtype=torch.int64), dtype=torch.float32)
case('sum_dtype', lambda x, dtype: torch.sum(x, dtype=dtype), v(1.7, 2.7, 3.0), dtype=torch.int64, _grad=False)
case('sum_dtype', lambda x, dtype: torch.sum(x, dtype=dtype), v(100.0, 1e-3).f16, dtype=torch.float32)
case('mean_dtype', lambda x, dtype: torch.mean(x, dtype=dtype), v(1, 2, 4, dtype=torch.int64), dtype=torch.float64)
case('prod_dtype', lambda x, dtype: torch.prod(x, dtype=dtype), v(1, 2, 4, dtype=torch.int64), dtype=torch.float64)
case('cumsum_dtype', lambda x, dim, dtype: torch.cumsum(x, dim, dtype=dtype), v(1, 2, 4, dtype=torch.int64), dim=0, dtype=torch.float32)
# The dtype that a reduction or a product of mixed operands gives, and assignment keeps the target's.
case('pow', torch.pow, v(2, 3, dtype=torch.int64), v(2, 3, dtype=torch.int32))
case('pow', torch.pow, v(2.0, 3.0).f16, v(2, 3, dtype=torch.int64), _grad=False)
case('maximum', torch.maximum, v(2, 3, dtype=torch.int64), v(2.5, 1.0).f32, _grad=False)
case('atan2', torch.atan2, v(2, 3, dtype=torch.int64), v(2, 1, dtype=torch.int64), _grad=False)
case('floor_divide', torch.floor_divide, v(7, -7, dtype=torch.int64), v(2.0, 2.0).f32, _grad=False)
case('remainder', torch.remainder, v(7, -7, dtype=torch.int64), v(2, 3, dtype=torch.uint8), _grad=False)
