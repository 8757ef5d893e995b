"""Attention and transformers: every mask, every option, batched and unbatched, both orders of axes, train and eval.

A case of a layer has as inputs those of the forward call (the masks too, named in `call`), then the parameters under their state-dict
names.
"""
import inspect

import torch
import torch.nn as nn
import torch.nn.functional as F

from .modules import replace
from .recorder import Spec, b, case, n, v

ORACLE = 'PyTorch 2.6'


def hidden(*shape):
    """Truth values, a third of them true, never a whole row."""
    def draw(g):
        rows = torch.from_numpy(g.integers(0, 3, shape) == 0)
        rows[..., 0] = False
        return rows
    return Spec(draw)


def visible(*shape):
    return Spec(lambda g: ~hidden(*shape).draw(g))


def minus_infinity(*shape):
    """Numbers to add, a third of them -inf."""
    return Spec(lambda g: n(*shape).draw(g).masked_fill(hidden(*shape).draw(g), float('-inf')))


def later(size, dtype=torch.float64):
    """The mask that hides what comes later."""
    return Spec(lambda g: nn.Transformer.generate_square_subsequent_mask(size, dtype=dtype))


NO_ROW = v([[True, False, True, True], [False, False, False, False], [True, True, False, True]], dtype=torch.bool)


# scaled_dot_product_attention

def sdpa(*tensors, **options):
    names = options.pop('operands')
    return F.scaled_dot_product_attention(*tensors[:3], **dict(zip(names[3:], tensors[3:])), **options)


def attention(q, k, value, mask=None, _fixed=(), _second=True, **options):
    operands = ['query', 'key', 'value'] + (['attn_mask'] if mask is not None else [])
    case('scaled_dot_product_attention', sdpa, q, k, value, *([mask] if mask is not None else []), _names=operands, _fixed=_fixed,
         _second=_second, operands=operands, **options)


for q, k, value in [((3, 5), (4, 5), (4, 2)), ((2, 3, 5), (2, 4, 5), (2, 4, 5)), ((2, 2, 3, 4), (2, 2, 4, 4), (2, 2, 4, 3)),
                    ((2, 3, 3, 2), (1, 3, 4, 2), (2, 1, 4, 2)), ((3, 2), (2, 4, 2), (2, 4, 3)), ((1, 2), (1, 2), (1, 2)),
                    ((2, 1, 5, 3), (2, 1, 2, 3), (2, 1, 2, 3))]:
    attention(n(*q), n(*k), n(*value))
    attention(n(*q), n(*k), n(*value), is_causal=True)
    attention(n(*q), n(*k), n(*value), scale=0.3)
    if q[-2] == 3 and k[-2] == 4:
        attention(n(*q), n(*k), n(*value), visible(3, 4))
        attention(n(*q), n(*k), n(*value), NO_ROW)
        attention(n(*q), n(*k), n(*value), n(3, 4))
        attention(n(*q), n(*k), n(*value), minus_infinity(3, 4), _fixed=['attn_mask'])
        attention(n(*q), n(*k), n(*value), visible(1, 4))
        attention(n(*q), n(*k), n(*value), n(3, 1), scale=-0.7)
HEADS = (n(2, 2, 3, 4), n(2, 2, 4, 4), n(2, 2, 4, 3))
for shape in [(2, 2, 3, 4), (2, 1, 3, 4), (1, 2, 1, 4), (2, 1, 1, 4), (3, 4), (1, 1)]:
    attention(*HEADS, visible(*shape))
    attention(*HEADS, n(*shape))
attention(*HEADS, dropout_p=1.0, _second=False)
attention(n(2, 2, 0, 4), n(2, 2, 3, 4), n(2, 2, 3, 4), _second=False)
attention(n(2, 2, 3, 4), n(2, 2, 0, 4), n(2, 2, 0, 4), _second=False)
attention(n(2, 3, 0), n(2, 4, 0), n(2, 4, 2), scale=1.0, _second=False)
for heads in [(4, 2, 2), (4, 1, 1), (6, 2, 3), (3, 3, 3)]:
    for options in [{}, {'is_causal': True}]:
        attention(n(2, heads[0], 3, 4), n(2, heads[1], 4, 4), n(2, heads[2], 4, 2), enable_gqa=True, **options)
    attention(n(2, heads[0], 3, 4), n(2, heads[1], 4, 4), n(2, heads[2], 4, 2), visible(2, heads[0], 3, 4), enable_gqa=True)
    attention(n(heads[0], 3, 4), n(heads[1], 4, 4), n(heads[2], 4, 2), n(1, 3, 4), enable_gqa=True)
for dtype in [torch.float32, torch.float16, torch.bfloat16]:
    for options in [{}, {'is_causal': True}]:
        attention(*(x.to(dtype) for x in HEADS), _second=dtype == torch.float32, **options)
    attention(*(x.to(dtype) for x in HEADS), NO_ROW, _second=False)
    attention(*(x.to(dtype) for x in HEADS), minus_infinity(3, 4).to(dtype), _fixed=['attn_mask'], _second=False)
attention(n(1, 2, 70, 6, digits=2), n(1, 2, 40, 6, digits=2), n(1, 2, 40, 5, digits=2), is_causal=True, _second=False)
attention(n(1, 1, 40, 6, digits=2), n(1, 1, 70, 6, digits=2), n(1, 1, 70, 5, digits=2), visible(40, 70), _second=False)


# Layers: forward inputs by name, then every parameter, drawn small.

def run(make, call, names, train, forward, **options):
    def compute(*xs, **_):
        module = make(**options).double()
        module.train(train)
        for name, value in zip(names, xs[len(call):]):
            replace(module, name, value)
        result = module(**dict(zip(call, xs)), **forward)
        return [r for r in result if r is not None] if isinstance(result, tuple) else result
    return compute


def block(make, inputs, _forward=None, _train=True, _second=True, **options):
    """A layer whose forward call has named inputs; masks take no gradient."""
    module = make(**plainly(options))
    names = [name for name, _ in module.named_parameters()]
    forward = _forward or {}
    call = list(inputs)
    masks = [name for name in call if 'mask' in name]
    parameters = [n(*p.shape, scale=0.4, shift=1.0 if 'norm' in name and 'weight' in name else 0.0, digits=3)
                  for name, p in module.named_parameters()]
    case(make.__name__, run(make, call, names, _train, forward, **plainly(options)), *inputs.values(), *parameters, _names=call + names,
         _fixed=masks, _second=_second, call=call, forward=forward, train=_train, **options)


ACTIVATIONS = {'tanh': torch.tanh, 'silu': F.silu}


def plainly(options):
    """The options as the constructor takes them: an activation of the table above is passed as a function."""
    return {key: ACTIVATIONS.get(x, x) if key == 'activation' else x for key, x in options.items()}


def sequence(steps, width, batch_first=False, batched=True):
    return n(steps, width) if not batched else n(2, steps, width) if batch_first else n(steps, 2, width)


def self_attention(width, **options):
    return {'query': n(3, 2, width), 'key': n(4, 2, options.get('kdim', width)), 'value': n(4, 2, options.get('vdim', width))}


MHA = nn.MultiheadAttention
for bias in [True, False]:
    for sizes in [{}, {'kdim': 3}, {'kdim': 3, 'vdim': 5}]:
        for extra in [{}, {'add_bias_kv': True}, {'add_zero_attn': True}, {'add_bias_kv': True, 'add_zero_attn': True}]:
            options = dict(embed_dim=4, num_heads=2, bias=bias, **sizes, **extra)
            block(MHA, self_attention(4, **sizes), _second=bias, **options)
            block(MHA, self_attention(4, **sizes), {'need_weights': False}, _second=False, **options)
for weights in [{'need_weights': False}, {}, {'average_attn_weights': False}]:
    for batch_first in [False, True]:
        options = dict(embed_dim=4, num_heads=2, batch_first=batch_first)
        q, kv = sequence(3, 4, batch_first), sequence(4, 4, batch_first)
        for masks in [{}, {'key_padding_mask': hidden(2, 4)}, {'attn_mask': hidden(3, 4)}, {'attn_mask': hidden(4, 3, 4)},
                      {'key_padding_mask': hidden(2, 4), 'attn_mask': hidden(3, 4)}, {'key_padding_mask': n(2, 4), 'attn_mask': n(3, 4)},
                      {'key_padding_mask': hidden(2, 4), 'attn_mask': n(4, 3, 4)}, {'key_padding_mask': n(2, 4), 'attn_mask': hidden(3, 4)},
                      {'attn_mask': minus_infinity(3, 4)}]:
            block(MHA, {'query': q, 'key': kv, 'value': kv, **masks}, weights, _second=False, **options)
    for masks in [{}, {'key_padding_mask': hidden(4)}, {'attn_mask': hidden(3, 4)}, {'attn_mask': hidden(2, 3, 4)},
                  {'key_padding_mask': n(4), 'attn_mask': n(3, 4)}]:
        block(MHA, {'query': n(3, 4), 'key': n(4, 4), 'value': n(4, 4), **masks}, weights, _second=False, embed_dim=4, num_heads=2)
    for extra in [{'add_bias_kv': True}, {'add_zero_attn': True}, {'add_bias_kv': True, 'add_zero_attn': True}]:
        block(MHA, {**self_attention(4), 'key_padding_mask': hidden(2, 4), 'attn_mask': hidden(3, 4)}, weights, _second=False, embed_dim=4,
              num_heads=2, **extra)
        block(MHA, {**self_attention(4), 'attn_mask': n(4, 3, 4)}, weights, _second=False, embed_dim=4, num_heads=2, **extra)
    for train in [True, False]:
        block(MHA, {**self_attention(4), 'attn_mask': hidden(3, 4)}, weights, _train=train, _second=False, embed_dim=4, num_heads=1)
    square = {'query': n(4, 2, 4), 'key': n(4, 2, 4), 'value': n(4, 2, 4), 'attn_mask': later(4)}
    block(MHA, square, {**weights, 'is_causal': True}, _second=False, embed_dim=4, num_heads=2)
    block(MHA, {**square, 'key_padding_mask': hidden(2, 4)}, {**weights, 'is_causal': True}, _second=False, embed_dim=4, num_heads=2)
block(MHA, {'query': n(3, 1, 4), 'key': n(3, 1, 4), 'value': n(3, 1, 4), 'attn_mask': v(
    [[False, False, True], [True, True, True], [False, True, True]], dtype=torch.bool)}, {'need_weights': False}, embed_dim=4, num_heads=2)


# Transformer layers: dropout 0 in training, so that there is one answer.

BASE = dict(d_model=4, nhead=2, dim_feedforward=5, dropout=0.0)
ENCODER, DECODER = nn.TransformerEncoderLayer, nn.TransformerDecoderLayer
for norm_first in [False, True]:
    for bias in [True, False]:
        options = dict(**BASE, norm_first=norm_first, bias=bias)
        block(ENCODER, {'src': n(3, 2, 4)}, **options)
        block(DECODER, {'tgt': n(3, 2, 4), 'memory': n(4, 2, 4)}, **options)
    for activation in ['relu', 'gelu', 'tanh', 'silu']:
        block(ENCODER, {'src': n(3, 2, 4)}, _second=False, activation=activation, norm_first=norm_first, **BASE)
        block(DECODER, {'tgt': n(3, 2, 4), 'memory': n(4, 2, 4)}, _second=False, activation=activation, norm_first=norm_first, **BASE)
    for batch_first in [False, True]:
        options = dict(**BASE, norm_first=norm_first, batch_first=batch_first, layer_norm_eps=1e-2)
        src, memory = sequence(3, 4, batch_first), sequence(4, 4, batch_first)
        for masks in [{}, {'src_mask': hidden(3, 3)}, {'src_mask': n(3, 3), 'src_key_padding_mask': hidden(2, 3)}]:
            block(ENCODER, {'src': src, **masks}, _second=False, **options)
        block(ENCODER, {'src': src, 'src_mask': later(3)}, {'is_causal': True}, _second=False, **options)
        for masks in [{}, {'tgt_mask': hidden(3, 3), 'memory_mask': hidden(3, 4)},
                      {'tgt_mask': n(3, 3), 'tgt_key_padding_mask': hidden(2, 3), 'memory_key_padding_mask': hidden(2, 4)}]:
            block(DECODER, {'tgt': src, 'memory': memory, **masks}, _second=False, **options)
        block(DECODER, {'tgt': src, 'memory': memory, 'tgt_mask': later(3)}, {'tgt_is_causal': True}, _second=False, **options)
    block(ENCODER, {'src': n(3, 4), 'src_mask': hidden(3, 3), 'src_key_padding_mask': hidden(3)}, _second=False, norm_first=norm_first,
          **BASE)
    block(DECODER, {'tgt': n(3, 4), 'memory': n(4, 4), 'memory_key_padding_mask': hidden(4)}, _second=False, norm_first=norm_first, **BASE)
    block(ENCODER, {'src': n(3, 2, 4)}, _train=False, _second=False, d_model=4, nhead=1, dim_feedforward=3, dropout=0.5,
          norm_first=norm_first)


def TransformerEncoder(num_layers, norm, **options):
    return nn.TransformerEncoder(ENCODER(**options), num_layers, nn.LayerNorm(4) if norm else None, enable_nested_tensor=False)


def TransformerDecoder(num_layers, norm, **options):
    return nn.TransformerDecoder(DECODER(**options), num_layers, nn.LayerNorm(4) if norm else None)


for norm in [True, False]:
    for masks in [{}, {'mask': hidden(3, 3), 'src_key_padding_mask': hidden(2, 3)}, {'mask': later(3)}, {'mask': later(3, torch.bool)}]:
        block(TransformerEncoder, {'src': n(3, 2, 4), **masks}, _second=False, num_layers=2, norm=norm, **BASE)
    block(TransformerEncoder, {'src': n(2, 3, 4), 'mask': later(3)}, {'is_causal': True}, _second=False, num_layers=1, norm=norm,
          batch_first=True, norm_first=True, **BASE)
    for masks in [{}, {'tgt_mask': later(3), 'memory_key_padding_mask': hidden(2, 4)},
                  {'tgt_mask': hidden(3, 3), 'memory_mask': n(3, 4), 'tgt_key_padding_mask': hidden(2, 3)}]:
        block(TransformerDecoder, {'tgt': n(3, 2, 4), 'memory': n(4, 2, 4), **masks}, _second=False, num_layers=2, norm=norm, **BASE)
SMALL = dict(d_model=4, nhead=2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=3, dropout=0.0)
for options in [{}, {'norm_first': True}, {'bias': False}, {'activation': 'gelu'}, {'batch_first': True, 'layer_norm_eps': 1e-3}]:
    src, tgt = sequence(4, 4, 'batch_first' in options), sequence(3, 4, 'batch_first' in options)
    block(nn.Transformer, {'src': src, 'tgt': tgt}, _second=False, **SMALL, **options)
    block(nn.Transformer, {'src': src, 'tgt': tgt, 'src_mask': hidden(4, 4), 'tgt_mask': later(3), 'memory_mask': hidden(3, 4),
                           'src_key_padding_mask': hidden(2, 4), 'tgt_key_padding_mask': v(
                               [[False, False, True], [False, False, False]], dtype=torch.bool), 'memory_key_padding_mask': hidden(2, 4)},
          _second=False, **SMALL, **options)
block(nn.Transformer, {'src': n(4, 4), 'tgt': n(3, 4), 'tgt_mask': later(3)}, _second=False, **SMALL)
block(nn.Transformer, {'src': n(4, 2, 4), 'tgt': n(3, 2, 4), 'tgt_mask': later(3)}, {'tgt_is_causal': True}, _second=False, **SMALL)
