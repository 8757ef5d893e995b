#!/usr/bin/env python3
"""Random cases with PyTorch's answers, for the library to be compared with.

    python3 tests/DeepLearning.Tests/Fuzz/generate.py SEED COUNT FILE [programs | operations | GROUP ...]

writes COUNT cases to FILE (.json.gz). The same seed, count and PyTorch give the same file; a case depends on the seed and its number
only. README.md beside this file describes the cases.
"""
import gzip
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'Golden')]
sys.dont_write_bytecode = True

import numpy as np  # noqa: E402  (the path must be set first)

from fuzzing import programs  # noqa: E402


def cases(seed, count, kinds):
    for number in range(count):
        g = np.random.Generator(np.random.PCG64([seed, number]))
        entry = programs.generate(g)
        if entry and kinds[0] in ('programs', 'aliasing' if entry['aliasing'] else 'plain'):
            yield {'seed': [seed, number], **entry}


if __name__ == '__main__':
    seed, count, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    lines = [json.dumps(c, separators=(',', ':')) for c in cases(seed, count, sys.argv[4:] or ['programs'])]
    with open(path, 'wb') as f:
        f.write(gzip.compress(('[\n' + ',\n'.join(lines) + '\n]\n').encode(), compresslevel=9, mtime=0))
    print(f'{len(lines)} cases, {os.path.getsize(path) / 1024:.0f} KB')
