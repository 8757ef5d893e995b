#!/usr/bin/python3
"""Records what five steps of each training workload give in PyTorch, from numbers that any side can compute for itself.

  torch_recorded.py DIR [NAME ...]      writes DIR/NAME.json: losses, gradient norms at step 1, what the inputs are, PyTorch's version

Number i (from 1) of a value is made of 24 bits of SplitMix64, started by an FNV-1a hash of the value's name, as
DeepLearning.Workloads/Checks/StartOfFormula.cs has it: DeepLearning.Workloads --recorded and the tests compare with these files.
"""
import json, math, os, sys
import numpy, torch
import torch_workloads as w

BELOW = {'embedding': 20000, 'gpt_nano': 65, 'gpt_small': 65}  # whole numbers among the inputs; classes elsewhere
VARIANCE = numpy.float32(1.7320508)


def bits(key, count):
    start = 0xcbf29ce484222325
    for letter in key.encode():
        start = ((start ^ letter) * 0x100000001b3) % (1 << 64)
    with numpy.errstate(over='ignore'):
        z = numpy.uint64(start) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9e3779b97f4a7c15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xbf58476d1ce4e5b9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94d049bb133111eb)
        return (z ^ (z >> numpy.uint64(31))) >> numpy.uint64(40)


def centered(key, shape):
    values = bits(key, math.prod(shape)).astype(numpy.float32) / numpy.float32(1 << 23) - numpy.float32(1)
    return values.reshape(shape)


def state(key, shape):
    if len(shape) >= 2:
        return centered(key, shape) * numpy.float32(1 / math.sqrt(math.prod(shape) // shape[0]))
    return numpy.float32(1 if key.endswith('.weight') else 0) + centered(key, shape) * numpy.float32(0.125)


def kind(workload, name, value):
    if workload == 'xor':
        return {'kind': 'given'}
    if not value.dtype.is_floating_point:
        return {'kind': 'whole', 'below': BELOW.get(workload, 10)}
    return {'kind': 'unit' if workload == 'vae' else 'centered'}


def values(key, how, shape):
    if how['kind'] == 'whole':
        return (bits(key, math.prod(shape)) % numpy.uint64(how['below'])).astype(numpy.int64).reshape(shape)
    if how['kind'] == 'unit':
        return (bits(key, math.prod(shape)).astype(numpy.float32) / numpy.float32(1 << 24)).reshape(shape)
    return centered(key, shape) * VARIANCE


class Noise:
    """Takes the place of the script's own drawing."""
    def __init__(self):
        self.step = self.index = 0

    def draw(self, *shape):
        key = f'noise.{self.step}.{self.index}'
        self.index += 1
        return torch.from_numpy(centered(key, shape) * VARIANCE)


def record(name):
    training = w.TRAINING[name]()
    kinds = {}
    with torch.no_grad():
        for module, m in training.modules.items():
            for key, parameter in m.named_parameters():
                parameter.copy_(torch.from_numpy(state(f'{module}.{key}', tuple(parameter.shape))))
        for key, value in training.inputs.items():
            kinds[key] = kind(name, key, value)
            if kinds[key]['kind'] != 'given':
                value.copy_(torch.from_numpy(values(f'input.{key}', kinds[key], tuple(value.shape))))
    noise = Noise()
    w.noise = noise.draw
    losses, norms = [], {}
    for noise.step in range(5):
        noise.index = 0
        losses.append(float(training.step()))
        if noise.step == 0:  # gradients are still there after the step
            for module, m in training.modules.items():
                for key, p in m.named_parameters():
                    norms[f'{module}.{key}'] = float((p.grad.to_dense() if p.grad.is_sparse else p.grad).double().norm())
    return {'workload': name, 'peer': 'torch ' + torch.__version__, 'inputs': kinds, 'loss': losses, 'gradient_norm_step_1': norms}


if __name__ == '__main__':
    folder, names = sys.argv[1], sys.argv[2:] or list(w.TRAINING)
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(2)
    for each in names:
        with open(os.path.join(folder, each + '.json'), 'w') as file:
            json.dump(record(each), file, indent=1)
            file.write('\n')
