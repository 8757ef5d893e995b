#!/usr/bin/python3
"""Writes state dicts of PyTorch's transformers as safetensors files, from the format's definition, with an input and the answer.

    python3 tests/DeepLearning.Tests/Layers/Attention/generate.py

It needs PyTorch 2.6 and writes data/encoder.safetensors (an nn.TransformerEncoder) and data/gpt-block.safetensors (a block of nanoGPT's
kind) beside this file. Names that begin with `model.` are the state dict's. The same PyTorch gives the same files.
"""
import json
import os
import struct

import torch
import torch.nn.functional as F
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = {torch.float32: 'F32', torch.bool: 'BOOL'}


class GptBlock(nn.Module):
    """Pre-norm block of GPT-2 with one projection of queries, keys and values, as nanoGPT names its parts."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.attn = nn.ModuleDict({'c_attn': nn.Linear(width, 3 * width), 'c_proj': nn.Linear(width, width)})
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({'c_fc': nn.Linear(width, 4 * width), 'c_proj': nn.Linear(4 * width, width)})

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (y.view(b, t, self.heads, c // self.heads).transpose(1, 2) for y in self.attn['c_attn'](self.ln_1(x)).split(c, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attn['c_proj'](y.transpose(1, 2).reshape(b, t, c))
        return x + self.mlp['c_proj'](F.gelu(self.mlp['c_fc'](self.ln_2(x)), approximate='tanh'))


def save(name, tensors):
    header, data = {}, b''
    for key, tensor in sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])):
        piece = tensor.detach().contiguous().numpy().tobytes()
        header[key] = {'dtype': TYPES[tensor.dtype], 'shape': list(tensor.shape), 'data_offsets': [len(data), len(data) + len(piece)]}
        data += piece
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(os.path.join(HERE, 'data', name + '.safetensors'), 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + data)


def trained(model, x):
    """A few steps, so that biases and normalizations are not their starting values."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(4):
        optimizer.zero_grad()
        (model(x) - x.flip(1)).square().mean().backward()
        optimizer.step()
    return {'model.' + key: value for key, value in model.state_dict().items()}


if __name__ == '__main__':
    torch.manual_seed(1)
    torch.set_num_threads(1)
    x = torch.randn(2, 7, 12)
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(12, 3, 16, 0.0, 'gelu', batch_first=True), 2, nn.LayerNorm(12),
                                    enable_nested_tensor=False)
    padding = torch.tensor([[False] * 7, [False] * 4 + [True] * 3])
    state = trained(encoder, x)
    save('encoder', {**state, 'input': x, 'padding': padding, 'output': encoder(x, src_key_padding_mask=padding)})
    block = GptBlock(12, 3)
    state = trained(block, x)
    save('gpt-block', {**state, 'input': x, 'output': block(x)})
