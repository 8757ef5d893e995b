"""Optimizers over 200 recorded gradients, in one group or two; forms of clipping; starting values that are not random."""
import math

import torch
from torch.nn import init

from .case import Call, tuples

STEPS = [1, 2, 3, 10, 100, 101, 102, 200]


def options(d, name):
    more = {'SGD': lambda: d.some(momentum=lambda: d.real(0, 0.99), dampening=lambda: d.real(0, 1)),
            'Adam': lambda: d.some(amsgrad=True), 'AdamW': lambda: d.some(amsgrad=True),
            'NAdam': lambda: d.some(momentum_decay=lambda: d.pick([0.0, 0.004, 0.1]), decoupled_weight_decay=True),
            'RAdam': lambda: d.some(decoupled_weight_decay=True), 'Adamax': dict,
            'RMSprop': lambda: d.some(alpha=lambda: d.real(0.5, 0.999), momentum=lambda: d.real(0, 0.95), centered=True, eps=lambda: d.pick([1e-8, 1e-2])),
            'Adagrad': lambda: d.some(lr_decay=lambda: d.real(0, 0.1), initial_accumulator_value=lambda: d.real(0, 1), eps=lambda: d.pick([1e-10, 1e-3])),
            'Adadelta': lambda: d.some(rho=lambda: d.real(0.5, 0.99), eps=lambda: d.pick([1e-6, 1e-3])),
            'Rprop': lambda: d.some(etas=lambda: [d.real(0.2, 0.9), d.real(1.05, 1.5)], step_sizes=lambda: [1e-4, d.real(0.03, 1)]),
            'ASGD': lambda: d.some(lambd=lambda: d.real(0, 0.05), alpha=lambda: d.real(0.3, 1), t0=lambda: d.int(0, 60)),
            'Adafactor': lambda: d.some(beta2_decay=lambda: d.real(-1, -0.3), eps=lambda: [d.pick([None, 1e-2]), d.real(0.001, 0.2)], d=lambda: d.real(0.3, 2))}[name]()
    if name in ('Adam', 'AdamW', 'NAdam', 'RAdam', 'Adamax'):
        more.update(d.some(betas=lambda: [d.real(0, 0.95), d.real(0.5, 0.999)], eps=lambda: d.pick([1e-8, 1e-4, 1e-2])))
    if name != 'Rprop':
        more.update(d.some(weight_decay=lambda: d.real(0, 0.2)))
    more.update({'maximize': True} if d.chance(0.3) else {})
    if name == 'SGD' and more.get('momentum', 0) > 0 and more.get('dampening', 0) == 0:
        more.update(d.some(nesterov=True))
    return more


def path(d):
    name = d.pick(['SGD', 'SGD', 'Adam', 'AdamW', 'NAdam', 'RAdam', 'Adamax', 'RMSprop', 'RMSprop', 'Adagrad', 'Adadelta', 'Rprop', 'ASGD', 'Adafactor'])
    args = {**options(d, name), 'lr': d.pick([0.003, 0.02, 0.1])}
    shapes = [[d.int(1, 4) for _ in range(d.int(0, 3))] for _ in range(d.int(3, 5))]
    grouped = d.chance(0.3)
    foreach = d.chance(0.5) and name != 'ASGD'  # its rates are float32 either way, and multiplied in another type
    starts = [d.normal(*s) for s in shapes]
    rows = d.normal(STEPS[-1], sum(p.numel() for p in starts))

    def run(*inputs):
        params = [p.detach().clone().requires_grad_() for p in inputs[:-1]]
        later = {'lr': args['lr'] * 2, **({} if name == 'Rprop' else {'weight_decay': 0.05})}
        given = [{'params': params[:2]}, {'params': params[2:], **later}] if grouped else params
        made = getattr(torch.optim, name)(given, foreach=foreach, **tuples(args))
        kept = []
        for t in range(1, STEPS[-1] + 1):
            if t == 101:
                for group in made.param_groups:
                    group['lr'] *= 0.5
            start = 0
            for i, p in enumerate(params):
                part = inputs[-1][t - 1, start:start + p.numel()].detach().reshape(p.shape)
                p.grad = None if i == 1 and 7 <= t <= 9 else part.clone()
                start += p.numel()
            made.step()
            if t in STEPS:
                kept += [p.detach().clone() for p in params]
        return kept

    return Call(name + '.path' + ('.groups' if grouped else ''), run, [*starts, rows], args, grad=False, group='optimizer_paths')


def search(d):
    args = {'steps': d.int(2, 4), 'line_search_fn': 'strong_wolfe', **d.some(lr=lambda: d.pick([0.01, 0.5, 2.0]), max_iter=lambda: d.int(1, 8), max_eval=lambda: d.int(3, 12),
            history_size=lambda: d.int(1, 6), tolerance_grad=lambda: d.pick([1e-7, 0.05]), tolerance_change=lambda: d.pick([1e-9, 0.02]))}

    def run(x, y, *start):
        params = [p.detach().clone().requires_grad_() for p in start]
        w1, b1, w2, b2 = params
        made = torch.optim.LBFGS(params, **{k: o for k, o in args.items() if k != 'steps'})
        losses, calls, kept = [], [0], []

        def closure():
            made.zero_grad()
            calls[0] += 1
            loss = ((torch.tanh(x.detach() @ w1 + b1) @ w2 + b2 - y.detach()) ** 2).mean() + 0.01 * sum((p ** 2).sum() for p in params)
            loss.backward()
            return loss

        for _ in range(args['steps']):
            losses.append(made.step(closure).item())
            kept += [p.detach().clone() for p in params]
        return kept + [torch.tensor(losses, dtype=torch.float64), torch.tensor(calls[0])]

    inputs = [d.normal(8, 3), d.normal(8, 1), d.normal(3, 4, scale=0.5), d.normal(4, scale=0.5), d.normal(4, 1, scale=0.5), d.normal(1)]
    moved = run(*[x * (1 + 1e-13) for x in inputs])
    if any(float((a - b).abs().max()) > 1e-12 for a, b in zip(run(*inputs), moved)):
        return None  # a problem on which rounding grows
    return Call('LBFGS.path', run, inputs, args, grad=False, group='optimizer_paths')


def clip(d):
    gradients = [d.normal(*[d.int(1, 4) for _ in range(d.int(0, 3))]) for _ in range(d.int(1, 4))]

    def given(action):
        def run(*g):
            params = [torch.zeros_like(x) for x in g]
            for p, x in zip(params, g):
                p.grad = x.detach().clone()
            total = action(params)
            return ([total] if total is not None else []) + [p.grad for p in params]
        return run

    if d.chance(0.3):
        args = {'clip_value': d.real(0.1, 1)}
        return Call('clip_grad_value', given(lambda p: torch.nn.utils.clip_grad_value_(p, **args)), gradients, args, grad=False)
    args = {'max_norm': d.real(0.1, 5), 'norm_type': d.pick([2.0, 2.0, 1.0, 3.0, 0.5, math.inf])}
    return Call('clip_grad_norm', given(lambda p: torch.nn.utils.clip_grad_norm_(p, **args)), gradients, args, grad=False)


class Bounds(torch.Tensor):
    """A weight that answers with what it was to be filled with: the ends, or mean and deviation."""

    def uniform_(self, low, high, generator=None):
        return torch.tensor([low, high], dtype=torch.float64)

    def normal_(self, mean, std, generator=None):
        return torch.tensor([mean, std], dtype=torch.float64)


def start(d):
    kind = d.int(0, 3)
    if kind == 0:
        groups = d.pick([1, 1, 2, 3])
        args = {'groups': groups}
        return Call('dirac', lambda x: init.dirac_(x.detach().clone(), groups), [d.normal(groups * d.int(1, 3), d.int(1, 4), *[d.int(1, 5) for _ in range(d.int(1, 3))])], args, grad=False)
    if kind == 1:
        return Call('init_eye', lambda x: init.eye_(x.detach().clone()), [d.normal(d.int(1, 5), d.int(1, 5))], {}, grad=False)
    shape = [d.int(2, 9) for _ in range(d.int(2, 5))]
    if kind == 2:
        args = {'shape': shape, 'gain': d.real(0.2, 3)}
        name = d.pick(['xavier_uniform', 'xavier_normal'])
        return Call(name, lambda: getattr(init, name + '_')(torch.zeros(shape).as_subclass(Bounds), args['gain']), [], args, grad=False, wide=True)
    args = {'shape': shape, 'a': d.real(0, 2), 'mode': d.pick(['fan_in', 'fan_out']), 'nonlinearity': d.pick(['relu', 'leaky_relu', 'tanh', 'linear', 'selu', 'sigmoid'])}
    name = d.pick(['kaiming_uniform', 'kaiming_normal'])
    return Call(name, lambda: getattr(init, name + '_')(torch.zeros(shape).as_subclass(Bounds), args['a'], args['mode'], args['nonlinearity']), [], args, grad=False, wide=True)


ALL = [path, path, path, path, search, clip, start]
