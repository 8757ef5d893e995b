"""Writes Data/Gguf/quants.gguf with the reference library, ggml, and what it decodes of it and encodes (quants.json, encoded.json).

    python3 generate_gguf.py PATH/libggml-base.so

needs numpy and a shared library of ggml (https://github.com/ggml-org/ggml), compiled with -ffp-contract=off: the Python package gguf
rounds every product and sum by itself, and so does the library then. Q4_0 alone is encoded as the package does it,
whose sum x / d + 8.5 is rounded once.
"""
import base64
import ctypes
import json
import os
import struct
import sys

import numpy as np

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Data', 'Gguf')
lib = ctypes.CDLL(sys.argv[1])
P, I64, SIZE = ctypes.c_void_p, ctypes.c_int64, ctypes.c_size_t


class InitParams(ctypes.Structure):
    _fields_ = [('mem_size', SIZE), ('mem_buffer', P), ('no_alloc', ctypes.c_bool)]


for function, result, arguments in (
        ('ggml_init', P, [InitParams]), ('ggml_new_tensor_2d', P, [P, ctypes.c_int, I64, I64]), ('ggml_set_name', P, [P, ctypes.c_char_p]),
        ('gguf_init_empty', P, []), ('gguf_add_tensor', None, [P, P]), ('gguf_set_tensor_data', None, [P, ctypes.c_char_p, P]),
        ('gguf_write_to_file', ctypes.c_bool, [P, ctypes.c_char_p, ctypes.c_bool]), ('ggml_type_size', SIZE, [ctypes.c_int]),
        ('ggml_blck_size', I64, [ctypes.c_int]),
        ('ggml_quantize_chunk', SIZE, [ctypes.c_int, P, P, I64, I64, I64, P]),
        ('gguf_set_arr_data', None, [P, ctypes.c_char_p, ctypes.c_int, P, SIZE]),
        ('gguf_set_arr_str', None, [P, ctypes.c_char_p, P, SIZE])):
    getattr(lib, function).restype, getattr(lib, function).argtypes = result, arguments

TYPES = {'F32': 0, 'F16': 1, 'Q4_0': 2, 'Q4_1': 3, 'Q5_0': 6, 'Q5_1': 7, 'Q8_0': 8, 'Q2_K': 10, 'Q3_K': 11, 'Q4_K': 12, 'Q5_K': 13,
         'Q6_K': 14, 'Q8_K': 15, 'I8': 24, 'I16': 25, 'I32': 26, 'I64': 27, 'F64': 28, 'BF16': 30, 'IQ4_NL': 20}
PLAIN = {'F32': np.float32, 'F16': np.float16, 'I8': np.int8, 'I16': np.int16, 'I32': np.int32, 'I64': np.int64, 'F64': np.float64}
# Where the float16 scales stand in a block of random bytes.
SCALES = {'Q4_0': [0], 'Q4_1': [0, 2], 'Q5_0': [0], 'Q5_1': [0, 2], 'Q8_0': [0], 'Q2_K': [80, 82], 'Q3_K': [108], 'Q4_K': [0, 2],
          'Q5_K': [0, 2], 'Q6_K': [208], 'Q8_K': [], 'IQ4_NL': [0]}
random = np.random.default_rng(7)


def text(data):
    return base64.b64encode(np.ascontiguousarray(data).tobytes()).decode()


def blocks(name, rows, columns):
    """Encoded numbers in the first row, random bytes with scales of a moderate size in the others."""
    kind = TYPES[name]
    size, length = lib.ggml_type_size(kind), lib.ggml_blck_size(kind)
    data = random.integers(0, 256, (rows, columns // length, size), dtype=np.uint8)
    for at in SCALES[name]:
        scale = random.normal(0, 0.1, data.shape[:2]).astype(np.float16)
        data[..., at:at + 2] = scale[..., None].view(np.uint8)
    if name == 'Q8_K':
        data[..., :4] = random.normal(0, 0.1, data.shape[:2]).astype(np.float32)[..., None].view(np.uint8)
    else:
        row = random.normal(0, 1, columns).astype(np.float32)
        lib.ggml_quantize_chunk(kind, row.ctypes.data, data[0].ctypes.data, 0, 1, columns, None)
    return data


def decoded(name, data, count):
    if name == 'BF16':
        return (data.astype(np.uint32) << 16).view(np.float32)
    numbers = np.zeros(count, np.float32)
    function = getattr(lib, f'dequantize_row_{name[:-1].lower() + name[-1]}')
    function.argtypes = [P, P, I64]
    function(data.ctypes.data, numbers.ctypes.data, count)
    return numbers


def q4_0(x):
    """The formula of the Python package gguf."""
    result = []
    for block in x.reshape(-1, 32):
        d = block[np.abs(block).argmax()] / np.float32(-8)
        inverse = np.float32(0) if d == 0 else np.float32(1) / d
        q = np.minimum((block.astype(np.float64) * np.float64(inverse) + 8.5).astype(np.float32).astype(np.uint8), 15)
        result.append(np.frombuffer(np.float16(d).tobytes() + (q[:16] | q[16:] << 4).tobytes(), np.uint8))
    return np.stack(result)


def main():
    context, file = lib.ggml_init(InitParams(1 << 24, None, True)), lib.gguf_init_empty()
    for suffix, kind, value in (('u8', ctypes.c_uint8, 200), ('i8', ctypes.c_int8, -100), ('u16', ctypes.c_uint16, 60000),
                                ('i16', ctypes.c_int16, -30000), ('u32', ctypes.c_uint32, 4 * 10**9), ('i32', ctypes.c_int32, -2 * 10**9),
                                ('f32', ctypes.c_float, 0.5), ('bool', ctypes.c_bool, True), ('u64', ctypes.c_uint64, 10**19),
                                ('i64', ctypes.c_int64, -10**18), ('f64', ctypes.c_double, 0.1)):
        function = getattr(lib, f'gguf_set_val_{suffix}')
        function.argtypes = [P, ctypes.c_char_p, kind]
        function(file, f'value.{suffix}'.encode(), value)
    lib.gguf_set_val_str.argtypes = [P, ctypes.c_char_p, ctypes.c_char_p]
    lib.gguf_set_val_str(file, b'general.architecture', 'grüße'.encode())
    words = (ctypes.c_char_p * 3)('▁a'.encode(), b'', b'xyz')
    lib.gguf_set_arr_str(file, b'array.text', words, 3)
    for name, kind, array in (('u8', 0, np.uint8([1, 255])), ('i8', 1, np.int8([-1, 5])), ('u16', 2, np.uint16([1, 65535])),
                              ('i16', 3, np.int16([-2, 3])), ('u32', 4, np.uint32([7])), ('i32', 5, np.int32([-1, 2, 3])),
                              ('f32', 6, np.float32([0.5, -1])), ('bool', 7, np.bool_([True, False])), ('u64', 10, np.uint64([2**63])),
                              ('i64', 11, np.int64([-2**63])), ('f64', 12, np.float64([0.1])), ('none', 4, np.uint32([]))):
        lib.gguf_set_arr_data(file, f'array.{name}'.encode(), kind, array.ctypes.data, len(array))

    expected, kept = {}, []
    for name, kind in TYPES.items():
        quantized = name in SCALES
        columns = int(lib.ggml_blck_size(kind)) * (2 if quantized else 1) or 1
        columns = columns if quantized else 5
        rows = 3
        if quantized:
            data = blocks(name, rows, columns)
        elif name == 'BF16':
            data = random.integers(0, 0x7f00, (rows, columns), dtype=np.uint16)
        elif np.dtype(PLAIN[name]).kind == 'f':
            data = random.normal(0, 1, (rows, columns)).astype(PLAIN[name])
        else:
            limits = np.iinfo(PLAIN[name])
            data = random.integers(limits.min, limits.max, (rows, columns), dtype=PLAIN[name])
        tensor = lib.ggml_new_tensor_2d(context, kind, columns, rows)
        lib.ggml_set_name(tensor, name.lower().encode())
        lib.gguf_add_tensor(file, tensor)
        lib.gguf_set_tensor_data(file, name.lower().encode(), data.ctypes.data)
        kept.append(data)
        entry = {'type': name, 'shape': [rows, columns], 'bytes': text(data)}
        if quantized and name != 'IQ4_NL':
            entry['numbers'] = text(decoded(name, data, rows * columns))
        expected[name.lower()] = entry

    path = os.path.join(DATA, 'quants.gguf')
    assert lib.gguf_write_to_file(file, path.encode(), False)
    whole = bytearray(open(path, 'rb').read())
    whole[4:8] = struct.pack('<I', 2)
    open(os.path.join(DATA, 'version2.gguf'), 'wb').write(whole[:])
    with open(os.path.join(DATA, 'quants.json'), 'w') as out:
        out.write(json.dumps(expected, indent=0) + '\n')

    x = random.normal(0, 1, (24, 64)).astype(np.float32)
    x[1] = 0
    x[2] = np.linspace(-8, 8, 64)
    x[3] = np.round(x[3] * 4) / 8
    x[4, 0] = -5
    x[4, 1] = 5
    x[5] *= 1e-6
    x[6] = -x[4]
    encoded = {'numbers': text(x), 'shape': list(x.shape)}
    q8 = np.zeros((24, 2, 34), np.uint8)
    lib.ggml_quantize_chunk(8, x.ctypes.data, q8.ctypes.data, 0, 24, 64, None)
    q4, formula = np.zeros((24, 2, 18), np.uint8), q4_0(x)
    lib.ggml_quantize_chunk(2, x.ctypes.data, q4.ctypes.data, 0, 24, 64, None)
    different = int((q4.reshape(-1, 18) != formula).sum())
    print(f'Q4_0: {different} of {q4.size} bytes differ between ggml and the package gguf')
    assert different < q4.size // 100
    encoded['Q8_0'], encoded['Q4_0'] = text(q8), text(formula)
    with open(os.path.join(DATA, 'encoded.json'), 'w') as out:
        out.write(json.dumps(encoded, indent=0) + '\n')


if __name__ == '__main__':
    main()
