import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deliver, emptyFolder, type Running, startBridgeProcess, untilIdle } from '../support/process.ts';
import { recordedDelivery } from '../support/woocommerce.ts';
import { barriersOn, type Opened, openBrowser, openPage } from './browser.ts';

const RESULTS = fileURLToPath(new URL('results/', import.meta.url));
const HELENE = 'helene@example.test';
const YAMADA = 'yamada@example.test';

let browser: Browser;
let bridge: Running;
let dataDir: string;
let opened: Opened | undefined;

beforeAll(async () => {
  browser = await openBrowser();
  dataDir = await emptyFolder();
  bridge = await startBridgeProcess(dataDir);
  await press('/console/play', { story: 'checkout' });
  await untilIdle(bridge.url);
  await mkdir(RESULTS, { recursive: true });
});

/** As the page does it. */
async function press(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', origin: bridge.url };
  const answer = await fetch(`${bridge.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

afterAll(async () => {
  await browser.close();
  await bridge.kill();
  await rm(dataDir, { recursive: true, force: true });
});

afterEach(async () => {
  const { page, complaints = [] } = opened ?? {};
  await page?.close();
  opened = undefined;
  if (complaints.length > 0) throw new Error(`The browser complained: ${complaints.join('; ')}`);
});

async function open(options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
  opened = await openPage(browser, `${bridge.url}/`, options);
  await opened.page.getByText('live', { exact: true }).waitFor();
  return opened.page;
}

function rowsOf(page: Page) {
  return page.getByRole('list', { name: 'The newest first' }).getByRole('listitem');
}

async function tabUntil(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    const label = await page.evaluate(() => {
      const { activeElement: element } = document;
      return element?.getAttribute('aria-label') ?? (element as HTMLElement | null)?.innerText ?? '';
    });
    if (label.trim().startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${name}`);
}

describe('the page', () => {
  it('shows what happened before it was opened, and who is in the ledger', async () => {
    const page = await open();

    await rowsOf(page)
      .filter({ hasText: HELENE })
      .getByText(/created: \d+ fields/)
      .waitFor();
    await page.getByRole('tabpanel').getByRole('button', { name: HELENE }).waitFor();
    expect(await rowsOf(page).filter({ hasText: 'order 23' }).count()).toBe(3);
  });

  it('shows what happens meanwhile, without being loaded again', async () => {
    const page = await open();
    await rowsOf(page).first().waitFor();

    expect(await deliver(bridge.url, recordedDelivery('0098'))).toBe(200);

    await rowsOf(page).filter({ hasText: 'order 34' }).getByText('taken in: on-hold').waitFor();
    await page.getByRole('tabpanel').getByRole('button', { name: 'jean@example.test' }).waitFor();
  });

  it('asks nobody but the bridge for anything', async () => {
    const page = await open();
    await rowsOf(page).first().waitFor();

    expect(opened?.requests.filter((url) => !url.startsWith(bridge.url) && !url.startsWith('data:'))).toEqual(
      [],
    );
  });

  it('refuses a forged delivery before the eyes of whoever plays it', async () => {
    const page = await open();

    await page
      .getByLabel('Recording', { exact: true })
      .selectOption({ label: 'A delivery that somebody forged' });
    await page.getByRole('button', { name: 'Play' }).click();

    await page.getByText('Answered 401.').waitFor();
    await rowsOf(page).filter({ hasText: 'answered 401' }).first().waitFor();
    expect(await rowsOf(page).filter({ hasText: 'could not be recorded' }).count()).toBe(0);
  });
});

describe('the simulated Mautic', () => {
  it('shows whom it holds, without a barrier', async () => {
    opened = await openPage(browser, bridge.mauticUrl);
    const { page } = opened;
    await page.getByRole('link', { name: HELENE }).click();
    await page.getByRole('heading', { name: HELENE }).waitFor();
    await page.screenshot({ path: `${RESULTS}mautic.png` });

    expect(await barriersOn(page)).toEqual([]);
    const count = page.getByRole('row').filter({ hasText: 'mautic_woo_order_count' });
    expect(await count.getByRole('cell').last().innerText()).toBe('1');
  });
});

describe('the keyboard alone', () => {
  it('plays a recording, opens the contact, sees what changed, and goes back to where it was', async () => {
    const page = await open();
    await tabUntil(page, 'A checkout');
    await page.keyboard.type('An order, two');
    await tabUntil(page, 'Play');
    await page.keyboard.press('Enter');
    await page.getByText('Answered 200, 200, 200, 200, 200.').waitFor();
    await untilIdle(bridge.url);
    await rowsOf(page).filter({ hasText: 'taken in: refunded' }).waitFor();

    await tabUntil(page, HELENE);
    await page.keyboard.press('Enter');

    const total = page.getByRole('row', { name: /^mautic_woo_total_spent/ });
    await total.filter({ hasText: '57.17' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(HELENE);
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Contacts' }).waitFor();
    await page.waitForFunction((name) => document.activeElement?.textContent?.includes(name), HELENE);
  });

  it('tells the story of an order', async () => {
    const page = await open();
    await tabUntil(page, 'Contacts');
    await page.keyboard.press('ArrowRight');
    await tabUntil(page, '23');
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: 'Order 23' }).waitFor();
    await page.getByText('Seen as completed').waitFor();
    const held = page.getByText(/Mautic holds it, in contact \d+/);
    await held.waitFor();
    expect(await held.getAttribute('class')).toBe('good');
  });

  it('lets Mautic fail, and shows who waits and why', async () => {
    const page = await open();
    const down = page.getByRole('switch', { name: 'Down (503)' });
    await down.focus();
    await page.keyboard.press('Space');
    await page.getByText(/^What cannot be written waits/).waitFor();
    await tabUntil(page, 'A checkout');
    await page.keyboard.type('Paid by');
    await tabUntil(page, 'Play');
    await page.keyboard.press('Enter');

    const contact = page.getByRole('tabpanel').getByRole('button', { name: YAMADA });
    await contact.filter({ hasText: 'waits' }).filter({ hasText: '503' }).waitFor();
    await page.screenshot({ path: `${RESULTS}down.png` });
    await down.focus();
    await page.keyboard.press('Space');
    await page.getByText(/^Switch one on/).waitFor();
    expect(await down.isChecked()).toBe(false);
  });
});

describe.each([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
] as const)('in %s', (name, options) => {
  it('the page has no barrier, and nothing sticks out', async () => {
    const page = await open(options);
    const contact = page.getByRole('tabpanel').getByRole('button', { name: HELENE });
    await contact.waitFor();
    await page.screenshot({ path: `${RESULTS}${name}-lists.png`, fullPage: name === 'narrow' });
    const barriers = [...(await barriersOn(page))];

    await contact.click();
    await page.getByRole('row', { name: /^mautic_woo_total_spent/ }).waitFor();
    await page.screenshot({ path: `${RESULTS}${name}-contact.png`, fullPage: name === 'narrow' });
    barriers.push(...(await barriersOn(page)));

    expect(barriers).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });
});

describe('a simulated shop beside it', () => {
  it('plays the whole story without any real system', async () => {
    const folder = await emptyFolder();
    const beside = await startBridgeProcess(folder, { SHOP_PORT: '0' }, ['--shop']);
    await beside.untilPrinted('Press Ctrl-C to stop.');
    const shopUrl =
      /http:\S+/.exec(beside.printed.find((line) => line.startsWith('Shop: ')) ?? '')?.[0] ?? '';
    const [bridgePage, shop] = [await openPage(browser, beside.url), await openPage(browser, shopUrl)];
    const rows = rowsOf(bridgePage.page);

    await shop.page.getByLabel('Who').selectOption({ label: 'Chiara Conti' });
    await shop.page.getByRole('button', { name: 'Place an order' }).click();
    await rows
      .filter({ hasText: 'chiara@example.test' })
      .getByText(/created: \d+ fields/)
      .waitFor();
    await shop.page.getByRole('button', { name: /^Refund all/ }).click();
    await rows.getByText('taken in: refunded').first().waitFor();
    await shop.page.getByRole('button', { name: 'Leave at the checkout, unpaid' }).click();
    await rows.getByText('taken in: pending').first().waitFor();
    await shop.page.screenshot({ path: `${RESULTS}shop.png` });
    const barriers = await barriersOn(shop.page);
    const complaints = [...bridgePage.complaints, ...shop.complaints];
    await Promise.all([bridgePage.page.close(), shop.page.close(), beside.kill()]);
    await rm(folder, { recursive: true, force: true });

    expect({ barriers, complaints }).toEqual({ barriers: [], complaints: [] });
  });
});
