"""The operations: how each one's inputs and arguments are drawn. Keys, groups and arguments are those of the golden tests."""
import math

import torch
import torch.nn.functional as F

from .draw import BF16, BOOL, F16, F32, F64, FLOATS, I32, I64, INTEGERS, U8
from .programs import decode

ALL = []


class Op:
    def __init__(self, group, key, fn, draw, grad=True, second=True, own=False, fixed=()):
        self.group, self.key, self.fn, self.draw, self.grad, self.second, self.own, self.fixed = group, key, fn, draw, grad, second, own, fixed


def op(group, key, fn, draw, **options):
    ALL.append(Op(group, key, fn, draw, **options))


def one(type='float', domain='any', low=0, high=3, wild=True, **args):
    """Draws one tensor, and each argument that is a function."""
    def draw(d):
        d.wild &= wild
        dtype = {'float': d.mostly_float, 'any': d.any_type, 'integer': lambda: d.pick([I64, I32, U8, BOOL]), 'pure': d.float_type}[type]()
        x = d.tensor(d.shape(low, high), dtype, domain)
        return [x], {k: a(d, x) if callable(a) else a for k, a in args.items()}
    return draw


def axis(d, x):
    return d.axis(x.dim())


def keep(d, x):
    return d.chance(0.5)


# Elementwise

DOMAINS = {'log': 'positive', 'log2': 'positive', 'log10': 'positive', 'sqrt': 'positive', 'rsqrt': 'positive', 'reciprocal': 'positive', 'log1p': 'positive',
           'asin': 'unit', 'acos': 'unit', 'atanh': 'unit', 'erfinv': 'unit', 'acosh': 'above one', 'tan': 'angle', 'logit': 'probability', 'lgamma': 'positive',
           'digamma': 'positive'}
for name in ['exp', 'exp2', 'expm1', 'log', 'log1p', 'log2', 'log10', 'sqrt', 'rsqrt', 'square', 'reciprocal', 'neg', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan',
             'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'erf', 'erfc', 'erfinv', 'sigmoid', 'logit', 'lgamma', 'digamma', 'sinc', 'abs', 'sign', 'floor',
             'ceil', 'round', 'trunc', 'frac', 'deg2rad', 'rad2deg']:
    op('sums' if name in ('logit', 'sinc', 'digamma') else 'elementwise', name, getattr(torch, name), one('any' if name in ('neg', 'square', 'abs', 'sign') else 'float', DOMAINS.get(name, 'any')),
       second=name not in ('lgamma', 'digamma'))  # PyTorch's trigamma has ten digits
for name in ['isnan', 'isinf', 'isfinite', 'isposinf', 'isneginf', 'signbit', 'logical_not']:
    op('elementwise', name, getattr(torch, name), one('any'))
op('elementwise', 'bitwise_not', torch.bitwise_not, one('integer'))
op('elementwise', 'clamp', torch.clamp, lambda d: ([d.tensor(d.shape(), d.pick([F64, F32, F16, BF16, I64, I32]))], d.pick([{'min': -1, 'max': 2}, {'min': 0.5}, {'max': 1}, {'min': 1.5, 'max': -0.5}])))
op('elementwise', 'nan_to_num', torch.nan_to_num, one('pure', nan=lambda d, x: float(d.number()), posinf=9.0, neginf=-9.0))
op('elementwise', 'pow_scalar', lambda x, exponent: torch.pow(x, exponent), one('any', 'positive', exponent=lambda d, x: d.pick([0, 1, 2, 3, 0.5, -1, -0.5, 2.5])))
op('elementwise', 'scalar_pow', lambda x, base: torch.pow(base, x), one('float', base=lambda d, x: d.pick([0, 1, 2, 0.5, 3.0])))
op('elementwise', 'round_decimals', torch.round, one('pure', decimals=lambda d, x: d.int(-1, 3)), own=True, grad=False)
op('elementwise', 'to', lambda x, dtype: x.to(dtype), one('any', 'positive', wild=False, dtype=lambda d, x: d.pick([*FLOATS, *INTEGERS, BOOL])))

# Activations

for name, fn, options in [('relu', F.relu, {}), ('leaky_relu', F.leaky_relu, {'negative_slope': 0.3}), ('elu', F.elu, {'alpha': 0.7}), ('gelu', F.gelu, {}),
                          ('silu', F.silu, {}), ('relu6', F.relu6, {}), ('celu', F.celu, {'alpha': 0.7}), ('selu', F.selu, {}), ('mish', F.mish, {}),
                          ('hardtanh', F.hardtanh, {'min_val': -0.5, 'max_val': 2.0}), ('hardsigmoid', F.hardsigmoid, {}), ('hardswish', F.hardswish, {}),
                          ('logsigmoid', F.logsigmoid, {}), ('softsign', F.softsign, {}), ('tanhshrink', F.tanhshrink, {}), ('hardshrink', F.hardshrink, {'lambd': 0.75}),
                          ('softshrink', F.softshrink, {'lambd': 0.75}), ('threshold', F.threshold, {'threshold': 0.5, 'value': -3.0}),
                          ('softplus', F.softplus, {'beta': 2.0, 'threshold': 5.0}), ('gelu', F.gelu, {'approximate': 'tanh'})]:
    # At -inf four of them are NaN in PyTorch, which is a product of infinity and zero on the way.
    op('sums' if name in ('gelu', 'tanhshrink') else 'activations', name, fn, one('pure', wild=name not in ('gelu', 'silu', 'mish', 'hardswish'), **options))
op('activations', 'glu', F.glu, lambda d: ([d.tensor([*d.shape(0, 1), d.pick([2, 4, 34]), *d.shape(0, 1)], d.float_type())], {'dim': d.int(-1, 0)}))
op('activations', 'prelu', F.prelu, lambda d: (lambda t: ([d.tensor([2, 3, d.size()], t), d.tensor([d.pick([1, 3])], t)], {}))(d.float_type()))


# Two operands and three

def two(types='any', left='any', right='any', **args):
    def draw(d):
        kind = {'any': d.any_type, 'float': d.mostly_float, 'real': d.float_type, 'integer': lambda: d.pick([I64, I32, U8, BOOL])}[types]
        a = kind()
        b = a if d.chance(0.6) else kind()
        if right == 'positive' and b == BOOL:
            return None  # holds zeros
        shape = d.shape()
        shapes = [d.broadcast(shape), shape] if d.chance(0.3) else [shape, d.broadcast(shape)]
        x, y = d.tensor(shapes[0], a, left), d.tensor(shapes[1], b, right)
        return [x, y], {k: v(d, x) if callable(v) else v for k, v in args.items()}
    return draw


for name, types, left, right in [('add', 'any', 'any', 'any'), ('sub', 'any', 'any', 'any'), ('mul', 'any', 'any', 'any'), ('div', 'any', 'any', 'positive'),
                                 ('pow', 'float', 'positive', 'any'), ('atan2', 'float', 'any', 'any'), ('maximum', 'any', 'ties', 'ties'),
                                 ('minimum', 'any', 'ties', 'ties'), ('hypot', 'real', 'any', 'any'), ('fmax', 'any', 'ties', 'ties'),
                                 ('fmin', 'any', 'ties', 'ties'), ('xlogy', 'float', 'any', 'positive'), ('logaddexp', 'float', 'any', 'any'),
                                 ('logaddexp2', 'float', 'any', 'any'), ('copysign', 'float', 'any', 'any')]:
    op('sums' if name[:3] == 'log' else 'binary', name, getattr(torch, name), two(types, left, right))
op('binary', 'xlog1py', torch.special.xlog1py, two('float', 'any', 'positive'))
for name in ['fmod', 'remainder', 'floor_divide']:
    op('binary', name, getattr(torch, name), two('any', 'any', 'positive'), grad=name != 'floor_divide')
for name in ['eq', 'ne', 'lt', 'le', 'gt', 'ge']:
    op('binary', name, getattr(torch, name), two('any', 'ties', 'ties'), own=True)
    op('binary', name + '_scalar', getattr(torch, name), one('any', 'ties', other=lambda d, x: d.number()), own=True)
for name in ['logical_and', 'logical_or', 'logical_xor']:
    op('binary', name, getattr(torch, name), two('any', 'ties', 'ties'))
for name in ['bitwise_and', 'bitwise_or', 'bitwise_xor']:
    op('binary', name, getattr(torch, name), two('integer'))
    op('binary', name + '_scalar', getattr(torch, name), one('integer', other=lambda d, x: d.int(0, 5)))
for name, fn in [('add', lambda x, other: x + other), ('sub', lambda x, other: x - other), ('rsub', lambda x, other: other - x), ('mul', lambda x, other: x * other),
                 ('div', lambda x, other: x / other), ('rdiv', lambda x, other: other / x), ('fmod', torch.fmod), ('remainder', torch.remainder),
                 ('floor_divide', torch.floor_divide)]:
    op('binary', name + '_scalar', fn, one('any', 'positive', other=lambda d, x: d.number()), grad=name != 'floor_divide')
op('binary', 'div_mode', lambda x, y, mode: torch.div(x, y, rounding_mode=mode), two('any', 'any', 'positive', mode=lambda d, x: d.pick(['floor', 'trunc'])), grad=False)
op('sums', 'add_alpha', lambda x, y, alpha: torch.add(x, y, alpha=alpha), two('any', alpha=lambda d, x: d.pick([2, -1, 3])))
op('sums', 'sub_alpha', lambda x, y, alpha: torch.sub(x, y, alpha=alpha), two('any', alpha=lambda d, x: d.pick([2, -1, 3])))
op('binary', 'isclose', torch.isclose, two('any', 'ties', 'ties', rtol=0.25, atol=0.25, equal_nan=keep), grad=False, own=True)


def three(first=None, left='any', right='any', **args):
    def draw(d):
        t, shape = d.float_type(), d.shape()
        x = d.tensor(shape, first or t)
        return [x, d.tensor(d.broadcast(shape), t, left), d.tensor(d.broadcast(shape), t, right)], {k: v(d, x) for k, v in args.items()}
    return draw


value = {'value': lambda d, x: d.number()}
op('binary', 'where', torch.where, three(first=BOOL))
op('sums', 'lerp', torch.lerp, three(right='probability'))
op('sums', 'addcmul', torch.addcmul, three(**value))
op('sums', 'addcdiv', torch.addcdiv, three(right='positive', **value))
op('binary', 'clamp_tensor', torch.clamp, three(left='ties', right='ties'))
op('sums', 'lerp_scalar', torch.lerp, two('real', weight=lambda d, x: d.pick([0.25, 0.5, 0.75, -1.0, 2.0])))


# Reductions

def over(kind='float', domain='any', several=True, none=True, low=0, keepdim=True, **args):
    def draw(d):
        t = {'float': d.float_type, 'any': d.any_type}[kind]()
        x = d.tensor(d.shape(low, 3), t, domain)
        more = {k: v(d, x) if callable(v) else v for k, v in args.items()}
        if none and d.chance(0.3):
            return [x], more
        dim = d.axes(x.dim()) if several and x.dim() and d.chance(0.4) else d.axis(x.dim())
        return [x], {**more, 'dim': dim, **({'keepdim': d.chance(0.5)} if keepdim else {})}
    return draw


def with_dim(fn):
    return lambda x, dim=None, keepdim=False, **k: fn(x, **k) if dim is None else fn(x, dim=dim, keepdim=keepdim, **k)


for name, kind, domain in [('sum', 'any', 'any'), ('mean', 'float', 'any'), ('nansum', 'float', 'any'), ('amax', 'any', 'ties'), ('amin', 'any', 'ties')]:
    op('reduction', name, with_dim(getattr(torch, name)), over(kind, domain))
for name in ['var', 'std']:
    op('reduction', name, with_dim(getattr(torch, name)), over(unbiased=keep))
op('reduction', 'var_mean', with_dim(torch.var_mean), over(unbiased=keep))
op('reduction', 'prod', with_dim(torch.prod), over('any', 'ties', several=False))
for name in ['max', 'min']:
    op('reduction', name, getattr(torch, name), one('any', 'ties'))
    op('reduction', name + '_dim', with_dim(getattr(torch, name)), over('any', 'distinct', several=False, none=False))
    op('reduction', 'arg' + name, with_dim(getattr(torch, 'arg' + name)), over('any', 'ties', several=False), grad=False)
for name in ['any', 'all']:
    op('reduction', name, with_dim(getattr(torch, name)), over('any', 'ties'))
op('reduction', 'count_nonzero', lambda x, dim=None: torch.count_nonzero(x, dim), over('any', 'ties', keepdim=False))
op('reduction', 'norm', lambda x, p, dim=None, keepdim=False: torch.linalg.vector_norm(x, p, dim, keepdim),
   over(p=lambda d, x: d.pick([1, 2, 2, 3, -1, 0.5, math.inf, -math.inf]), domain='distinct'))
op('reduction', 'logsumexp', with_dim(torch.logsumexp), over(none=False))
for name in ['softmax', 'log_softmax', 'cumsum', 'cumprod', 'logcumsumexp']:
    op('reduction', name, getattr(torch, name), one('any' if name[:4] in ('cums', 'cump') else 'pure', dim=axis))
for name in ['cummax', 'cummin']:
    op('reduction', name, getattr(torch, name), one('any', 'ties', dim=axis))

# Order

sort = lambda x, dim, descending: torch.sort(x, dim=dim, descending=descending, stable=True)
op('ordering', 'sort', sort, one('any', 'ties', dim=axis, descending=keep))
op('ordering', 'argsort', lambda x, dim, descending: sort(x, dim, descending)[1], one('any', 'ties', dim=axis, descending=keep))


def within(d, x):
    """A number from 1 to the shortest axis, seldom one too many."""
    return d.int(1, max(min(x.shape, default=1), 1)) + int(d.chance(0.03))


op('ordering', 'topk', torch.topk, one('pure', 'distinct', k=within, dim=axis, largest=keep))
op('ordering', 'topk_values', lambda *a, **k: torch.topk(*a, **k)[0], one('any', 'ties', k=within, dim=axis, largest=keep), grad=False)
op('ordering', 'kthvalue', torch.kthvalue, one('pure', 'distinct', low=1, k=within, dim=axis, keepdim=keep))
op('ordering', 'median', torch.median, one('any', 'distinct', low=1))
op('ordering', 'median_dim', torch.median, one('pure', 'distinct', dim=axis, keepdim=keep))
op('ordering', 'nanmedian', torch.nanmedian, one('pure', 'distinct', low=1))
op('ordering', 'quantile', torch.quantile, lambda d: ([d.tensor(d.shape(1, 3), d.pick([F64, F32]), 'distinct')],
   {'q': d.pick([0.0, 0.25, 0.5, 0.75, 1.0]), 'dim': 0, 'keepdim': d.chance(0.5), 'interpolation': d.pick(['linear', 'lower', 'higher', 'midpoint'])}))
op('ordering', 'unique', lambda x: torch.unique(x, return_inverse=True, return_counts=True), one('any', 'ties', wild=False), grad=False)
op('ordering', 'bincount', torch.bincount, lambda d: ([d.index(d.shape(1, 1), 9)], {'minlength': d.int(0, 12)}))
op('ordering', 'bucketize', lambda x, y, right: torch.bucketize(x, y, right=right),
   lambda d: ([d.tensor(d.shape(), F64, 'ties'), torch.sort(d.tensor([d.size()], F64, 'distinct', plain=True))[0]], {'right': d.chance(0.5)}), grad=False)
op('ordering', 'histc', torch.histc, one('pure', 'unit', low=1, wild=False, bins=lambda d, x: d.int(1, 9), min=-1.0, max=1.0), grad=False)  # a NaN writes anywhere


# Movement

def shaped(d, x):
    """A shape of as many elements; seldom of more."""
    count = x.numel()
    return d.pick([[-1], [count], [1, count], list(x.shape)[::-1], [2, -1], [d.size(), -1], [count + 1] if d.chance(0.2) else [count, 1]])


op('movement', 'reshape', lambda x, shape: x.reshape(shape), one('any', shape=shaped))
op('movement', 'permute', lambda x, dims: x.permute(dims), one('any', dims=lambda d, x: [int(k) for k in d.g.permutation(x.dim())]))
op('movement', 'transpose', lambda x, dim0, dim1: x.transpose(dim0, dim1), one('any', dim0=axis, dim1=axis))
op('movement', 'expand', lambda x, size: x.expand(size), one('any', size=lambda d, x: [2] * d.int(0, 1) + [3 if s == 1 else -1 if d.chance(0.2) else s for s in x.shape]))
op('movement', 'flatten', torch.flatten, one('any', start_dim=lambda d, x: d.pick([0, 0, 1]), end_dim=-1))
op('movement', 'movedim', lambda x, source, destination: torch.movedim(x, source, destination), one('any', source=axis, destination=axis))
op('movement', 'squeeze', torch.squeeze, one('any'))
op('movement', 'squeeze_dim', torch.squeeze, one('any', dim=axis))
op('movement', 'unsqueeze', torch.unsqueeze, one('any', dim=lambda d, x: d.int(-x.dim() - 1, x.dim())))
op('movement', 'repeat', lambda x, repeats: x.repeat(repeats), one('any', high=2, repeats=lambda d, x: [d.int(0 if d.chance(0.1) else 1, 3) for _ in range(x.dim() + d.int(0, 1))]))
op('movement', 'tile', torch.tile, one('any', high=2, dims=lambda d, x: [d.int(1, 3) for _ in range(d.int(1, 3))]))
op('movement', 'repeat_interleave', lambda x, repeats, dim: torch.repeat_interleave(x, repeats, dim), one('any', low=1, high=2, repeats=lambda d, x: d.int(0, 3), dim=axis))
op('movement', 'flip', torch.flip, one('any', dims=lambda d, x: d.axes(x.dim())))
op('movement', 'roll', torch.roll, one('any', low=1, shifts=lambda d, x: [d.int(-70, 70)], dims=lambda d, x: [d.axis(x.dim())]))
op('movement', 'roll_flat', lambda x, shifts: torch.roll(x, shifts), one('any', shifts=lambda d, x: d.int(-9, 9)))
op('movement', 'rot90', lambda x, k, dims: torch.rot90(x, k, dims), one('any', low=2, k=lambda d, x: d.int(-3, 5), dims=lambda d, x: [int(i) for i in d.g.permutation(x.dim())[:2]]))


def several(same):
    def draw(d):
        shape, dim, t = d.shape(1, 3), 0, d.any_type()
        dim = d.axis(len(shape))
        shapes = [list(shape) for _ in range(d.int(1, 4))]
        if not same and -len(shape) <= dim < len(shape):
            for s in shapes:
                s[dim] = d.pick([0, 1, 2, 3, 33])
        return [d.tensor(s, t if d.chance(0.8) else d.any_type()) for s in shapes], {'dim': dim}
    return draw


op('movement', 'cat', lambda *x, dim: torch.cat(x, dim), several(False))
op('movement', 'stack', lambda *x, dim: torch.stack(x, dim), several(True))
op('movement', 'split', lambda x, split_size, dim: x.split(split_size, dim), one('any', low=1, split_size=lambda d, x: d.int(1, 9), dim=axis))
op('movement', 'chunk', lambda x, chunks, dim: x.chunk(chunks, dim), one('any', low=1, chunks=lambda d, x: d.int(1, 5), dim=axis))
op('movement', 'unbind', lambda x, dim: x.unbind(dim), one('any', low=1, dim=axis))
op('movement', 'pad', lambda x, pad, mode, value: F.pad(x, pad, mode, value), one('any', low=1, pad=lambda d, x: [d.int(-1, 3) for _ in range(2 * d.int(1, x.dim()))], mode='constant', value=2))
op('movement', 'pad', lambda x, pad, mode: F.pad(x, pad, mode), one('pure', low=3, pad=lambda d, x: [d.int(0, 2), d.int(0, 2)], mode=lambda d, x: d.pick(['reflect', 'replicate', 'circular'])))
op('movement', 'unfold', lambda x, dim, size, step: x.unfold(dim, size, step), one('any', low=1, dim=axis, size=lambda d, x: d.int(0, 3), step=lambda d, x: d.int(1, 3)))
op('movement', 'diagonal', torch.diagonal, one('any', low=2, offset=lambda d, x: d.int(-3, 3), dim1=0, dim2=-1))
op('movement', 'diag', torch.diag, one('any', low=1, high=2, diagonal=lambda d, x: d.int(-3, 3)))
op('movement', 'diag_embed', torch.diag_embed, one('any', low=1, high=2, offset=lambda d, x: d.int(-2, 2)))
op('movement', 'tril', torch.tril, one('any', low=2, diagonal=lambda d, x: d.int(-3, 3)))
op('movement', 'triu', torch.triu, one('any', low=2, diagonal=lambda d, x: d.int(-3, 3)))


# Indexing

def subscript(d, shape):
    """An index as Python writes it, with "$k" for the k-th tensor, and those tensors."""
    parts, tensors = [], []
    for size in shape[:d.int(0, len(shape))]:
        kind = d.g.random()
        if kind < 0.25 and size:
            parts.append(d.int(-size, size - 1))
        elif kind < 0.55:
            parts.append(slice(d.pick([None, 0, 1, -1, -3]), d.pick([None, None, -1, 2, size]), d.pick([None, None, 2, 3])))
        elif kind < 0.8 and size:
            parts.append(f'${len(tensors)}')
            tensors.append(d.index(d.pick([[2], [2], [1], [2, 2], []]), size, negative=True))
        else:
            parts += [None] * d.int(0, 1) + [slice(None, None, None)]
    if d.chance(0.2):
        parts.append('...')
    return parts, tensors


def indexed(d):
    x = d.tensor(d.shape(1, 3), d.any_type())
    parts, tensors = subscript(d, x.shape)
    return [x, *tensors], {'index': parts}


def assigned(d):
    x = d.tensor(d.shape(1, 3), d.float_type())
    parts, tensors = subscript(d, x.shape)
    if any(t.numel() > 1 for t in tensors):
        return None  # of several values for one place, any may win
    try:
        shape = x[decode(parts, tensors)].shape
    except (IndexError, RuntimeError):
        return None
    y = d.tensor(d.broadcast(list(shape)), x.dtype)
    layouts = [d.layouts[0], d.layouts[-1], *d.layouts[1:-1]]
    d.layouts[:] = layouts
    return [x, y, *tensors], {'index': parts}


def put(x, y, *tensors, index):
    x = x * 2
    x[decode(index, tensors)] = y
    return x


op('indexing', 'index', lambda x, *tensors, index: x[decode(index, tensors)], indexed)
op('indexing', 'index_put', put, assigned)


def along(values=False, unique=False, exact=False):
    """A tensor, an index along one axis, and values for it."""
    def draw(d):
        t, shape = d.float_type(), d.shape(1, 3, empty=False)
        x = d.tensor(shape, t)
        dim = d.int(-len(shape), len(shape) - 1)
        size = [s if exact else d.int(1, s) for s in shape]
        if not unique:
            size[dim] = d.int(1, 5)
            index = d.index(size, shape[dim])
        else:
            size[dim] = d.int(1, shape[dim])
            d.layouts.append('plain')
            index = torch.argsort(torch.rand(shape, generator=torch.Generator().manual_seed(d.int(0, 10 ** 6))), dim=dim)[tuple(slice(0, s) for s in size)].contiguous()
        return [x, index, *([d.tensor(size, t)] if values else [])], {'dim': dim}
    return draw


def rows(values=False, unique=False, **args):
    def draw(d):
        t, shape = d.float_type(), d.shape(1, 3, empty=False)
        x = d.tensor(shape, t)
        dim = d.int(-len(shape), len(shape) - 1)
        count = d.int(1, shape[dim])
        if unique:
            d.layouts.append('plain')
            index = torch.from_numpy(d.g.permutation(shape[dim])[:count].copy())
        else:
            index = d.index([count], shape[dim])
        part = [count if k == dim % len(shape) else s for k, s in enumerate(shape)]
        return [x, index, *([d.tensor(part, t)] if values else [])], {'dim': dim, **args}
    return draw


op('indexing', 'gather', lambda x, index, dim: torch.gather(x, dim, index), along())
op('indexing', 'scatter', lambda x, index, y, dim: torch.scatter(x, dim, index, y), along(values=True, unique=True))
op('indexing', 'scatter_number', lambda x, index, dim, value=1.5: torch.scatter(x, dim, index, value), lambda d: (lambda r: (r[0], {**r[1], 'value': 1.5}))(along(unique=True)(d)))
op('indexing', 'scatter_add', lambda x, index, y, dim: torch.scatter_add(x, dim, index, y), along(values=True))
op('indexing', 'scatter_reduce', lambda x, index, y, dim, reduce, include_self: torch.scatter_reduce(x, dim, index, y, reduce, include_self=include_self),
   lambda d: (lambda r: (r[0], {**r[1], 'reduce': d.pick(['sum', 'prod', 'amax', 'amin', 'mean']), 'include_self': d.chance(0.5)}))(along(values=True)(d)))
op('indexing', 'index_select', lambda x, index, dim: torch.index_select(x, dim, index), rows())
op('indexing', 'index_add', lambda x, index, y, dim, alpha: torch.index_add(x, dim, index, y, alpha=alpha), rows(values=True, alpha=2))
op('indexing', 'index_copy', lambda x, index, y, dim: torch.index_copy(x, dim, index, y), rows(values=True, unique=True))
op('indexing', 'index_fill', lambda x, index, dim, value: torch.index_fill(x, dim, index, value), rows(value=1.5))
op('indexing', 'masked_fill', lambda x, m, value: x.masked_fill(m, value), lambda d: (lambda s: ([d.tensor(s, d.float_type()), d.tensor(d.broadcast(s), BOOL)], {'value': -7.5}))(d.shape()))
op('indexing', 'masked_select', torch.masked_select, lambda d: (lambda s: ([d.tensor(s, d.any_type()), d.tensor(d.broadcast(s), BOOL)], {}))(d.shape()))
op('indexing', 'take', torch.take, lambda d: (lambda x: ([x, d.index(d.shape(0, 2), x.numel(), negative=True)], {}))(d.tensor(d.shape(0, 3, empty=False), d.any_type())))
op('indexing', 'nonzero', torch.nonzero, one('any', 'ties'), grad=False)
op('indexing', 'one_hot', lambda x, num_classes: F.one_hot(x, num_classes), lambda d: ([d.index(d.shape(0, 2), 5)], {'num_classes': 5}))
op('indexing', 'embedding', lambda weight, index: F.embedding(index, weight), lambda d: ([d.tensor([5, d.size()], d.float_type()), d.index(d.shape(0, 2), 5)], {}))


# Products

def product(left, right):
    """Shapes by letters: the same letter, the same length."""
    def draw(d):
        t = d.float_type() if d.chance(0.85) else d.pick([I64, I32])
        sizes = {k: d.int(31, 67) if d.chance(0.15) else d.pick([1, 2, 3, 5]) for k in set(left + right)}
        if d.chance(0.05):
            sizes[d.pick(sorted(sizes))] = 0
        if d.chance(0.03):
            right_sizes = [sizes[k] + 1 for k in right]
        else:
            right_sizes = [sizes[k] for k in right]
        return [d.tensor([sizes[k] for k in left], t), d.tensor(right_sizes, t)], {}
    return draw


for left, right in [('k', 'k'), ('ik', 'k'), ('k', 'kj'), ('ik', 'kj'), ('bik', 'kj'), ('bik', 'bkj'), ('ik', 'bkj'), ('bik', 'k')]:
    op('products', 'matmul', torch.matmul, product(left, right))
op('products', 'bmm', torch.bmm, product('bik', 'bkj'))
op('products', 'outer', torch.outer, product('i', 'j'))
op('products', 'dot', torch.dot, product('i', 'i'))
op('products', 'kron', torch.kron, product('ij', 'kl'))
for equation in ['ij,jk->ik', 'bij,bjk->bik', 'ij,ij->i', 'i,j->ij', 'ij,j->', 'bij,kj->bik']:
    op('products', 'einsum', lambda *x, equation: torch.einsum(equation, *x),
       lambda d, e=equation: (product(*e.split('->')[0].split(','))(d)[0], {'equation': e}))

# Linear algebra


def matrix(make):
    def draw(d):
        d.wild = False
        n = d.int(1, 6)
        x = d.tensor([*d.shape(0, 1, empty=False)[:1], n, n][-3:], d.pick([F64, F64, F32]), 'unit', plain=True)
        return make(d, x, n)
    return draw


regular = matrix(lambda d, x, n: ([x + n * torch.eye(n, dtype=x.dtype)], {}))
op('linalg', 'inverse', torch.inverse, regular)
op('linalg', 'det', torch.det, regular)
op('linalg', 'slogdet', lambda x: tuple(torch.slogdet(x)), regular)
op('linalg', 'cholesky', torch.linalg.cholesky, matrix(lambda d, x, n: ([x @ x.mT + torch.eye(n, dtype=x.dtype)], {})))
op('linalg', 'solve', torch.linalg.solve, matrix(lambda d, x, n: ([x + n * torch.eye(n, dtype=x.dtype), d.tensor([*x.shape[:-1], 2], x.dtype)], {})))
op('linalg', 'matrix_power', torch.linalg.matrix_power, matrix(lambda d, x, n: ([x + n * torch.eye(n, dtype=x.dtype)], {'n': d.int(-2, 4)})))

# Losses

def pair(left='any', right='any', wild=True, **args):
    def draw(d):
        t, shape = d.float_type(), d.shape()
        d.wild &= wild
        return [d.tensor(shape, t, left), d.tensor(shape, t, right)], {'reduction': d.pick(['mean', 'sum', 'none']), **args}
    return draw


op('losses', 'mse_loss', F.mse_loss, pair())
op('losses', 'l1_loss', F.l1_loss, pair())
op('losses', 'huber_loss', F.huber_loss, pair(delta=0.7512))
op('losses', 'smooth_l1_loss', F.smooth_l1_loss, pair(beta=0.7512))
op('losses', 'binary_cross_entropy', lambda x, y, reduction: F.binary_cross_entropy(x, y, reduction=reduction), pair('probability', 'probability'), fixed=(1,))
op('losses', 'bce_with_logits', lambda x, y, reduction: F.binary_cross_entropy_with_logits(x, y, reduction=reduction), pair('any', 'probability', wild=False))  # NaN at the ends in PyTorch
op('losses', 'kl_div', lambda x, y, reduction: F.kl_div(x, y, reduction=reduction), pair('any', 'probability', wild=False), fixed=(1,))


def classes(weighted=False, smoothing=True):
    def draw(d):
        d.wild = False
        t, count, rows_ = d.float_type(), d.pick([1, 2, 5, 33]), d.int(1, 6)
        more = d.shape(0, 1, empty=False)[:1]
        x = d.tensor([rows_, count, *more], t)
        y = d.index([rows_, *more], count)
        ignored = d.pick([-100, -100, 0])
        weight = [d.tensor([count], t, 'positive')] if weighted else []
        return [x, y, *weight], {'ignore_index': ignored, 'reduction': d.pick(['mean', 'sum', 'none']), **({'label_smoothing': d.pick([0.0, 0.25])} if smoothing else {})}
    return draw


op('losses', 'cross_entropy', F.cross_entropy, classes())
op('losses', 'cross_entropy_weight', lambda x, y, w, **k: F.cross_entropy(x, y, weight=w, **k), classes(weighted=True), fixed=(2,))
op('losses', 'nll_loss', F.nll_loss, classes(smoothing=False))
op('losses', 'nll_loss_weight', lambda x, y, w, **k: F.nll_loss(x, y, w, **k), classes(weighted=True, smoothing=False), fixed=(2,))


# Convolution, pooling, normalization

def convolution(d):
    t, groups = d.float_type(), d.pick([1, 1, 2])
    kernel, dilation = [d.int(1, 3), d.int(1, 3)], d.int(1, 2)
    channels, out = groups * d.int(1, 3), groups * d.int(1, 3)
    size = [d.int(1, 9), d.pick([5, 7, 9, 33])]
    inputs = [d.tensor([d.int(1, 2), channels, *size], t), d.tensor([out, channels // groups, *kernel], t), d.tensor([out], t)]
    return inputs, {'stride': d.int(1, 3), 'padding': d.int(0, 2), 'dilation': dilation, 'groups': groups}


def pooled(dilated=False, **args):
    def draw(d):
        t = d.float_type()
        kernel = d.int(1, 3)
        padding = d.int(0, (kernel + 1) // 2)
        x = d.tensor([*d.pick([[2, 3], [1, 1], [2]]), d.int(1, 7), d.pick([4, 5, 9, 33])], t, 'distinct')
        return [x], {'kernel_size': kernel, 'stride': d.int(1, 3), 'padding': padding, 'ceil_mode': d.chance(0.3), **{k: v(d) for k, v in args.items()}, **({'dilation': 1 + int(padding == 0 and d.chance(0.5))} if dilated else {})}
    return draw


op('layers', 'conv2d', F.conv2d, convolution)
op('layers', 'max_pool2d', lambda x, **k: F.max_pool2d(x, return_indices=True, **k), pooled(dilated=True))  # of a window in the padding alone PyTorch's gradient goes anywhere
op('layers', 'avg_pool2d', F.avg_pool2d, pooled(count_include_pad=lambda d: d.chance(0.5)))
op('layers', 'adaptive_avg_pool2d', F.adaptive_avg_pool2d, lambda d: ([d.tensor([2, 2, d.int(1, 7), d.int(1, 9)], d.float_type())], {'output_size': [d.int(1, 5), d.int(1, 5)]}))
op('layers', 'linear', F.linear, lambda d: (lambda t, i, o: ([d.tensor([*d.shape(0, 2), i], t), d.tensor([o, i], t), d.tensor([o], t)], {}))(d.float_type(), d.pick([1, 3, 5, 33]), d.pick([1, 2, 4, 37])))
op('layers', 'layer_norm', lambda x, w, b: F.layer_norm(x, w.shape, w, b),
   lambda d: (lambda t, n: ([d.tensor([*d.shape(0, 2, empty=False), n], t), d.tensor([n], t), d.tensor([n], t)], {}))(d.float_type(), d.pick([3, 5, 8, 33])))
op('layers', 'batch_norm', lambda x, mean, var, w, b, training: F.batch_norm(x, mean, var, w, b, training=training),
   lambda d: (lambda t, n: ([d.tensor([d.int(2, 5), n, *d.shape(0, 1, empty=False)[:1]], t), d.tensor([n], t, plain=True), d.tensor([n], t, 'positive', plain=True), d.tensor([n], t), d.tensor([n], t)],
                            {'training': d.chance(0.5)}))(d.float_type(), d.pick([1, 3, 5])), fixed=(1, 2))
