"""Reductions: over all elements, over axes, kept or not; ties, empty tensors, infinities, NaN."""
import math

import torch

from .recorder import b, case, distinct, i, n, scalar, u, v

inf, nan = math.inf, math.nan
AXES = [None, 0, -1, [0, 2], [1], [0, 1, 2], []]
X = n(2, 3, 4)
TIES = v([[1.0, 3.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0], [-1.0, -0.0, 0.0, -5.0]])
ODD = v([[1.0, nan, 2.0], [inf, 1.0, -inf], [nan, nan, nan]])


def over(op, fn, *inputs, axes=AXES, **options):
    """One case for all elements and for each choice of axes, half of them with keepdim."""
    for k, dim in enumerate(axes):
        if dim is None:
            case(op, fn, *inputs, **options)
        else:
            case(op, fn, *inputs, dim=dim, keepdim=k % 2 == 0, **options)


def with_dim(fn):
    return lambda x, dim=None, keepdim=False, **k: fn(x, **k) if dim is None else fn(x, dim=dim, keepdim=keepdim, **k)


for name in ['sum', 'mean', 'nansum']:
    fn = with_dim(getattr(torch, name))
    over(name, fn, X, axes=AXES[:-1])
    over(name, fn, ODD, axes=[None, 0, 1], _second=False)
    over(name, fn, X.f32, axes=[None, 1])
    if name == 'sum':  # mean rounds its sum to f16 before it divides
        case(name, fn, n(3, 5, 7, scale=0.3).f16, dim=[0, 2], keepdim=False, _grad=False)
over('sum', with_dim(torch.sum), i(-5, 6, 2, 3), axes=[None, 0])
over('sum', with_dim(torch.sum), b(2, 3), axes=[None, 0])
over('sum', with_dim(torch.sum), n(0, 3), axes=[None, 0, 1])
over('mean', with_dim(torch.mean), n(0, 3), axes=[None, 0, 1], _grad=False)
over('sum', with_dim(torch.sum), n(), axes=[None, 0])
over('sum', with_dim(torch.sum), n(200, 3).f32, axes=[None, 0, 1], _second=False)

for name in ['var', 'std']:
    for unbiased in [True, False]:
        over(name, with_dim(getattr(torch, name)), X, axes=AXES[:-1], unbiased=unbiased)
    over(name, with_dim(getattr(torch, name)), ODD, axes=[0], unbiased=True, _second=False)
    case(name, with_dim(getattr(torch, name)), n(1, 3), dim=0, keepdim=False, unbiased=True, _second=False)
    case(name, with_dim(getattr(torch, name)), n(1, 3), dim=0, keepdim=False, unbiased=False, _second=False)
    case(name, with_dim(getattr(torch, name)), n(3, 4, shift=10.0), dim=1, keepdim=False, unbiased=True, _second=False)
    case(name, with_dim(getattr(torch, name)), n(3, 4, shift=100).f32, dim=1, keepdim=False, unbiased=True, _grad=False)
case('std', with_dim(torch.std), v([[1.0, 1.0], [2.0, 3.0]]), dim=1, keepdim=False, unbiased=True, _second=False)
case('var_mean', torch.var_mean, X, dim=1, unbiased=True, keepdim=True)

over('prod', with_dim(torch.prod), X, axes=[None, 0, -1, 1])
ZEROS = v([[0.0, 2.0, 3.0], [0.0, 0.0, 4.0], [1.5, -2.0, 3.0], [0.0, 0.0, 0.0]])
over('prod', with_dim(torch.prod), ZEROS, axes=[None, 0, 1])
over('prod', with_dim(torch.prod), v([[0.0, 2.0, 3.0], [1.0, 1.5, 4.0]]), axes=[None, 0, 1])
over('prod', with_dim(torch.prod), i(-3, 4, 2, 3), axes=[None, 0])
over('prod', with_dim(torch.prod), n(0, 3), axes=[None, 0, 1], _second=False)

for name in ['amax', 'amin']:
    fn = with_dim(getattr(torch, name))
    over(name, fn, X, axes=AXES[:-1])
    over(name, fn, TIES, axes=[None, 0, 1])
    over(name, fn, ODD, axes=[None, 0, 1], _second=False)
    over(name, fn, i(-5, 6, 2, 3), axes=[None, 0])
for name in ['max', 'min']:
    fn = with_dim(getattr(torch, name))
    case(name, fn, X)
    case(name, fn, TIES)
    case(name, fn, ODD, _second=False)
    case(name, fn, b(3))
    over(name + '_dim', fn, X, axes=[0, 1, -1])
    over(name + '_dim', fn, TIES, axes=[0, 1])
    over(name + '_dim', fn, ODD, axes=[0, 1], _second=False)
    over(name + '_dim', fn, i(-5, 6, 2, 3), axes=[0])
for name in ['argmax', 'argmin']:
    fn = with_dim(getattr(torch, name))
    over(name, fn, X, axes=[None, 0, 1, -1], _grad=False)
    over(name, fn, TIES, axes=[None, 0, 1], _grad=False)
    over(name, fn, ODD, axes=[None, 0, 1], _grad=False)

for name in ['any', 'all']:
    fn = with_dim(getattr(torch, name))
    for x in [b(2, 3), n(2, 3), i(-1, 2, 2, 3), b(0, 3), v([[nan, 0.0], [0.0, -0.0]])]:
        over(name, fn, x, axes=[None, 0, 1], _grad=False)
over('count_nonzero', lambda x, dim=None, keepdim=False: torch.count_nonzero(x, dim), i(-1, 2, 3, 4), axes=[None, 0, 1])

for p in [0, 1, 2, 3, -1, 0.5, 2.5, inf, -inf]:
    fn = lambda x, p, dim=None, keepdim=False: torch.linalg.vector_norm(x, p, dim, keepdim)
    over('norm', fn, X, axes=[None, 1, [0, 2]], p=p, _grad=p != 0)  # PyTorch gives none for p = 0
    case('norm', fn, v([[3.0, -3.0, 0.0], [0.0, 0.0, 0.0], [1.0, -2.0, 2.0]]), dim=1, keepdim=False, p=p, _second=False, _grad=p != 0)
case('norm', lambda x, p, dim=None, keepdim=False: torch.linalg.vector_norm(x, p, dim, keepdim), n(3, 4).f32, p=2)
case('norm', lambda x, p, dim=None, keepdim=False: torch.linalg.vector_norm(x, p, dim, keepdim), v(1.0, nan, inf), p=2, _second=False)

over('logsumexp', with_dim(torch.logsumexp), X, axes=[0, -1, [0, 2], [0, 1, 2]])
over('logsumexp', with_dim(torch.logsumexp), v([[inf, 1.0], [1000.0, 1000.0], [-1000.0, -inf], [nan, 0.0]]), axes=[1], _second=False)
over('logsumexp', with_dim(torch.logsumexp), v([[-inf, -inf], [0.0, -inf]]), axes=[1], _grad=False)  # its gradient is nan in PyTorch, 0 here
over('logsumexp', with_dim(torch.logsumexp), n(3, 4).f32, axes=[1])

for name in ['cumsum', 'cumprod']:
    fn = getattr(torch, name)
    for dim in [0, 1, -1]:
        case(name, fn, X, dim=dim)
    case(name, fn, n(3, 4).f32, dim=1)
    case(name, fn, i(-5, 6, 2, 3), dim=1)
    case(name, fn, ODD, dim=1, _second=False, _grad=name == 'cumsum')  # the product's gradient divides by infinity or NaN there
    case(name, fn, ZEROS, dim=1)
case('cumprod', torch.cumprod, v([[2.0, 0.0, 3.0, 4.0], [0.0, 2.0, 0.0, 1.0], [1.0, 2.0, 3.0, 0.0]]), dim=1)
case('cumsum', torch.cumsum, b(2, 3), dim=1)
case('cumsum', torch.cumsum, n(0, 3), dim=0, _grad=False)
for name in ['cummax', 'cummin']:
    for x in [X, TIES, i(-3, 4, 3, 4)]:
        case(name, getattr(torch, name), x, dim=0)
        case(name, getattr(torch, name), x, dim=-1)
    case(name, getattr(torch, name), v(1.0, nan, 3.0, 0.0), dim=0, _second=False)
case('logcumsumexp', torch.logcumsumexp, X, dim=1)

case('softmax', torch.softmax, X, dim=-1)
case('softmax', torch.softmax, X, dim=1)
case('softmax', torch.softmax, v([[1000.0, 999.0, -inf], [-inf, -inf, -inf], [inf, 0.0, 1.0]]), dim=1, _second=False)
case('softmax', torch.softmax, n(3, 5).f32, dim=0)
case('softmax', torch.softmax, n(5), dim=0)
case('log_softmax', torch.log_softmax, X, dim=-1)
case('log_softmax', torch.log_softmax, X, dim=0)
case('log_softmax', torch.log_softmax, v([[1000.0, 999.0, -inf], [-inf, -inf, -inf], [0.0, -1000.0, 1.0]]), dim=1, _second=False)
case('log_softmax', torch.log_softmax, n(3, 5).f32, dim=1)
