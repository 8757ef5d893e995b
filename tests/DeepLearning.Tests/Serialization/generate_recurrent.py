#!/usr/bin/python3
"""Writes recurrent layers of PyTorch's as a safetensors file, and what they answer.

    python3 tests/DeepLearning.Tests/Serialization/generate_recurrent.py

It needs PyTorch 2.6 (Debian 13: `apt-get install python3-torch`) and writes data/recurrent.safetensors (the state dict) and
data/recurrent-answer.safetensors (an input and the outputs for it). The same PyTorch gives the same files.
"""
import os

import torch
from torch import nn

from generate import save

HERE = os.path.dirname(os.path.abspath(__file__))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 6, 2, batch_first=True, bidirectional=True)
        self.projected = nn.LSTM(12, 7, batch_first=True, proj_size=3)
        self.gru = nn.GRU(5, 6, 2, batch_first=True, bidirectional=True)
        self.rnn = nn.RNN(5, 4, batch_first=True, nonlinearity='relu', bias=False)
        self.cell = nn.LSTMCell(5, 4)

    def forward(self, x):
        y, (h, c) = self.lstm(x)
        z, (hp, cp) = self.projected(y)
        g, hg = self.gru(x)
        r, hr = self.rnn(x)
        hc, cc = self.cell(x[:, 0])
        return {'lstm': y, 'lstm_hidden': h, 'lstm_cell': c, 'projected': z, 'projected_hidden': hp, 'projected_cell': cp, 'gru': g,
                'gru_hidden': hg, 'rnn': r, 'rnn_hidden': hr, 'cell_hidden': hc, 'cell_cell': cc}


if __name__ == '__main__':
    torch.manual_seed(1)
    model = Recurrent().eval()
    x = torch.randn(3, 4, 5)
    version = {'torch': torch.__version__.split('+')[0]}
    with torch.no_grad():
        outputs = model(x)
    save(os.path.join(HERE, 'data', 'recurrent.safetensors'), model.state_dict(), version)
    save(os.path.join(HERE, 'data', 'recurrent-answer.safetensors'), {'input': x, **outputs}, version)
