// Pictures of each page of the web UI, with no data, a little, and 5,000 bindings, and how long the table takes.
// `node -C @bookend/source --import tsx scripts/pictures.ts [directory]`; needs Chromium and a built admin-ui.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createLogger, loadSecrets, parseConfig } from "@bookend/reference";
import { type Browser, chromium, type Page } from "playwright-core";
import { type DemoServer, startDemo } from "../src/start-demo.js";

const admin = { username: "admin", password: "bookend-demo" };
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
const data = await mkdtemp(join(tmpdir(), "bookend-pictures-data-"));
const config = parseConfig({ dataDirectory: data, port: 0, rateLimit: { exempt: ["127.0.0.0/8"] } });
const logger = createLogger(config.log, { write: () => undefined });
const server = await startDemo({ config, secrets: await loadSecrets(config), logger });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const taken: string[] = [];
try {
  const seeded = await server.bookend.bindings.list();
  for (const amount of amounts) {
    await fill(server, amount, seeded);
    for (const colorScheme of schemes) await picturesOf(browser, amount, colorScheme);
  }
  console.log(await timesOf(browser));
  const images = taken.map((name) => `<figure><figcaption>${name}</figcaption><img src="${name}"></figure>`);
  await writeFile(join(directory, "index.html"), `<!doctype html>${images.join("\n")}`);
  console.log(`${taken.length} pictures in ${directory}`);
} finally {
  await browser.close();
  await server.close();
  await rm(data, { recursive: true, force: true });
}

type Bindings = Awaited<ReturnType<DemoServer["bookend"]["bindings"]["list"]>>;

/** Leaves as many bindings as asked, and some calls to look at. */
async function fill({ bookend, url }: DemoServer, amount: (typeof amounts)[number], seeded: Bindings): Promise<void> {
  if (amount === "none") {
    await bookend.bindings.import([], { mode: "replace" });
  } else if (amount === "some") {
    await bookend.bindings.import(
      // one is stored first and sent by the outbox
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
    const many = Array.from({ length: 5_000 - seeded.length }, (_, index) => ({
      name: `Rule ${index}: count what branch ${index % 40} does`,
      events: [index % 2 === 0 ? "token_enable" : "auth"],
      handler: "Counter",
      action: "increase_counter",
      active: index % 5 !== 0,
      ordering: index % 10,
      conditions: index % 3 === 0 ? { tokentype: "hotp,totp", failcounter: ">=3" } : {},
      options: { counter_name: `branch-${index % 40}` },
    }));
    await bookend.bindings.import(many, { mode: "add" });
  }
}

async function post(url: string, path: string, body: object, token?: string): Promise<{ token?: string }> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token !== undefined && { authorization: token }) },
    body: JSON.stringify(body),
  });
  const { result } = (await response.json()) as { result?: { value?: { token?: string } } };
  return result?.value ?? {};
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
  }
  await context.close();
}

async function signIn(page: Page, amount?: string, colorScheme?: string): Promise<void> {
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

/** Milliseconds until the first rows of 5,000 bindings, and from a key in the search until its rows are painted. */
async function timesOf(browser: Browser): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  await signIn(page);
  const rows: number[] = [];
  const searches: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await page.goto(`${server.url}/ui/bindings`);
    await page.getByRole("row").nth(5).waitFor();
    rows.push(await page.evaluate<number>("performance.now()"));
    await settled(page);
    await page.evaluate(
      `window.measured = new Promise((done) => {
        const input = document.querySelector("search input");
        const before = document.querySelector("[role=table]").getAttribute("aria-rowcount");
        input.addEventListener("input", () => {
          const start = performance.now();
          const look = () => requestAnimationFrame(() =>
            document.querySelector("[role=table]")?.getAttribute("aria-rowcount") === before ? look() : done(performance.now() - start));
          look();
        }, { once: true });
      }); undefined`,
    );
    await page.getByRole("textbox", { name: "Search" }).fill("branch 17");
    searches.push(await page.evaluate<number>("window.measured"));
  }
  await page.close();
  const shown = (all: readonly number[]) => all.map(Math.round).join(", ");
  return `5,000 bindings: first rows after ${shown(rows)} ms; a search is painted after ${shown(searches)} ms`;
}
