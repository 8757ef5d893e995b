#!/usr/bin/python3
"""Records how PyTorch's GradScaler moves its scale, for GradScalerTests.

    python3 tests/DeepLearning.Tests/Optimizers/Scaler/record.py > tests/DeepLearning.Tests/Optimizers/Scaler/scales.tsv

A line a step: whether a gradient overflowed (x), the scale after it, the updates counted, the parameter. PyTorch 2.6.
"""
import torch

STEPS = '....x...x.xx.......'

print('# PyTorch', torch.__version__.split('+')[0], '- by record.py')
parameter = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
optimizer = torch.optim.SGD([parameter], lr=0.125, momentum=0.5)
scaler = torch.amp.GradScaler('cpu', init_scale=1024.0, growth_factor=3.0, backoff_factor=0.25, growth_interval=3)
for step in STEPS:
    optimizer.zero_grad()
    loss = (parameter * parameter).sum() / 8
    if step == 'x':
        loss = loss * float('inf')
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    state = scaler.state_dict()
    print(step, state['scale'], state['_growth_tracker'], *parameter.tolist(), sep='\t')
