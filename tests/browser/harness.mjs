// Starts the program as a person does and drives Debian's Chromium against it. What the page must never do (write an
// error to the console, ask another origin) is watched in every test.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
export const axeSource = require('axe-core').source;

const binary = process.env.ML_CONNECTOR ?? new URL('../../build/release/ml-connector', import.meta.url).pathname;
export const password = 'correct horse battery staple';

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function cleanEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.toLowerCase().endsWith('_proxy') && !name.startsWith('ML_CONNECTOR'));
  return { ...Object.fromEntries(kept), ...extra };
}

/** A child process whose first JSON value on stdout says where it is. */
export class Program {
  constructor(args, { cwd, env } = {}) {
    this.out = '';
    this.err = '';
    this.child = spawn(binary, args, { cwd, env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (data) => (this.out += data));
    this.child.stderr.on('data', (data) => (this.err += data));
    this.ended = once(this.child, 'exit');
  }
  async described() {
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline) {
      try {
        // Several values may follow each other (demo prints invoices): the first object is wanted.
        return JSON.parse(this.out.split(/\n(?=\{)/)[0]);
      } catch {
        if (this.child.exitCode !== null) break;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
    throw new Error(`the program did not say where it is (exit ${this.child.exitCode})\n${this.err}\n${this.out}`);
  }
  async stop() {
    if (this.child.exitCode === null) this.child.kill('SIGTERM');
    await this.ended;
  }
}

export async function run(args, options) {
  const program = new Program(args, options);
  await program.ended;
  if (program.child.exitCode !== 0) throw new Error(`${args.join(' ')}: ${program.err}`);
  return program.out;
}

/** Sandbox and `serve` as two processes, in a folder of their own. */
export async function startInstallation({ orders = 40 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'console-test-'));
  const sandbox = new Program(['sandbox', '--walmart-port', '0', '--exact-port', '0', '--seed', '7', '--orders', String(orders), '--placed-before', String(orders), '--exact-minute-limit', '0', '--exact-day-limit', '0', '--life-speed', '400'], { cwd: folder });
  const remotes = await sandbox.described();
  const port = await freePort();
  const env = {
    ML_CONNECTOR__WALMART__BASE_URL: remotes.walmart.base_url,
    ML_CONNECTOR__EXACT__BASE_URL: remotes.exact.base_url,
    ML_CONNECTOR__HTTP__ALLOW_PLAIN_LOOPBACK: 'true',
    ML_CONNECTOR__SERVER__LISTEN: `127.0.0.1:${port}`,
    ML_CONNECTOR__SCHEDULE__ORDERS: '1s',
  };
  await run(['init'], { cwd: folder, env });
  const serve = new Program(['serve', '--output', 'json'], { cwd: folder, env });
  const { console: link } = await serve.described();
  return {
    remotes,
    link,
    origin: new URL(link).origin,
    async stop() {
      await serve.stop();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The demo: everything in one process, with a connection that is live already. */
export async function startDemo(args = []) {
  const port = await freePort();
  const demo = new Program(['demo', '--output', 'json', '--listen', `127.0.0.1:${port}`, '--seed', '7', ...args]);
  const said = await demo.described();
  return { link: said.console, origin: new URL(said.console).origin, exact: said.exact, walmart: said.walmart, stop: () => demo.stop() };
}

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}

/** A page that remembers what it must not have done. Refusals a test provokes are named in `expected`. */
export async function watchedPage(browser, origin, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Amsterdam', viewport: { width: 1360, height: 900 }, ...options });
  const page = await context.newPage();
  // Compilers may be at work beside the tests.
  page.setDefaultTimeout(45_000);
  const faults = [];
  page.expected = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (!page.expected.some((text) => message.text().includes(text))) faults.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    const elsewhere = url.protocol.startsWith('http') && url.origin !== origin && !(options.remotes ?? []).includes(url.origin);
    if (elsewhere) faults.push(`request to ${url.origin}`);
  });
  page.faults = faults;
  return page;
}

/** Follows the one-time link and chooses a password. */
export async function followLink(page, link) {
  await page.goto(link);
  await page.getByLabel('New password').fill(password);
  await page.getByLabel('The same again').fill(password);
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

/**
 * The demo with its administrator's page, and a browser for more pages: before the tests of a file, and gone after them.
 * `use` is given them as {demo, browser, page}.
 */
export function onSignedInDemo(use) {
  let demo, browser;
  before(async () => {
    demo = await startDemo();
    browser = await startBrowser();
    const page = await watchedPage(browser, demo.origin);
    await followLink(page, demo.link);
    use({ demo, browser, page });
  }, { timeout: 200_000 });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });
}

/**
 * The demo's connection, as the one who is signed in at `page` sees it: addresses of its pages, what the API answers a
 * question about it, and the status that the API gives a change of it.
 */
export function ofDemo({ demo, page }) {
  const api = (path) => `/api/v1/connections/demo${path}`;
  return {
    at: (path) => `${demo.origin}/c/demo/${path}`,
    ask: (path) => page.evaluate(async (address) => (await fetch(address)).json(), api(path)),
    patch: (path, body) =>
      page.evaluate(async ([address, changes]) => {
        const { csrf } = await (await fetch('/api/v1/session')).json();
        const answer = await fetch(address, { method: 'PATCH', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf }, body: JSON.stringify(changes) });
        return answer.status;
      }, [api(path), body]),
  };
}

/** Fills in the sign-in page that is shown; a second factor asks further. */
export async function signIn(page, name, secret = password) {
  await page.getByLabel('User name').fill(name);
  await page.getByRole('textbox', { name: 'Password' }).fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What the sandbox's Exact has in its books. */
export const booksOf = async (exact) => (await fetch(`${exact}/sandbox/exact/books`)).json();

export const postJson = (address, body, headers = {}) => fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });

/** Chooses a CSV file to import; `content` is text, or bytes in another encoding. */
export async function chooseCsv(page, content, name = 'file.csv') {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Import CSV' }).click()]);
  await chooser.setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
}

/** Chooses a CSV file to import and says yes to what the page asks then. */
export async function importCsv(page, text, name = 'file.csv') {
  await chooseCsv(page, text, name);
  const dialog = page.getByRole('dialog', { name: 'Import CSV' });
  await dialog.getByText(`${name} has`).waitFor();
  await dialog.getByRole('button', { name: 'Replace' }).click();
  await dialog.waitFor({ state: 'detached' });
}

export async function axe(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.map((violation) => `${violation.id}: ${violation.help} – ${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

/** What an authenticator app shows, now or `later` steps of thirty seconds from now. */
export function oneTimeCode(secret, later) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Picks an option of a searchable list by what it begins with. */
export async function choose(page, label, text) {
  const input = page.getByRole('textbox', { name: label }).or(page.getByRole('combobox', { name: label })).first();
  await input.click();
  await input.fill(text);
  await page.getByRole('option', { name: new RegExp('^' + text) }).first().click();
}

export async function eventually(check, what, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < deadline) {
    last = await check();
    if (last) return last;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`did not happen within ${seconds} s: ${what}`);
}
