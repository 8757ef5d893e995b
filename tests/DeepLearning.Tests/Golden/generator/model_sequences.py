"""Models of sequences, written out in torch: the field by all sequences of tags, the networks step by step."""
import itertools

import torch
import torch.nn.functional as F

from .blocks import block
from .recorder import i, n, v

ORACLE = 'PyTorch 2.6'

LAFFERTY = 'Lafferty, McCallum and Pereira 2001: section 3, by all sequences'
SHI = 'Shi et al. 2015: equation 3'
BAI = 'Bai, Kolter and Koltun 2018: section 3'
JORDAN = 'Goodfellow, Bengio and Courville 2016: equations 10.8 to 10.11 with the output fed back'
BAHDANAU = 'Bahdanau, Cho and Bengio 2015: appendix A.2'


def linear(x, p, name):
    return F.linear(x, p[name + '.weight'], p.get(name + '.bias'))


# A linear-chain conditional random field

def path(p, emissions, tags):
    score = p['start_transitions'][tags[0]] + p['end_transitions'][tags[-1]]
    for step, tag in enumerate(tags):
        score = score + emissions[step, tag]
        if step:
            score = score + p['transitions'][tags[step - 1], tag]
    return score


def paths(p, emissions, tags):
    return {y: path(p, emissions, y) for y in itertools.product(range(tags), repeat=len(emissions))}


def lengths(x):
    batch, steps = x['emissions'].shape[:2]
    return x['mask'].sum(1).tolist() if 'mask' in x else [steps] * batch


def crf(x, p, tags, reduction):
    losses = []
    for row, length in enumerate(lengths(x)):
        emissions = x['emissions'][row, :length]
        everything = torch.logsumexp(torch.stack(list(paths(p, emissions, tags).values())), 0)
        losses.append(everything - path(p, emissions, x['tags'][row, :length].tolist()))
    losses = torch.stack(losses)
    return losses.mean() if reduction == 'mean' else losses.sum() if reduction == 'sum' else losses


def viterbi(x, p, tags):
    steps = x['emissions'].shape[1]
    best, scores = [], []
    for row, length in enumerate(lengths(x)):
        found = paths(p, x['emissions'][row, :length], tags)
        y = max(found, key=lambda y: found[y].item())
        best.append(list(y) + [-1] * (steps - length))
        scores.append(found[y])
    return torch.tensor(best), torch.stack(scores).detach()


def first(*counts, steps):
    """A mask of the first steps of each row."""
    return v([[step < count for step in range(steps)] for count in counts], dtype=torch.bool)


for count, steps in [(2, 3), (2, 1), (3, 2), (3, 4), (4, 3)]:
    shapes = {'start_transitions': (count,), 'end_transitions': (count,), 'transitions': (count, count)}
    for mask in [None, first(steps, 1, max(steps - 1, 1), steps=steps)]:
        inputs = {'emissions': n(3, steps, count), 'tags': i(0, count, 3, steps)}
        if mask is not None:
            inputs['mask'] = mask
        for reduction in ['mean', 'sum', 'none']:
            block('LinearChainCRF', crf, inputs, shapes, LAFFERTY, _scale=1.0, tags=count, reduction=reduction)
        inputs = {name: x for name, x in inputs.items() if name != 'tags'}
        block('LinearChainCRF.Decode', viterbi, inputs, shapes, LAFFERTY, _fixed=['emissions', *shapes], _scale=1.0, tags=count)


# LSTMs over images

def conv_cell(x, h, c, p, at, kernel):
    gates = F.conv2d(torch.cat([x, h], 1), p[at + 'conv.weight'], p.get(at + 'conv.bias'), padding=kernel // 2)
    gi, gf, go, gc = gates.chunk(4, 1)
    if at + 'w_ci' in p:
        gi, gf = gi + p[at + 'w_ci'] * c, gf + p[at + 'w_cf'] * c
    c = torch.sigmoid(gf) * c + torch.sigmoid(gi) * torch.tanh(gc)
    if at + 'w_co' in p:
        go = go + p[at + 'w_co'] * c
    return torch.sigmoid(go) * torch.tanh(c), c


def conv_lstm(x, p, hidden, kernel, **_):
    steps = list(x['input'].unbind(1))
    last = []
    for layer, channels in enumerate(hidden):
        zeros = torch.zeros(x['input'].shape[0], channels, *x['input'].shape[3:], dtype=torch.float64)
        h, c = (x['hidden'], x['cell']) if 'hidden' in x else (zeros, zeros)
        outputs = []
        for step in steps:
            h, c = conv_cell(step, h, c, p, f'cell_list.{layer}.', kernel)
            outputs.append(h)
        steps = outputs
        last += [h, c]
    return [torch.stack(steps, 1)] + last


for inputs, hidden, kernel, bias, peepholes, has_state in [(1, [2], 3, True, False, False), (2, [1], 1, False, False, True),
                                                           (2, [2, 1], 3, True, False, False), (1, [2], 3, True, True, True),
                                                           (1, [1, 2], 5, False, True, False)]:
    shapes = {}
    below = inputs
    for layer, channels in enumerate(hidden):
        at = f'cell_list.{layer}.'
        shapes[at + 'conv.weight'] = (4 * channels, below + channels, kernel, kernel)
        if bias:
            shapes[at + 'conv.bias'] = (4 * channels,)
        if peepholes:
            shapes.update({at + name: (channels, 3, 2) for name in ['w_ci', 'w_cf', 'w_co']})
        below = channels
    given = {'input': n(2, 2, inputs, 3, 2)}
    if has_state:
        given.update({'hidden': n(2, hidden[0], 3, 2), 'cell': n(2, hidden[0], 3, 2)})
    block('ConvLSTM', conv_lstm, given, shapes, SHI, in_channels=inputs, hidden=hidden, kernel=kernel, bias=bias, peepholes=peepholes)


# Causal convolutions

def temporal(x, p, channels, kernel, **_):
    h = x['input']
    for layer, out in enumerate(channels):
        y, dilation = h, 2 ** layer
        for conv in ['conv1', 'conv2']:
            at = f'network.{layer}.{conv}.'
            g, direction = p[at + 'parametrizations.weight.original0'], p[at + 'parametrizations.weight.original1']
            weight = g * direction / direction.norm(dim=(1, 2), keepdim=True)
            y = F.relu(F.conv1d(F.pad(y, ((kernel - 1) * dilation, 0)), weight, p[at + 'bias'], dilation=dilation))
        at = f'network.{layer}.downsample.'
        h = F.relu(y + (F.conv1d(h, p[at + 'weight'], p[at + 'bias']) if at + 'weight' in p else h))
    return h


for inputs, channels, kernel, batch in [(2, [3], 2, (2,)), (2, [2, 2], 3, (2,)), (1, [2, 3, 3], 2, ()), (3, [3], 1, (1,))]:
    shapes = {}
    below = inputs
    for layer, out in enumerate(channels):
        for conv, width in [('conv1', below), ('conv2', out)]:
            at = f'network.{layer}.{conv}.'
            shapes[at + 'bias'] = (out,)
            shapes[at + 'parametrizations.weight.original0'] = (out, 1, 1)
            shapes[at + 'parametrizations.weight.original1'] = (out, width, kernel)
        if below != out:
            shapes[f'network.{layer}.downsample.weight'] = (out, below, 1)
            shapes[f'network.{layer}.downsample.bias'] = (out,)
        below = out
    block('TemporalConvNet', temporal, {'input': n(*batch, inputs, 6)}, shapes, BAI, in_channels=inputs, channels=channels, kernel=kernel)


# A network whose outputs are fed back

def output_recurrent(x, p, softmax):
    h = x['input']
    fed = torch.zeros(h.shape[0], p['output_map.bias'].shape[0], dtype=torch.float64)
    outputs = []
    for step in range(h.shape[1]):
        o = linear(torch.tanh(linear(h[:, step], p, 'input_map') + linear(fed, p, 'output_recurrence')), p, 'output_map')
        outputs.append(o)
        fed = x['targets'][:, step] if 'targets' in x else torch.softmax(o, -1) if softmax else o
    return torch.stack(outputs, 1)


for taught in [True, False]:
    for softmax in [False, True]:
        given = {'input': n(2, 4, 3)}
        if taught:
            given['targets'] = n(2, 4, 2)
        block('OutputRecurrentRNN', output_recurrent, given,
              {'input_map.weight': (5, 3), 'input_map.bias': (5,), 'output_recurrence.weight': (5, 2), 'output_map.weight': (2, 5),
               'output_map.bias': (2,)}, JORDAN, softmax=softmax)


# Encoder and decoder with attention

def gru(x, h, w_ih, w_hh, b_ih, b_hh):
    r, z, new = (F.linear(x, w_ih, b_ih)).chunk(3, -1)
    hr, hz, hn = (F.linear(h, w_hh, b_hh)).chunk(3, -1)
    z = torch.sigmoid(z + hz)
    return (1 - z) * torch.tanh(new + torch.sigmoid(r + hr) * hn) + z * h


def direction(vectors, p, suffix):
    """The states of one direction, in the order in which it goes."""
    weights = [p[f'encoder.{name}_l0{suffix}'] for name in ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh']]
    h = torch.zeros(weights[1].shape[1], dtype=torch.float64)
    states = []
    for vector in vectors:
        h = gru(vector, h, *weights)
        states.append(h)
    return states


def seq2seq(x, p, score, pad, greedy, **_):
    rows = []
    for source, target in zip(x['source'].tolist(), x['target'].tolist()):
        source = [token for token in source if token != pad]
        vectors = p['source_embedding.weight'][torch.tensor(source)]
        ahead, back = direction(vectors, p, ''), direction(vectors.flip(0), p, '_reverse')
        read = torch.stack([torch.cat(pair) for pair in zip(ahead, back[::-1])])
        h = torch.tanh(linear(torch.cat([ahead[-1], back[-1]]), p, 'bridge'))
        logits = []
        token = target[0]
        for step in range(len(target)):
            if step:
                token = logits[-1].argmax().item() if greedy else target[step]
            if score == 'additive':
                scores = torch.tanh(linear(h, p, 'attention.query_proj') + linear(read, p, 'attention.key_proj')) @ p['attention.v'][0]
            elif score == 'bilinear':
                scores = read @ (h @ p['attention.weight'])
            else:
                scores = read @ h / len(h) ** 0.5
            attended = torch.softmax(scores, 0) @ read
            vector = p['target_embedding.weight'][token]
            weights = [p['decoder.' + name] for name in ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh']]
            h = gru(torch.cat([vector, attended]), h, *weights)
            logits.append(linear(torch.cat([h, attended, vector]), p, 'output'))
        rows.append(torch.stack(logits))
    return torch.stack(rows)


for score, hidden, pad, greedy in [('additive', 3, None, False), ('additive', 3, 0, False), ('bilinear', 3, 0, True),
                                   ('dot', 4, None, False), ('dot', 4, 0, True)]:
    shapes = {'source_embedding.weight': (6, 3)}
    for suffix in ['', '_reverse']:
        shapes.update({f'encoder.weight_ih_l0{suffix}': (6, 3), f'encoder.weight_hh_l0{suffix}': (6, 2),
                       f'encoder.bias_ih_l0{suffix}': (6,), f'encoder.bias_hh_l0{suffix}': (6,)})
    shapes.update({'bridge.weight': (hidden, 4), 'bridge.bias': (hidden,), 'target_embedding.weight': (5, 3)})
    if score == 'additive':
        shapes.update({'attention.query_proj.weight': (hidden, hidden), 'attention.key_proj.weight': (hidden, 4),
                       'attention.v': (1, hidden)})
    elif score == 'bilinear':
        shapes['attention.weight'] = (hidden, 4)
    shapes.update({'decoder.weight_ih': (3 * hidden, 7), 'decoder.weight_hh': (3 * hidden, hidden), 'decoder.bias_ih': (3 * hidden,),
                   'decoder.bias_hh': (3 * hidden,), 'output.weight': (5, hidden + 7), 'output.bias': (5,)})
    source = v([[1, 2, 3, 4], [5, 3, 0, 0]], dtype=torch.int64) if pad == 0 else i(0, 6, 2, 4)
    block('AttentionSeq2Seq', seq2seq, {'source': source, 'target': i(0, 5, 2, 3)}, shapes, BAHDANAU, score=score, hidden=hidden, pad=pad,
          greedy=greedy)
