"""`case(...)` runs one PyTorch call and keeps what it gave; `write` puts a group's cases into one compressed JSON file.

A case is {op, oracle, args, inputs, outputs, weights, gradients, second}:
  oracle     what computed it: a PyTorch, or a formula and where it stands, of what PyTorch lacks
  inputs     tensors; `names` holds a name for each where the call is a layer (its state-dict keys)
  weights    the gradient that flows into each floating output (null for others): gradients = d sum(output * weight) / d input
  gradients  one for each floating input, null where PyTorch gives none
  second     with g = d sum(weight * output^2) / d inputs: the gradient of sum(g * direction) for each floating input
A tensor is {t: dtype, s: shape, v: flat values}; nan, inf and -inf are strings.
"""
import gzip
import json
import math
import os
import warnings
import zlib

for library in ['OMP', 'OPENBLAS', 'MKL']:  # one thread, so that sums have one order
    os.environ[library + '_NUM_THREADS'] = '1'

import numpy as np  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(1)
warnings.filterwarnings('ignore')

NAMES = {torch.float64: 'f64', torch.float32: 'f32', torch.float16: 'f16', torch.bfloat16: 'bf16', torch.int64: 'i64',
         torch.int32: 'i32', torch.uint8: 'u8', torch.bool: 'bool'}

PYTORCH = 'PyTorch ' + '.'.join(torch.__version__.split('.')[:2])

digits = None  # a group whose last bits vary from run to run keeps only so many digits of its float64 values

_group = ''
_oracle = ''
_cases = []
_counts = {}


# Inputs: a Spec draws its tensor from the case's own generator, so that a new case changes no other.

class Spec:
    def __init__(self, draw):
        self.draw = draw

    def to(self, dtype):
        return Spec(lambda g: self.draw(g).to(dtype))

    f32 = property(lambda self: self.to(torch.float32))
    f64 = property(lambda self: self.to(torch.float64))
    f16 = property(lambda self: self.to(torch.float16))
    bf16 = property(lambda self: self.to(torch.bfloat16))
    i32 = property(lambda self: self.to(torch.int32))
    i64 = property(lambda self: self.to(torch.int64))
    u8 = property(lambda self: self.to(torch.uint8))


def n(*shape, scale=1.0, shift=0.0, digits=4):
    """Normal numbers, rounded so that they are short in the file."""
    return Spec(lambda g: torch.from_numpy(np.array(np.round(g.standard_normal(shape) * scale + shift, digits))))


def u(low, high, *shape, digits=4):
    """Uniform numbers of [low, high)."""
    return Spec(lambda g: torch.from_numpy(np.array(np.round(g.uniform(low, high, shape), digits))))


def i(low, high, *shape):
    """Integers of [low, high)."""
    return Spec(lambda g: torch.from_numpy(np.array(g.integers(low, high, shape))))


def b(*shape):
    return Spec(lambda g: torch.from_numpy(np.array(g.integers(0, 2, shape) == 1)))


def distinct(*shape, step=0.25):
    """Numbers no two of which are equal or near, in random order."""
    count = math.prod(shape)
    return Spec(lambda g: torch.from_numpy((g.permutation(count) - count // 2).reshape(shape) * step + 0.125))


def perm(count):
    return Spec(lambda g: torch.from_numpy(g.permutation(count)))


def v(*values, dtype=torch.float64):
    """These values: v(1, 2) is a vector, v([[1, 2], [3, 4]]) what it says."""
    data = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    return Spec(lambda g: torch.tensor(data, dtype=dtype))


def scalar(value, dtype=torch.float64):
    return Spec(lambda g: torch.tensor(value, dtype=dtype))


def apply(fn, *specs):
    """A tensor computed from others, such as a positive definite matrix."""
    return Spec(lambda g: fn(*[s.draw(g) for s in specs]))


def generator_for(op):
    count = _counts[op] = _counts.get(op, 0) + 1
    return np.random.Generator(np.random.PCG64(zlib.crc32(f'{_group}/{op}/{count}'.encode())))


def draw(item, g):
    if isinstance(item, Spec):
        return item.draw(g)
    return item


def weight_like(t, g):
    return torch.from_numpy(np.array(np.round(g.standard_normal(tuple(t.shape)), 2))).to(t.dtype)


# Cases

def case(op, fn, *inputs, _grad=True, _second=True, _names=None, _fixed=(), _oracle=None, **args):
    """
    Runs fn(*inputs, **args) and records it under `op`, the key of the C# binding. Inputs named in _fixed take no gradient. _oracle names
    the source of a formula that PyTorch does not have.
    """
    g = generator_for(op)
    xs = [draw(x, g) for x in inputs]
    for x, name in zip(xs, _names or [None] * len(xs)):
        x.requires_grad_(_grad and x.is_floating_point() and name not in _fixed)
    before = [x.detach().clone() for x in xs]
    outputs = as_list(fn(*xs, **args))
    record(op, args, before, xs, outputs, g, _second, _names, lambda: as_list(fn(*xs, **args)), oracle=_oracle)


def case_if_any(op, fn, *inputs, **options):
    """A case, unless this PyTorch has no such kernel for the dtype on the CPU."""
    try:
        case(op, fn, *inputs, **options)
    except RuntimeError as error:
        if 'not implemented for' not in str(error):
            raise


def as_list(result):
    result = list(result) if isinstance(result, (tuple, list)) else [result]
    return [r if isinstance(r, torch.Tensor) else torch.tensor(r) for r in result]


def record(op, args, before, xs, outputs, g, second, names=None, again=None, oracle=None):
    leaves = [x for x in xs if x.requires_grad]
    live = [y for y in outputs if y.requires_grad]
    entry = {'op': op, 'oracle': oracle or _oracle, 'args': plain(args)}
    if names:
        entry['names'] = list(names)
    entry['inputs'] = [pack(x) for x in before]
    entry['outputs'] = [pack(y) for y in outputs]
    if leaves and live:
        weights = [weight_like(y, g) if y.requires_grad else None for y in outputs]
        grads = torch.autograd.grad(live, leaves, [w for w in weights if w is not None], retain_graph=True, allow_unused=True)
        entry['weights'] = [pack(w) for w in weights]
        entry['gradients'] = spread(grads, xs)
        if second:
            add_second(entry, xs, leaves, again() if again else outputs, weights, g)
    _cases.append(entry)


def add_second(entry, xs, leaves, outputs, weights, g):
    loss = sum((w * y * y).sum() for w, y in zip(weights, outputs) if w is not None)
    first = torch.autograd.grad(loss, leaves, create_graph=True, allow_unused=True)
    directions = [weight_like(d, g) if d is not None else None for d in first]
    total = sum((d * r).sum() for d, r in zip(first, directions) if d is not None and d.requires_grad)
    if not isinstance(total, torch.Tensor):
        return
    try:
        second = torch.autograd.grad(total, leaves, allow_unused=True)
    except (RuntimeError, NotImplementedError):
        return  # PyTorch has no second derivative here
    if all(s is None or bool(torch.isfinite(s).all()) for s in second):
        entry['directions'] = spread(directions, xs)
        entry['second'] = spread(second, xs)


def spread(values, xs):
    """One value an input: null for those that take no gradient."""
    values = iter(values)
    return [pack(next(values)) if x.requires_grad else None for x in xs]


def add(entry):
    """A case recorded by hand."""
    _cases.append({'op': entry['op'], 'oracle': _oracle, **entry})


# The file

def pack(t):
    if t is None:
        return None
    t = t.detach()
    flat = t.reshape(-1)
    if t.dtype == torch.bool:
        values = [int(x) for x in flat.tolist()]
    elif not t.is_floating_point():
        values = flat.tolist()
    elif t.dtype == torch.float64:
        values = [number(x if digits is None else float(f'%.{digits}g' % x)) for x in flat.tolist()]
    elif t.dtype == torch.bfloat16:
        values = [number(x) for x in flat.to(torch.float64).tolist()]
    else:  # the shortest text that reads back as the same float32 or float16
        values = [number(float(str(x))) for x in flat.numpy()]
    return {'t': NAMES[t.dtype], 's': list(t.shape), 'v': values}


def number(x):
    if math.isnan(x):
        return 'nan'
    if math.isinf(x):
        return 'inf' if x > 0 else '-inf'
    return x


def plain(a):
    if isinstance(a, dict):
        return {k: plain(x) for k, x in a.items()}
    if isinstance(a, (list, tuple)):
        return [plain(x) for x in a]
    if isinstance(a, torch.dtype):
        return NAMES[a]
    if isinstance(a, slice):
        return {'slice': [a.start, a.stop, a.step]}
    if a is Ellipsis:
        return '...'
    if isinstance(a, torch.Tensor):
        return pack(a)
    if isinstance(a, float):
        return number(a)
    if a is None or isinstance(a, (bool, int, str)):
        return a
    raise TypeError(f'{type(a)} has no place in a case')


def begin(group, oracle):
    global _group, _oracle, _cases, _counts, digits
    _group, _oracle, _cases, _counts, digits = group, oracle, [], {}, None
    torch.manual_seed(0)


def write(path):
    lines = [json.dumps(c, separators=(',', ':')) for c in _cases]
    text = '[\n' + ',\n'.join(lines) + '\n]\n'
    data = gzip.compress(text.encode(), compresslevel=9, mtime=0)
    with open(path, 'wb') as f:
        f.write(data)
    return len(_cases), len(data)
