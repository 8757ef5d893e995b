"""Random calls of layers, losses, optimizers and schedules, by family."""
from . import activations, attention, convolution, embedding, losses, normalization, optimizers, pooling, recurrent, resampling, schedules

FAMILIES = {family.__name__.split('.')[-1]: family.ALL for family in [
    activations, attention, convolution, embedding, losses, normalization, optimizers, pooling, recurrent, resampling, schedules]}
