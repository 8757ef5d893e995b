"""Losses with every reduction, weights, ignored classes, smoothing, margins, targets of every form."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from .case import Call, layer


def loss(d, key, fn, inputs, fixed=(), second=True, reductions=('mean', 'sum', 'none'), **args):
    args = {'reduction': d.pick(reductions), **args}
    return Call(key, lambda *xs: fn(*xs, **args), inputs, args, fixed=fixed, second=second)


def shape(d, low=0):
    return [d.batch(0.02) for _ in range(d.int(low, 3))]


def elementwise(d):
    s = shape(d)
    x, y = d.normal(*s), d.normal(*s)
    kind = d.int(0, 6)
    if kind == 0:
        return loss(d, 'mse_loss', lambda x, y, reduction: F.mse_loss(x, y, reduction=reduction), [x, y])
    if kind == 1:
        return loss(d, 'l1_loss', lambda x, y, reduction: F.l1_loss(x, y, reduction=reduction), [x, y])
    if kind == 2:
        return loss(d, 'huber_loss', F.huber_loss, [x, y], delta=d.real(0.2, 2))
    if kind == 3:
        return loss(d, 'smooth_l1_loss', F.smooth_l1_loss, [x, y], beta=d.pick([0.0, d.real(0.1, 2)]))
    if kind == 4:
        return loss(d, 'soft_margin_loss', F.soft_margin_loss, [x, d.signs(*s)], (1,))
    if kind == 5:
        return loss(d, 'hinge_embedding_loss', F.hinge_embedding_loss, [x, d.signs(*s)], (1,), margin=d.real(-1, 2))
    key = d.pick(['mse_loss_weight', 'l1_loss_weight', 'huber_loss_weight'])
    more = {'delta': d.real(0.2, 2)} if key.startswith('huber') else {}
    fn = {'mse_loss_weight': F.mse_loss, 'l1_loss_weight': F.l1_loss, 'huber_loss_weight': F.huber_loss}[key]
    return loss(d, key, lambda x, y, w, **o: fn(x, y, weight=w, **o), [x, y, d.uniform(0.2, 2, *s)], **more)


def count_losses(d):
    s = shape(d)
    if d.chance(0.5):
        log = d.chance(0.5)
        return loss(d, 'poisson_nll_loss', F.poisson_nll_loss, [d.normal(*s) if log else d.uniform(0.1, 3, *s), d.integers(0, 7, *s).double()], (1,), log_input=log,
                    full=d.chance(0.5), eps=d.pick([1e-8, 0.01]))
    variance = d.pick([s, s[:-1] + [1] if s else s, s[:-1]])
    return loss(d, 'gaussian_nll_loss', F.gaussian_nll_loss, [d.normal(*s), d.normal(*s), d.uniform(0.2, 2, *variance)], full=d.chance(0.5), eps=d.pick([1e-6, 0.5]))


def binary(d):
    s = shape(d)
    y = d.uniform(0, 1, *s) if d.chance(0.5) else d.integers(0, 2, *s).double()
    weight = d.uniform(0.3, 2, *[n if d.chance(0.7) else 1 for n in s[d.int(0, len(s)):]])
    pos = d.uniform(0.3, 2, *(s[-1:] if d.chance(0.7) else [1] * min(1, len(s))))
    kind = d.int(0, 5)
    if kind < 2:
        x = d.uniform(0.02, 0.98, *s)
        if kind == 0:
            return loss(d, 'binary_cross_entropy', lambda x, y, reduction: F.binary_cross_entropy(x, y, reduction=reduction), [x, y], (1,), False)
        return loss(d, 'binary_cross_entropy_weight', lambda x, y, w, reduction: F.binary_cross_entropy(x, y, w, reduction=reduction), [x, y, weight], (1, 2), False)
    x, logits = d.normal(*s, scale=2), F.binary_cross_entropy_with_logits
    if kind == 2:
        return loss(d, 'bce_with_logits', lambda x, y, reduction: logits(x, y, reduction=reduction), [x, y])
    if kind == 3:
        return loss(d, 'bce_with_logits_weight', lambda x, y, w, reduction: logits(x, y, w, reduction=reduction), [x, y, weight], (2,))
    if kind == 4:
        return loss(d, 'bce_with_logits_pos_weight', lambda x, y, p, reduction: logits(x, y, pos_weight=p, reduction=reduction), [x, y, pos], (2,))
    return loss(d, 'bce_with_logits_both', lambda x, y, w, p, reduction: logits(x, y, w, pos_weight=p, reduction=reduction), [x, y, weight, pos], (2, 3))


def classes(d):
    count, rest = d.pick([1, 2, 3, 5, 9]), [d.pick([1, 2, 3]) for _ in range(d.pick([0, 0, 0, 1, 2]))]
    lead = [] if d.chance(0.15) and not rest else [d.batch(0.03)]
    x = d.normal(*lead, count, *rest, scale=2)
    ignored = d.pick([-100, -100, d.int(0, count - 1), -1])
    y = d.integers(0, count, *lead, *rest)
    y = torch.where(d.truth(*y.shape, p=0.2), torch.tensor(ignored), y)
    weighted = d.chance(0.5)
    weight = [d.uniform(0.2, 2, count)] if weighted else []
    if d.chance(0.6):
        smoothing = d.pick([0.0, 0.0, d.real(0, 1)])
        if d.chance(0.35):
            y = torch.softmax(d.normal(*x.shape), 1 if lead else 0)
            ignored = -100
        fn = lambda x, y, w=None, **o: F.cross_entropy(x, y, w, **o)
        return loss(d, 'cross_entropy' + ('_weight' if weighted else ''), fn, [x, y, *weight], (2,), ignore_index=ignored, label_smoothing=smoothing)
    return loss(d, 'nll_loss' + ('_weight' if weighted else ''), lambda x, y, w=None, **o: F.nll_loss(x, y, w, **o), [torch.log_softmax(x, 1 if lead else 0), y, *weight], (2,),
                ignore_index=ignored)


def divergence(d):
    s, log = shape(d, 1), d.chance(0.5)
    y = torch.log_softmax(d.normal(*s), -1)
    return loss(d, 'kl_div', F.kl_div, [torch.log_softmax(d.normal(*s), -1), y if log else y.exp()], reductions=('mean', 'sum', 'none', 'batchmean'), log_target=log)


def margins(d):
    kind = d.int(0, 5)
    if kind == 0:
        s = shape(d)
        return loss(d, 'margin_ranking_loss', F.margin_ranking_loss, [d.normal(*s), d.normal(*s), d.signs(*s)], (2,), margin=d.real(-0.5, 1))
    if kind == 1:
        s = [*shape(d)[:2], d.int(1, 5)]
        fn = lambda a, p, n, order, **o: F.triplet_margin_loss(a, p, n, p=order, **o)
        return loss(d, 'triplet_margin_loss', fn, [d.normal(*s), d.normal(*s), d.normal(*s)], margin=d.real(0.1, 3), order=d.pick([1.0, 2.0, 2.0, 3.0, 1.5]), eps=d.pick([1e-6, 0.01]),
                    swap=d.chance(0.5))
    if kind == 2:
        s = [d.batch(0.02), d.int(1, 5)]
        distances = {'none': None, 'l1': lambda a, b: (a - b).abs().sum(1), 'cosine': lambda a, b: 1 - F.cosine_similarity(a, b)}
        fn = lambda a, p, n, distance, **o: F.triplet_margin_with_distance_loss(a, p, n, distance_function=distances[distance], **o)
        return loss(d, 'triplet_margin_with_distance_loss', fn, [d.normal(*s), d.normal(*s), d.normal(*s)], distance=d.pick(list(distances)), margin=d.real(0.1, 3), swap=d.chance(0.5))
    if kind == 3:
        n, width = d.batch(0.02), d.int(1, 5)
        lead = [] if d.chance(0.2) else [n]
        return loss(d, 'cosine_embedding_loss', F.cosine_embedding_loss, [d.normal(*lead, width), d.normal(*lead, width), d.signs(*lead)], (2,), margin=d.real(-1, 1))
    if kind == 4:
        count, lead = d.int(1, 6), [] if d.chance(0.2) else [d.batch(0.02)]
        weight = [d.uniform(0.2, 2, count)] if d.chance(0.5) else []
        return loss(d, 'multi_margin_loss', lambda x, y, w=None, **o: F.multi_margin_loss(x, y, weight=w, **o), [d.normal(*lead, count), d.integers(0, count, *lead), *weight], (2,),
                    p=d.pick([1, 2]), margin=d.real(-0.5, 2))
    lead, count = [] if d.chance(0.2) else [d.batch(0.02)], d.int(1, 5)
    if d.chance(0.5):
        weight = [d.uniform(0.2, 2, count)] if d.chance(0.5) else []
        return loss(d, 'multilabel_soft_margin_loss', lambda x, y, w=None, **o: F.multilabel_soft_margin_loss(x, y, w, **o),
                    [d.normal(*lead, count), d.integers(0, 2, *lead, count).double(), *weight], (1, 2))
    rows = [d.g.permutation(count)[:d.int(0, count)].tolist() for _ in range(lead[0] if lead else 1)]
    y = torch.tensor([row + [-1] * (count - len(row)) for row in rows], dtype=torch.int64).reshape(*lead, count)
    return loss(d, 'multilabel_margin_loss', F.multilabel_margin_loss, [d.normal(*lead, count), y])


def alignments(d):
    steps, count, batch = d.int(1, 9), d.int(2, 5), d.pick([1, 1, 2, 3, 5])
    blank = d.int(0, count - 1)
    labels = [d.int(0, min(4, steps)) for _ in range(batch)]
    others = [k for k in range(count) if k != blank]
    rows = [[d.pick(others) for _ in range(max(labels))] for _ in range(batch)]
    frames = [d.int(max(1, min(steps, 2 * n)), steps) for n in labels]
    kind = d.pick([torch.int64, torch.int32])
    if d.chance(0.5):
        y = torch.tensor(rows, dtype=kind).reshape(batch, max(labels))
    else:
        y = torch.tensor([k for row, n in zip(rows, labels) for k in row[:n]], dtype=kind)
    lengths = [torch.tensor(frames, dtype=kind), torch.tensor(labels, dtype=kind)]
    # A sequence that does not fit has an infinite loss, and a gradient of NaN in PyTorch.
    return loss(d, 'ctc_loss', lambda x, *y, **o: F.ctc_loss(torch.log_softmax(x, 2), *y, **o), [d.normal(steps, batch, count, scale=2), y, *lengths], second=False, blank=blank,
                zero_infinity=True)


class AdaptiveLogSoftmaxWithLoss(nn.AdaptiveLogSoftmaxWithLoss):
    """The log-probability of each target, the loss, all log-probabilities, the predicted classes."""

    def forward(self, x, y):
        output, found = super().forward(x, y)
        return output, found, self.log_prob(x), self.predict(x)


def adaptive(d):
    count = d.int(4, 12)
    cutoffs = sorted(set(d.int(1, count - 1) for _ in range(d.int(1, 3))))
    options = dict(in_features=d.pick([4, 8, 9]), n_classes=count, cutoffs=cutoffs, div_value=d.pick([1.5, 2.0]), head_bias=d.chance(0.5))
    n = d.int(1, 7)
    return layer(d, AdaptiveLogSoftmaxWithLoss, d.normal(n, options['in_features']), d.integers(0, count, n), arguments=options)


ALL = [elementwise, elementwise, elementwise, count_losses, binary, binary, classes, classes, classes, divergence, margins, margins, margins, alignments, adaptive]
