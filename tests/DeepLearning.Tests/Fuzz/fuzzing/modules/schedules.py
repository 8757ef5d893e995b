"""Learning-rate schedules over 66 steps of two groups, alone, in sequence and multiplied."""
import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR

from .case import Call, tuples

STEPS = 66


def optimizer(kind='SGD'):
    groups = [{'params': [torch.zeros(1, requires_grad=True)], 'lr': rate} for rate in (0.5, 0.2)]
    return torch.optim.SGD(groups, lr=0.1, momentum=0.7) if kind == 'SGD' else getattr(torch.optim, kind)(groups)


def follow(made, advance, with_momentum=False):
    rates, momenta = [], []
    for t in range(STEPS):
        rates.append([group['lr'] for group in made.param_groups])
        first = made.param_groups[0]
        momenta.append((first['momentum'] if 'momentum' in first else first['betas'][0]) if with_momentum else 0)
        made.step()
        if t < STEPS - 1:
            advance(t)
    rates = [torch.tensor(rates, dtype=torch.float64)]
    return rates + ([torch.tensor(momenta, dtype=torch.float64)] if with_momentum else [])


def call(key, run, args, inputs=()):
    return Call('lr.' + key, run, list(inputs), args, grad=False, group='optimizer_paths')


def simple(d):
    """The name and the options of a schedule whose rate is a factor of the group's own."""
    return d.pick([
        lambda: ('StepLR', dict(step_size=d.int(1, 20), **d.some(gamma=lambda: d.real(0.2, 1)))),
        lambda: ('MultiStepLR', dict(milestones=sorted(d.int(1, 60) for _ in range(d.int(1, 4))), **d.some(gamma=lambda: d.real(0.2, 1)))),
        lambda: ('ConstantLR', d.some(factor=lambda: d.real(0.05, 1), total_iters=lambda: d.int(1, 40))),
        lambda: ('LinearLR', d.some(start_factor=lambda: d.real(0.05, 1), end_factor=lambda: d.real(0, 1), total_iters=lambda: d.int(1, 50))),
        lambda: ('ExponentialLR', dict(gamma=d.real(0.8, 1))),
        lambda: ('PolynomialLR', dict(total_iters=d.int(1, 70), **d.some(power=lambda: d.real(0.3, 3)))),
        lambda: ('CosineAnnealingLR', dict(T_max=d.int(1, 70))),
        lambda: ('CosineAnnealingWarmRestarts', dict(T_0=d.int(1, 20), **d.some(T_mult=lambda: d.int(1, 3))))])()


def alone(d):
    name, args = simple(d)
    if name.startswith('Cosine'):
        args.update(d.some(eta_min=lambda: d.real(0, 0.15)))

    def run():
        made = optimizer()
        scheduler = getattr(lr_scheduler, name)(made, **args)
        return follow(made, lambda t: scheduler.step())
    return call(name, run, args)


def cyclic(d):
    args = dict(base_lr=d.real(0, 0.1), max_lr=d.real(0.2, 0.9), step_size_up=d.int(1, 20), cycle_momentum=d.chance(0.5), mode=d.pick(['triangular', 'triangular2', 'exp_range']),
                optimizer=d.pick(['SGD', 'Adam']), **d.some(step_size_down=lambda: d.int(1, 20), gamma=lambda: d.real(0.9, 1)))
    if args['cycle_momentum']:
        args.update(d.some(base_momentum=lambda: d.real(0.5, 0.8), max_momentum=lambda: d.real(0.8, 0.98)))

    def run():
        made = optimizer(args['optimizer'])
        scheduler = lr_scheduler.CyclicLR(made, **{k: o for k, o in args.items() if k != 'optimizer'})
        return follow(made, lambda t: scheduler.step(), args['cycle_momentum'])
    return call('CyclicLR', run, args)


def one_cycle(d):
    args = dict(max_lr=d.real(0.1, 1), total_steps=d.int(66, 120), cycle_momentum=d.chance(0.5), optimizer=d.pick(['SGD', 'Adam', 'AdamW']), **d.some(
        pct_start=lambda: d.pick([0.0, 1.0, d.real(0, 1)]), anneal_strategy='linear', three_phase=True, div_factor=lambda: d.real(2, 30), final_div_factor=lambda: d.real(2, 1e4)))
    if args.get('three_phase'):
        args['pct_start'] = d.real(0.1, 0.45)
    if args['cycle_momentum']:
        args.update(d.some(base_momentum=lambda: d.real(0.5, 0.8), max_momentum=lambda: d.real(0.8, 0.98)))

    def run():
        made = optimizer(args['optimizer'])
        scheduler = lr_scheduler.OneCycleLR(made, **{k: o for k, o in args.items() if k != 'optimizer'})
        return follow(made, lambda t: scheduler.step(), args['cycle_momentum'])
    return call('OneCycleLR', run, args)


def plateau(d):
    figures = 0.5 + 1 / (1 + 0.3 * torch.arange(STEPS, dtype=torch.float64)) + d.normal(STEPS, scale=0.02)
    args = d.some(mode='max', factor=lambda: d.real(0.2, 0.9), patience=lambda: d.int(0, 6), threshold=lambda: d.real(0, 0.1), threshold_mode='abs', cooldown=lambda: d.int(0, 5),
                  min_lr=lambda: d.pick([0.05, [0.2, 0.01]]), eps=lambda: d.pick([1e-8, 0.02]))

    def run(x):
        made = optimizer()
        scheduler = lr_scheduler.ReduceLROnPlateau(made, **args)
        return follow(made, lambda t: scheduler.step(x[t].item()))
    return call('ReduceLROnPlateau', run, args, [figures])


def swa(d):
    args = dict(gamma=d.real(0.9, 1), start=d.int(1, 50), swa_lr=d.pick([0.05, 0.4, [0.1, 0.3]]), **d.some(anneal_epochs=lambda: d.int(1, 30), anneal_strategy='linear'))

    def run():
        made = optimizer()
        before = lr_scheduler.ExponentialLR(made, args['gamma'])
        after = SWALR(made, **{k: o for k, o in args.items() if k not in ('gamma', 'start')})
        return follow(made, lambda t: (after if t + 1 > args['start'] else before).step())
    return call('SWALR', run, args)


def several(d):
    in_turn = d.chance(0.5)
    parts = [simple(d) for _ in range(d.int(2, 4))]
    if not in_turn and any(name == 'CosineAnnealingWarmRestarts' or options.get('T_max', STEPS) < STEPS for name, options in parts):
        return None  # it sets the rate outright, the other one where it rises again
    args = {'parts': [{'name': name, **options} for name, options in parts]}
    if in_turn:
        milestones = args['milestones'] = sorted(d.g.choice(range(1, 60), len(parts) - 1, replace=False).tolist())

    def run():
        made = optimizer()
        schedulers = [getattr(lr_scheduler, name)(made, **options) for name, options in parts]
        scheduler = lr_scheduler.SequentialLR(made, schedulers, milestones) if 'milestones' in args else lr_scheduler.ChainedScheduler(schedulers)
        return follow(made, lambda t: scheduler.step())
    return call('SequentialLR.any' if 'milestones' in args else 'ChainedScheduler.any', run, args)


ALL = [alone, alone, alone, cyclic, one_cycle, plateau, swa, several, several]
