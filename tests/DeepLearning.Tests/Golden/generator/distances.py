"""Distances of pairs of rows."""
import torch
import torch.nn.functional as F

from .recorder import case, n, v

ORACLE = 'PyTorch 2.6'

for p in [0.0, 0.5, 1.0, 2.0, 3.0, float('inf')]:
    # PyTorch has no second derivative of the distances of pairs.
    case('pdist', F.pdist, n(5, 3), p=p)
case('pdist', F.pdist, v([[1.0, 2.0], [1.0, 2.0], [0.0, 2.0]]), p=2.0)
case('pdist', F.pdist, n(1, 3), p=2.0)
case('pdist', F.pdist, n(2, 3), p=2.0)
case('pdist', F.pdist, n(4, 3).f32, p=2.0)
