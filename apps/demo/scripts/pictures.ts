// Takes pictures of each page of the web UI: without data, with a little, and with 5,000 bindings.
// `node -C @bookend/source --import tsx scripts/pictures.ts [directory]`; needs Chromium and a built admin-ui.
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { DemoServer } from "../src/start-demo.js";
import { admin, fillTo5000, post, startTemporaryDemo } from "./demo-with-bindings.js";

const paths = [
  "overview",
  "bindings",
  "bindings/new",
  "events/validate_check",
  "explain",
  "history",
  "audit",
  "deliveries",
  "transfer",
  "outbox",
] as const;
const widths = [1280, 390] as const;
const schemes = ["light", "dark"] as const;
const amounts = ["none", "some", "many"] as const;

const directory = resolve(process.argv[2] ?? join(tmpdir(), "bookend-pictures"));
await mkdir(directory, { recursive: true });
const server = await startTemporaryDemo();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const taken: string[] = [];
try {
  const seeded = await server.bookend.bindings.list();
  for (const amount of amounts) {
    await fill(server, amount, seeded);
    for (const colorScheme of schemes) await picturesOf(browser, amount, colorScheme);
  }
  const images = taken.map((name) => `<figure><figcaption>${name}</figcaption><img src="${name}"></figure>`);
  await writeFile(join(directory, "index.html"), `<!doctype html>${images.join("\n")}`);
  console.log(`${taken.length} pictures in ${directory}`);
} finally {
  await browser.close();
  await server.close();
}

type Bindings = Awaited<ReturnType<DemoServer["bookend"]["bindings"]["list"]>>;

/** Stores the requested number of bindings and, for `some`, makes calls that appear in the audit log and the outbox. */
async function fill(server: DemoServer, amount: (typeof amounts)[number], seeded: Bindings): Promise<void> {
  const { bookend, url } = server;
  if (amount === "none") {
    await bookend.bindings.import([], { mode: "replace" });
  } else if (amount === "some") {
    await bookend.bindings.import(
      // mails become durable deliveries, so that the page about deliveries has something to show
      seeded.map(({ id: _id, revision: _revision, ...input }) => ({
        ...input,
        ...(input.action === "sendmail" && { delivery: "durable" as const }),
      })),
      { mode: "replace" },
    );
    const { token } = await post(url, "/auth", admin);
    for (const serial of ["OATH0000AB01", "OATH0000AB02"]) {
      await post(url, "/token/init", { type: "hotp", genkey: 1, user: "alice", serial }, token);
    }
    await post(url, "/token/init", { type: "registration", user: "alice" }, token);
    for (const pass of ["wrong", "alice-demo", "000000"]) {
      await post(url, "/validate/check", { user: "alice", pass });
    }
  } else {
    await fillTo5000(server);
  }
}

async function picturesOf(browser: Browser, amount: string, colorScheme: "light" | "dark"): Promise<void> {
  const context = await browser.newContext({ colorScheme, locale: "en-GB", viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await signIn(page, amount, colorScheme);
  for (const width of widths) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    const stored = await server.bookend.bindings.list();
    const mail = stored.find(({ action }) => action === "sendmail");
    for (const path of [...paths, ...(mail ? [`bindings/${mail.id}`] : [])]) {
      await page.goto(`${server.url}/ui/${path}`);
      await settled(page);
      await take(page, `${amount}-${path.replace(/\d+$/, "edit").replaceAll("/", "-")}-${width}-${colorScheme}`);
    }
    if (amount !== "some" || !mail) continue;
    for (const [name, show] of Object.entries(statesOf(mail.id))) {
      await show(page);
      await page.waitForLoadState("networkidle");
      await take(page, `${amount}-${name}-${width}-${colorScheme}`);
      // a draft would appear again in the next picture
      const discard = page.getByRole("button", { name: "Discard changes" });
      if (await discard.isVisible()) await discard.click();
    }
  }
  await context.close();
}

/** Returns functions that bring a page into a state which it shows only after some clicks. */
function statesOf(mail: number): Readonly<Record<string, (page: Page) => Promise<void>>> {
  const go = async (page: Page, path: string) => {
    await page.goto(`${server.url}/ui/${path}`);
    await settled(page);
  };
  return {
    async explained(page) {
      await go(page, "audit?event=validate_check");
      await page
        .getByRole("button", { name: /validate\/check/ })
        .first()
        .click();
      await page.getByRole("link", { name: "Explain this call" }).click();
      await page.getByRole("region", { name: "Result" }).getByRole("article").first().waitFor();
    },
    async "audit-call"(page) {
      await go(page, "audit?event=token_init");
      await page.locator(".bk-link").first().click();
      await page.getByRole("dialog").getByRole("article").first().waitFor();
    },
    async mail(page) {
      await go(page, "outbox");
      await page.locator(".bk-open").first().click();
    },
    async backtest(page) {
      await go(page, `bindings/${mail}`);
      const panel = page.getByRole("region", { name: "Backtest" });
      await panel.getByRole("button", { name: "Try it" }).click();
      await panel.getByText(/it would have run for/).waitFor();
      await panel.scrollIntoViewIfNeeded();
    },
    async "editor-problems"(page) {
      await go(page, `bindings/${mail}`);
      await page.getByRole("textbox", { name: "Name" }).fill("");
      await page.getByText(/^\d+ error/).waitFor();
    },
    async "editor-options"(page) {
      await go(page, `bindings/${mail}`);
      await page.getByRole("textbox", { name: "body" }).scrollIntoViewIfNeeded();
    },
  };
}

async function signIn(page: Page, amount: string, colorScheme: string): Promise<void> {
  await page.goto(`${server.url}/ui/`);
  await page.getByLabel("User name").fill(admin.username);
  if (amount === "none") await take(page, `sign-in-1280-${colorScheme}`);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
}

async function take(page: Page, name: string): Promise<void> {
  const file = `${name}.png`;
  await page.screenshot({ path: join(directory, file), animations: "disabled" });
  taken.push(file);
}
