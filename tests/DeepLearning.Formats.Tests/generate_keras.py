"""Writes the files of Keras in Data/Keras with h5py, in the layouts that Keras writes:

- NAME.weights.h5: keras/src/saving/saving_lib.py, _save_state and H5IOStore (Keras 3: layers/CLASS_N/…/vars/N);
- NAME.h5: keras/src/legacy/saving/legacy_h5_format.py, save_weights_to_hdf5_group and save_model_to_hdf5 (attributes layer_names,
  weight_names, model_config);
- NAME.keras: a ZIP archive of config.json and model.weights.h5 (saving_lib.py, _save_model_to_fileobj).

Beside each, NAME.json: inputs and the outputs that Keras' formulas give for them, computed here in NumPy with channels last, and the shapes
of the weights. Debian: apt-get install python3-h5py; then /usr/bin/python3 generate_keras.py
"""
import io
import json
import os
import re
import zipfile

import h5py
import numpy as np

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Data', 'Keras')
RANDOM = np.random.RandomState(7)


def draw(*shape):
    """Numbers that float32 holds exactly."""
    return (RANDOM.randint(-64, 65, shape) / 64).astype(np.float32)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


# Keras' layers. Each has its class, the names of its weights, parts (sub-layers in both formats), settings and a formula.
class Layer:
    def __init__(self, kind, weights, call, **config):
        self.kind, self.weights, self.call, self.config = kind, weights, call, config


def dense(i, o):
    k, b = draw(i, o), draw(o)
    return Layer('Dense', [('kernel', k), ('bias', b)], lambda x: x @ k + b, activation='linear')


def conv(rank, i, o, size, groups=1):
    k, b = draw(*[size] * rank, i // groups, o), draw(o)

    def call(x):
        spatial = [n - size + 1 for n in x.shape[1:-1]]
        y = np.zeros([x.shape[0], *spatial, o])
        per = o // groups
        for at in np.ndindex(*spatial):
            part = x[(slice(None), *[slice(a, a + size) for a in at])]
            for g in range(groups):
                p = part[..., g * (i // groups):(g + 1) * (i // groups)]
                y[(slice(None), *at, slice(g * per, (g + 1) * per))] = np.tensordot(
                    p, k[..., g * per:(g + 1) * per], axes=[list(range(1, rank + 2)), list(range(rank + 1))])
        return y + b
    return Layer(f'Conv{rank}D', [('kernel', k), ('bias', b)], call, groups=groups)


def depthwise(i, m, size):
    k, b = draw(size, size, i, m), draw(i * m)

    def call(x):
        h, w = x.shape[1] - size + 1, x.shape[2] - size + 1
        y = np.zeros([x.shape[0], h, w, i * m])
        for r in range(h):
            for c in range(w):
                part = x[:, r:r + size, c:c + size]
                for channel in range(i):
                    y[:, r, c, channel * m:(channel + 1) * m] = np.tensordot(
                        part[..., channel], k[:, :, channel], axes=[[1, 2], [0, 1]])
        return y + b
    return Layer('DepthwiseConv2D', [('kernel', k), ('bias', b)], call, depth_multiplier=m)


def separable(i, m, o, size):
    k, p, b = draw(size, size, i, m), draw(1, 1, i * m, o), draw(o)

    def call(x):
        h, w = x.shape[1] - size + 1, x.shape[2] - size + 1
        y = np.zeros([x.shape[0], h, w, i * m])
        for r in range(h):
            for c in range(w):
                for channel in range(i):
                    y[:, r, c, channel * m:(channel + 1) * m] = np.tensordot(
                        x[:, r:r + size, c:c + size, channel], k[:, :, channel], axes=[[1, 2], [0, 1]])
        return y @ p[0, 0] + b
    return Layer('SeparableConv2D', [('depthwise_kernel', k), ('pointwise_kernel', p), ('bias', b)], call)


def transposed(i, o, size, stride):
    k, b = draw(size, size, o, i), draw(o)

    def call(x):
        n, h, w, _ = x.shape
        y = np.zeros([n, (h - 1) * stride + size, (w - 1) * stride + size, o])
        for r in range(h):
            for c in range(w):
                y[:, r * stride:r * stride + size, c * stride:c * stride + size] += np.einsum('ni,hwoi->nhwo', x[:, r, c], k)
        return y + b
    return Layer('Conv2DTranspose', [('kernel', k), ('bias', b)], call, strides=[stride, stride])


def batch_norm(c, epsilon=1e-3):
    g, b, m, v = draw(c) + 2, draw(c), draw(c), draw(c) + 2
    return Layer('BatchNormalization', [('gamma', g), ('beta', b), ('moving_mean', m), ('moving_variance', v)],
                 lambda x: (x - m) / np.sqrt(v + epsilon) * g + b, epsilon=epsilon)


def layer_norm(c, epsilon=1e-3):
    g, b = draw(c) + 2, draw(c)
    return Layer('LayerNormalization', [('gamma', g), ('beta', b)],
                 lambda x: (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + epsilon) * g + b, epsilon=epsilon)


def group_norm(c, groups, epsilon=1e-3):
    g, b = draw(c) + 2, draw(c)

    def call(x):
        parts = x.reshape(x.shape[0], -1, groups, c // groups)
        mean, var = parts.mean((1, 3), keepdims=True), parts.var((1, 3), keepdims=True)
        return ((parts - mean) / np.sqrt(var + epsilon)).reshape(x.shape) * g + b
    return Layer('GroupNormalization', [('gamma', g), ('beta', b)], call, epsilon=epsilon, groups=groups)


def embedding(n, d):
    e = draw(n, d)
    return Layer('Embedding', [('embeddings', e)], lambda x: e[x.astype(int)])


def prelu(c):
    a = draw(1, 1, c)
    return Layer('PReLU', [('alpha', a)], lambda x: np.maximum(x, 0) + a * np.minimum(x, 0), shared_axes=[1, 2])


def steps(kind, i, u, reset_after=True):
    gates = {'LSTM': 4, 'GRU': 3, 'SimpleRNN': 1}[kind]
    k, r = draw(i, gates * u), draw(u, gates * u)
    b = draw(2, 3 * u) if kind == 'GRU' and reset_after else draw(gates * u)

    def call(x):
        h, c, y = np.zeros([x.shape[0], u]), np.zeros([x.shape[0], u]), []
        for t in range(x.shape[1]):
            if kind == 'LSTM':
                z = x[:, t] @ k + h @ r + b
                i_, f, g, o = [z[:, n * u:(n + 1) * u] for n in range(4)]
                c = sigmoid(f) * c + sigmoid(i_) * np.tanh(g)
                h = sigmoid(o) * np.tanh(c)
            elif kind == 'GRU':
                a, d = x[:, t] @ k + b[0], h @ r + b[1]
                z, s = sigmoid(a[:, :u] + d[:, :u]), sigmoid(a[:, u:2 * u] + d[:, u:2 * u])
                h = z * h + (1 - z) * np.tanh(a[:, 2 * u:] + s * d[:, 2 * u:])
            else:
                h = np.tanh(x[:, t] @ k + h @ r + b)
            y.append(h)
        return np.stack(y, 1)
    return [('kernel', k), ('recurrent_kernel', r), ('bias', b)], call


def cell_name(kind):
    return {'LSTM': 'lstm_cell', 'GRU': 'gru_cell', 'SimpleRNN': 'simple_rnn_cell'}[kind]


def recurrent(kind, i, u, reset_after=True):
    weights, call = steps(kind, i, u, reset_after)
    old, new = cell_name(kind), 'cell'
    settings = {'activation': 'tanh', 'units': u}
    if kind != 'SimpleRNN':
        settings['recurrent_activation'] = 'sigmoid'
    return Layer(kind, [(f'{old}/{n}', w, f'{new}/vars/{j}') for j, (n, w) in enumerate(weights)],
                 call if reset_after else None, **settings)


def bidirectional(kind, i, u):
    forward, first = steps(kind, i, u)
    backward, second = steps(kind, i, u)
    weights = [(f'{way}_{kind.lower()}/{cell_name(kind)}/{n}', w, f'{way}_layer/cell/vars/{j}')
               for way, part in (('forward', forward), ('backward', backward)) for j, (n, w) in enumerate(part)]
    return Layer('Bidirectional', weights, lambda x: np.concatenate([first(x), second(x[:, ::-1])[:, ::-1]], -1))


def attention(d, heads, width):
    parts = [(n, draw(d, heads, width), draw(heads, width)) for n in ('query', 'key', 'value')]
    ko, bo = draw(heads, width, d), draw(d)

    def call(x):
        q, k, v = [np.einsum('ntd,dhw->nhtw', x, kernel) + bias[None, :, None] for _, kernel, bias in parts]
        w = softmax(np.einsum('nhtw,nhsw->nhts', q, k) / np.sqrt(width))
        return np.einsum('nhtw,hwd->ntd', np.einsum('nhts,nhsw->nhtw', w, v), ko) + bo
    weights = [(f'{n}/{role}', w, f'{n}_dense/vars/{j}') for n, kernel, bias in parts
               for j, (role, w) in enumerate((('kernel', kernel), ('bias', bias)))]
    weights += [('attention_output/kernel', ko, 'output_dense/vars/0'), ('attention_output/bias', bo, 'output_dense/vars/1')]
    return Layer('MultiHeadAttention', weights, call, num_heads=heads, key_dim=width)


def plain(kind, call, **config):
    return Layer(kind, [], call, **config)


def relu():
    return plain('ReLU', lambda x: np.maximum(x, 0))


def flatten():
    return plain('Flatten', lambda x: x.reshape(x.shape[0], -1))


def snake(name):
    name = re.sub(r'\W+', '', name)
    name = re.sub('(.)([A-Z][a-z]+)', r'\1_\2', name)
    return re.sub('([a-z])([A-Z])', r'\1_\2', name).lower()


def named(layers):
    used, result = {}, []
    for layer in layers:
        name = snake(layer.kind)
        used[name] = used.get(name, -1) + 1
        result.append((name if used[name] == 0 else f'{name}_{used[name]}', layer))
    return result


def config_of(layers, names=None):
    return {'class_name': 'Sequential', 'config': {'name': 'sequential', 'layers': [
        {'module': 'keras.layers', 'class_name': layer.kind, 'config': {'name': (names or {}).get(n, n), **layer.config}}
        for n, layer in named(layers)]}}


def write_new(file, layers, root='layers/'):
    """Keras 3: the groups of layers, those without weights too; Sequential and optimizer have vars of their own."""
    file.create_group('vars')
    for name, layer in named(layers):
        file.create_group(f'{root}{name}/vars')
        for j, weight in enumerate(layer.weights):
            file[f'{root}{name}/{weight[2] if len(weight) > 2 else f"vars/{j}"}'] = weight[1]
    file['optimizer/vars/0'] = np.int64(12)
    file['optimizer/vars/1'] = np.float32(0.5)
    file['layers/dropout/seed_generator/vars/0'] = np.array([1, 2], np.uint32)


def write_old(group, layers, names=None, colon=':0'):
    """Keras 2 and, as legacy, Keras 3: attributes have the order."""
    all_names = [(names or {}).get(n, n) for n, _ in named(layers)]
    group.attrs['layer_names'] = [n.encode('utf8') for n in all_names]
    group.attrs['backend'] = 'tensorflow'
    group.attrs['keras_version'] = '2.15.0'
    for own, (_, layer) in zip(all_names, named(layers)):
        part = group.create_group(own)
        weights = [(f'{own}/{w[0]}{colon}', w[1]) for w in layer.weights]
        part.attrs['weight_names'] = [n.encode('utf8') for n, _ in weights]
        for n, w in weights:
            part.create_dataset(n, w.shape, dtype=w.dtype)[...] = w


def expect(name, layers, x):
    y = x.astype(np.float64)
    for layer in layers:
        y = layer.call(y)
    weights = [[list(w[1].shape) for w in layer.weights] for layer in layers if layer.weights]
    with open(os.path.join(DATA, name + '.json'), 'w') as file:
        json.dump({'input': x.flatten().tolist(), 'inputShape': list(x.shape), 'output': [round(float(v), 9) for v in y.flatten()],
                   'outputShape': list(y.shape), 'weights': weights}, file)
        file.write('\n')


def path(name):
    return os.path.join(DATA, name)


def save(name, layers, x, kinds=('new', 'old', 'keras')):
    expect(name, layers, x)
    if 'new' in kinds:
        with h5py.File(path(name + '.weights.h5'), 'w') as file:
            write_new(file, layers)
    if 'old' in kinds:
        with h5py.File(path(name + '.h5'), 'w') as file:
            file.attrs['model_config'] = json.dumps(config_of(layers))
            file.attrs['keras_version'] = '2.15.0'
            write_old(file.create_group('model_weights'), layers)
    if 'keras' in kinds:
        buffer = io.BytesIO()
        with h5py.File(buffer, 'w') as file:
            write_new(file, layers)
        with zipfile.ZipFile(path(name + '.keras'), 'w') as archive:
            for record, data in (('metadata.json', b'{"keras_version": "3.6.0"}'), ('config.json', json.dumps(config_of(layers)).encode()),
                                 ('model.weights.h5', buffer.getvalue())):
                archive.writestr(zipfile.ZipInfo(record, (1980, 1, 1, 0, 0, 0)), data)


def main():
    os.makedirs(DATA, exist_ok=True)
    image = [conv(2, 2, 4, 2), batch_norm(4), relu(), conv(2, 4, 6, 2, groups=2), depthwise(6, 2, 2), prelu(12), flatten(), dense(48, 5),
             relu(), dense(5, 3)]
    save('image', image, draw(2, 5, 5, 2))
    save('upward', [transposed(3, 2, 3, 2), group_norm(2, 2), separable(2, 3, 4, 2)], draw(2, 3, 3, 3), ('new', 'old'))
    save('line', [conv(1, 3, 4, 2), conv(1, 4, 2, 3)], draw(2, 7, 3), ('new', 'old'))
    save('volume', [conv(3, 2, 3, 2)], draw(1, 3, 3, 3, 2), ('new', 'old'))
    save('text', [embedding(7, 4), recurrent('LSTM', 4, 3), recurrent('GRU', 3, 5), recurrent('SimpleRNN', 5, 4), layer_norm(4),
                  bidirectional('LSTM', 4, 3), bidirectional('GRU', 6, 2), attention(4, 2, 2), dense(4, 2)],
         RANDOM.randint(0, 7, (2, 6)).astype(np.float32), ('new', 'old'))

    # More than ten of a class: names come after 10 before 2. And so many names that they take several attributes.
    many = [dense(2, 2) for _ in range(12)]
    save('many', many, draw(1, 2), ('new',))
    with h5py.File(path('many.h5'), 'w') as file:
        write_old(file, many)
        names = file.attrs['layer_names']
        del file.attrs['layer_names']
        for part in range(3):
            file.attrs[f'layer_names{part}'] = names[4 * part:4 * part + 4]

    # A model within a model, and names that users gave.
    inner, last = [dense(3, 4), dense(4, 4)], dense(4, 2)
    expect('nested', [*inner, last], draw(2, 3))
    with h5py.File(path('nested.h5'), 'w') as file:
        file.attrs['layer_names'] = [b'body', b'head']
        body, head = file.create_group('body'), file.create_group('head')
        body.attrs['weight_names'] = [b'first/kernel:0', b'first/bias:0', b'second/kernel:0', b'second/bias:0']
        for layer, name in zip(inner, ('first', 'second')):
            for role, w in layer.weights:
                body[f'{name}/{role}:0'] = w
        head.attrs['weight_names'] = [b'sequential/head/kernel', b'sequential/head/bias']
        for role, w in last.weights:
            head[f'sequential/head/{role}'] = w
    with h5py.File(path('nested.weights.h5'), 'w') as file:
        for name, layer in zip(('functional/layers/dense', 'functional/layers/dense_1', 'dense'), [*inner, last]):
            for j, (_, w) in enumerate(layer.weights):
                file[f'layers/{name}/vars/{j}'] = w

    # A GRU that applies its reset before the product.
    before = [recurrent('GRU', 2, 3, reset_after=False)]
    with h5py.File(path('reset_before.weights.h5'), 'w') as file:
        write_new(file, before)

    # Element types, shapes, layouts and superblocks.
    with h5py.File(path('types.weights.h5'), 'w', libver=('v110', 'v110')) as file:
        for j, value in enumerate([
                np.array([1.5, -2], np.float16), np.array([[1e300]], np.float64), np.array([-5], np.int8), np.array([300], '>i2'),
                np.array([2**40], np.int64), np.array([255], np.uint8), np.array([True, False]), np.zeros((0, 3), np.float32),
                np.float32(2.5), np.array([1.25, -3], '>f4'), np.array([2**32 - 1], np.uint32)]):
            file[f'{"thing" if j < 7 else "thing_1"}/vars/{j}'] = value
        raw = file['thing_1/vars'].create_dataset('11', data=np.array([0x3FC0, 0xC040], '<u2').view('V2'))
        raw.attrs['dtype'] = 'bfloat16'
        space = h5py.h5s.create_simple((3,))
        create = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        create.set_layout(h5py.h5d.COMPACT)
        compact = h5py.h5d.create(file['thing_1/vars'].id, b'12', h5py.h5t.IEEE_F32LE, space, create)
        compact.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, 2, 3], np.float32))

    refused()


def refused():
    """What Keras does not write: one file for each reason."""
    def write(name, make, **options):
        with h5py.File(path(f'refused_{name}.h5'), 'w', **options) as file:
            make(file)

    write('compressed', lambda f: f.create_dataset('a/vars/0', data=np.zeros((64, 64), np.float32), compression='gzip'))
    write('chunked', lambda f: f.create_dataset('a/vars/0', data=np.zeros((8, 8), np.float32), chunks=(4, 4)))
    write('unwritten', lambda f: f.create_dataset('a/vars/0', (1 << 20, 1 << 18), np.float32))
    write('text', lambda f: f.create_dataset('a/vars/0', data=np.array([b'abc'])))
    write('structure', lambda f: f.create_dataset('a/vars/0', data=np.zeros(2, [('x', '<f4'), ('y', '<i4')])))
    write('complex', lambda f: f.create_dataset('a/vars/0', data=np.zeros(2, np.complex64)))
    write('outside', lambda f: f.create_dataset('a/vars/0', (2,), np.float32, external=[('outside.bin', 0, 8)]))
    write('dense', lambda f: [f.create_dataset(f'a/vars/{j}', data=np.zeros(1, np.float32)) for j in range(30)], libver='latest')

    def soft(f):
        f['a/vars/0'] = np.zeros(2, np.float32)
        f['b'] = h5py.SoftLink('/a')

    def external(f):
        f['b'] = h5py.ExternalLink('/etc/passwd', '/a')

    def cycle(f):
        f['a/vars/0'] = np.zeros(2, np.float32)
        f['a/again'] = f['/']

    write('soft', soft)
    write('external', external)
    write('cycle', cycle)
    write('other', lambda f: f.create_dataset('values', data=np.zeros(2, np.float32)))


if __name__ == '__main__':
    main()
