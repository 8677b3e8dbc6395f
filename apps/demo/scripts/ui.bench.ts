// Measures how long administrators wait for 5,000 bindings in Chromium, and what the browser and the server do in that
// time. `node -C @bookend/source --import tsx scripts/ui.bench.ts`; needs Chromium and a built admin-ui.
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { admin, fillTo5000, post, startTemporaryDemo } from "./demo-with-bindings.js";

const rounds = Number(process.env.ROUNDS ?? 9);
const searched = "branch 17";

/** The milliseconds until something was painted. */
interface Measured {
  readonly wall: number;
  /** Processor time of the browser's main thread, which includes the scripts and the layout below. */
  readonly task: number;
  readonly script: number;
  readonly layout: number;
}

/** The steps of a first load, in milliseconds after it began. */
interface Steps {
  /** When the page had arrived. */
  readonly page: number;
  /** When the scripts and styles had arrived that were needed before bindings were requested. */
  readonly assets: number;
  /** The number of these scripts and styles. */
  readonly files: number;
  /** When the first bindings were requested, and when they had arrived. */
  readonly asked: number;
  readonly answered: number;
  /** When all bindings had arrived. */
  readonly all: number;
}

const stepsOfPage = `(() => {
  const of = (pattern) => performance.getEntriesByType("resource").filter(({ name }) => pattern.test(name));
  const end = (entries) => Math.max(0, ...entries.map(({ responseEnd }) => responseEnd));
  const files = of(/\\.(js|css)$/);
  const lists = of(/\\/event\\/(\\?.*)?$/);
  return {
    page: performance.getEntriesByType("navigation")[0].responseEnd,
    assets: end(files.filter(({ startTime }) => startTime < (lists[0]?.startTime ?? 0))),
    files: files.filter(({ startTime }) => startTime < (lists[0]?.startTime ?? 0)).length,
    asked: lists[0]?.startTime ?? 0,
    answered: lists[0]?.responseEnd ?? 0,
    all: end(lists),
  };
})()`;

/**
 * Runs in each page before its scripts. `shown` resolves to the time at which the first row was painted. After `next()`,
 * `changed` resolves to the milliseconds from the next key press until a different number of rows was painted. A frame
 * has been painted when the first task after its animation callback runs.
 */
const watch = `(() => {
  const count = () => document.querySelector("[role=table]")?.getAttribute("aria-rowcount") ?? document.querySelector(".bk-card")?.getAttribute("aria-setsize") ?? null;
  const painted = (done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  });
  const hasRow = () => document.querySelector("[role=row][aria-rowindex='2'], .bk-card") !== null;
  const until = (ready) => new Promise((done) => {
    const look = () => ready() && (observer.disconnect(), painted(done));
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-rowcount", "aria-setsize"] });
    look();
  });
  window.shown = until(hasRow);
  window.next = () => {
    const before = count();
    const start = new Promise((done) => addEventListener("keydown", (event) => done(event.timeStamp), { once: true, capture: true }));
    const end = until(() => count() !== before);
    window.changed = Promise.all([start, end]).then(([from, to]) => to - from);
  };
})()`;

const server = await startTemporaryDemo();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  await fillTo5000(server);
  const { token = "" } = await post(server.url, "/auth", admin);
  await listOf(server.url, token);
  const first: Measured[] = [];
  const steps: Steps[] = [];
  const again: Measured[] = [];
  const keys: Measured[] = [];
  const server5000: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    server5000.push(await listOf(server.url, token));
    const { page, cdp } = await signedIn(browser, token);
    first.push(await rowsOf(page, cdp));
    steps.push(await page.evaluate<Steps>(stepsOfPage));
    again.push(await rowsOf(page, cdp));
    keys.push(...(await keysOf(page, cdp)));
    await page.context().close();
  }
  console.log(`5,000 bindings, ${rounds} rounds; milliseconds: median (minimum to maximum)`);
  console.log(`the list from the API, read to the end: ${spread(server5000)}`);
  report("first rows, browser cache empty", first);
  const step = (name: keyof Steps) => spread(steps.map((one) => one[name]));
  console.log(
    `page loaded after ${step("page")}, ${step("files")} files after ${step("assets")}, first bindings requested after ${step("asked")} and received after ${step("answered")}, all after ${step("all")}`,
  );
  report("first rows, assets in the browser cache", again);
  report(`rows of a search, per key of "${searched}"`, keys);
} finally {
  await browser.close();
  await server.close();
}

/** Requests all bindings from the API. Returns the milliseconds that this takes. */
async function listOf(url: string, token: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${url}/event/`, { headers: { authorization: token } });
  await response.arrayBuffer();
  return performance.now() - start;
}

/** Opens a page in a new browser profile in which the administrator is signed in. */
async function signedIn(browser: Browser, token: string): Promise<{ page: Page; cdp: CDPSession }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  await page.addInitScript(
    `if (origin !== "null") sessionStorage.setItem("bookend-token /ui", ${JSON.stringify(token)})`,
  );
  await page.addInitScript(watch);
  const cdp = await context.newCDPSession(page);
  // measures processor time, which other programs on the machine do not affect
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  return { page, cdp };
}

async function rowsOf(page: Page, cdp: CDPSession): Promise<Measured> {
  // opening a page resets the counters that `workOf` reads
  await page.goto(`${server.url}/ui/bindings`, { waitUntil: "commit" });
  const wall = await page.evaluate<number>("window.shown");
  const work = await workOf(cdp);
  await page.waitForLoadState("networkidle");
  return { wall, ...work };
}

async function keysOf(page: Page, cdp: CDPSession): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  await page.getByRole("textbox", { name: "Search" }).focus();
  // only the keys b, 1 and 7 change the number of rows
  for (const key of searched) {
    const before = await workOf(cdp);
    const changes = key === "b" || key === "1" || key === "7";
    if (changes) await page.evaluate("window.next()");
    await page.keyboard.press(key === " " ? "Space" : key);
    if (!changes) continue;
    const wall = await page.evaluate<number>("window.changed");
    const after = await workOf(cdp);
    measured.push({
      wall,
      task: after.task - before.task,
      script: after.script - before.script,
      layout: after.layout - before.layout,
    });
    await page.waitForTimeout(400);
  }
  return measured;
}

/** Returns the milliseconds of processor time that the main thread has spent on this page. */
async function workOf(cdp: CDPSession): Promise<Omit<Measured, "wall">> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const ms = (name: string) => 1_000 * (metrics.find((one) => one.name === name)?.value ?? 0);
  return {
    task: ms("TaskDuration"),
    script: ms("ScriptDuration"),
    layout: ms("LayoutDuration") + ms("RecalcStyleDuration"),
  };
}

function report(what: string, measured: readonly Measured[]): void {
  const column = (name: keyof Measured) => spread(measured.map((one) => one[name]));
  console.log(
    `${what}: ${column("wall")}; processor time ${column("task")}, including scripts ${column("script")}, layout and styles ${column("layout")}`,
  );
}

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => Math.round(sorted[index] ?? 0);
  return `${at(sorted.length >> 1)} (${at(0)} to ${at(sorted.length - 1)})`;
}
