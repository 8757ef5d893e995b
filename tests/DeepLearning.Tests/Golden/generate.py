#!/usr/bin/python3
"""Records what PyTorch computes, for the library to be compared with: values, gradients, second-order gradients.

    /usr/bin/python3 tests/DeepLearning.Tests/Golden/generate.py [group ...]

writes data/<group>.json.gz for each group (a module of generator/), or for all of them. The same PyTorch gives the same
files. README.md beside this file says how to add a case.
"""
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from generator import recorder  # noqa: E402  (the path must be set first)

GROUPS = ['elementwise', 'binary', 'promotion', 'reduction', 'ordering', 'movement', 'indexing', 'products', 'linalg',
          'activations', 'layers', 'losses', 'optimizers', 'training']

if __name__ == '__main__':
    total = 0
    for group in sys.argv[1:] or GROUPS:
        recorder.begin(group)
        importlib.import_module('generator.' + group)
        cases, size = recorder.write(os.path.join(HERE, 'data', group + '.json.gz'))
        total += size
        print(f'{group:12} {cases:5} cases {size / 1024:8.1f} KB')
    print(f'{total / 1024:.1f} KB in all')
