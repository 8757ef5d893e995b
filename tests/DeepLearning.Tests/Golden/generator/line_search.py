"""LBFGS with the strong Wolfe line search on functions that make it go far, turn back, bracket and zoom.

outputs = the parameters after each step, then the losses and how often they were asked for.
"""
ORACLE = 'PyTorch 2.6'

import torch

from .recorder import case, n

FUNCTIONS = {
    'valley': lambda p: (100 * (p[1:] - p[:-1] ** 2) ** 2 + (1 - p[:-1]) ** 2).sum(),
    'waves': lambda p: ((3 * p).sin() + 0.1 * p ** 2).sum(),
    'cone': lambda p: (p ** 2 + 1e-4).sqrt().sum(),
    'wells': lambda p: (p ** 4 - 2 * p ** 2 + 0.3 * p).sum(),
    'cliff': lambda p: (p.exp() - 2 * p).sum(),
    'slope': lambda p: (p ** 2 + 1).log().sum() + 0.01 * p.sum(),
    'bowl': lambda p: (p ** 2 + 0.1 * p ** 4).sum(),
    'wall': lambda p: (0.01 * (8 * p).exp() - p).sum(),
    'down': lambda p: -(p ** 4).sum(),
}


def search(start, kind, steps, **options):
    p = start.detach().clone().requires_grad_()
    made, losses, calls, kept = torch.optim.LBFGS([p], line_search_fn='strong_wolfe', **options), [], [0], []

    def closure():
        made.zero_grad()
        calls[0] += 1
        loss = FUNCTIONS[kind](p)
        loss.backward()
        return loss

    for _ in range(steps):
        losses.append(made.step(closure).item())
        kept.append(p.detach().clone())
    return kept + [torch.tensor(losses, dtype=torch.float64), torch.tensor(calls[0])]


# A rate far too small walks to the bracket, one far too large zooms; a large tolerance ends a zoom early.
for kind in ('valley', 'waves', 'cone', 'wells', 'cliff', 'slope', 'bowl', 'wall'):
    for scale in (0.5, 2.0):
        for lr in (1e-3, 0.1, 1.0, 30.0):
            for extra in (dict(max_iter=1), dict(max_iter=4), dict(max_iter=3, tolerance_change=0.05)):
                case('LBFGS.search', search, n(4, scale=scale), _grad=False, kind=kind, steps=2, lr=lr, **extra)

# Without an end the search gives up after so many trials.
for lr in (0.1, 1.0, 30.0):
    case('LBFGS.search', search, n(4), _grad=False, kind='down', steps=1, lr=lr, max_iter=1)
