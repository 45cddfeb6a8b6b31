// The API by its own document: that the document is valid and tells all, that answers are as it says, and that every
// address keeps to its role. Addresses are taken from the document, so that none is forgotten.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, password, startDemo } from './harness.mjs';

let demo, api, document, operations;
const callers = {};

async function ask(method, path, { as, body, type = 'application/json' } = {}) {
  const headers = { ...callers[as] };
  if (body !== undefined) headers['Content-Type'] = type;
  return fetch(api + path, { method, headers, body });
}
const post = async (path, value, as = 'administrator') => {
  const answer = await ask('POST', path, { as, body: JSON.stringify(value) });
  assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
  return answer;
};

/** A user with a session, and a token of the same scope. */
async function addCaller(role) {
  const { token } = await (await post('/users', { name: role, role })).json();
  callers[role] = await sessionOf(token);
  const made = await (await post('/tokens', { name: role, scope: role })).json();
  callers[`token of ${role}`] = { Authorization: `Bearer ${made.token}` };
}
async function sessionOf(invitation) {
  const answer = await fetch(`${api}/invitation/accept`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token: invitation, password }) });
  assert.equal(answer.status, 200);
  const { csrf } = await answer.json();
  return { Cookie: answer.headers.get('set-cookie').split(';')[0], 'X-CSRF-Token': csrf };
}

before(async () => {
  demo = await startDemo();
  api = `${demo.origin}/api/v1`;
  callers.administrator = await sessionOf(new URL(demo.link).hash.slice(1));
  for (const role of ['viewer', 'operator']) await addCaller(role);
  const { token } = await (await post('/tokens', { name: 'all', scope: 'administrator' })).json();
  callers['token of administrator'] = { Authorization: `Bearer ${token}` };
  document = await (await fetch(`${api}/openapi.json`)).json();
  operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: `${method} ${path}` })));
  await eventually(async () => (await (await ask('GET', '/connections/demo/inventory', { as: 'viewer' })).json()).latest, 'stock was compared', 90);
  await eventually(async () => (await (await ask('GET', '/connections/demo/prices', { as: 'viewer' })).json()).postings.length, 'a price was sent', 90);
}, { timeout: 300_000 });
after(() => demo?.stop());

const referred = (reference) => reference.slice(2).split('/').reduce((value, part) => value?.[part], document);
const resolved = (schema) => (schema.$ref ? referred(schema.$ref) : schema);

test('the document is valid OpenAPI 3.0 and describes each address with its parameters, body and answers', () => {
  assert.match(document.openapi, /^3\.0\.\d$/);
  assert.ok(document.info.title && document.info.version);
  assert.ok(operations.length >= 55, `${operations.length} addresses`);
  // No reference leads nowhere, and no member is one that OpenAPI does not know.
  const types = ['string', 'number', 'integer', 'boolean', 'array', 'object'];
  const members = ['$ref', 'type', 'format', 'description', 'properties', 'required', 'items', 'enum', 'nullable', 'additionalProperties', 'writeOnly', 'minLength', 'maxLength', 'maxItems'];
  const checkSchema = (schema, where) => {
    for (const member of Object.keys(schema)) assert.ok(members.includes(member), `${where}: ${member}`);
    if (schema.$ref) {
      assert.deepEqual(Object.keys(schema), ['$ref'], where);
      assert.ok(referred(schema.$ref), `${where}: ${schema.$ref} is not there`);
      return;
    }
    assert.ok(schema.type === undefined || types.includes(schema.type), `${where}: ${schema.type}`);
    if (schema.type === 'array') checkSchema(schema.items, `${where}[]`);
    for (const [name, inner] of Object.entries(schema.properties ?? {})) checkSchema(inner, `${where}.${name}`);
    for (const name of schema.required ?? []) assert.ok(name in schema.properties, `${where}: ${name} is required and not told of`);
    if (typeof schema.additionalProperties === 'object') checkSchema(schema.additionalProperties, `${where}.*`);
  };
  for (const [name, schema] of Object.entries(document.components.schemas)) checkSchema(schema, name);
  const ids = new Set();
  for (const { path, method, operation, name } of operations) {
    assert.ok(!ids.has(operation.operationId), `${operation.operationId} twice`);
    ids.add(operation.operationId);
    assert.match(operation.operationId, /^[a-z_]+$/);
    assert.ok(operation.summary, name);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, variable]) => variable);
    const told = operation.parameters.filter((each) => each.in === 'path');
    assert.deepEqual(told.map((each) => each.name), inPath, name);
    assert.equal(new Set(operation.parameters.map((each) => each.in + each.name)).size, operation.parameters.length, name);
    for (const parameter of operation.parameters) {
      assert.match(parameter.name, /^\w+$/, name);
      assert.ok(parameter.description, `${name}: what is ${parameter.name}?`);
      assert.equal(Boolean(parameter.required), parameter.in === 'path');
      checkSchema(parameter.schema, `${name} ${parameter.name}`);
    }
    if (method === 'get' || method === 'delete') assert.equal(operation.requestBody, undefined, name);
    if (method === 'patch' || method === 'put') assert.ok(operation.requestBody, name);
    for (const content of Object.values(operation.requestBody?.content ?? {})) checkSchema(content.schema, `${name} body`);
    for (const [status, response] of Object.entries(operation.responses)) {
      const { description, content } = resolved(response);
      assert.ok(description, `${name} ${status}`);
      assert.ok(Object.keys(content).length > 0, `${name} ${status} has a body`);
      for (const each of Object.values(content)) checkSchema(each.schema, `${name} ${status}`);
    }
    assert.ok(operation.responses.default && operation.responses['200'], name);
  }
});

/** What of a value is not as its schema says. A member that the schema does not name is a fault too. */
function faultsOf(value, schema, where) {
  schema = resolved(schema);
  if (value === null) return schema.nullable ? [] : [`${where} is null`];
  const type = Array.isArray(value) ? 'array' : typeof value;
  const fits = schema.type === undefined || schema.type === type || (schema.type === 'integer' && Number.isInteger(value));
  if (!fits) return [`${where} is of type ${type}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${where} is ${value}`];
  if (schema.format === 'date-time' && Number.isNaN(Date.parse(value))) return [`${where} is no time: ${value}`];
  if (type === 'array' && schema.items) return value.flatMap((each, at) => faultsOf(each, schema.items, `${where}[${at}]`));
  if (type !== 'object' || !schema.properties && !schema.additionalProperties) return [];
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${where}.${name} is missing`);
  return missing.concat(
    Object.entries(value).flatMap(([name, inner]) => {
      if (schema.properties?.[name]) return faultsOf(inner, schema.properties[name], `${where}.${name}`);
      if (typeof schema.additionalProperties === 'object') return faultsOf(inner, schema.additionalProperties, `${where}.${name}`);
      return schema.additionalProperties ? [] : [`${where}.${name} is told of nowhere`];
    }),
  );
}

test('tokens end with the user who made them', async () => {
  const { token } = await (await post('/users', { name: 'leaver', role: 'administrator' })).json();
  callers.leaver = await sessionOf(token);
  const bearer = async (name, scope, as) => {
    callers[name] = { Authorization: `Bearer ${(await (await post('/tokens', { name, scope }, as)).json()).token}` };
  };
  const status = async (as) => (await ask('GET', '/users', { as })).status;
  await bearer('first', 'administrator', 'leaver');
  await bearer('second', 'administrator', 'first');
  await bearer('reader', 'viewer', 'leaver');
  assert.deepEqual([await status('first'), await status('second')], [200, 200]);
  const lowered = await ask('PATCH', '/users/leaver', { as: 'administrator', body: JSON.stringify({ role: 'operator' }) });
  assert.equal(lowered.status, 200);
  assert.deepEqual([await status('first'), await status('second')], [401, 401], 'they may more than their maker');
  assert.equal((await ask('GET', '/connections', { as: 'reader' })).status, 200);
  assert.equal((await ask('DELETE', '/users/leaver', { as: 'administrator' })).status, 200);
  assert.equal((await ask('GET', '/connections', { as: 'reader' })).status, 401);
  const reserved = await ask('POST', '/users', { as: 'administrator', body: JSON.stringify({ name: 'System', role: 'viewer' }) });
  assert.equal(reserved.status, 400);
});

test('a limit that is no number is refused', async () => {
  for (const limit of ['all', '-1', '1.5']) {
    const answer = await ask('GET', `/connections/demo/orders?limit=${limit}`, { as: 'viewer' });
    assert.equal(answer.status, 400);
    assert.match((await answer.json()).error.message, /limit must be a whole number/);
  }
  assert.equal((await ask('GET', '/connections/demo/orders?limit=', { as: 'viewer' })).status, 200);
});

test('a period that cannot be compared is refused before anything is read', async () => {
  const refused = async (query) => {
    const answer = await ask('GET', `/connections/demo/reconciliation${query}`, { as: 'viewer' });
    assert.equal(answer.status, 400, query);
    return (await answer.json()).error.message;
  };
  assert.match(await refused(''), /^from is a day such as 2026-11-30, not ""$/);
  assert.match(await refused('?from=2026-11-01'), /^to is a day/);
  assert.match(await refused('?from=2026-11-31&to=2026-12-01'), /^from is a day such as 2026-11-30, not "2026-11-31"$/);
  assert.match(await refused('?from=2026-11-02&to=2026-11-01'), /^to is before from$/);
  assert.match(await refused('?from=2026-11-01&to=9999-12-31'), /more than a year apart/);
  assert.match(await refused('?from=2020-01-01&to=2020-01-31'), /last 180 days only: choose a later first day/);
});

test('answers are as the document says', { timeout: 180_000 }, async () => {
  const { orders } = await (await ask('GET', '/connections/demo/orders?limit=1', { as: 'viewer' })).json();
  const { postings } = await (await ask('GET', '/connections/demo/postings?limit=1&state=posted', { as: 'viewer' })).json();
  // A payout for the demo, which has none in its first days.
  const switched = await fetch(`${demo.walmart}/sandbox/walmart/switches`, { method: 'POST', body: JSON.stringify({ settlement_cycle_days: 1, settlement_delay_days: 0 }) });
  assert.equal(switched.status, 200);
  const wanted = { settings: { settlements: 'report', settlements_schedule: '2s' } };
  assert.equal((await ask('PATCH', '/connections/demo', { as: 'administrator', body: JSON.stringify(wanted) })).status, 200);
  const settlements = async () => (await (await ask('GET', '/connections/demo/settlements', { as: 'viewer' })).json()).settlements;
  const [settlement] = await eventually(async () => ((await settlements()).length > 0 ? settlements() : null), 'a payout is read', 60);
  const values = { payout_date: settlement.payout_date, connection: 'demo', order: orders[0].purchase_order, kind: 'item', user: 'viewer', token: '1', day: '2026-11-23' };
  const today = new Date().toISOString().slice(0, 10);
  const queries = { '/connections/{connection}/posting': `?key=${encodeURIComponent(postings[0].key)}`, '/connections/{connection}/inventory/drift': '?item=WM-0001&warehouse=1', '/connections/{connection}/reconciliation': `?from=${today}&to=${today}` };
  const filled = (path) => path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));
  const look = async (method, path, body) => {
    const operation = document.paths[path][method.toLowerCase()];
    const answer = await ask(method, filled(path) + (queries[path] ?? ''), { as: 'token of administrator', body: body && JSON.stringify(body) });
    assert.equal(answer.status, 200, `${method} ${path}: ${await answer.clone().text()}`);
    const type = answer.headers.get('content-type').split(';')[0];
    const content = operation.responses['200'].content[type];
    assert.ok(content, `${method} ${path} answers ${type}`);
    const value = type === 'application/json' ? await answer.json() : await answer.text();
    assert.deepEqual(faultsOf(value, content.schema, `${method} ${path}`).slice(0, 5), []);
    return value;
  };
  for (const { path, method } of operations) if (method === 'get') await look('GET', path);
  // What changes something, where a demo survives it.
  const made = await look('POST', '/connections', { name: 'another' });
  assert.equal(made.paused, true);
  values.connection = 'another';
  assert.equal((await look('PATCH', '/connections/{connection}', { division: 77, settings: { reference_prefix: 'W' } })).division, 77);
  await look('DELETE', '/connections/{connection}');
  values.connection = 'demo';
  await look('POST', '/connections/{connection}/ping', undefined);
  await look('POST', '/connections/{connection}/references/refresh', undefined);
  await look('POST', '/connections/{connection}/orders/poll', undefined);
  await look('POST', '/connections/{connection}/exact/authorization', { return_to: '/' });
  await look('PATCH', '/connections/{connection}/mapping', { rows: [{ sku: 'API-1', exact_item: 'WM-0001' }] });
  assert.equal((await look('POST', '/connections/{connection}/postings/retry', { keys: ['invoice/none/1'] })).refused.length, 1);
  assert.equal((await look('POST', '/connections/{connection}/postings/skip', { keys: ['invoice/none/1'], reason: 'none' })).refused.length, 1);
  const token = await look('POST', '/tokens', { name: 'short', scope: 'viewer' });
  values.token = token.id;
  await look('DELETE', '/tokens/{token}');
  const { token: invitation } = await look('POST', '/users', { name: 'paul', role: 'viewer' });
  values.user = 'paul';
  await look('POST', '/invitation', { token: invitation });
  await look('POST', '/users/{user}/invitation', undefined);
  assert.equal((await look('PATCH', '/users/{user}', { role: 'operator', disabled: true })).disabled, true);
  await look('DELETE', '/users/{user}');
  // Errors too.
  const missing = await ask('GET', '/connections/none', { as: 'viewer' });
  assert.equal(missing.status, 404);
  assert.deepEqual(faultsOf(await missing.json(), { $ref: '#/components/schemas/Error' }, 'error'), []);
  const unsaid = await ask('POST', '/connections/demo/paused', { as: 'operator', body: '{}' });
  assert.equal(unsaid.status, 400, 'what is not said is not guessed');
});

test('what the command line refuses of a connection, the API refuses too', { timeout: 150_000 }, async () => {
  const as = 'administrator';
  const add = (body) => ask('POST', '/connections', { as, body: JSON.stringify(body) });
  for (const body of [{ name: 'verify' }, { name: 'a b' }, { name: 'a'.repeat(61) }, { name: 'minus', division: -5 }]) {
    assert.equal((await add(body)).status, 400, JSON.stringify(body));
  }
  await eventually(async () => (await (await ask('GET', '/connections/demo/postings?state=held&limit=1', { as })).json()).postings.length, 'an order is held', 90);
  const refused = await ask('DELETE', '/connections/demo', { as });
  assert.equal(refused.status, 400);
  assert.match((await refused.json()).error.message, /^demo has \d+ open postings?, /);
  assert.equal((await ask('GET', '/connections/demo', { as })).status, 200);
});

const rank = { nobody: 0, viewer: 1, operator: 2, administrator: 3 };
/** Addresses at which everybody changes only what is their own; each is reached by its own proof. */
const ownOnly = ['delete /session', 'post /session/password', 'post /session/second-factor', 'post /session/second-factor/confirm', 'post /session/second-factor/end'];
const open = ['get /openapi.json', 'get /session', 'post /invitation', 'post /invitation/accept', 'post /session'];

test('every address keeps to its role: users and tokens of each scope', { timeout: 180_000 }, async () => {
  // Of names that exist nowhere, so that who may gets past the door and nothing happens.
  const absent = (path) => path.replace('{token}', '999999999').replace('{kind}', 'item').replace(/\{\w+\}/g, 'no-such-name');
  const seen = [];
  for (const { path, method, operation, name } of operations) {
    const needed = rank[operation['x-role'] ?? 'nobody'];
    if (needed === 0) {
      assert.ok(open.includes(name), `${name} is open to nobody in particular`);
      continue;
    }
    if (method !== 'get' && needed === 1) assert.ok(ownOnly.includes(name), `${name} changes something, and a viewer may`);
    const body = operation.requestBody ? '{}' : undefined;
    const type = Object.keys(operation.requestBody?.content ?? {})[0];
    const nobody = await ask(method.toUpperCase(), absent(path), { body, type });
    assert.equal(nobody.status, 401, `${name} without a sign-in`);
    if (ownOnly.includes(name)) continue;
    for (const role of ['viewer', 'operator', 'administrator']) {
      for (const as of [role, `token of ${role}`]) {
        // Long answers are of no interest, and one that waits for news would wait.
        const answer = await ask(method.toUpperCase(), absent(path), { as, body, type });
        await answer.body?.cancel();
        if (rank[role] < needed) assert.equal(answer.status, 403, `${name} as ${as}`);
        else assert.ok([200, 400, 404].includes(answer.status), `${name} as ${as}: ${answer.status}`);
        seen.push(name);
      }
    }
    if (method === 'get') continue;
    const { 'X-CSRF-Token': _, ...unproved } = callers.administrator;
    const forged = await fetch(api + absent(path), { method: method.toUpperCase(), headers: unproved, body });
    assert.equal(forged.status, 403, `${name} without the CSRF token`);
    const elsewhere = await fetch(api + absent(path), { method: method.toUpperCase(), headers: { ...callers.administrator, 'Sec-Fetch-Site': 'cross-site' }, body });
    assert.equal(elsewhere.status, 403, `${name} from another site`);
  }
  assert.ok(new Set(seen).size >= 45);
  assert.deepEqual(open.filter((name) => !operations.some((each) => each.name === name)), [], 'what is open is known by name');
});

test('a secret goes in and never comes out', async () => {
  const secret = 'a-secret-that-is-easy-to-find';
  assert.equal((await ask('PUT', '/connections/demo/exact', { as: 'administrator', body: JSON.stringify({ client_id: 'an-app', client_secret: secret }) })).status, 200);
  for (const { path, method } of operations) {
    if (method !== 'get' || path === '/events') continue;
    const answer = await ask('GET', path.replace('{connection}', 'demo').replace('{kind}', 'item').replace(/\{\w+\}/, '1'), { as: 'administrator' });
    assert.ok(!(await answer.text()).includes(secret), path);
  }
});

test("documents that Exact's edition does not have are not chosen", async () => {
  const switches = (changes) => fetch(`${demo.exact}/sandbox/exact/switches`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(changes) });
  const before = (await (await ask('GET', '/connections/demo', { as: 'viewer' })).json()).settings.document_mode;
  const wanted = before === 'direct_invoice' ? 'sales_order_and_invoice' : 'direct_invoice';
  const choose = (mode) => ask('PATCH', '/connections/demo', { as: 'administrator', type: 'application/json', body: JSON.stringify({ settings: { document_mode: mode } }) });
  assert.equal((await switches({ edition: 'invoicing' })).status, 200);
  try {
    const refused = await choose(wanted);
    assert.equal(refused.status, 400);
    assert.match((await refused.json()).error.message, /this Exact edition has no/);
    assert.equal((await (await ask('GET', '/connections/demo', { as: 'viewer' })).json()).settings.document_mode, before);
    assert.equal((await choose('invoice_only')).status, 200, 'every edition has invoices');
  } finally {
    await switches({ edition: 'trade' });
  }
  assert.equal((await choose(wanted)).status, 200);
  assert.equal((await choose(before)).status, 200);
});
