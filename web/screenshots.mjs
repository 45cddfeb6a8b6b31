// Makes docs/screenshots from the demo: node web/screenshots.mjs [PAGE...]. ML_CONNECTOR names the program.
import { mkdirSync } from 'node:fs';
import { followLink, startBrowser, startDemo, watchedPage } from '../tests/browser/harness.mjs';

const folder = new URL('../docs/screenshots/', import.meta.url).pathname;
const wanted = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const demo = await startDemo(['--orders', '160']);
const browser = await startBrowser();
try {
  const page = await watchedPage(browser, demo.origin, { viewport: { width: 1280, height: 800 } });
  await followLink(page, demo.link);
  await page.waitForTimeout(Number(process.env.LIVE_SECONDS ?? 60) * 1000);
  await page.goto(`${demo.origin}/c/demo/orders`);
  await page.getByText('Posted', { exact: true }).first().waitFor();
  const order = await page.locator('tbody tr', { has: page.getByText('Posted', { exact: true }) }).locator('a').first().innerText();
  const pages = {
    overview: '/',
    orders: '/c/demo/orders',
    order: `/c/demo/orders/${order}`,
    todo: '/c/demo/todo',
    mappings: '/c/demo/mappings',
    inventory: '/c/demo/inventory',
    prices: '/c/demo/prices',
    settlements: '/c/demo/settlements',
    reconciliation: '/c/demo/reconciliation',
    settings: '/c/demo/settings',
    audit: '/audit',
    users: '/users',
    setup: '/c/demo/setup',
  };
  for (const scheme of ['light', 'dark']) {
    await page.evaluate((value) => localStorage.setItem('mantine-color-scheme-value', value), scheme);
    for (const [name, path] of Object.entries(pages)) {
      if (wanted.length && !wanted.includes(name)) continue;
      await page.goto(demo.origin + path);
      await page.locator('h1').waitFor();
      await page.waitForFunction(() => !document.querySelector('.skeleton'), undefined, { timeout: 60_000 });
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${folder}${name}-${scheme}.png` });
    }
  }
  if (page.faults.length) console.error(page.faults.join('\n'));
} finally {
  await browser.close();
  await demo.stop();
}
