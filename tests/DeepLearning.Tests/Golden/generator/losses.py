"""Losses, with every reduction; the edges of their domains."""
import math

import torch
import torch.nn.functional as F

from .recorder import apply, case, i, n, u, v

I = torch.int64
REDUCTIONS = ['mean', 'sum', 'none']
PROBABILITIES = lambda *s: apply(lambda x: torch.softmax(x, 1), n(*s, digits=2))

for reduction in REDUCTIONS:
    case('mse_loss', F.mse_loss, n(3, 4), n(3, 4), reduction=reduction)
    case('l1_loss', F.l1_loss, n(3, 4), n(3, 4), reduction=reduction)
    case('l1_loss', F.l1_loss, v(1.0, 2.0, -0.0), v(1.0, 3.0, 0.0), reduction=reduction)
    for delta in [1.0, 0.4]:
        case('huber_loss', F.huber_loss, n(3, 4), n(3, 4), reduction=reduction, delta=delta)
    case('huber_loss', F.huber_loss, v(1.0, 0.0, -1.0, 5.0), v(0.0, 1.0, -1.0, 0.0), reduction=reduction, delta=1.0)

    cross_entropy = lambda x, y, **k: F.cross_entropy(x, y, **k)
    weighted = lambda x, y, w, **k: F.cross_entropy(x, y, weight=w, **k)
    for smoothing in [0.0, 0.2]:
        more = dict(reduction=reduction, label_smoothing=smoothing)
        case('cross_entropy', cross_entropy, n(4, 5), i(0, 5, 4), ignore_index=-100, **more)
        case('cross_entropy', cross_entropy, n(4, 5), v(1, -100, 0, 4, dtype=I), ignore_index=-100, **more)
        case('cross_entropy', cross_entropy, n(4, 5), v(1, 2, 0, 2, dtype=I), ignore_index=2, **more)
        case('cross_entropy', cross_entropy, n(2, 3, 2, 2), i(0, 3, 2, 2, 2), ignore_index=-100, **more)
        case('cross_entropy', cross_entropy, n(4), i(0, 4), ignore_index=-100, **more)
        case('cross_entropy', cross_entropy, n(4, 5), PROBABILITIES(4, 5), ignore_index=-100, **more)
        case('cross_entropy', cross_entropy, n(2, 3, 2), PROBABILITIES(2, 3, 2), ignore_index=-100, **more)
        case('cross_entropy_weight', weighted, n(4, 5), i(0, 5, 4), u(0.5, 2, 5), ignore_index=-100, _names=['x', 'y', 'weight'], _fixed=('weight',), **more)
        case('cross_entropy_weight', weighted, n(4, 5), v(1, 2, 0, 2, dtype=I), u(0.5, 2, 5), ignore_index=2, _names=['x', 'y', 'weight'], _fixed=('weight',), **more)
        case('cross_entropy_weight', weighted, n(4, 5), PROBABILITIES(4, 5), u(0.5, 2, 5), ignore_index=-100, _names=['x', 'y', 'weight'], _fixed=('weight',), **more)
        case('cross_entropy_weight', weighted, n(2, 3, 2), i(0, 3, 2, 2), u(0.5, 2, 3), ignore_index=1, _names=['x', 'y', 'weight'], _fixed=('weight',), **more)
    case('cross_entropy', cross_entropy, v([[1000.0, 0.0], [-1000.0, 1000.0]]), v(1, 1, dtype=I), ignore_index=-100, reduction=reduction, label_smoothing=0.0)
    case('cross_entropy', cross_entropy, n(4, 5).f32, i(0, 5, 4), ignore_index=-100, reduction=reduction, label_smoothing=0.1)
    case('cross_entropy', cross_entropy, n(2, 3), v(-100, -100, dtype=I), ignore_index=-100, reduction=reduction, label_smoothing=0.0, _second=False)

    logs = apply(lambda x: torch.log_softmax(x, 1), n(4, 5))
    case('nll_loss', lambda x, y, **k: F.nll_loss(x, y, **k), logs, i(0, 5, 4), ignore_index=-100, reduction=reduction)
    case('nll_loss', lambda x, y, **k: F.nll_loss(x, y, **k), logs, v(1, 2, 0, 2, dtype=I), ignore_index=2, reduction=reduction)
    case('nll_loss', lambda x, y, **k: F.nll_loss(x, y, **k), n(2, 3, 2, 2), i(0, 3, 2, 2, 2), ignore_index=-100, reduction=reduction)
    case('nll_loss_weight', lambda x, y, w, **k: F.nll_loss(x, y, w, **k), logs, v(1, 2, 0, 2, dtype=I), u(0.5, 2, 5), ignore_index=0, reduction=reduction,
         _names=['x', 'y', 'weight'], _fixed=('weight',))

    bce = lambda x, y, **k: F.binary_cross_entropy(x, y, **k)
    case('binary_cross_entropy', bce, u(0.05, 0.95, 3, 4), u(0, 1, 3, 4), reduction=reduction)
    case('binary_cross_entropy', bce, v(0.0, 1.0, 0.0, 1.0, 1e-50), v(0.0, 1.0, 1.0, 0.0, 1.0), reduction=reduction, _second=False,
         _names=['x', 'y'], _fixed=('y',))
    case('binary_cross_entropy_weight', lambda x, y, w, **k: F.binary_cross_entropy(x, y, w, **k), u(0.05, 0.95, 3, 4), u(0, 1, 3, 4), u(0.5, 2, 4),
         reduction=reduction, _names=['x', 'y', 'weight'], _fixed=('weight',))
    logits = lambda x, y, **k: F.binary_cross_entropy_with_logits(x, y, **k)
    case('bce_with_logits', logits, n(3, 4, scale=2), u(0, 1, 3, 4), reduction=reduction)
    case('bce_with_logits', logits, v(1000.0, -1000.0, 0.0, 40.0), v(0.0, 1.0, 0.3, 1.0), reduction=reduction, _second=False)
    case('bce_with_logits', logits, n(3, 4, scale=2).f32, u(0, 1, 3, 4).f32, reduction=reduction)
    case('bce_with_logits_weight', lambda x, y, w, **k: F.binary_cross_entropy_with_logits(x, y, w, **k), n(3, 4), u(0, 1, 3, 4), u(0.5, 2, 4),
         reduction=reduction, _names=['x', 'y', 'weight'], _fixed=('weight',))
    case('bce_with_logits_pos_weight', lambda x, y, p, **k: F.binary_cross_entropy_with_logits(x, y, pos_weight=p, **k), n(3, 4, scale=2), u(0, 1, 3, 4), u(0.5, 3, 4),
         reduction=reduction, _names=['x', 'y', 'weight'], _fixed=('weight',))
    case('bce_with_logits_pos_weight', lambda x, y, p, **k: F.binary_cross_entropy_with_logits(x, y, pos_weight=p, **k), v([[1000.0, -1000.0, 0.0]]), v([[0.0, 1.0, 0.3]]), u(0.5, 3, 3),
         reduction=reduction, _second=False, _names=['x', 'y', 'weight'], _fixed=('weight',))
