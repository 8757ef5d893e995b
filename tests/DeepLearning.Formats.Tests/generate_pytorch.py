"""Writes the files of PyTorch in Data/PyTorch, and beside each what torch.load reads of it (NAME.json).

    python3 generate_pytorch.py            with PyTorch 2.6 and numpy
    python3 generate_pytorch.py --numpy    the files numpy*.pt alone: what checkpoints hold beside tensors (NumPy 2; numpy_old.pt: as 1)
    python3 generate_pytorch.py --old      with PyTorch 1.13: the files old_*.pt
    python3 generate_pytorch.py --check F  reads F, which the library wrote (the tests write it with DEEPLEARNING_WRITE_PT=F), and
                                           prints the line for Data/PyTorch/written.txt, with either version
"""
import collections
import hashlib
import json
import os
import sys
import warnings
import zipfile

import torch

warnings.simplefilter('ignore')
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Data', 'PyTorch')


def numbers(x):
    x = x.detach()
    if x.dtype == torch.bool:
        return [int(v) for v in x.flatten().tolist()]
    if x.dtype.is_floating_point:
        return [repr(v) for v in x.to(torch.float64).flatten().tolist()]
    return [str(v) for v in x.flatten().tolist()]


def describe(x, storages):
    at = storages.setdefault(x.storage().data_ptr() if x.numel() else -len(storages) - 1, len(storages))
    return {'dtype': str(x.dtype)[6:], 'shape': list(x.shape), 'stride': list(x.stride()), 'storage': at, 'values': numbers(x)}


def flatten(prefix, value, result, storages):
    if isinstance(value, torch.Tensor):
        result[prefix] = describe(value, storages)
    elif isinstance(value, dict):
        for key, item in value.items():
            flatten(f'{prefix}.{key}' if prefix else str(key), item, result, storages)
    elif isinstance(value, (list, tuple)):
        for key, item in enumerate(value):
            flatten(f'{prefix}.{key}' if prefix else str(key), item, result, storages)


def save(name, value, part=None, **options):
    path = os.path.join(DATA, name + '.pt')
    torch.save(value, path, **options)
    expect(name, path, part)


def expect(name, path, part=None):
    loaded = torch.load(path, **({'weights_only': False} if torch.__version__ >= '2' else {}))
    result = {}
    flatten('', loaded if part is None else loaded[part], result, {})
    with open(os.path.join(DATA, name + '.json'), 'w') as file:
        file.write(json.dumps(result, indent=0) + '\n')


def rewrite(name, source, folder, compression, swap=False):
    """The same records under another folder, compressed, or in the other byte order."""
    with zipfile.ZipFile(os.path.join(DATA, source + '.pt')) as old, \
            zipfile.ZipFile(os.path.join(DATA, name + '.pt'), 'w', compression) as new:
        for record in old.infolist():
            data = old.read(record)
            base, rest = record.filename.split('/', 1)
            if rest == 'byteorder':
                data = b'big' if swap else data
            if swap and rest.startswith('data/'):
                data = bytes(reversed_elements(data, 4))
            new.writestr(zipfile.ZipInfo(f'{folder}/{rest}', (1980, 1, 1, 0, 0, 0)), data, compression)


def reversed_elements(data, size):
    for i in range(0, len(data), size):
        yield from data[i:i + size][::-1]


def model():
    torch.manual_seed(1)
    net = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.ReLU(), torch.nn.Flatten(),
                              torch.nn.Linear(12, 4))
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    for _ in range(3):
        optimizer.zero_grad()
        net(torch.randn(4, 2, 4, 4)).square().mean().backward()
        optimizer.step()
    return net, optimizer


def tensors():
    torch.manual_seed(2)
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    tied = torch.randn(3, 2)
    return collections.OrderedDict(
        f64=torch.tensor([1.5, -0.0, float('inf'), float('nan'), 1e300], dtype=torch.float64),
        f32=torch.tensor([[1.25, -3e-40], [float('-inf'), 7.0]]),
        f16=torch.tensor([1.5, 65504., 6e-8], dtype=torch.float16),
        bf16=torch.tensor([1.5, 3e38, -1e-38], dtype=torch.bfloat16),
        i64=torch.tensor([2**62, -2**63, 5]), i32=torch.tensor([2**31 - 1, -2**31], dtype=torch.int32),
        i16=torch.tensor([32767, -32768, 0], dtype=torch.int16), i8=torch.tensor([127, -128, 1], dtype=torch.int8),
        u8=torch.tensor([0, 255], dtype=torch.uint8), flag=torch.tensor([[True, False, True]]),
        scalar=torch.tensor(2.5), empty=torch.zeros(0, 3), inner=torch.zeros(2, 0, 4, dtype=torch.int64),
        transposed=base.permute(2, 0, 1), part=base[1, :, 1:3], every=base[:, ::2, 3], whole=base,
        expanded=torch.tensor([1., 2., 3.]).expand(4, 3), tied=tied, tied_too=tied, rows=tied[1:],
        i16t=torch.arange(6, dtype=torch.int16).reshape(2, 3).t(),
        parameter=torch.nn.Parameter(torch.tensor([0.5, 0.25])), frozen=torch.nn.Parameter(torch.tensor([3.]), requires_grad=False),
        one=torch.ones(1, 1, 1), long=torch.arange(300, dtype=torch.int32))


def values():
    ordered = collections.OrderedDict([('b', 1), ('a', 2)])
    shared = [1, 2]
    return {
        'none': None, 'true': True, 'false': False, 'small': 7, 'two': 300, 'four': -70000, 'eight': 2**40, 'big': 2**70, 'minus': -2**63,
        'float': 0.1, 'inf': float('inf'), 'text': 'grüße 日本 😀', 'empty': '', 'bytes': b'\x00\xff\n', 'list': [1, [2, 'x'], []],
        'tuple': (1,), 'tuples': ((), (1, 2), (1, 2, 3), (1, 2, 3, 4)), 'set': {1, 'a'}, 'frozen': frozenset([2]), 'ordered': ordered,
        'size': torch.Size([2, 3]), 'dtype': torch.bfloat16, 'device': torch.device('cuda', 1),
        'default': collections.defaultdict(list, {'k': 1}),
        'counter': collections.Counter('aab'), 5: 'five', (1, 'x'): 'pair', 2.5: 'half', 'shared': [shared, shared],
        'tensor': torch.tensor([1., 2.]), 'array': bytearray(b'abc'),
    }


class Outside:
    pass


def new():
    net, optimizer = model()
    save('state', net.state_dict())
    save('state_legacy', net.state_dict(), _use_new_zipfile_serialization=False)
    save('types', tensors())
    save('types_legacy', tensors(), _use_new_zipfile_serialization=False)
    save('types5', tensors(), pickle_protocol=5)
    save('types_new', {str(t)[6:]: torch.tensor([1, 2, 3]).to(t) for t in
                       (torch.uint16, torch.uint32, torch.uint64, torch.float8_e4m3fn, torch.float8_e5m2)})
    save('checkpoint', {'epoch': 3, 'model': net.state_dict(), 'optimizer': optimizer.state_dict(), 'loss': 0.5}, part='model')
    for protocol in (2, 3, 4, 5):
        torch.save(values(), os.path.join(DATA, f'values{protocol}.pt'), pickle_protocol=protocol)
    torch.save(values(), os.path.join(DATA, 'values_legacy.pt'), _use_new_zipfile_serialization=False)
    for name, value in (('complex', {'x': torch.zeros(2, dtype=torch.complex64)}), ('module', net), ('self', [])):
        if name == 'self':
            value.append(value)
        torch.save(value, os.path.join(DATA, f'refused_{name}.pt'))
    quantized = torch.quantize_per_tensor(torch.zeros(2), 0.1, 0, torch.qint8)
    torch.save({'x': quantized}, os.path.join(DATA, 'refused_quantized.pt'))
    conjugate = torch.zeros(2, dtype=torch.float32)
    torch.save({'x': torch._neg_view(conjugate)}, os.path.join(DATA, 'refused_negative.pt'))
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), os.path.join(DATA, 'refused_script.pt'))
    floats = {'x': torch.arange(5.), 'y': torch.tensor([[1.5]])}
    save('floats', floats)
    numpy_files()
    rewrite('deflated', 'types', 'any name', zipfile.ZIP_DEFLATED)
    rewrite('big_endian', 'floats', 'archive', zipfile.ZIP_STORED, swap=True)
    with open(os.path.join(DATA, 'types.json')) as file:
        open(os.path.join(DATA, 'deflated.json'), 'w').write(file.read())
    with open(os.path.join(DATA, 'floats.json')) as file:
        open(os.path.join(DATA, 'big_endian.json'), 'w').write(file.read())


class AttributeDict(dict):
    """Stands for Lightning's, which is a dictionary."""


def checkpoint_values():
    import argparse
    import pathlib
    import random
    import types

    import numpy as np
    AttributeDict.__module__, AttributeDict.__qualname__ = 'lightning_fabric.utilities.data', 'AttributeDict'
    module = types.ModuleType('lightning_fabric.utilities.data')
    module.AttributeDict = AttributeDict
    for name in ('lightning_fabric', 'lightning_fabric.utilities'):
        sys.modules[name] = types.ModuleType(name)
    sys.modules['lightning_fabric.utilities.data'] = module
    np.random.seed(3)
    random.seed(3)
    torch.manual_seed(3)
    weight = torch.nn.Parameter(torch.tensor([1., 2.]))
    weight.note = 'an attribute'
    shared = np.arange(3)
    return {
        'f64': np.float64(0.1), 'f32': np.float32(0.25), 'f16': np.float16(1.5), 'i64': np.int64(-2**62), 'i32': np.int32(-7),
        'i16': np.int16(-300), 'i8': np.int8(-5), 'u8': np.uint8(200), 'u16': np.uint16(65535), 'u32': np.uint32(2**32 - 1),
        'u64': np.uint64(2**64 - 1), 'bool': np.bool_(True), 'big_endian': np.dtype('>f8').type(2.5), 'text': np.str_('grüße 😀'),
        'dtype': np.dtype('float32'), 'array': np.arange(6, dtype=np.float32).reshape(2, 3),
        'fortran': np.asfortranarray(np.arange(6, dtype=np.int32).reshape(2, 3)), 'swapped': np.array([1, 2], '>i2'),
        'empty': np.zeros((0, 3), np.float64), 'scalar_array': np.array(2.5), 'flags': np.array([True, False]),
        'shared': [shared, shared], 'namespace': argparse.Namespace(lr=0.1, layers=[1, 2]), 'simple': types.SimpleNamespace(a=1),
        'hyper_parameters': AttributeDict(lr=np.float64(0.5)), 'path': pathlib.PurePosixPath('/runs/one'),
        'relative': pathlib.PurePosixPath('runs/two'), 'root': pathlib.PurePosixPath('/'), 'version': torch.__version__,
        'parameter': weight, 'rng': {'torch': torch.get_rng_state(), 'python': random.getstate(), 'numpy': np.random.get_state()},
        'set': {1, 2}, 'size': torch.Size([2]), 'device': torch.device('cpu'),
    }


def numpy_files():
    import numpy as np
    for protocol in (2, 3, 4, 5):
        torch.save(checkpoint_values(), os.path.join(DATA, f'numpy{protocol}.pt'), pickle_protocol=protocol)
    # NumPy 1 has the same functions in numpy.core.
    with zipfile.ZipFile(os.path.join(DATA, 'numpy2.pt')) as old, zipfile.ZipFile(os.path.join(DATA, 'numpy_old.pt'), 'w') as new:
        for record in old.infolist():
            data = old.read(record)
            if record.filename.endswith('data.pkl'):
                data = data.replace(b'cnumpy._core.', b'cnumpy.core.')
            new.writestr(zipfile.ZipInfo(record.filename, (1980, 1, 1, 0, 0, 0)), data)
    for name, value in (('objects', np.array([{}, 1], dtype=object)), ('times', np.datetime64('2020-01-01')),
                        ('complexes', np.complex64(1j)), ('fields', np.zeros(1, [('a', 'f4')]))):
        torch.save({'x': value}, os.path.join(DATA, f'refused_numpy_{name}.pt'))


def old():
    net, _ = model()
    save('old_state', net.state_dict())
    save('old_types', tensors())
    save('old_types_legacy', tensors(), _use_new_zipfile_serialization=False)


def check(path):
    # PyTorch 1.13 reads no float with weights_only, not even its own.
    floats = b'\x00lossG' in open(path, 'rb').read()
    value = torch.load(path, weights_only=not floats or torch.__version__ >= '2')
    state = value['model']
    assert type(state) is collections.OrderedDict and list(state) == ['0.weight', '0.bias', 'tied'], list(state)
    assert state['0.weight'].tolist() == [[0., 1., 2.], [3., 4., 5.]]
    assert state['0.bias'].tolist() == [0.5, -1.5] and state['0.bias'].dtype == torch.float64
    state['tied'][0, 0] = 9.
    assert state['0.weight'][0, 0] == 9. and state['tied'].stride() == (1, 3), 'the memory is not shared'
    kinds = {'f16': (torch.float16, [1.5]), 'bf16': (torch.bfloat16, [1.5]), 'i64': (torch.int64, [2**40]), 'i32': (torch.int32, [-5]),
             'u8': (torch.uint8, [255]), 'flag': (torch.bool, [True, False]), 'scalar': (torch.float32, 2.5),
             'empty': (torch.float32, [[], []])}
    for name, (dtype, expected) in kinds.items():
        assert value[name].dtype == dtype and value[name].tolist() == expected, name
    assert (value['epoch'], value['big'], value['name']) == (12, 2**70, 'grüße 😀')
    assert value['none'] is None and value['yes'] is True and value['list'] == [1, [2, 'x'], []] and value['tuple'] == (1, 'a', ())
    assert not floats or (value['loss'], value['rate']) == (0.25, 2.5)
    assert value['size'] == torch.Size([2, 3]) and value['dtype'] == torch.float16 and value[7] == -300
    assert floats or 'loss' not in value
    # Of the records: what stands around them tells the operating system that wrote it.
    digest = hashlib.sha256()
    with zipfile.ZipFile(path) as records:
        for record in records.infolist():
            digest.update(record.filename.encode() + b'\n' + records.read(record))
    return f'{digest.hexdigest()} PyTorch {torch.__version__.split("+")[0]}'


if __name__ == '__main__':
    if '--old' in sys.argv:
        old()
    elif '--numpy' in sys.argv:
        numpy_files()
    elif '--check' in sys.argv:
        print(check(sys.argv[-1]))
    else:
        new()
