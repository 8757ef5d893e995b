"""Transformers, written out in torch by their papers, with the keys of the best-known implementations."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from .blocks import block
from .recorder import Spec, i, n, v

ORACLE = 'PyTorch 2.6'

RADFORD = 'Radford et al. 2019: section 2.3, as nanoGPT'
DEVLIN = 'Devlin et al. 2019: section 3'
LAN = 'Lan et al. 2020: section 3.1'
DOSOVITSKIY = 'Dosovitskiy et al. 2021: equations 1 to 4'
VASWANI = 'PyTorch 2.6: nn.Transformer, with Vaswani et al. 2017: section 3'
YANG = 'Yang et al. 2019: section 2.3 and appendix A.2'
FEDUS = 'Fedus, Zoph and Shazeer 2022: sections 2.1 and 2.2'

NORMS = ('norm.weight', 'Norm.weight', 'ln_1.weight', 'ln_2.weight', 'ln_f.weight', 'ln.weight', 'norm1.weight', 'norm2.weight',
         'norm3.weight')


def token_mask(*shape):
    """Truth values, two thirds of them true, the first of each row among them."""
    def draw(g):
        rows = torch.from_numpy(g.integers(0, 3, shape) != 0)
        rows[..., 0] = True
        return rows
    return Spec(draw)


def linear(x, p, name):
    return F.linear(x, p[name + '.weight'], p.get(name + '.bias'))


def norm(x, p, name, eps):
    return F.layer_norm(x, x.shape[-1:], p[name + '.weight'], p.get(name + '.bias'), eps)


def split(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def attend(q, k, v, heads, mask=None, causal=False):
    y = F.scaled_dot_product_attention(split(q, heads), split(k, heads), split(v, heads), mask, is_causal=causal)
    return y.transpose(1, 2).flatten(2)


def maps(shapes, bias, **sizes):
    """The weight and bias of linear maps, name: (out, in), and of normalizations, name: width."""
    for name, size in sizes.items():
        name = name.replace('__', '.')
        out = size[0] if isinstance(size, tuple) else size
        shapes[name + '.weight'] = size if isinstance(size, tuple) else (size,)
        if bias:
            shapes[name + '.bias'] = (out,)


# GPT

def gpt(x, p, heads, layers, approximate, **_):
    tokens = x['tokens']
    h = p['transformer.wte.weight'][tokens] + p['transformer.wpe.weight'][:tokens.shape[1]]
    for layer in range(layers):
        at = f'transformer.h.{layer}.'
        q, k, value = linear(norm(h, p, at + 'ln_1', 1e-5), p, at + 'attn.c_attn').chunk(3, -1)
        h = h + linear(attend(q, k, value, heads, causal=True), p, at + 'attn.c_proj')
        inner = F.gelu(linear(norm(h, p, at + 'ln_2', 1e-5), p, at + 'mlp.c_fc'), approximate='tanh' if approximate else 'none')
        h = h + linear(inner, p, at + 'mlp.c_proj')
    return norm(h, p, 'transformer.ln_f', 1e-5) @ p['transformer.wte.weight'].T


for layers, heads, bias, approximate in [(1, 2, True, False), (2, 1, True, True), (1, 4, False, False), (2, 2, False, True)]:
    shapes = {'transformer.wte.weight': (7, 4), 'transformer.wpe.weight': (5, 4)}
    for layer in range(layers):
        at = f'transformer__h__{layer}__'
        maps(shapes, bias, **{at + 'ln_1': 4, at + 'attn__c_attn': (12, 4), at + 'attn__c_proj': (4, 4), at + 'ln_2': 4,
                              at + 'mlp__c_fc': (16, 4), at + 'mlp__c_proj': (4, 16)})
    maps(shapes, bias, transformer__ln_f=4)
    block('GPT', gpt, {'tokens': i(0, 7, 2, 3 + layers)}, shapes, RADFORD, _shift=NORMS,
          _alias={'lm_head.weight': 'transformer.wte.weight'}, vocab=7, block_size=5, width=4, heads=heads, layers=layers, bias=bias,
          approximate=approximate)


# BERT and ALBERT

def embedded(x, p, at, eps):
    tokens = x['tokens']
    segments = x.get('segments', torch.zeros_like(tokens))
    h = p[at + 'word_embeddings.weight'][tokens] + p[at + 'position_embeddings.weight'][:tokens.shape[1]]
    return norm(h + p[at + 'token_type_embeddings.weight'][segments], p, at + 'LayerNorm', eps)


def seen(x):
    return x['mask'][:, None, None] if 'mask' in x else None


def bert_layer(h, p, at, heads, mask):
    q, k, value = (linear(h, p, at + 'attention.self.' + name) for name in ['query', 'key', 'value'])
    a = norm(h + linear(attend(q, k, value, heads, mask), p, at + 'attention.output.dense'), p, at + 'attention.output.LayerNorm', 1e-12)
    inner = F.gelu(linear(a, p, at + 'intermediate.dense'))
    return norm(a + linear(inner, p, at + 'output.dense'), p, at + 'output.LayerNorm', 1e-12)


def bert(x, p, heads, layers, at='', **_):
    h = embedded(x, p, at + 'embeddings.', 1e-12)
    for layer in range(layers):
        h = bert_layer(h, p, f'{at}encoder.layer.{layer}.', heads, seen(x))
    return h, torch.tanh(linear(h[:, 0], p, at + 'pooler.dense'))


def bert_shapes(layers, at='', pooler=True):
    shapes = {}
    e = at + 'embeddings.'
    shapes.update({e + 'word_embeddings.weight': (9, 4), e + 'position_embeddings.weight': (6, 4),
                   e + 'token_type_embeddings.weight': (2, 4)})
    at = at.replace('.', '__')
    maps(shapes, True, **{at + 'embeddings__LayerNorm': 4})
    for layer in range(layers):
        bert_layer_shapes(shapes, f'{at}encoder__layer__{layer}__')
    if pooler:
        maps(shapes, True, **{at + 'pooler__dense': (4, 4)})
    return shapes


def bert_layer_shapes(shapes, at):
    maps(shapes, True, **{at + 'attention__self__' + name: (4, 4) for name in ['query', 'key', 'value']},
         **{at + 'attention__output__dense': (4, 4), at + 'attention__output__LayerNorm': 4, at + 'intermediate__dense': (6, 4),
            at + 'output__dense': (4, 6), at + 'output__LayerNorm': 4})


def texts(*optional):
    inputs = {'tokens': i(0, 9, 2, 4)}
    if 'segments' in optional:
        inputs['segments'] = i(0, 2, 2, 4)
    if 'mask' in optional:
        inputs['mask'] = token_mask(2, 4)
    return inputs


def pre_training(x, p, **options):
    hidden, pooled = bert(x, p, at='bert.', **options)
    at = 'cls.predictions.'
    h = norm(F.gelu(linear(hidden, p, at + 'transform.dense')), p, at + 'transform.LayerNorm', 1e-12)
    return F.linear(h, p['bert.embeddings.word_embeddings.weight'], p[at + 'bias']), linear(pooled, p, 'cls.seq_relationship')


for optional in [(), ('segments',), ('mask',), ('segments', 'mask')]:
    for heads, layers in [(2, 1), (1, 2)]:
        block('BERT', bert, texts(*optional), bert_shapes(layers), DEVLIN, _shift=NORMS, heads=heads, layers=layers)
    shapes = bert_shapes(1, 'bert.')
    shapes['cls.predictions.bias'] = (9,)
    maps(shapes, True, cls__predictions__transform__dense=(4, 4), cls__predictions__transform__LayerNorm=4, cls__seq_relationship=(2, 4))
    block('BERTForPreTraining', pre_training, texts(*optional), shapes, DEVLIN, _shift=NORMS,
          _alias={'cls.predictions.decoder.weight': 'bert.embeddings.word_embeddings.weight',
                  'cls.predictions.decoder.bias': 'cls.predictions.bias'}, heads=2, layers=1)
    shapes = bert_shapes(1, 'bert.')
    maps(shapes, True, classifier=(3, 4))
    block('BERTForSequenceClassification', lambda x, p, **o: linear(bert(x, p, at='bert.', **o)[1], p, 'classifier'),
          texts(*optional), shapes, DEVLIN, _shift=NORMS, heads=2, layers=1)
for optional in [('segments',), ('mask',)]:
    # The pooler is there, and takes no part.
    shapes = bert_shapes(1, 'bert.')
    maps(shapes, True, classifier=(3, 4))
    block('BERTForTokenClassification', lambda x, p, **o: linear(bert(x, p, at='bert.', **o)[0], p, 'classifier'), texts(*optional), shapes,
          DEVLIN, _shift=NORMS, heads=2, layers=1)


def albert(x, p, heads, layers):
    h = linear(embedded(x, p, 'embeddings.', 1e-12), p, 'encoder.embedding_hidden_mapping_in')
    at = 'encoder.albert_layer_groups.0.albert_layers.0.'
    for _ in range(layers):
        q, k, value = (linear(h, p, at + 'attention.' + name) for name in ['query', 'key', 'value'])
        a = norm(h + linear(attend(q, k, value, heads, seen(x)), p, at + 'attention.dense'), p, at + 'attention.LayerNorm', 1e-12)
        inner = F.gelu(linear(a, p, at + 'ffn'), approximate='tanh')
        h = norm(a + linear(inner, p, at + 'ffn_output'), p, at + 'full_layer_layer_norm', 1e-12)
    return h, torch.tanh(linear(h[:, 0], p, 'pooler'))


for optional in [(), ('segments', 'mask')]:
    for heads, layers in [(2, 1), (1, 3)]:
        shapes = {'embeddings.word_embeddings.weight': (9, 3), 'embeddings.position_embeddings.weight': (6, 3),
                  'embeddings.token_type_embeddings.weight': (2, 3)}
        at = 'encoder__albert_layer_groups__0__albert_layers__0__'
        maps(shapes, True, embeddings__LayerNorm=3, encoder__embedding_hidden_mapping_in=(4, 3),
             **{at + 'full_layer_layer_norm': 4, at + 'attention__query': (4, 4), at + 'attention__key': (4, 4),
                at + 'attention__value': (4, 4), at + 'attention__dense': (4, 4), at + 'attention__LayerNorm': 4, at + 'ffn': (6, 4),
                at + 'ffn_output': (4, 6)}, pooler=(4, 4))
        block('ALBERT', albert, texts(*optional), shapes, LAN, _shift=NORMS, heads=heads, layers=layers)


# A transformer over patches

def vision(x, p, patch, heads, layers, **_):
    images = x['images']
    batch = images.shape[0]
    h = F.conv2d(images, p['conv_proj.weight'], p['conv_proj.bias'], stride=patch).flatten(2).transpose(1, 2)
    h = torch.cat([p['class_token'].expand(batch, -1, -1), h], 1) + p['encoder.pos_embedding']
    for layer in range(layers):
        at = f'encoder.layers.encoder_layer_{layer}.'
        y = norm(h, p, at + 'ln_1', 1e-6)
        q, k, value = F.linear(y, p[at + 'self_attention.in_proj_weight'], p[at + 'self_attention.in_proj_bias']).chunk(3, -1)
        h = h + linear(attend(q, k, value, heads), p, at + 'self_attention.out_proj')
        h = h + linear(F.gelu(linear(norm(h, p, at + 'ln_2', 1e-6), p, at + 'mlp.0')), p, at + 'mlp.3')
    return linear(norm(h, p, 'encoder.ln', 1e-6)[:, 0], p, 'heads.head')


for size, patch, channels, heads, layers in [(4, 2, 1, 2, 1), (4, 4, 2, 1, 2)]:
    shapes = {'class_token': (1, 1, 4), 'conv_proj.weight': (4, channels, patch, patch), 'conv_proj.bias': (4,),
              'encoder.pos_embedding': (1, (size // patch) ** 2 + 1, 4)}
    for layer in range(layers):
        at = f'encoder__layers__encoder_layer_{layer}__'
        maps(shapes, True, **{at + 'ln_1': 4})
        at_dot = at.replace('__', '.')
        shapes[at_dot + 'self_attention.in_proj_weight'] = (12, 4)
        shapes[at_dot + 'self_attention.in_proj_bias'] = (12,)
        maps(shapes, True, **{at + 'self_attention__out_proj': (4, 4), at + 'ln_2': 4, at + 'mlp__0': (6, 4), at + 'mlp__3': (4, 6)})
    maps(shapes, True, encoder__ln=4, heads__head=(3, 4))
    block('VisionTransformer', vision, {'images': n(2, channels, size, size)}, shapes, DOSOVITSKIY, _shift=NORMS, size=size, patch=patch,
          channels=channels, classes=3, heads=heads, layers=layers)


# The encoder and decoder of the paper

def translation(x, p, heads, norm_first, pad, **_):
    width = 4
    model = nn.Transformer(width, heads, 1, 1, 5, 0.0, batch_first=True, norm_first=norm_first).double()

    def vectors(tokens, name):
        place = torch.arange(tokens.shape[1]).double()[:, None] / 10000 ** (2 * (torch.arange(width) // 2).double() / width)
        return p[name][tokens] * math.sqrt(width) + torch.where(torch.arange(width) % 2 == 0, torch.sin(place), torch.cos(place))

    source, target = x['source'], x['target']
    later = torch.triu(torch.ones(target.shape[1], target.shape[1], dtype=torch.bool), 1)
    hidden = (None, None) if pad is None else (source == pad, target == pad)
    parameters = {name[len('transformer.'):]: value for name, value in p.items() if name.startswith('transformer.')}
    y = torch.func.functional_call(model, parameters, (vectors(source, 'src_tok_emb.embedding.weight'),
                                                       vectors(target, 'tgt_tok_emb.embedding.weight')),
                                   dict(tgt_mask=later, src_key_padding_mask=hidden[0], tgt_key_padding_mask=hidden[1],
                                        memory_key_padding_mask=hidden[0]))
    return linear(y, p, 'generator')


SOURCES = {None: (i(0, 6, 2, 3), i(0, 5, 2, 4)),
           0: (v([[3, 1, 2, 5], [4, 2, 0, 0]], dtype=torch.int64), v([[1, 4, 2], [1, 3, 0]], dtype=torch.int64))}
for heads, norm_first, pad, tied in [(2, False, None, False), (1, True, 0, False), (2, False, 0, True)]:
    shapes = {'transformer.' + name: tuple(x.shape) for name, x in
              nn.Transformer(4, heads, 1, 1, 5, batch_first=True, norm_first=norm_first).named_parameters()}
    shapes.update({'generator.bias': (5,), 'src_tok_emb.embedding.weight': (6, 4), 'tgt_tok_emb.embedding.weight': (5, 4)})
    if not tied:
        shapes['generator.weight'] = (5, 4)
    block('TranslationTransformer', translation, {'source': SOURCES[pad][0], 'target': SOURCES[pad][1]}, shapes, VASWANI, _shift=NORMS,
          _alias={'generator.weight': 'tgt_tok_emb.embedding.weight'} if tied else None, heads=heads, norm_first=norm_first,
          pad=pad, tied=tied)


# Two streams

def xlnet(x, p, heads, layers):
    """A pair of positions at a time, as the paper's formulas stand."""
    tokens, order = x['tokens'], x['order']
    batch, length = tokens.shape
    h = p['transformer.word_embedding.weight'][tokens]
    g = p['transformer.mask_emb'].expand(batch, length, -1)
    width = h.shape[-1]
    there = x['mask'][:, None] if 'mask' in x else torch.ones(batch, 1, length, dtype=torch.bool)
    content = (order[:, None, :] <= order[:, :, None]) & there
    query = (order[:, None, :] < order[:, :, None]) & there

    def distance(d):
        angle = d / 10000 ** (torch.arange(0, width, 2).double() / width)
        return torch.cat([torch.sin(angle), torch.cos(angle)])

    def stream(y, k, value, at, mask):
        q = torch.einsum('blc,chd->blhd', y, p[at + 'q'])
        rows = []
        for a in range(length):
            columns = []
            for b in range(length):
                r = torch.einsum('c,chd->hd', distance(a - b), p[at + 'r'])
                score = ((q[:, a] + p[at + 'r_w_bias']) * k[:, b]).sum(-1) + ((q[:, a] + p[at + 'r_r_bias']) * r).sum(-1)
                if 'segments' in x:
                    other = (x['segments'][:, a] != x['segments'][:, b]).long()
                    score = score + ((q[:, a] + p[at + 'r_s_bias']) * p[at + 'seg_embed'][other]).sum(-1)
                columns.append(score / math.sqrt(q.shape[-1]))
            rows.append(torch.stack(columns, -1))
        scores = torch.stack(rows, -2)  # batch, heads, length, length
        blind = ~mask.any(-1)[:, None, :, None]
        scores = scores.masked_fill(~mask[:, None] & ~blind, float('-inf'))
        weights = torch.softmax(scores, -1).masked_fill(blind, 0)
        attended = torch.einsum('bhls,bshd->blhd', weights, value)
        return norm(torch.einsum('blhd,chd->blc', attended, p[at + 'o']) + y, p, at + 'layer_norm', 1e-12)

    for layer in range(layers):
        at = f'transformer.layer.{layer}.'
        k, value = (torch.einsum('blc,chd->blhd', h, p[at + 'rel_attn.' + name]) for name in ['k', 'v'])
        h, g = (stream(y, k, value, at + 'rel_attn.', mask) for y, mask in [(h, content), (g, query)])
        h, g = (norm(linear(F.gelu(linear(y, p, at + 'ff.layer_1')), p, at + 'ff.layer_2') + y, p, at + 'ff.layer_norm', 1e-12)
                for y in [h, g])
    return F.linear(g, p['transformer.word_embedding.weight'], p['lm_loss.bias'])


ORDER = v([[2, 0, 1, 3], [3, 2, 1, 0]], dtype=torch.int64)
for heads, layers, optional in [(2, 1, ()), (1, 2, ('segments',)), (2, 2, ('mask',))]:
    shapes = {'transformer.mask_emb': (1, 1, 4), 'transformer.word_embedding.weight': (9, 4)}
    for layer in range(layers):
        at = f'transformer.layer.{layer}.rel_attn.'
        for name in ['q', 'k', 'v', 'o', 'r']:
            shapes[at + name] = (4, heads, 4 // heads)
        for name in ['r_r_bias', 'r_s_bias', 'r_w_bias']:
            shapes[at + name] = (heads, 4 // heads)
        shapes[at + 'seg_embed'] = (2, heads, 4 // heads)
        at = f'transformer__layer__{layer}__'
        maps(shapes, True, **{at + 'rel_attn__layer_norm': 4, at + 'ff__layer_norm': 4, at + 'ff__layer_1': (6, 4),
                              at + 'ff__layer_2': (4, 6)})
    shapes['lm_loss.bias'] = (9,)
    inputs = texts(*optional)
    inputs = {'tokens': inputs.pop('tokens'), 'order': ORDER, **inputs}
    block('XLNet', xlnet, inputs, shapes, YANG, _shift=NORMS, _alias={'lm_loss.weight': 'transformer.word_embedding.weight'}, heads=heads,
          layers=layers)


# A mixture of experts, a token at a time

def mixture(x, p, experts, top_k, capacity, bias):
    tokens = x['input'].reshape(-1, x['input'].shape[-1])
    count = tokens.shape[0]
    probabilities = torch.softmax(linear(tokens, p, 'router.classifier'), -1)
    best, chosen = probabilities.topk(top_k, -1)
    gates = best if top_k == 1 else best / best.sum(-1, keepdim=True)
    room = count * top_k if capacity is None else math.ceil(capacity * top_k * count / experts)
    load = [0] * experts
    outputs = [torch.zeros_like(tokens[0]) for _ in range(count)]
    for choice in range(top_k):
        for token in range(count):
            expert = chosen[token, choice].item()
            if load[expert] < room:
                load[expert] += 1
                at = f'experts.expert_{expert}.'
                y = linear(F.relu(linear(tokens[token], p, at + 'wi')), p, at + 'wo')
                outputs[token] = outputs[token] + gates[token, choice] * y
    share = F.one_hot(chosen[:, 0], experts).double().mean(0)
    return torch.stack(outputs).reshape(x['input'].shape), experts * (share * probabilities.mean(0)).sum(), torch.tensor(load)


for experts, top_k, capacity, bias in [(3, 1, 1.25, False), (3, 1, None, True), (4, 2, 1.0, False), (4, 2, None, True), (2, 2, 0.5, False),
                                       (4, 3, 0.75, True), (1, 1, 1.0, False)]:
    shapes = {'router.classifier.weight': (experts, 4)}
    for expert in range(experts):
        maps(shapes, bias, **{f'experts__expert_{expert}__wi': (3, 4), f'experts__expert_{expert}__wo': (4, 3)})
    block('MixtureOfExperts', mixture, {'input': n(2, 4, 4)}, shapes, FEDUS, _scale=1.0, experts=experts,
          top_k=top_k, capacity=capacity, bias=bias)


# ALBERT's heads

def albert_heads(x, p, heads, layers):
    inner = {name[len('albert.'):]: value for name, value in p.items() if name.startswith('albert.')}
    hidden, pooled = albert(x, inner, heads, layers)
    h = norm(F.gelu(linear(hidden, p, 'predictions.dense'), approximate='tanh'), p, 'predictions.LayerNorm', 1e-12)
    tokens = F.linear(h, p['albert.embeddings.word_embeddings.weight'], p['predictions.bias'])
    return tokens, linear(pooled, p, 'sop_classifier.classifier')


for optional in [(), ('segments',), ('segments', 'mask')]:
    for heads, layers in [(2, 1), (1, 2)]:
        shapes = {'albert.embeddings.word_embeddings.weight': (9, 3), 'albert.embeddings.position_embeddings.weight': (6, 3),
                  'albert.embeddings.token_type_embeddings.weight': (2, 3), 'predictions.bias': (9,)}
        at = 'albert__encoder__albert_layer_groups__0__albert_layers__0__'
        maps(shapes, True, albert__embeddings__LayerNorm=3, albert__encoder__embedding_hidden_mapping_in=(4, 3),
             **{at + 'full_layer_layer_norm': 4, at + 'attention__query': (4, 4), at + 'attention__key': (4, 4),
                at + 'attention__value': (4, 4), at + 'attention__dense': (4, 4), at + 'attention__LayerNorm': 4, at + 'ffn': (6, 4),
                at + 'ffn_output': (4, 6)}, albert__pooler=(4, 4), predictions__dense=(3, 4), predictions__LayerNorm=3,
             sop_classifier__classifier=(2, 4))
        block('ALBERTForPreTraining', albert_heads, texts(*optional), shapes, LAN, _shift=NORMS,
              _alias={'predictions.decoder.weight': 'albert.embeddings.word_embeddings.weight',
                      'predictions.decoder.bias': 'predictions.bias'}, heads=heads, layers=layers)
