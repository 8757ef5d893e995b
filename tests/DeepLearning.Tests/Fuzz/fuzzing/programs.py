"""Random programs of views, writes in place, operations and leaves, then a backward pass: what every tensor holds at the end.

A program is {program, roots, final, gradients | refused, numeric, views}:
  program    steps: {op, args, in, out}, where in and out are numbers of tensors; a write in place has no out. `leaf` is a step
             {leaf: tensor, grad}. `nograd`: under torch.no_grad(). `refused`: PyTorch's error, and the program goes on without the step
  roots      the loss is the sum of these, each times fixed weights
  final      every tensor's value in the end, and whether it requires gradients
  gradients  of the leaves by number; or `refused`, the error of the backward pass
  numeric    where the backward pass is refused: difference quotients, for a library that can compute it; a program without is left out
  aliasing   whether a write in place reaches, where gradients flow, a tensor by another name: a view, its base, a leaf, or an operand of
             an earlier step
"""
import numpy as np
import torch

from generator.recorder import pack, plain

ERRORS = (RuntimeError, IndexError, ValueError, TypeError, NotImplementedError)
ELEMENTWISE = {'add_', 'sub_', 'mul_', 'div_', 'add_alpha_', 'copy_', 'lerp_', 'addcmul_'}  # may read what they write, if it is the same place


def put(x, y, *tensors, index):
    x[decode(index, tensors)] = y


def put_number(x, *tensors, index, value):
    x[decode(index, tensors)] = value


def decode(index, tensors):
    return tuple(tensors[int(i[1])] if isinstance(i, str) and i[0] == '$' else Ellipsis if i == '...' else i for i in index)


# The parts of a split can be written to here, which PyTorch refuses for unbind and split itself: it does the same with select and narrow.
VIEWS = {
    'select': lambda x, dim, index: x.select(dim, index),
    'narrow': lambda x, dim, start, length: x.narrow(dim, start, length),
    'transpose': lambda x, dim0, dim1: x.transpose(dim0, dim1),
    'permute': lambda x, dims: x.permute(dims),
    'view': lambda x, shape: x.view(shape),
    'reshape': lambda x, shape: x.reshape(shape),
    'flatten': lambda x, start_dim, end_dim: x.flatten(start_dim, end_dim),
    'unbind': lambda x, dim: tuple(x.select(dim, k) for k in range(x.shape[dim])),
    'split': lambda x, split_size, dim: tuple(x.narrow(dim, k, min(split_size, x.shape[dim] - k)) for k in range(0, x.shape[dim], split_size)),
    'expand': lambda x, size: x.expand(size),
    'squeeze': lambda x: x.squeeze(),
    'unsqueeze': lambda x, dim: x.unsqueeze(dim),
    'diagonal': lambda x, offset, dim1, dim2: x.diagonal(offset, dim1, dim2),
    'unfold': lambda x, dim, size, step: x.unfold(dim, size, step),
    'detach': lambda x: x.detach(),
    'index': lambda x, *tensors, index: x[decode(index, tensors)],
}

IN_PLACE = {
    **{name: lambda x, name=name: getattr(x, name)() for name in ['exp_', 'tanh_', 'sigmoid_', 'sin_', 'cos_', 'neg_', 'abs_', 'relu_', 'square_', 'round_', 'zero_']},
    'clamp_': lambda x, min, max: x.clamp_(min, max),
    'add_scalar_': lambda x, other: x.add_(other),
    'mul_scalar_': lambda x, other: x.mul_(other),
    'pow_scalar_': lambda x, exponent: x.pow_(exponent),
    'fill_': lambda x, value: x.fill_(value),
    'add_': lambda x, y: x.add_(y),
    'sub_': lambda x, y: x.sub_(y),
    'mul_': lambda x, y: x.mul_(y),
    'div_': lambda x, y: x.div_(y),
    'add_alpha_': lambda x, y, alpha: x.add_(y, alpha=alpha),
    'copy_': lambda x, y: x.copy_(y),
    'lerp_': lambda x, y, weight: x.lerp_(y, weight),
    'addcmul_': lambda x, y, z, value: x.addcmul_(y, z, value=value),
    'masked_fill_': lambda x, mask, value: x.masked_fill_(mask, value),
    'masked_scatter_': lambda x, mask, y: x.masked_scatter_(mask, y),
    'put_': put,
    'put_number_': put_number,
    'index_add_': lambda x, index, y, dim: x.index_add_(dim, index, y),
    'index_copy_': lambda x, index, y, dim: x.index_copy_(dim, index, y),
    'index_fill_': lambda x, index, dim, value: x.index_fill_(dim, index, value),
    'scatter_add_': lambda x, index, y, dim: x.scatter_add_(dim, index, y),
}

OPERATIONS = {
    **{name: getattr(torch, name) for name in ['tanh', 'exp', 'sigmoid', 'square', 'sin', 'clone', 'relu', 'neg', 'add', 'sub', 'mul', 'maximum', 'matmul']},
    'add_scalar': lambda x, other: x + other,
    'mul_scalar': lambda x, other: x * other,
    'sum': lambda x, dim, keepdim: torch.sum(x, dim, keepdim),
    'mean': lambda x, dim, keepdim: torch.mean(x, dim, keepdim),
    'max_dim': lambda x, dim, keepdim: torch.max(x, dim=dim, keepdim=keepdim),
    'cat': lambda *x, dim: torch.cat(x, dim),
    'stack': lambda *x, dim: torch.stack(x, dim),
    'where': lambda c, x, y: torch.where(c, x, y),
    'index_select': lambda x, index, dim: torch.index_select(x, dim, index),
    'cumsum': lambda x, dim: torch.cumsum(x, dim),
    'softmax': lambda x, dim: torch.softmax(x, dim),
    'masked_fill': lambda x, mask, value: x.masked_fill(mask, value),
}

ALL = {**VIEWS, **IN_PLACE, **OPERATIONS}


def addresses(t):
    """The place in its storage of every element."""
    places = np.array(t.storage_offset())
    for size, stride in zip(t.shape, t.stride()):
        places = places[..., None] + np.arange(size) * stride
    return places.reshape(-1)


def shares(a, b):
    return a.untyped_storage()._cdata == b.untyped_storage()._cdata


def overlaps(op, target, source):
    """Whether a write changes what it still has to read: PyTorch refuses that, or computes something that depends on the order."""
    if not shares(target, source) or not target.numel() or not source.numel():
        return False
    same = source.shape == target.shape and source.stride() == target.stride() and source.storage_offset() == target.storage_offset()
    if same and op in ELEMENTWISE:
        return False
    return bool(np.intersect1d(addresses(target), addresses(source)).size)


def run(step, env, grad=True):
    """The step's results; a source that overlaps the target is read before it is written."""
    tensors = [env[k] for k in step['in']]
    if step['op'] in IN_PLACE:
        tensors[1:] = [x.clone() if overlaps(step['op'], tensors[0], x) else x for x in tensors[1:]]
    with torch.set_grad_enabled(grad and not step.get('nograd')):
        result = ALL[step['op']](*tensors, **step['args'])
    if step['op'] in IN_PLACE:
        return []
    return list(result) if isinstance(result, (tuple, list)) else [result]


READERS = {'mul', 'mul_', 'div_', 'where', 'matmul', 'addcmul_', 'lerp_', 'maximum', 'max_dim', 'square', 'sin', 'relu'}  # the gradient may read operands


class Undefined(Exception):
    """What follows depends on the order in which PyTorch takes the elements."""


class Builder:
    def __init__(self, g):
        self.g, self.steps, self.env, self.leaves, self.aliasing = g, [], [], [], False

    # Choices

    def chance(self, p):
        return self.g.random() < p

    def pick(self, items):
        return items[int(self.g.integers(len(items)))]

    def number(self):
        return float(self.pick([-1.5, -0.5, 0.25, 0.5, 2.0, 3.0]))

    def floating(self):
        return [k for k, t in enumerate(self.env) if t.is_floating_point()]

    def recent(self, candidates):
        """The later ones more often."""
        return candidates[max(int(self.g.integers(len(candidates))), int(self.g.integers(len(candidates))))]

    def axis(self, t):
        dim = int(self.g.integers(t.dim()))
        return dim - t.dim() if self.chance(0.3) else dim

    # Leaves

    def leaf(self, value, grad=False):
        t = value.clone()
        t.requires_grad_(grad)
        self.steps.append({'leaf': pack(t), 'grad': grad})
        self.env.append(t)
        if grad:
            self.leaves.append(len(self.env) - 1)
        return len(self.env) - 1

    def random_leaf(self, shape, grad=None):
        dtype = torch.float32 if self.chance(0.08) else torch.float64
        values = torch.from_numpy(np.array(np.round(self.g.uniform(-1.5, 1.5, tuple(shape)), 2))).to(dtype)
        if self.chance(0.15):
            values.zero_()
        return self.leaf(values, self.chance(0.6) if grad is None else grad)

    def mask(self, shape):
        return self.leaf(torch.from_numpy(np.array(self.g.random(tuple(shape)) < 0.5)))

    def index_tensor(self, high, count, unique):
        values = self.g.permutation(high)[:count] if unique else self.g.integers(0, high, count)
        return self.leaf(torch.from_numpy(np.array(values, dtype=np.int64)))

    def shape(self):
        return [int(self.pick([1, 2, 2, 3, 3, 4])) if not self.chance(0.02) else 0 for _ in range(int(self.pick([0, 1, 1, 2, 2, 2, 3])))]

    def operand(self, shape):
        """A tensor that broadcasts to a shape: one there is, or a new leaf."""
        fitting = [k for k in self.floating() if fits(self.env[k].shape, shape)]
        if fitting and self.chance(0.65):
            return self.recent(fitting)
        shape = [1 if self.chance(0.15) else s for s in shape]
        return self.random_leaf(shape[int(self.g.integers(len(shape) + 1)) if self.chance(0.2) else 0:])

    # Steps

    def step(self, op, *inputs, nograd=False, **args):
        """Runs a step and records it, or that PyTorch refuses it; what PyTorch leaves undefined is left out."""
        step = {'op': op, 'args': args, 'in': list(inputs), 'out': []}
        if nograd:
            step['nograd'] = True
        tensors = [self.env[k] for k in inputs]
        target = tensors[0] if op in IN_PLACE else None
        if target is not None:
            places = addresses(target)
            expanded = len(np.unique(places)) < len(places)
            aliased = any(k != inputs[0] and shares(t, target) for k, t in enumerate(self.env))
            operand = any(shares(self.env[k], target) for s in self.steps if s.get('op') in READERS for k in s['in'])
            flows = not nograd and any(t.requires_grad for t in self.env if any(t is x or shares(t, x) for x in tensors))
        try:
            results = run(step, self.env)
        except ERRORS as error:
            message = str(error).strip().split('\n')[0]
            if 'memory location' in message and 'written-to' not in message:
                return
            step['refused'] = message[:160]
            results = []
            self.aliasing |= 'leaf' in message
        else:
            if target is not None and expanded:
                raise Undefined
        step['out'] = list(range(len(self.env), len(self.env) + len(results)))
        self.steps.append(step)
        self.env.extend(results)
        if target is not None and (aliased and flows or operand or (nograd and op in ('fill_', 'zero_') and target.requires_grad)):
            self.aliasing = True

    def view(self):
        k = self.recent(self.floating())
        t = self.env[k]
        op = self.pick(['select', 'select', 'narrow', 'narrow', 'transpose', 'permute', 'view', 'reshape', 'flatten', 'unbind', 'split', 'expand', 'squeeze',
                        'unsqueeze', 'diagonal', 'unfold', 'detach', 'index', 'index'])
        if op in ('view', 'reshape'):
            return self.step(op, k, shape=self.pick([[-1], [t.numel()], list(t.shape)[::-1], [1, -1], [t.shape[0], -1] if t.dim() else [1]]))
        if op == 'flatten':
            return self.step(op, k, start_dim=0, end_dim=-1)
        if op == 'expand':
            size = list(t.shape)
            return self.step(op, k, size=[2] * int(self.chance(0.5)) + [3 if s == 1 else -1 if self.chance(0.3) else s for s in size])
        if op == 'squeeze' or op == 'detach':
            return self.step(op, k)
        if op == 'unsqueeze':
            return self.step(op, k, dim=int(self.g.integers(t.dim() + 1)))
        if t.dim() == 0:
            return self.step('unsqueeze', k, dim=0)
        if op == 'index':
            return self.step('index', k, index=self.basic_index(t))
        dim = self.axis(t)
        size = t.shape[dim]
        if op == 'select':
            return self.step(op, k, dim=dim, index=int(self.g.integers(-size, size)) if size else 0)
        if op == 'narrow':
            start = int(self.g.integers(size)) if size else 0
            return self.step(op, k, dim=dim, start=start, length=int(self.g.integers(size - start + 1)) if self.chance(0.1) else size - start)
        if op == 'transpose':
            return self.step(op, k, dim0=dim, dim1=self.axis(t))
        if op == 'permute':
            return self.step(op, k, dims=[int(d) for d in self.g.permutation(t.dim())])
        if op == 'unbind':
            return self.step(op, k, dim=dim)
        if op == 'split':
            return self.step(op, k, split_size=int(self.g.integers(1, 3)), dim=dim) if size else None
        if op == 'unfold':
            return self.step(op, k, dim=dim, size=int(self.g.integers(1, size + 1)), step=int(self.g.integers(1, 3))) if size else None
        if op == 'diagonal' and t.dim() > 1:
            first, second = (int(d) for d in self.g.permutation(t.dim())[:2])
            return self.step(op, k, offset=int(self.g.integers(-1, 2)), dim1=first, dim2=second)

    def basic_index(self, t):
        parts = []
        for size in t.shape[:int(self.g.integers(1, t.dim() + 1))]:
            kind = self.g.random()
            if kind < 0.4 and size:
                parts.append(int(self.g.integers(-size, size)))
            elif kind < 0.9 or not size:
                parts.append(slice(self.pick([None, 0, 1, -1]), self.pick([None, None, -1, size]), self.pick([None, None, 2])))
            else:
                parts.append(None)
                parts.append(slice(None, None, None))
        return ['...'] + parts if self.chance(0.1) and t.dim() == 1 else parts

    def write(self):
        nograd = self.chance(0.08)
        k = self.recent(self.floating())
        for _ in range(3):  # seldom into a leaf, which is refused
            if any(shares(self.env[k], self.env[leaf]) for leaf in self.leaves) and not nograd and self.chance(0.85):
                k = self.recent(self.floating())
        t = self.env[k]
        op = self.pick(['unary', 'unary', 'scalar', 'scalar', 'binary', 'binary', 'binary', 'binary', 'copy', 'copy', 'mask', 'put', 'put', 'put', 'put_number', 'index', 'three'])
        if op == 'unary':
            return self.step(self.pick(['exp_', 'tanh_', 'sigmoid_', 'sin_', 'cos_', 'neg_', 'abs_', 'relu_', 'square_', 'round_', 'zero_']), k, nograd=nograd)
        if op == 'scalar':
            return self.pick([lambda: self.step('add_scalar_', k, nograd=nograd, other=self.number()), lambda: self.step('mul_scalar_', k, nograd=nograd, other=self.number()),
                              lambda: self.step('pow_scalar_', k, nograd=nograd, exponent=2), lambda: self.step('fill_', k, nograd=nograd, value=self.number()),
                              lambda: self.step('clamp_', k, nograd=nograd, min=-0.5, max=1.0)])()
        if op == 'binary':
            name = self.pick(['add_', 'add_', 'sub_', 'mul_', 'mul_', 'div_', 'add_alpha_', 'lerp_'])
            more = {'add_alpha_': {'alpha': self.number()}, 'lerp_': {'weight': 0.25}}.get(name, {})
            other = self.recent(self.floating()) if self.chance(0.04) else self.operand(t.shape)
            if name == 'lerp_' and self.env[other].dtype != t.dtype:
                return None
            return self.step(name, k, other, nograd=nograd, **more)
        if op == 'copy':
            return self.step('copy_', k, self.operand(t.shape), nograd=nograd)
        if op == 'three':
            y, z = self.operand(t.shape), self.operand(t.shape)
            return self.step('addcmul_', k, y, z, nograd=nograd, value=self.number()) if self.env[y].dtype == self.env[z].dtype == t.dtype else None
        if op == 'mask':
            mask = self.mask(t.shape if self.chance(0.7) else t.shape[1:])
            return self.step('masked_fill_', k, mask, nograd=nograd, value=self.number())
        if t.dim() == 0 or 0 in t.shape:
            return None
        if op == 'index':
            return self.indexed_write(k, t, nograd)
        if self.chance(0.6):
            index, tensors = self.basic_index(t), []
        elif self.chance(0.5):
            index, tensors = ['$0'], [self.mask(t.shape[:int(self.g.integers(1, t.dim() + 1))])]
        else:
            index, tensors = ['$0'], [self.index_tensor(t.shape[0], int(self.g.integers(1, t.shape[0] + 1)), unique=True)]
        if op == 'put_number':
            return self.step('put_number_', k, *tensors, nograd=nograd, index=index, value=self.number())
        with torch.no_grad():
            part = self.env[k][decode(index, [self.env[x] for x in tensors])]
        value = self.operand(part.shape)
        if self.env[value].dtype != t.dtype:
            return None
        return self.step('put_', k, value, *tensors, nograd=nograd, index=index)

    def indexed_write(self, k, t, nograd):
        dim = self.axis(t)
        size = t.shape[dim]
        op = self.pick(['index_add_', 'index_copy_', 'index_fill_', 'scatter_add_', 'masked_scatter_'])
        if op == 'masked_scatter_':
            other = self.same_type(t, t.shape)
            return self.step(op, k, self.mask(t.shape), other, nograd=nograd)
        if op == 'scatter_add_':
            index = self.leaf(torch.from_numpy(self.g.integers(0, size, tuple(t.shape))))
            return self.step(op, k, index, self.same_type(t, t.shape), nograd=nograd, dim=dim)
        index = self.index_tensor(size, int(self.g.integers(1, size + 1)), unique=op == 'index_copy_')
        if op == 'index_fill_':
            return self.step(op, k, index, nograd=nograd, dim=dim, value=self.number())
        shape = list(t.shape)
        shape[dim] = self.env[index].numel()
        return self.step(op, k, index, self.same_type(t, shape), nograd=nograd, dim=dim)

    def same_type(self, t, shape):
        same = [k for k in self.floating() if self.env[k].shape == torch.Size(shape) and self.env[k].dtype == t.dtype]
        if same and self.chance(0.5):
            return self.recent(same)
        values = torch.from_numpy(np.array(np.round(self.g.uniform(-1.5, 1.5, tuple(shape)), 2))).to(t.dtype)
        return self.leaf(values, self.chance(0.6))

    def compute(self):
        k = self.recent(self.floating())
        t = self.env[k]
        op = self.pick(['unary', 'unary', 'binary', 'binary', 'binary', 'scalar', 'reduce', 'join', 'where', 'row', 'matmul', 'masked_fill'])
        if op == 'unary':
            return self.step(self.pick(['tanh', 'exp', 'sigmoid', 'square', 'sin', 'clone', 'clone', 'relu', 'neg']), k)
        if op == 'binary':
            return self.step(self.pick(['add', 'sub', 'mul', 'mul', 'maximum']), *([k, self.operand(t.shape)] if self.chance(0.5) else [self.operand(t.shape), k]))
        if op == 'scalar':
            return self.step(self.pick(['add_scalar', 'mul_scalar']), k, other=self.number())
        if op == 'where':
            return self.step('where', self.mask(t.shape), k, self.operand(t.shape))
        if op == 'masked_fill':
            return self.step('masked_fill', k, self.mask(t.shape), value=self.number())
        if t.dim() == 0 or 0 in t.shape:
            return None
        dim = self.axis(t)
        if op == 'reduce':
            name = self.pick(['sum', 'mean', 'cumsum', 'softmax', 'max_dim'])
            more = {} if name in ('cumsum', 'softmax') else {'keepdim': self.chance(0.5)}
            return self.step(name, k, dim=dim, **more)
        if op == 'join':
            other = self.same_type(t, t.shape)
            return self.step(self.pick(['cat', 'stack']), k, other, dim=dim)
        if op == 'row':
            return self.step('index_select', k, self.index_tensor(t.shape[dim], int(self.g.integers(1, 4)), unique=False), dim=dim)
        if op == 'matmul':
            return self.step('matmul', k, self.same_type(t, [t.shape[-1], 2]))

    def build(self):
        for _ in range(int(self.g.integers(1, 4))):
            self.random_leaf(self.shape())
        if not self.leaves:
            self.random_leaf(self.env[0].shape, grad=True)
        for _ in range(int(self.g.integers(3, 13))):
            self.pick([self.view, self.view, self.view, self.write, self.write, self.write, self.compute, self.compute])()
        return self.finish()

    def finish(self):
        values = [t for t in self.env if t.is_floating_point()]
        if any(not bool(torch.isfinite(t).all()) or (t.numel() and float(t.detach().abs().max()) > 1e5) for t in values):
            return None
        candidates = [k for k in self.floating() if self.env[k].requires_grad]
        roots = sorted({self.recent(candidates) for _ in range(int(self.g.integers(1, 4)))})
        entry = {'program': [{**s, 'args': plain(s['args'])} if 'args' in s else s for s in self.steps], 'roots': roots, 'aliasing': self.aliasing}
        entry['final'] = [{**pack(t), 'grad': t.requires_grad} for t in self.env]
        try:
            loss(self.env, roots).backward()
        except ERRORS as error:
            entry['refused'] = str(error).strip().split('\n')[0][:160]
            entry['numeric'] = self.numeric(roots)
            if entry['numeric'] is None:
                return None
        else:
            gradients = [self.env[k].grad for k in self.leaves]
            if any(g is not None and not bool(torch.isfinite(g).all()) for g in gradients):
                return None
            entry['gradients'] = [pack(g) for g in gradients]
        return entry

    def numeric(self, roots):
        """Central differences, where nothing hides a tensor from the derivative and no kink is near."""
        if any(s.get('op') == 'detach' or s.get('nograd') for s in self.steps) or any(t.dtype == torch.float32 for t in self.env):
            return None

        def value(leaf, place, by):
            env = []
            for step in self.steps:
                if 'leaf' in step:
                    t = self.originals[len(env)].clone()
                    if len(env) == leaf:
                        t.view(-1)[place] += by
                    env.append(t)
                elif 'refused' not in step:
                    env.extend(run(step, env, grad=False))
            return float(loss(env, roots))

        h = 1e-5
        gradients = []
        for k in self.leaves:
            left, middle, right = ([value(k, p, by) for p in range(self.env[k].numel())] for by in [-h, 0, h])
            if any(abs(a + c - 2 * b) / h > 1e-3 * max(1, abs(b)) for a, b, c in zip(left, middle, right)):
                return None
            quotients = [(c - a) / (2 * h) for a, c in zip(left, right)]
            gradients.append(pack(torch.tensor(quotients, dtype=torch.float64).reshape(self.env[k].shape)))
        return gradients

    @property
    def originals(self):
        """What each leaf held before the program ran."""
        types = {'f64': torch.float64, 'f32': torch.float32, 'i64': torch.int64, 'bool': torch.bool}
        values, k = {}, 0
        for step in self.steps:
            if 'leaf' in step:
                values[k] = torch.tensor(step['leaf']['v'], dtype=types[step['leaf']['t']]).reshape(step['leaf']['s'])
                k += 1
            else:
                k += len(step['out'])
        return values


def fits(shape, target):
    return len(shape) <= len(target) and all(a in (1, b) for a, b in zip(reversed(shape), reversed(target)))


def loss(env, roots):
    """The sum of the roots, each element times a weight that the reader of the program can compute, too."""
    total = 0
    for k in roots:
        t = env[k]
        weights = ((torch.arange(t.numel()) * 7 + k * 3) % 11 - 5).to(t.dtype) / 4
        total = total + (t * weights.reshape(t.shape)).sum()
    return total


def generate(g):
    """A program, or None where it has no answer to compare with."""
    try:
        return Builder(g).build()
    except Undefined:
        return None
