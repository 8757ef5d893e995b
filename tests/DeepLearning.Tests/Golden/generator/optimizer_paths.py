"""Optimizers fed with recorded gradients over 200 steps; averages of weights; LBFGS on a small problem; forms of clipping.

A path: `shapes` are the parameters', the last input is a row of gradients for each step. At step 101 every learning rate is halved, and
the second parameter has no gradient in steps 7 to 9. outputs = for each of STEPS, the parameters after it. What PyTorch lacks is
written out in numpy by the formula of its paper.
"""
ORACLE = 'PyTorch 2.6'

import math

import numpy as np
import torch

from .recorder import apply, case, n

STEPS = [1, 2, 3, 10, 100, 101, 102, 200]
SHAPES = [[3, 4], [5], [], [2, 2, 2]]
MATRICES = [[4, 3], [2, 5], [3, 3], [2, 3, 2]]


def drive(params, gradients, groups, step):
    """Runs `step` 200 times; `groups` are dicts with lr, `params` anything with .grad, set from the rows."""
    kept = []
    for t in range(1, STEPS[-1] + 1):
        if t == 101:
            for group in groups:
                group['lr'] *= 0.5
        start = 0
        for i, p in enumerate(params):
            part = gradients[t - 1, start:start + p.numel()].reshape(p.shape)
            p.grad = None if i == 1 and 7 <= t <= 9 else part.clone()
            start += p.numel()
        step()
        if t in STEPS:
            kept += [p.detach().clone() for p in params]
    return kept


def record(key, run, shapes, groups=False, oracle=None, **options):
    count = sum(math.prod(s) for s in shapes)
    case(key + '.path' + ('.groups' if groups else ''), run, *[n(*s, digits=2) for s in shapes], n(STEPS[-1], count, digits=1),
         _grad=False, _oracle=oracle, shapes=shapes, **options)


def second(options, decays):
    return {'lr': options['lr'] * 2, **({'weight_decay': 0.05} if decays else {})}


def path(name, groups=False, decays=True, shapes=SHAPES, **options):
    """torch.optim's own."""
    def run(*inputs, shapes, **options):
        params = [p.detach().clone().requires_grad_() for p in inputs[:-1]]
        given = [{'params': params[:2]}, {'params': params[2:], **second(options, decays)}] if groups else params
        made = getattr(torch.optim, name)(given, **{k: tuple(o) if isinstance(o, list) else o for k, o in options.items()})
        return drive(params, inputs[-1], made.param_groups, made.step)

    record(name, run, shapes, groups, **options)


def formula(name, update, oracle, groups=False, decays=True, shapes=SHAPES, options=None, defaults=None):
    """update(p, g, state, t, options) gives the next p, in numpy; the state starts empty, t counts a parameter's own steps."""
    def run(*inputs, shapes, **options):
        params = [p.detach().clone() for p in inputs[:-1]]
        first = {**defaults, **options}
        given = [first, {**first, **second(first, decays)}] if groups else [first]
        states = [{'t': 0} for _ in params]

        def step():
            for i, p in enumerate(params):
                if p.grad is not None:
                    states[i]['t'] += 1
                    g = p.grad.numpy() * (-1 if options.get('maximize') else 1)
                    group = given[1 if groups and i >= 2 else 0]
                    p.copy_(torch.from_numpy(np.asarray(update(p.numpy().copy(), g, states[i], states[i]['t'], group))))

        return drive(params, inputs[-1], given, step)

    record(name, run, shapes, groups, oracle, **(options or {}))


# PyTorch's optimizers: every option, alone and together.

for o in [dict(), dict(weight_decay=0.1), dict(momentum=0.9), dict(momentum=0.9, dampening=0.3, weight_decay=0.05), dict(momentum=0.9, nesterov=True),
          dict(momentum=0.8, nesterov=True, weight_decay=0.05, maximize=True), dict(momentum=0.5, dampening=1.2), dict(maximize=True)]:
    path('SGD', **{'lr': 0.02, **o})
path('SGD')
path('SGD', groups=True, lr=0.02, momentum=0.9)
for name in ['Adam', 'AdamW']:
    for o in [dict(), dict(amsgrad=True), dict(weight_decay=0.1), dict(betas=[0.8, 0.95], eps=1e-3), dict(betas=[0.0, 0.9]), dict(maximize=True, amsgrad=True, weight_decay=0.02)]:
        path(name, **{'lr': 0.02, **o})
    path(name)
    path(name, groups=True, lr=0.01, amsgrad=True)
for o in [dict(), dict(momentum_decay=0.02), dict(weight_decay=0.1), dict(weight_decay=0.1, decoupled_weight_decay=True),
          dict(betas=[0.8, 0.95], eps=1e-3, momentum_decay=0.0), dict(maximize=True, weight_decay=0.02)]:
    path('NAdam', **{'lr': 0.02, **o})
path('NAdam')
path('NAdam', groups=True, lr=0.01, decoupled_weight_decay=True)
for o in [dict(), dict(weight_decay=0.1), dict(weight_decay=0.1, decoupled_weight_decay=True), dict(betas=[0.8, 0.95], eps=1e-3),
          dict(betas=[0.9, 0.5]), dict(maximize=True, weight_decay=0.02)]:
    path('RAdam', **{'lr': 0.02, **o})
path('RAdam')
path('RAdam', groups=True, lr=0.01, decoupled_weight_decay=True)
for o in [dict(), dict(weight_decay=0.1), dict(betas=[0.8, 0.95], eps=1e-3), dict(maximize=True, weight_decay=0.02)]:
    path('Adamax', **{'lr': 0.02, **o})
path('Adamax')
path('Adamax', groups=True, lr=0.01)
for o in [dict(), dict(momentum=0.9), dict(centered=True), dict(centered=True, momentum=0.5, weight_decay=0.1, alpha=0.95, eps=1e-2), dict(weight_decay=0.1, maximize=True)]:
    path('RMSprop', **{'lr': 0.005, **o})
path('RMSprop')
path('RMSprop', groups=True, lr=0.005, momentum=0.9)
for o in [dict(), dict(lr_decay=0.01), dict(weight_decay=0.1), dict(initial_accumulator_value=0.5, eps=1e-6), dict(maximize=True)]:
    path('Adagrad', **{'lr': 0.05, **o})
path('Adagrad')
path('Adagrad', groups=True, lr=0.05, lr_decay=0.01)
for o in [dict(), dict(rho=0.95, eps=1e-5), dict(weight_decay=0.1), dict(maximize=True, lr=0.5)]:
    path('Adadelta', **{'lr': 1.0, **o})
path('Adadelta')
path('Adadelta', groups=True, lr=0.7)
for o in [dict(), dict(etas=[0.4, 1.3]), dict(step_sizes=[1e-3, 0.05]), dict(maximize=True)]:
    path('Rprop', **{'lr': 0.02, **o})
path('Rprop')
path('Rprop', groups=True, decays=False, lr=0.02)
for o in [dict(), dict(lambd=0.01), dict(t0=50, alpha=0.6), dict(t0=0), dict(weight_decay=0.1), dict(lambd=0.02, maximize=True, t0=20, weight_decay=0.05)]:
    path('ASGD', **{'lr': 0.05, **o})
path('ASGD')
path('ASGD', groups=True, lr=0.05, lambd=0.01)
for o in [dict(), dict(weight_decay=0.1), dict(beta2_decay=-0.5), dict(eps=[1e-2, 0.1]), dict(eps=[None, 0.01], d=2.0), dict(maximize=True, weight_decay=0.02), dict(lr=0.5)]:
    path('Adafactor', **{'lr': 0.05, **o})
path('Adafactor')
path('Adafactor', groups=True, lr=0.05)


# Decoupled weight decay where PyTorch 2.6 has none: p ← p (1 − lr λ), then PyTorch's step without decay.

def decoupled(name, **options):
    def run(*inputs, shapes, weight_decay, decoupled_weight_decay, **options):
        params = [p.detach().clone().requires_grad_() for p in inputs[:-1]]
        made = getattr(torch.optim, name)(params, **options)

        def step():
            with torch.no_grad():
                for p in params:
                    if p.grad is not None:
                        p.mul_(1 - made.param_groups[0]['lr'] * weight_decay)
            made.step()

        return drive(params, inputs[-1], made.param_groups, step)

    record(name, run, SHAPES, oracle='Loshchilov and Hutter 2017, decoupled weight decay: p(1 - lr wd) before the step of PyTorch 2.6 without decay',
           weight_decay=0.1, decoupled_weight_decay=True, **options)


decoupled('SGD', lr=0.02)
decoupled('SGD', lr=0.02, momentum=0.9, nesterov=True)
decoupled('Adam', lr=0.02, amsgrad=True)
decoupled('Adamax', lr=0.02)
decoupled('RMSprop', lr=0.005, momentum=0.9, centered=True, eps=1e-2)
decoupled('Adagrad', lr=0.05, lr_decay=0.01)
decoupled('Adadelta', lr=1.0)


# What PyTorch 2.6 lacks.

def lion(p, g, s, t, o):
    b1, b2 = o['betas']
    m = s.get('m', np.zeros_like(p))
    c = b1 * m + (1 - b1) * g
    s['m'] = b2 * m + (1 - b2) * g
    return p - o['lr'] * (np.sign(c) + o['weight_decay'] * p)


def lamb(p, g, s, t, o):
    b1, b2 = o['betas']
    s['m'] = b1 * s.get('m', 0) + (1 - b1) * g
    s['v'] = b2 * s.get('v', 0) + (1 - b2) * g ** 2
    r = (s['m'] / (1 - b1 ** t)) / (np.sqrt(s['v'] / (1 - b2 ** t)) + o['eps']) + o['weight_decay'] * p
    w, u = np.linalg.norm(p.ravel()), np.linalg.norm(r.ravel())
    return p - o['lr'] * (w / u if w > 0 and u > 0 else 1.0) * r


def lars(p, g, s, t, o):
    w, slope = np.linalg.norm(p.ravel()), np.linalg.norm(g.ravel())
    below = slope + o['weight_decay'] * w
    local = o['trust_coefficient'] * w / below if w > 0 and below > 0 else 0
    s['v'] = o['momentum'] * s.get('v', 0) + o['lr'] * (local if local > 0 else 1.0) * (g + o['weight_decay'] * p)
    return p - s['v']


def muon(p, g, s, t, o):
    mu = o['momentum']
    s['m'] = mu * s.get('m', 0) + (1 - mu) * g
    x = (1 - mu) * g + mu * s['m'] if o['nesterov'] else s['m']
    x = x.reshape(len(x), -1)
    rows, columns = x.shape
    x = x / (np.sqrt((x ** 2).sum()) + o['eps'])
    for _ in range(o['newton_schulz_steps']):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    scale = 0.2 * math.sqrt(max(rows, columns)) if o['match_adam'] else math.sqrt(max(1, rows / columns))
    return p * (1 - o['lr'] * o['weight_decay']) - o['lr'] * scale * x.reshape(p.shape)


def schedule_free(p, g, s, t, o):
    b1, b2 = o['betas']
    z, x = s.get('z', p), s.get('x', p)
    s['v'] = b2 * s.get('v', 0) + (1 - b2) * g ** 2
    rate = o['lr'] * math.sqrt(1 - b2 ** t) * (min(1, t / o['warm_up_steps']) if o['warm_up_steps'] else 1)
    s['z'] = z - rate * g / (np.sqrt(s['v']) + o['eps']) - rate * o['weight_decay'] * p
    s['sum'] = s.get('sum', 0) + rate ** 2
    c = rate ** 2 / s['sum']
    s['x'] = (1 - c) * x + c * s['z']
    return (1 - b1) * s['z'] + b1 * s['x']


LION = dict(lr=1e-4, betas=[0.9, 0.99], weight_decay=0.0)
for o in [dict(), dict(lr=0.01, weight_decay=0.1), dict(lr=0.01, betas=[0.5, 0.8]), dict(lr=0.01, maximize=True, weight_decay=0.02)]:
    formula('Lion', lion, 'Chen et al. 2023, Symbolic discovery of optimization algorithms, program 1', options=o, defaults=LION)
formula('Lion', lion, 'Chen et al. 2023, program 1', groups=True, options=dict(lr=0.01), defaults=LION)
LAMB = dict(lr=1e-3, betas=[0.9, 0.999], eps=1e-6, weight_decay=0.0)
for o in [dict(), dict(lr=0.02, weight_decay=0.1), dict(lr=0.02, betas=[0.8, 0.95], eps=1e-3), dict(lr=0.02, maximize=True)]:
    formula('LAMB', lamb, 'You et al. 2019, Large batch optimization for deep learning, algorithm 2', options=o, defaults=LAMB)
formula('LAMB', lamb, 'You et al. 2019, algorithm 2', groups=True, options=dict(lr=0.02), defaults=LAMB)
LARS = dict(lr=1.0, momentum=0.9, weight_decay=0.0, trust_coefficient=1e-3)
for o in [dict(), dict(lr=2.0, weight_decay=0.1, trust_coefficient=0.01), dict(momentum=0.0), dict(maximize=True, weight_decay=0.02)]:
    formula('LARS', lars, 'You, Gitman and Ginsburg 2017, Large batch training of convolutional networks, algorithm 1', options=o, defaults=LARS)
formula('LARS', lars, 'You, Gitman and Ginsburg 2017, algorithm 1', groups=True, options=dict(lr=2.0), defaults=LARS)
MUON = dict(lr=1e-3, momentum=0.95, weight_decay=0.1, nesterov=True, eps=1e-7, newton_schulz_steps=5, match_adam=False)
for o in [dict(), dict(lr=0.02, weight_decay=0.0), dict(lr=0.02, nesterov=False, momentum=0.8), dict(lr=0.02, match_adam=True),
          dict(lr=0.02, newton_schulz_steps=3, eps=1e-3, maximize=True)]:
    formula('Muon', muon, 'Jordan et al. 2024, Muon; Liu et al. 2025, Muon is scalable (match_adam)', shapes=MATRICES, options=o, defaults=MUON)
formula('Muon', muon, 'Jordan et al. 2024, Muon', groups=True, shapes=MATRICES, options=dict(lr=0.02), defaults=MUON)
FREE = dict(lr=2.5e-3, betas=[0.9, 0.999], eps=1e-8, weight_decay=0.0, warm_up_steps=0)
for o in [dict(), dict(lr=0.02, warm_up_steps=20), dict(lr=0.02, weight_decay=0.1, betas=[0.95, 0.99]), dict(lr=0.02, betas=[0.0, 0.9], eps=1e-3, maximize=True)]:
    formula('ScheduleFreeAdamW', schedule_free, 'Defazio et al. 2024, The road less scheduled, algorithm 1', options=o, defaults=FREE)
formula('ScheduleFreeAdamW', schedule_free, 'Defazio et al. 2024, algorithm 1', groups=True, options=dict(lr=0.02), defaults=FREE)


def lookahead(inner, **options):
    def run(*inputs, shapes, period, alpha, **options):
        params = [p.detach().clone().requires_grad_() for p in inputs[:-1]]
        made = getattr(torch.optim, inner)(params, **options)
        slow, count = [p.detach().clone() for p in params], [0]

        def step():
            made.step()
            count[0] += 1
            if count[0] % period == 0:
                for s, p in zip(slow, params):
                    s += alpha * (p.detach() - s)
                    p.data.copy_(s)

        return drive(params, inputs[-1], made.param_groups, step)

    record('Lookahead.' + inner, run, SHAPES, oracle='Zhang et al. 2019, Lookahead optimizer, algorithm 1, around PyTorch 2.6', **options)


lookahead('SGD', lr=0.02, momentum=0.9, period=5, alpha=0.5)
lookahead('SGD', lr=0.05, period=1, alpha=0.8)
lookahead('Adam', lr=0.02, period=7, alpha=0.3)


# LBFGS: a 3-4-1 tanh network on eight rows. outputs = the parameters after each step, then the losses and how often they were asked for.

def lbfgs(x, y, *start, steps, **options):
    params = [p.detach().clone().requires_grad_() for p in start]
    w1, b1, w2, b2 = params
    made, losses, calls = torch.optim.LBFGS(params, **options), [], [0]

    def closure():
        made.zero_grad()
        calls[0] += 1
        loss = ((torch.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2).mean() + 0.01 * sum((p ** 2).sum() for p in params)
        loss.backward()
        return loss

    kept = []
    for _ in range(steps):
        losses.append(made.step(closure).item())
        kept += [p.detach().clone() for p in params]
    return kept + [torch.tensor(losses, dtype=torch.float64), torch.tensor(calls[0])]


# Without a line search rounding grows a thousandfold in four steps: those cases make fewer.
for o in [dict(lr=0.5, steps=2), dict(lr=0.1, history_size=3, steps=2), dict(line_search_fn='strong_wolfe'), dict(line_search_fn='strong_wolfe', history_size=2, max_iter=5),
          dict(line_search_fn='strong_wolfe', max_eval=7), dict(lr=0.3, max_iter=4), dict(lr=0.5, tolerance_grad=0.05), dict(lr=0.5, tolerance_change=0.05),
          dict(lr=8.0, line_search_fn='strong_wolfe', max_iter=3), dict(lr=0.01, line_search_fn='strong_wolfe', max_iter=6)]:
    case('LBFGS.path', lbfgs, n(8, 3), n(8, 1), n(3, 4, scale=0.5), n(4, scale=0.5), n(4, 1, scale=0.5), n(1), _grad=False, **{'steps': 4, **o})


# Averages of weights: a linear layer with batch normalization; before each update the model sees a batch and gets new weights.

def averaged(batches, weights, average, decay, use_buffers):
    swa = torch.optim.swa_utils
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2)).double()
    with torch.no_grad():
        model[0].weight.zero_(), model[0].bias.zero_()
    mean = swa.AveragedModel(model, avg_fn=None if average == 'swa' else swa.get_ema_avg_fn(decay), use_buffers=use_buffers)
    kept = []
    for batch, row in zip(batches, weights):
        with torch.no_grad():
            model[0].weight.copy_(row[:6].reshape(2, 3)), model[0].bias.copy_(row[6:])
        model(batch)
        mean.update_parameters(model)
        kept += [t.clone() for t in mean.state_dict().values()]
    mean.module[1].momentum = 0.3
    swa.update_bn(list(batches), mean)
    return kept + [t.clone() for t in mean.state_dict().values()]


for average, decay in [('swa', 0.0), ('ema', 0.9), ('ema', 0.999)]:
    for use_buffers in [False, True]:
        case('AveragedModel', averaged, n(4, 6, 3), n(4, 8), _grad=False, average=average, decay=decay, use_buffers=use_buffers)


# Clipping.

def parts(*gradients, clip):
    parameters = [torch.zeros_like(g) for g in gradients]
    for p, g in zip(parameters, gradients):
        p.grad = g.clone()
    clip(parameters)
    return [p.grad for p in parameters]


for norm_type in [2.0, 1.0, math.inf]:
    case('clip_grad_norm_each', lambda *g, max_norm, norm_type: parts(*g, clip=lambda ps: [torch.nn.utils.clip_grad_norm_(p, max_norm, norm_type) for p in ps]),
         n(2, 3), n(4, scale=0.1), n(), max_norm=0.5, norm_type=norm_type, _grad=False)
    case('clip_grad_norm_groups',
         lambda *g, max_norm, norm_type: parts(*g, clip=lambda ps: [torch.nn.utils.clip_grad_norm_(p, max_norm, norm_type) for p in (ps[:2], ps[2:])]),
         n(2, 3), n(4), n(3, scale=0.1), max_norm=0.7, norm_type=norm_type, _grad=False)
    case('get_total_norm', lambda *g, norm_type: torch.nn.utils.get_total_norm(list(g), norm_type), n(2, 3), n(4), n(), norm_type=norm_type, _grad=False)


for max_norm, total_norm in [(0.5, 3.0), (2.0, 1.0)]:
    case('clip_grads_with_norm', lambda *g, max_norm, total_norm: parts(*g, clip=lambda ps: torch.nn.utils.clip_grads_with_norm_(ps, max_norm, torch.tensor(total_norm, dtype=torch.float64))),
         n(2, 3), n(4), max_norm=max_norm, total_norm=total_norm, _grad=False)


def adaptive(*inputs, clipping, eps):
    def norms(a):
        return np.sqrt((a ** 2).sum()) if a.ndim < 2 else np.sqrt((a ** 2).reshape(len(a), -1).sum(1)).reshape(-1, *[1] * (a.ndim - 1))

    half, results = len(inputs) // 2, []
    for w, g in zip(inputs[:half], inputs[half:]):
        w, g = w.detach().numpy(), g.detach().numpy()
        bound, slope = clipping * np.maximum(norms(w), eps), norms(g)
        results.append(torch.from_numpy(np.asarray(np.where(slope > bound, g * bound / np.where(slope > 0, slope, 1), g))))
    return results


for clipping, eps in [(0.01, 1e-3), (0.5, 1e-3), (1.0, 2.0)]:
    zeros = apply(torch.zeros_like, n(3))
    case('clip_grad_adaptive', adaptive, n(3, 4), n(2, 2, 3), n(5), n(), n(3), n(3, 4), n(2, 2, 3), n(5, scale=0.1), n(), zeros, clipping=clipping, eps=eps, _grad=False,
         _oracle='Brock et al. 2021, High-performance large-scale image recognition without normalization, equation 3')
