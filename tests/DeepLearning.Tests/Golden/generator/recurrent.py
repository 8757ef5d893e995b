"""Recurrent layers and cells over all their options, padded, unbatched and packed; and the functions that pad and pack sequences.

A case's inputs are those of the forward call (x, then the states where they are given), then the parameters under their state-dict names.
The outputs are those of the call: the output of every step, then the last state or states. Packed outputs are recorded as their data.
"""
import itertools

import torch
import torch.nn as nn
from torch.nn.utils import rnn

from .recorder import case, n, v

ORACLE = 'PyTorch 2.6'
I = torch.int64


def shapes(make, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0, **_):
    gates = {nn.RNN: 1, nn.LSTM: 4, nn.GRU: 3}[make]
    out = proj_size or hidden_size
    result = {}
    for layer in range(num_layers):
        for suffix in ['', '_reverse'] if bidirectional else ['']:
            width = input_size if layer == 0 else out * (2 if bidirectional else 1)
            result[f'weight_ih_l{layer}{suffix}'] = (gates * hidden_size, width)
            result[f'weight_hh_l{layer}{suffix}'] = (gates * hidden_size, out)
            if bias:
                result[f'bias_ih_l{layer}{suffix}'] = (gates * hidden_size,)
                result[f'bias_hh_l{layer}{suffix}'] = (gates * hidden_size,)
            if proj_size:
                result[f'weight_hr_l{layer}{suffix}'] = (proj_size, hidden_size)
    return result


def recurrent(make, x, *states, _batch=None, lengths=None, _dtype='f64', **args):
    """Records a layer. With lengths the input is packed first, and the sequences need not be sorted."""
    own = {k: a for k, a in args.items() if k != 'train'}
    parameters = shapes(make, **own)

    def run(x, *rest, lengths=None, train=True, **options):
        module = make(**options)
        module = module.double() if x.dtype == torch.float64 else module
        module.train(train)
        states, weights = rest[:len(rest) - len(parameters)], rest[len(rest) - len(parameters):]
        assert list(parameters) == [name for name, _ in module.named_parameters()]
        assert [tuple(p.shape) for p in module.parameters()] == list(parameters.values())
        module._flat_weights = list(weights)
        state = None if not states else tuple(states) if make is nn.LSTM else states[0]
        given = x if lengths is None else rnn.pack_padded_sequence(x, torch.tensor(lengths), options.get('batch_first', False), False)
        y, last = module(given, state)
        y = y if lengths is None else y.data
        return [y, *last] if make is nn.LSTM else [y, last]

    specs = [x, *states, *[n(*s, scale=0.5) for s in parameters.values()]]
    specs = [getattr(s, _dtype) for s in specs]
    names = ['input'] * (1 + len(states)) + list(parameters)
    if lengths is not None:
        args['lengths'] = lengths
    case(make.__name__, run, *specs, _names=names, **args)


def states_of(make, layers, batch, hidden, out):
    shape = [] if batch is None else [batch]
    h = n(layers, *shape, out)
    return [h, n(layers, *shape, hidden)] if make is nn.LSTM else [h]


for make in [nn.RNN, nn.LSTM, nn.GRU]:
    kinds = [{}, {'nonlinearity': 'relu'}] if make is nn.RNN else [{}, {'proj_size': 2}] if make is nn.LSTM else [{}]
    for kind, bias, layers, both, first in itertools.product(kinds, [True, False], [1, 2], [False, True], [False, True]):
        args = dict(input_size=2, hidden_size=3, num_layers=layers, bias=bias, bidirectional=both, batch_first=first, **kind)
        directions, out = layers * (2 if both else 1), args.get('proj_size', 3)
        x = (2, 3, 2) if first else (3, 2, 2)
        recurrent(make, n(*x), **args)
        recurrent(make, n(*x), *states_of(make, directions, 2, 3, out), **args)
        if layers == 1 or (bias and first):
            recurrent(make, n(4, 2), *states_of(make, directions, None, 3, out), **args)  # without a batch
            recurrent(make, n(*((3, 4, 2) if first else (4, 3, 2))), lengths=[2, 4, 1], **args)
            recurrent(make, n(*((3, 4, 2) if first else (4, 3, 2))), *states_of(make, directions, 3, 3, out), lengths=[3, 3, 4], **args)
    recurrent(make, n(3, 2, 2), _dtype='f32', input_size=2, hidden_size=3, num_layers=2, bidirectional=True)
    recurrent(make, n(1, 1, 2), input_size=2, hidden_size=3)
    recurrent(make, n(2, 5, 3), input_size=3, hidden_size=9, dropout=0.5, num_layers=2, train=False)
    recurrent(make, n(3, 1, 2), *states_of(make, 2, 1, 17, 17), input_size=2, hidden_size=17, bidirectional=True)


def cell(make, *inputs, **args):
    gates = {nn.RNNCell: 1, nn.LSTMCell: 4, nn.GRUCell: 3}[make] * args['hidden_size']
    parameters = {'weight_ih': (gates, args['input_size']), 'weight_hh': (gates, args['hidden_size'])}
    if args.get('bias', True):
        parameters.update(bias_ih=(gates,), bias_hh=(gates,))

    def run(x, *rest, **options):
        module = make(**options)
        states, weights = rest[:len(rest) - len(parameters)], rest[len(rest) - len(parameters):]
        for name, value in zip(parameters, weights):
            del module._parameters[name]
            setattr(module, name, value)
        return module(x, None if not states else tuple(states) if make is nn.LSTMCell else states[0])

    case(make.__name__, run, *inputs, *[n(*s, scale=0.5) for s in parameters.values()],
         _names=['input'] * len(inputs) + list(parameters), **args)


for make in [nn.RNNCell, nn.LSTMCell, nn.GRUCell]:
    for bias in [True, False]:
        for options in [{}, {'nonlinearity': 'relu'}] if make is nn.RNNCell else [{}]:
            count = 2 if make is nn.LSTMCell else 1
            args = dict(input_size=2, hidden_size=3, bias=bias, **options)
            cell(make, n(4, 2), **args)
            cell(make, n(4, 2), *[n(4, 3)] * count, **args)
            cell(make, n(2), **args)
            cell(make, n(2), *[n(3)] * count, **args)


# Padding and packing

def packed(sequence):
    order = sequence.sorted_indices
    return [sequence.data, sequence.batch_sizes] + ([] if order is None else [order, sequence.unsorted_indices])


def pack_padded(x, lengths, batch_first=False, enforce_sorted=True):
    return packed(rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first, enforce_sorted))


def pad_packed(x, lengths, batch_first=False, padding_value=0.0, total_length=None):
    sequence = rnn.pack_padded_sequence(x, torch.tensor(lengths), False, False)
    return rnn.pad_packed_sequence(sequence, batch_first, padding_value, total_length)


for first in [False, True]:
    for lengths in [[4, 2, 1], [4, 4, 4], [1, 1, 1], [3, 2, 2]]:
        x = (3, 4, 2) if first else (4, 3, 2)
        case('pack_padded_sequence', pack_padded, n(*x), lengths=lengths, batch_first=first)
        case('pack_padded_sequence', pack_padded, n(*x), lengths=lengths[::-1], batch_first=first, enforce_sorted=False)
        case('pad_packed_sequence', pad_packed, n(4, 3, 2), lengths=lengths, batch_first=first)
        case('pad_packed_sequence', pad_packed, n(4, 3), lengths=lengths[::-1], batch_first=first, padding_value=-1.5, total_length=6)
    for side in ['right', 'left']:
        case('pad_sequence', lambda *xs, **o: rnn.pad_sequence(xs, **o), n(3, 2), n(1, 2), n(4, 2), batch_first=first, padding_side=side)
        case('pad_sequence', lambda *xs, **o: rnn.pad_sequence(xs, **o), n(1), n(2), batch_first=first, padding_side=side, padding_value=2.5)
    case('unpad_sequence', lambda x, lengths, batch_first: rnn.unpad_sequence(x.clone(), torch.tensor(lengths), batch_first),
         n(*((3, 4, 2) if first else (4, 3, 2))), lengths=[2, 4, 1], batch_first=first)
case('pack_sequence', lambda *xs, **o: packed(rnn.pack_sequence(xs, **o)), n(3, 2), n(2, 2), n(2, 2))
case('pack_sequence', lambda *xs, **o: packed(rnn.pack_sequence(xs, **o)), n(1, 2), n(4, 2), n(2, 2), enforce_sorted=False)
case('unpack_sequence', lambda *xs, **o: rnn.unpack_sequence(rnn.pack_sequence(xs, **o)), n(1, 2), n(4, 2), n(2, 2), enforce_sorted=False)
case('invert_permutation', rnn.invert_permutation, v(2, 0, 3, 1, dtype=I))
