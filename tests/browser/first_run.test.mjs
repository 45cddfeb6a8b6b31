// The whole first run: from the one-time link to invoices in Exact's books, through the browser alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, booksOf, choose, eventually, followLink, startBrowser, startInstallation, watchedPage } from './harness.mjs';

let installation, browser;
before(async () => {
  installation = await startInstallation();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await installation?.stop();
});

const books = async () => (await booksOf(installation.remotes.exact.base_url)).invoices;

test('connect, preview, go live', { timeout: 300_000 }, async () => {
  const { remotes, origin, link } = installation;
  const page = await watchedPage(browser, origin, { remotes: [new URL(remotes.exact.base_url).origin] });
  await followLink(page, link);
  await page.getByText('No connection yet').waitFor();
  await page.getByRole('link', { name: 'Set up a connection' }).first().click();

  await page.getByLabel('Name of the connection').fill('us-store');
  await page.getByRole('button', { name: 'Next' }).click();

  // A wrong secret is refused by Walmart and never stored.
  page.expected.push('status of 422');
  await page.getByLabel('Client ID').fill(remotes.walmart.client_id);
  await page.getByLabel('Client secret').fill('wrong');
  await page.getByRole('button', { name: 'Test and store' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Client secret').fill(remotes.walmart.client_secret);
  await page.getByRole('button', { name: 'Test and store' }).click();
  await page.getByText(/reached in \d+ ms/).waitFor();
  await page.getByRole('button', { name: 'Next' }).click();

  // A wrong secret shows when Exact is asked to exchange its code; the browser is back in the wizard, which says so.
  const giveApp = async (secret) => {
    await page.getByLabel('Client ID').fill(remotes.exact.client_id);
    await page.getByLabel('Client secret').fill(secret);
    await page.getByRole('button', { name: 'Next' }).click();
  };
  await giveApp('wrong');
  await page.getByRole('button', { name: 'Sign in to Exact' }).click();
  await page.getByRole('alert').getByText('Exact did not accept the client ID, the secret').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Another Exact app' }).click();
  await giveApp(remotes.exact.client_secret);
  // Somebody refuses at Exact; a state that is wrong or was used leads nowhere.
  const state = await page.evaluate(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json();
    const answer = await fetch('/api/v1/connections/us-store/exact/authorization', { method: 'POST', headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' }, body: JSON.stringify({ return_to: '/c/us-store/setup?step=exact' }) });
    return new URL((await answer.json()).address).searchParams.get('state');
  });
  const callback = (values) => `${origin}/oauth/exact/callback?${new URLSearchParams(values)}`;
  assert.equal((await fetch(callback({ code: 'stolen', state: state.slice(0, -1) + (state.endsWith('0') ? '1' : '0') }))).status, 403);
  await page.goto(callback({ error: 'access_denied', state }));
  await page.getByRole('alert').getByText('somebody refused').waitFor();
  assert.equal((await fetch(callback({ code: 'late', state }))).status, 403, 'a state is used once');
  await page.getByRole('button', { name: 'Sign in to Exact' }).click();
  // Exact sends the browser back to the wizard.
  await page.getByText(/reached in \d+ ms/).waitFor();
  assert.equal(new URL(page.url()).origin, origin);
  assert.doesNotMatch(page.url(), /code=/);
  await page.getByRole('button', { name: 'Next' }).click();

  await page.getByText('What you sold at Walmart').waitFor({ timeout: 60_000 });
  assert.deepEqual(await axe(page), []);
  await choose(page, 'G/L account', '8000');
  await choose(page, 'Item for shipping', 'SHIPPING');
  await choose(page, 'Item for fees', 'FEE');
  await choose(page, 'Item for discounts', 'DISCOUNT');
  // What was chosen survives a reload and a look at an earlier step.
  await page.reload();
  await page.getByText('What you sold at Walmart').waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: '2. Walmart' }).click();
  await page.getByText(/reached in \d+ ms/).waitFor();
  await page.goBack();
  await page.getByText('What you sold at Walmart').waitFor({ timeout: 60_000 });
  assert.match(await page.getByRole('textbox', { name: 'Item for discounts' }).or(page.getByRole('combobox', { name: 'Item for discounts' })).first().inputValue(), /^DISCOUNT/);
  const acceptAll = page.getByRole('button', { name: 'Take all suggestions' });
  if (await acceptAll.isVisible()) await acceptAll.click();
  await page.getByRole('button', { name: 'Save and preview' }).click();

  await page.getByText(/orders read, \d+ documents/).waitFor({ timeout: 60_000 });
  assert.equal((await books()).length, 0, 'a preview sends nothing');
  // What Exact would refuse is said before anything is sent, and first.
  const seen = await page.evaluate(async () => {
    const address = '/api/v1/connections/us-store';
    const preview = async () => (await fetch(`${address}/preview?days=7`)).json();
    const { csrf } = await (await fetch('/api/v1/session')).json();
    const change = (body) => fetch(`${address}/mapping`, { method: 'PATCH', headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    const before = await preview();
    const { rows } = await (await fetch(`${address}/mapping`)).json();
    const lines = before.orders.filter((order) => order.problems.length === 0).flatMap((order) => order.documents[0].lines);
    const { sku } = lines.find((line) => line.exact_item === line.sku && !rows.some((row) => row.sku === line.sku));
    await change({ rows: [{ sku, exact_item: 'GONE-1' }] });
    const broken = await preview();
    await change({ remove: [sku] });
    return { before, broken };
  });
  assert.ok(seen.broken.problems > seen.before.problems);
  const [waiting] = seen.broken.orders[0].problems;
  assert.equal(seen.broken.orders.flatMap((order) => order.problems).filter((problem) => problem.cause === 'missing_item' && problem.message.includes('GONE-1')).length, seen.broken.problems - seen.before.problems);
  assert.ok(waiting, 'what would wait comes first');
  // What is waited for is said at once, and which settings the documents follow.
  if (seen.before.problems > 0) await page.getByRole('status').getByText(/^[A-Z][\w ]+: \d+$/).first().waitFor();
  await page.getByRole('region', { name: 'Booked by these settings' }).getByText('Sales order, delivery and invoice').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Orders placed from').waitFor();
  await page.reload();

  await page.getByLabel('Orders placed from').fill('2020-01-01T00:00');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Go live' }).click();
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();
  await eventually(async () => (await books()).length > 0, 'an invoice stands in Exact', 60);
  await page.getByText('Posted', { exact: true }).first().waitFor({ timeout: 60_000 });
  assert.deepEqual(page.faults, []);
});
