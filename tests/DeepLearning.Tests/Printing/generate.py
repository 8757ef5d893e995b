#!/usr/bin/python3
"""Records how PyTorch prints tensors, into printed.json beside this script: /usr/bin/python3 generate.py"""
import json
import os

import numpy as np
import torch

inf, nan = float('inf'), float('nan')
cases = []


def case(tensor, **options):
    torch.set_printoptions(profile='default')
    if options:
        torch.set_printoptions(**options)
    text = repr(tensor)
    torch.set_printoptions(profile='default')
    values = [str(v) if isinstance(v, float) and v - v != 0 else v for v in tensor.to(torch.float64 if tensor.is_floating_point() else torch.int64).reshape(-1).tolist()]
    cases.append({'dtype': str(tensor.dtype)[6:], 'shape': list(tensor.shape), 'values': values, 'options': options,
                  'text': text.replace('torch.', '')})


for values in [[1., 2., 3.], [1.5, -2.25, 1000.], [1e-5, 1.], [1e9, 1.], [1e9, 2e9], [1., 1001.], [1., 1000.], [0., 0.], [-0., 0.], [nan, 1.],
               [nan, inf, -inf], [inf, 1.5], [0.03125, 0.09375, 0.15625], [123445., 1.5], [0.5, 1e-4], [0.5, 9.9e-5], [1e-38, 1.], [3.4e38, -1.],
               [0.99999, 0.5], [0.999999, 12345.678], [-1.], [], [1 / 3, 2 / 3, 1e-3], [100000., 100000000.], [1e300, 1e-300, 1.5]]:
    case(torch.tensor(values))
    case(torch.tensor(values, dtype=torch.float64))
for values in [[1, 20, -300], [True, False], [0], [2 ** 62, -2 ** 63]]:
    case(torch.tensor(values))
case(torch.tensor([1, 255, 0], dtype=torch.uint8))
case(torch.tensor([1, -255, 0], dtype=torch.int32))
case(torch.tensor([1.5, 0.1, 65504.], dtype=torch.float16))
case(torch.tensor([1.5, 0.1, 3e38], dtype=torch.bfloat16))
for value in [1.5, 3.0, 7, True, nan, -inf, 1e-10, 0.0]:
    case(torch.tensor(value))
case(torch.tensor(2.5, dtype=torch.float64))
for shape in [(0,), (0, 3), (2, 0, 4)]:
    case(torch.zeros(shape))
    case(torch.zeros(shape, dtype=torch.int64))
case(torch.arange(24.).reshape(2, 3, 4))
case(torch.arange(16.).reshape(2, 2, 2, 2) / 7)
case(torch.arange(40))
case(torch.arange(40.) / 3)
case(torch.arange(30).reshape(1, 30))
case(torch.arange(1001))
case(torch.arange(1000))
case(torch.arange(1200.).reshape(30, 40))
case(torch.arange(1200.).reshape(30, 40) / 3)
case(torch.arange(2400).reshape(10, 2, 120))
case(torch.arange(1200).reshape(4, 300) % 2 == 0)
case(torch.arange(1200.).reshape(1200, 1))
case(torch.arange(1200.).reshape(1, 1, 1200, 1))
case(torch.arange(20.) / 7, precision=2)
case(torch.arange(20.) / 7, precision=8)
case(torch.arange(20.) / 7, linewidth=40)
case(torch.arange(20.), threshold=10)
case(torch.arange(20.), threshold=10, edgeitems=2)
case(torch.arange(20.) / 7, sci_mode=True)
case(torch.tensor([1e-6, 1.]), sci_mode=False)
case(torch.arange(100.).reshape(10, 10), threshold=10, edgeitems=1)
case((torch.arange(8) - 3).to(torch.float64).reshape(2, 4) * 1e7)
case(torch.tensor(np.array([0.5, 1.5, 2.5, 3.5]) / 8 + 1), precision=3)
case(torch.tensor([1.0] * 15, dtype=torch.float64))

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, 'printed.json'), 'w') as f:
    f.write('[\n' + ',\n'.join(json.dumps(c, separators=(',', ':')) for c in cases) + '\n]\n')
print(len(cases), 'cases')
