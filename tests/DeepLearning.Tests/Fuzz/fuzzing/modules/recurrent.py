"""Recurrent layers and cells: all options, given states, packed sequences of any lengths."""
import torch
import torch.nn as nn
from torch.nn.utils import rnn

from .case import Call, function, state

LAYERS, CELLS = [nn.RNN, nn.LSTM, nn.GRU], [nn.RNNCell, nn.LSTMCell, nn.GRUCell]


def layers(d):
    make = d.pick(LAYERS)
    width, hidden = d.pick([1, 2, 3, 9, 17]), d.pick([1, 2, 3, 8, 17])
    options = dict(input_size=width, hidden_size=hidden, **d.some(
        num_layers=lambda: d.int(1, 3), bias=lambda: d.chance(0.5), batch_first=lambda: d.chance(0.7), bidirectional=lambda: d.chance(0.7)))
    if make is nn.RNN:
        options.update(d.some(nonlinearity='relu'))
    out = hidden
    if make is nn.LSTM and hidden > 1 and d.chance(0.4):
        out = options['proj_size'] = d.int(1, hidden - 1)
    train = d.chance(0.6)
    if not train:
        options.update(d.some(dropout=0.5))
    steps, batch = d.pick([1, 2, 3, 5, 7]), d.pick([1, 2, 3, 5])
    directions = options.get('num_layers', 1) * (2 if options.get('bidirectional') else 1)
    packed = d.chance(0.35)
    batched = packed or d.chance(0.8)
    shape = [steps, width] if not batched else [batch, steps, width] if options.get('batch_first') else [steps, batch, width]
    states = []
    if d.chance(0.5):
        lead = [directions, batch] if batched else [directions]
        states = [d.normal(*lead, out)] + ([d.normal(*lead, hidden)] if make is nn.LSTM else [])
    args = {**options, **({} if train else {'train': False})}
    if packed:
        lengths = args['lengths'] = [d.int(1, steps) for _ in range(batch)]
    module = make(**options).double()
    values = state(d, module)

    def run(x, *rest):
        module.train(train)
        for name, value in zip(values, rest[len(states):]):
            place(module, name, value)
        module._flat_weights = [getattr(module, name) for name in values]
        given = rest[:len(states)]
        start = None if not states else tuple(given) if make is nn.LSTM else given[0]
        y, last = module(rnn.pack_padded_sequence(x, torch.tensor(lengths), options.get('batch_first', False), False) if packed else x, start)
        y = y.data if packed else y
        return [y, *last] if make is nn.LSTM else [y, last]

    names = ['input'] * (1 + len(states)) + list(values)
    return Call(make.__name__, run, [d.normal(*shape), *states, *values.values()], args, names, second=steps < 4)


def place(module, name, value):
    if name in module._parameters:
        del module._parameters[name]
    object.__setattr__(module, name, value)


def cell(d):
    make = d.pick(CELLS)
    width, hidden = d.pick([1, 2, 3, 9]), d.pick([1, 2, 3, 17])
    options = dict(input_size=width, hidden_size=hidden, **d.some(bias=lambda: d.chance(0.5)))
    if make is nn.RNNCell:
        options.update(d.some(nonlinearity='relu'))
    lead = [d.pick([1, 2, 5])] if d.chance(0.7) else []
    states = [d.normal(*lead, hidden) for _ in range(2 if make is nn.LSTMCell else 1)] if d.chance(0.6) else []
    module = make(**options).double()
    values = state(d, module)

    def run(x, *rest):
        for name, value in zip(values, rest[len(states):]):
            place(module, name, value)
        given = rest[:len(states)]
        return module(x, None if not states else tuple(given) if make is nn.LSTMCell else given[0])

    return Call(make.__name__, run, [d.normal(*lead, width), *states, *values.values()], options, ['input'] * (1 + len(states)) + list(values))


def parts(p):
    return [t for t in [p.data, p.batch_sizes, p.sorted_indices, p.unsorted_indices] if t is not None]


def pack(d):
    steps, batch, first = d.int(1, 6), d.int(1, 5), d.chance(0.5)
    lengths = [d.int(1, steps) for _ in range(batch)]
    more = {'enforce_sorted': d.chance(0.3)}
    if more['enforce_sorted'] and d.chance(0.7):
        lengths.sort(reverse=True)
    x = d.normal(*([batch, steps] if first else [steps, batch]), *[d.int(1, 3) for _ in range(d.int(0, 2))])
    return function('pack_padded_sequence', lambda x, lengths, batch_first, **o: parts(rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first, **o)), x,
                    lengths=lengths, batch_first=first, **more)


def pad(d):
    steps, batch, first = d.int(1, 6), d.int(1, 5), d.chance(0.5)
    lengths = [d.int(1, steps) for _ in range(batch)]
    x = d.normal(steps, batch, *[d.int(1, 3) for _ in range(d.int(0, 2))])
    more = d.some(padding_value=lambda: d.real(-2, 2), total_length=lambda: d.int(max(lengths) - 1, steps + 2))
    run = lambda x, lengths, **o: rnn.pad_packed_sequence(rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False), **o)
    return function('pad_packed_sequence', run, x, lengths=lengths, batch_first=first, **more)


def ragged(d):
    rest = [d.int(1, 3) for _ in range(d.int(0, 2))]
    rows = [d.normal(d.int(1, 5), *rest) for _ in range(d.int(1, 4))]
    if d.chance(0.5):
        return function('pad_sequence', lambda *xs, **o: rnn.pad_sequence(xs, **o), *rows, batch_first=d.chance(0.5), padding_side=d.pick(['left', 'right']),
                        **d.some(padding_value=lambda: d.real(-2, 2)))
    return function('pack_sequence', lambda *xs, **o: parts(rnn.pack_sequence(xs, **o)), *rows, enforce_sorted=False)


ALL = [layers, layers, layers, layers, layers, layers, cell, cell, pack, pad, ragged]
