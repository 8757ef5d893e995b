"""Learning-rate schedules over 66 steps: the rates of two groups (0.5 and 0.2) before each step, and the momentum of the first.

outputs = rates [66, 2] and, where a schedule sets it, momentum [66].
"""
ORACLE = 'PyTorch 2.6'

import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR

from .recorder import apply, case, n

STEPS = 66


def optimizer(kind='SGD'):
    groups = [{'params': [torch.zeros(1, requires_grad=True)], 'lr': lr} for lr in (0.5, 0.2)]
    return torch.optim.SGD(groups, lr=0.1, momentum=0.7) if kind == 'SGD' else getattr(torch.optim, kind)(groups)


def momentum_of(group):
    return group['momentum'] if 'momentum' in group else group['betas'][0]


def follow(made, advance, with_momentum=False):
    rates, momenta = [], []
    for t in range(STEPS):
        rates.append([group['lr'] for group in made.param_groups])
        momenta.append(momentum_of(made.param_groups[0]) if with_momentum else 0)
        made.step()
        if t < STEPS - 1:
            advance(t)
    results = [torch.tensor(rates, dtype=torch.float64)]
    return results + ([torch.tensor(momenta, dtype=torch.float64)] if with_momentum else [])


def schedule(key, make, oracle=None, **options):
    def run(**options):
        kind = options.pop('optimizer', 'SGD')
        made = optimizer(kind)
        scheduler = make(made, **options)
        return follow(made, lambda t: scheduler.step(), options.get('cycle_momentum', False))
    case('lr.' + key, run, _grad=False, _oracle=oracle, **options)


def plain(name, **options):
    schedule(name, getattr(lr_scheduler, name), **options)


schedule('LambdaLR', lambda o, decay, gamma: lr_scheduler.LambdaLR(o, [lambda t: 1 / (1 + decay * t), lambda t: gamma ** t]), decay=0.1, gamma=0.95)
schedule('MultiplicativeLR', lambda o, by: lr_scheduler.MultiplicativeLR(o, lambda t: 1 - by / (t + 1)), by=0.5)
for o in [dict(step_size=7), dict(step_size=10, gamma=0.5), dict(step_size=1, gamma=0.97)]:
    plain('StepLR', **o)
plain('MultiStepLR', milestones=[3, 8, 8, 20, 50], gamma=0.3)
plain('MultiStepLR', milestones=[30])
for o in [dict(), dict(factor=0.1, total_iters=20), dict(factor=1.0, total_iters=3)]:
    plain('ConstantLR', **o)
for o in [dict(), dict(start_factor=0.1, end_factor=0.6, total_iters=30), dict(start_factor=1.0, end_factor=0.0, total_iters=50)]:
    plain('LinearLR', **o)
plain('ExponentialLR', gamma=0.9)
for o in [dict(), dict(total_iters=40, power=2.0), dict(total_iters=50, power=0.5), dict(total_iters=60)]:
    plain('PolynomialLR', **o)
for o in [dict(T_max=65), dict(T_max=65, eta_min=0.05), dict(T_max=20, eta_min=0.01), dict(T_max=7), dict(T_max=1, eta_min=0.1)]:
    plain('CosineAnnealingLR', **o)
for o in [dict(T_0=10), dict(T_0=5, T_mult=2), dict(T_0=4, T_mult=3, eta_min=0.01), dict(T_0=1, eta_min=0.05), dict(T_0=100)]:
    plain('CosineAnnealingWarmRestarts', **o)
for mode in ['triangular', 'triangular2', 'exp_range']:
    plain('CyclicLR', base_lr=0.1, max_lr=0.6, step_size_up=8, mode=mode, gamma=0.97, cycle_momentum=False)
    plain('CyclicLR', base_lr=0.0, max_lr=0.3, step_size_up=5, step_size_down=12, mode=mode, gamma=0.95, cycle_momentum=True)
    plain('CyclicLR', base_lr=0.01, max_lr=0.2, step_size_up=6, mode=mode, gamma=0.9, cycle_momentum=True, base_momentum=0.6, max_momentum=0.95, optimizer='Adam')
for by in ['cycle', 'iterations']:
    schedule('CyclicLR.scale', lambda o, scale_mode, **options: lr_scheduler.CyclicLR(o, scale_fn=lambda x: 1 / (1 + 0.1 * x), scale_mode=scale_mode, **options),
             base_lr=0.1, max_lr=0.4, step_size_up=7, scale_mode=by, cycle_momentum=True)
for o in [dict(), dict(anneal_strategy='linear'), dict(three_phase=True), dict(three_phase=True, anneal_strategy='linear', pct_start=0.4),
          dict(pct_start=0.5, div_factor=10.0, final_div_factor=100.0), dict(pct_start=0.0), dict(pct_start=1.0),
          dict(base_momentum=0.5, max_momentum=0.9), dict(optimizer='Adam'), dict(three_phase=True, pct_start=0.2, optimizer='AdamW')]:
    plain('OneCycleLR', **{'max_lr': 0.8, 'total_steps': STEPS, 'cycle_momentum': True, **o})
plain('OneCycleLR', max_lr=0.8, total_steps=STEPS, cycle_momentum=False)
schedule('OneCycleLR.epochs', lambda o, **options: lr_scheduler.OneCycleLR(o, **options), max_lr=[0.8, 0.1], epochs=6, steps_per_epoch=11, cycle_momentum=True)
schedule('SequentialLR', lambda o, warm, steps: lr_scheduler.SequentialLR(
    o, [lr_scheduler.LinearLR(o, 1 / (warm + 1), 1.0, warm), lr_scheduler.CosineAnnealingLR(o, steps)], [warm]), warm=6, steps=60)
schedule('SequentialLR.three', lambda o, milestones: lr_scheduler.SequentialLR(
    o, [lr_scheduler.ConstantLR(o, 0.5, 100), lr_scheduler.ExponentialLR(o, 0.9), lr_scheduler.StepLR(o, 5, 0.5)], milestones), milestones=[10, 40])
schedule('ChainedScheduler', lambda o: lr_scheduler.ChainedScheduler(
    [lr_scheduler.ConstantLR(o, 0.1, 12), lr_scheduler.ExponentialLR(o, 0.97), lr_scheduler.StepLR(o, 20, 0.5)]))
schedule('ChainedScheduler.linear', lambda o: lr_scheduler.ChainedScheduler(
    [lr_scheduler.LinearLR(o, 0.25, 1.0, 10), lr_scheduler.PolynomialLR(o, 70, 2.0), lr_scheduler.MultiplicativeLR(o, lambda t: 0.99)]))
schedule('Noam', lambda o, size, warm: lr_scheduler.LambdaLR(o, lambda t: size ** -0.5 * min((t + 1) ** -0.5, (t + 1) * warm ** -1.5)),
         oracle='Vaswani et al. 2017, Attention is all you need, equation 3', size=64, warm=20)
schedule('InverseTime', lambda o, decay: lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + decay * t)), decay=0.05)


def plateau(figures, **options):
    made = optimizer()
    scheduler = lr_scheduler.ReduceLROnPlateau(made, **options)
    return follow(made, lambda t: scheduler.step(figures[t].item()))


def falling(level):
    return apply(lambda noise: level + 1.0 / (1 + 0.3 * torch.arange(STEPS, dtype=torch.float64)) + 0.02 * noise, n(STEPS, digits=3))


for o in [dict(), dict(patience=2), dict(patience=0, factor=0.5), dict(patience=2, factor=0.5, threshold=0.05), dict(patience=1, threshold=0.05, threshold_mode='abs'),
          dict(patience=1, factor=0.7, cooldown=4), dict(patience=1, factor=0.3, min_lr=0.1), dict(patience=0, factor=0.3, min_lr=[0.2, 0.01]),
          dict(patience=0, factor=0.5, eps=0.02), dict(mode='max', patience=3), dict(mode='max', patience=1, factor=0.6, threshold=0.1),
          dict(mode='max', patience=1, factor=0.6, threshold=0.02, threshold_mode='abs', cooldown=2)]:
    case('lr.ReduceLROnPlateau', plateau, falling(0.5), _grad=False, **o)
case('lr.ReduceLROnPlateau', plateau, apply(lambda f: torch.where(torch.arange(STEPS) % 5 == 2, torch.nan, -f), falling(0.0)), _grad=False, mode='max', patience=2, factor=0.8)


def swa(gamma, start, **options):
    made = optimizer()
    before, after = lr_scheduler.ExponentialLR(made, gamma), SWALR(made, **options)
    return follow(made, lambda t: (after if t + 1 > start else before).step())


for o in [dict(swa_lr=0.05), dict(swa_lr=0.4, anneal_epochs=20, anneal_strategy='linear'), dict(swa_lr=[0.1, 0.3], anneal_epochs=5), dict(swa_lr=0.05, anneal_epochs=1)]:
    case('lr.SWALR', swa, _grad=False, gamma=0.97, start=25, **o)
