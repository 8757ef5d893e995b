"""Writes Data/rotary.json: the frequencies of rotary positions under every kind of rope_scaling, from the formulas.

- linear: Chen et al. 2023 (position interpolation): every frequency over the factor.
- dynamic: NTK-aware scaling by the length, as the documentation of Transformers has it (modeling_rope_utils): beyond the trained length the
  base is base * (factor * length / trained - (factor - 1)) ** (width / (width - 2)).
- llama3: Llama 3.1: wavelengths above trained / low_freq_factor over the factor, those below trained / high_freq_factor as they are.
- yarn: Peng et al. 2023, equations 17 to 25: a ramp over pairs by how often they turn in the trained length; 0.1 ln(factor) + 1.
- longrope: Ding et al. 2024: a divisor for each pair; sqrt(1 + ln(factor) / ln(trained)).

/usr/bin/python3 generate_rotary.py (NumPy alone)
"""
import json
import math
import os

import numpy as np

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Data')
TRAINED = 64


def plain(base, width):
    return base ** (-np.arange(0, width, 2, dtype=np.float64) / width)


def frequencies(config, width, length):
    s = config.get('rope_scaling') or {}
    base = config.get('rope_theta', 10000.0)
    kind = s.get('rope_type', s.get('type', 'default'))
    longest = config['max_position_embeddings']
    trained = config.get('original_max_position_embeddings', s.get('original_max_position_embeddings', longest))
    f, scale = plain(base, width), 1.0
    if kind == 'linear':
        f = f / s['factor']
    elif kind == 'dynamic' and length > trained:
        f = plain(base * (s['factor'] * length / trained - (s['factor'] - 1)) ** (width / (width - 2)), width)
    elif kind == 'llama3':
        wave = 2 * np.pi / f
        smooth = (trained / wave - s['low_freq_factor']) / (s['high_freq_factor'] - s['low_freq_factor'])
        between = (1 - smooth) * f / s['factor'] + smooth * f
        f = np.where(wave > trained / s['low_freq_factor'], f / s['factor'],
                     np.where(wave < trained / s['high_freq_factor'], f, between))
    elif kind == 'yarn':
        def pair(turns):
            return width * math.log(trained / (turns * 2 * math.pi)) / (2 * math.log(base))
        low, high = pair(s.get('beta_fast', 32)), pair(s.get('beta_slow', 1))
        if s.get('truncate', True):
            low, high = math.floor(low), math.ceil(high)
        low, high = max(low, 0), min(high, width - 1)
        ramp = np.clip((np.arange(width // 2) - low) / ((high - low) or 0.001), 0, 1)
        f = f / s['factor'] * ramp + f * (1 - ramp)

        def weight(m):
            return 0.1 * m * math.log(s['factor']) + 1
        scale = s.get('attention_factor') or (
            weight(s['mscale']) / weight(s['mscale_all_dim']) if s.get('mscale') and s.get('mscale_all_dim') else weight(1))
    elif kind in ('longrope', 'su'):
        f = f / np.array(s['long_factor'] if length > trained else s['short_factor'])
        factor = longest / trained if 'original_max_position_embeddings' in config else s.get('factor', longest / trained)
        scale = s.get('attention_factor') or (1.0 if factor <= 1 else math.sqrt(1 + math.log(factor) / math.log(trained)))
    return f, scale


def main():
    width = 16
    short, far = [round(1 + 0.05 * i, 2) for i in range(width // 2)], [round(1.5 + 0.75 * i, 2) for i in range(width // 2)]
    scalings = {
        'none': None, 'default': {'rope_type': 'default'}, 'linear': {'type': 'linear', 'factor': 4.0},
        'dynamic': {'rope_type': 'dynamic', 'factor': 2.0},
        'dynamic_original': {'type': 'dynamic', 'factor': 3.0, 'original_max_position_embeddings': 32},
        'llama3': {'rope_type': 'llama3', 'factor': 8.0, 'low_freq_factor': 1.0, 'high_freq_factor': 4.0,
                   'original_max_position_embeddings': 32},
        'yarn': {'rope_type': 'yarn', 'factor': 4.0, 'original_max_position_embeddings': 32},
        'yarn_betas': {'rope_type': 'yarn', 'factor': 8.0, 'beta_fast': 8.0, 'beta_slow': 2.0, 'original_max_position_embeddings': 256},
        'yarn_untruncated': {'rope_type': 'yarn', 'factor': 32.0, 'truncate': False, 'original_max_position_embeddings': 4096},
        'yarn_attention': {'rope_type': 'yarn', 'factor': 4.0, 'attention_factor': 1.25},
        'yarn_mscale': {'rope_type': 'yarn', 'factor': 40.0, 'mscale': 1.0, 'mscale_all_dim': 0.707,
                        'original_max_position_embeddings': 256},
        'yarn_mscale_same': {'rope_type': 'yarn', 'factor': 40.0, 'mscale': 1.0, 'mscale_all_dim': 1.0,
                             'original_max_position_embeddings': 256},
        'longrope': {'rope_type': 'longrope', 'short_factor': short, 'long_factor': far, 'factor': 4.0},
        'longrope_original': {'rope_type': 'longrope', 'short_factor': short, 'long_factor': far, 'original_max_position_embeddings': 16},
        'longrope_attention': {'type': 'su', 'short_factor': short, 'long_factor': far, 'factor': 2.0, 'attention_factor': 1.5},
        'longrope_outside': {'rope_type': 'longrope', 'short_factor': short, 'long_factor': far},
    }
    cases = []
    for name, scaling in scalings.items():
        for theta in (10000.0, 500000.0):
            config = {'max_position_embeddings': TRAINED, 'rope_theta': theta}
            if scaling:
                config['rope_scaling'] = scaling
            if name == 'longrope_outside':
                config['original_max_position_embeddings'] = 8
            for length in (1, 8, 9, 16, 33, 64, 65, 200):
                f, scale = frequencies(config, width, length)
                cases.append({'name': name, 'config': config, 'width': width, 'length': length, 'frequencies': f.tolist(), 'factor': scale})
    with open(os.path.join(DATA, 'rotary.json'), 'w') as file:
        file.write('[\n' + ',\n'.join(json.dumps(case) for case in cases) + '\n]\n')


if __name__ == '__main__':
    main()
