"""What goes on around a model: learning-rate schedules over 30 steps (torch.optim.lr_scheduler), and metrics (scikit-learn).

Schedules: the output is the learning rates before steps 0 to 29, from 0.5. Metrics: inputs are predictions and targets, in two
batches for what counts up; scores whose greatest is the class, or numbers for regression.
"""
import numpy as np
import torch
from sklearn import metrics
from torch.optim import lr_scheduler

from .recorder import case, i, n

STEPS = 30


def schedule(key, make):
    def run(**options):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        made = make(optimizer, **options)
        rates = []
        for _ in range(STEPS):
            rates.append(optimizer.param_groups[0]['lr'])
            optimizer.step()
            made.step()
        return torch.tensor(rates, dtype=torch.float64)
    return lambda **options: case(key, run, _grad=False, **options)


step = schedule('StepLR', lr_scheduler.StepLR)
step(step_size=7)
step(step_size=10, gamma=0.5)
schedule('MultiStepLR', lr_scheduler.MultiStepLR)(milestones=[3, 8, 8, 20], gamma=0.3)
schedule('ExponentialLR', lr_scheduler.ExponentialLR)(gamma=0.9)
linear = schedule('LinearLR', lr_scheduler.LinearLR)
linear(start_factor=0.25, end_factor=1.0, total_iters=12)
linear(start_factor=1.0, end_factor=0.1, total_iters=25)
schedule('PolynomialLR', lr_scheduler.PolynomialLR)(total_iters=20, power=2.0)
schedule('CosineAnnealingLR', lr_scheduler.CosineAnnealingLR)(T_max=29, eta_min=0.05)
schedule('CosineAnnealingLR', lr_scheduler.CosineAnnealingLR)(T_max=40, eta_min=0.0)
schedule('LambdaLR.inverse', lambda o, decay: lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + decay * t)))(decay=0.3)
schedule('SequentialLR.warm_up', lambda o, warm, steps: lr_scheduler.SequentialLR(
    o, [lr_scheduler.LinearLR(o, 1 / (warm + 1), 1.0, warm), lr_scheduler.CosineAnnealingLR(o, steps)], [warm]))(warm=5, steps=25)


def scored(figure):
    def run(scores, targets, **options):
        return torch.tensor(figure(targets.numpy(), scores.detach().numpy(), **options), dtype=torch.float64)
    return run


def by_class(figure):
    return scored(lambda t, s, average: figure(t, s.argmax(1), average=average, zero_division=0))


def metric(key, run, *inputs, **options):
    case(key, run, *inputs, _grad=False, **options)


# The last class has no samples among the five: averages leave out what occurs neither as true nor as predicted class.
for classes, wanted in [(4, i(0, 4, 30)), (6, i(0, 3, 40))]:
    metric('accuracy', scored(lambda t, s: metrics.accuracy_score(t, s.argmax(1))), n(*[30 if classes == 4 else 40, classes]), wanted)
    metric('top_k_accuracy', scored(lambda t, s, k: metrics.top_k_accuracy_score(t, s, k=k, labels=np.arange(s.shape[1]))),
           n(*[30 if classes == 4 else 40, classes]), wanted, k=2)
    for average in ['macro', 'weighted', 'micro']:
        for name in ['precision', 'recall', 'f1']:
            metric(name, by_class(getattr(metrics, name + '_score')), n(*[30 if classes == 4 else 40, classes]), wanted, average=average)
metric('mae', scored(lambda t, p: metrics.mean_absolute_error(t, p)), n(25), n(25))
metric('mse', scored(lambda t, p: metrics.mean_squared_error(t, p)), n(25), n(25))
metric('rmse', scored(lambda t, p: metrics.mean_squared_error(t, p) ** 0.5), n(25), n(25))
metric('r2', scored(lambda t, p: metrics.r2_score(t, p)), n(25), n(25))
metric('r2', scored(lambda t, p: metrics.r2_score(t, p)), n(25, shift=1000.0), n(25, shift=1000.0))
