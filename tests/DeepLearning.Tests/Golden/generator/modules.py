"""`layer(...)` records a PyTorch module: output, gradients of the input and of each parameter, buffers after the call.

A case's inputs are those of the forward call, then the module's parameters and buffers under their state-dict names.
The outputs are those of the call, then the buffers after it.
"""
import torch

from .recorder import case, n


def layer(make, *inputs, _shapes, _train=True, _buffers=None, _oracle=None, _grad=True, _second=True, **args):
    """Runs make(**args) on the inputs with parameters of the given shapes, drawn by the recorder."""
    names = list(_shapes) + list(_buffers or {})

    def run(*xs, **options):
        options.pop('train', None)
        module = make(**options).double()
        if xs[0].dtype == torch.float32:
            module = module.float()
        module.train(_train)
        state = dict(zip(names, xs[len(inputs):]))
        for name, value in state.items():
            if name in _shapes:
                replace(module, name, value)
            else:
                replace(module, name, value.clone())
        y = module(*xs[:len(inputs)])
        y = list(y) if isinstance(y, tuple) else [y]
        return y + [lookup(module, name).clone() for name in (_buffers or {})]

    parameters = [n(*s, scale=0.5) for s in _shapes.values()]
    if isinstance(inputs[0], tuple):
        raise TypeError('inputs are specs')
    case(make.__name__, run, *inputs, *parameters, *(_buffers or {}).values(), _names=['input'] * len(inputs) + names, _fixed=_buffers or (),
         _oracle=_oracle, _grad=_grad, _second=_second,
         **({} if _train else {'train': False}), **args)


def lookup(module, name):
    *path, last = name.split('.')
    for p in path:
        module = getattr(module, p)
    return getattr(module, last)


def replace(module, name, value):
    *path, last = name.split('.')
    for p in path:
        module = getattr(module, p)
    if last in module._parameters:
        del module._parameters[last]
        object.__setattr__(module, last, value)
    else:
        module._buffers[last] = value
