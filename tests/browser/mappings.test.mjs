// The mapping: rows, kits and aliases in their grids and as files, and who changed what.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, chooseCsv, importCsv, onSignedInDemo } from './harness.mjs';

let demo, page;
onSignedInDemo((started) => ({ demo, page } = started));

const mappings = (tab) => page.goto(`${demo.origin}/c/demo/mappings${tab ? `?tab=${tab}` : ''}`);
/** A field of a grid; one with suggestions is a combobox. */
const field = (name) => page.getByRole('textbox', { name, exact: true }).or(page.getByRole('combobox', { name, exact: true }));
const save = async () => {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' });
};
const undoSave = async () => {
  await page.getByRole('button', { name: 'Undo last save' }).click();
  await page.getByRole('button', { name: 'Undo last save' }).waitFor({ state: 'detached' });
};
/** What is exported, with plain line ends. */
const lines = async (part) => (await exported(part)).replaceAll('\r\n', '\n');
const exported = async (part) => (await page.request.get(`${demo.origin}/api/v1/connections/demo/mapping/export?part=${part}`)).text();

test('mappings are edited, saved and taken back', async () => {
  await mappings();
  const cell = page.getByRole('textbox', { name: 'Cost center of @shipping' }).or(page.getByRole('combobox', { name: 'Cost center of @shipping' }));
  const before = await cell.inputValue();
  await cell.fill('ADM');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  // A key, because what the check of the codes says moves the button while it is clicked.
  await page.getByRole('button', { name: 'Undo last save' }).press('Enter');
  await page.getByText('The last save is undone.').waitFor();
  assert.equal(await cell.inputValue(), before);
  await page.getByRole('tab', { name: 'Changes' }).click();
  await page.getByText(/Cost center: .* → ADM/).first().waitFor();
  assert.deepEqual(page.faults, []);
});

test('a file replaces the rows after a yes, names what is wrong row by row, and is taken back', async () => {
  await mappings();
  const before = await exported('mapping');
  page.expected.push('status of 400');
  await importCsv(page, 'sku,exact_item,colour\nA,1,red\n');
  await page.getByRole('alert').getByText(/colour/).waitFor();
  await importCsv(page, 'sku,exact_item\nA,1\nA,2\n,3\n');
  const alert = page.getByRole('alert');
  await alert.getByText('Nothing was changed: 2 faults were found.').waitFor();
  await alert.getByText(/^Row 3, sku: /).waitFor();
  await alert.getByText(/^Row 4, sku: /).waitFor();
  assert.equal(await exported('mapping'), before, 'all or nothing');
  await importCsv(page, `${before}NEW-1,WM-0001,8000,,,,\n`, 'new.csv');
  await page.getByRole('rowheader', { name: 'NEW-1' }).waitFor();
  // Also after a look at what it changed.
  await page.getByRole('tab', { name: 'Changes' }).click();
  await page.getByText(/NEW-1 /).first().waitFor();
  await page.getByRole('tab', { name: /^Rows/ }).click();
  await page.getByRole('button', { name: 'Undo import' }).click();
  await page.getByRole('rowheader', { name: 'NEW-1' }).waitFor({ state: 'detached' });
  assert.equal(await exported('mapping'), before);
  assert.deepEqual(page.faults, []);
});

test('a file in another encoding, or without rows, is refused in words before anything is asked', async () => {
  await mappings();
  const before = await exported('mapping');
  const alert = page.getByRole('alert');
  // As Excel saves "CSV" on Windows: one byte for the accented letter.
  await chooseCsv(page, Buffer.from('sku,exact_item\nCAF\u00c9,WM-0001\n', 'latin1'), 'ansi.csv');
  await alert.getByText('ansi.csv is not UTF-8').waitFor();
  await chooseCsv(page, 'sku,exact_item\n', 'empty.csv');
  await alert.getByText('empty.csv has no rows below its header').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(await axe(page), []);
  await mappings('nodes');
  await chooseCsv(page, '', 'nothing.csv');
  await alert.getByText('nothing.csv has no rows below its header').waitFor();
  await mappings();
  // The other "CSV UTF-8" of Excel's begins with a mark that is no part of the text.
  await importCsv(page, `\ufeff${before}CAF\u00c9,WM-0001,,,,,\n`, 'utf8.csv');
  await page.getByRole('rowheader', { name: 'CAF\u00c9' }).waitFor();
  await page.getByRole('button', { name: 'Undo import' }).click();
  await page.getByRole('rowheader', { name: 'CAF\u00c9' }).waitFor({ state: 'detached' });
  assert.equal(await exported('mapping'), before);
  assert.deepEqual(page.faults, []);
});

test('kits and aliases come in and go out as files, and stand in the history', async () => {
  await mappings('kits');
  await page.getByText('No kits').waitFor();
  page.expected.push('status of 400');
  await importCsv(page, 'sku,exact_item,quantity,price_share\nSET-1,WM-0001,0,60\nSET-1,WM-0002,1,x\n', 'kits.csv');
  const alert = page.getByRole('alert');
  await alert.getByText(/^Row 2, quantity: /).waitFor();
  await alert.getByText(/^Row 3, price_share: /).waitFor();
  assert.deepEqual(await axe(page), []);
  await importCsv(page, 'sku,exact_item,quantity,price_share\nSET-1,WM-0001,2,60\nSET-1,WM-0002,1,40\nSET-2,WM-0003,1,1\n', 'kits.csv');
  await page.getByRole('rowheader', { name: 'SET-1' }).waitFor();
  assert.equal(await field('Item in Exact 2 of SET-1').inputValue(), 'WM-0002');
  assert.equal(await field('Quantity 1 of SET-1').inputValue(), '2');
  await page.getByText('60 %').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('searchbox').fill('wm-0003');
  await page.getByRole('rowheader', { name: 'SET-1' }).waitFor({ state: 'detached' });
  assert.equal(await lines('kits'), 'sku,exact_item,quantity,price_share\nSET-1,WM-0001,2,60\nSET-1,WM-0002,1,40\nSET-2,WM-0003,1,1\n');

  await page.getByRole('tab', { name: /Aliases/ }).click();
  await importCsv(page, 'alias,sku\nOLD-NAME,SET-1\n', 'aliases.csv');
  await page.getByRole('rowheader', { name: 'OLD-NAME' }).waitFor();
  await page.getByRole('button', { name: 'Undo import' }).click();
  await page.getByText('No aliases').waitFor();

  await page.getByRole('tab', { name: 'Changes' }).click();
  await page.getByText(/SET-1 – → 2 × WM-0001 \+ 1 × WM-0002/).waitFor();
  await page.getByText(/OLD-NAME – → SET-1/).waitFor();
  await page.getByText(/OLD-NAME removed/).waitFor();
  assert.deepEqual(page.faults, []);
});

test('nobody writes over what somebody else imported meanwhile', async () => {
  await mappings('aliases');
  await page.getByText('No aliases').waitFor();
  const { csrf } = await page.evaluate(async () => (await fetch('/api/v1/session')).json());
  const answer = await page.request.post(`${demo.origin}/api/v1/connections/demo/mapping/import?part=aliases`, { data: 'alias,sku\nTHEIRS,WM-0001\n', headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'text/csv' } });
  assert.equal(answer.status(), 200);
  page.expected.push('status of 409');
  await importCsv(page, 'alias,sku\nMINE,WM-0001\n', 'aliases.csv');
  await page.getByText('Somebody else changed the mappings meanwhile').first().waitFor();
  await page.getByRole('rowheader', { name: 'THEIRS' }).waitFor();
  assert.match(await exported('aliases'), /THEIRS/);
  assert.deepEqual(page.faults, []);
});

test('kits are made, changed, removed and taken back in their grid', async () => {
  await mappings('kits');
  const before = await lines('kits');
  const header = 'sku,exact_item,quantity,price_share\n';
  await page.getByRole('rowheader', { name: 'SET-1' }).waitFor();
  await page.getByRole('button', { name: 'Add kit' }).click();
  await field('SKU of new row').fill('SET-1');
  await field('Item in Exact 1 of SET-1').first().fill('WM-0004');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByText('SET-1 is there already').waitFor();
  await field('SKU of new row').fill('SET-3');
  await field('Quantity 1 of SET-3').fill('some');
  page.expected.push('status of 400');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByText('SET-3: "some" is no number above zero').waitFor();
  assert.equal(await lines('kits'), before, 'all or nothing');
  await field('Quantity 1 of SET-3').fill('1.5');
  await page.getByRole('button', { name: 'Add item to SET-3' }).click();
  await field('Item in Exact 2 of SET-3').fill('WM-0005');
  await field('Share of the price 2 of SET-3').fill('3');
  await page.getByText('75 %').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Remove item 2 of SET-1' }).click();
  await page.getByRole('checkbox', { name: 'Select row SET-2' }).check();
  await page.getByRole('button', { name: 'Remove selection' }).click();
  await page.getByText('3 unsaved changes (1 row is removed)').waitFor();
  await save();
  const after = `${header}SET-1,WM-0001,2,60\nSET-3,WM-0004,1.5,1\nSET-3,WM-0005,1,3\n`;
  assert.equal(await lines('kits'), after);
  await undoSave();
  assert.equal(await lines('kits'), before);
  await page.getByRole('tab', { name: 'Changes' }).click();
  await page.getByText(/SET-3 – → 1.5 × WM-0004 \+ 1 × WM-0005/).waitFor();
  assert.deepEqual(page.faults, []);
});

test('aliases are made, changed many at once, removed and taken back in their grid', async () => {
  await mappings('aliases');
  const before = await lines('aliases');
  for (const name of ['OLD-A', 'OLD-B']) {
    await page.getByRole('button', { name: 'Add alias' }).click();
    await field('Alias at Walmart of new row').last().fill(name);
    await field(`Booked as SKU of ${name}`).fill('WM-0002');
  }
  await save();
  await page.getByRole('checkbox', { name: 'Select row OLD-A' }).check();
  await page.getByRole('checkbox', { name: 'Select row OLD-B' }).check();
  await page.getByLabel('Booked as SKU', { exact: true }).fill('WM-0003');
  await page.getByRole('button', { name: 'Apply to selection' }).click();
  await save();
  assert.match(await lines('aliases'), /OLD-A,WM-0003\nOLD-B,WM-0003\n/);
  await undoSave();
  assert.match(await lines('aliases'), /OLD-A,WM-0002\nOLD-B,WM-0002\n/);
  // An alias of an alias is refused by name, and what was typed stays.
  await field('Booked as SKU of OLD-A').fill('OLD-B');
  page.expected.push('status of 400');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByText('OLD-A: "OLD-B" is an alias itself').waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
  assert.equal(await field('Booked as SKU of OLD-A').inputValue(), 'WM-0002');
  await page.getByRole('checkbox', { name: 'Select row OLD-A' }).check();
  await page.getByRole('checkbox', { name: 'Select row OLD-B' }).check();
  await page.getByRole('button', { name: 'Remove selection' }).click();
  await save();
  assert.equal(await lines('aliases'), before);
  assert.deepEqual(page.faults, []);
});

test('kits and aliases change only for those who may, who prove their session and saw what is there', async () => {
  const address = `${demo.origin}/api/v1/connections/demo/mapping`;
  const before = await lines('kits');
  const { csrf } = await page.evaluate(async () => (await fetch('/api/v1/session')).json());
  const proof = { 'X-CSRF-Token': csrf };
  const wanted = { kits: [{ sku: 'SET-9', items: [{ exact_item: 'WM-0001', quantity: 1, price_share: 1 }] }], aliases: [{ alias: 'OLD-9', sku: 'SET-9' }] };
  assert.equal((await page.request.patch(address, { data: wanted })).status(), 403, 'without the CSRF token');
  const tokens = {};
  for (const scope of ['viewer', 'operator']) {
    const made = await page.request.post(`${demo.origin}/api/v1/tokens`, { data: { name: scope, scope }, headers: proof });
    tokens[scope] = (await made.json()).token;
  }
  const as = (scope, data) => fetch(address, { method: 'PATCH', headers: { Authorization: `Bearer ${tokens[scope]}`, 'Content-Type': 'application/json' }, body: JSON.stringify(data) });
  assert.equal((await as('viewer', wanted)).status, 403);
  assert.equal(await lines('kits'), before);
  assert.equal((await as('operator', { ...wanted, revision: 'of another day' })).status, 409);
  const faulty = await as('operator', { kits: [{ sku: 'SET-9', items: [] }] });
  assert.equal(faulty.status, 400);
  assert.match((await faulty.json()).error.bad_rows[0].message, /^SET-9: a kit holds at least one Exact item/);
  const done = await as('operator', wanted);
  assert.equal(done.status, 200);
  const { revision } = await done.json();
  assert.match(await lines('kits'), /SET-9,WM-0001,1,1\n/);
  assert.match(await lines('aliases'), /OLD-9,SET-9\n/);
  assert.equal((await as('operator', { revision, remove_kits: ['SET-9'], remove_aliases: ['OLD-9'] })).status, 200);
  assert.equal(await lines('kits'), before);
});

test('a code that Exact does not have is asked about before it is saved', async () => {
  await mappings();
  const before = await exported('mapping');
  const cell = field('G/L account of @shipping');
  await cell.waitFor();
  await cell.fill('80O0');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const asked = page.getByRole('dialog', { name: 'Exact does not have this code' });
  await asked.getByText('G/L account: 80O0').waitFor();
  assert.deepEqual(await axe(page), []);
  await asked.getByRole('button', { name: 'Cancel' }).click();
  await asked.waitFor({ state: 'detached' });
  assert.equal(await exported('mapping'), before);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await asked.getByRole('button', { name: 'Save all the same' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' });
  assert.match(await exported('mapping'), /80O0/);
  await undoSave();
  assert.equal(await exported('mapping'), before);
  // One that it has is not asked about.
  await cell.fill('8000');
  await save();
  await undoSave();
  assert.equal(await exported('mapping'), before);
  assert.deepEqual(page.faults, []);
});

test('what is only worth knowing is not said to be wrong, and a phone keeps the SKU in sight', async () => {
  const finding = (sku, remark) => ({ sku, column: 'gl_account', code: '8000', problem: '', reason: remark ? 'item_account' : 'absent', remark });
  const isCheck = (url) => url.pathname.endsWith('/mapping/check');
  await page.route(isCheck, (route) => route.fulfill({ json: { findings: [finding('WRONG-1', false), finding('KNOWN-1', true)] } }));
  await mappings();
  const wrong = page.getByRole('alert').filter({ hasText: 'Codes that Exact does not have' });
  await wrong.getByText('WRONG-1').waitFor();
  assert.equal(await wrong.getByText('KNOWN-1').count(), 0);
  await page.getByRole('alert').filter({ hasText: 'nothing is known to be wrong' }).getByText('KNOWN-1').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.unrouteAll({ behavior: 'wait' });
  await page.setViewportSize({ width: 390, height: 900 });
  const name = page.getByRole('rowheader', { name: '@shipping' });
  await page.locator('.tablebox').evaluate((box) => (box.scrollLeft = 400));
  assert.ok((await name.boundingBox()).x >= 0);
  await page.setViewportSize({ width: 1360, height: 900 });
  assert.deepEqual(page.faults, []);
});

test('a mistyped code is taken away where it holds documents, and the default takes its place', { timeout: 120_000 }, async () => {
  await page.goto(`${demo.origin}/c/demo/todo`);
  const group = page.getByTestId('todo-group').filter({ hasText: 'WM-0031' });
  await group.getByText('Now: OLD-31').waitFor({ timeout: 60_000 });
  assert.equal(await group.getByRole('link', { name: 'Mappings' }).getAttribute('href'), '/c/demo/mappings');
  await group.getByRole('button', { name: 'Remove the code' }).click();
  await group.waitFor({ state: 'detached' });
  const { rows } = await (await page.request.get(`${demo.origin}/api/v1/connections/demo/mapping`)).json();
  assert.equal(rows.find((row) => row.sku === 'WM-0031').exact_item, '');
  await page.getByTestId('going-through').getByText(/documents? went through/).waitFor({ timeout: 60_000 });
  assert.deepEqual(page.faults, []);
});
