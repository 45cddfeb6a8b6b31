// One invoice a day: its page shows the orders that wait for it, sends it on a person's word, and shows what is in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, booksOf, eventually, ofDemo, onSignedInDemo } from './harness.mjs';

let demo, page, at, ask, patch;
onSignedInDemo((started) => {
  ({ demo, page } = started);
  ({ at, ask, patch } = ofDemo(started));
});

const amount = (text) => Number(text.replace(/[^\d.-]/g, ''));

test('a day has a page, from an order that waits for its invoice to what stands in Exact', { timeout: 240_000 }, async () => {
  // The demo's own fault, an item that Exact lost, is mended first.
  assert.equal(await patch('/mapping', { rows: [{ sku: 'WM-0031', exact_item: 'WM-0031' }] }), 200);
  assert.equal(await patch('', { settings: { document_mode: 'daily_summary' } }), 200);
  let invoice;
  await eventually(async () => {
    const { postings } = await ask('/postings?state=planned&limit=200');
    invoice = postings.find((posting) => posting.kind === 'daily_invoice');
    return invoice && (await ask(`/days/${invoice.source}`)).documents.find((posting) => posting.key === invoice.key).orders.length >= 2;
  }, "orders wait for a day's invoice", 120);
  const { orders } = (await ask(`/days/${invoice.source}`)).documents.find((posting) => posting.key === invoice.key);

  // From one of its orders to the day, and back to another.
  await page.goto(at(`orders/${orders[0].purchase_order}`));
  await page.getByRole('link', { name: /^Part of the invoice of/ }).first().click();
  await page.waitForURL(new RegExp(`/days/${invoice.source}$`));
  const document = page.getByRole('article', { name: invoice.key });
  await document.getByText(/orders go into this invoice/).waitFor();
  assert.deepEqual(await axe(page), []);
  await document.locator('details').evaluate((each) => (each.open = true));
  await document.getByRole('link', { name: orders[1].purchase_order }).press('Enter');
  await page.getByRole('heading', { name: `Order ${orders[1].purchase_order}` }).waitFor();
  await page.goBack();

  await document.getByRole('button', { name: 'Send now' }).press('Enter');
  await document.getByText(/orders in this invoice/).waitFor();
  await document.getByText('Posted', { exact: true }).waitFor();
  // Many orders are folded away.
  await document.locator('details').evaluate((each) => (each.open = true));
  const shown = await document.locator('details tbody tr').evaluateAll((rows) => rows.map((row) => row.innerText));
  const { target_id: id } = (await ask(`/days/${invoice.source}`)).documents.find((posting) => posting.key === invoice.key);
  const booked = (await booksOf(demo.exact)).invoices.find((each) => each.id === id);
  assert.ok(booked, `invoice ${id} stands in Exact`);
  const cents = shown.reduce((sum, row) => sum + Math.round(amount(row.split(/\s+/).slice(1).join('')) * 100), 0);
  assert.equal(cents, Math.round(Number(booked.booked_amount) * 100), 'its orders add up to it');
  await page.getByRole('listitem').filter({ hasText: invoice.key }).first().waitFor();

  // A day without one, and what is no day.
  await page.goto(at('days/2020-01-01'));
  await page.getByText('No invoice of this day').waitFor();
  page.expected.push('status of 400');
  await page.goto(at('days/tomorrow'));
  await page.getByText('a day is written like 2026-11-23').waitFor();
  assert.deepEqual(page.faults, []);
});
