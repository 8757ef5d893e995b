"""A random call of a layer, a loss, an optimizer or a schedule, and how it becomes a case."""
import math

import numpy as np
import torch
from torch.func import functional_call

from generator import recorder
from generator.recorder import as_list, pack, plain, spread, weight_like

from ..draw import F32, F64, Draw

ERRORS = (RuntimeError, IndexError, ValueError, TypeError, NotImplementedError, AssertionError, ZeroDivisionError)


class Call:
    """fn(*inputs) in float64. `names` of a layer are "input" or state-dict keys; inputs whose numbers stand in `fixed` take no gradient."""

    def __init__(self, key, fn, inputs, args, names=None, fixed=(), grad=True, second=True, group='modules', wide=False):
        self.key, self.fn, self.inputs, self.args, self.names, self.fixed = key, fn, inputs, args, names, fixed
        self.grad, self.second, self.group, self.wide = grad, second, group, wide


class ModuleDraw(Draw):
    """Choices for modules: numbers of few digits, sizes from one on."""

    def normal(self, *shape, scale=1.0, shift=0.0):
        return torch.from_numpy(np.array(np.round(self.g.standard_normal(shape) * scale + shift, 3)))

    def uniform(self, low, high, *shape):
        return torch.from_numpy(np.array(np.round(self.g.uniform(low, high, shape), 3)))

    def integers(self, low, high, *shape):
        return torch.from_numpy(np.array(self.g.integers(low, high, shape)))

    def signs(self, *shape):
        return self.integers(0, 2, *shape).double() * 2 - 1

    def truth(self, *shape, p=0.35):
        return torch.from_numpy(np.array(self.g.random(shape) < p))

    def few(self, *shape):
        """Numbers with ties."""
        return self.integers(-2, 3, *shape).double() / 2

    def batch(self, empty=0.02):
        return 0 if self.chance(empty) else self.pick([1, 1, 2, 2, 3, 5])

    def real(self, low, high, digits=3):
        return round(float(self.g.uniform(low, high)), digits)

    def some(self, **options):
        """Each option with half a chance: a value, or a function that draws one."""
        return {k: o() if callable(o) else o for k, o in options.items() if self.chance(0.5)}

    def axes(self, count, items):
        """One of the items for all axes, or one for each."""
        return self.pick(items) if self.chance(0.4) else [self.pick(items) for _ in range(count)]


def each(value, count):
    return value if isinstance(value, (list, tuple)) else [value] * count


def tuples(options):
    return {k: tuple(o) if isinstance(o, list) else o for k, o in options.items()}


def state(d, module, scale=0.5):
    """Numbers for every parameter and buffer of a module."""
    values = {}
    for name, p in module.named_parameters():
        around = 1.0 if 'norm' in name and name.endswith('weight') else 0.0
        values[name] = d.normal(*p.shape, scale=scale, shift=around)
    for name, b in module.named_buffers():
        values[name] = (d.integers(0, 9, *b.shape) if not b.is_floating_point() else d.uniform(0.3, 2.5, *b.shape) if name.endswith('var')
                        else d.normal(*b.shape))
    return values


def layer(d, make, *inputs, key=None, train=None, forward=None, second=True, grad=True, arguments=None, scale=0.5):
    """A module's outputs, then its buffers after the call; its parameters and buffers are inputs under their keys."""
    arguments = arguments or {}
    train = d.chance(0.6) if train is None else train
    module = make(**tuples(arguments)).double()
    values = state(d, module, scale)
    buffers = [name for name, _ in module.named_buffers()]
    names = ['input'] * len(inputs) + list(values)

    def run(*xs):
        module.train(train)
        given = dict(zip(values, xs[len(inputs):]))
        given.update({name: given[name].clone() for name in buffers})
        result = functional_call(module, given, xs[:len(inputs)], forward)
        return (list(result) if isinstance(result, tuple) else [result]) + [given[name] for name in buffers]

    fixed = [k for k, name in enumerate(names) if name in buffers]
    return Call(key or make.__name__, run, [*inputs, *values.values()], {**arguments, **({} if train else {'train': False})}, names, fixed,
                grad, second)


def function(key, fn, *inputs, fixed=(), second=True, grad=True, names=None, **args):
    return Call(key, lambda *xs: fn(*xs, **tuples(args)), list(inputs), args, names, fixed, grad, second)


def generate(g, drawers):
    """A case by one of the drawers, or None where there is none."""
    d = ModuleDraw(g)
    call = drawers[int(g.integers(len(drawers)))](d)
    if call is None:
        return None
    single = not call.wide and call.group == 'modules' and d.chance(0.3)
    xs = [x.to(F32).to(F64) if single and x.dtype == F64 else x.clone() for x in call.inputs]
    entry = {'op': call.key, 'group': call.group, 'args': plain(call.args)}
    if call.names:
        entry['names'] = call.names
    entry['inputs'] = [pack(own(x, single)) for x in xs]
    for k, x in enumerate(xs):
        x.requires_grad_(call.grad and x.is_floating_point() and k not in call.fixed)
    try:
        outputs = as_list(call.fn(*xs))
    except ERRORS as error:
        return {**entry, 'refused': (str(error).strip().split('\n')[0] or type(error).__name__)[:160]}
    entry['outputs'] = [pack(own(y.detach(), single)) for y in outputs]
    if single and not keeps_digits(call, xs, outputs):
        return None
    leaves, live = [x for x in xs if x.requires_grad], [y for y in outputs if y.requires_grad]
    if leaves and live:
        weights = [weight_like(y, g) if y.requires_grad else None for y in outputs]
        given = [w for w in weights if w is not None]
        try:
            gradients = torch.autograd.grad(live, leaves, given, retain_graph=True, allow_unused=True)
        except ERRORS:
            return entry  # PyTorch has no derivative here
        if all(x is None or bool(torch.isfinite(x).all()) for x in gradients):
            entry['weights'] = [pack(None if w is None else own(w, single)) for w in weights]
            entry['gradients'] = spread([None if x is None else own(x, single) for x in gradients], xs)
            if call.second and not single and g.random() < 0.4 and sum(x.numel() for x in xs) < 400:
                try:
                    recorder.add_second(entry, xs, leaves, as_list(call.fn(*xs)), weights, g)
                except ERRORS:
                    pass  # PyTorch has no second derivative here
    if sum(math.prod(t['s']) for t in entry['inputs'] + entry['outputs']) > 20000:
        return None
    return entry


def keeps_digits(call, xs, outputs):
    """Whether float32 has enough digits for the problem: PyTorch's own answers and gradients are near those of float64."""
    narrow = [own(x.detach(), True).requires_grad_(x.requires_grad) for x in xs]
    try:
        pairs = list(zip(as_list(call.fn(*narrow)), outputs))
        totals = [sum((y * torch.cos(torch.arange(y.numel(), dtype=y.dtype)).reshape(y.shape)).sum() for y in ys if y.requires_grad) for ys in zip(*pairs)]
        leaves = [[x for x in group if x.requires_grad] for group in (narrow, xs)]
        if leaves[0] and isinstance(totals[0], torch.Tensor):
            gradients = [torch.autograd.grad(t, ls, retain_graph=True, allow_unused=True) for t, ls in zip(totals, leaves)]
            pairs += [(a, b) for a, b in zip(*gradients) if a is not None and b is not None]
    except ERRORS:
        return False
    return all(float((a.detach() - b.detach()).abs().max()) < 3e-6 * max(1.0, float(b.detach().abs().max())) for a, b in pairs if a.numel() and b.is_floating_point())


def own(x, single):
    return x.to(F32) if single and x.dtype == F64 else x
