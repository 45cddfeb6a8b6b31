// A month of Walmart against Exact: compared for real on a person's word, and what the page makes of an answer that
// differs, that balances, and that fails.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { axe, ofDemo, onSignedInDemo } from './harness.mjs';

let page, at, ask;
onSignedInDemo((started) => {
  page = started.page;
  ({ at, ask } = ofDemo(started));
});

const lastMonth = new Date(Date.UTC(new Date().getFullYear(), new Date().getMonth() - 1, 1)).toISOString().slice(0, 7);
const lastDay = new Date(Date.UTC(new Date().getFullYear(), new Date().getMonth(), 0)).toISOString().slice(0, 10);
const isAsked = (url) => url.pathname === '/api/v1/connections/demo/reconciliation';
const compare = () => page.getByRole('button', { name: 'Compare both sides' });

/** Answers the page's question by `answer` of its query, as long as `work` takes. */
async function answering(answer, work) {
  await page.route(isAsked, async (route) => route.fulfill(await answer(new URL(route.request().url()).searchParams)));
  try {
    await work();
  } finally {
    await page.unrouteAll({ behavior: 'wait' });
  }
}

const line = (source, walmart, exact, others = {}) => ({
  source, currency: 'USD', item: 'WM-0001', sku: 'SKU-1', walmart_quantity: 2, walmart_amount: walmart, exact_quantity: 2, exact_amount: exact,
  difference: Math.round((exact - walmart) * 100) / 100, exact_documents: '26000101', cause: null, explanation: null, ...others,
});
const lines = [
  line('108000000001', 20, 20),
  line('108000000002', 30, 29.99, { cause: 'changed_in_exact', explanation: 'a person changed invoice 26000101 (WM-108000000002) in Exact: item WM-0001 was posted with 30.00, now 29.99' }),
  line('108000000003', 12.5, 0, { exact_quantity: 0, exact_documents: '', cause: 'not_read_yet', explanation: 'order 108000000003 was never read: run `sync NAME orders`' }),
  line('WM-D20261112-USD', 50, 40, { cause: 'changed_since', explanation: 'it was posted as planned then; mapping, settings or Walmart\'s facts changed since' }),
];
const differing = {
  from: `${lastMonth}-01`, to: lastDay, balances: false, orders: 1250, exact_documents: 1249, differences: 3,
  currencies: [{ currency: 'USD', walmart_charged: 120.75, tax_left_out: 8.25, walmart: 112.5, exact: 89.99, difference: -22.51, explained: { changed_in_exact: -0.01, not_read_yet: -12.5, changed_since: -10 } }],
  lines, notes: ['Walmart does not answer for ship nodes of type 3PLFulfilled: taken for empty'],
};
const balanced = { ...differing, balances: true, differences: 0, lines: lines.slice(0, 1), notes: [], currencies: [{ currency: 'USD', walmart_charged: 21.6, tax_left_out: 1.6, walmart: 20, exact: 20, difference: 0, explained: {} }] };

test('the last month is compared once somebody says so, and what differs is shown with its cause and kept as a file', { timeout: 120_000 }, async () => {
  const asked = [];
  let letGo;
  const held = new Promise((done) => (letGo = done));
  const answer = async (query) => {
    asked.push(Object.fromEntries(query));
    await held;
    return { json: differing };
  };
  await answering(answer, async () => {
    await page.goto(at('prices'));
    await page.getByRole('navigation').getByRole('link', { name: 'Reconciliation' }).click();
    await page.getByText('was not compared yet').waitFor();
    assert.deepEqual(asked, [], 'nothing is read unasked');
    assert.deepEqual(await axe(page), []);
    await compare().click();
    await page.getByRole('status').filter({ hasText: 'Reading Walmart and Exact' }).waitFor();
    await page.getByRole('status', { name: 'Loading…' }).waitFor();
    assert.deepEqual(await axe(page), []);
    letGo();
    await page.getByRole('heading', { name: '3 lines differ' }).waitFor();
  });
  assert.deepEqual(asked, [{ from: `${lastMonth}-01`, to: lastDay }]);
  const totals = page.getByRole('region', { name: 'Totals' });
  const sums = (await totals.locator('tbody tr').innerText()).replace(/\s+/g, ' ');
  assert.match(sums, /^USD US\$120\.75 US\$8\.25 US\$112\.50 US\$89\.99 -US\$22\.51 Changed in Exact by a person: -US\$0\.01 /);
  const rows = page.getByRole('region', { name: 'What differs' }).locator('tbody tr');
  assert.equal(await rows.count(), 3, 'what agrees is not shown');
  assert.match((await rows.first().innerText()).replace(/\s+/g, ' '), /^108000000002 SKU-1 WM-0001 US\$30\.00 2 × US\$29\.99 2 × -US\$0\.01 Changed in Exact by a person a person changed invoice 26000101 .* 26000101$/);
  assert.equal(await rows.getByRole('link', { name: '108000000002' }).getAttribute('href'), '/c/demo/orders/108000000002');
  assert.equal(await rows.getByRole('link', { name: 'WM-D20261112-USD' }).getAttribute('href'), '/c/demo/days/2026-11-12');
  assert.equal(await rows.getByRole('link', { name: '108000000003' }).count(), 0, 'an order that was not read has no page');
  assert.doesNotMatch(await rows.nth(1).innerText(), /sync NAME/);
  await page.getByRole('region', { name: 'How it was read' }).getByText('taken for empty').waitFor();
  assert.deepEqual(await axe(page), []);

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export CSV' }).click()]);
  assert.equal(file.suggestedFilename(), `reconciliation-demo-${lastMonth}.csv`);
  const written = readFileSync(await file.path(), 'utf8').trim().split('\n');
  assert.equal(written[0], 'source,currency,sku,item,walmart_quantity,walmart_amount,exact_quantity,exact_amount,difference,exact_documents,cause,explanation');
  assert.equal(written.length, 1 + lines.length, 'the file has what agrees, too');
  assert.equal(written[1], '108000000001,USD,SKU-1,WM-0001,2,20,2,20,0,26000101,,');

  // What was compared is still there after a look at an order, which is none of the demo's.
  page.expected.push('status of 404');
  await rows.getByRole('link', { name: '108000000002' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Reconciliation' }).click();
  await page.getByRole('heading', { name: '3 lines differ' }).waitFor();
  assert.deepEqual(page.faults, []);
});

test('books that balance say so to the cent, and a failure is told and tried again', { timeout: 90_000 }, async () => {
  page.expected.push('status of 502');
  let works = false;
  const answer = () => (works ? { json: balanced } : { status: 502, json: { error: { cause: 'api_outage', message: 'Walmart does not answer: try again later' } } });
  await answering(answer, async () => {
    await page.goto(at('reconciliation'));
    await compare().click();
    await page.getByRole('alert').getByText('Walmart does not answer').waitFor();
    works = true;
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'It balances to the cent' }).waitFor();
    assert.equal(await page.getByRole('region', { name: 'What differs' }).count(), 0);
    assert.deepEqual(await axe(page), []);
    await page.evaluate(() => localStorage.setItem('language', 'nl'));
    await page.reload();
    await page.getByRole('heading', { name: 'Aansluiting', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Beide kanten vergelijken' }).click();
    await page.getByRole('heading', { name: 'Het klopt tot op de cent' }).waitFor();
    await page.evaluate(() => localStorage.removeItem('language'));
  });
  assert.deepEqual(page.faults, []);
});

test('the present month of the demo is compared for real', { timeout: 180_000 }, async () => {
  const now = new Date();
  const present = new Date(Date.UTC(now.getFullYear(), now.getMonth(), 1)).toISOString().slice(0, 7);
  await page.goto(at(`reconciliation?month=${present}`));
  await compare().click();
  await page.getByRole('heading', { name: /^(It balances to the cent|\d+ lines? differs?)$/ }).waitFor({ timeout: 120_000 });
  await page.getByText(/Orders of Walmart: [\d,]+, documents in Exact: [\d,]+/).waitFor();
  const today = now.toISOString().slice(0, 10);
  const found = await ask(`/reconciliation?from=${today}&to=${today}`);
  assert.equal(found.balances, found.lines.every((each) => each.cause === null));
  assert.deepEqual(page.faults, []);
});
