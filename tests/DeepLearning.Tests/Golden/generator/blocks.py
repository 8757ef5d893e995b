"""`block(...)` records an architecture that is written out in torch: a function of named inputs and named parameters.

The function gets a dictionary of the forward call's inputs, one of the parameters (under their keys in the state dictionary) and the
options.
"""
from .recorder import case, n


def block(op, compute, inputs, shapes, _oracle, _fixed=(), _second=True, _shift=(), _scale=0.4, _train=False, _alias=None, **options):
    """
    Parameters of the given shapes are drawn small, those that end in one of _shift around 1. _alias gives names whose parameter is
    another's.
    """
    names = list(shapes)
    call = list(inputs)

    def run(*xs, **_):
        parameters = dict(zip(names, xs[len(call):]))
        parameters.update({name: parameters[other] for name, other in (_alias or {}).items()})
        return compute(dict(zip(call, xs)), parameters, **options)

    drawn = [n(*s, scale=_scale, shift=1.0 if name.endswith(tuple(_shift)) else 0.0, digits=3) for name, s in shapes.items()]
    case(op, run, *inputs.values(), *drawn, _names=call + names, _fixed=_fixed, _second=_second, _oracle=_oracle, call=call,
         alias=_alias or {}, train=_train, **options)
