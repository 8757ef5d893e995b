"""Autoencoders, adversarial networks, style-based parts and diffusion, written out in torch by their papers' formulas."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal, kl_divergence
from torch.func import functional_call

from .blocks import block
from .recorder import i, n, u

ORACLE = 'PyTorch 2.6'

KINGMA = 'Kingma and Welling 2014: appendix B'
HINTON = 'Hinton and Salakhutdinov 2006'
OORD = 'van den Oord et al. 2017: equation 3 and appendix A.1'
KARRAS = 'Karras et al. 2019 and 2020'
HO = 'Ho, Jain and Abbeel 2020'


# Autoencoders

def linear(p, name, x):
    return F.linear(x, p[name + '.weight'], p[name + '.bias'])


def layer(name, out, inner):
    return {name + '.weight': (out, inner), name + '.bias': (out,)}


def autoencoder(x, p):
    h = torch.tanh(linear(p, 'encoder.2', torch.tanh(linear(p, 'encoder.0', x['input']))))
    return torch.sigmoid(linear(p, 'decoder.2', torch.tanh(linear(p, 'decoder.0', h))))


block('Autoencoder', autoencoder, {'input': n(3, 4)},
      {**layer('encoder.0', 3, 4), **layer('encoder.2', 2, 3), **layer('decoder.0', 3, 2), **layer('decoder.2', 4, 3)}, HINTON)
for shape in [(3, 2), (2, 3, 2)]:
    block('GaussianLatent.KL', lambda x, p: kl_divergence(Normal(x['mean'], (x['log_variance'] / 2).exp()), Normal(0.0, 1.0)),
          {'mean': n(*shape), 'log_variance': n(*shape)}, {}, 'PyTorch 2.6: kl_divergence')


def sparse(x, p, sparsity):
    q = x['code'].reshape(-1, x['code'].shape[-1]).mean(0)
    first, second = torch.distributions.Bernoulli(torch.tensor(sparsity, dtype=q.dtype)), torch.distributions.Bernoulli(q)
    return kl_divergence(first, second).sum()


def contractive(x, p):
    """Of sigmoid units, in closed form: the sum of (h (1 - h))^2 times the sum of the squares of the unit's weights."""
    h = torch.sigmoid(F.linear(x['input'], x['weight'], x['bias']))
    return ((h * (1 - h)) ** 2 @ (x['weight'] ** 2).sum(1)).mean()


for shape in [(4, 3), (2, 3, 2)]:
    for sparsity in [0.05, 0.3]:
        block('AutoencoderPenalty.SparseKL', sparse, {'code': u(0.1, 0.9, *shape)}, {}, 'Ng 2011: section 3', sparsity=sparsity)
    block('AutoencoderPenalty.SparseL1', lambda x, p: x['code'].abs().sum(-1).mean(), {'code': n(*shape)}, {}, 'the definition')
block('AutoencoderPenalty.Contractive', contractive, {'input': n(3, 4), 'weight': n(2, 4), 'bias': n(2)}, {},
    'Rifai et al. 2011: equation 7',
      _fixed=('input',))


def vae(x, p, likelihood, beta, factor, free, std):
    h = torch.tanh(linear(p, 'encoder.0', x['input']))
    mean, log_variance = linear(p, 'head.mean', h), linear(p, 'head.log_variance', h)
    output = linear(p, 'decoder', mean)
    if likelihood == 'bernoulli':
        reconstruction = -torch.distributions.Bernoulli(logits=output, validate_args=False).log_prob(x['input']).sum(-1).mean()
    else:
        reconstruction = -Normal(output, std).log_prob(x['input']).sum(-1).mean()
    kl = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).mean(0)
    return factor * reconstruction + beta * torch.maximum(kl, torch.full_like(kl, free)).sum()


for likelihood in ['bernoulli', 'gaussian']:
    for beta, factor, free, std in [(1.0, 1.0, 0.0, 1.0), (4.0, 1.0, 0.0, 0.5), (0.5, 100.0, 0.0, 1.0), (1.0, 1.0, 0.3, 0.1)]:
        block('VariationalAutoencoder.Loss', vae, {'input': u(0, 1, 3, 4)},
              {**layer('encoder.0', 3, 4), **layer('head.mean', 2, 3), **layer('head.log_variance', 2, 3),
                  **layer('decoder', 4, 2)}, KINGMA,
              likelihood=likelihood, beta=beta, factor=factor, free=free, std=std)


def quantize(x, p, commitment, decay):
    z, codebook = x['input'], p['codebook']
    flat = z.reshape(-1, z.shape[-1])
    indices = ((flat[:, None] - codebook[None]) ** 2).sum(-1).argmin(1)
    nearest = codebook[indices]
    loss = commitment * ((flat - nearest.detach()) ** 2).mean()
    if decay is None:
        loss = loss + ((flat.detach() - nearest) ** 2).mean()
        rest = []
    else:
        one_hot = F.one_hot(indices, len(codebook)).double()
        size = p['cluster_size'] * decay + (1 - decay) * one_hot.sum(0)
        total = p['cluster_sum'] * decay + (1 - decay) * one_hot.T @ flat.detach()
        smoothed = (size + 1e-5) / (size.sum() + len(codebook) * 1e-5) * size.sum()
        rest = [total / smoothed[:, None]]
    return [(flat + (nearest - flat).detach()).reshape(z.shape), indices.reshape(z.shape[:-1]), loss] + [r.detach() for r in rest]


for shape in [(5, 2), (2, 3, 2)]:
    for commitment in [0.25, 1.0]:
        block('VectorQuantizer', lambda x, p, commitment: quantize(x, p, commitment, None), {'input': n(*shape)}, {'codebook': (4, 2)},
            OORD,
              _second=False, _train=True, commitment=commitment)


def averaged(x, p, commitment, decay):
    return quantize(x, p, commitment, decay)


for shape in [(5, 2), (2, 3, 2)]:
    block('VectorQuantizer.Averages', averaged, {'input': n(*shape)}, {'codebook': (4, 2), 'cluster_size': (4,), 'cluster_sum': (4, 2)},
        OORD,
          _second=False, _train=True, _fixed=('codebook', 'cluster_size',
              'cluster_sum'), _shift=('cluster_size',), commitment=0.25, decay=0.8)


# Adversarial networks

def discriminator(x, p, objective):
    r, f = x['real'], x['fake']
    if objective in ('minimax', 'nonsaturating'):
        return -torch.log(torch.sigmoid(r)).mean() - torch.log(1 - torch.sigmoid(f)).mean()
    if objective == 'leastsquares':
        return 0.5 * ((r - 1) ** 2).mean() + 0.5 * (f ** 2).mean()
    if objective == 'wasserstein':
        return -(r.mean() - f.mean())
    return torch.clamp(1 - r, min=0).mean() + torch.clamp(1 + f, min=0).mean()


def generator(x, p, objective):
    f = x['fake']
    return {'minimax': lambda: torch.log(1 - torch.sigmoid(f)).mean(), 'nonsaturating': lambda: -torch.log(torch.sigmoid(f)).mean(),
            'leastsquares': lambda: 0.5 * ((f - 1) ** 2).mean(), 'wasserstein': lambda: -f.mean(), 'hinge': lambda: -f.mean()}[objective]()


GAN = {'minimax': 'Goodfellow et al. 2014: equation 1', 'nonsaturating': 'Goodfellow et al. 2014: section 3',
       'leastsquares': 'Mao et al. 2017: equation 9', 'wasserstein': 'Arjovsky et al. 2017: algorithm 1',
       'hinge': 'Lim and Ye 2017: equation 10'}
for objective, oracle in GAN.items():
    for shape in [(5,), (2, 1, 2, 2)]:
        block('GanLoss.Discriminator', discriminator, {'real': n(*shape), 'fake': n(*shape)}, {}, oracle, objective=objective)
        block('GanLoss.Generator', generator, {'fake': n(*shape)}, {}, oracle, objective=objective)


def penalty(x, p):
    points = (x['places'] * x['real'] + (1 - x['places']) * x['fake']).detach().requires_grad_()
    score = torch.tanh(points @ x['weight'].T) @ x['out']
    gradient = torch.autograd.grad(score.sum(), points, create_graph=True)[0]
    return ((gradient.norm(dim=1) - 1) ** 2).mean()


block('GanLoss.GradientPenalty', penalty, {'real': n(4, 3), 'fake': n(4, 3), 'places': u(0, 1, 4, 1), 'weight': n(2, 3), 'out': n(2)}, {},
      'Gulrajani et al. 2017: equation 3', _fixed=('real', 'fake', 'places'), _second=False)


def of(make):
    """A torch module of the same keys, called with the parameters."""
    module = make().double()
    return {k: tuple(v.shape) for k, v in module.named_parameters()}, lambda x, p: functional_call(module, p, (x['input'],))


class Under(nn.Module):
    def __init__(self, name, inner):
        super().__init__()
        setattr(self, name, inner)
        self.inner = [inner]

    def forward(self, x):
        return self.inner[0](x)


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.block = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels), nn.ReLU(),
                                   nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels))

    def forward(self, x):
        return x + self.block(x)


def cyclegan():
    return Under('main', nn.Sequential(
        nn.ReflectionPad2d(3), nn.Conv2d(1, 1, 7), nn.InstanceNorm2d(1), nn.ReLU(),
        nn.Conv2d(1, 2, 3, 2, 1), nn.InstanceNorm2d(2), nn.ReLU(), nn.Conv2d(2, 4, 3, 2, 1), nn.InstanceNorm2d(4), nn.ReLU(), Residual(4),
        nn.ConvTranspose2d(4, 2, 3, 2, 1, 1), nn.InstanceNorm2d(2), nn.ReLU(), nn.ConvTranspose2d(2, 1, 3, 2, 1,
            1), nn.InstanceNorm2d(1), nn.ReLU(),
        nn.ReflectionPad2d(3), nn.Conv2d(1, 2, 7), nn.Tanh()))


def patch():
    return Under('model', nn.Sequential(
        nn.Conv2d(1, 2, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(2, 4, 4, 2, 1), nn.InstanceNorm2d(4), nn.LeakyReLU(0.2),
        nn.Conv2d(4, 8, 4, 1, 1), nn.InstanceNorm2d(8), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 4, 1, 1)))


for name, make, shape in [('CycleGANResidual', lambda: Residual(2), (2, 2, 4, 3)), ('CycleGANGenerator', cyclegan, (1, 1, 16, 12)),
                          ('PatchDiscriminator', patch, (1, 1, 16, 12))]:
    shapes, call = of(make)
    block(name, call, {'input': n(*shape)}, shapes, 'PyTorch 2.6', _second=False)


# Style-based parts

def mapping(x, p, layers, rate):
    h = x['input'] / torch.sqrt((x['input'] ** 2).mean(-1, keepdim=True) + 1e-8)
    for k in range(layers):
        w = p[f'weights.{k}']
        h = F.leaky_relu(h @ (w * rate / math.sqrt(w.shape[1])).T + p[f'biases.{k}'] * rate, 0.2) * math.sqrt(2)
    return h


for layers, rate in [(1, 0.01), (3, 0.5)]:
    block('MappingNetwork', mapping, {'input': n(2, 3)},
          {f'weights.{k}': (4,
              3 if k == 0 else 4) for k in range(layers)} | {f'biases.{k}': (4,) for k in range(layers)}, KARRAS, layers=layers, rate=rate)


def adain(x, p):
    scale, shift = linear(p, 'style', x['style'])[..., None, None].chunk(2, 1)
    mean, variance = x['input'].mean((2, 3), keepdim=True), x['input'].var((2, 3), keepdim=True, unbiased=False)
    return (1 + scale) * (x['input'] - mean) / torch.sqrt(variance + 1e-5) + shift


block('AdaptiveInstanceNorm', adain, {'input': n(2, 3, 2, 3), 'style': n(2, 4)}, layer('style', 6, 4), KARRAS)


def modulated(x, p, kernel, demodulate):
    s = linear(p, 'modulation', x['style'])
    rows = []
    for image, scales in zip(x['input'], s):
        w = p['weight'] / math.sqrt(p['weight'][0].numel()) * scales[None, :, None, None]
        if demodulate:
            w = w / torch.sqrt((w ** 2).sum((1, 2, 3), keepdim=True) + 1e-8)
        rows.append(F.conv2d(image[None], w, padding=kernel // 2)[0])
    return torch.stack(rows)


for kernel in [1, 3]:
    for demodulate in [True, False]:
        block('ModulatedConv2d', modulated, {'input': n(2, 3, 4, 3), 'style': n(2, 4)},
              {'weight': (2, 3, kernel, kernel),
                  **layer('modulation', 3, 4)}, KARRAS, _shift=('modulation.bias',), kernel=kernel, demodulate=demodulate)
block('NoiseInjection', lambda x, p: x['input'] + x['noise'] * p['weight'][None, :, None, None],
    {'input': n(2, 3, 2, 2), 'noise': n(2, 1, 2, 2)},
      {'weight': (3,)}, KARRAS)


# Diffusion

def linear_betas(steps, **_):
    return torch.linspace(1e-4, 0.02, steps, dtype=torch.float64)


def from_left(steps, left):
    f = left(torch.arange(steps + 1, dtype=torch.float64) / steps)
    return torch.clamp(1 - f[1:] / f[:-1], max=0.999)


def cosine_betas(steps, **_):
    return from_left(steps, lambda t: torch.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2)


def sigmoid_betas(steps, **_):
    low, high = torch.sigmoid(torch.tensor([-3.0, 3.0], dtype=torch.float64))
    return from_left(steps, lambda t: (high - torch.sigmoid(t * 6 - 3)) / (high - low))


BETAS = {'linear': linear_betas, 'cosine': cosine_betas, 'sigmoid': sigmoid_betas}
for schedule, betas in BETAS.items():
    for steps in [1000, 10]:
        block('NoiseSchedule', lambda x, p, schedule, steps: BETAS[schedule](steps), {}, {}, HO, schedule=schedule, steps=steps)


def bars(schedule, steps, t, rank):
    return torch.cumprod(1 - BETAS[schedule](steps), 0)[t].reshape(-1, *[1] * (rank - 1))


def diffuse(x, p, schedule, steps, prediction):
    data, noise = x['data'], x['noise']
    a = bars(schedule, steps, x['steps'], data.dim())
    noisy = a.sqrt() * data + (1 - a).sqrt() * noise
    target = {'noise': noise, 'velocity': a.sqrt() * noise - (1 - a).sqrt() * data, 'data': data}[prediction]
    return [noisy, target * 1, data * 1, noise * 1]


for schedule in BETAS:
    for prediction in ['noise', 'velocity', 'data']:
        block('GaussianDiffusion', diffuse, {'data': n(3, 2, 2), 'steps': i(0, 15, 3), 'noise': n(3, 2, 2)}, {}, HO, _second=False,
            schedule=schedule,
              steps=20, prediction=prediction)


def waves(t, width):
    half = width // 2
    angle = t.double()[:, None] * torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float64) / half)[None]
    return torch.cat([torch.cos(angle), torch.sin(angle)], 1)


block('TimeEmbedding', lambda x, p, width, out: linear(p, 'fc2', F.silu(linear(p, 'fc1', waves(x['steps'], width)))),
    {'steps': i(0, 1000, 4)},
      {**layer('fc1', 3, 6), **layer('fc2', 3, 3)}, HO, width=6, out=3)


def conv(p, name, x, **options):
    return F.conv2d(x, p[name + '.weight'], p[name + '.bias'], **options)


def norm(p, name, x, groups):
    return F.group_norm(x, groups, p[name + '.weight'], p[name + '.bias'])


def unet_block(x, p, groups, **_):
    h = conv(p, 'conv1', F.silu(norm(p, 'norm1', x['input'], groups)), padding=1)
    h = h + linear(p, 'time', F.silu(x['time']))[..., None, None]
    h = conv(p, 'conv2', F.silu(norm(p, 'norm2', h, groups)), padding=1)
    return h + (conv(p, 'shortcut', x['input']) if 'shortcut.weight' in p else x['input'])


for inner, outer in [(4, 4), (2, 4)]:
    shapes = {**{f'norm1.{k}': (inner,) for k in ['weight', 'bias']}, 'conv1.weight': (outer, inner, 3, 3), 'conv1.bias': (outer,),
              **layer('time', outer, 3), **{f'norm2.{k}': (outer,) for k in ['weight', 'bias']}, 'conv2.weight': (outer, outer, 3, 3),
              'conv2.bias': (outer,)}
    if inner != outer:
        shapes.update({'shortcut.weight': (outer, inner, 1, 1), 'shortcut.bias': (outer,)})
    block('UNetBlock', unet_block, {'input': n(2, inner, 3, 2), 'time': n(2, 3)}, shapes, HO, _shift=('norm1.weight', 'norm2.weight'),
        groups=2,
          **{'in': inner, 'out': outer})


def unet_attention(x, p, groups, heads):
    y = norm(p, 'norm', x['input'], groups)
    b, c, h, w = y.shape
    q, k, v = conv(p, 'qkv', y).reshape(b, 3, heads, c // heads, h * w).unbind(1)
    weights = torch.softmax(torch.einsum('bhcq,bhck->bhqk', q, k) / math.sqrt(c // heads), -1)
    return x['input'] + conv(p, 'proj', torch.einsum('bhqk,bhck->bhcq', weights, v).reshape(b, c, h, w))


for groups, heads in [(1, 1), (2, 2)]:
    block('UNetAttention', unet_attention, {'input': n(2, 4, 2, 3)},
          {'norm.weight': (4,), 'norm.bias': (4,), 'qkv.weight': (12, 4, 1, 1), 'qkv.bias': (12,), 'proj.weight': (4, 4, 1, 1),
              'proj.bias': (4,)}, HO,
          _shift=('norm.weight',), groups=groups, heads=heads)
