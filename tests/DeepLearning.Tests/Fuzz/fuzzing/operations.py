"""Random calls of single operations. A case is one of the golden tests (generator/recorder.py), and in addition

  group    whose tolerances hold
  layouts  how each input lies in memory
  refused  PyTorch's error, in place of outputs

Floating results of float32 and the 16-bit types are those of float64, rounded: PyTorch's own may have lost digits on the way. Where
its own float32 result or its own gradient is far from that, the type has too few digits for the problem, and nothing is recorded.
"""
import torch

from generator import recorder
from generator.recorder import NAMES, as_list, pack, plain, spread, weight_like

from . import tables
from .draw import F64, Draw

ELEMENTWISE = {'elementwise', 'activations', 'binary', 'sums'}
ERRORS = (RuntimeError, IndexError, ValueError, TypeError, NotImplementedError)
NO_KERNEL = ('not implemented for', 'not supported on', 'not currently supported', 'is not supported', 'unsupported dtype', 'Unsupported dtype')


def generate(g, groups):
    """A case of one of the groups (of all of them where none is named), or None where PyTorch has no kernel for the dtype."""
    table = [op for op in tables.ALL if not groups or op.group in groups]
    op = table[int(g.integers(len(table)))]
    d = Draw(g)
    with torch.no_grad():
        drawn = op.draw(d)
    if drawn is None:
        return None
    inputs, args = drawn
    entry = {'op': op.key, 'group': op.group, 'args': plain(args), 'inputs': [pack(x) for x in inputs]}
    if any(layout != 'plain' for layout in d.layouts):
        entry['layouts'] = d.layouts[:len(inputs)]
    try:
        own = as_list(op.fn(*[x.clone() for x in inputs], **args))
    except ERRORS as error:
        message = str(error).strip().split('\n')[0]
        if any(text in message for text in NO_KERNEL):
            return None
        return {**entry, 'refused': message[:160]}
    if any(y.dtype not in NAMES for y in own):
        return None
    differentiable = not d.wild and op.grad
    numbers = op.group in ELEMENTWISE and op.key != 'where' and own[0].is_floating_point()
    xs = [x.to(F64) if x.is_floating_point() or numbers else x for x in inputs] if not op.own else [x.clone() for x in inputs]
    for k, (x, given) in enumerate(zip(xs, inputs)):
        x.requires_grad_(differentiable and given.is_floating_point() and k not in op.fixed)
    try:
        outputs = as_list(op.fn(*xs, **args))
    except ERRORS:
        return None
    if not all(near(y, r) for y, r in zip(own, outputs)):
        return None
    entry['outputs'] = [pack(r.detach().to(y.dtype) if y.is_floating_point() else y) for y, r in zip(own, outputs)]
    leaves, live = [x for x in xs if x.requires_grad], [y for y in outputs if y.requires_grad and y.is_floating_point()]
    if leaves and live:
        add_gradients(entry, inputs, xs, own, outputs, leaves, live, op, args, g)
    return entry


def near(own, right):
    """Whether a float32 result has most of its digits."""
    if own.dtype != torch.float32 or not own.numel():
        return True
    finite = right[torch.isfinite(right)].abs()
    largest = max(1.0, float(finite.max()) if finite.numel() else 0.0)
    return torch.allclose(own.to(F64), right.to(torch.float32).to(F64), rtol=1e-6, atol=1e-7 * largest, equal_nan=True)


def add_gradients(entry, inputs, xs, own, outputs, leaves, live, op, args, g):
    weights = [weight_like(y, g) if r.requires_grad and y.is_floating_point() else None for y, r in zip(own, outputs)]
    given = [w.to(r.dtype) for w, r in zip(weights, outputs) if w is not None]
    try:
        gradients = torch.autograd.grad(live, leaves, given, allow_unused=True)
    except ERRORS:
        return  # PyTorch has no derivative here
    types = [x.dtype for x, leaf in zip(inputs, xs) if leaf.requires_grad]
    if any(d is not None and not bool(torch.isfinite(d).all()) for d in gradients) or not well_posed(gradients, inputs, xs, weights, op, args):
        return
    entry['weights'] = [pack(w) for w in weights]
    entry['gradients'] = spread([d.to(t) if d is not None else None for d, t in zip(gradients, types)], xs)
    if op.second and all(t == F64 for t in types) and all(y.dtype == F64 for y in own if y.is_floating_point()) and g.random() < 0.5:
        recorder.add_second(entry, xs, leaves, as_list(op.fn(*xs, **args)), weights, g)


def well_posed(gradients, inputs, xs, weights, op, args):
    """Whether the gradient in the inputs' own types is near that in float64."""
    own = [x.detach().clone().requires_grad_(leaf.requires_grad) for x, leaf in zip(inputs, xs)]
    if all(x.dtype == F64 for x in own if x.is_floating_point()):
        return True
    outputs = as_list(op.fn(*own, **args))
    live = [(y, w) for y, w in zip(outputs, weights) if w is not None]
    try:
        typed = torch.autograd.grad([y for y, _ in live], [x for x in own if x.requires_grad], [w for _, w in live], allow_unused=True)
    except ERRORS:
        return False
    for a, b in zip(gradients, typed):
        if (a is None) != (b is None):
            return False
        if a is not None and a.numel():
            unit = {torch.float32: 2e-6, torch.float16: 1 / 1024, torch.bfloat16: 1 / 128}.get(b.dtype, 1e-12)
            if not bool(((a - b.to(F64)).abs() <= 2 * unit * a.abs() + {torch.float32: 1e-6, F64: 1e-13}.get(b.dtype, 1e-7)).all()):
                return False
    return True
