"""The losses beside those of losses.py: PyTorch's over all their options, and those that PyTorch lacks by their formulas."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from .modules import layer
from .recorder import apply, case, i, n, scalar, u, v

ORACLE = 'PyTorch 2.6'

I = torch.int64
REDUCTIONS = ['mean', 'sum', 'none']
SIGNS = lambda *s: apply(lambda x: (2 * x - 1).double(), i(0, 2, *s))
HARD = lambda *s: apply(lambda x: x.double(), i(0, 2, *s))
LOGS = lambda dim, *s: apply(lambda x: torch.log_softmax(x, dim), n(*s, digits=3))
PROBABILITIES = lambda dim, *s: apply(lambda x: torch.softmax(x, dim), n(*s, digits=3))


def reduce(losses, reduction):
    return losses.mean() if reduction == 'mean' else losses.sum() if reduction == 'sum' else losses


def rows(names, key, fn, *inputs, **options):
    """A case under each reduction; names in capitals take no gradient."""
    for reduction in REDUCTIONS:
        case(key, fn, *inputs, _names=[x.lower() for x in names], _fixed=tuple(x.lower() for x in names if x.isupper()),
             reduction=reduction, **options)


X, XY, XYZ = ['x', 'Y'], ['x', 'y'], ['x', 'y', 'Z']

# PyTorch's, with every option.
for log_input in [True, False]:
    for full in [True, False]:
        low = n(3, 4) if log_input else u(0.1, 3, 3, 4)
        rows(X, 'poisson_nll_loss', lambda x, y, **k: F.poisson_nll_loss(x, y, **k), low, apply(lambda y: y.double(), i(0, 6, 3, 4)),
             log_input=log_input, full=full, eps=1e-8)
rows(XY, 'poisson_nll_loss', lambda x, y, **k: F.poisson_nll_loss(x, y, **k), u(0.1, 3, 5), u(1.1, 5, 5), log_input=False, full=True, eps=0.1)
rows(X, 'poisson_nll_loss', lambda x, y, **k: F.poisson_nll_loss(x, y, **k), n(3, 4).f32, apply(lambda y: y.float(), i(0, 6, 3, 4)),
     log_input=True, full=True, eps=1e-8)
gaussian = lambda x, y, s, **k: F.gaussian_nll_loss(x, y, s, **k)
for full in [True, False]:
    for shape in [(3, 4), (3,), (3, 1)]:
        rows(['x', 'y', 'variance'], 'gaussian_nll_loss', gaussian, n(3, 4), n(3, 4), u(0.2, 2, *shape), full=full, eps=1e-6)
    rows(['x', 'y', 'variance'], 'gaussian_nll_loss', gaussian, n(5), n(5), v(0.0, 0.01, 0.1, 0.3, 2.0), full=full, eps=0.1)
rows(['x', 'y', 'variance'], 'gaussian_nll_loss', gaussian, n(2, 3, 4), n(2, 3, 4), u(0.2, 2, 2, 3), full=False, eps=1e-6)
rows(['x', 'y', 'variance'], 'gaussian_nll_loss', gaussian, n(2, 3).f32, n(2, 3).f32, u(0.2, 2, 2, 3).f32, full=True, eps=1e-6)

for margin in [1.0, 0.3]:
    rows(X, 'hinge_embedding_loss', lambda x, y, **k: F.hinge_embedding_loss(x, y, **k), n(3, 5), SIGNS(3, 5), margin=margin)
rows(X, 'hinge_embedding_loss', lambda x, y, **k: F.hinge_embedding_loss(x, y, **k), v(1.0, 1.0, 2.0), v(1.0, -1.0, -1.0), margin=1.0)
rows(X, 'soft_margin_loss', lambda x, y, **k: F.soft_margin_loss(x, y, **k), n(3, 4, scale=2), SIGNS(3, 4))
rows(X, 'soft_margin_loss', lambda x, y, **k: F.soft_margin_loss(x, y, **k), n(7).f32, SIGNS(7).f32)
for margin in [0.0, 0.7, -0.2]:
    rows(['x', 'z', 'Y'], 'margin_ranking_loss', lambda x, z, y, **k: F.margin_ranking_loss(x, z, y, **k), n(6), n(6), SIGNS(6), margin=margin)
rows(['x', 'z', 'Y'], 'margin_ranking_loss', lambda x, z, y, **k: F.margin_ranking_loss(x, z, y, **k), n(2, 3), n(2, 3), SIGNS(2, 3), margin=0.0)
rows(['x', 'z', 'Y'], 'margin_ranking_loss', lambda x, z, y, **k: F.margin_ranking_loss(x, z, y, **k), v(1.0, 2.0), v(1.0, 1.5), v(1.0, 1.0), margin=0.5)

triplet = lambda a, p, n, order, **k: F.triplet_margin_loss(a, p, n, p=order, **k)
for order in [2.0, 1.0, 3.0]:
    for swap in [False, True]:
        rows(['a', 'p', 'n'], 'triplet_margin_loss', triplet, n(5, 4), n(5, 4), n(5, 4), order=order, swap=swap, margin=1.0, eps=1e-6)
rows(['a', 'p', 'n'], 'triplet_margin_loss', triplet, n(4), n(4), n(4), order=2.0, swap=True, margin=5.0, eps=1e-6)
rows(['a', 'p', 'n'], 'triplet_margin_loss', triplet, n(2, 3), n(2, 3), n(2, 3), order=2.0, swap=False, margin=0.5, eps=0.01)
rows(['a', 'p', 'n'], 'triplet_margin_loss', triplet, n(2, 3, 4), n(2, 3, 4), n(2, 3, 4), order=2.0, swap=True, margin=2.0, eps=1e-6)
distances = {'none': None, 'l1': lambda a, b: (a - b).abs().sum(1), 'cosine': lambda a, b: 1 - F.cosine_similarity(a, b)}
for distance in distances:
    for swap in [False, True]:
        rows(['a', 'p', 'n'], 'triplet_margin_with_distance_loss',
             lambda a, p, n, distance, **k: F.triplet_margin_with_distance_loss(a, p, n, distance_function=distances[distance], **k),
             n(5, 4), n(5, 4), n(5, 4), distance=distance, swap=swap, margin=1.0)
cosine = lambda a, b, y, **k: F.cosine_embedding_loss(a, b, y, **k)
for margin in [0.0, 0.4, -0.5]:
    rows(['a', 'b', 'Y'], 'cosine_embedding_loss', cosine, n(6, 3), n(6, 3), SIGNS(6), margin=margin)
rows(['a', 'b', 'Y'], 'cosine_embedding_loss', cosine, n(3), n(3), scalar(1.0), margin=0.0)
rows(['a', 'b', 'Y'], 'cosine_embedding_loss', cosine, n(3), n(3), scalar(-1.0), margin=-1.0)
rows(['a', 'b', 'Y'], 'cosine_embedding_loss', cosine, n(4, 3), n(4, 3), v(1, -1, -1, 1, dtype=I), margin=0.0)

margins = lambda x, y, **k: F.multi_margin_loss(x, y, **k)
for p in [1, 2]:
    for margin in [1.0, 0.4]:
        rows(X, 'multi_margin_loss', margins, n(5, 4), i(0, 4, 5), p=p, margin=margin)
        rows(['x', 'y', 'W'], 'multi_margin_loss', lambda x, y, w, **k: F.multi_margin_loss(x, y, weight=w, **k), n(5, 4), i(0, 4, 5), u(0.5, 2, 4),
             p=p, margin=margin)
    rows(X, 'multi_margin_loss', margins, n(4), i(0, 4), p=p, margin=1.0)
    rows(X, 'multi_margin_loss', margins, v([[1.0, 2.0, 0.0]]), v(1, dtype=I), p=p, margin=1.0)
labels = lambda x, y, **k: F.multilabel_margin_loss(x, y, **k)
rows(X, 'multilabel_margin_loss', labels, n(4, 5), v([[3, 0, -1, 1, 2], [1, -1, -1, -1, -1], [-1, 2, 3, 4, 0], [0, 1, 2, 3, 4]], dtype=I))
rows(X, 'multilabel_margin_loss', labels, n(5), v(2, 4, -1, 0, 1, dtype=I))
rows(X, 'multilabel_margin_loss', labels, n(1, 3), v([[1, 1, -1]], dtype=I))
rows(X, 'multilabel_margin_loss', labels, v([[0.0, 1.0, 0.0]]), v([[1, -1, -1]], dtype=I))
soft = lambda x, y, **k: F.multilabel_soft_margin_loss(x, y, **k)
rows(XY, 'multilabel_soft_margin_loss', soft, n(4, 3), u(0, 1, 4, 3))
rows(X, 'multilabel_soft_margin_loss', soft, n(3), HARD(3))
rows(X, 'multilabel_soft_margin_loss', soft, n(2, 3, 4), HARD(2, 3, 4))
rows(['x', 'Y', 'W'], 'multilabel_soft_margin_loss', lambda x, y, w, **k: F.multilabel_soft_margin_loss(x, y, w, **k), n(4, 3), HARD(4, 3), u(0.5, 2, 3))

# Lengths and targets of three sequences: the labels fit with room, exactly (a repetition needs a blank between), and not at all.
for blank, classes in [(0, '1 2 2'), (3, '0 2 2'), (1, '0 2 2')]:
    a, b, c = (int(x) for x in classes.split())
    padded = v([[a, b, c, a], [b, c, 0, 0], [a, a, b, b]], dtype=I)
    joined = v(a, b, c, a, b, c, a, a, b, b, dtype=I)
    for targets in [padded, joined]:
        for zero_infinity in [True, False]:
            for steps in [[8, 3, 6], [7, 5, 8]] + ([[8, 8, 4]] if zero_infinity else []):
                rows(['x', 'y', 'steps', 'labels'], 'ctc_loss', lambda x, *y, **k: F.ctc_loss(torch.log_softmax(x, 2), *y, **k), n(8, 3, 4, digits=2), targets,
                     v(*steps, dtype=I), v(4, 2, 4, dtype=I), blank=blank, zero_infinity=zero_infinity, _second=False)
ctc = lambda x, *y, **k: F.ctc_loss(x, *y, **k)
rows(['x', 'y', 'steps', 'labels'], 'ctc_loss', ctc, LOGS(2, 6, 2, 5), v([[1, 2, 3], [4, 4, 0]], dtype=I), v(6, 5, dtype=I), v(3, 2, dtype=I), blank=0,
     zero_infinity=False, _second=False)
rows(['x', 'y', 'steps', 'labels'], 'ctc_loss', ctc, LOGS(2, 6, 2, 5), v([[1, 2, 3], [4, 4, 0]], dtype=torch.int32), v(6, 5, dtype=torch.int32), v(0, 2, dtype=torch.int32),
     blank=0, zero_infinity=True, _second=False)
rows(['x', 'y', 'steps', 'labels'], 'ctc_loss', ctc, LOGS(1, 6, 5), v(1, 3, 3, dtype=I), scalar(6, I), scalar(3, I), blank=0, zero_infinity=False, _second=False)
rows(['x', 'y', 'steps', 'labels'], 'ctc_loss', ctc, apply(lambda x: x.float(), LOGS(2, 12, 2, 5)), v([[1, 2, 3], [4, 4, 0]], dtype=I), v(12, 9, dtype=I),
     v(3, 2, dtype=I), blank=0, zero_infinity=False, _second=False)

# What losses.py has not: the batch's mean, logarithms, and weights of elements.
for log_target in [False, True]:
    for reduction in ['batchmean'] + REDUCTIONS:
        y = LOGS(1, 3, 4) if log_target else PROBABILITIES(1, 3, 4)
        case('kl_div', lambda x, y, **k: F.kl_div(x, y, **k), LOGS(1, 3, 4), y, reduction=reduction, log_target=log_target)
        case('kl_div', lambda x, y, **k: F.kl_div(x, y, **k), n(5).f32, LOGS(0, 5).f32 if log_target else PROBABILITIES(0, 5).f32, reduction=reduction,
             log_target=log_target)
for beta in [1.0, 0.3, 0.0]:
    rows(XY, 'smooth_l1_loss', lambda x, y, **k: F.smooth_l1_loss(x, y, **k), n(3, 4), n(3, 4), beta=beta)
W = ['x', 'y', 'weight']
rows(W, 'mse_loss_weight', lambda x, y, w, **k: F.mse_loss(x, y, weight=w, **k), n(3, 4), n(3, 4), u(0.2, 2, 3, 4))
rows(W, 'l1_loss_weight', lambda x, y, w, **k: F.l1_loss(x, y, weight=w, **k), n(3, 4), n(3, 4), u(0.2, 2, 3, 4))
rows(W, 'huber_loss_weight', lambda x, y, w, **k: F.huber_loss(x, y, weight=w, **k), n(3, 4), n(3, 4), u(0.2, 2, 3, 4), delta=0.6)
two = lambda x, y, **k: nn.NLLLoss2d(**k)(x, y)
rows(X, 'nll_loss2d', two, LOGS(1, 2, 3, 2, 4), i(0, 3, 2, 2, 4), ignore_index=1)
bce = lambda x, y, w, p, **k: F.binary_cross_entropy_with_logits(x, y, weight=w, pos_weight=p, **k)
rows(['x', 'y', 'W', 'P'], 'bce_with_logits_both', bce, n(2, 3, 2), u(0, 1, 2, 3, 2), u(0.5, 2, 3, 1), u(0.5, 3, 2))


# What PyTorch lacks.
def formula(names, key, source, fn, *inputs, **options):
    rows(names, key, lambda *xs, reduction, **k: reduce(fn(*xs, **k), reduction), *inputs, _oracle=source, **options)


formula(XY, 'log_cosh', 'log cosh(x - y), torch', lambda x, y: torch.log(torch.cosh(x - y)), n(3, 4, scale=2), n(3, 4))
formula(XY, 'msle', '(log(1 + x) - log(1 + y))^2, torch', lambda x, y: (torch.log1p(x) - torch.log1p(y)) ** 2, u(-0.5, 3, 3, 4), u(-0.5, 3, 3, 4))
formula(XY, 'mape', '|x - y| / max(|y|, eps), torch', lambda x, y, eps: (x - y).abs() / y.abs().clamp(min=eps),
        n(3, 4), v([[0.5, -2.0, 0.01, 3.0], [1.0, 0.0, -0.02, 4.0], [2.0, -1.0, 1.5, -0.7]]), eps=0.1)
formula(X, 'squared_hinge', 'Rosasco et al. 2004: max(0, 1 - x y)^2, torch', lambda x, y: torch.relu(1 - x * y) ** 2, n(3, 4), SIGNS(3, 4))
keras = lambda x, y: torch.relu(1 + ((1 - y) * x).max(1).values - (x * y).sum(1))
formula(X, 'categorical_hinge', 'Keras: max(0, 1 + max((1 - y) x) - sum(y x)), torch', lambda x, y: keras(x, F.one_hot(y, x.shape[1]).double()), n(6, 4),
        i(0, 4, 6))
formula(X, 'categorical_hinge', 'Keras: max(0, 1 + max((1 - y) x) - sum(y x)), torch', lambda x, y: keras(x, y), n(6, 4), PROBABILITIES(1, 6, 4))


def contrastive(a, b, y, margin):
    d = ((a - b) ** 2).sum(-1).sqrt()
    return 0.5 * (y * d ** 2 + (1 - y) * torch.relu(margin - d) ** 2)


for margin in [1.0, 2.5]:
    formula(['a', 'b', 'Y'], 'contrastive', 'Hadsell et al. 2006, eq. 4, with y = 1 for pairs that belong together, torch', contrastive, n(6, 3), n(6, 3), HARD(6), margin=margin)


def sigmoid_focal(x, y, alpha, gamma):
    p = torch.sigmoid(x)
    pt, at = p * y + (1 - p) * (1 - y), 1.0 if alpha is None else alpha * y + (1 - alpha) * (1 - y)
    return at * (1 - pt) ** gamma * F.binary_cross_entropy_with_logits(x, y, reduction='none')


def focal(x, y, w=None, gamma=2.0):
    logs = torch.log_softmax(x, 1).gather(1, y[:, None])[:, 0]
    return (1.0 if w is None else w[y]) * -(1 - logs.exp()) ** gamma * logs


for gamma in [2.0, 0.0, 1.0, 0.5, 3.5]:
    for alpha in [0.25, None]:
        formula(X, 'sigmoid_focal', 'Lin et al. 2017, eq. 5, torch', sigmoid_focal, n(3, 4), HARD(3, 4), alpha=alpha, gamma=gamma)
    formula(X, 'focal', 'Lin et al. 2017, eq. 4, with softmax, torch', focal, n(5, 4), i(0, 4, 5), gamma=gamma)
    for reduction in REDUCTIONS:
        case('focal', lambda x, y, w, gamma, reduction: focal(x, y, w, gamma).sum() / w[y].sum() if reduction == 'mean' else reduce(focal(x, y, w, gamma), reduction),
             n(5, 4), i(0, 4, 5), u(0.5, 2, 4), _names=['x', 'y', 'w'], _fixed=('w',), _oracle='Lin et al. 2017, eq. 5, with softmax, torch', gamma=gamma, reduction=reduction)
formula(X, 'sigmoid_focal', 'Lin et al. 2017, eq. 5, torch', sigmoid_focal, n(6), u(0, 1, 6), alpha=0.7, gamma=2.0)


def overlap(x, y):
    axes = tuple(range(x.dim()))[min(x.dim() - 1, 2):]
    return (x * y).sum(axes), x.sum(axes), y.sum(axes), (x * x).sum(axes), (y * y).sum(axes)


def dice(x, y, smooth, squared):
    both, a, b, aa, bb = overlap(x, y)
    return 1 - (2 * both + smooth) / ((aa + bb if squared else a + b) + smooth)


def tversky(x, y, alpha, beta, smooth):
    both, a, b, *_ = overlap(x, y)
    return 1 - (both + smooth) / (both + alpha * (a - both) + beta * (b - both) + smooth)


for shape in [(2, 3, 4, 5), (3, 6), (7,)]:
    for squared in [False, True]:
        formula(X, 'dice', 'Milletari et al. 2016, eq. 2, smoothed, torch', dice, u(0, 1, *shape), HARD(*shape), smooth=1.0, squared=squared)
    formula(X, 'tversky', 'Salehi et al. 2017, eq. 2, smoothed, torch', tversky, u(0, 1, *shape), HARD(*shape), alpha=0.3, beta=0.7, smooth=0.5)


def info_nce(q, p, n=None, temperature=0.1):
    unit = lambda x: x / x.norm(dim=-1, keepdim=True)
    q, p = unit(q), unit(p)
    if n is None:
        scores, own = q @ p.T, torch.arange(len(q))
    else:
        others = q @ unit(n).T if n.dim() == 2 else torch.einsum('nd,nmd->nm', q, unit(n))
        scores, own = torch.cat([(q * p).sum(1, keepdim=True), others], 1), torch.zeros(len(q), dtype=I)
    return F.cross_entropy(scores / temperature, own, reduction='none')


for temperature in [0.1, 0.7]:
    formula(['q', 'p'], 'info_nce', 'van den Oord et al. 2018, eq. 4, of cosines, torch', info_nce, n(4, 3), n(4, 3), temperature=temperature)
    formula(['q', 'p', 'n'], 'info_nce', 'van den Oord et al. 2018, eq. 4, of cosines, torch', info_nce, n(4, 3), n(4, 3), n(5, 3), temperature=temperature)
    formula(['q', 'p', 'n'], 'info_nce', 'van den Oord et al. 2018, eq. 4, of cosines, torch', info_nce, n(4, 3), n(4, 3), n(4, 2, 3), temperature=temperature)


def distillation(x, z, y=None, temperature=2.0, alpha=0.5):
    soft = F.kl_div(torch.log_softmax(x / temperature, 1), torch.softmax(z / temperature, 1), reduction='none').sum(1) * temperature ** 2
    return soft if y is None else alpha * soft + (1 - alpha) * F.cross_entropy(x, y, reduction='none')


for temperature in [1.0, 3.0]:
    formula(['x', 'Z'], 'distillation', 'Hinton et al. 2015, section 2, torch', distillation, n(4, 5), n(4, 5), temperature=temperature)
    formula(['x', 'Z', 'y'], 'distillation', 'Hinton et al. 2015, section 2, torch', distillation, n(4, 5), n(4, 5), i(0, 5, 4), temperature=temperature, alpha=0.3)
    formula(['x', 'Z', 'Y'], 'distillation', 'Hinton et al. 2015, section 2, torch', distillation, n(4, 5), n(4, 5), PROBABILITIES(1, 4, 5), temperature=temperature, alpha=0.8)
sampling = lambda x, n: -F.logsigmoid(x) - F.logsigmoid(-n).sum(-1)
formula(['x', 'n'], 'negative_sampling', 'Mikolov et al. 2013, eq. 4, torch', sampling, n(4), n(4, 5))
formula(['x', 'n'], 'negative_sampling', 'Mikolov et al. 2013, eq. 4, torch', sampling, n(2, 3), n(2, 3, 2))


def contrast(x, n, qx, qn):
    k = n.shape[-1]
    h = lambda s, q: torch.exp(s) / (torch.exp(s) + k * torch.exp(q))
    return -torch.log(h(x, qx)) - torch.log(1 - h(n, qn)).sum(-1)


formula(['x', 'n', 'QX', 'QN'], 'noise_contrastive', 'Gutmann and Hyvarinen 2010, eq. 3; Mnih and Teh 2012, eq. 8, torch', contrast, n(4), n(4, 5), u(-4, -1, 4), u(-4, -1, 4, 5))
variation = lambda x: (x[..., 1:, :] - x[..., :-1, :]).abs().flatten(-2).sum(-1) + (x[..., 1:] - x[..., :-1]).abs().flatten(-2).sum(-1)
for shape in [(2, 3, 4, 5), (2, 4, 3), (4, 4)]:
    formula(['x'], 'total_variation', 'Rudin et al. 1992, anisotropic, torch', lambda x: variation(x).sum(1) if x.dim() == 4 else variation(x).sum(), n(*shape))


def masked(x, y, mask, weights=None):
    w = (torch.ones(x.shape[-1]).double() if weights is None else weights).expand(x.shape) * mask
    return w, w * (x - torch.where(mask, y, 0.0)) ** 2


def missing(x, y, mask, *w, reduction):
    weights, losses = masked(x, y, mask, *w)
    return losses.sum() / weights.sum() if reduction == 'mean' else reduce(losses, reduction)


MASK = v([[1, 0, 1], [0, 0, 1], [1, 1, 1], [0, 0, 0]], dtype=torch.bool)
rows(['x', 'Y', 'mask'], 'masked', missing, n(4, 3), n(4, 3), MASK, _oracle='mean of the squares that count, torch')
rows(['x', 'Y', 'mask', 'W'], 'masked', missing, n(4, 3), n(4, 3), MASK, u(0.5, 2, 3), _oracle='weighted mean of the squares that count, torch')


# The adaptive softmax: the log-probability of each target, the loss, all log-probabilities, the predicted classes.
class Adaptive(nn.AdaptiveLogSoftmaxWithLoss):
    def forward(self, x, y):
        output, loss = super().forward(x, y)
        return output, loss, self.log_prob(x if x.dim() == 2 else x[None]), self.predict(x if x.dim() == 2 else x[None])


Adaptive.__name__ = 'AdaptiveLogSoftmaxWithLoss'
for cutoffs, classes, div in [([3], 7, 4.0), ([2, 5], 9, 2.0), ([2, 4, 6], 10, 1.5)]:
    for head_bias in [False, True]:
        shapes = {'head.weight': (cutoffs[0] + len(cutoffs), 8)}
        shapes.update({'head.bias': (cutoffs[0] + len(cutoffs),)} if head_bias else {})
        for k, low in enumerate(cutoffs):
            features = int(8 // div ** (k + 1))
            shapes.update({f'tail.{k}.0.weight': (features, 8), f'tail.{k}.1.weight': ((cutoffs + [classes])[k + 1] - low, features)})
        layer(Adaptive, n(6, 8), i(0, classes, 6), _shapes=shapes, in_features=8, n_classes=classes, cutoffs=cutoffs, div_value=div, head_bias=head_bias)
        layer(Adaptive, n(3, 8), v(0, 1, 0, dtype=I), _shapes=shapes, in_features=8, n_classes=classes, cutoffs=cutoffs, div_value=div, head_bias=head_bias)


def tree(x, y, w, b, *paths):
    """Each class's path from the root: inner nodes, and whether it turns left (+) or right (-)."""
    def loss(row, k):
        return -sum(F.logsigmoid(sign * (w[node] @ row + b[node])) for node, sign in paths[k])
    return torch.stack([loss(x[r], k) for r, k in enumerate(y.tolist())])


# Frequencies 5 2 1 1: the two 1s join, then 2 with them, then 5 with those: the rest lies left, for it is rarer.
huffman = [[(0, -1)], [(0, 1), (1, 1)], [(0, 1), (1, -1), (2, 1)], [(0, 1), (1, -1), (2, -1)]]
formula(['input', 'input', 'weight', 'bias'], 'hierarchical_softmax', 'Morin and Bengio 2005, eq. 3; Huffman tree by hand, torch',
        lambda x, y, w, b: tree(x, y, w, b, *huffman), n(5, 3), v(0, 1, 2, 3, 2, dtype=I), n(3, 3), n(3))
