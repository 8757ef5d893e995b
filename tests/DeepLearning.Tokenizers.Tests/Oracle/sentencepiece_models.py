"""Trains the SentencePiece models of the fixtures and records what SentencePiece makes of texts (Debian's python3-sentencepiece).

Usage: sentencepiece_models.py FIXTURES TEXTS.json
"""
import base64
import gzip
import json
import os
import sys
from pathlib import Path

import sentencepiece

folder, texts = Path(sys.argv[1]).resolve(), json.loads(Path(sys.argv[2]).read_text())
os.chdir(folder)    # a model holds the names of its files
MODELS = {
    'spm-unigram': dict(model_type='unigram', vocab_size=1500, user_defined_symbols=['<mask>', 'ing▁']),
    'spm-bytes': dict(model_type='unigram', vocab_size=1200, byte_fallback=True, normalization_rule_name='nfkc_cf'),
    'spm-bpe': dict(model_type='bpe', vocab_size=1500, byte_fallback=True, normalization_rule_name='identity', remove_extra_whitespaces=False,
                    user_defined_symbols=['<mask>', '  ']),
    'spm-nmt': dict(model_type='bpe', vocab_size=1200, normalization_rule_name='nmt_nfkc', add_dummy_prefix=False),
}


def fields(data):
    """The fields of a protocol buffer: (number, value)."""
    i = 0

    def varint():
        nonlocal i
        n = shift = 0
        while True:
            b = data[i]
            i += 1
            n |= (b & 127) << shift
            shift += 7
            if b < 128:
                return n

    while i < len(data):
        tag = varint()
        if tag & 7 == 0:
            yield tag >> 3, varint()
        elif tag & 7 == 5:
            i += 4
            yield tag >> 3, data[i - 4:i]
        else:
            n = varint()
            i += n
            yield tag >> 3, data[i - n:i]


for name, options in MODELS.items():
    sentencepiece.SentencePieceTrainer.train(
        input='corpus.txt', model_prefix=name, character_coverage=0.999, hard_vocab_limit=False, num_threads=1,
        minloglevel=2, **options)
    (folder / f'{name}.vocab').unlink()
    model = folder / f'{name}.model'
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    cases = []
    for text in texts:
        clean = text.encode('utf-8', 'replace').decode()
        pieces = processor.encode(clean, out_type='immutable_proto').pieces
        cases.append(dict(text=clean, ids=[p.id for p in pieces], tokens=[p.piece for p in pieces],
                          offsets=[[p.begin, p.end] for p in pieces], decoded=processor.decode([p.id for p in pieces])))
    (folder / f'{name}.spm.json.gz').write_bytes(gzip.compress(json.dumps(dict(model=model.name, cases=cases)).encode(), mtime=0))
    charsmap = next((v for k, v in fields(next(v for k, v in fields(model.read_bytes()) if k == 3)) if k == 2), b'')
    (folder / f'{name}.pieces.json').write_text(json.dumps(dict(
        pieces=[[processor.id_to_piece(i), processor.get_score(i)] for i in range(processor.get_piece_size())],
        charsmap=base64.b64encode(charsmap).decode())))
