"""Heads, adapters and recommenders, by torch's distributions and the papers' formulas."""
import torch
import torch.nn.functional as F
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from .blocks import block
from .recorder import i, n, u, v

ORACLE = 'PyTorch 2.6'


def linear(p, name, x):
    return F.linear(x, p[name + '.weight'], p[name + '.bias'])


def mixture(x, p, dimensions, components):
    y = linear(p, 'proj', x['input'])
    weights, means, logs = y.split([components, components * dimensions, components * dimensions], -1)
    shape = (*y.shape[:-1], components, dimensions)
    parts = Independent(Normal(means.reshape(shape), logs.reshape(shape).exp()), 1)
    return -MixtureSameFamily(Categorical(logits=weights), parts).log_prob(x['target']).mean()


for dimensions, components in [(1, 3), (2, 4)]:
    for shape in [(3,), (2, 3)]:
        width = components * (1 + 2 * dimensions)
        block('MixtureDensityHead.Loss', mixture, {'input': n(*shape, 3), 'target': n(*shape, dimensions)},
              {'proj.weight': (width, 3),
                  'proj.bias': (width,)}, 'PyTorch 2.6: MixtureSameFamily', dimensions=dimensions, components=components)


def lora(x, p, rank, alpha, bias):
    w = p['base_layer.weight'] + alpha / rank * p['lora_b'] @ p['lora_a']
    return F.linear(x['input'], w, p.get('base_layer.bias'))


for rank, alpha, bias in [(1, 1.0, True), (2, 16.0, False)]:
    base = {'base_layer.weight': (2, 3), **({'base_layer.bias': (2,)} if bias else {})}
    block('LoRALinear', lora, {'input': n(4, 3)}, {**base, 'lora_a': (rank, 3), 'lora_b': (2, rank)}, 'Hu et al. 2022: equation 3',
        _fixed=tuple(base),
          rank=rank, alpha=alpha, bias=bias)


def factorized(x, p):
    u, k = x['users'], x['items']
    return p['mean'] + p['user_bias.weight'][u, 0] + p['item_bias.weight'][k, 0] + torch.einsum('bf,bf->b', p['users.weight'][u],
        p['items.weight'][k])


block('MatrixFactorization', factorized, {'users': i(0, 3, 5), 'items': i(0, 4, 5)},
      {'users.weight': (3, 2), 'items.weight': (4, 2), 'user_bias.weight': (3, 1), 'item_bias.weight': (4, 1), 'mean': ()},
      'Koren, Bell and Volinsky 2009: equation 4')


def dqn(x, p, gamma, double):
    q = linear(p, 'network', x['state'])
    with torch.no_grad():
        later = linear(p, 'target', x['next'])
        best = later[torch.arange(len(later)), linear(p, 'network', x['next']).argmax(1)] if double else later.max(1).values
        y = x['reward'] + gamma * best.masked_fill(x['done'], 0)
    return F.huber_loss(q[torch.arange(len(q)), x['action']], y)


for double in [False, True]:
    block('DQN.Loss', dqn,
          {'state': n(5, 3), 'action': i(0, 4, 5), 'reward': n(5), 'next': n(5, 3), 'done': v(0, 1, 0, 0, 1, dtype=torch.bool)},
          {'network.weight': (4, 3), 'network.bias': (4,), 'target.weight': (4, 3),
              'target.bias': (4,)}, 'Mnih et al. 2015; van Hasselt et al. 2016',
          _second=False, _fixed=('state', 'next', 'reward', 'target.weight', 'target.bias'), gamma=0.9, double=double)
block('SiameseNetwork', lambda x, p: F.pairwise_distance(linear(p, 'tower', x['first']), linear(p, 'tower', x['second'])),
      {'first': n(3, 3), 'second': n(3, 3)}, {'tower.weight': (2, 3), 'tower.bias': (2,)}, 'PyTorch 2.6: pairwise_distance')


def tasks(x, p):
    s = p['log_variances']
    return torch.exp(-s[0]) * x['first'] + s[0] / 2 + torch.exp(-s[1]) * x['second'] + s[1] / 2


block('MultiTaskModel.Combine', tasks, {'first': n(), 'second': n()}, {'log_variances': (2,)}, 'Kendall, Gal and Cipolla 2018: equation 7')


# Two towers, pair by pair

def scores(x, p, temperature, normalized):
    u, v = linear(p, 'query_tower', x['queries']), linear(p, 'item_tower', x['items'])
    rows = []
    for a in u:
        row = []
        for b in v:
            row.append((a * b).sum() / (a.norm() * b.norm() if normalized else 1) / temperature)
        rows.append(torch.stack(row))
    return torch.stack(rows)


def sampled_softmax(x, p, temperature, normalized):
    s = scores(x, p, temperature, normalized)
    total = 0.0
    for a in range(len(s)):
        own, rest = None, []
        for b in range(len(s)):
            if 'identifiers' in x and b != a and x['identifiers'][a] == x['identifiers'][b]:
                continue
            corrected = s[a, b] - (x['frequency'][b] if 'frequency' in x else 0)
            rest.append(corrected)
            own = corrected if a == b else own
        total = total - (own - torch.logsumexp(torch.stack(rest), 0)) * (x['rewards'][a] if 'rewards' in x else 1)
    return total / len(s)


YI = 'Yi et al. 2019: equations 2 to 5'
towers = {'query_tower.weight': (2, 3), 'query_tower.bias': (2,), 'item_tower.weight': (2, 4), 'item_tower.bias': (2,)}
for temperature, normalized in [(0.5, True), (1.0, False)]:
    block('TwoTowerRecommender', scores, {'queries': n(3, 3), 'items': n(5, 4)}, towers, YI, temperature=temperature,
          normalized=normalized)
    for given in [(), ('frequency',), ('identifiers',), ('frequency', 'identifiers', 'rewards')]:
        every = {'frequency': u(-3, 0, 4, digits=2), 'identifiers': v(7, 9, 7, 2), 'rewards': u(0.5, 2, 4, digits=2)}
        block('TwoTowerRecommender.Loss', sampled_softmax,
              {'queries': n(4, 3), 'items': n(4, 4), **{name: every[name] for name in given}}, towers, YI, _fixed=('frequency', 'rewards'),
              temperature=temperature, normalized=normalized)
