// Walmart's payouts: what is to be done before they are booked, their list, one with its lines and orders, and the way of
// a real one from To do into Exact.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, eventually, ofDemo, onSignedInDemo, postJson } from './harness.mjs';

let demo, page, at, ask, patch;
onSignedInDemo((started) => {
  ({ demo, page } = started);
  ({ at, ask, patch } = ofDemo(started));
});


/** Answers questions of the page about the demo by what `answers` has for their path, as long as `work` takes. */
async function answering(answers, work) {
  const place = (url) => url.pathname.replace('/api/v1/connections/demo/', '');
  const isIt = (url) => url.pathname.startsWith('/api/v1/connections/demo/') && place(url) in answers;
  await page.route(isIt, async (route) => {
    const url = new URL(route.request().url());
    await route.fulfill({ json: answers[place(url)](url.searchParams) });
  });
  try {
    await work();
  } finally {
    // Left first: news of the server would have the page ask it for payouts that are only in these answers.
    await page.goto(at('prices'));
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
}
async function inDutch(work) {
  await page.evaluate(() => localStorage.setItem('language', 'nl'));
  try {
    await work();
  } finally {
    await page.evaluate(() => localStorage.removeItem('language'));
  }
}
const settled = () => page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('.skeleton'));
const main = () => page.getByRole('main');

const day = { held: '2026-07-28', posted: '2026-07-14', reported: '2026-06-30', unread: '2026-08-11' };
const keyOf = (date) => `settlement/payout-${date}`;
const entry = (date, state, others = {}) => ({
  key: keyOf(date), kind: 'journal_entry', state, cause: null, message: null, advice: null, source: `payout-${date}`, reference: `WM-payout-${date}`, depends_on: null, total: 850.5, currency: 'USD', date,
  attempt: 0, next_attempt_at: null, target_id: null, target_number: null, created_at: `${date}T06:00:00Z`, updated_at: `${date}T06:00:00Z`, ...others,
});
const settlement = (date, posting, comparison, others = {}) => ({
  payout_date: date, period_start: '2026-07-11', period_end: '2026-07-24', total_payable: 850.5, currency: 'USD',
  amounts: [
    { transaction_type: 'Sale', description: 'Purchase', amount_type: 'Product Price', amount: 1000 },
    { transaction_type: 'Sale', description: 'Purchase', amount_type: 'Commission on Product', amount: -150 },
    { transaction_type: 'Adjustment', description: 'Goodwill', amount_type: 'Other', amount: 0.5 },
  ],
  booked: [
    { key: '@settlement/commission', gl_account: '4500', amount: -150 },
    { key: '@settlement/receivable', gl_account: '1300', amount: 1000 },
    { key: '@settlement/suspense', gl_account: null, amount: 0.5 },
  ],
  comparison, posting, ...others,
});
const order = (number, verdict, amounts) => ({ purchase_order_id: String(108_000_000_000 + number), verdict, settled_sales: 0, invoiced: 0, settled_refunds: 0, credited: 0, ...amounts });
const less = Array.from({ length: 240 }, (_, index) => order(index + 10, 'settled_less', { settled_sales: 10, invoiced: 25 }));
const open = [order(1, 'settled_more', { settled_sales: 30, invoiced: 20, settled_refunds: 7.5, credited: 5.25 }), order(2, 'unknown_order', { settled_sales: 12 }), ...less];
const unmapped = 'no G/L account is mapped for @settlement/suspense (0.50): import rows that say where it is booked';
const held = entry(day.held, 'held', { cause: 'mapping_error', message: unmapped });
const posted = entry(day.posted, 'posted', { target_number: '26900017', target_id: '11111111-2222-3333-4444-555555555555' });
const unread = entry(day.unread, 'held', { cause: 'unexpected_source_data', message: 'the settlement file is cut off in row 7', total: 0, currency: null, date: null, reference: null });
const list = {
  mode: 'post', payout_is_mapped: true,
  settlements: [
    settlement(day.held, held, { orders: 1250, agree: 8, open_in_all: 1242, open }),
    settlement(day.posted, posted, { orders: 31, agree: 31, open_in_all: 0, open: [] }),
    settlement(day.reported, null, { orders: 0, agree: 0, open_in_all: 0, open: [] }, { total_payable: -20.25, booked: [{ key: '@settlement/wfs storagefee', gl_account: '4510', amount: -20.25 }] }),
  ],
};
// What was posted follows the accounts of that time.
const documentOf = (account) => ({ lines: [
  { sku: '@settlement/payout', gl_account: '1290', amount: 850.5 },
  { sku: '@settlement/commission', gl_account: account, amount: 150 },
  { sku: '@settlement/receivable', gl_account: '1300', amount: -1000 },
  { sku: '@settlement/suspense', gl_account: account === '' ? '' : '2990', amount: -0.5 },
] });
const entries = { [held.key]: { ...held, document: documentOf('4500') }, [posted.key]: { ...posted, document: documentOf('4501') }, [unread.key]: { ...unread, document: null } };
entries[held.key].document.lines[3].gl_account = '';
const trail = (posting) => [{ sequence: 9, at: posting.updated_at, connection: 1, actor: 'system', action: posting === unread ? 'settlement.unreadable' : 'posting.planned', source: posting.source, posting_key: posting.key, attempt: 0, cause: posting.cause, correlation_id: null, detail: null, previous_hash: '', hash: '' }];
const answers = {
  settlements: () => ({ ...list, settlements: list.settlements.map(({ comparison: { open: _, ...comparison }, ...others }) => ({ ...others, comparison })) }),
  ...Object.fromEntries(list.settlements.map((each) => [`settlements/${each.payout_date}`, () => each])),
  posting: (asked) => ({ ...entries[asked.get('key')], trail: trail({ [held.key]: held, [posted.key]: posted, [unread.key]: unread }[asked.get('key')]) }),
  postings: () => ({ postings: [unread, held], next: null }),
};

test('before payouts are booked, the page says what to do, with the ways there', { timeout: 90_000 }, async () => {
  const none = { payout_is_mapped: false, settlements: [] };
  const links = async () => Promise.all((await main().getByRole('link').all()).map(async (link) => [await link.innerText(), await link.getAttribute('href')]));
  await answering({ settlements: () => ({ mode: 'post', ...none }) }, async () => {
    await page.goto(at('prices'));
    await page.getByRole('navigation').getByRole('link', { name: 'Settlements' }).click();
    await page.waitForURL(/\/c\/demo\/settlements$/);
    await page.getByRole('heading', { name: 'Payouts are not booked yet' }).waitFor();
    await page.getByText(/add the row @settlement\/payout with the G\/L account/).waitFor();
    assert.deepEqual(await links(), [['Mappings', '/c/demo/mappings'], ['Settings', '/c/demo/settings']]);
    assert.deepEqual(await axe(page), []);
    await inDutch(async () => {
      await page.reload();
      await page.getByRole('heading', { name: 'Uitbetalingen worden nog niet geboekt' }).waitFor();
      await page.getByRole('heading', { name: 'Afrekeningen', level: 1 }).waitFor();
      assert.deepEqual((await links()).map(([name]) => name), ['Koppelingen', 'Instellingen']);
    });
  });
  await answering({ settlements: () => ({ mode: 'off', ...none }) }, async () => {
    await page.goto(at('settlements'));
    await page.getByRole('heading', { name: 'Payouts are not read' }).waitFor();
    assert.deepEqual(await links(), [['Settings', '/c/demo/settings']]);
  });
  await answering({ settlements: () => ({ mode: 'report', ...none }) }, async () => {
    await page.goto(at('settlements'));
    await page.getByRole('heading', { name: 'No payout yet' }).waitFor();
    assert.deepEqual(await links(), []);
  });
  assert.deepEqual(page.faults, []);
});

test('payouts are listed with their entries, and one is opened to its lines and the orders that do not agree', { timeout: 120_000 }, async () => {
  await answering(answers, async () => {
    await page.goto(at('settlements'));
    const rows = page.getByRole('table', { name: 'Payouts' }).locator('tbody tr');
    await rows.first().waitFor();
    const texts = (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    assert.equal(texts.length, 3);
    assert.match(texts[0], /^28 Jul 2026 11 Jul 2026 to 24 Jul 2026 US\$850\.50 1,250 8 agree Waiting for you Not mapped: no G\/L account is mapped for @settlement\/suspense \(0\.50\)/);
    assert.match(texts[1], /^14 Jul 2026 .* US\$850\.50 31 31 agree Posted 26900017$/);
    assert.match(texts[2], /^30 Jun 2026 .* -US\$20\.25 0 Report only –$/);
    const others = page.getByRole('region', { name: 'Payouts that are not listed' });
    await others.getByText('the settlement file is cut off in row 7').waitFor();
    assert.equal(await others.getByRole('link').count(), 1);
    assert.deepEqual(await axe(page), []);

    await rows.first().getByRole('link', { name: '28 Jul 2026' }).click();
    await page.getByRole('heading', { name: 'Payout of 28 Jul 2026' }).waitFor();
    await page.waitForURL(/\/settlements\/2026-07-28$/);
    assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Settlements' }).getAttribute('aria-current'), 'page');
    const document = page.getByRole('article', { name: held.key });
    await document.getByText(unmapped).waitFor();
    await document.getByRole('button', { name: 'Skip…' }).waitFor();
    const booked = page.getByRole('region', { name: 'Where it is booked' });
    const lines = async () => (await booked.locator('tbody tr').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
    assert.deepEqual(await lines(), [
      'Payout on its way to you @settlement/payout 1290 US$850.50',
      'Commission @settlement/commission 4500 US$150.00',
      'Customers’ invoices and credit memos @settlement/receivable 1300 US$1,000.00',
      'Unknown amounts @settlement/suspense not mapped US$0.50',
      'Total US$1,000.50 US$1,000.50',
    ]);
    assert.equal(await booked.getByRole('row', { name: /@settlement\/payout/ }).locator('td').nth(2).innerText(), 'US$850.50', 'the payout is the debit');
    assert.equal(await booked.getByRole('row', { name: /@settlement\/receivable/ }).locator('td').nth(3).innerText(), 'US$1,000.00', 'what is the seller’s is credited');
    const differing = page.getByRole('region', { name: 'Orders that do not agree' });
    const first = differing.locator('tbody tr').first();
    assert.match((await first.innerText()).replace(/\s+/g, ' '), /^108000000001 More was settled than booked US\$30\.00 US\$20\.00 US\$7\.50 US\$5\.25$/);
    assert.equal(await differing.getByRole('link', { name: '108000000001' }).getAttribute('href'), '/c/demo/orders/108000000001');
    assert.equal(await differing.getByRole('link', { name: '108000000002' }).count(), 0, 'an order that is not known has no page');
    await differing.getByText(/^Not known here/).waitFor();
    assert.equal(await differing.locator('tbody tr').count(), 200);
    await differing.getByText('and 1,042 more').waitFor();
    const made = page.getByRole('region', { name: 'What it is made of' });
    await made.getByRole('row', { name: /Sale Purchase Commission on Product -US\$150\.00/ }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Document planned' }).waitFor();
    assert.deepEqual(await axe(page), []);

    await page.getByRole('link', { name: 'All payouts' }).click();
    await page.getByRole('link', { name: '14 Jul 2026' }).click();
    await page.getByRole('article', { name: posted.key }).getByText('26900017').waitFor();
    await eventually(async () => (await lines()).includes('Commission @settlement/commission 4501 US$150.00'), 'the lines are those that were posted');
    await page.getByText('All 31 orders agree with what was booked of them.').waitFor();

    await page.goto(at(`settlements/${day.reported}`));
    await page.getByText('This payout is compared and not booked.').waitFor();
    await page.getByText('No order is part of this payout.').waitFor();
    const owed = await lines();
    assert.match(owed[0], /^Payout on its way to you @settlement\/payout .*US\$20\.25$/);
    assert.match(owed[1], /^@settlement\/wfs storagefee 4510 US\$20\.25$/);
    assert.equal(await booked.getByRole('row', { name: /@settlement\/payout/ }).locator('td').nth(3).innerText(), 'US$20.25', 'what the seller owes is the credit');

    await page.goto(at(`settlements/${day.unread}`));
    await page.getByRole('article', { name: unread.key }).getByText('the settlement file is cut off in row 7').waitFor();
    await page.getByText('Settlement file could not be read').waitFor();
    assert.equal(await booked.count(), 0);
    assert.deepEqual(await axe(page), []);
  });
  assert.deepEqual(page.faults, []);
});

test('payouts read as well in Dutch, in the dark and in a hand', { timeout: 120_000 }, async () => {
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await answering(answers, async () => {
    try {
      await page.evaluate(() => localStorage.setItem('mantine-color-scheme-value', 'dark'));
      await inDutch(async () => {
        for (const width of [1360, 390]) {
          await page.setViewportSize({ width, height: 900 });
          await page.goto(at('settlements'));
          await page.getByText('Alleen vergeleken').waitFor();
          await page.getByText('31 kloppen').waitFor();
          assert.deepEqual(await axe(page), []);
          assert.ok((await overflow()) <= 0, `the list at ${width}`);
          await page.goto(at(`settlements/${day.held}`));
          await page.getByRole('heading', { name: 'Uitbetaling van 28 jul 2026' }).waitFor();
          const booked = page.getByRole('region', { name: 'Waar het wordt geboekt' });
          await booked.getByText('niet gekoppeld').waitFor();
          await booked.getByText('Uitbetaling, onderweg naar u').waitFor();
          await page.getByRole('region', { name: 'Orders die niet kloppen' }).getByText('Er is meer afgerekend dan geboekt').waitFor();
          assert.deepEqual(await axe(page), []);
          assert.ok((await overflow()) <= 0, `a payout at ${width}`);
        }
      });
    } finally {
      await page.evaluate(() => localStorage.removeItem('mantine-color-scheme-value'));
      await page.setViewportSize({ width: 1360, height: 900 });
    }
  });
  assert.deepEqual(page.faults, []);
});

test('both pages say that they load, that the server failed, and that there is no such payout', { timeout: 90_000 }, async () => {
  page.expected.push('status of 503', 'status of 404');
  for (const path of ['settlements', `settlements/${day.held}`]) {
    const isIt = (url) => url.pathname === '/api/v1/connections/demo/settlements';
    let letGo;
    const looked = new Promise((done) => (letGo = done));
    await page.route(isIt, async (route) => {
      await looked;
      await route.fulfill({ status: 503, json: { error: { cause: 'store_failure', message: 'the disk is full: make room and try again' } } });
    });
    try {
      await page.goto(at(path));
      await page.locator('h1').waitFor();
      await page.getByRole('status', { name: 'Loading…' }).first().waitFor();
      assert.deepEqual(await axe(page), []);
      letGo();
      await page.getByRole('alert').filter({ hasText: 'the disk is full' }).waitFor();
      assert.deepEqual(await axe(page), []);
    } finally {
      letGo();
      await page.unrouteAll({ behavior: 'wait' });
    }
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click({ timeout: 5_000 }).catch(() => undefined);
    await page.getByRole('alert').filter({ hasText: 'the disk is full' }).waitFor({ state: 'detached' });
    await settled();
  }
  await page.goto(at('settlements/2019-01-01'));
  await page.getByText('No payout of this day was read.').waitFor();
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.faults, []);
});

test('what is held of a payout leads from To do to its page', { timeout: 60_000 }, async () => {
  const sample = { key: held.key, source: held.source, state: 'held', total: 850.5, currency: 'USD', message: unmapped };
  const group = { cause: 'mapping_error', advice: '', message: unmapped, by_itself: false, count: 1, totals: { USD: 850.5 }, newest: held.updated_at, mend: null, keys: [held.key], samples: [sample] };
  await answering({ ...answers, todo: () => ({ groups: [group], failures: 1, groups_in_all: 1 }) }, async () => {
    await page.goto(at('todo'));
    const card = page.getByTestId('todo-group');
    await card.getByRole('heading', { name: 'Affected payouts' }).waitFor();
    assert.equal(await card.getByRole('link', { name: 'Mappings' }).getAttribute('href'), '/c/demo/mappings');
    await card.getByRole('link', { name: /^payout-2026-07-28/ }).click();
    await page.getByRole('heading', { name: 'Payout of 28 Jul 2026' }).waitFor();
  });
  assert.deepEqual(page.faults, []);
});

test('settings and mappings explain settlements; to have them booked asks first', { timeout: 90_000 }, async () => {
  await page.goto(at('mappings'));
  await page.getByText('Rows for what is no SKU').click();
  for (const part of ['payout', 'receivable', 'commission', 'fee', 'wfs', 'advertising', 'tax', 'reserve', 'suspense']) await page.getByText(`@settlement/${part}`, { exact: true }).waitFor();
  await page.getByText(/^Named after Walmart’s own description or amount type/).waitFor();
  assert.deepEqual(await axe(page), []);

  await page.goto(at('settings'));
  const group = page.getByRole('region', { name: 'Settlements', exact: true });
  await group.waitFor();
  assert.deepEqual(await group.locator('.setting .name').allInnerTexts(), ['Walmart’s payouts', 'Journal of payouts']);
  const mode = group.getByLabel('Walmart’s payouts').first();
  const choose = async (name) => {
    await mode.click();
    await page.getByRole('option', { name }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
  };
  const saved = () => page.getByText('You have unsaved changes.').waitFor({ state: 'detached' });
  await choose('A comparison only');
  await saved();
  assert.equal((await ask('')).settings.settlements, 'report');
  await choose('A journal entry in Exact');
  const dialog = page.getByRole('dialog', { name: 'Save these settings?' });
  await dialog.getByText(/payouts become journal entries in Exact by themselves/).waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await saved();
  assert.equal((await ask('')).settings.settlements, 'post');
  assert.deepEqual(page.faults, []);
});

test('a real payout waits until its parts are mapped, and then stands in Exact', { timeout: 300_000 }, async () => {
  // Orders of the last days, whatever the time of day, and payouts that come often and soon; Walmart lets few of their files
  // be asked for at once, so that older ones are left alone.
  const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString();
  const orders = { seed: 5, count: 30, start: daysAgo(5), spacing_milliseconds: 3 * 3_600_000 };
  assert.equal((await postJson(`${demo.walmart}/sandbox/walmart/orders`, { generate: orders })).status, 200);
  assert.equal((await postJson(`${demo.walmart}/sandbox/walmart/switches`, { settlement_cycle_days: 1, settlement_delay_days: 0 })).status, 200);
  const { rows } = await ask('/mapping');
  const settling = rows.filter(({ sku }) => sku.startsWith('@settlement/')).map(({ sku }) => sku);
  assert.equal(await patch('/mapping', { rows: [{ sku: '@settlement/payout', gl_account: '1290' }], remove: settling.filter((sku) => sku !== '@settlement/payout') }), 200);
  assert.equal(await patch('', { settings: { settlements: 'post', settlements_schedule: '2s', go_live: daysAgo(4) } }), 200);
  const { payout_date: payout } = await eventually(async () => (await ask('/settlements')).settlements.find((each) => each.posting?.state === 'held'), 'a payout is held', 120);
  await page.goto(at('todo'));
  await page.getByRole('link', { name: new RegExp(`^payout-${payout}`) }).first().press('Enter');
  await page.waitForURL(new RegExp(`/settlements/${payout}$`));
  const booked = page.getByRole('region', { name: 'Where it is booked' });
  await booked.getByText('not mapped').first().waitFor();
  assert.deepEqual(await axe(page), []);

  const accounts = { receivable: '1300', commission: '4500', fee: '4500', tax: '1900', reserve: '1295', suspense: '2990' };
  assert.equal(await patch('/mapping', { rows: Object.entries(accounts).map(([part, gl_account]) => ({ sku: `@settlement/${part}`, gl_account })) }), 200);
  await page.getByRole('article', { name: keyOf(payout) }).getByText('Posted', { exact: true }).waitFor({ timeout: 90_000 });
  await booked.getByText('not mapped').first().waitFor({ state: 'detached' });
  const { settlements } = await ask('/settlements');
  const shown = settlements.find((each) => each.payout_date === payout);
  assert.equal(shown.posting.state, 'posted');
  const cents = (text) => Math.round(Number(text.replace(/[^\d.-]/g, '')) * 100);
  const [debit, credit] = await booked.getByRole('row', { name: /^Total/ }).locator('td.number').allInnerTexts();
  assert.equal(cents(debit), cents(credit), 'the entry balances');
  const credited = shown.booked.reduce((sum, line) => sum + Math.max(0, Math.round(line.amount * 100)), 0) + Math.max(0, Math.round(-shown.total_payable * 100));
  assert.equal(cents(credit), credited);
  await page.goto(at('settlements'));
  await page.getByRole('table', { name: 'Payouts' }).getByRole('row').filter({ hasText: shown.posting.target_number ?? 'Posted' }).first().waitFor();
  assert.deepEqual(page.faults, []);
});
