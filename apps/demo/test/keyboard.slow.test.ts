import { browserMissing, signIn, timersFired, watchedPage } from "@bookend/test-kit/chromium";
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

const admin = ["admin", "bookend-demo"] as const;

/** Finds elements that Tab can reach but that look the same with and without the focus. */
const unmarked = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { transition: none !important }");
  document.adoptedStyleSheets.push(sheet);
  const before = document.activeElement;
  const elements = [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex], [contenteditable]")];
  const reached = elements.filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility());
  const found = reached.filter((element) => {
    const near = [element, element.nextElementSibling, element.parentElement, element.parentElement?.parentElement];
    const look = () => near.map((one) => {
      if (!one) return "";
      const { outlineStyle, outlineWidth, outlineColor, borderColor, boxShadow } = getComputedStyle(one);
      return [outlineStyle === "none" ? "" : outlineWidth + outlineColor, borderColor, boxShadow].join();
    }).join(";");
    element.blur();
    const without = look();
    element.focus({ preventScroll: true });
    return document.activeElement === element && look() === without;
  });
  before?.focus?.();
  document.adoptedStyleSheets.pop();
  return { reached: reached.length, found: found.map((one) => one.outerHTML.slice(0, 200)) };
})()`;

/** Returns whether another element covers the one that has the focus. */
const covered = `(() => {
  const element = document.activeElement;
  element.scrollIntoView({ block: "nearest" });
  const { left, top, width, height } = element.getBoundingClientRect();
  const above = document.elementFromPoint(left + width / 2, top + height / 2);
  const near = [element, element.nextElementSibling, element.parentElement, element.parentElement?.parentElement];
  return above !== null && !near.some((one) => one?.contains(above)) && !above.contains(element);
})()`;

describe.skipIf(browserMissing)(
  `the web UI without a mouse${browserMissing ? ` (skipped: ${browserMissing})` : ""}`,
  () => {
    it("adds, explains, finds, deletes and restores a binding", async () => {
      const server = await testServer();
      const { page, faults } = await watchedPage(server.url);
      const { keyboard } = page;
      const field = (name: string) => page.getByRole("textbox", { name, exact: true });
      const named = async () => (await server.bookend.bindings.list()).find(({ name }) => name === "By keyboard");

      await page.goto(`${server.url}/ui/`);
      await tabTo(page, page.getByLabel("User name"));
      await keyboard.type(admin[0]);
      await tabTo(page, page.getByLabel("Password", { exact: true }));
      await keyboard.type(admin[1]);
      await keyboard.press("Enter");
      await follow(page, page.getByRole("link", { name: "New binding" }), "New binding");
      await tabTo(page, field("Name"));
      await keyboard.type("By keyboard");
      await choose(page, "Events", "validate_check");
      await choose(page, "Module", "Logging");
      await tabTo(page, page.getByRole("button", { name: "Save" }), "Shift+Tab");
      await keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "By keyboard" }).waitFor();
      await expect.poll(named).toMatchObject({ events: ["validate_check"], handler: "Logging" });

      await follow(page, page.getByRole("link", { name: "Explain", exact: true }), "Explain", "Shift+Tab");
      await choose(page, "Event", "validate_check");
      await tabTo(page, page.getByRole("button", { name: "Explain" }));
      await keyboard.press("Enter");
      await page.getByRole("article", { name: "By keyboard" }).waitFor();

      await follow(page, page.getByRole("link", { name: "Bindings", exact: true }), "Bindings", "Shift+Tab");
      await tabTo(page, field("Search"));
      await keyboard.type("By keyboard");
      await page.getByText(/^1 of \d+ bindings$/).waitFor();
      const more = page.getByRole("button", { name: "More for “By keyboard”" });
      await tabTo(page, more);
      await openMenu(page, "Delete");
      await keyboard.press("Escape");
      await expect.poll(() => page.getByRole("menuitem").count()).toBe(0);
      await expectFocus(more);
      await openMenu(page, "Delete");
      await arrowTo(page, page.getByRole("menuitem", { name: "Delete" }));
      await keyboard.press("Enter");
      await expect.poll(named).toBeUndefined();
      await tabTo(page, page.getByRole("button", { name: "Undo" }).last());
      await keyboard.press("Enter");
      await expect.poll(named).toBeDefined();
      expect(faults).toEqual([]);
    });

    it("shows the attempts of a waiting mail, and makes the next one now", async () => {
      const server = await testServer();
      const { api, url } = server;
      const operator = await asAdmin(api);
      const mails = async () =>
        (await operator.call("GET", "/event/deliveries?kind=UserNotification/mail")).body.result.value;
      const mail = (await server.bookend.bindings.list()).find(({ options }) => options?.retry_schedule !== undefined);
      if (mail === undefined) throw new Error("No binding of the demo has a retry schedule.");
      // only the button can start an attempt within the duration of the test
      const options = { ...mail.options, retry_schedule: "1h" };
      await server.bookend.bindings.update(mail.id, { options });
      await api.call("POST", "/demo/smtp/stop");
      await operator.call("POST", "/token/unassign", { serial: "PISP00000001" });
      await expect.poll(async () => (await mails())[0]?.reason, { timeout: 20_000 }).toBeDefined();
      await api.call("POST", "/demo/smtp/start");

      const { page, faults } = await watchedPage(url);
      const { keyboard } = page;
      await signIn(page, `${url}/ui/`, ...admin);
      await follow(page, page.getByRole("link", { name: "Deliveries", exact: true }), "Deliveries");
      const attempts = page.getByRole("dialog", { name: "Delivery" });
      await tabTo(page, page.getByRole("button", { name: "mail to 1 recipient" }));
      await keyboard.press("Enter");
      await attempts.getByRole("cell", { name: "failed" }).waitFor();
      await expectFocusIn(attempts);
      await keyboard.press("Escape");
      await expect.poll(() => attempts.count()).toBe(0);
      await expectFocus(page.getByRole("button", { name: "mail to 1 recipient" }));

      await tabTo(page, page.getByRole("button", { name: "Try all of these now …" }), "Shift+Tab");
      await keyboard.press("Enter");
      await page.getByText("1 delivery would be tried now.").waitFor();
      await tabTo(page, page.getByRole("button", { name: "Try now", exact: true }));
      await keyboard.press("Enter");
      await page.getByText("1 delivery is tried now.").waitFor();
      await expect.poll(async () => (await mails())[0]?.state, { timeout: 20_000 }).toBe("sent");
      expect(faults).toEqual([]);
    });

    it.each(["light", "dark"] as const)("shows where the focus is, in %s", async (colorScheme) => {
      const server = await testServer();
      const { page, faults } = await watchedPage(server.url, { colorScheme });
      await signIn(page, `${server.url}/ui/`, ...admin);
      for (const path of [
        "overview",
        "bindings",
        "bindings/2",
        "events/validate_check",
        "explain",
        "audit",
        "deliveries",
      ]) {
        await page.goto(`${server.url}/ui/${path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await expect.poll(() => page.locator(".mantine-Loader-root").count()).toBe(0);
        // after a key press, browsers show the focus of every element
        await page.keyboard.press("Tab");
        const { reached, found } = await page.evaluate<{ reached: number; found: string[] }>(unmarked);
        expect({ path, found }).toEqual({ path, found: [] });
        expect(reached).toBeGreaterThan(5);
      }
      expect(faults).toEqual([]);
    });
  },
);

async function hasFocus(element: Locator): Promise<boolean> {
  return (await element.and(element.page().locator(":focus")).count()) === 1;
}

/** Waits until the element has the focus, since pages move the focus after they have been drawn. */
async function expectFocus(element: Locator): Promise<void> {
  await expect.poll(() => hasFocus(element)).toBe(true);
}

/**
 * Waits until an opened element has the focus, since it could otherwise take the focus away after a key press has moved
 * it.
 */
async function expectFocusIn(opened: Locator): Promise<void> {
  const focus = opened.page().locator(":focus");
  await expect.poll(async () => (await opened.locator(focus).count()) + (await opened.and(focus).count())).toBe(1);
}

/** Presses Tab until the element has the focus. Checks that no element on the way covers the focused one. */
async function tabTo(page: Page, target: Locator, key = "Tab"): Promise<void> {
  const passed: string[] = [];
  await target.waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press(key);
    const name = await page.evaluate<string>("document.activeElement.outerHTML.slice(0, 120)");
    passed.push(name);
    expect([name, await page.evaluate<boolean>(covered)]).toEqual([name, false]);
  }
  throw new Error(`Tab does not reach the element. It reached ${passed.join("\n")}`);
}

/** Follows a link, and waits for its page. */
async function follow(page: Page, link: Locator, heading: string, key = "Tab"): Promise<void> {
  await tabTo(page, link, key);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

/** Chooses an entry of a select by typing its name. */
async function choose(page: Page, label: string, text: string): Promise<void> {
  const box = page.getByRole("combobox", { name: label, exact: true });
  await tabTo(page, box);
  // selects the former value, so that typing replaces it
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
  // some selects show the number of bindings after each event
  const option = page.getByRole("option", { name: new RegExp(`^${text}( \\(\\d+\\))?$`) });
  await option.waitFor();
  // a select that opens forgets which option is current when its timer fires
  await timersFired(page);
  const current = page.locator("[role=option][data-combobox-selected]");
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press("ArrowDown");
    await current.waitFor();
    if ((await current.and(option).count()) === 1) break;
  }
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("option").filter({ visible: true }).count()).toBe(0);
  await timersFired(page);
  await expectFocus(box);
  const chosen = [
    await box.inputValue(),
    ...(await box.locator("..").getByText(text, { exact: true }).allInnerTexts()),
  ];
  expect(
    chosen.filter((value) => value.startsWith(text)),
    `what is chosen as ${label}`,
  ).toHaveLength(1);
}

/** Opens the menu of the button with the focus. */
async function openMenu(page: Page, item: string): Promise<void> {
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: item }).waitFor();
  await expectFocusIn(page.getByRole("menu"));
}

/** Presses the down arrow until the entry of a menu has the focus. */
async function arrowTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 20; presses += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press("ArrowDown");
  }
  throw new Error("The down arrow does not reach the entry.");
}
