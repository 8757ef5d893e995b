#!/usr/bin/python3
"""Writes a ResNet-20 of PyTorch's as a safetensors file, and what it answers.

    python3 tests/DeepLearning.Tests/Serialization/generate_resnet.py

It needs PyTorch 2.6 (Debian 13: `apt-get install python3-torch`) and writes data/resnet20.safetensors (the state dict of
`model.half()`) and data/resnet20-answer.safetensors: an input, the outputs for it in evaluation and in training, and the buffers that
the latter left. The answers are those of the float32 network with the saved values. The same PyTorch gives the same files.
"""
import os

import torch
from torch import nn

from generate import save

HERE = os.path.dirname(os.path.abspath(__file__))


class BasicBlock(nn.Module):
    """Two convolutions and a shortcut, which is a 1x1 convolution where the shape changes; torchvision's names."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet20(nn.Module):
    """The network for CIFAR-10 of He et al. 2015, section 4.2: three stages of three blocks, of 16, 32 and 64 channels."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu = nn.ReLU(inplace=True)
        self.layer1 = self.stage(16, 16, 1)
        self.layer2 = self.stage(16, 32, 2)
        self.layer3 = self.stage(32, 64, 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, 10)

    @staticmethod
    def stage(inputs, outputs, stride):
        return nn.Sequential(BasicBlock(inputs, outputs, stride), BasicBlock(outputs, outputs, 1), BasicBlock(outputs, outputs, 1))

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(torch.flatten(self.avgpool(x), 1))


if __name__ == '__main__':
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = ResNet20()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(5):  # so that the running statistics and the affine parameters are not their initial values
        x, y = torch.randn(16, 3, 32, 32), torch.randint(10, (16,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    version = {'torch': torch.__version__.split('+')[0]}
    save(os.path.join(HERE, 'data', 'resnet20.safetensors'), model.half().state_dict(), version)
    x = torch.randn(3, 3, 32, 32)
    with torch.no_grad():
        model = model.float().eval()
        answers = {'input': x, 'evaluation': model(x), 'training': model.train()(x)}
    buffers = {'buffers.' + name: buffer for name, buffer in model.named_buffers()}
    save(os.path.join(HERE, 'data', 'resnet20-answer.safetensors'), {**answers, **buffers}, version)
