#!/usr/bin/env python3
"""Random cases with PyTorch's answers, for the library to be compared with.

    python3 tests/DeepLearning.Tests/Fuzz/generate.py SEED COUNT FILE [KIND ...] [--without N,N,...]

writes cases to FILE (.json.gz): COUNT tries, some of which give none. A KIND is programs (or plain, aliasing), modules or one of their families,
operations or one of their groups. The same seed, count and PyTorch give the same file; a case depends on the seed and its number
only. README.md beside this file describes the cases.
"""
import argparse
import gzip
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'Golden')]
sys.dont_write_bytecode = True

import numpy as np  # noqa: E402  (the path must be set first)

from fuzzing import modules, operations, programs  # noqa: E402
from fuzzing.modules import case  # noqa: E402


PROGRAMS = {'programs', 'plain', 'aliasing'}


def one(g, kinds):
    """A case of the kinds named: programs (plain, or with aliasing), modules, operations, or groups of them."""
    chosen = kinds[int(g.integers(len(kinds)))]
    if chosen in ('modules', *modules.FAMILIES):
        families = list(modules.FAMILIES.values())
        return case.generate(g, modules.FAMILIES.get(chosen) or families[int(g.integers(len(families)))])
    if chosen not in PROGRAMS:
        return operations.generate(g, [] if chosen == 'operations' else [chosen])
    entry = programs.generate(g)
    return entry if entry and chosen in ('programs', 'aliasing' if entry['aliasing'] else 'plain') else None


def cases(seed, count, kinds):
    for number in range(count):
        entry = one(np.random.Generator(np.random.PCG64([seed, number])), kinds)
        if entry:
            yield {'seed': [seed, number], **entry}


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('seed', type=int)
    parser.add_argument('count', type=int)
    parser.add_argument('file')
    parser.add_argument('kinds', nargs='*', default=['operations', 'operations', 'programs'])
    parser.add_argument('--without', default='', help='numbers of cases to leave out, with commas')
    options = parser.parse_args()
    without = {int(number) for number in options.without.split(',') if number}
    lines = [json.dumps(c, separators=(',', ':')) for c in cases(options.seed, options.count, options.kinds) if c['seed'][1] not in without]
    with open(options.file, 'wb') as f:
        f.write(gzip.compress(('[\n' + ',\n'.join(lines) + '\n]\n').encode(), compresslevel=9, mtime=0))
    print(f'{len(lines)} cases, {os.path.getsize(options.file) / 1024:.0f} KB')
