// Every page while it waits, when the server fails, with nothing to show and with far too much: the server's own answers,
// held back or changed on their way to the browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, followLink, startBrowser, startDemo, watchedPage } from './harness.mjs';

let demo, browser, page, pages;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  page = await watchedPage(browser, demo.origin);
  await followLink(page, demo.link);
  await page.goto(`${demo.origin}/c/demo/orders`);
  const order = await page.locator('tbody tr a').first().innerText();
  // What each says when there is nothing; settings and the wizard always have something.
  pages = {
    '/': 'No connection yet',
    '/c/demo/orders': 'No orders yet',
    [`/c/demo/orders/${order}`]: 'No document yet',
    '/c/demo/todo': 'Nothing to do',
    '/c/demo/mappings': 'No mappings yet',
    '/c/demo/mappings?tab=kits': 'No kits',
    '/c/demo/mappings?tab=aliases': 'No aliases',
    '/c/demo/mappings?tab=nodes': 'No ship nodes yet',
    '/c/demo/mappings?tab=history': 'No changes yet',
    '/c/demo/inventory': 'No stock read yet',
    '/c/demo/prices': 'No price was sent yet',
    '/c/demo/settlements': 'Payouts are not booked yet',
    '/c/demo/settings': null,
    '/audit': 'No records',
    '/users': 'No tokens',
  };
  // The last of what the demo begins with, so that there is much to make long.
  await page.goto(`${demo.origin}/c/demo/inventory`);
  await page.getByTestId('held-count').or(page.getByText('Drift', { exact: true })).first().waitFor({ timeout: 90_000 });
}, { timeout: 240_000 });
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const isData = (url) => url.pathname.startsWith('/api/v1/') && !['/api/v1/session', '/api/v1/events'].includes(url.pathname);
/** Answers all that pages ask for in another way, as long as `work` takes. */
async function answering(handler, work) {
  await page.route(isData, handler);
  try {
    await work();
  } finally {
    // What the page still asks for is answered first: an answer to a page that was left would have nowhere to go.
    await page.unrouteAll({ behavior: 'wait' });
  }
}
/** What names go on with; a page that asks by such a name means the one the server knows. */
const goingOn = '-verylongindeed'.repeat(8);
const changed = (change) => async (route) => {
  const answer = await route.fetch({ url: route.request().url().replaceAll(goingOn, '') });
  if (!(answer.headers()['content-type'] ?? '').includes('json')) return route.fulfill({ response: answer });
  return route.fulfill({ response: answer, json: change(await answer.json()) });
};

/** No list has an entry and nothing was ever run. */
function emptied(value, name = '') {
  if (Array.isArray(value)) return [];
  if (['latest', 'facts', 'idle'].includes(name)) return null;
  if (typeof value !== 'object' || value === null) return value;
  // Sums over all connections, of which there are none.
  if (name === 'totals' && 'connections' in value) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, typeof inner === 'number' ? 0 : null]));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === 'settings' ? inner : emptied(inner, key)]));
}

const words = ['state', 'status', 'kind', 'role', 'scope', 'cause', 'action', 'next', 'currency', 'column', 'by', 'shows', 'address', 'idle', 'previous_hash'];
/** Every name and text goes on and on, without a blank to break at, and sums are those of a nation. */
function prolonged(value, name = '') {
  if (Array.isArray(value)) return value.map((each) => prolonged(each, name));
  if (typeof value === 'number') return ['total', 'amount', 'unit_price', 'USD'].includes(name) ? 123_456_789_012.34 : value;
  if (typeof value === 'string') return words.includes(name) || value === '' || /^\d{4}-\d\d-\d\d/.test(value) ? value : value + goingOn;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === 'settings' || key === 'guards' ? inner : prolonged(inner, key)]));
}

const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('while an answer is awaited, every page says so', { timeout: 300_000 }, async () => {
  for (const path of Object.keys(pages)) {
    let letGo;
    const looked = new Promise((done) => (letGo = done));
    await answering(
      async (route) => {
        await looked;
        await route.continue();
      },
      async () => {
        try {
          await page.goto(demo.origin + path);
          await page.locator('h1').waitFor();
          await page.getByRole('status', { name: 'Loading…' }).first().waitFor();
          assert.deepEqual(await axe(page), [], path);
        } finally {
          letGo();
        }
      },
    );
  }
  assert.deepEqual(page.faults, []);
});

test('when the server fails, every page says what happened and tries again', { timeout: 150_000 }, async () => {
  page.expected.push('status of 503');
  const failing = (route) => route.fulfill({ status: 503, json: { error: { cause: 'store_failure', message: 'the disk is full: make room and try again' } } });
  for (const path of Object.keys(pages)) {
    const alert = page.getByRole('alert').filter({ hasText: 'the disk is full' }).first();
    const again = page.getByRole('alert').getByRole('button', { name: 'Try again' }).first();
    await answering(failing, async () => {
      await page.goto(demo.origin + path);
      await alert.waitFor();
      await again.waitFor();
      assert.deepEqual(await axe(page), [], path);
    });
    // News of the server may have mended it meanwhile, and a failure that was on its way may show a little later.
    for (let calm = 0; calm < 3; calm += 1) {
      if (await again.count()) {
        calm = 0;
        await again.click({ timeout: 2_000 }).catch(() => undefined);
      } else {
        await page.waitForTimeout(100);
      }
    }
    await alert.waitFor({ state: 'detached' });
  }
  assert.deepEqual(page.faults, []);
});

test('with nothing to show, every page says what will be here', { timeout: 120_000 }, async () => {
  for (const [path, text] of Object.entries(pages)) {
    await answering(changed(emptied), async () => {
      await page.goto(demo.origin + path);
      await page.locator('h1').waitFor();
      if (text) await page.getByText(text).first().waitFor();
      assert.deepEqual(await axe(page), [], path);
      assert.ok((await overflow()) <= 0, `${path} fits`);
    });
  }
  assert.deepEqual(page.faults, []);
});

test('with far too much to show, no page is wider than its window, on a desk or in a hand', { timeout: 240_000 }, async () => {
  for (const width of [1360, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of Object.keys(pages)) {
      await answering(changed(prolonged), async () => {
        await page.goto(demo.origin + path);
        await page.locator('h1').waitFor();
        await page.waitForFunction(() => !document.querySelector('.skeleton'));
        assert.ok((await overflow()) <= 0, `${path} at ${width} is ${await overflow()} too wide`);
        if (width === 1360) assert.deepEqual(await axe(page), [], path);
      });
    }
  }
  await page.setViewportSize({ width: 1360, height: 900 });
  assert.deepEqual(page.faults, []);
});

test('a page whose program does not come leaves the menu where it is, and is fetched when asked again', { timeout: 120_000 }, async () => {
  page.expected.push('net::ERR_FAILED', 'status of 404', 'dynamically imported module');
  const isPart = (url) => /^\/assets\/ToDo-.*\.js$/.test(url.pathname);
  const isAnyPart = (url) => /^\/assets\/(?!index-).*\.js$/.test(url.pathname);
  const isHome = (url) => url.pathname === '/';
  const toDo = page.getByRole('heading', { name: 'To do', level: 1 });
  const openToDo = () => page.getByRole('navigation').getByRole('link', { name: /To do/ }).click();
  // The line is lost: a reload would leave nothing at all.
  await page.goto(`${demo.origin}/c/demo/orders`);
  // What several pages share is lost with it.
  await page.route(isAnyPart, (route) => route.abort());
  await page.route(isHome, (route) => route.abort());
  await openToDo();
  const alert = page.getByRole('alert').filter({ hasText: 'A part of the console did not come' });
  await alert.waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('navigation').getByRole('link', { name: 'Orders' }).click();
  await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
  await openToDo();
  await alert.waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await alert.getByRole('button', { name: 'Try again' }).click();
  await toDo.waitFor();
  // The program is another version, which has no part of that name: loaded anew, the page is the newer one's.
  await page.goto(`${demo.origin}/c/demo/orders`);
  let refused = 0;
  await page.route(isPart, (route) => (++refused <= 2 ? route.fulfill({ status: 404 }) : route.continue()));
  await Promise.all([page.waitForEvent('load'), openToDo()]);
  await toDo.waitFor();
  // Where that does not help either, it is not done over and over.
  await page.unrouteAll({ behavior: 'wait' });
  await page.goto(`${demo.origin}/c/demo/orders`);
  await page.route(isPart, (route) => route.fulfill({ status: 404 }));
  await Promise.all([page.waitForEvent('load'), openToDo()]);
  await alert.waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await alert.getByRole('button', { name: 'Try again' }).click();
  await toDo.waitFor();
  assert.deepEqual(page.faults, []);
});
