// Writes cases over random texts with a fresh seed: node fuzz.mjs FOLDER [SEED], then
// TOKENIZER_CASES=FOLDER dotnet test --filter Fresh_random_texts
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { record } from './cases.mjs';
import { components } from './components.mjs';
import { random, texts } from './texts.mjs';

const library = createRequire(import.meta.url)('tokenizers');
const fixtures = join(dirname(fileURLToPath(import.meta.url)), '..', 'Fixtures');
const [folder, seed = Date.now() % 1e9] = process.argv.slice(2);
console.log('seed', seed);
const all = texts(Number(seed), 400, readFileSync(join(fixtures, 'corpus.txt'), 'utf8'));
const next = random(Number(seed) + 1);
for (const file of readdirSync(fixtures).filter((f) => f.endsWith('.cases.json.gz'))) {
  const name = file.slice(0, -'.cases.json.gz'.length);
  await record(folder, name, JSON.parse(readFileSync(join(fixtures, `${name}.json`), 'utf8')), all, { library, next });
}
for (const [name, json] of Object.entries(components)) await record(folder, `component-${name}`, json, all, { library, next, pairs: 0 });
