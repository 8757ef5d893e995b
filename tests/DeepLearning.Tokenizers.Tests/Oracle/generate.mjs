// Writes the fixtures beside this folder: small tokenizers of each style, trained on corpus.txt, and what the reference makes of texts.
// Needs `npm install` in this folder and Debian's python3-sentencepiece. Usage: node generate.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ask, record } from './cases.mjs';
import { components, patterns, with_ } from './components.mjs';
import { random, texts } from './texts.mjs';

const require = createRequire(import.meta.url);
const reference = require('tokenizers');
const older = require('@anush008/tokenizers');
const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, '..', 'Fixtures');
const corpusFile = join(folder, 'corpus.txt');
const corpus = readFileSync(corpusFile, 'utf8');
const temporary = mkdtempSync(join(tmpdir(), 'tokenizers-'));
const next = random(20);

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const special = (id, content, more = {}) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more });

/** Trains with the reference's default trainer, and keeps the first tokens. */
export function train(json, limit) {
  const tokenizer = reference.Tokenizer.fromString(JSON.stringify(json));
  tokenizer.train([corpusFile]);
  const path = join(temporary, 'trained.json');
  tokenizer.save(path);
  const { model } = JSON.parse(readFileSync(path, 'utf8'));
  const vocab = Object.entries(model.vocab).sort((a, b) => a[1] - b[1]).slice(0, limit);
  model.vocab = Object.fromEntries(vocab);
  if (model.merges) model.merges = model.merges.filter(([a, b]) => vocabHas(model, a) && vocabHas(model, b) && vocabHas(model, merged(model, a, b)));
  return model;
}
const vocabHas = (model, token) => Object.hasOwn(model.vocab, token);
const merged = (model, a, b) => a + (model.continuing_subword_prefix && b.startsWith(model.continuing_subword_prefix) ? b.slice(model.continuing_subword_prefix.length) : b);

function addFirst(model, tokens) {
  const rest = Object.keys(model.vocab).filter((t) => !tokens.includes(t));
  model.vocab = Object.fromEntries([...tokens, ...rest].map((t, i) => [t, i]));
}

const bpe = { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab: {}, merges: [] };
const alphabet = reference.byteLevelAlphabet().sort();
const tokenizers = {};

// GPT-2
const gpt2 = train(with_({ pre_tokenizer: byteLevel, model: bpe }), 1700);
addFirst(gpt2, alphabet);
const endOfText = Object.keys(gpt2.vocab).length;
tokenizers.gpt2 = with_({ pre_tokenizer: byteLevel, decoder: byteLevel, post_processor: byteLevel, model: gpt2, added_tokens: [special(endOfText, '<|endoftext|>')] });

// RoBERTa
const roberta = structuredClone(gpt2);
addFirst(roberta, ['<s>', '<pad>', '</s>', '<unk>']);
tokenizers.roberta = with_({
  pre_tokenizer: { ...byteLevel, add_prefix_space: true }, decoder: byteLevel, model: roberta,
  post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0], trim_offsets: true, add_prefix_space: true },
  added_tokens: [special(0, '<s>'), special(1, '<pad>'), special(2, '</s>'), special(3, '<unk>'), special(endOfText + 4, '<mask>', { lstrip: true })],
});

// Llama 3
const begin = ['<|begin_of_text|>', '<|end_of_text|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'];
const llama3 = train(with_({ pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: patterns.cl100k }, behavior: 'Isolated', invert: false }, { ...byteLevel, use_regex: false }] }, model: bpe }), 1700);
addFirst(llama3, alphabet);
llama3.ignore_merges = true;
tokenizers.llama3 = with_({
  pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: patterns.cl100k }, behavior: 'Isolated', invert: false }, { ...byteLevel, use_regex: false }] },
  decoder: byteLevel, model: llama3, added_tokens: begin.map((t, i) => special(Object.keys(llama3.vocab).length + i, t)),
  post_processor: { type: 'Sequence', processors: [byteLevel, {
    type: 'TemplateProcessing', single: [{ SpecialToken: { id: begin[0], type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [{ SpecialToken: { id: begin[0], type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: begin[0], type_id: 1 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { [begin[0]]: { id: begin[0], ids: [Object.keys(llama3.vocab).length], tokens: [begin[0]] } },
  }] },
});

// Qwen: NFC and a pattern of its own
tokenizers.qwen = with_({
  normalizer: { type: 'NFC' }, decoder: byteLevel, post_processor: { ...byteLevel, trim_offsets: false }, model: { ...llama3, ignore_merges: false },
  pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: patterns.qwen }, behavior: 'Isolated', invert: false }, { ...byteLevel, use_regex: false }] },
  added_tokens: [special(llama3.vocab.tensor, 'tensor', { special: false, normalized: true, single_word: true }), special(Object.keys(llama3.vocab).length, '<|endoftext|>')],
});

// BERT
for (const lowercase of [true, false]) {
  const normalizer = { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase };
  const model = train(with_({ normalizer, pre_tokenizer: { type: 'BertPreTokenizer' }, model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: {} } }), 2000);
  addFirst(model, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']);
  tokenizers[lowercase ? 'bert-uncased' : 'bert-cased'] = with_({
    normalizer, pre_tokenizer: { type: 'BertPreTokenizer' }, model, decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    post_processor: lowercase ? {
      type: 'TemplateProcessing', single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }],
      pair: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }, { SpecialToken: { id: '[SEP]', type_id: 1 } }],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } },
    } : { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((t, i) => special(i, t)),
  });
}

// CLIP: words end with a mark, and case goes
const clip = train(with_({ normalizer: { type: 'Lowercase' }, pre_tokenizer: { type: 'Whitespace' }, model: { ...bpe, end_of_word_suffix: '</w>' } }), 1200);
tokenizers.clip = with_({
  normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' }, { type: 'Lowercase' }] },
  pre_tokenizer: { type: 'Whitespace' }, decoder: { type: 'BPEDecoder', suffix: '</w>' }, model: { ...clip, end_of_word_suffix: '</w>', unk_token: '<unk>', fuse_unk: true, vocab: { ...clip.vocab, '<unk>': Object.keys(clip.vocab).length } },
});
tokenizers['clip-nounk'] = { ...tokenizers.clip, model: { ...tokenizers.clip.model, unk_token: null } };
tokenizers['clip-nofuse'] = { ...tokenizers.clip, model: { ...tokenizers.clip.model, fuse_unk: false } };
tokenizers.wordlevel = with_({
  pre_tokenizer: { type: 'Whitespace' }, model: { type: 'WordLevel', unk_token: '[UNK]', vocab: Object.fromEntries(['[UNK]', ...new Set(corpus.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+/gu).slice(0, 4000))].map((w, i) => [w, i])) },
});

// SentencePiece's models, and T5 and LLaMA made of them as the converters do
const all = texts(7, 130, corpus);
writeFileSync(join(temporary, 'texts.json'), JSON.stringify(all.map((t) => t.toWellFormed())));
execFileSync('/usr/bin/python3', [join(here, 'sentencepiece_models.py'), folder, join(temporary, 'texts.json')], { stdio: 'inherit' });
const pieces = (name) => { const file = join(folder, `${name}.pieces.json`); const found = JSON.parse(readFileSync(file, 'utf8')); rmSync(file); return found; };
const unigram = pieces('spm-unigram');
const bytes = pieces('spm-bytes');
const spmBpe = pieces('spm-bpe');
pieces('spm-nmt');
tokenizers.t5 = with_({
  normalizer: { type: 'Precompiled', precompiled_charsmap: unigram.charsmap }, model: { type: 'Unigram', unk_id: 0, vocab: unigram.pieces, byte_fallback: false },
  pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true }] },
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true }, added_tokens: [special(0, '<unk>'), special(2, '</s>')],
  post_processor: { type: 'TemplateProcessing', single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }], pair: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }, { Sequence: { id: 'B', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }], special_tokens: { '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] } } },
});
tokenizers['unigram-bytes'] = with_({
  normalizer: { type: 'Sequence', normalizers: [{ type: 'Precompiled', precompiled_charsmap: bytes.charsmap }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }] },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false }, model: { type: 'Unigram', unk_id: 0, vocab: bytes.pieces, byte_fallback: true },
  decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false }] },
});
const vocab = Object.fromEntries(spmBpe.pieces.map(([t], i) => [t, i]));
const merges = [];
for (const [token, score] of spmBpe.pieces) {
  for (let i = 1; i < token.length; i++) {
    if (Object.hasOwn(vocab, token.slice(0, i)) && Object.hasOwn(vocab, token.slice(i))) merges.push([token.slice(0, i), token.slice(i), score]);
  }
}
merges.sort((a, b) => b[2] - a[2]);
const llama = { ...bpe, unk_token: '<unk>', fuse_unk: true, byte_fallback: true, vocab, merges: merges.map(([a, b]) => [a, b]) };
const starts = { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '<s>', type_id: 1 } }, { Sequence: { id: 'B', type_id: 1 } }], special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } } };
const llamaDecoder = { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] };
const three = ['<unk>', '<s>', '</s>'];
tokenizers.llama = with_({
  normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] },
  post_processor: starts, decoder: llamaDecoder, model: llama, added_tokens: three.map((t, i) => special(i, t, { normalized: i === 2 })),
});
tokenizers['llama-metaspace'] = with_({
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false }, post_processor: starts, decoder: llamaDecoder, model: llama,
  added_tokens: [...three.map((t, i) => special(i, t)), special(spmBpe.pieces.length, '[MASK]', { special: false, normalized: true, lstrip: true, rstrip: true })],
});

for (const [name, json] of Object.entries(tokenizers)) await record(folder, name, json, all, { library: reference, next });
const shown = [];
for (const [name, json] of Object.entries(components)) {
  const tokenizer = reference.Tokenizer.fromString(JSON.stringify(json));
  const cases = [];
  for (const text of all.filter((_, i) => i % 4 === 0)) {
    const { tokens, offsets, words } = await ask(tokenizer, text, null, false);
    cases.push({ text: text.toWellFormed(), tokens, offsets, words });
  }
  shown.push({ name, json, cases });
}
writeFileSync(join(folder, 'components.json.gz'), gzipSync(JSON.stringify(shown)));

// What the reference's trainers make of the corpus
const whole = (json) => train(json, Infinity);
writeFileSync(join(folder, 'trained.json.gz'), gzipSync(JSON.stringify({
  bpe: whole(with_({ pre_tokenizer: byteLevel, model: bpe })),
  wordlevel: whole(with_({ pre_tokenizer: { type: 'Whitespace' }, model: { type: 'WordLevel', unk_token: '<unk>', vocab: {} } })),
})));

// tiktoken over the vocabulary of the GPT-2 style, with the patterns of the published encodings
const { Tiktoken } = require('tiktoken');
const charByte = new Map();
for (let b = 0, extra = 256; b < 256; b++) {
  const printable = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  charByte.set(String.fromCharCode(printable ? b : extra++), b);
}
const ranked = Object.keys(gpt2.vocab).map((t) => Buffer.from([...t].map((c) => charByte.get(c))).toString('base64'));
writeFileSync(join(folder, 'small.tiktoken'), ranked.map((t, i) => `${t} ${i}\n`).join(''));
const recorded = [];
for (const pattern of ['gpt2', 'possessive', 'o200k']) {
  const tokenizer = new Tiktoken(`! 0 ${ranked.join(' ')}`, { '<|endoftext|>': ranked.length + 7 }, patterns[pattern]);
  recorded.push({ pattern: patterns[pattern], special: ranked.length + 7, cases: all.map((t) => ({ text: t.toWellFormed(), ids: [...tokenizer.encode(t.toWellFormed(), 'all')] })) });
}
writeFileSync(join(folder, 'tiktoken.json.gz'), gzipSync(JSON.stringify(recorded)));

// Truncation with what overflows and padding: by the release that still gives back all that overflows.
const cut = [];
for (const strategy of ['LongestFirst', 'OnlyFirst', 'OnlySecond']) {
  for (const direction of ['Right', 'Left']) {
    for (const stride of [0, 1]) {
      for (const style of ['bert-uncased', 'bert-cased', 'roberta', 'llama3', 'wordlevel']) {
        const padding = { strategy: stride ? 'BatchLongest' : { Fixed: 14 }, direction, pad_to_multiple_of: stride ? 5 : null, pad_id: 1, pad_type_id: 1, pad_token: '<pad>' };
        const json = { ...tokenizers[style], truncation: { direction, max_length: 12, strategy, stride }, padding };
        const tokenizer = older.Tokenizer.fromString(JSON.stringify(json));
        for (const [text, pair] of [['The quick brown fox jumps over the lazy dog.', null], ['The quick brown fox', 'jumps over the lazy dog again and again'], ['a b c d e f g h i j k l m', 'n o p'], ['a b', 'c']]) {
          if (stride && pair && strategy !== 'LongestFirst') continue; // the reference aborts where the stride reaches what is left
          const one = { style, truncation: json.truncation, padding, text, pair, special: next() < 0.8 };
          try {
            const e = await tokenizer.encode(text, pair, { addSpecialTokens: one.special });
            const show = (x) => ({ ids: x.getIds(), offsets: x.getOffsets(), type_ids: x.getTypeIds(), attention: x.getAttentionMask(), mask: x.getSpecialTokensMask(), words: x.getWordIds().map((w) => w ?? null), sequences: x.getSequenceIds().map((s) => s ?? null) });
            cut.push({ ...one, ...show(e), overflow: e.getOverflowing().map(show) });
          } catch (error) {
            cut.push({ ...one, error: String(error.message ?? error) });
          }
        }
      }
    }
  }
}
writeFileSync(join(folder, 'truncation.json'), JSON.stringify(cut));
rmSync(temporary, { recursive: true });
