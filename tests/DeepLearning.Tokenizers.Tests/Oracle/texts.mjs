// Texts over all of Unicode, from a seed.

export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// Assigned characters only: tables of different versions of Unicode differ in the others, and in these not.
const ranges = [
  [0x20, 0x7e], [0x20, 0x7e], [0x20, 0x7e], [0x61, 0x7a], [0x61, 0x7a], [0x00, 0x1f], [0x7f, 0x9f], [0xa0, 0xff], [0x100, 0x24f],
  [0x300, 0x36f], [0x391, 0x3a1], [0x3b1, 0x3c9], [0x400, 0x45f], [0x5d0, 0x5ea], [0x5b0, 0x5bd], [0x621, 0x63a], [0x64b, 0x655],
  [0x660, 0x669], [0x905, 0x939], [0x93e, 0x94d], [0xe01, 0xe3a], [0xe40, 0xe4e], [0x1100, 0x1112], [0x1161, 0x1175], [0x11a8, 0x11c2],
  [0x1e00, 0x1eff], [0x1f00, 0x1f15], [0x2000, 0x200f], [0x2010, 0x2027], [0x2028, 0x202f], [0x2030, 0x205e], [0x2070, 0x2071],
  [0x2080, 0x208e], [0x20a0, 0x20bf], [0x20d0, 0x20dc], [0x2100, 0x214f], [0x2150, 0x218b], [0x2190, 0x22ff], [0x2460, 0x24ff],
  [0x2500, 0x25ff], [0x2600, 0x26ff], [0x3000, 0x3003], [0x3005, 0x3029], [0x3041, 0x3096], [0x30a1, 0x30ff], [0x4e00, 0x9fa5],
  [0x4e00, 0x9fa5], [0xac00, 0xd7a3], [0xe000, 0xe010], [0xf900, 0xfa2d], [0xfb00, 0xfb06], [0xfe00, 0xfe0f], [0xfe20, 0xfe2f],
  [0xff01, 0xff5e], [0xff61, 0xffbe], [0xfeff, 0xfeff], [0xfffc, 0xfffd], [0x10000, 0x1000b], [0x10280, 0x1029c], [0x1d400, 0x1d454],
  [0x1d7ce, 0x1d7ff], [0x1f100, 0x1f10a], [0x1f130, 0x1f149], [0x1f300, 0x1f64f], [0x1f3fb, 0x1f3ff], [0x20000, 0x2a6d6],
  [0x2f800, 0x2fa1d], [0xe0100, 0xe01ef], [0xf0000, 0xf0010],
];
const spaces = [' ', ' ', ' ', ' ', '  ', '   ', '\n', '\r\n', '\t', '\n\n', '\u00a0', '\u3000', '\u2009', ' \n ', '\u0085'];
const phrases = [
  'Hello, world!', "don't", "I'VE", "we'll", 'the', 'The', 'THE', 'lower', 'lowest', 'tensor', 'gradient', '12345', '1,234.5', '3.14e-10',
  'été', 'e\u0301te\u0301', 'naïve', 'Straße', 'İstanbul', 'ﬁne', 'Ⅷ', '①②', '½', 'x²', '한국어', '각', '日本語', 'カタカナ', 'ｶﾞ', '中文',
  'שָׁלוֹם', 'مرحبا', 'नमस्ते', 'สวัสดี', '👨‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '🇩🇪', '❤️', '😀', '𝒳', '\u200b', '\u200d', '\ufeff', '▁', '▁▁', '##ing', '<0x41>',
  '<s>', '</s>', '<unk>', '[CLS]', '[SEP]', '[MASK]', '<|endoftext|>', 'Ġ', 'Ċ', '\u0301', '\ud800', '\udc00x', 'a\u0000b', '\u0007', '$', '+',
  '^', '`', '~', '«»', '“quoted”', '…', '—', '_', 'snake_case', 'CamelCase', 'ſ', 'ß', 'ẞ', 'Ǆ', 'ﷺ', '㍿', '\u1100\u1161\u11a8',
];

export function text(next, pieces) {
  let s = '';
  for (let i = 0; i < pieces; i++) {
    const kind = next();
    if (kind < 0.3) s += phrases[Math.floor(next() * phrases.length)];
    else if (kind < 0.55) s += spaces[Math.floor(next() * spaces.length)];
    else {
      const [a, b] = ranges[Math.floor(next() * ranges.length)];
      const n = 1 + Math.floor(next() * 6);
      for (let j = 0; j < n; j++) s += String.fromCodePoint(a + Math.floor(next() * (b - a + 1)));
    }
  }
  return s;
}

export function texts(seed, count, corpus) {
  const next = random(seed);
  const lines = corpus.split('\n').filter((l) => l.length > 10);
  const all = ['', ' ', '  ', '\n', 'a', ' a', 'a ', '  a  b  ', '\u0301', '\ud83d', 'x'.repeat(300), ...phrases];
  for (let i = 0; i < count; i++) all.push(i % 4 === 0 ? lines[Math.floor(next() * lines.length)] : text(next, 1 + Math.floor(next() * 12)));
  return all;
}
