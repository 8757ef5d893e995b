"""Attention and transformers: masks of every kind, all options."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.func import functional_call

from .case import Call, state

ACTIVATIONS = {'tanh': torch.tanh, 'silu': F.silu}


def hidden(d, *shape):
    """Truth values, never a whole row."""
    rows = d.truth(*shape)
    rows[..., d.int(0, shape[-1] - 1)] = False
    return rows


def mask(d, *shape):
    kind = d.pick(['bool', 'bool', 'add', 'infinity'])
    return hidden(d, *shape) if kind == 'bool' else d.normal(*shape) if kind == 'add' else d.normal(*shape).masked_fill(hidden(d, *shape), float('-inf'))


def block(d, key, make, inputs, forward, arguments, train=None, second=True):
    plain = {k: ACTIVATIONS.get(a, a) if k == 'activation' else a for k, a in arguments.items()}
    train = d.chance(0.6) if train is None else train
    module = make(**plain).double()
    values = state(d, module, 0.4)
    call = list(inputs)

    def run(*xs):
        module.train(train)
        result = functional_call(module, dict(zip(values, xs[len(call):])), (), {**dict(zip(call, xs)), **forward})
        return [r for r in result if r is not None] if isinstance(result, tuple) else result

    names = call + list(values)
    fixed = [k for k, name in enumerate(names) if 'mask' in name]
    return Call(key, run, [*inputs.values(), *values.values()], {'call': call, 'forward': forward, 'train': train, **arguments}, names, fixed, second=second)


def sequence(d, steps, width, batch, first):
    return d.normal(steps, width) if batch is None else d.normal(batch, steps, width) if first else d.normal(steps, batch, width)


def multihead(d):
    heads = d.pick([1, 2, 3])
    width = heads * d.pick([1, 2, 3])
    options = dict(embed_dim=width, num_heads=heads, **d.some(
        bias=lambda: d.chance(0.5), add_bias_kv=lambda: d.chance(0.6), add_zero_attn=lambda: d.chance(0.6), kdim=lambda: d.int(1, 5), vdim=lambda: d.int(1, 5),
        batch_first=lambda: d.chance(0.6)))
    first = options.get('batch_first', False)
    batch = d.pick([None, 1, 2, 3])
    q, k = d.pick([1, 2, 3, 5]), d.pick([1, 2, 4, 6])
    inputs = {'query': sequence(d, q, width, batch, first), 'key': sequence(d, k, options.get('kdim', width), batch, first),
              'value': sequence(d, k, options.get('vdim', width), batch, first)}
    if d.chance(0.4):
        inputs['key_padding_mask'] = mask(d, *([] if batch is None else [batch]), k)
    if d.chance(0.5):
        inputs['attn_mask'] = mask(d, *(d.pick([[], [(batch or 1) * heads]])), q, k)
    forward = d.some(need_weights=lambda: d.chance(0.5), average_attn_weights=lambda: d.chance(0.4))
    return block(d, 'MultiheadAttention', nn.MultiheadAttention, inputs, forward, options)


def scaled(d):
    lead = d.pick([[], [2], [2, 2], [1, 3], [2, 1, 2]])
    q, k, width, out = d.pick([1, 2, 3, 7]), d.pick([1, 2, 4, 9]), d.pick([1, 2, 3, 8]), d.pick([1, 2, 3, 8])
    heads = list(lead)
    options = d.some(scale=lambda: d.real(-0.5, 1.5))
    query = list(lead)
    if lead and len(lead) > 1 and d.chance(0.3):
        options['enable_gqa'] = True
        query[-1] = heads[-1] * d.pick([1, 2, 3])
    inputs = [d.normal(*query, q, width), d.normal(*heads, k, width), d.normal(*heads, k, out)]
    operands = ['query', 'key', 'value']
    if d.chance(0.4):
        shape = d.pick([[q, k], [1, k], [q, 1], [*query, q, k], [*query[:-1], *([1] if query else []), q, k]])
        inputs.append(visible(d, *shape))
        operands.append('attn_mask')
    elif d.chance(0.4):
        options['is_causal'] = True
        options.update({'scale': abs(options['scale'])} if 'scale' in options else {})  # PyTorch: NaN
    run = lambda a, b, c, m=None: F.scaled_dot_product_attention(a, b, c, attn_mask=m, **options)
    return Call('scaled_dot_product_attention', run, inputs, {'operands': operands, **options}, operands, fixed=(3,))


def visible(d, *shape):
    kept = mask(d, *shape)
    return ~kept if kept.dtype == torch.bool else kept


def sizes(d, stack=False):
    heads = d.pick([1, 2])
    options = dict(d_model=heads * d.pick([2, 3]), nhead=heads, dim_feedforward=d.pick([1, 3, 5]), **d.some(
        norm_first=lambda: d.chance(0.7), batch_first=lambda: d.chance(0.7), bias=lambda: d.chance(0.5), activation=lambda: d.pick(['relu', 'gelu', 'tanh', 'silu']),
        layer_norm_eps=lambda: d.pick([1e-3, 1e-2])))
    train = d.chance(0.6)
    options['dropout'] = 0.0 if train else d.pick([0.0, 0.5])
    return options, options['d_model'], options.get('batch_first', False), d.pick([None, 1, 2, 3]), train


def lead(batch):
    return [] if batch is None else [batch]


def later(size):
    return nn.Transformer.generate_square_subsequent_mask(size, dtype=torch.float64)


def encoder_layer(d):
    options, width, first, batch, train = sizes(d)
    steps = d.pick([1, 2, 3, 5])
    inputs = {'src': sequence(d, steps, width, batch, first)}
    forward = {}
    if d.chance(0.4):
        inputs['src_mask'] = mask(d, *(d.pick([[], [(batch or 1) * options['nhead']]])), steps, steps)
    elif d.chance(0.3):
        inputs['src_mask'], forward = later(steps), {'is_causal': True}
    if d.chance(0.4):
        inputs['src_key_padding_mask'] = mask(d, *lead(batch), steps)
    return block(d, 'TransformerEncoderLayer', nn.TransformerEncoderLayer, inputs, forward, options, train)


def decoder_inputs(d, width, first, batch, heads):
    steps, others = d.pick([1, 2, 3, 5]), d.pick([1, 2, 4])
    inputs = {'tgt': sequence(d, steps, width, batch, first), 'memory': sequence(d, others, width, batch, first)}
    if d.chance(0.4):
        inputs['tgt_mask'] = mask(d, *(d.pick([[], [(batch or 1) * heads]])), steps, steps)
    if d.chance(0.4):
        inputs['memory_mask'] = mask(d, *(d.pick([[], [(batch or 1) * heads]])), steps, others)
    if d.chance(0.3):
        inputs['tgt_key_padding_mask'] = mask(d, *lead(batch), steps)
    if d.chance(0.3):
        inputs['memory_key_padding_mask'] = mask(d, *lead(batch), others)
    return inputs


def decoder_layer(d):
    options, width, first, batch, train = sizes(d)
    return block(d, 'TransformerDecoderLayer', nn.TransformerDecoderLayer, decoder_inputs(d, width, first, batch, options['nhead']), {}, options, train)


def encoder(d):
    options, width, first, batch, train = sizes(d)
    arguments = dict(num_layers=d.int(1, 3), norm=d.chance(0.5), **options)
    steps = d.pick([1, 2, 3, 5])
    inputs = {'src': sequence(d, steps, width, batch, first)}
    if d.chance(0.4):
        inputs['mask'] = d.pick([later(steps), mask(d, steps, steps)])
    if d.chance(0.4):
        inputs['src_key_padding_mask'] = mask(d, *lead(batch), steps)
    make = lambda num_layers, norm, **o: nn.TransformerEncoder(nn.TransformerEncoderLayer(**o), num_layers, nn.LayerNorm(width) if norm else None, enable_nested_tensor=False)
    return block(d, 'TransformerEncoder', make, inputs, {}, arguments, train, second=False)


def decoder(d):
    options, width, first, batch, train = sizes(d)
    arguments = dict(num_layers=d.int(1, 2), norm=d.chance(0.5), **options)
    make = lambda num_layers, norm, **o: nn.TransformerDecoder(nn.TransformerDecoderLayer(**o), num_layers, nn.LayerNorm(width) if norm else None)
    return block(d, 'TransformerDecoder', make, decoder_inputs(d, width, first, batch, options['nhead']), {}, arguments, train, second=False)


def whole(d):
    options, width, first, batch, train = sizes(d)
    options = dict(options, num_encoder_layers=d.int(1, 2), num_decoder_layers=d.int(1, 2))
    steps, others = d.pick([1, 2, 3]), d.pick([1, 2, 4])
    inputs = {'src': sequence(d, others, width, batch, first), 'tgt': sequence(d, steps, width, batch, first)}
    for name, shape in [('src_mask', [others, others]), ('tgt_mask', [steps, steps]), ('memory_mask', [steps, others]), ('src_key_padding_mask', [*lead(batch), others]),
                        ('tgt_key_padding_mask', [*lead(batch), steps]), ('memory_key_padding_mask', [*lead(batch), others])]:
        if d.chance(0.3):
            inputs[name] = mask(d, *shape)
    return block(d, 'Transformer', nn.Transformer, inputs, {}, options, train)


ALL = [multihead, multihead, multihead, multihead, scaled, scaled, scaled, encoder_layer, encoder_layer, decoder_layer, decoder_layer, encoder, decoder, whole]
