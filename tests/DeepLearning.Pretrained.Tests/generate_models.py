"""Writes Data/NAME: tiny models of random weights in the layout of a model hub, and in expected.safetensors inputs with the outputs that
the architecture's published formulas give for them, computed with PyTorch's primitives.

    python3 generate_models.py [NAME ...]

needs torch (2.6 was used). Nothing of the library or of Hugging Face's transformers takes part.
"""
import json
import math
import os
import struct
import sys

import torch
import torch.nn.functional as F

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Data')
TYPES = {torch.float32: 'F32', torch.float64: 'F64', torch.int64: 'I64', torch.bool: 'BOOL', torch.float16: 'F16', torch.bfloat16: 'BF16'}


def write(path, tensors, metadata=None):
    """A safetensors file: the length of the header, the header, the bytes."""
    header, at, parts = {'__metadata__': metadata or {'format': 'pt'}}, 0, []
    for name, tensor in tensors.items():
        data = tensor.detach().contiguous()
        raw = bytes(data.view(torch.uint8).flatten().tolist()) if data.dim() else bytes(data.reshape(1).view(torch.uint8).tolist())
        header[name] = {'dtype': TYPES[tensor.dtype], 'shape': list(tensor.shape), 'data_offsets': [at, at + len(raw)]}
        parts.append(raw)
        at += len(raw)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(parts))


class Weights:
    """Random weights by name, in the order in which they are first asked for."""

    def __init__(self, seed):
        self.random, self.all = torch.Generator().manual_seed(seed), {}

    def __call__(self, name, *shape, std=0.25, mean=0.0):
        if name not in self.all:
            self.all[name] = torch.randn(shape, generator=self.random) * std + mean
        return self.all[name]

    def linear(self, x, name, out, bias=True):
        y = x @ self(name + '.weight', out, x.shape[-1]).T
        return y + self(name + '.bias', out) if bias else y

    def conv1d(self, x, name, out):
        """GPT-2's linear map, whose weight is [in, out]."""
        return x @ self(name + '.weight', x.shape[-1], out) + self(name + '.bias', out)

    def norm(self, x, name, eps):
        mean, var = x.mean(-1, keepdim=True), x.var(-1, keepdim=True, unbiased=False)
        return (x - mean) / torch.sqrt(var + eps) * self(name + '.weight', x.shape[-1], mean=1.0) + self(name + '.bias', x.shape[-1])

    def rms(self, x, name, eps):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + eps) * self(name + '.weight', x.shape[-1], mean=1.0)

    def table(self, numbers, name, count, width):
        return self(name + '.weight', count, width)[numbers]


def gelu(x):
    return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def gelu_new(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def quick_gelu(x):
    return x / (1 + torch.exp(-1.702 * x))


def silu(x):
    return x / (1 + torch.exp(-x))


def attend(q, k, v, heads, kv_heads=None, seen=None, bias=None, scale=None, turn=None, head_norm=None):
    """softmax(scale q k^T + bias, where seen) v, head by head; [batch, length, heads * width]."""
    kv_heads = kv_heads or heads
    width = q.shape[-1] // heads
    results = []
    for head in range(heads):
        shared = head // (heads // kv_heads)
        a = q[..., head * width:(head + 1) * width]
        b = k[..., shared * width:(shared + 1) * width]
        c = v[..., shared * width:(shared + 1) * width]
        if head_norm:
            a, b = head_norm(a, 'q'), head_norm(b, 'k')
        if turn:
            a, b = turn(a), turn(b)
        scores = a @ b.transpose(-1, -2) * (1 / math.sqrt(width) if scale is None else scale)
        if bias is not None:
            scores = scores + bias[head]
        if seen is not None:
            scores = scores.masked_fill(~seen, -math.inf)
        results.append(torch.softmax(scores, -1).nan_to_num(0) @ c)
    return torch.cat(results, -1)


def tokens(vocab, batch, length, seed):
    return torch.randint(3, vocab, (batch, length), generator=torch.Generator().manual_seed(seed))


def padding(lengths, steps, left=False):
    rows = torch.arange(steps)
    return torch.stack([(rows >= steps - n) if left else (rows < n) for n in lengths])


def bert_layer(w, x, name, names, heads, inner, act, eps, seen):
    q, k, v, o, n1, up, down, n2 = (f'{name}.{part}' for part in names)
    width = x.shape[-1]
    a = attend(w.linear(x, q, width), w.linear(x, k, width), w.linear(x, v, width), heads, seen=seen)
    x = w.norm(x + w.linear(a, o, width), n1, eps)
    return w.norm(x + w.linear(act(w.linear(x, up, inner)), down, width), n2, eps)


BERT = ('attention.self.query', 'attention.self.key', 'attention.self.value', 'attention.output.dense', 'attention.output.LayerNorm',
        'intermediate.dense', 'output.dense', 'output.LayerNorm')
DISTIL = ('attention.q_lin', 'attention.k_lin', 'attention.v_lin', 'attention.out_lin', 'sa_layer_norm', 'ffn.lin1', 'ffn.lin2',
          'output_layer_norm')
ALBERT = ('attention.query', 'attention.key', 'attention.value', 'attention.dense', 'attention.LayerNorm', 'ffn', 'ffn_output',
          'full_layer_layer_norm')


def bert_body(w, prefix, ids, segments, mask, vocab, width=16, layers=2, heads=2, inner=24, positions=20, eps=1e-12, act=gelu,
              roberta_pad=None):
    place = torch.arange(ids.shape[1])[None]
    if roberta_pad is not None:
        there = (ids != roberta_pad).long()
        place = there.cumsum(1) * there + roberta_pad
    x = w.table(ids, prefix + 'embeddings.word_embeddings', vocab, width)
    x = x + w.table(place, prefix + 'embeddings.position_embeddings', positions, width)
    x = x + w.table(segments, prefix + 'embeddings.token_type_embeddings', 2 if roberta_pad is None else 1, width)
    x = w.norm(x, prefix + 'embeddings.LayerNorm', eps)
    seen = mask[:, None, :]
    for i in range(layers):
        x = bert_layer(w, x, f'{prefix}encoder.layer.{i}', BERT, heads, inner, act, eps, seen)
    return x


def bert_config(**more):
    return {'model_type': 'bert', 'vocab_size': 37, 'hidden_size': 16, 'num_hidden_layers': 2, 'num_attention_heads': 2,
            'intermediate_size': 24, 'hidden_act': 'gelu', 'max_position_embeddings': 20, 'type_vocab_size': 2, 'layer_norm_eps': 1e-12,
            'hidden_dropout_prob': 0.1, 'attention_probs_dropout_prob': 0.1, 'pad_token_id': 0, 'initializer_range': 0.02,
            'position_embedding_type': 'absolute', 'transformers_version': '4.40.0', **more}


def text_inputs(vocab=37):
    ids = tokens(vocab, 3, 9, 1)
    mask = padding([9, 6, 1], 9)
    segments = (torch.arange(9)[None] >= torch.tensor([4, 9, 2])[:, None]).long()
    return ids, segments, mask


def bert_model(w):
    ids, segments, mask = text_inputs()
    x = bert_body(w, '', ids, segments, mask, 37)
    pooled = torch.tanh(w.linear(x[:, 0], 'pooler.dense', 16))
    return bert_config(architectures=['BertModel']), {'tokens': ids, 'segments': segments, 'mask': mask}, {'hidden': x, 'pooled': pooled}


def bert_masked(w):
    ids, segments, mask = text_inputs()
    x = bert_body(w, 'bert.', ids, segments, mask, 37)
    y = w.norm(gelu(w.linear(x, 'cls.predictions.transform.dense', 16)), 'cls.predictions.transform.LayerNorm', 1e-12)
    logits = y @ w('bert.embeddings.word_embeddings.weight').T + w('cls.predictions.bias', 37)
    pooled = torch.tanh(w.linear(x[:, 0], 'bert.pooler.dense', 16))
    following = w.linear(pooled, 'cls.seq_relationship', 2)
    return (bert_config(architectures=['BertForPreTraining']), {'tokens': ids, 'segments': segments, 'mask': mask},
            {'hidden': x, 'logits': logits, 'next': following})


def bert_sequence(w):
    ids, segments, mask = text_inputs()
    x = bert_body(w, 'bert.', ids, segments, mask, 37)
    logits = w.linear(torch.tanh(w.linear(x[:, 0], 'bert.pooler.dense', 16)), 'classifier', 3)
    # As files of the first releases have them.
    w.all = {name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta'): value
             for name, value in w.all.items()}
    w.all['bert.embeddings.position_ids'] = torch.arange(20)[None]
    return (bert_config(architectures=['BertForSequenceClassification'], id2label={'0': 'bad', '1': 'fair', '2': 'good'}),
            {'tokens': ids, 'segments': segments, 'mask': mask}, {'logits': logits})


def bert_question(w):
    ids, segments, mask = text_inputs()
    x = bert_body(w, 'bert.', ids, segments, mask, 37)
    logits = w.linear(x, 'qa_outputs', 2)
    return (bert_config(architectures=['BertForQuestionAnswering']), {'tokens': ids, 'segments': segments, 'mask': mask},
            {'start': logits[..., 0], 'end': logits[..., 1]})


def roberta_config(**more):
    return {**bert_config(), 'model_type': 'roberta', 'type_vocab_size': 1, 'pad_token_id': 1, 'bos_token_id': 0, 'eos_token_id': 2,
            'layer_norm_eps': 1e-5, **more}


def roberta_inputs():
    ids, _, mask = text_inputs()
    return ids.masked_fill(~mask, 1), mask


def roberta_masked(w):
    ids, mask = roberta_inputs()
    x = bert_body(w, 'roberta.', ids, torch.zeros_like(ids), mask, 37, eps=1e-5, roberta_pad=1)
    y = w.norm(gelu(w.linear(x, 'lm_head.dense', 16)), 'lm_head.layer_norm', 1e-5)
    logits = y @ w('roberta.embeddings.word_embeddings.weight').T + w('lm_head.bias', 37)
    return roberta_config(architectures=['RobertaForMaskedLM']), {'tokens': ids, 'mask': mask}, {'hidden': x, 'logits': logits}


def roberta_sequence(w):
    ids, mask = roberta_inputs()
    x = bert_body(w, 'roberta.', ids, torch.zeros_like(ids), mask, 37, eps=1e-5, roberta_pad=1)
    logits = w.linear(torch.tanh(w.linear(x[:, 0], 'classifier.dense', 16)), 'classifier.out_proj', 4)
    return (roberta_config(architectures=['XLMRobertaForSequenceClassification'], model_type='xlm-roberta', num_labels=4),
            {'tokens': ids, 'mask': mask}, {'logits': logits})


def distil_body(w, prefix, ids, mask):
    x = w.table(ids, prefix + 'embeddings.word_embeddings', 37, 16)
    x = x + w.table(torch.arange(ids.shape[1]), prefix + 'embeddings.position_embeddings', 20, 16)
    x = w.norm(x, prefix + 'embeddings.LayerNorm', 1e-12)
    for i in range(2):
        x = bert_layer(w, x, f'{prefix}transformer.layer.{i}', DISTIL, 2, 24, gelu, 1e-12, mask[:, None, :])
    return x


def distil_config(**more):
    return {'model_type': 'distilbert', 'vocab_size': 37, 'dim': 16, 'n_layers': 2, 'n_heads': 2, 'hidden_dim': 24, 'activation': 'gelu',
            'max_position_embeddings': 20, 'dropout': 0.1, 'attention_dropout': 0.1, 'sinusoidal_pos_embds': False, 'tie_weights_': True,
            'pad_token_id': 0, 'qa_dropout': 0.1, 'seq_classif_dropout': 0.2, **more}


def distil_sequence(w):
    ids, _, mask = text_inputs()
    x = distil_body(w, 'distilbert.', ids, mask)
    logits = w.linear(torch.relu(w.linear(x[:, 0], 'pre_classifier', 16)), 'classifier', 2)
    return distil_config(architectures=['DistilBertForSequenceClassification']), {'tokens': ids, 'mask': mask}, {'logits': logits}


def distil_masked(w):
    ids, _, mask = text_inputs()
    x = distil_body(w, 'distilbert.', ids, mask)
    y = w.norm(gelu(w.linear(x, 'vocab_transform', 16)), 'vocab_layer_norm', 1e-12)
    logits = y @ w('distilbert.embeddings.word_embeddings.weight').T + w('vocab_projector.bias', 37)
    return distil_config(architectures=['DistilBertForMaskedLM']), {'tokens': ids, 'mask': mask}, {'logits': logits}


def albert_masked(w):
    ids, segments, mask = text_inputs()
    x = w.table(ids, 'albert.embeddings.word_embeddings', 37, 8)
    x = x + w.table(torch.arange(9), 'albert.embeddings.position_embeddings', 20, 8)
    x = x + w.table(segments, 'albert.embeddings.token_type_embeddings', 2, 8)
    x = w.norm(x, 'albert.embeddings.LayerNorm', 1e-12)
    x = w.linear(x, 'albert.encoder.embedding_hidden_mapping_in', 16)
    for i in range(4):
        for j in range(2):
            x = bert_layer(w, x, f'albert.encoder.albert_layer_groups.{i // 2}.albert_layers.{j}', ALBERT, 2, 24, gelu_new, 1e-12,
                           mask[:, None, :])
    y = w.norm(gelu_new(w.linear(x, 'predictions.dense', 8)), 'predictions.LayerNorm', 1e-12)
    logits = y @ w('albert.embeddings.word_embeddings.weight').T + w('predictions.bias', 37)
    config = {'model_type': 'albert', 'architectures': ['AlbertForMaskedLM'], 'vocab_size': 37, 'embedding_size': 8, 'hidden_size': 16,
              'num_hidden_layers': 4, 'num_hidden_groups': 2, 'inner_group_num': 2, 'num_attention_heads': 2, 'intermediate_size': 24,
              'hidden_act': 'gelu_new', 'max_position_embeddings': 20, 'type_vocab_size': 2, 'layer_norm_eps': 1e-12,
              'hidden_dropout_prob': 0, 'attention_probs_dropout_prob': 0, 'classifier_dropout_prob': 0.1, 'net_structure_type': 0,
              'num_memory_blocks': 0, 'gap_size': 0, 'down_scale_factor': 1, 'pad_token_id': 0}
    return config, {'tokens': ids, 'segments': segments, 'mask': mask}, {'hidden': x, 'logits': logits}


def gpt2(w):
    ids, mask = tokens(41, 3, 10, 2), padding([10, 7, 3], 10, left=True)
    place = (mask.long().cumsum(1) - 1).clamp(min=0)
    x = w.table(ids, 'transformer.wte', 41, 16) + w.table(place, 'transformer.wpe', 32, 16)
    seen = torch.ones(10, 10, dtype=torch.bool).tril() & mask[:, None, :]
    for i in range(2):
        name = f'transformer.h.{i}'
        q, k, v = w.conv1d(w.norm(x, name + '.ln_1', 1e-5), name + '.attn.c_attn', 48).split(16, -1)
        x = x + w.conv1d(attend(q, k, v, 2, seen=seen), name + '.attn.c_proj', 16)
        x = x + w.conv1d(gelu_new(w.conv1d(w.norm(x, name + '.ln_2', 1e-5), name + '.mlp.c_fc', 64)), name + '.mlp.c_proj', 16)
    x = w.norm(x, 'transformer.ln_f', 1e-5)
    logits = x @ w('transformer.wte.weight').T
    # As in the published files: without the prefix, with the buffers of causality.
    w.all = {name.removeprefix('transformer.'): value for name, value in w.all.items()}
    w.all['h.0.attn.bias'] = torch.ones(1, 1, 32, 32).tril()
    config = {'model_type': 'gpt2', 'architectures': ['GPT2LMHeadModel'], 'vocab_size': 41, 'n_embd': 16, 'n_layer': 2, 'n_head': 2,
              'n_positions': 32, 'n_ctx': 32, 'n_inner': None, 'activation_function': 'gelu_new', 'layer_norm_epsilon': 1e-5,
              'embd_pdrop': 0.1, 'attn_pdrop': 0.1, 'resid_pdrop': 0.1, 'bos_token_id': 0, 'eos_token_id': 0, 'summary_type': 'cls_index',
              'task_specific_params': {'text-generation': {'do_sample': True, 'max_length': 50}}}
    return config, {'tokens': ids, 'mask': mask}, {'logits': logits}


def rotary(width, theta, scaling, positions):
    """cos and sin of [positions, width], numbers of the first half turned with those of the second."""
    f = torch.tensor([theta ** (-2 * i / width) for i in range(width // 2)], dtype=torch.float64)
    factor = 1.0
    kind = (scaling or {}).get('rope_type')
    if kind == 'linear':
        f = f / scaling['factor']
    elif kind == 'llama3':
        old, low, high, by = (scaling[k] for k in ('original_max_position_embeddings', 'low_freq_factor', 'high_freq_factor', 'factor'))
        for i in range(width // 2):
            length = 2 * math.pi / f[i].item()
            if length > old / low:
                f[i] /= by
            elif length >= old / high:
                smooth = (old / length - low) / (high - low)
                f[i] = (1 - smooth) * f[i] / by + smooth * f[i]
    elif kind == 'yarn':
        old, by = scaling['original_max_position_embeddings'], scaling['factor']

        def dimension(turns):
            return width * math.log(old / (turns * 2 * math.pi)) / (2 * math.log(theta))
        first, last = max(math.floor(dimension(32)), 0), min(math.ceil(dimension(1)), width - 1)
        for i in range(width // 2):
            keep = 1 - min(max((i - first) / (last - first), 0), 1)
            f[i] = f[i] / by * (1 - keep) + f[i] * keep
        factor = 0.1 * math.log(by) + 1
    angles = positions[..., None].double() * f
    angles = torch.cat([angles, angles], -1)
    return (angles.cos() * factor).float(), (angles.sin() * factor).float()


def llama(w, family, architecture, theta=10000.0, scaling=None, qkv_bias=False, head_norms=False, window=None, tied=False, heads=4,
          kv_heads=2, head_dim=None, dtype=None, **more):
    vocab, width, inner, layers = 41, 16, 24, 2
    head_dim = head_dim or width // heads
    ids, mask = tokens(vocab, 3, 12, 3), padding([12, 8, 2], 12, left=True)
    place = (mask.long().cumsum(1) - 1).clamp(min=0)
    cos, sin = rotary(head_dim, theta, scaling, place)

    def turn(x):
        a, b = x.chunk(2, -1)
        return x * cos + torch.cat([-b, a], -1) * sin
    distance = torch.arange(12)[:, None] - torch.arange(12)[None]
    seen = (distance >= 0) & (distance < (window or 1000)) & mask[:, None, :]
    x = w.table(ids, 'model.embed_tokens', vocab, width)
    for i in range(layers):
        name = f'model.layers.{i}'
        y = w.rms(x, name + '.input_layernorm', 1e-6)
        q = w.linear(y, name + '.self_attn.q_proj', heads * head_dim, qkv_bias)
        k = w.linear(y, name + '.self_attn.k_proj', kv_heads * head_dim, qkv_bias)
        v = w.linear(y, name + '.self_attn.v_proj', kv_heads * head_dim, qkv_bias)
        norm = (lambda z, part: w.rms(z, f'{name}.self_attn.{part}_norm', 1e-6)) if head_norms else None
        a = attend(q, k, v, heads, kv_heads, seen=seen, turn=turn, head_norm=norm)
        x = x + w.linear(a, name + '.self_attn.o_proj', width, False)
        y = w.rms(x, name + '.post_attention_layernorm', 1e-6)
        y = silu(w.linear(y, name + '.mlp.gate_proj', inner, False)) * w.linear(y, name + '.mlp.up_proj', inner, False)
        x = x + w.linear(y, name + '.mlp.down_proj', width, False)
    x = w.rms(x, 'model.norm', 1e-6)
    logits = x @ w('model.embed_tokens.weight' if tied else 'lm_head.weight', vocab, width).T
    config = {'model_type': family, 'architectures': [architecture], 'vocab_size': vocab, 'hidden_size': width, 'intermediate_size': inner,
              'num_hidden_layers': layers, 'num_attention_heads': heads, 'num_key_value_heads': kv_heads, 'hidden_act': 'silu',
              'max_position_embeddings': 64, 'rms_norm_eps': 1e-6, 'rope_theta': theta, 'tie_word_embeddings': tied, 'use_cache': True,
              'attention_dropout': 0.0, 'bos_token_id': 1, 'eos_token_id': 2, 'torch_dtype': 'float32', **more}
    if head_dim != width // heads:
        config['head_dim'] = head_dim
    if scaling:
        config['rope_scaling'] = scaling
    return config, {'tokens': ids, 'mask': mask}, {'logits': logits}


def llama_plain(w):
    return llama(w, 'llama', 'LlamaForCausalLM', attention_bias=False, mlp_bias=False, pretraining_tp=1)


def llama_llama3(w):
    return llama(w, 'llama', 'LlamaForCausalLM', theta=500.0, heads=2, kv_heads=1, tied=True, scaling={
        'rope_type': 'llama3', 'factor': 8.0, 'low_freq_factor': 1.0, 'high_freq_factor': 4.0, 'original_max_position_embeddings': 32})


def llama_linear(w):
    return llama(w, 'llama', 'LlamaForCausalLM', scaling={'rope_type': 'linear', 'type': 'linear', 'factor': 4.0})


def llama_yarn(w):
    return llama(w, 'qwen2', 'Qwen2ForCausalLM', theta=1000.0, heads=2, kv_heads=1, qkv_bias=True, use_sliding_window=False,
                 sliding_window=4, max_window_layers=2,
                 scaling={'rope_type': 'yarn', 'factor': 4.0, 'original_max_position_embeddings': 256})


def mistral(w):
    return llama(w, 'mistral', 'MistralForCausalLM', window=4, sliding_window=4)


def qwen3(w):
    return llama(w, 'qwen3', 'Qwen3ForCausalLM', theta=1000000.0, head_norms=True, head_dim=8, tied=True, use_sliding_window=False,
                 sliding_window=None, max_window_layers=2, attention_bias=False, layer_types=['full_attention'] * 2)


def t5_bucket(distance, bidirectional, buckets, longest):
    """The bucket of the key's place less the query's (Raffel et al. 2020)."""
    first = 0
    if bidirectional:
        buckets //= 2
        first = buckets if distance > 0 else 0
        away = abs(distance)
    else:
        away = max(-distance, 0)
    exact = buckets // 2
    if away < exact:
        return first + away
    return first + min(exact + int(math.log(away / exact) / math.log(longest / exact) * (buckets - exact)), buckets - 1)


def t5(w, gated):
    ids, mask, written = tokens(39, 2, 8, 4), padding([8, 5], 8), tokens(39, 2, 6, 5)
    written[:, 0] = 0
    width, heads, kv, inner, buckets, longest = 16, 2, 6, 20, 8, 12

    def attention(x, y, name, seen, bias):
        q, k, v = (w.linear(z, f'{name}.{part}', heads * kv, False) for z, part in ((x, 'q'), (y, 'k'), (y, 'v')))
        return w.linear(attend(q, k, v, heads, seen=seen, bias=bias, scale=1.0), name + '.o', width, False)

    def stack(name, numbers, other, other_mask, seen, decoder):
        x = w.table(numbers, 'shared', 39, width)
        length = numbers.shape[1]
        table = w(f'{name}.block.0.layer.0.SelfAttention.relative_attention_bias.weight', buckets, heads)
        places = torch.tensor([[t5_bucket(j - i, not decoder, buckets, longest) for j in range(length)] for i in range(length)])
        bias = table[places].permute(2, 0, 1)
        for i in range(2):
            block = f'{name}.block.{i}.layer'
            y = w.rms(x, f'{block}.0.layer_norm', 1e-6)
            x = x + attention(y, y, f'{block}.0.SelfAttention', seen, bias)
            last = 1
            if decoder:
                y = w.rms(x, f'{block}.1.layer_norm', 1e-6)
                x = x + attention(y, other, f'{block}.1.EncDecAttention', other_mask[:, None, :], None)
                last = 2
            y = w.rms(x, f'{block}.{last}.layer_norm', 1e-6)
            dense = f'{block}.{last}.DenseReluDense'
            if gated:
                y = gelu_new(w.linear(y, dense + '.wi_0', inner, False)) * w.linear(y, dense + '.wi_1', inner, False)
            else:
                y = torch.relu(w.linear(y, dense + '.wi', inner, False))
            x = x + w.linear(y, dense + '.wo', width, False)
        return w.rms(x, f'{name}.final_layer_norm', 1e-6)

    read = stack('encoder', ids, None, None, mask[:, None, :], False)
    x = stack('decoder', written, read, mask, torch.ones(6, 6, dtype=torch.bool).tril(), True)
    logits = x @ w('lm_head.weight', 39, width).T if gated else x * width ** -0.5 @ w('shared.weight').T
    config = {'model_type': 't5', 'architectures': ['T5ForConditionalGeneration'], 'vocab_size': 39, 'd_model': width, 'd_kv': kv,
              'd_ff': inner, 'num_layers': 2, 'num_decoder_layers': 2, 'num_heads': heads, 'relative_attention_num_buckets': buckets,
              'relative_attention_max_distance': longest, 'dropout_rate': 0.1, 'layer_norm_epsilon': 1e-6,
              'feed_forward_proj': 'gated-gelu' if gated else 'relu', 'tie_word_embeddings': not gated, 'is_encoder_decoder': True,
              'decoder_start_token_id': 0, 'pad_token_id': 0, 'eos_token_id': 1, 'n_positions': 512}
    return config, {'tokens': ids, 'mask': mask, 'decoder_tokens': written}, {'logits': logits}


def t5_plain(w):
    return t5(w, False)


def t5_gated(w):
    return t5(w, True)


def pre_norm_layer(w, x, name, names, heads, inner, act, eps, seen):
    q, k, v, o, n1, up, down, n2 = (f'{name}.{part}' for part in names)
    width = x.shape[-1]
    y = w.norm(x, n1, eps)
    x = x + w.linear(attend(w.linear(y, q, width), w.linear(y, k, width), w.linear(y, v, width), heads, seen=seen), o, width)
    return x + w.linear(act(w.linear(w.norm(x, n2, eps), up, inner)), down, width)


VIT = ('attention.attention.query', 'attention.attention.key', 'attention.attention.value', 'attention.output.dense', 'layernorm_before',
       'intermediate.dense', 'output.dense', 'layernorm_after')
CLIP = ('self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.out_proj', 'layer_norm1', 'mlp.fc1', 'mlp.fc2',
        'layer_norm2')


def images(batch, channels, side, seed):
    return torch.randn(batch, channels, side, side, generator=torch.Generator().manual_seed(seed))


def vit(w):
    pixels = images(2, 3, 8, 6)
    x = F.conv2d(pixels, w('vit.embeddings.patch_embeddings.projection.weight', 16, 3, 4, 4),
                 w('vit.embeddings.patch_embeddings.projection.bias', 16), stride=4).flatten(2).transpose(1, 2)
    x = torch.cat([w('vit.embeddings.cls_token', 1, 1, 16).expand(2, 1, 16), x], 1) + w('vit.embeddings.position_embeddings', 1, 5, 16)
    for i in range(2):
        x = pre_norm_layer(w, x, f'vit.encoder.layer.{i}', VIT, 2, 24, gelu, 1e-12, None)
    x = w.norm(x, 'vit.layernorm', 1e-12)
    config = {'model_type': 'vit', 'architectures': ['ViTForImageClassification'], 'hidden_size': 16, 'num_hidden_layers': 2,
              'num_attention_heads': 2, 'intermediate_size': 24, 'hidden_act': 'gelu', 'image_size': 8, 'patch_size': 4, 'num_channels': 3,
              'qkv_bias': True, 'layer_norm_eps': 1e-12, 'hidden_dropout_prob': 0.0, 'attention_probs_dropout_prob': 0.0,
              'id2label': {'0': 'a', '1': 'b', '2': 'c'}}
    return config, {'pixels': pixels}, {'hidden': x, 'logits': w.linear(x[:, 0], 'classifier', 3)}


def clip(w):
    pixels, ids = images(3, 3, 8, 7), tokens(35, 2, 7, 8)
    ids[0, 4:], ids[1, 6:] = 36, 36
    x = F.conv2d(pixels, w('vision_model.embeddings.patch_embedding.weight', 16, 3, 4, 4), stride=4).flatten(2).transpose(1, 2)
    x = torch.cat([w('vision_model.embeddings.class_embedding', 16).expand(3, 1, 16), x], 1)
    x = x + w('vision_model.embeddings.position_embedding.weight', 5, 16)
    x = w.norm(x, 'vision_model.pre_layrnorm', 1e-5)
    for i in range(2):
        x = pre_norm_layer(w, x, f'vision_model.encoder.layers.{i}', CLIP, 2, 24, quick_gelu, 1e-5, None)
    image = w.linear(w.norm(x[:, 0], 'vision_model.post_layernorm', 1e-5), 'visual_projection', 10, False)
    x = w.table(ids, 'text_model.embeddings.token_embedding', 37, 12)
    x = x + w.table(torch.arange(7), 'text_model.embeddings.position_embedding', 9, 12)
    for i in range(2):
        x = pre_norm_layer(w, x, f'text_model.encoder.layers.{i}', CLIP, 3, 20, quick_gelu, 1e-5, torch.ones(7, 7, dtype=torch.bool).tril())
    x = w.norm(x, 'text_model.final_layer_norm', 1e-5)
    text = w.linear(torch.stack([x[0, 4], x[1, 6]]), 'text_projection', 10, False)
    image, text = (y / y.norm(dim=-1, keepdim=True) for y in (image, text))
    logits = image @ text.T * w('logit_scale', std=0.1, mean=1.5).exp()
    shared = {'hidden_act': 'quick_gelu', 'layer_norm_eps': 1e-5, 'attention_dropout': 0.0, 'num_hidden_layers': 2}
    config = {'model_type': 'clip', 'architectures': ['CLIPModel'], 'projection_dim': 10, 'logit_scale_init_value': 2.6592,
              'text_config': {**shared, 'model_type': 'clip_text_model', 'hidden_size': 12, 'num_attention_heads': 3,
                              'intermediate_size': 20, 'vocab_size': 37, 'max_position_embeddings': 9, 'eos_token_id': 36},
              'vision_config': {**shared, 'model_type': 'clip_vision_model', 'hidden_size': 16, 'num_attention_heads': 2,
                                'intermediate_size': 24, 'image_size': 8, 'patch_size': 4, 'num_channels': 3}}
    return config, {'pixels': pixels, 'tokens': ids}, {'images': image, 'texts': text, 'logits': logits}


def resnet(w, bottleneck):
    pixels = images(2, 3, 33, 9)

    def conv(x, name, out, kernel, stride, act):
        weight = w(name + '.convolution.weight', out, x.shape[1], kernel, kernel, std=0.7 / math.sqrt(x.shape[1] * kernel * kernel))
        x = F.conv2d(x, weight, stride=stride, padding=kernel // 2)
        scale, shift = w(name + '.normalization.weight', out, mean=1.0), w(name + '.normalization.bias', out)
        mean, var = w(name + '.normalization.running_mean', out), w(name + '.normalization.running_var', out).abs() + 0.5
        w.all[name + '.normalization.running_var'] = var
        w.all[name + '.normalization.num_batches_tracked'] = torch.tensor(7)
        x = (x - mean[:, None, None]) / torch.sqrt(var[:, None, None] + 1e-5) * scale[:, None, None] + shift[:, None, None]
        return torch.relu(x) if act else x

    x = F.max_pool2d(conv(pixels, 'resnet.embedder.embedder', 8, 7, 2, True), 3, 2, 1)
    widths, depths = [8, 16], [2, 2]
    for stage, (width, depth) in enumerate(zip(widths, depths)):
        for i in range(depth):
            name, stride = f'resnet.encoder.stages.{stage}.layers.{i}', 2 if stage > 0 and i == 0 else 1
            before = conv(x, name + '.shortcut', width, 1, stride, False) if x.shape[1] != width or stride != 1 else x
            if bottleneck:
                y = conv(x, name + '.layer.0', width // 4, 1, 1, True)
                y = conv(y, name + '.layer.1', width // 4, 3, stride, True)
                y = conv(y, name + '.layer.2', width, 1, 1, False)
            else:
                y = conv(conv(x, name + '.layer.0', width, 3, stride, True), name + '.layer.1', width, 3, 1, False)
            x = torch.relu(y + before)
    pooled = x.mean((2, 3))
    config = {'model_type': 'resnet', 'architectures': ['ResNetForImageClassification'], 'num_channels': 3, 'embedding_size': 8,
              'hidden_sizes': widths, 'depths': depths, 'layer_type': 'bottleneck' if bottleneck else 'basic', 'hidden_act': 'relu',
              'downsample_in_first_stage': False, 'id2label': {str(i): f'class {i}' for i in range(5)}}
    return config, {'pixels': pixels}, {'hidden': x, 'pooled': pooled, 'logits': w.linear(pooled, 'classifier.1', 5)}


def resnet_basic(w):
    return resnet(w, False)


def resnet_bottleneck(w):
    return resnet(w, True)


MODELS = [bert_model, bert_masked, bert_sequence, bert_question, roberta_masked, roberta_sequence, distil_sequence, distil_masked,
          albert_masked, gpt2, llama_plain, llama_llama3, llama_linear, llama_yarn, mistral, qwen3, t5_plain, t5_gated, vit, clip,
          resnet_basic, resnet_bottleneck]

for seed, make in enumerate(MODELS):
    if len(sys.argv) > 1 and make.__name__ not in sys.argv[1:]:
        continue
    weights = Weights(100 + seed)
    config, inputs, outputs = make(weights)
    folder = os.path.join(DATA, make.__name__)
    os.makedirs(folder, exist_ok=True)
    config.pop('tie_weights_', None)
    with open(os.path.join(folder, 'config.json'), 'w') as file:
        json.dump(config, file, indent=2)
        file.write('\n')
    write(os.path.join(folder, 'model.safetensors'), weights.all)
    write(os.path.join(folder, 'expected.safetensors'), {**{'in.' + k: v for k, v in inputs.items()},
                                                          **{'out.' + k: v for k, v in outputs.items()}})
