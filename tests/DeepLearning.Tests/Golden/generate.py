#!/usr/bin/python3
"""Records what PyTorch computes, for the library to be compared with: values, gradients, second-order gradients.

    /usr/bin/python3 tests/DeepLearning.Tests/Golden/generate.py [group ...]

writes data/<group>.json.gz for each group (a module of generator/), or for all of them. The same PyTorch gives the same
files. A module says with ORACLE which PyTorch it is recorded from (1.13 where it does not); one for another PyTorch than
the one that runs is left as it is. README.md beside this file says how to add a case.
"""
import ast
import os
import runpy
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from generator import recorder  # noqa: E402  (the path must be set first)

SHARED = ['__init__', 'blocks', 'modules', 'recorder']  # what the groups are written with
GROUPS = sorted(f[:-3] for f in os.listdir(os.path.join(HERE, 'generator')) if f.endswith('.py') and f[:-3] not in SHARED)


def oracle(group):
    """The value of ORACLE, read without running the module, which may need another PyTorch."""
    with open(os.path.join(HERE, 'generator', group + '.py')) as f:
        for line in ast.parse(f.read()).body:
            if isinstance(line, ast.Assign) and getattr(line.targets[0], 'id', None) == 'ORACLE':
                return ast.literal_eval(line.value)
    return 'PyTorch 1.13'


if __name__ == '__main__':
    total = 0
    for group in sys.argv[1:] or GROUPS:
        if oracle(group) != recorder.PYTORCH:
            print(f'{group:12} is recorded from {oracle(group)}; this is {recorder.PYTORCH}')
            continue
        recorder.begin(group, oracle(group))
        runpy.run_module('generator.' + group)
        cases, size = recorder.write(os.path.join(HERE, 'data', group + '.json.gz'))
        total += size
        print(f'{group:12} {cases:5} cases {size / 1024:8.1f} KB')
    print(f'{total / 1024:.1f} KB in all')
