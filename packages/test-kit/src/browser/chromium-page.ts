import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import axe from "axe-core";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";

const executablePath = "/usr/bin/chromium";

/** Why no browser can be started; empty if one can. */
export const browserMissing = existsSync(executablePath) ? "" : `${executablePath} is not installed`;

const args = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Where screenshots of the pages are kept, if wanted. */
const pictures = process.env.BOOKEND_SCREENSHOTS;

/** A page that fails its test for a message on the console, or a request to another host. */
export interface WatchedPage {
  readonly page: Page;
  /** Messages and requests that must not be, so far. */
  readonly faults: string[];
}

/** Opens a page of a fresh profile at a server. Failed requests that `expected` matches are not a fault. */
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

/** Signs in on the UI's own page. */
export async function signIn(page: Page, url: string, username: string, password: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** Picks an entry of a select. */
export async function pick(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

/** Fails for what axe finds serious or critical on the page as it is. */
export async function expectAccessible(page: Page, place: string): Promise<void> {
  // evaluated, not added as an element: the page's policy allows no script of ours
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

/** Keeps a picture of the page in the directory that BOOKEND_SCREENSHOTS names. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png`, animations: "disabled" });
}
