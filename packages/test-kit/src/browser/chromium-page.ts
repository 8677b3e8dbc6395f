import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import axe from "axe-core";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";

const executablePath = "/usr/bin/chromium";

/** The reason why no browser can be started; empty if one can. */
export const browserMissing = existsSync(executablePath) ? "" : `${executablePath} is not installed`;

const args = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The directory for screenshots of the pages, if they are kept. */
const pictures = process.env.BOOKEND_SCREENSHOTS;

/** A page whose console messages, errors and requests to other hosts are recorded. */
export interface WatchedPage {
  readonly page: Page;
  /** The messages, errors and requests that were recorded so far. The test expects this list to be empty. */
  readonly faults: string[];
}

/**
 * Opens an empty page in a fresh profile. Requests to servers other than `origin` are faults, and so are messages on
 * the console, unless `expected` matches the URL that caused them.
 */
export async function watchedPage(
  origin: string,
  options: BrowserContextOptions = {},
  expected = /(?!)/,
): Promise<WatchedPage> {
  const browser = await chromium.launch({ executablePath, args });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on("console", (message) => {
    const { url } = message.location();
    if (!expected.test(url)) faults.push(`console: ${message.text()} ${url}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob|about):/.test(url)) faults.push(`request: ${url}`);
  });
  return { page, faults };
}

/** Waits until the timers without a delay that the page has started so far have fired. */
export async function timersFired(page: Page): Promise<void> {
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 0))");
}

/** Signs in to the administration UI with its own form. */
export async function signIn(page: Page, url: string, username: string, password: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** Chooses an entry of a select. */
export async function pick(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

/** Fails for problems of the current page that axe rates serious or critical. */
export async function expectAccessible(page: Page, place: string): Promise<void> {
  // the script is evaluated instead of being added as an element, since the content security policy of the page would
  // block it
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await checker.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 300)}`));
  });
  expect(found, place).toEqual([]);
}

/** Saves a picture of the page in the directory given by BOOKEND_SCREENSHOTS. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png`, animations: "disabled" });
}
