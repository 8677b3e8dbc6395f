import { readFile } from "node:fs/promises";
import { browserMissing, picture, watchedPage } from "@bookend/test-kit/chromium";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { testServer } from "./test-server.js";

/**
 * The forms of sentences that tell readers to do something, with a function that does it in Chromium. Any other sentence
 * with a name in bold fails the test.
 */
const steps: readonly (readonly [RegExp, (page: Page, ...parts: string[]) => Promise<void>])[] = [
  [/^Open <(.+)>\.$/, async (page, url) => void (await page.goto(url ?? ""))],
  [/^Follow \*\*(.+)\*\*\.$/, (page, name) => page.getByRole("link", { name, exact: true }).first().click()],
  [/^Click \*\*(.+)\*\*\.$/, (page, name) => page.getByRole("button", { name, exact: true }).click()],
  [
    /^Enter `(.+)` in \*\*(.+?)\*\*(, and press the Enter key)?\.$/,
    async (page, text = "", label = "", enter) => {
      const named = { name: label, exact: true };
      const password = page.locator("input").and(page.getByLabel(label, { exact: true }));
      const field = page.getByRole("textbox", named).or(page.getByRole("combobox", named)).or(password).first();
      await field.fill(text);
      if (enter) await page.keyboard.press("Enter");
      // lists of suggestions cover the elements below them
      if ((await field.getAttribute("aria-haspopup")) !== null) await page.keyboard.press("Escape");
    },
  ],
  [
    /^Choose `(.+)` in \*\*(.+)\*\*\.$/,
    async (page, option = "", label = "") => {
      const field = page.getByRole("combobox", { name: label, exact: true });
      if (await field.isEditable()) await field.fill(option);
      else await field.click();
      const options = page.getByRole("option", { name: option });
      await options.filter({ visible: true }).first().click();
      await page.keyboard.press("Escape");
    },
  ],
  [/^The page shows "(.+)"\.$/, (page, text = "") => page.getByText(text).first().waitFor()],
];

it.skipIf(browserMissing)(
  `the browser part of the tutorial for administrators works as described${browserMissing ? ` (skipped: ${browserMissing})` : ""}`,
  async () => {
    const server = await testServer();
    const tutorial = await readFile(new URL("../../../docs/tutorials/administrator.md", import.meta.url), "utf8");
    const [, section = ""] = /^## 5\. The same in the browser\n(.*?)^## /ms.exec(tutorial) ?? [];
    const { page, faults } = await watchedPage(server.url);
    let done = 0;
    for (const line of section.replaceAll("http://127.0.0.1:8080", server.url).split("\n")) {
      const [, image] = /^ +!\[.+\]\(\.\.\/images\/(.+)\.png\)$/.exec(line) ?? [];
      if (image) await picture(page, image);
      const [, list] = /^\d+\. (.+)$/.exec(line) ?? [];
      for (const sentence of list?.match(/(?:`[^`]*`|<[^>]*>|"[^"]*"|[^.])+\./g) ?? []) {
        const words = sentence.trim();
        const step = steps.map(([pattern, run]) => ({ found: pattern.exec(words), run })).find(({ found }) => found);
        if (step?.found) {
          await step.run(page, ...step.found.slice(1));
          done += 1;
        } else expect(words, "a step that the test cannot follow").not.toContain("**");
      }
    }
    expect(done).toBe(24);
    const ofEvent = (await server.bookend.bindings.list()).filter(({ events }) => events.includes("token_init"));
    const articles = page.getByRole("region", { name: "Result" }).getByRole("article");
    await expect.poll(() => articles.count()).toBe(ofEvent.length);
    expect(ofEvent.find(({ name }) => name === "Tell owners of new tokens")).toMatchObject({
      action: "sendmail",
      conditions: { tokentype: "hotp" },
      options: { emailconfig: "demo", To: "tokenowner", body: "Hello {givenname}, your token is {serial}." },
    });
    expect(faults).toEqual([]);
  },
);
