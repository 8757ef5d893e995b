// Small tokenizers that show one component: a Unigram of no pieces gives each word back as one token, its text and its place.

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const model = { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0]], byte_fallback: false };
const base = {
  version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model,
};
export const with_ = (parts) => ({ ...base, ...parts });

const n = (normalizer) => with_({ normalizer, pre_tokenizer: { type: 'Split', pattern: { Regex: '.' }, behavior: 'Isolated', invert: false } });
const p = (pre_tokenizer) => with_({ pre_tokenizer });
const split = (pattern, behavior = 'Isolated', invert = false) => p({ type: 'Split', pattern, behavior, invert });

export const patterns = {
  gpt2: "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  cl100k: "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  possessive: "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
  qwen: "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  o200k: "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    + '\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
  deepseek: "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  han: '[\\p{Han}]+|[\\p{L}&&[^\\p{Han}]]+|\\p{N}{1,3}',
  cjk: '[一-龥぀-ゟ゠-ヿ]+',
  misc: '\\w+\\b|(?<=\\s)\\d{2,}?|(?<!a)b|\\W|^x|y$',
  bloom: ' ?[^(\\s|[.,!?…。，、।۔،])]+',
};

export const components = {
  nfc: n({ type: 'NFC' }), nfd: n({ type: 'NFD' }), nfkc: n({ type: 'NFKC' }), nfkd: n({ type: 'NFKD' }), lowercase: n({ type: 'Lowercase' }),
  nmt: n({ type: 'Nmt' }), stripaccents: n({ type: 'Sequence', normalizers: [{ type: 'NFD' }, { type: 'StripAccents' }] }),
  strip: n({ type: 'Strip', strip_left: true, strip_right: true }), stripleft: n({ type: 'Strip', strip_left: true, strip_right: false }),
  stripright: n({ type: 'Strip', strip_left: false, strip_right: true }), prepend: n({ type: 'Prepend', prepend: '▁x' }),
  replacestring: n({ type: 'Replace', pattern: { String: 'e' }, content: '€€' }), replaceregex: n({ type: 'Replace', pattern: { Regex: '\\s{2,}' }, content: ' ' }),
  replaceempty: n({ type: 'Replace', pattern: { Regex: '[aeiou]' }, content: '' }), bytelevelnormalizer: n({ type: 'ByteLevel' }),
  bertnormalizer: n({ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true }),
  bertcased: n({ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: false }),
  bertaccents: n({ type: 'BertNormalizer', clean_text: false, handle_chinese_chars: false, strip_accents: true, lowercase: false }),
  nmtnfkc: n({ type: 'Sequence', normalizers: [{ type: 'Nmt' }, { type: 'NFKC' }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }] }),
  whitespace: p({ type: 'Whitespace' }), whitespacesplit: p({ type: 'WhitespaceSplit' }), bertpre: p({ type: 'BertPreTokenizer' }),
  bytelevel: p(byteLevel), bytelevelprefix: p({ ...byteLevel, add_prefix_space: true }), bytelevelplain: p({ ...byteLevel, use_regex: false }),
  digits: p({ type: 'Digits', individual_digits: false }), digitsone: p({ type: 'Digits', individual_digits: true }),
  chardelimiter: p({ type: 'CharDelimiterSplit', delimiter: 'e' }), scripts: p({ type: 'UnicodeScripts' }), fixed: p({ type: 'FixedLength', length: 3 }),
  whitespacescripts: p({ type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'UnicodeScripts' }] }),
  splitstring: split({ String: 'th' }, 'MergedWithNext'), splitinvert: split({ Regex: '\\p{L}+' }, 'Removed', true),
};
for (const scheme of ['always', 'first', 'never']) {
  for (const cut of [true, false]) components[`metaspace-${scheme}-${cut}`] = p({ type: 'Metaspace', replacement: '▁', prepend_scheme: scheme, split: cut });
}
for (const behavior of ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous']) {
  components[`punctuation-${behavior}`] = p({ type: 'Punctuation', behavior });
  components[`split-${behavior}`] = split({ Regex: '\\s|e' }, behavior);
  components[`split-invert-${behavior}`] = split({ Regex: '\\p{L}' }, behavior, true);
}
for (const [name, pattern] of Object.entries(patterns)) components[`pattern-${name}`] = split({ Regex: pattern });
