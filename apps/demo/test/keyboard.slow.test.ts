import { browserMissing, watchedPage } from "@bookend/test-kit/chromium";
import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { testServer } from "./test-server.js";

/**
 * What the focus is on; and whether somebody who looks can tell: something around it looks different without the focus,
 * and nothing covers it.
 */
const focused = `(() => {
  const element = document.activeElement;
  const near = [element, element.nextElementSibling, element.parentElement, element.parentElement?.parentElement];
  const look = () => near.map((one) => {
    if (!one) return "";
    const { outlineStyle, outlineWidth, outlineColor, borderColor, boxShadow } = getComputedStyle(one);
    return [outlineStyle === "none" ? "" : outlineWidth + outlineColor, borderColor, boxShadow].join();
  }).join(";");
  const withFocus = look();
  element.blur();
  const marked = look() !== withFocus;
  element.focus({ preventScroll: true });
  const { left, top, width, height } = element.getBoundingClientRect();
  const above = document.elementFromPoint(left + width / 2, top + height / 2);
  const covered = above !== null && !near.some((one) => one?.contains(above)) && !above.contains(element);
  const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
  return { name: element.tagName + " " + (element.id || element.className) + " " + name.slice(0, 40), marked, covered };
})()`;

/** Styles change at once. */
const still = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { transition: none !important }");
  document.adoptedStyleSheets.push(sheet);
})()`;

async function hasFocus(element: Locator): Promise<boolean> {
  return (await element.and(element.page().locator(":focus")).count()) === 1;
}

/** Presses Tab until the focus is there. Whatever it passes shows that it has the focus, and lets it go. */
async function tabTo(page: Page, target: Locator, key = "Tab"): Promise<void> {
  const passed: string[] = [];
  await target.waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press(key);
    const { name, marked, covered } = await page.evaluate<{ name: string; marked: boolean; covered: boolean }>(focused);
    passed.push(name);
    expect({ name, marked, covered }).toEqual({ name, marked: true, covered: false });
  }
  throw new Error(`The focus does not get there; it passed ${passed.join(", ")}.`);
}

it.skipIf(browserMissing)(
  `a binding is added, explained, found, deleted and brought back without a mouse${browserMissing ? ` (skipped: ${browserMissing})` : ""}`,
  async () => {
    const server = await testServer();
    const { page, faults } = await watchedPage(server.url);
    const { keyboard } = page;
    const box = (name: string) => page.getByRole("combobox", { name, exact: true });
    const field = (name: string) => page.getByRole("textbox", { name, exact: true });
    const choose = async (name: string, text: string) => {
      await tabTo(page, box(name));
      // what it had is replaced
      await keyboard.press("Control+a");
      await keyboard.type(text);
      // with how many bindings there are, in one
      await page.getByRole("option", { name: new RegExp(`^${text}( \\(\\d+\\))?$`) }).waitFor();
      await keyboard.press("ArrowDown");
      await keyboard.press("Enter");
      await keyboard.press("Escape");
      await expect.poll(() => page.getByRole("option").filter({ visible: true }).count()).toBe(0);
      // what was opened gives the focus back
      expect(await hasFocus(box(name))).toBe(true);
    };

    await page.goto(`${server.url}/ui/`);
    await page.evaluate(still);
    await tabTo(page, page.getByLabel("User name"));
    await keyboard.type("admin");
    await keyboard.press("Tab");
    await keyboard.type("bookend-demo");
    await keyboard.press("Enter");
    await tabTo(page, page.getByRole("link", { name: "New binding" }));
    await keyboard.press("Enter");
    await tabTo(page, field("Name"));
    await keyboard.type("By keyboard");
    await choose("Events", "validate_check");
    await choose("Module", "Logging");
    await page.getByRole("combobox", { name: "Action", exact: true }).waitFor();
    await tabTo(page, page.getByRole("button", { name: "Save" }), "Shift+Tab");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "By keyboard" }).waitFor();

    const named = async () => (await server.bookend.bindings.list()).find(({ name }) => name === "By keyboard");
    expect(await named()).toMatchObject({ events: ["validate_check"], handler: "Logging" });
    await tabTo(page, page.getByRole("link", { name: "Explain", exact: true }), "Shift+Tab");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Explain" }).waitFor();
    await choose("Event", "validate_check");
    await tabTo(page, page.getByRole("button", { name: "Explain" }));
    await keyboard.press("Enter");
    await page.getByRole("article", { name: "By keyboard" }).waitFor();

    await tabTo(page, page.getByRole("link", { name: "Events", exact: true }), "Shift+Tab");
    await keyboard.press("Enter");
    await choose("Event", "validate_check");
    // moving it is tested with the pictures of events
    await tabTo(page, page.getByRole("button", { name: "Move “By keyboard”" }));
    await tabTo(page, page.getByRole("link", { name: "Bindings", exact: true }), "Shift+Tab");
    await keyboard.press("Enter");
    await tabTo(page, field("Search"));
    await keyboard.type("By keyboard");
    const more = page.getByRole("button", { name: "More for “By keyboard”" });
    await page.getByText(/^1 of \d+ bindings$/).waitFor();
    await tabTo(page, more);
    await keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Delete" }).waitFor();
    await keyboard.press("Escape");
    await expect.poll(() => page.getByRole("menuitem").count()).toBe(0);
    expect(await hasFocus(more)).toBe(true);
    await keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Delete" }).waitFor();
    const remove = page.getByRole("menuitem", { name: "Delete" });
    for (let presses = 0; presses < 4; presses += 1) {
      if (await hasFocus(remove)) break;
      await keyboard.press("ArrowDown");
    }
    await keyboard.press("Enter");
    await expect.poll(named).toBeUndefined();
    await tabTo(page, page.getByRole("button", { name: "Undo" }).last());
    await keyboard.press("Enter");
    await expect.poll(named).toBeDefined();
    expect(faults).toEqual([]);
  },
);
