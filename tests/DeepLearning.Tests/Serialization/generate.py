#!/usr/bin/python3
"""Writes a model of PyTorch's as a safetensors file, from the format's definition, and what the model answers.

    /usr/bin/python3 tests/DeepLearning.Tests/Serialization/generate.py

It needs PyTorch 1.13 (Debian 12: `apt-get install python3-torch`) and writes samples/Inspect/data/convnet.safetensors (the state
dict) and data/convnet-answer.safetensors beside this file (an input and the output for it). The same PyTorch gives the same files.
"""
import json
import os
import struct

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))

TYPES = {torch.float16: 'F16', torch.float32: 'F32', torch.int64: 'I64'}


class ConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3, stride=2, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.fc = nn.Linear(144, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 2)
        x = torch.relu(self.bn2(self.conv2(x)))
        return self.fc(torch.flatten(x, 1))


def save(path, tensors, metadata):
    """The reference's order: wider types first, then by name; the header padded to 8 bytes with spaces."""
    header, data = {'__metadata__': metadata}, b''
    for name, tensor in sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])):
        piece = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {'dtype': TYPES[tensor.dtype], 'shape': list(tensor.shape), 'data_offsets': [len(data), len(data) + len(piece)]}
        data += piece
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + data)
    print(f'{path}: {8 + len(text) + len(data)} bytes')


if __name__ == '__main__':
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = ConvNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(5):  # so that the running statistics and the affine parameters are not their initial values
        x, y = torch.randn(16, 3, 12, 12) * 2 + 1, torch.randint(10, (16,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    model.eval()
    x = torch.randn(4, 3, 12, 12)
    save(os.path.join(ROOT, 'samples/Inspect/data/convnet.safetensors'), model.state_dict(),
         {'format': 'pt', 'description': 'a small convolutional network after five steps of training'})
    save(os.path.join(HERE, 'data/convnet-answer.safetensors'), {'input': x, 'output': model(x)}, {'format': 'pt'})
