"""Writes the .npy and .npz files of Data/NumPy, and what numpy.load reads of each (NAME.json): python3 generate_numpy.py, with numpy."""
import json
import os

import numpy as np
from numpy.lib import format as npy

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Data', 'NumPy')


def describe(x):
    values = x.flatten(order='C').tolist()
    if x.dtype.kind == 'f':
        values = [repr(float(v)) for v in values]
    else:
        values = [str(int(v)) for v in values]
    return {'dtype': x.dtype.newbyteorder('=').name, 'shape': list(x.shape), 'values': values}


def expect(name, arrays):
    with open(os.path.join(DATA, name + '.json'), 'w') as out:
        out.write(json.dumps({key: describe(x) for key, x in arrays.items()}, indent=0) + '\n')


def save(name, x, version):
    path = os.path.join(DATA, name + '.npy')
    with open(path, 'wb') as out:
        npy.write_array(out, x, version=version, allow_pickle=True)
    if x.dtype.kind in 'biuf':
        expect(name + '_npy', {'x': np.load(path)})


def main():
    random = np.random.default_rng(3)
    arrays = {}
    for code in ('f8', 'f4', 'f2', 'i8', 'i4', 'i2', 'i1', 'u8', 'u4', 'u2', 'u1', 'b1'):
        kind = np.dtype(code)
        if kind.kind == 'f':
            x = random.normal(0, 1, (2, 3)).astype(kind)
            x[0, 0], x[1, 1] = np.inf, np.nan
        elif kind.kind == 'b':
            x = random.integers(0, 2, (2, 3)).astype(bool)
        else:
            limits = np.iinfo(kind)
            x = random.integers(limits.min, min(limits.max, 2**63 - 1), (2, 3), dtype=kind)
            x[0, 0], x[0, 1] = limits.min, min(limits.max, 2**63 - 1)
        arrays[code] = x
        arrays[code + '_big'] = x.astype(kind.newbyteorder('>'))
        arrays[code + '_fortran'] = np.asfortranarray(np.stack([x, x[::-1]]))
    arrays['scalar'], arrays['empty'], arrays['one'] = np.float32(1.5).reshape(()), np.zeros((0, 3)), np.arange(4)
    np.savez(os.path.join(DATA, 'arrays.npz'), **arrays)
    np.savez_compressed(os.path.join(DATA, 'compressed.npz'), **arrays)
    expect('arrays', arrays)
    cube = np.asfortranarray(random.normal(0, 1, (2, 3, 4)).astype('>f8'))
    save('version1', cube, (1, 0))
    save('version2', cube, (2, 0))
    save('version3', np.arange(5, dtype='<i4'), (3, 0))
    save('refused_objects', np.array([{}], dtype=object), (1, 0))
    save('refused_structure', np.zeros(2, dtype=[('a', '<f4'), ('b', '<i4')]), (1, 0))
    save('refused_complex', np.zeros(2, dtype=complex), (1, 0))
    save('refused_text', np.array(['ab']), (1, 0))


if __name__ == '__main__':
    main()
