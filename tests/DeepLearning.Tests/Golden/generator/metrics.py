"""Metrics by their definitions, in numpy and scipy: slow and plain, so that they share nothing with what they judge.

Inputs are predictions and targets; the outputs the figure and, where there are classes, the figure of each (NaN where undefined).
"""
import collections
import math

import numpy as np
import torch
from scipy.spatial.distance import cdist

from .recorder import apply, case, i, n, v

ORACLE = 'PyTorch 2.6'

PROBABILITIES = lambda *s: apply(lambda x: torch.softmax(x, 1), n(*s, digits=3))
COARSE = lambda *s: n(*s, digits=1)  # with ties


def metric(key, source, fn, *inputs, **options):
    def run(p, t, **k):
        figures = fn(p.numpy(), t.numpy(), **k)
        return [torch.tensor(x, dtype=torch.float64) for x in (figures if isinstance(figures, tuple) else (figures,))]
    case(key, run, *inputs, _grad=False, _oracle=source, **options)


def confusion(scores, targets):
    predicted, classes = scores.argmax(1), scores.shape[1]
    counts = np.zeros((classes, classes))
    for t, p in zip(targets.ravel(), predicted.ravel()):
        counts[t, p] += 1
    right, actual, said = np.diag(counts), counts.sum(1), counts.sum(0)
    return right, said - right, actual - right, counts.sum() - said - actual + right  # true and false positives, false and true negatives


def divide(a, b):
    return np.where(b == 0, np.nan, a / np.where(b == 0, 1, b))


def averaged(each, tp, fp, fn, average):
    occurs, support = tp + fp + fn > 0, tp + fn
    weights = support if average == 'weighted' else occurs.astype(float)
    return float((np.nan_to_num(each) * weights)[occurs].sum() / weights[occurs].sum())


def by_class(figure):
    def run(scores, targets, average, **k):
        tp, fp, fn, tn = confusion(scores, targets)
        each = figure(tp, fp, fn, tn, **k)
        value = float(figure(*(x.sum() for x in (tp, fp, fn, tn)), **k)) if average == 'micro' else averaged(each, tp, fp, fn, average)
        return value, each.tolist()
    return run


for scores, targets in [(n(40, 4), i(0, 4, 40)), (n(40, 6), i(0, 3, 40)), (n(10, 3, 4), i(0, 3, 10, 4))]:
    for average in ['macro', 'weighted', 'micro']:
        for beta in [0.5, 2.0]:
            metric('fbeta', 'van Rijsbergen 1979: (1 + b^2) tp / ((1 + b^2) tp + b^2 fn + fp), numpy',
                   by_class(lambda tp, fp, fn, tn, beta: divide((1 + beta ** 2) * tp, (1 + beta ** 2) * tp + beta ** 2 * fn + fp)), scores, targets, average=average, beta=beta)
        metric('specificity', 'tn / (tn + fp), numpy', by_class(lambda tp, fp, fn, tn: divide(tn, tn + fp)), scores, targets, average=average)


def roc_auc(s, t):
    positive, negative = s[t == 1], s[t == 0]
    if len(positive) == 0 or len(negative) == 0:
        return math.nan
    return float(np.mean([(p > q) + (p == q) / 2 for p in positive for q in negative]))


def average_precision(s, t):
    if t.sum() == 0:
        return math.nan
    before, total = 0.0, 0.0
    for threshold in sorted(set(s.tolist()), reverse=True):
        said = s >= threshold
        recall, precision = t[said].sum() / t.sum(), t[said].mean()
        total, before = total + (recall - before) * precision, recall
    return float(total)


def each_class(figure):
    def run(scores, targets, average):
        classes = scores.shape[1]
        truths = targets if targets.ndim == 2 else np.eye(classes)[targets]
        each = [figure(scores[:, k], truths[:, k]) for k in range(classes)]
        if average == 'micro':
            return figure(scores.ravel(), truths.ravel()), each
        weights = truths.sum(0) if average == 'weighted' else np.ones(classes)
        kept = ~np.isnan(each)
        return float((np.array(each) * weights)[kept].sum() / weights[kept].sum()), each
    return run


AUC, AP = 'Fawcett 2006, section 7: pairs of a positive and a negative, numpy', 'sum of (R - R before) P over thresholds, numpy'
for scores in [n(30), COARSE(30)]:
    metric('roc_auc', AUC, roc_auc, scores, i(0, 2, 30))
    metric('average_precision', AP, average_precision, scores, i(0, 2, 30))
for average in ['macro', 'weighted', 'micro']:
    for scores, targets in [(PROBABILITIES(40, 3), i(0, 3, 40)), (PROBABILITIES(40, 4), i(0, 3, 40)), (COARSE(30, 3), i(0, 2, 30, 3))]:
        metric('roc_auc_classes', AUC, each_class(roc_auc), scores, targets, average=average)
        metric('average_precision_classes', AP, each_class(average_precision), scores, targets, average=average)


def coverage(p, t, threshold):
    return float(np.mean(p.max(1) >= threshold))


def coverage_error(s, t):
    return float(np.mean([(s[r] >= s[r][t[r] == 1].min()).sum() if t[r].any() else 0 for r in range(len(s))]))


for threshold in [0.5, 0.6]:
    metric('coverage', 'share of highest probabilities at or above a threshold, numpy', coverage, PROBABILITIES(40, 3), i(0, 3, 40), threshold=threshold)
for scores in [n(20, 5), COARSE(20, 5)]:
    metric('coverage_error', 'Tsoumakas et al. 2010: depth of the lowest true label, numpy', coverage_error, scores, i(0, 2, 20, 5))


def log_softmax(x):
    return x - np.log(np.exp(x - x.max(1, keepdims=True)).sum(1, keepdims=True)) - x.max(1, keepdims=True)


def log_loss(p, t, logits):
    if p.ndim == t.ndim:
        q = 1 / (1 + np.exp(-p)) if logits else p
        return float(-np.mean(np.log(np.where(t == 1, q, 1 - q))))
    logs = log_softmax(p) if logits else np.log(np.maximum(p, 2.0 ** -52))
    return float(-np.mean(np.take_along_axis(logs, t[:, None], 1)))


LIKELIHOOD = 'mean of -log p of the true class, numpy'
metric('log_loss', LIKELIHOOD, log_loss, PROBABILITIES(30, 4), i(0, 4, 30), logits=False)
metric('log_loss', LIKELIHOOD, log_loss, v([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [0.25, 0.75]]), v(0, 0, 1, 1, dtype=torch.int64), logits=False)
metric('log_loss', LIKELIHOOD, log_loss, n(30, 4, scale=3), i(0, 4, 30), logits=True)
metric('log_loss', LIKELIHOOD, log_loss, n(6, 4, 5), i(0, 4, 6, 5), logits=True)
metric('log_loss', LIKELIHOOD, log_loss, apply(torch.sigmoid, n(30)), i(0, 2, 30), logits=False)
metric('log_loss', LIKELIHOOD, log_loss, n(30, scale=3), i(0, 2, 30), logits=True)
metric('perplexity', 'exp of the ' + LIKELIHOOD, lambda p, t: math.exp(log_loss(p, t, True)), n(6, 9, 5), i(0, 9, 6, 5))


def bleu(candidates, references, order, smooth):
    grams = lambda x, k: collections.Counter(tuple(x[j:j + k]) for j in range(len(x) - k + 1))
    rows = [([x for x in c if x != 0], [x for x in r if x != 0]) for c, r in zip(candidates.tolist(), references.tolist())]
    logs = 0.0
    for k in range(1, order + 1):
        matches = sum(sum((grams(c, k) & grams(r, k)).values()) for c, r in rows) + (smooth and k > 1)
        total = sum(max(len(c) - k + 1, 0) for c, _ in rows) + (smooth and k > 1)
        if matches == 0:
            return 0.0
        logs += math.log(matches / total) / order
    c, r = sum(len(c) for c, _ in rows), sum(len(r) for _, r in rows)
    return math.exp(logs) * min(1.0, math.exp(1 - r / c))


# 0 is padding; few tokens, so that n-grams of four do match.
for order in [1, 2, 4]:
    for smooth in [False, True]:
        metric('bleu', 'Papineni et al. 2002; smoothed: Lin and Och 2004, python', bleu, i(0, 3, 9, 14), i(0, 3, 9, 18), order=order, smooth=smooth)


def silhouette(points, clusters):
    distances, values = cdist(points, points), []
    for r, own in enumerate(clusters):
        same = clusters == own
        if same.sum() == 1:
            values.append(0.0)
            continue
        a = distances[r, same].sum() / (same.sum() - 1)
        b = min(distances[r, clusters == other].mean() for other in set(clusters.tolist()) - {own})
        values.append((b - a) / max(a, b))
    return float(np.mean(values))


metric('silhouette', 'Rousseeuw 1987, scipy', silhouette, n(24, 3), i(0, 3, 24))
metric('silhouette', 'Rousseeuw 1987, scipy', silhouette, n(7, 2), v(0, 0, 1, 2, 2, 2, -5, dtype=torch.int64))
