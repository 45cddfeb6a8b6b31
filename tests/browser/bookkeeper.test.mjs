// What somebody who keeps books stumbles over: words that say something else than what is, work that is lost on the way,
// and settings with more behind them than their switch shows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, ofDemo, onSignedInDemo } from './harness.mjs';

let demo, browser, page, at, ask;
onSignedInDemo((started) => {
  ({ demo, browser, page } = started);
  ({ at, ask } = ofDemo(started));
});

/** Answers one question of the page in another way, as long as `work` takes. */
async function answering(path, change, work) {
  const isIt = (url) => url.pathname === `/api/v1/${path}`;
  await page.route(isIt, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: change(await answer.json()) });
  });
  try {
    await work();
  } finally {
    await page.unrouteAll({ behavior: 'wait' });
  }
}

test('an order leads back to the list as it was, and the menu to the whole list', async () => {
  await page.goto(at('orders'));
  const rows = page.locator('tbody tr');
  await page.getByRole('textbox', { name: 'Ordered', exact: true }).or(page.getByRole('combobox', { name: 'Ordered', exact: true })).first().click();
  await page.getByRole('option', { name: 'Oldest first' }).click();
  await page.getByRole('searchbox').fill('WM-0012');
  await page.waitForURL(/search=WM-0012/);
  await page.waitForURL(/sort=order_time/);
  const found = async () => {
    await page.locator('[aria-busy=false] tbody').waitFor();
    return rows.locator('a').allInnerTexts();
  };
  await eventually(async () => {
    const texts = await rows.locator('td:nth-child(3)').allInnerTexts();
    return texts.length > 0 && texts.every((text) => /WM-0012|more/.test(text));
  }, 'only orders of the SKU are shown');
  const [first] = await found();
  await page.getByRole('link', { name: first }).click();
  await page.getByRole('heading', { name: `Order ${first}` }).waitFor();
  await page.getByRole('link', { name: 'All orders' }).click();
  assert.equal(await page.getByRole('searchbox').inputValue(), 'WM-0012');
  await page.getByRole('link', { name: first }).click();
  await page.getByRole('heading', { name: `Order ${first}` }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: first }).waitFor();
  assert.equal(await page.getByRole('searchbox').inputValue(), 'WM-0012');
  await page.getByRole('navigation').getByRole('link', { name: 'Orders' }).click();
  await eventually(async () => (await page.getByRole('searchbox').inputValue()) === '', 'the whole list');
  assert.equal(new URL(page.url()).search, '');
  assert.deepEqual(page.faults, []);
});

test('the next page of a list is read from its top', async () => {
  const long = (answer) => ({ ...answer, orders: Array.from({ length: 60 }, (_, index) => ({ ...answer.orders[0], purchase_order: `${index}` })), next: '1' });
  await answering('connections/demo/orders', long, async () => {
    await page.goto(at('orders'));
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByText('Page 2').waitFor();
    const top = await page.locator('table').evaluate((table) => table.getBoundingClientRect().top);
    assert.ok(top >= -2 && top < 600, `the list begins at ${top}`);
  });
  assert.deepEqual(page.faults, []);
});

test('what is not saved is not lost on the way to another page or tab', async () => {
  await page.goto(at('mappings'));
  const cell = page.getByRole('textbox', { name: 'Cost center of @shipping' }).or(page.getByRole('combobox', { name: 'Cost center of @shipping' }));
  await cell.fill('007');
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  for (const way of [page.getByRole('navigation').getByRole('link', { name: 'Orders' }), page.getByRole('tab', { name: 'Kits' })]) {
    await way.click();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    assert.equal(await cell.inputValue(), '007');
  }
  await page.getByRole('navigation').getByRole('link', { name: 'Orders' }).click();
  await question.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Mappings' }).click();
  await cell.waitFor();
  assert.equal(await cell.inputValue(), '');
  assert.deepEqual(page.faults, []);
});

test('a setting with consequences asks once and says what they are', async () => {
  await page.goto(at('settings'));
  const present = async () => (await ask('')).settings;
  const before = await present();
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await page.getByRole('switch', { name: 'Acknowledge orders at Walmart' }).check({ force: true });
  await save.click();
  const dialog = page.getByRole('dialog', { name: 'Save these settings?' });
  await dialog.getByText('you then have to ship them').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(await present(), before, 'nothing is saved before the yes');
  await save.click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await save.waitFor({ state: 'detached' });
  assert.equal((await present()).acknowledge_orders, true);
  // To go back needs no question.
  await page.getByRole('switch', { name: 'Acknowledge orders at Walmart' }).uncheck({ force: true });
  await save.click();
  await save.waitFor({ state: 'detached' });
  assert.deepEqual(await present(), before);
  assert.deepEqual(page.faults, []);
});

test('what is told in passing covers neither the buttons to save nor the menu', { timeout: 90_000 }, async () => {
  for (const width of [1360, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(at('settings'));
    const unit = page.getByLabel('Confirm counts above');
    const before = await unit.inputValue();
    const setTo = async (value) => {
      await unit.fill(value);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      const asked = page.getByRole('dialog', { name: 'Save these settings?' });
      await asked.getByRole('button', { name: 'Save' }).click();
      await asked.waitFor({ state: 'detached' });
    };
    await setTo('77');
    const told = page.getByRole('alert').filter({ hasText: 'Saved' }).first();
    await told.waitFor();
    await unit.fill(before);
    const covered = async (button) => (await button.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return !element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }));
    const buttons = [page.getByRole('button', { name: 'Save', exact: true }), page.getByRole('button', { name: 'Discard' })];
    for (const button of buttons) assert.equal(await covered(button), false, `${width}`);
    if (width < 860) {
      await page.evaluate(() => window.scrollTo(0, 0));
      assert.equal(await covered(page.getByRole('button', { name: 'Menu' })), false);
    }
    assert.ok(await told.isVisible());
    await page.getByRole('button', { name: 'Discard' }).click();
    await setTo(before);
  }
  await page.setViewportSize({ width: 1360, height: 900 });
  assert.deepEqual(page.faults, []);
});

test('trying again without mending says that it still waits, and for what', { timeout: 120_000 }, async () => {
  await page.goto(at('todo'));
  const group = page.getByTestId('todo-group').filter({ hasText: 'WM-0031' });
  await group.waitFor({ timeout: 60_000 });
  // A key, because suggestions come in above it.
  await group.getByRole('button', { name: 'Try again' }).press('Enter');
  await page.getByTestId('going-through').getByText(/still waits?:/).waitFor();
  await group.waitFor();
  assert.deepEqual(page.faults, []);
});

test('a reason that was given up is none for what is skipped next', { timeout: 90_000 }, async () => {
  await page.goto(at('todo'));
  const skip = page.getByTestId('todo-group').getByRole('button', { name: 'Skip…' }).first();
  await skip.waitFor({ timeout: 60_000 });
  const dialog = page.getByRole('dialog', { name: /^Skip / });
  await skip.click();
  await dialog.getByLabel('Reason').fill('booked by hand');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  await skip.click();
  assert.equal(await dialog.getByLabel('Reason').inputValue(), '');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.goto(demo.origin);
  await page.getByRole('button', { name: 'Read orders now' }).click();
  await page.getByText('Orders of demo are being read now.').waitFor();
  assert.deepEqual(page.faults, []);
});

test('a skipped order and a cancelled one are called what they are', { timeout: 150_000 }, async () => {
  const held = await eventually(async () => (await ask('/orders?state=failed')).orders[0], 'an order is held', 60);
  await page.goto(at(`orders/${held.purchase_order}`));
  await page.getByRole('button', { name: 'Skip…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('booked by hand');
  await dialog.getByRole('button', { name: 'Skip' }).click();
  await page.locator('.head').getByText(/^(Skipped|Posted, partly skipped)$/).waitFor();
  assert.deepEqual((await ask('/orders?state=skipped')).orders.map((order) => order.purchase_order), [held.purchase_order]);
  await page.goto(at('orders'));
  await page.getByText('Skipped', { exact: true }).first().click();
  await eventually(async () => (await page.locator('tbody tr a').allInnerTexts()).join() === held.purchase_order, 'it alone is listed as skipped');

  const cancelled = await eventually(async () => (await ask('/orders?limit=200')).orders.find((order) => order.status === 'cancelled' && order.postings === 0), 'an order is cancelled before anything was due', 90);
  await page.goto(at(`orders/${cancelled.purchase_order}`));
  await page.locator('.head').getByText('Cancelled').waitFor();
  await page.getByText('there is nothing to book').waitFor();
  assert.match((await page.locator('.head dl').innerText()).replace(/\s+/g, ' '), /^Charged US\$0\.00 Booked –$/, 'what was cancelled is not charged');
  await page.getByText('Nothing was done yet.').waitFor();
  assert.deepEqual(page.faults, []);
});

test('what left is told in the zone in which its invoice is dated', { timeout: 90_000 }, async () => {
  const { orders } = await ask('/orders?limit=1');
  const number = orders[0].purchase_order;
  assert.equal((await ask(`/orders/${number}`)).booking_zone, 'UTC');
  const line = { line_number: '1', sku: 'MUG', quantity: 1, statuses: [{ status: 'shipped', quantity: 1, ship_time: '2026-11-13T02:30:00Z' }] };
  const elsewhere = (order) => ({ ...order, booking_zone: 'America/Los_Angeles', facts: { lines: [line] } });
  await answering(`connections/demo/orders/${number}`, elsewhere, async () => {
    await page.goto(at(`orders/${number}`));
    await page.getByText('12 Nov 2026, 18:30 America/Los_Angeles').waitFor();
  });
  assert.deepEqual(page.faults, []);
});

test('an invoice without a number is found by its reference', { timeout: 90_000 }, async () => {
  const posted = await eventually(async () => (await ask('/orders?limit=200')).orders.find((order) => order.status === 'posted' && order.in_exact.some((document) => document.kind === 'sales_invoice' && document.number === null)), 'an open invoice stands in Exact', 60);
  await page.goto(at(`orders?search=${posted.purchase_order}`));
  const row = page.getByRole('row').filter({ hasText: posted.purchase_order });
  await row.getByText(posted.references[0], { exact: true }).first().waitFor();
  await row.getByText('Sales invoice').first().waitFor();
  assert.ok(Object.values(posted.booked).every((amount) => amount > 0));
  assert.deepEqual(page.faults, []);
});

test('what goes on by itself is not said to wait for a person', { timeout: 90_000 }, async () => {
  const group = { cause: 'api_outage', advice: '', message: 'Exact does not answer', by_itself: true, count: 2, totals: { USD: 20 }, newest: new Date().toISOString(), mend: null, keys: ['invoice/1/1', 'invoice/2/1'], samples: [] };
  await answering('connections/demo/todo', () => ({ groups: [group], failures: 2, groups_in_all: 1 }), async () => {
    await page.goto(at('todo'));
    await page.getByText('Nothing to do').waitFor();
    const others = page.getByRole('region', { name: 'Goes on by itself' });
    await others.getByText('2 documents are tried again').waitFor();
    await others.getByText('A system does not answer').waitFor();
  });
  assert.deepEqual(page.faults, []);
});

test('a refused key is the first thing the overview says', { timeout: 90_000 }, async () => {
  const refused = (overview) => ({ ...overview, connections: overview.connections.map((each) => ({ ...each, for_person: 0, live: { ...each.live, walmart_refuses: true } })) });
  await answering('overview', refused, async () => {
    await page.goto(demo.origin);
    await page.getByText('Walmart refuses the key of demo').waitFor();
    await page.getByText('Walmart: not signed in').waitFor();
  });
  assert.deepEqual(page.faults, []);
});

test('money of another currency is not left out of what was invoiced today', { timeout: 90_000 }, async () => {
  const hour = (currency, total) => ({ from: new Date().toISOString(), currency, kind: 'sales_invoice', count: 1, total });
  await answering('overview', (overview) => ({ ...overview, now: new Date().toISOString(), posted_hours: [hour('USD', 10), hour('USD', 5), hour('CAD', 7)] }), async () => {
    await page.goto(demo.origin);
    await page.getByText('US$15.00 + CA$7.00').waitFor();
    await page.getByText('3 documents posted today').waitFor();
    await page.getByRole('heading', { name: 'Invoiced per day (CAD)' }).waitFor();
  });
  assert.deepEqual(page.faults, []);
});

test('in Dutch no sentence is half in English, and none speaks of the command line', { timeout: 90_000 }, async () => {
  await page.goto(at('mappings'));
  await page.evaluate(() => localStorage.setItem('language', 'nl'));
  try {
    await page.reload();
    await page.getByText('exact-artikel OLD-31 bestaat niet in Exact').waitFor();
    await page.goto(at('prices'));
    await page.getByText(/^wijzigt \+300 %; hooguit 30 % gaat zonder een mens door$/).waitFor({ timeout: 60_000 });
    const group = { cause: 'closed_period', advice: '', message: 'the financial period of 2026-10-31 is closed in Exact: reopen it there and run `posting retry invoice/1/1`, or set closed_period to first_open_day', by_itself: false, count: 1, totals: {}, newest: new Date().toISOString(), mend: null, keys: ['invoice/1/1'], samples: [] };
    await answering('connections/demo/todo', () => ({ groups: [group], failures: 1, groups_in_all: 1 }), async () => {
      await page.goto(at('todo'));
      await page.getByText('reopen it there and “Opnieuw proberen”, or set “Afgesloten perioden” to “Op de eerste open dag boeken”').waitFor();
    });
    // A refusal is in the reader's language first; the server's own words follow and say which they are.
    page.expected.push('status of 404');
    await page.goto(at('orders/108999999999'));
    const refusal = page.getByRole('alert');
    await refusal.getByText('Het bestaat niet; controleer de naam of het nummer.').waitFor();
    assert.match(await refusal.locator('[lang=en]').innerText(), /108999999999/);
  } finally {
    await page.evaluate(() => localStorage.removeItem('language'));
  }
  assert.deepEqual(page.faults, []);
});

test('a sum stands in one line, on a desk and in a hand', { timeout: 90_000 }, async () => {
  const hour = { from: new Date().toISOString(), currency: 'USD', kind: 'sales_invoice', count: 1, total: 123_456.78 };
  try {
    for (const width of [1360, 820, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await answering('overview', (overview) => ({ ...overview, now: new Date().toISOString(), posted_hours: [hour] }), async () => {
        await page.goto(demo.origin);
        const value = page.locator('.tile .value').filter({ hasText: '123,456.78' });
        await value.waitFor();
        const lines = await value.evaluate((element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          return new Set([...range.getClientRects()].map((box) => box.top)).size;
        });
        assert.equal(lines, 1, `at ${width}`);
      });
    }
  } finally {
    await page.setViewportSize({ width: 1360, height: 900 });
  }
  assert.deepEqual(page.faults, []);
});

test('a set-up that is not finished is not called in order, and cannot be resumed by a slip', { timeout: 90_000 }, async () => {
  const { csrf } = await page.evaluate(async () => (await fetch('/api/v1/session')).json());
  const headers = { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' };
  await page.request.post(`${demo.origin}/api/v1/connections`, { data: { name: 'second' }, headers });
  try {
    await answering('overview', (overview) => ({ ...overview, connections: overview.connections.filter((each) => each.name === 'second'), totals: { ...overview.totals, connections: 1, unfinished: 1, for_person: 0, on_the_way: 0 } }), async () => {
      await page.goto(demo.origin);
      await page.getByText('The set-up is not finished').waitFor();
      await page.goto(`${demo.origin}/c/second/orders`);
      await page.getByText('second is paused: nothing is read or posted.').waitFor();
    });
    await page.goto(`${demo.origin}/c/second/settings`);
    await page.getByRole('link', { name: 'Go on with the set-up' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    const dialog = page.getByRole('dialog', { name: 'Resume second without a go-live date?' });
    await dialog.getByText('orders of any age become documents').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    const second = await page.evaluate(async () => (await fetch('/api/v1/connections/second')).json());
    assert.equal(second.paused, true);
  } finally {
    await page.request.delete(`${demo.origin}/api/v1/connections/second`, { headers });
  }
  assert.deepEqual(page.faults, []);
});

test('orders of a period are those of its days where the reader is', { timeout: 90_000 }, async () => {
  const { orders } = await ask('/orders?limit=200');
  const dayOf = (time) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Amsterdam' }).format(new Date(time));
  const day = dayOf(orders[0].order_time);
  const asked = page.waitForRequest((request) => /api\/v1\/.*orders\?.*from=.*until=/.test(request.url()));
  await page.goto(at(`orders?from=${day}&until=${day}`));
  const { searchParams } = new URL((await asked).url());
  assert.equal(dayOf(searchParams.get('from')), day);
  const until = new Date(searchParams.get('until')).getTime();
  assert.equal(dayOf(until - 1), day);
  assert.notEqual(dayOf(until), day);
  await page.getByRole('link', { name: orders[0].purchase_order }).waitFor();
  await page.getByLabel('Ordered from').fill('2019-01-01');
  await page.getByLabel('until').fill('2019-12-31');
  await page.getByText('Nothing found').waitFor();
  const wrong = await page.request.get(`${demo.origin}/api/v1/connections/demo/orders?from=yesterday`);
  assert.equal(wrong.status(), 400);
  assert.deepEqual(page.faults, []);
});

test('what is exported of the trail is what was searched', { timeout: 90_000 }, async () => {
  await page.goto(`${demo.origin}/audit`);
  await page.getByLabel('By whom').fill('admin');
  await page.waitForURL(/actor=admin/);
  await eventually(async () => /actor=admin/.test(await page.getByRole('link', { name: 'Export CSV' }).getAttribute('href')), 'the export follows the search');
  const address = await page.getByRole('link', { name: 'Export CSV' }).getAttribute('href');
  const file = await (await page.request.get(demo.origin + address)).text();
  const rows = file.trim().split(/\r?\n/).slice(1);
  assert.ok(rows.length > 0);
  for (const row of rows) assert.match(row, /^\d+,[^,]+,admin,/);
  const first = Number(rows[0].split(',')[0]);
  const until = await (await page.request.get(`${demo.origin}/api/v1/audit/export?until=${first}`)).text();
  assert.equal(until.trim().split(/\r?\n/).slice(1).length, first);

  const exported = async (query) => (await (await page.request.get(`${demo.origin}/api/v1/audit/export?${query}`)).text()).trim().split(/\r?\n/);
  const [heads, ...ofPostings] = await exported('action=posting.&until=2000');
  assert.match(heads, /,hash,connection$/);
  assert.ok(ofPostings.length > 0);
  for (const row of ofPostings) assert.match(row, /,[0-9a-f]{64},demo$/);
  const moment = (await (await page.request.get(`${demo.origin}/api/v1/audit?limit=1`)).json()).records[0].at;
  const within = async (query) => (await (await page.request.get(`${demo.origin}/api/v1/audit?limit=500&${query}`)).json()).records;
  assert.ok((await within(`to=${moment}`)).every((record) => record.at < moment));
  const since = await within(`from=${moment}`);
  assert.ok(since.length > 0 && since.every((record) => record.at >= moment));
  assert.ok((await exported(`from=${moment}&until=${since.at(-1).sequence}`)).length > 1);
  assert.equal((await page.request.get(`${demo.origin}/api/v1/audit/export?from=yesterday`)).status(), 400);
  await page.goto(`${demo.origin}/audit`);
  await page.getByLabel('Until').fill('2020-01-31');
  await page.waitForURL(/to=2020-01-31/);
  await page.getByText('No records').waitFor();
  await page.getByLabel('From').fill('2020-01-01');
  await page.getByLabel('Until').fill('');
  await page.locator('tbody tr').first().waitFor();
  assert.match(await page.getByRole('link', { name: 'Export CSV' }).getAttribute('href'), /from=2019-12-31T23%3A00%3A00\.000Z/);
  assert.deepEqual(page.faults, []);
});

test('a quiet server is not said to be lost; a lost one is, until it is back', { timeout: 150_000 }, async () => {
  const { csrf } = await page.evaluate(async () => (await fetch('/api/v1/session')).json());
  const pause = (paused) => page.request.post(`${demo.origin}/api/v1/connections/demo/paused`, { data: { paused }, headers: { 'X-CSRF-Token': csrf } });
  const banner = page.getByText('No connection to the server');
  await pause(true);
  try {
    await page.goto(at('settings'));
    // Longer than the server lets a question for news wait.
    const said = await banner.waitFor({ timeout: 27_000 }).then(() => true, () => false);
    assert.equal(said, false, 'nothing happens, and the page says so by saying nothing');
    page.expected.push('net::ERR', 'status of 502');
    await page.context().setOffline(true);
    await banner.waitFor({ timeout: 45_000 });
    await page.context().setOffline(false);
    await banner.waitFor({ state: 'detached' });
    // Something between answers for a server that is away: the browser itself would never ask again.
    await page.route('**/api/v1/events*', (route) => route.fulfill({ status: 502, body: 'away' }));
    await pause(false);
    await banner.waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await banner.waitFor({ state: 'detached' });
  } finally {
    await page.context().setOffline(false);
    await pause(false);
  }
  assert.deepEqual(page.faults, []);
});

test('whoever is refused at Exact reads so where the sign-in began', { timeout: 60_000 }, async () => {
  await page.goto(at('todo?exact=permission_denied'));
  await page.getByRole('alert').getByText('somebody refused').waitFor();
  assert.deepEqual(page.faults, []);
});
