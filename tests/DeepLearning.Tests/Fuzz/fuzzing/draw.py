"""What a random case is made of: shapes, dtypes, values, places in memory."""
import math

import numpy as np
import torch

F64, F32, F16, BF16 = torch.float64, torch.float32, torch.float16, torch.bfloat16
I64, I32, U8, BOOL = torch.int64, torch.int32, torch.uint8, torch.bool
FLOATS, INTEGERS = [F64, F32, F16, BF16], [I64, I32, U8]
SPECIAL = [math.inf, -math.inf, math.nan, 0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 100.0, -100.0, 1e-3, 1e4, -1e4]


class Draw:
    """The choices of one case. A tensor that it makes may lie in memory in an unusual way: `layouts` says how."""

    def __init__(self, g):
        self.g, self.layouts = g, []
        self.wild = self.chance(0.12)  # infinities, NaN, and values outside of the domain

    def chance(self, p):
        return self.g.random() < p

    def pick(self, items):
        return items[int(self.g.integers(len(items)))]

    def int(self, low, high):
        """An integer from low to high, both included."""
        return int(self.g.integers(low, high + 1))

    def number(self):
        return self.pick([-2, -1.5, -1, -0.5, 0.25, 0.5, 1, 1.5, 2, 3])

    # Shapes

    def size(self):
        return self.pick([1, 1, 2, 2, 3, 3, 4, 5, 7, 8])

    def shape(self, low=0, high=3, empty=True):
        sizes = [self.size() for _ in range(self.int(low, high))]
        if sizes and self.chance(0.3):  # across the widths of vectors
            sizes[self.int(0, len(sizes) - 1)] = self.int(31, 67)
            sizes = [s if s > 30 else min(s, 3) for s in sizes]
        if sizes and empty and self.chance(0.05):
            sizes[self.int(0, len(sizes) - 1)] = 0
        return sizes

    def axis(self, rank):
        """An axis counted from either end; seldom one that is not there."""
        if self.chance(0.02):
            return self.pick([rank, -rank - 1])
        return 0 if rank == 0 else self.int(-rank, rank - 1)

    def axes(self, rank):
        return sorted({self.int(0, rank - 1) for _ in range(self.int(1, rank))}) if rank else []

    def broadcast(self, shape):
        """A shape that broadcasts with another; seldom one that does not."""
        part = list(shape[self.int(0, len(shape)) if self.chance(0.3) else 0:])
        part = [1 if self.chance(0.2) else s for s in part]
        if part and self.chance(0.02):
            part[self.int(0, len(part) - 1)] += 2
        return part

    # Dtypes

    def float_type(self):
        return self.pick([F64] * 8 + [F32] * 8 + [F16] * 2 + [BF16] * 2)

    def any_type(self):
        return self.float_type() if self.chance(0.6) else self.pick([I64, I64, I32, I32, U8, BOOL])

    def mostly_float(self):
        return self.float_type() if self.chance(0.93) else self.pick([I64, I32, U8, BOOL])

    # Values

    def values(self, shape, dtype, domain='any'):
        shape = tuple(shape)
        if dtype == BOOL:
            return torch.from_numpy(np.array(self.g.integers(0, 2, shape) == 1))
        if not dtype.is_floating_point:
            low, high = {'positive': (1, 9), 'unit': (0, 2), 'probability': (0, 2)}.get(domain, (0, 12) if dtype == U8 else (-9, 10))
            return torch.from_numpy(np.array(self.g.integers(low, high, shape))).to(dtype)
        count = math.prod(shape)
        if domain == 'distinct':
            data = (self.g.permutation(count) - count // 2) * 0.25 + 0.125
        elif domain == 'positive':
            data = self.g.uniform(0.1, 4, count)
        elif domain == 'unit':
            data = self.g.uniform(-0.95, 0.95, count)
        elif domain == 'probability':
            data = self.g.uniform(0.03, 0.97, count)
        elif domain == 'above one':
            data = self.g.uniform(1.1, 5, count)
        elif domain == 'angle':
            data = self.g.uniform(-1.3, 1.3, count)
        elif domain == 'ties':
            data = self.g.integers(-2, 3, count) / 2
        else:
            data = self.g.standard_normal(count) * self.pick([1, 1, 1, 3])
        data = np.round(data, 3 if domain != 'distinct' else 9)
        if self.wild and domain != 'distinct':
            data = np.where(self.g.random(count) < 0.3, self.g.choice(SPECIAL, count), data)
        return torch.from_numpy(np.array(data.reshape(shape))).to(dtype)

    def tensor(self, shape, dtype=F64, domain='any', plain=False):
        t = self.values(shape, dtype, domain)
        layout = 'plain'
        if not plain and t.dim() and t.numel() and self.chance(0.4):
            layout = self.pick(['transposed', 'stepped', 'offset', 'narrowed', 'expanded'])
            if layout == 'expanded' and (t.shape[0] == 1 or domain == 'distinct' or self.chance(0.5)):
                layout = 'narrowed'
            if layout == 'expanded':
                t = t[:1].expand(t.shape).contiguous()
        self.layouts.append(layout)
        return t

    def index(self, shape, bound, negative=False):
        self.layouts.append('plain')
        if self.chance(0.02):
            bound += 2
        low = -bound if negative and self.chance(0.3) else 0
        return torch.from_numpy(np.array(self.g.integers(low, max(bound, 1), tuple(shape))))
