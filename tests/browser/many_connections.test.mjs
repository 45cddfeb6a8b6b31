// Many connections: those that need a person come first, the others are found by name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, eventually, onSignedInDemo } from './harness.mjs';

let demo, page;
onSignedInDemo((started) => {
  ({ demo, page } = started);
});

const listed = 24;
const added = 60;
const nameOf = (number) => `seller-${String(number).padStart(3, '0')}`;

test('among many connections the one that needs somebody is first, and each is found', { timeout: 180_000 }, async () => {
  const { csrf } = await page.evaluate(async () => (await fetch('/api/v1/session')).json());
  const headers = { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' };
  const names = ['aaa', ...Array.from({ length: added - 1 }, (_, number) => nameOf(number))];
  for (const name of names) {
    const answer = await page.request.post(`${demo.origin}/api/v1/connections`, { data: { name }, headers });
    assert.ok(answer.ok(), `${name}: ${answer.status()}`);
  }
  const overview = async (query) => (await page.request.get(`${demo.origin}/api/v1/overview${query}`)).json();
  await eventually(async () => (await overview('')).totals.for_person > 0, 'the demo has something for a person', 120);

  const first = await overview('?limit=5');
  assert.equal(first.connections.length, 5);
  assert.equal(first.connections[0].name, 'demo', 'it has documents that wait');
  assert.equal(first.connections[1].name, 'aaa', 'then by name');
  assert.equal(first.totals.connections, added + 1);
  assert.equal(first.totals.deciding, 1);
  assert.equal(first.totals.unfinished, added);
  assert.equal(first.names.length, added + 1);
  const found = await overview('?search=SELLER-03&limit=3&connection=demo');
  assert.deepEqual(found.connections.map((connection) => connection.name), [nameOf(30), nameOf(31), nameOf(32), 'demo']);
  assert.equal(found.totals.matching, 10);
  // The demo works on between two questions.
  await eventually(
    async () => (await overview('?search=SELLER-03')).totals.for_person === (await overview('')).totals.for_person,
    'the totals are of all, whatever is searched',
  );

  await page.goto(demo.origin);
  const cards = page.getByRole('region', { name: /^Connection / }).or(page.getByRole('article', { name: /^Connection / }));
  await eventually(async () => (await cards.count()) === listed, 'only so many are shown');
  assert.match(await cards.first().innerText(), /^demo/);
  await page.getByText(`${listed} of ${added + 1} connections`).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Show more connections' }).click();
  await eventually(async () => (await cards.count()) === listed * 2, 'twice as many are shown');

  await page.getByRole('searchbox', { name: 'Find a connection' }).fill('seller-05');
  await eventually(async () => (await cards.count()) === 9, 'those whose name holds it are shown');
  await page.getByText('9 of 9 connections').waitFor();

  // The list of names is searched too, and leads to a connection that no first page has.
  const picker = page.getByRole('textbox', { name: 'Connection', exact: true }).or(page.getByRole('combobox', { name: 'Connection', exact: true })).first();
  await picker.fill(nameOf(47));
  await page.getByRole('option', { name: nameOf(47) }).click();
  await page.waitForURL(new RegExp(`/c/${nameOf(47)}/orders`));
  await page.getByText(`${nameOf(47)} is paused: nothing is read or posted.`).waitFor();
  assert.deepEqual(page.faults, []);
});
