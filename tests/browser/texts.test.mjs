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
const notOfTheTrail = ['connection.started', 'connection.unusable', 'exact.base_url', 'walmart.base_url', 'flow.backfilling', 'flow.failed', 'flow.note', 'flow.ran', 'flow.ran_for_notices', 'return.status', 'webhook.not_subscribed', 'webhook.silent', 'webhook.topic_refused'];
const read = (file) => readFileSync(join(root, file), 'utf8');
const words = (file, pattern) => [...read(file).matchAll(pattern)].map(([, word]) => word);
const sources = filesBelow(join(root, 'src')).filter((file) => /\.(cpp|h)$/.test(file) && !/_test(ing)?\.(cpp|h)$/.test(file) && !/\/(sandbox|simulation)\//.test(file)).map((file) => readFileSync(file, 'utf8')).join('\n');
/** The words that the API names for a property. */
const choicesOf = (file, property) => JSON.parse(new RegExp(`"${property}":\\{"type":"string",\\s*"enum":(\\[[^\\]]*\\])`).exec(read(file))[1]);

/** Settings by name, and "name.value" for each value that can be chosen. */
function settings() {
  const table = read('src/flows/settings_json.cpp');
  const chosen = [...table.matchAll(/choice\(\s*"(\w+)",[^"]*"([^"]*)"\)/g)].flatMap(([, name, values]) => values.split(', ').map((value) => `${name}.${value}`));
  const names = words('src/flows/settings_json.cpp', /(?:\b(?:choice|text|flag|amount|limit)\(|\n {2}return \{)"(\w+)",/g);
  const schedules = [.../flow_names =[^{]*\{([^}]*)\}/.exec(read('src/domain/schedule.h'))[1].matchAll(/"(\w+)"/g)].map(([, flow]) => `${flow}_schedule`);
  const nodes = [.../known_ship_node_types\{([^}]*)\}/.exec(table)[1].matchAll(/"(\w+)"/g)].map(([, type]) => `ship_node_types.${type}`);
  return names.concat(schedules, chosen, nodes);
}

/** What stands behind a group in a key, from the sources of who says it; ".text" may follow. */
const wordsOf = {
  cause: words('src/domain/cause.cpp', /Row\{Cause::\w+, "(\w+)"/g),
  kind: words('src/domain/document.cpp', /\{PostingKind::\w+, "(\w+)"/g),
  state: words('src/store/posting_state.cpp', /\{PostingState::\w+, "(\w+)"/g),
  price: words('src/domain/price_planning.cpp', /\{PriceDecision::State::\w+, "(\w+)"/g),
  role: words('src/server/access.cpp', /case Role::\w+:\s*return "(\w+)"/g),
  flow: [...sources.matchAll(/name\(\) const override \{ return "(\w+)"; \}/g)].map(([, word]) => word).concat(words('src/app/serve.cpp', /cached\.name = "(\w+)"/g)),
  status: choicesOf('src/server/api_schemas.cpp', 'status'),
  finding: choicesOf('src/server/api_mappings.cpp', 'reason'),
  setting: settings(),
  'settlements.verdict': choicesOf('src/server/api_schemas.cpp', 'verdict'),
  'reconcile.cause': choicesOf('src/server/api_schemas.cpp', 'cause').filter((word) => word !== null),
  'setup.by': choicesOf('src/server/api_schemas.cpp', 'by'),
};

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
  const literal = (text, word) => text.includes(`"${word}"`) || text.includes(`'${word}'`);
  // Other keys that are put together: of a group and a word that the server or a page has.
  const put = [...pages.matchAll(/`([\w.]+)\.\$\{/g)].map(([, group]) => group).concat(['action', 'line']);
  const said = (key) => {
    if (literal(pages, key)) return true;
    // Charges have names of Walmart's, of which the connector knows none.
    if (key.startsWith('charge.')) return true;
    for (const [group, known] of Object.entries(wordsOf)) {
      if (key.startsWith(`${group}.`)) return known.includes(key.slice(group.length + 1).replace(/\.text$/, ''));
    }
    const group = put.find((each) => key.startsWith(`${each}.`));
    const word = group && key.slice(group.length + 1).replace(/\.walmart$/, '');
    return word !== undefined && (literal(sources, word) || literal(pages, word));
  };
  assert.deepEqual(keys.filter((key) => !said(key)), []);
});

test('every word and deed of the server has its text', () => {
  for (const [group, known] of Object.entries(wordsOf)) {
    assert.ok(known.length > 2, group);
    assert.deepEqual(known.filter((word) => !en[`${group}.${word}`]), [], group);
  }
  for (const cause of wordsOf.cause) assert.ok(en[`cause.${cause}.text`], cause);
  const deeds = [...sources.matchAll(/"((?:posting|order|mapping|connection|walmart|exact|flow|key|return|settlement|webhook|user|token)\.[a-z_]+)"/g)].map(([, deed]) => deed);
  assert.deepEqual([...new Set(deeds)].filter((deed) => !en[`action.${deed}`] && !notOfTheTrail.includes(deed)).sort(), []);
});
