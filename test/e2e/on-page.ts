import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import type { OnPractice } from './on-practice.ts';

/** The kept pictures are written anew only when asked: KEEP_SCREENSHOTS=1 npx vitest run test/e2e/browser.test.ts test/e2e/pilots.test.ts */
export const KEEPS_PICTURES = Boolean(process.env['KEEP_SCREENSHOTS']);
const SCREENSHOTS = path.resolve(KEEPS_PICTURES ? 'test/screenshots' : '.fettle/screenshots');

/** The workspace in a browser, as Lin Wei sees it; `page` can be read from the first `beforeAll` on. */
export interface OnPage {
  readonly page: Page;
  /** The thread that is open. */
  readonly thread: () => Locator;
  readonly shot: (name: string) => Promise<Buffer>;
  /** Types into the channel of the operators, and sends it. */
  readonly type: (text: string) => Promise<void>;
}

/** For the tests of the file that asks for it. `patienceMs` is how long something on the page is waited for. */
export function onPage(on: OnPractice, patienceMs: number): OnPage {
  let browser: Browser | undefined;
  let opened: Page | undefined;
  const page = (): Page => {
    if (!opened) throw new Error('the page is not open yet');
    return opened;
  };
  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    browser = await openBrowser();
    opened = await browser.newPage({ viewport: { width: 1440, height: 960 } });
    opened.setDefaultTimeout(patienceMs);
    await opened.goto(on.practice.workspace.url);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
  });
  return {
    get page() {
      return page();
    },
    thread: () => page().getByRole('complementary', { name: 'Thread' }),
    shot: (name) => page().screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) }),
    async type(text) {
      // How much one person may ask for at once is tried elsewhere.
      await on.keep.change('delete from fettle.asked');
      const composer = page().getByRole('combobox', { name: 'Message #ops' });
      await composer.fill(text);
      await composer.press('Enter');
    },
  };
}
