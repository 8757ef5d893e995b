#!/usr/bin/python3
"""Records the public names of PyTorch's building blocks, which docs/pytorch-map.md must account for.

    python3 tests/DeepLearning.DocSnippets/PyTorchNames/names.py    # with PyTorch 2.6; writes torch.txt beside this file
"""
import importlib
import inspect
import os
import warnings

warnings.filterwarnings('ignore')

MODULES = ['torch.nn', 'torch.nn.functional', 'torch.nn.init', 'torch.nn.utils', 'torch.nn.utils.rnn',
           'torch.nn.utils.parametrizations', 'torch.nn.utils.parametrize', 'torch.optim', 'torch.optim.lr_scheduler', 'torch.optim.swa_utils']

INTERNAL = ['assert_int_or_pair', 'boolean_dispatch', 'bind', 'factory_kwargs', 'PackedSequence_']


def names(path, seen):
    """Callables that the module defines or offers as its own, without what it imports to work with."""
    for name, value in sorted(vars(importlib.import_module(path)).items()):
        home = getattr(value, '__module__', None) or ''
        builtin = inspect.isbuiltin(value) and path == 'torch.nn.functional'
        own = home.startswith(('torch.nn', 'torch.optim', 'torch._jit_internal')) and id(value) not in seen
        if not name.startswith('_') and name not in INTERNAL and callable(value) and (builtin or own) and not name.startswith('has_torch_function'):
            if home == 'torch._jit_internal' and path != 'torch.nn.functional':
                continue
            seen.add(id(value))
            yield name


if __name__ == '__main__':
    lines, seen = [], set()
    for path in MODULES:
        lines += [f'{path}.{name}' for name in names(path, seen)]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'torch.txt'), 'w', encoding='utf-8') as f:
        f.write('\n'.join(lines) + '\n')
    print(len(lines), 'names')
