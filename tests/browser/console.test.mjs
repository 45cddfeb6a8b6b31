// The console at work, on the demo: mending, rights, keyboard, accessibility.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, booksOf, eventually, followLink, ofDemo, oneTimeCode, onSignedInDemo, password, postJson, signIn, watchedPage } from './harness.mjs';

let demo, browser, admin;
onSignedInDemo((started) => ({ demo, browser, page: admin } = started));

async function invite(name, role) {
  await admin.goto(`${demo.origin}/users`);
  await admin.getByRole('button', { name: 'Invite user' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Invite user' });
  await dialog.getByLabel('User name').fill(name);
  await dialog.getByLabel('Role').click();
  await admin.getByRole('option', { name: new RegExp('^' + role) }).click();
  await dialog.getByRole('button', { name: 'Add' }).click();
  const shown = admin.getByRole('dialog', { name: `One-time link for ${name}` });
  const link = await shown.getByRole('textbox').inputValue();
  await dialog.waitFor({ state: 'detached' });
  await shown.getByRole('button', { name: 'Close' }).click();
  await shown.waitFor({ state: 'detached' });
  return link;
}

test('the link works once, and a wrong password is refused', async () => {
  const page = await watchedPage(browser, demo.origin);
  page.expected.push('status of 404', 'status of 401');
  await page.goto(demo.link);
  await page.getByText('This link cannot be used').waitFor();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, 'admin', 'not the password');
  await page.getByRole('alert').getByText('name or password is wrong').waitFor();
  await signIn(page, 'admin');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('what is shown once stays until it is closed, and is only said to be copied when it was', async () => {
  const page = await watchedPage(browser, demo.origin, { storageState: await admin.context().storageState() });
  await page.goto(`${demo.origin}/users`);
  await page.getByRole('button', { name: 'Add token' }).click();
  const adding = page.getByRole('dialog', { name: 'Add token' });
  await adding.getByLabel('What it is for').fill('copied');
  await adding.getByRole('button', { name: 'Add', exact: true }).click();
  const shown = page.getByRole('dialog', { name: 'The new token' });
  const token = await shown.getByRole('textbox').inputValue();
  await adding.waitFor({ state: 'detached' });
  await page.evaluate(() => {
    window.copied = [];
    const clipboard = { writeText: async (text) => (window.forbidden ? Promise.reject(new DOMException('denied', 'NotAllowedError')) : window.copied.push(text)) };
    Object.defineProperty(navigator, 'clipboard', { configurable: true, get: () => (window.absent ? undefined : clipboard) });
  });
  const copy = shown.getByRole('button', { name: 'Copy' });
  for (const trouble of ['forbidden', 'absent']) {
    await page.evaluate((name) => (window[name] = true), trouble);
    await copy.click();
    await shown.getByRole('status').getByText('The browser did not let it be copied').waitFor();
    assert.equal(await page.evaluate(() => window.getSelection().toString()), token);
    assert.equal(await page.getByText('Copied', { exact: true }).count(), 0);
    await page.evaluate((name) => (window[name] = false), trouble);
  }
  assert.deepEqual(await axe(page), []);
  await page.mouse.click(5, 5);
  await page.keyboard.press('Escape');
  await copy.click();
  await page.getByText('Copied', { exact: true }).waitFor();
  assert.deepEqual(await page.evaluate(() => window.copied), [token]);
  await shown.getByRole('button', { name: 'Close' }).click();
  await shown.waitFor({ state: 'detached' });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('every page is accessible in both themes and both languages, and asks nobody else', { timeout: 240_000 }, async () => {
  const page = admin;
  await page.goto(`${demo.origin}/c/demo/orders`);
  await page.locator('tbody tr').first().waitFor({ timeout: 60_000 });
  const order = await page.locator('tbody tr a').first().innerText();
  const pages = ['/', '/c/demo/orders', `/c/demo/orders/${order}`, '/c/demo/todo', '/c/demo/mappings', '/c/demo/mappings?tab=nodes', '/c/demo/inventory', '/c/demo/prices', '/c/demo/settlements', '/c/demo/reconciliation', '/c/demo/settings', '/audit', '/users', '/setup'];
  for (const scheme of ['light', 'dark']) {
    await page.evaluate((value) => localStorage.setItem('mantine-color-scheme-value', value), scheme);
    for (const path of pages) {
      await page.goto(demo.origin + path);
      await page.locator('h1').waitFor();
      await page.waitForFunction(() => !document.querySelector('.skeleton'));
      assert.deepEqual(await axe(page), [], `${path} ${scheme}`);
    }
  }
  await page.evaluate(() => localStorage.setItem('language', 'nl'));
  await page.goto(demo.origin + '/c/demo/todo');
  await page.getByRole('heading', { name: 'Te doen', level: 1 }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'nl');
  await page.evaluate(() => localStorage.clear());
  assert.deepEqual(page.faults, []);
});

test('a viewer cannot change anything, in the page or through the API', { timeout: 150_000 }, async () => {
  const link = await invite('vera', 'Viewer');
  const page = await watchedPage(browser, demo.origin);
  await followLink(page, link);
  await page.goto(`${demo.origin}/c/demo/todo`);
  await page.getByTestId('todo-group').first().waitFor();
  assert.equal(await page.getByRole('button', { name: /Map and release|Try again|Skip/ }).count(), 0);
  await page.goto(`${demo.origin}/c/demo/mappings`);
  await page.getByRole('heading', { name: 'Mappings' }).waitFor();
  assert.equal(await page.getByRole('button', { name: /Add row|Import/ }).count(), 0);
  await page.getByText('changing this needs the role Operator').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Users' }).count(), 0);

  // All that changes something, with the viewer's own session and CSRF token, taken from the API's own document.
  page.expected.push('status of 403', 'status of 401');
  const { statuses, lax } = await page.evaluate(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json();
    const { paths } = await (await fetch('/api/v1/openapi.json')).json();
    const statuses = {};
    const lax = [];
    for (const [path, methods] of Object.entries(paths)) {
      for (const method of Object.keys(methods)) {
        if (method === 'get' || path.startsWith('/session') || path.startsWith('/invitation')) continue;
        if (!['operator', 'administrator'].includes(methods[method]['x-role'])) lax.push(`${method} ${path}`);
        const address = '/api/v1' + path.replace('{connection}', 'demo').replace(/\{\w+\}/, '1');
        const answer = await fetch(address, { method: method.toUpperCase(), headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' }, body: '{}' });
        statuses[`${method} ${path}`] = answer.status;
      }
    }
    return { statuses, lax };
  });
  assert.deepEqual(lax, [], 'whatever changes something needs more than looking');
  assert.ok(Object.keys(statuses).length >= 15, 'the document names what changes something');
  for (const [address, status] of Object.entries(statuses)) assert.equal(status, 403, address);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('no session, no CSRF token, a token of a lesser scope: refused; headers are strict', async () => {
  const api = `${demo.origin}/api/v1`;
  assert.equal((await fetch(`${api}/overview`)).status, 401);
  const cookie = (await admin.context().cookies()).find((each) => each.name === 'ml_connector_session');
  assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict');
  const headers = { Cookie: `${cookie.name}=${cookie.value}` };
  assert.equal((await fetch(`${api}/overview`, { headers })).status, 200);
  const pause = (proof) => postJson(`${api}/connections/demo/paused`, { paused: true }, proof);
  const unproved = await pause(headers);
  assert.equal(unproved.status, 403);
  const { csrf } = await (await fetch(`${api}/session`, { headers })).json();
  const crossSite = await pause({ ...headers, 'X-CSRF-Token': csrf, 'Sec-Fetch-Site': 'cross-site' });
  assert.equal(crossSite.status, 403);
  const made = await postJson(`${api}/tokens`, { name: 'report', scope: 'viewer' }, { ...headers, 'X-CSRF-Token': csrf });
  const { token } = await made.json();
  const bearer = { Authorization: `Bearer ${token}` };
  assert.equal((await fetch(`${api}/connections/demo/todo`, { headers: bearer })).status, 200);
  const refused = await pause(bearer);
  assert.equal(refused.status, 403);
  assert.equal((await refused.json()).error.cause, 'permission_denied');
  assert.equal((await fetch(`${api}/users`, { headers: bearer })).status, 403);
  const answer = await fetch(demo.origin + '/');
  assert.match(answer.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
});

test('sign-in is slowed down after wrong passwords', async () => {
  const attempt = () => postJson(`${demo.origin}/api/v1/session`, { name: 'mallory', password: 'guess' });
  const statuses = [];
  for (let time = 0; time < 7; ++time) statuses.push((await attempt()).status);
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429]);
});

test('a failure is mended with the keyboard alone, and what it held is posted', { timeout: 200_000 }, async () => {
  const page = await watchedPage(browser, demo.origin);
  await page.goto(demo.origin);
  await page.getByLabel('User name').waitFor();
  await page.keyboard.type('admin');
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const focusOn = async (locator) => {
    for (let steps = 0; steps < 80; ++steps) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('not reached with the Tab key');
  };
  await focusOn(page.getByRole('navigation').getByRole('link', { name: /To do/ }));
  await page.keyboard.press('Enter');
  // A page that was come to begins at its head, also for those who hear it, and is named in the window.
  const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);
  await eventually(() => isFocused(page.getByRole('heading', { name: 'To do', level: 1 })), 'the page begins at its head');
  assert.equal(await page.title(), 'To do – ml-connector');
  const group = page.getByTestId('todo-group').filter({ hasText: 'WM-0031' });
  await group.waitFor({ timeout: 60_000 });
  const order = (await group.getByRole('link').first().innerText()).split(' ')[0];
  await focusOn(group.getByLabel('Which item in Exact is SKU WM-0031?').first());
  await page.keyboard.type('WM-0031');
  await page.getByRole('option', { name: /^WM-0031/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await focusOn(group.getByRole('button', { name: 'Map and release' }));
  await page.keyboard.press('Enter');
  await group.waitFor({ state: 'detached' });
  await eventually(() => page.evaluate(() => document.activeElement.matches('[data-testid=todo-group], h1')), 'what is next has the focus');
  // What was released is seen going through, without asking anew.
  const progress = page.getByTestId('going-through');
  await progress.getByText(/documents? went through/).waitFor();
  await page.goto(`${demo.origin}/c/demo/orders/${order}`);
  await page.getByText('Posted in Exact').first().waitFor();
  const books = await booksOf(demo.exact);
  assert.ok(books.invoices.some((invoice) => invoice.your_ref.includes(order)), 'the invoice stands in Exact');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a large stock count waits for a yes, and is posted after it', { timeout: 240_000 }, async () => {
  const page = admin;
  const counts = async () => (await booksOf(demo.exact)).stock_counts.filter((count) => count.warehouse === '1');
  assert.equal((await counts()).length, 0, 'nothing is counted there before somebody says yes');
  await page.goto(`${demo.origin}/c/demo/inventory`);
  // A comparison that finds other differences puts another count in the place of the one on the screen.
  await eventually(async () => {
    await page.getByTestId('held-count').first().waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Confirm count' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Confirm count' });
    await dialog.getByText(/moves [\d,]+ units of \d+ items? in warehouse/).waitFor();
    await dialog.getByRole('button', { name: 'Confirm count' }).click();
    await dialog.waitFor({ state: 'detached' });
    for (let time = 0; time < 50 && (await counts()).length === 0; ++time) await page.waitForTimeout(200);
    return (await counts()).length > 0;
  }, 'a stock count stands in Exact', 90);
  await page.getByRole('region', { name: /Stock per SKU/ }).locator('tbody tr').first().waitFor();
  await page.getByRole('button', { name: /^Drift of/ }).first().click();
  await page.getByRole('dialog', { name: /Drift of .* in warehouse/ }).getByText(/comparison/).first().waitFor();
  await page.keyboard.press('Escape');
  // What was counted can be looked into afterwards.
  await page.getByRole('button', { name: /^Count of warehouse 1, / }).first().click();
  const count = page.getByRole('dialog', { name: /^Count of warehouse 1, / });
  await count.getByRole('columnheader', { name: 'Change in Exact' }).waitFor();
  assert.ok((await count.locator('tbody tr').count()) > 0);
  await page.keyboard.press('Escape');
  await count.waitFor({ state: 'detached' });
  // A difference that was counted away is not shown as one; the newest comparison may have found none by now.
  const isStock = (url) => url.pathname.endsWith('/inventory/stock');
  await page.route(isStock, async (route) => {
    const answer = await route.fetch();
    const { rows, ...others } = await answer.json();
    await route.fulfill({ response: answer, json: { ...others, rows: rows.map((row) => ({ ...row, moving: false, counted: true, difference: -182 })) } });
  });
  await page.reload();
  await page.getByText('counted since: it was -182').first().waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  assert.deepEqual(page.faults, []);
});

test('prices: what goes out, what the guards keep back, what Walmart refuses', { timeout: 240_000 }, async () => {
  const page = admin;
  await page.goto(`${demo.origin}/c/demo/prices`);
  await page.getByRole('region', { name: 'Kept back' }).getByText('WM-0015').waitFor({ timeout: 60_000 });
  await page.getByRole('region', { name: 'Feeds and changes' }).getByText('Price feed').first().waitFor();
  await page.getByText('Taken by Walmart').first().waitFor({ timeout: 60_000 });
  await page.getByText(/^\d+ taken$/).first().waitFor();

  // From now on Walmart fails to work on prices.
  await postJson(`${demo.walmart}/sandbox/walmart/switches`, { feed_system_error_per_mille: 1000 });
  const [priced] = (await page.evaluate(async () => (await fetch('/api/v1/connections/demo/prices/skus?state=accepted')).json())).rows;
  await postJson(`${demo.exact}/sandbox/exact/edit`, { action: 'set_price', code: priced.sku, currency: 'USD', price: (priced.amount * 1.02).toFixed(2) });
  await page.getByText('1 refused').first().click({ timeout: 80_000 });
  await page.getByText('SYSTEM_ERROR').first().waitFor();
  await postJson(`${demo.walmart}/sandbox/walmart/switches`, { feed_system_error_per_mille: 0 });
  assert.deepEqual(page.faults, []);
});

test('with an authenticator app the password alone does not do', { timeout: 150_000 }, async () => {
  const link = await invite('tina', 'Operator');
  const page = await watchedPage(browser, demo.origin);
  await followLink(page, link);
  await page.getByRole('button', { name: 'tina' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your account' });
  await dialog.getByRole('button', { name: 'Set up' }).click();
  const secret = await dialog.getByRole('textbox', { name: 'Secret' }).inputValue();
  assert.deepEqual(await axe(page), []);
  await dialog.getByLabel('Code of the authenticator app').fill(oneTimeCode(secret, 0));
  await dialog.getByRole('button', { name: 'Switch on' }).click();
  await dialog.getByText('Signing in asks for a code').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  // What the page was still asking for meets the ended session.
  page.expected.push('status of 401');
  await page.getByRole('button', { name: 'Sign out' }).click();

  await signIn(page, 'tina');
  const code = page.getByLabel('Code of the authenticator app');
  await code.fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('the code is wrong').waitFor();
  await code.fill(oneTimeCode(secret, 1));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a session that ends takes nothing away that was typed, unless somebody else signs in', { timeout: 150_000 }, async () => {
  const link = await invite('olga', 'Operator');
  const page = await watchedPage(browser, demo.origin);
  await followLink(page, link);
  await page.goto(`${demo.origin}/c/demo/mappings`);
  const cell = page.getByRole('textbox', { name: 'Cost center of @shipping' }).or(page.getByRole('combobox', { name: 'Cost center of @shipping' }));
  const present = await cell.inputValue();
  const ended = page.getByRole('dialog', { name: 'Your session ended' });
  const typeAndSave = async () => {
    await cell.fill('ADM');
    await page.context().clearCookies();
    page.expected.push('status of 401');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await ended.waitFor();
  };
  await typeAndSave();
  assert.equal(await ended.getByLabel('User name').inputValue(), 'olga');
  assert.deepEqual(await axe(page), []);
  await signIn(page, 'olga');
  await ended.waitFor({ state: 'detached' });
  assert.equal(await cell.inputValue(), 'ADM');
  await page.getByRole('button', { name: 'Discard' }).click();
  await typeAndSave();
  await Promise.all([page.waitForEvent('load'), signIn(page, 'admin')]);
  await page.getByRole('button', { name: 'admin' }).waitFor();
  assert.equal(await cell.inputValue(), present);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('orders are found by number, SKU and amount', async () => {
  const page = admin;
  await page.goto(`${demo.origin}/c/demo/orders`);
  const row = page.locator('tbody tr').first();
  await row.waitFor();
  const number = await row.locator('a').innerText();
  const sku = (await row.locator('td').nth(2).innerText()).split(',')[0].split(' ')[0];
  const search = page.getByRole('searchbox', { name: /Search by order number/ });
  await search.fill(number);
  await eventually(async () => (await page.locator('tbody tr').count()) === 1, 'one order is found');
  await search.fill(sku);
  await eventually(async () => {
    const cells = await page.locator('tbody tr td:nth-child(3)').allInnerTexts();
    return cells.length > 0 && cells.every((text) => text.includes(sku) || text.includes('more'));
  }, 'orders of one SKU are found');
  // The amount as the order's own page shows it.
  const exact = (await booksOf(demo.exact)).invoices[0];
  await search.fill(`US$${Number(exact.amount).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`);
  await eventually(async () => (await page.locator('tbody tr').allInnerTexts()).some((text) => text.includes(exact.your_ref.split('/').pop().replace(/^WM-/, '').split('-')[0])), 'the order of that amount is found');
  await search.fill('nothing like this');
  await page.getByText('Nothing found').waitFor();
  assert.deepEqual(page.faults, []);
});

test('an order leads to its document in Exact', async () => {
  const page = admin;
  const { invoices } = await eventually(async () => {
    const books = await booksOf(demo.exact);
    return books.invoices.length > 0 && books;
  }, 'an invoice stands in Exact');
  const { orders } = await page.evaluate(async () => (await fetch('/api/v1/connections/demo/orders?limit=200')).json());
  const order = orders.find((each) => invoices.some((invoice) => invoice.your_ref.includes(each.purchase_order)));
  const invoice = invoices.find((each) => each.your_ref.includes(order.purchase_order));
  await page.goto(`${demo.origin}/c/demo/orders/${order.purchase_order}`);
  const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: /Open in Exact/ }).first().click()]);
  await opened.getByRole('heading', { name: /^Sales invoice/ }).waitFor();
  await opened.getByText(invoice.id).or(opened.getByText(order.purchase_order).first()).first().waitFor();
  assert.ok(opened.url().startsWith(`${demo.exact}/sandbox/exact/documents/`), opened.url());
  await opened.close();
  assert.deepEqual(page.faults, []);
});

test('an order shows the account that is booked, which of a sales order is the item’s own', async () => {
  const page = admin;
  const { at, ask } = ofDemo({ demo, page });
  const { orders } = await ask('/orders?limit=50');
  const { purchase_order: order } = orders.find((each) => each.postings > 0);
  const { documents } = await ask(`/orders/${order}`);
  const made = (kind, key, depends_on) => ({ ...documents[0], kind, key, depends_on, document: { lines: [{ sku: 'A', exact_item: 'A', quantity: 1, unit_price: 1, amount: 1, gl_account: '8000' }] } });
  const shown = {
    [`order/${order}`]: [made('sales_order', `order/${order}`, null), 'item’s own account'],
    [`delivery/${order}/1`]: [made('goods_delivery', `delivery/${order}/1`, `order/${order}`), null],
    [`invoice/${order}/1`]: [made('sales_invoice', `invoice/${order}/1`, `delivery/${order}/1`), 'item’s own account'],
    [`invoice/${order}/2`]: [made('sales_invoice', `invoice/${order}/2`, null), '8000'],
  };
  const isOrder = (url) => url.pathname.endsWith(`/orders/${order}`) && url.pathname.startsWith('/api/');
  await page.route(isOrder, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), documents: Object.values(shown).map(([posting]) => posting) } });
  });
  await page.goto(at(`orders/${order}`));
  for (const [key, [, account]] of Object.entries(shown)) {
    const card = page.getByRole('article', { name: key });
    await card.waitFor();
    assert.equal(await card.getByRole('columnheader', { name: 'G/L' }).count(), account === null ? 0 : 1, key);
    if (account !== null) assert.equal(await card.locator('tbody td').last().innerText(), account, key);
  }
  await page.unrouteAll({ behavior: 'wait' });
  assert.deepEqual(page.faults, []);
});

test('times are in the zone of who looks', async () => {
  const shown = {};
  for (const timezoneId of ['Europe/Amsterdam', 'America/Los_Angeles']) {
    const page = await watchedPage(browser, demo.origin, { timezoneId, storageState: await admin.context().storageState() });
    await page.goto(`${demo.origin}/c/demo/orders`);
    const order = await page.evaluate(async () => (await (await fetch('/api/v1/connections/demo/orders?limit=1&sort=order_time')).json()).orders[0]);
    await page.goto(`${demo.origin}/c/demo/orders/${order.purchase_order}`);
    const wanted = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: timezoneId }).format(new Date(order.order_time));
    await page.getByText(wanted).first().waitFor();
    shown[timezoneId] = wanted;
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
  assert.notEqual(shown['Europe/Amsterdam'], shown['America/Los_Angeles']);
});

test('every setting is explained, in both languages', async () => {
  const page = admin;
  for (const language of ['en', 'nl']) {
    await page.goto(`${demo.origin}/c/demo/settings`);
    await page.evaluate((chosen) => localStorage.setItem('language', chosen), language);
    await page.reload();
    await page.locator('.setting').first().waitFor();
    const settings = await page.evaluate(async () => (await (await fetch('/api/v1/connections/demo')).json()).settings);
    const shown = await page.locator('.setting').evaluateAll((all) => all.map((each) => [each.querySelector('.name').textContent, each.querySelector('.dim').textContent]));
    assert.equal(shown.length, Object.keys(settings).length);
    for (const [name, text] of shown) assert.ok(text.length > 10, `${language}: ${name} is explained`);
  }
  await page.evaluate(() => localStorage.removeItem('language'));
  assert.deepEqual(page.faults, []);
});

test('another go-live date says what becomes of orders, and the set-up does not move it unseen', async () => {
  const page = admin;
  const { at, ask, patch } = ofDemo({ demo, page });
  const { go_live: before } = (await ask('')).settings;
  const present = '2020-03-01T10:20:30Z';
  assert.equal(await patch('', { settings: { go_live: present } }), 200);
  await page.goto(at('settings'));
  const field = page.getByLabel('Go-live', { exact: true });
  const asked = page.getByRole('dialog', { name: 'Save these settings?' });
  for (const [time, text] of [['2021-01-01T00:00', 'are left alone from now on'], ['2019-01-01T00:00', 'Orders placed since'], ['', 'Orders of any age']]) {
    await field.fill(time);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await asked.getByText(text).waitFor();
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'detached' });
  }
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.goto(at('setup?step=live'));
  await page.getByRole('status').getByText('This connection is live already').waitFor();
  assert.equal(await page.getByLabel('Orders placed from').inputValue(), '2020-03-01T11:20');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Go live' }).click();
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();
  assert.equal(new Date((await ask('')).settings.go_live).toISOString(), new Date(present).toISOString());
  assert.equal(await patch('', { settings: { go_live: before } }), 200);
  await page.goto(at('settings'));
  // Where there was none, one that is set leaves orders alone as well.
  if (!before) {
    await field.fill('2021-01-01T00:00');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await asked.getByText('are left alone from now on').waitFor();
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Discard' }).click();
  }
  assert.deepEqual(page.faults, []);
});

test('a wider guard of prices, or more orders to book, is asked about before it is saved', async () => {
  const page = admin;
  const { at, ask } = ofDemo({ demo, page });
  const { settings } = await ask('');
  await page.goto(at('settings'));
  const asked = page.getByRole('dialog', { name: 'Save these settings?' });
  const refuse = async (...texts) => {
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    for (const text of texts) await asked.getByText(text).waitFor();
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Discard' }).click();
  };
  await page.getByLabel('Largest change in percent').fill('');
  await refuse('is sent by itself');
  await page.getByRole('checkbox', { name: 'Walmart (WFS)' }).click();
  await refuse('Shipped by: Walmart (WFS)');
  assert.deepEqual((await ask('')).settings, settings);
  assert.deepEqual(page.faults, []);
});

test('settings that cannot be saved say why where they are saved, by the name on the page', async () => {
  const page = admin;
  const { at, ask } = ofDemo({ demo, page });
  const { settings } = await ask('');
  await page.goto(at('settings'));
  page.expected.push('status of 400');
  // Far above the end of the page.
  await page.getByLabel('Reference prefix').fill('no blanks, please');
  const bar = page.getByRole('region', { name: 'You have unsaved changes.' });
  await bar.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog', { name: 'Save these settings?' }).getByRole('button', { name: 'Save' }).click();
  const fault = bar.getByRole('alert').getByText('“Reference prefix” cannot be "no blanks, please"');
  await fault.waitFor();
  const { y, height } = await fault.boundingBox();
  assert.ok(y >= 0 && y + height <= page.viewportSize().height, 'it is seen without scrolling');
  assert.deepEqual(await axe(page), []);
  await bar.getByRole('button', { name: 'Discard' }).click();
  await bar.waitFor({ state: 'detached' });
  await page.getByLabel('Lowest price').fill('0.5');
  assert.equal(await bar.getByRole('alert').count(), 0);
  await bar.getByRole('button', { name: 'Discard' }).click();
  assert.deepEqual((await ask('')).settings, settings);
  assert.deepEqual(page.faults, []);
});

test('what takes something away asks once and says what it does', { timeout: 150_000 }, async () => {
  const page = admin;
  const link = await invite('lou', 'Viewer');
  assert.ok(link);
  const row = page.getByRole('row', { name: /^lou/ });
  const ask = async (button, text, action = button) => {
    await row.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(text).waitFor();
    await dialog.getByRole('button', { name: action }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  await row.getByLabel('Role: lou').click();
  await page.getByRole('option', { name: 'Operator' }).click();
  const raised = page.getByRole('dialog', { name: 'Change role' });
  await raised.getByText('lou becomes Operator').waitFor();
  await raised.getByRole('button', { name: 'Cancel' }).click();
  await raised.waitFor({ state: 'detached' });
  assert.equal(await row.getByLabel('Role: lou').inputValue(), 'Viewer');
  await row.getByLabel('Role: lou').click();
  await page.getByRole('option', { name: 'Operator' }).click();
  await raised.getByRole('button', { name: 'Change role' }).click();
  await raised.waitFor({ state: 'detached' });
  await eventually(async () => (await row.getByLabel('Role: lou').inputValue()) === 'Operator', 'lou is an operator');
  await ask('Lock out', 'lou is signed out everywhere');
  await row.getByText('Locked out').waitFor();
  await ask('Remove', 'lou can no longer sign in');
  await row.waitFor({ state: 'detached' });

  await page.goto(`${demo.origin}/c/demo/settings`);
  await page.getByRole('button', { name: 'Pause' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause demo?' });
  await dialog.getByText('Nothing is lost').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('This connection works by itself.').waitFor();
  assert.deepEqual(page.faults, []);
});
