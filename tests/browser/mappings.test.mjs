// The mapping: rows in the grid, kits and aliases as files, and who changed what.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, followLink, importCsv, startBrowser, startDemo, watchedPage } from './harness.mjs';

let demo, browser, page;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  page = await watchedPage(browser, demo.origin);
  await followLink(page, demo.link);
}, { timeout: 200_000 });
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const mappings = (tab) => page.goto(`${demo.origin}/c/demo/mappings${tab ? `?tab=${tab}` : ''}`);
const exported = async (part) => (await page.request.get(`${demo.origin}/api/v1/connections/demo/mapping/export?part=${part}`)).text();

test('mappings are edited, saved and taken back', async () => {
  await mappings();
  const cell = page.getByRole('textbox', { name: 'Cost center of @shipping' }).or(page.getByRole('combobox', { name: 'Cost center of @shipping' }));
  const before = await cell.inputValue();
  await cell.fill('001');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Undo last save' }).click();
  await page.getByText('The last save is undone.').waitFor();
  assert.equal(await cell.inputValue(), before);
  await page.getByRole('tab', { name: 'Changes' }).click();
  await page.getByText(/Cost center: .* → 001/).first().waitFor();
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
  await alert.getByText('Nothing was imported: 2 rows are wrong.').waitFor();
  await alert.getByText(/^Row 3, sku: /).waitFor();
  await alert.getByText(/^Row 4, sku: /).waitFor();
  assert.equal(await exported('mapping'), before, 'all or nothing');
  await importCsv(page, `${before}NEW-1,WM-0001,8000,,,,\n`, 'new.csv');
  await page.getByRole('rowheader', { name: 'NEW-1' }).waitFor();
  await page.getByRole('button', { name: 'Undo import' }).click();
  await page.getByRole('rowheader', { name: 'NEW-1' }).waitFor({ state: 'detached' });
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
  const rows = page.locator('tbody tr');
  await page.getByRole('rowheader', { name: 'SET-1' }).waitFor();
  assert.equal(await rows.count(), 3);
  assert.match(await rows.nth(0).innerText(), /WM-0001\s+2\s+60 \(60 %\)/);
  assert.deepEqual(await axe(page), []);
  await page.getByRole('searchbox').fill('wm-0003');
  await page.getByRole('rowheader', { name: 'SET-1' }).waitFor({ state: 'detached' });
  assert.equal(await exported('kits'), 'sku,exact_item,quantity,price_share\r\nSET-1,WM-0001,2,60\r\nSET-1,WM-0002,1,40\r\nSET-2,WM-0003,1,1\r\n'.replaceAll('\r\n', (await exported('kits')).includes('\r\n') ? '\r\n' : '\n'));

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
