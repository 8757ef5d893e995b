"""Optimizers: the path of the parameters over 120 steps of a small non-convex problem; gradient clipping.

The problem: a 3-4-1 tanh network on six rows, mean squared error, float64. `steps` says after which steps the parameters
were recorded: outputs = for each of those steps, w1, b1, w2, b2; then the loss before each of those steps.
"""
import math

import torch

from .recorder import case, n

STEPS = [1, 2, 3, 10, 60, 120]


def trajectory(optimizer, _groups=False, **args):
    def run(x, y, *start, **options):
        start = [p.detach().clone().requires_grad_() for p in start]
        w1, b1, w2, b2 = start
        groups = [{'params': [w1, b1]}, {'params': [w2, b2], 'lr': options['lr'] * 2, 'weight_decay': 0.05}] if _groups else start
        made = getattr(torch.optim, optimizer)(groups, **{k: tuple(o) if isinstance(o, list) else o for k, o in options.items()})
        kept, losses = [], []
        for step in range(1, STEPS[-1] + 1):
            made.zero_grad()
            loss = ((torch.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2).mean()
            loss.backward()
            made.step()
            if step in STEPS:
                kept += [p.detach().clone() for p in start]
                losses.append(loss.item())
        return kept + [torch.tensor(losses, dtype=torch.float64)]

    case(optimizer + ('.groups' if _groups else ''), run, n(6, 3), n(6, 1), n(3, 4, scale=0.5), n(4, scale=0.5), n(4, 1, scale=0.5), n(1), _grad=False, **args)


for options in [dict(), dict(momentum=0.9), dict(momentum=0.9, dampening=0.3), dict(momentum=0.9, nesterov=True), dict(weight_decay=0.1),
                dict(momentum=0.8, weight_decay=0.05, nesterov=True), dict(momentum=0.5, maximize=True)]:
    trajectory('SGD', lr=0.02 if 'maximize' not in options else 0.001, **options)
for options in [dict(), dict(lr_decay=0.01), dict(weight_decay=0.1), dict(initial_accumulator_value=0.5, eps=1e-6)]:
    trajectory('Adagrad', lr=0.05, **options)
for options in [dict(), dict(momentum=0.9), dict(centered=True), dict(centered=True, momentum=0.5, weight_decay=0.1, alpha=0.95, eps=1e-2)]:
    trajectory('RMSprop', lr=0.005, **options)
for options in [dict(), dict(rho=0.95, eps=1e-5), dict(weight_decay=0.1)]:
    trajectory('Adadelta', lr=1.0, **options)
for options in [dict(), dict(amsgrad=True), dict(weight_decay=0.1), dict(betas=[0.8, 0.95], eps=1e-3), dict(maximize=True)]:
    trajectory('Adam', lr=0.02, **options)
for options in [dict(), dict(amsgrad=True), dict(weight_decay=0.1), dict(betas=[0.8, 0.95], weight_decay=0.0), dict(maximize=True)]:
    trajectory('AdamW', lr=0.02, **options)
for optimizer in ['SGD', 'Adagrad', 'RMSprop', 'Adadelta', 'Adam', 'AdamW']:
    trajectory(optimizer, _groups=True, lr=0.01)


def clip(*gradients, clip):
    parameters = [torch.zeros_like(g) for g in gradients]
    for p, g in zip(parameters, gradients):
        p.grad = g.clone()
    total = clip(parameters)
    return ([total] if total is not None else []) + [p.grad for p in parameters]


for norm_type in [2.0, 1.0, 3.0, math.inf]:
    for max_norm in [0.5, 100.0]:
        case('clip_grad_norm', lambda *g, max_norm, norm_type: clip(*g, clip=lambda p: torch.nn.utils.clip_grad_norm_(p, max_norm, norm_type)),
             n(2, 3), n(4), n(), max_norm=max_norm, norm_type=norm_type, _grad=False)
case('clip_grad_value', lambda *g, clip_value: clip(*g, clip=lambda p: torch.nn.utils.clip_grad_value_(p, clip_value)), n(2, 3), n(4), clip_value=0.5, _grad=False)
