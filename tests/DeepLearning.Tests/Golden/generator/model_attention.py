"""Attentions and positions of architectures, written out in torch by their papers' formulas."""
import math

import torch
import torch.nn.functional as F

from .blocks import block
from .recorder import Spec, n

ORACLE = 'PyTorch 2.6'

BAHDANAU = 'Bahdanau, Cho and Bengio 2015: appendix A.1.2'
LUONG = 'Luong, Pham and Manning 2015: equation 8'
SDPA = 'PyTorch 2.6: scaled_dot_product_attention'
SU = 'Su et al. 2021: equation 34'
KATHAROPOULOS = 'Katharopoulos et al. 2020: equations 5 and 9'
VASWANI = 'Vaswani et al. 2017: section 3.5'
PRESS = 'Press, Smith and Lewis 2022: section 3'
RAFFEL = 'Raffel et al. 2020: section 2.1'


def visible(*shape):
    """Truth values, two thirds of them true, never a whole row false."""
    def draw(g):
        rows = torch.from_numpy(g.integers(0, 3, shape) != 0)
        rows[..., 0] = True
        return rows
    return Spec(draw)


# Attention by a score

def weighted(scores, x):
    mask = x.get('mask')
    if mask is not None:
        scores = scores.masked_fill(~mask, float('-inf'))
    weights = torch.softmax(scores, -1)
    return [weights @ x['value'], weights]


def dot(x, p, scaled):
    scores = torch.einsum('...le,...se->...ls', x['query'], x['key'])
    return weighted(scores / math.sqrt(x['query'].shape[-1]) if scaled else scores, x)


def bilinear(x, p, **_):
    return weighted(torch.einsum('...le,ef,...sf->...ls', x['query'], p['weight'], x['key']), x)


def additive(x, p, **_):
    q, k = x['query'] @ p['query_proj.weight'].T, x['key'] @ p['key_proj.weight'].T
    return weighted(torch.tanh(q[..., :, None, :] + k[..., None, :, :]) @ p['v'][0], x)


def scored(op, compute, shapes, oracle, widths, **options):
    e, f, w = widths
    for batch in [(), (2,)]:
        for mask in [None, visible(3, 4), visible(*batch, 1, 4)]:
            inputs = {'query': n(*batch, 3, e), 'key': n(*batch, 4, f), 'value': n(*batch, 4, w)}
            if mask is not None:
                inputs['mask'] = mask
            block(op, compute, inputs, shapes, oracle, **options)


for is_scaled in [True, False]:
    scored('DotProductAttention', dot, {}, SDPA if is_scaled else LUONG, (4, 4, 2), scaled=is_scaled)
scored('BilinearAttention', bilinear, {'weight': (3, 4)}, LUONG, (3, 4, 2), query_width=3, key_width=4)
scored('AdditiveAttention', additive, {'query_proj.weight': (5, 3), 'key_proj.weight': (5, 4), 'v': (1, 5)}, BAHDANAU, (3, 4, 2),
       query_width=3, key_width=4, hidden=5)


# Positions

def rotate(x, base, interleaved, offset=0):
    """Multiplies pairs, as complex numbers, by exp(i p θ)."""
    length, width = x.shape[-2:]
    angle = torch.arange(offset, offset + length, dtype=torch.float64)[:, None] * base ** (-torch.arange(0, width, 2).double() / width)
    turn = torch.polar(torch.ones_like(angle), angle)
    pairs = torch.stack([x[..., 0::2], x[..., 1::2]], -1) if interleaved else torch.stack([x[..., :width // 2], x[..., width // 2:]], -1)
    turned = torch.view_as_real(torch.view_as_complex(pairs.contiguous()) * turn)
    return turned.flatten(-2) if interleaved else torch.cat([turned[..., 0], turned[..., 1]], -1)


def slopes(heads):
    """As the authors' code: of the closest lower power of two, then every second one of twice that."""
    def of_power(count):
        start = 2 ** (-2 ** -(math.log2(count) - 3))
        return [start * start ** i for i in range(count)]
    if math.log2(heads).is_integer():
        return of_power(heads)
    power = 2 ** math.floor(math.log2(heads))
    return of_power(power) + slopes(2 * power)[0::2][:heads - power]


def alibi(heads, queries, keys):
    i, j = torch.arange(keys - queries, keys)[:, None], torch.arange(keys)[None]
    return -torch.tensor(slopes(heads), dtype=torch.float64)[:, None, None] * (i - j).abs()


def buckets(queries, keys, count, farthest, bidirectional):
    """T5's, in float32 as there."""
    distance = torch.arange(keys)[None] - torch.arange(keys - queries, keys)[:, None]
    first = 0
    if bidirectional:
        count //= 2
        first = (distance > 0).long() * count
        distance = distance.abs()
    else:
        distance = -torch.minimum(distance, torch.zeros_like(distance))
    exact = count // 2
    far = exact + (torch.log(distance.float() / exact) / math.log(farthest / exact) * (count - exact)).long()
    far = torch.minimum(far, torch.full_like(far, count - 1))
    return first + torch.where(distance < exact, distance, far)


def relative(weight, queries, keys, count, farthest, bidirectional):
    return weight[buckets(queries, keys, count, farthest, bidirectional)].permute(2, 0, 1)


def sinusoids(length, width, offset):
    angle = torch.arange(offset, offset + length).double()[:, None] / 10000 ** (2 * (torch.arange(width) // 2).double() / width)
    return torch.where(torch.arange(width) % 2 == 0, torch.sin(angle), torch.cos(angle))


for shape in [(5, 6), (2, 3, 5), (70, 4)]:
    for offset in [0, 3]:
        block('SinusoidalPositions', lambda x, p, width, offset: x['input'] + sinusoids(x['input'].shape[-2], width, offset),
              {'input': n(*shape, digits=1)}, {}, VASWANI, _second=False, width=shape[-1], offset=offset)
for shape in [(5, 6), (2, 3, 2, 4), (30, 4)]:
    for interleaved in [False, True]:
        for offset, base in [(0, 10000.0), (7, 500.0)]:
            block('RotaryPositions', lambda x, p, width, base, interleaved, offset: rotate(x['input'], base, interleaved, offset),
                  {'input': n(*shape, digits=1)}, {}, SU, _second=len(shape) == 4,
                  width=shape[-1], base=base, interleaved=interleaved, offset=offset)
for offset in [0, 2]:
    block('LearnedPositions', lambda x, p, max_length, width, offset: x['input'] + p['weight'][offset:offset + x['input'].shape[-2]],
          {'input': n(2, 3, 4)}, {'weight': (6, 4)}, 'Gehring et al. 2017: section 3.1', max_length=6, width=4, offset=offset)
for heads in [1, 2, 3, 4, 6, 8, 12]:
    block('AlibiBias', lambda x, p, heads: x['scores'] + alibi(heads, *x['scores'].shape[-2:]), {'scores': n(heads, 2, 4, digits=1)}, {},
          PRESS, _second=False, heads=heads)
for count, farthest, bidirectional in [(32, 128, True), (32, 128, False), (8, 20, True), (8, 20, False), (4, 3, True), (64, 200, True)]:
    for queries, keys in [(3, 3), (2, 5), (1, 140)]:
        block('RelativePositionBias',
              lambda x, p, buckets, max_distance, bidirectional: x['scores'] + relative(
                  p['relative_attention_bias.weight'], *x['scores'].shape[-2:], buckets, max_distance, bidirectional),
              {'scores': n(2, queries, keys, digits=1)}, {'relative_attention_bias.weight': (count, 2)}, RAFFEL, _second=False,
              buckets=count, max_distance=farthest, bidirectional=bidirectional)


# Grouped-query attention: every option, by scaled_dot_product_attention with one mask

def linear(x, p, name):
    return F.linear(x, p[name + '.weight'], p.get(name + '.bias'))


def grouped(x, p, embed_dim, heads, kv_heads, causal, window, rotary, bias, positions):
    batch, length, _ = x['input'].shape
    width = embed_dim // heads
    q, k, v = (linear(x['input'], p, name).view(batch, length, -1, width).transpose(1, 2) for name in ['q_proj', 'k_proj', 'v_proj'])
    if rotary:
        q, k = rotate(q, 10000.0, rotary == 'interleaved'), rotate(k, 10000.0, rotary == 'interleaved')
    i, j = torch.arange(length)[:, None], torch.arange(length)[None]
    seen = torch.ones(length, length, dtype=torch.bool)
    if causal:
        seen = seen & (j <= i)
    if window:
        seen = seen & ((i - j).abs() < window)
    if 'mask' in x:
        seen = seen & x['mask']
    added = torch.zeros(length, length, dtype=torch.float64).masked_fill(~seen, float('-inf'))
    if positions == 'alibi':
        added = added + alibi(heads, length, length)
    elif positions == 'relative':
        added = added + relative(p['position_bias.relative_attention_bias.weight'], length, length, 8, 20, not causal)
    y = F.scaled_dot_product_attention(q, k.repeat_interleave(heads // kv_heads, 1), v.repeat_interleave(heads // kv_heads, 1), added)
    return linear(y.transpose(1, 2).flatten(2), p, 'o_proj')


def grouped_shapes(embed_dim, heads, kv_heads, bias, positions):
    shapes = {}
    for name, rows in [('q_proj', embed_dim), ('k_proj', embed_dim // heads * kv_heads), ('v_proj', embed_dim // heads * kv_heads),
                       ('o_proj', embed_dim)]:
        shapes[name + '.weight'] = (rows, embed_dim)
        if bias:
            shapes[name + '.bias'] = (rows,)
    if positions == 'relative':
        shapes['position_bias.relative_attention_bias.weight'] = (8, heads)
    return shapes


def attend(batch, length, embed_dim, heads, kv_heads, mask=None, causal=True, window=None, rotary=None, bias=False, positions=None,
           _second=True):
    inputs = {'input': n(batch, length, embed_dim, digits=2)}
    if mask is not None:
        inputs['mask'] = mask
    block('GroupedQueryAttention', grouped, inputs, grouped_shapes(embed_dim, heads, kv_heads, bias, positions), SDPA, _second=_second,
          embed_dim=embed_dim, heads=heads, kv_heads=kv_heads, causal=causal, window=window, rotary=rotary, bias=bias, positions=positions)


for kv_heads in [4, 2, 1]:
    for causal in [True, False]:
        attend(2, 3, 8, 4, kv_heads, causal=causal)
        attend(2, 3, 8, 4, kv_heads, causal=causal, bias=True, rotary='halves')
        attend(2, 4, 8, 4, kv_heads, visible(2, 1, 1, 4), causal=causal, rotary='interleaved')
        attend(1, 4, 8, 4, kv_heads, visible(4, 4), causal=causal, positions='alibi')
        attend(1, 4, 8, 4, kv_heads, causal=causal, positions='relative')
        for window in [1, 2, 3]:
            attend(1, 5, 8, 4, kv_heads, causal=causal, window=window)
            attend(1, 5, 8, 4, kv_heads, visible(1, 1, 1, 5), causal=causal, window=window, positions='alibi', rotary='halves')
attend(1, 70, 4, 2, 1, causal=True, window=9, rotary='halves', _second=False)
attend(1, 40, 4, 2, 2, causal=False, positions='relative', _second=False)


def cross(x, p, heads, **_):
    q, k, v = (linear(x[source], p, name).unflatten(-1, (heads, -1)).transpose(1, 2)
               for source, name in [('input', 'q_proj'), ('context', 'k_proj'), ('context', 'v_proj')])
    return linear(F.scaled_dot_product_attention(q, k, v, x.get('mask')).transpose(1, 2).flatten(2), p, 'o_proj')


for heads in [1, 2, 4]:
    for bias in [True, False]:
        for mask in [None, visible(2, 1, 1, 5), visible(3, 5)]:
            shapes = {}
            for name, width in [('q_proj', 4), ('k_proj', 3), ('v_proj', 3), ('o_proj', 4)]:
                shapes[name + '.weight'] = (4, width)
                if bias:
                    shapes[name + '.bias'] = (4,)
            inputs = {'input': n(2, 3, 4), 'context': n(2, 5, 3)}
            if mask is not None:
                inputs['mask'] = mask
            block('CrossAttention', cross, inputs, shapes, SDPA, embed_dim=4, context_dim=3, heads=heads, bias=bias)


def linear_attention(x, p, heads, causal, **_):
    """All products at once, the later ones left out where it is causal."""
    q, k, v = (linear(x['input'], p, name).unflatten(-1, (heads, -1)).transpose(1, 2) for name in ['q_proj', 'k_proj', 'v_proj'])
    weights = torch.einsum('bhle,bhse->bhls', F.elu(q) + 1, F.elu(k) + 1)
    if causal:
        weights = weights.tril()
    if 'mask' in x:
        weights = weights * x['mask'][:, None, None]
    y = weights @ v / (weights.sum(-1, keepdim=True) + 1e-6)
    return linear(y.transpose(1, 2).flatten(2), p, 'o_proj')


def attend_linearly(length, heads, causal, bias, mask=None, _second=True):
    shapes = {}
    for name in ['q_proj', 'k_proj', 'v_proj', 'o_proj']:
        shapes[name + '.weight'] = (4, 4)
        if bias:
            shapes[name + '.bias'] = (4,)
    inputs = {'input': n(2, length, 4, digits=2)}
    if mask is not None:
        inputs['mask'] = mask
    block('LinearAttention', linear_attention, inputs, shapes, KATHAROPOULOS, _second=_second, embed_dim=4,
          heads=heads, causal=causal, bias=bias)


for causal in [False, True]:
    for heads in [1, 2]:
        for bias in [True, False]:
            attend_linearly(3, heads, causal, bias)
        attend_linearly(4, heads, causal, True, visible(2, 4))
    attend_linearly(70, 2, causal, True, _second=False)


# Distances as vectors: every pair's vector is written out

def by_distance(x, p, heads, kv_heads, causal, window, distance, for_values, positions):
    batch, length, total = x['input'].shape
    width = total // heads
    q, k, v = (linear(x['input'], p, name).view(batch, length, -1, width).transpose(1, 2) for name in ['q_proj', 'k_proj', 'v_proj'])
    k, v = k.repeat_interleave(heads // kv_heads, 1), v.repeat_interleave(heads // kv_heads, 1)
    i, j = torch.arange(length)[:, None], torch.arange(length)[None]
    rows = (j - i).clamp(-distance, distance) + distance
    scores = torch.einsum('bhid,bhijd->bhij', q, k[:, :, None] + p['position_vectors.keys'][rows]) / math.sqrt(width)
    seen = torch.ones(length, length, dtype=torch.bool)
    if causal:
        seen = seen & (j <= i)
    if window:
        seen = seen & ((i - j).abs() < window)
    if 'mask' in x:
        seen = seen & x['mask']
    if positions == 'alibi':
        scores = scores + alibi(heads, length, length)
    weights = torch.softmax(scores.masked_fill(~seen, float('-inf')), -1)
    values = v[:, :, None].expand(-1, -1, length, -1, -1)
    if for_values:
        values = values + p['position_vectors.values'][rows]
    y = torch.einsum('bhij,bhijd->bhid', weights, values)
    return linear(y.transpose(1, 2).flatten(2), p, 'o_proj')


def attend_by_distance(heads, kv_heads, causal, window, distance, for_values, positions=None, mask=None, length=4, _second=True):
    shapes = grouped_shapes(4, heads, kv_heads, False, None)
    shapes['position_vectors.keys'] = (2 * distance + 1, 4 // heads)
    if for_values:
        shapes['position_vectors.values'] = (2 * distance + 1, 4 // heads)
    inputs = {'input': n(2, length, 4, digits=2)}
    if mask is not None:
        inputs['mask'] = mask
    block('GroupedQueryAttention, distances', by_distance, inputs, shapes,
          'Shaw, Uszkoreit and Vaswani 2018: equations 3 to 5, pair by pair', _second=_second, heads=heads, kv_heads=kv_heads, causal=causal,
          window=window, distance=distance, for_values=for_values, positions=positions)


for causal in [True, False]:
    for for_values in [True, False]:
        for distance in [1, 2, 7]:
            attend_by_distance(2, 2, causal, None, distance, for_values)
        attend_by_distance(2, 1, causal, 2, 2, for_values)
        attend_by_distance(2, 2, causal, None, 2, for_values, 'alibi', visible(2, 1, 1, 4))
    attend_by_distance(1, 1, causal, None, 16, True, length=40, _second=False)
