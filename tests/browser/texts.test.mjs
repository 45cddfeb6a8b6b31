// The console's texts: every language has each of them, and each is used; every word of the server has a text.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url).pathname;
const require = createRequire(join(root, 'web/package.json'));
const typescript = require('typescript');

function textsOf(language) {
  const module = { exports: {} };
  const source = readFileSync(join(root, `web/src/i18n/${language}.ts`), 'utf8');
  const { outputText } = typescript.transpileModule(source, { compilerOptions: { module: typescript.ModuleKind.CommonJS } });
  new Function('module', 'exports', outputText)(module, module.exports);
  return module.exports[language];
}
const filesBelow = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]));
const en = textsOf('en');
const nl = textsOf('nl');
const keys = Object.keys(en);
const pages = filesBelow(join(root, 'web/src')).filter((file) => /\.tsx?$/.test(file) && !/i18n\/(en|nl)\.ts$/.test(file)).map((file) => readFileSync(file, 'utf8')).join('\n');
/** Of the same shape, and in no audit trail: words of the log and settings of the config. */
const notOfTheTrail = ['connection.started', 'connection.unusable', 'exact.base_url', 'walmart.base_url', 'flow.backfilling', 'flow.failed', 'flow.note', 'flow.ran', 'flow.ran_for_notices', 'return.status', 'webhook.not_subscribed', 'webhook.silent'];
const read = (file) => readFileSync(join(root, file), 'utf8');

test('the console is of sound types, so no text is asked for that is not there', { timeout: 120_000 }, () => {
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '--noEmit', '-p', join(root, 'web')], { stdio: 'inherit' });
});

test('both languages have the same texts, with the same places to fill in and as many forms', () => {
  assert.deepEqual(Object.keys(nl).filter((key) => !(key in en)), []);
  assert.deepEqual(keys.filter((key) => !(key in nl)), []);
  const places = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  for (const key of keys) {
    assert.ok(en[key].trim() && nl[key].trim(), `${key} is empty`);
    assert.deepEqual(places(nl[key]), places(en[key]), key);
    const forms = [en[key], nl[key]].map((text) => text.split('|').length);
    assert.ok(forms.every((count) => count === 1 || count === 2), key);
    assert.ok(forms[0] === forms[1] || places(en[key]).includes('{n}'), key);
  }
});

test('no text of some length is the same in both languages', () => {
  assert.deepEqual(keys.filter((key) => en[key] === nl[key] && en[key].split(' ').length > 2), []);
});

test('every text is used', () => {
  // Keys that are put together of a group and a word of the server's, or of the page's.
  const put = [...pages.matchAll(/`([\w.]+\.)\$\{/g)].map(([, group]) => group).concat(['cause.', 'state.', 'kind.', 'action.', 'flow.', 'status.', 'role.', 'setting.', 'line.', 'charge.', 'finding.']);
  const unused = keys.filter((key) => !pages.includes(`'${key}'`) && !pages.includes(`"${key}"`) && !put.some((group) => key.startsWith(group)));
  assert.deepEqual(unused, []);
});

test('every cause, kind, state and deed of the server has its text', () => {
  const words = (file, pattern) => [...read(file).matchAll(pattern)].map(([, word]) => word);
  const causes = words('src/domain/cause.cpp', /Row\{Cause::\w+, "(\w+)"/g);
  assert.ok(causes.length >= 27);
  for (const cause of causes) assert.ok(en[`cause.${cause}`] && en[`cause.${cause}.text`], cause);
  const kinds = words('src/domain/document.cpp', /\{PostingKind::\w+, "(\w+)"/g);
  assert.ok(kinds.length >= 11);
  for (const kind of kinds) assert.ok(en[`kind.${kind}`], kind);
  const sources = filesBelow(join(root, 'src')).filter((file) => file.endsWith('.cpp') && !file.endsWith('_test.cpp') && !/\/(sandbox|simulation|bench)\//.test(file));
  const deeds = new Set();
  for (const file of sources) {
    for (const [, deed] of readFileSync(file, 'utf8').matchAll(/"((?:posting|order|mapping|connection|walmart|exact|flow|key|return|settlement|webhook|user|token)\.[a-z_]+)"/g)) deeds.add(deed);
  }
  assert.deepEqual([...deeds].filter((deed) => !en[`action.${deed}`] && !notOfTheTrail.includes(deed)).sort(), []);
});
