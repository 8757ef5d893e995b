// Asks a reference for what it makes of texts, and writes it as a file of cases.
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

// Half a surrogate pair reaches the reference as U+FFFD; the file says so too, since JSON readers differ about it.
const wellFormed = (s) => s.toWellFormed();

export async function ask(tokenizer, text, pair, special) {
  const e = await tokenizer.encode(text, pair ?? null, { addSpecialTokens: special });
  const ids = e.getIds();
  const one = {
    text: wellFormed(text), special, ids, tokens: e.getTokens(), offsets: e.getOffsets(), words: e.getWordIds().map((w) => w ?? null),
    type_ids: e.getTypeIds(), mask: e.getSpecialTokensMask(), attention: e.getAttentionMask(),
    decoded: wellFormed(await tokenizer.decode(ids, true)), decoded_all: wellFormed(await tokenizer.decode(ids, false)),
  };
  if (pair != null) one.pair = wellFormed(pair);
  const overflow = e.getOverflowing();
  if (overflow.length) one.overflow = overflow.map((o) => ({ ids: o.getIds(), offsets: o.getOffsets(), type_ids: o.getTypeIds() }));
  return one;
}

export async function record(folder, name, json, texts, { library, pairs = 0.15, next, write = true }) {
  const tokenizer = library.Tokenizer.fromString(JSON.stringify(json));
  const cases = [];
  for (const text of texts) {
    const pair = next() < pairs ? texts[Math.floor(next() * texts.length)] : null;
    cases.push(await ask(tokenizer, text, pair, next() < 0.7));
  }
  if (write) writeFileSync(`${folder}/${name}.json`, JSON.stringify(json));
  writeFileSync(`${folder}/${name}.cases.json.gz`, gzipSync(JSON.stringify({ tokenizer: `${name}.json`, cases })));
}
