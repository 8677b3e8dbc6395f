import { browserMissing, expectAccessible, signIn, watchedPage } from "@bookend/test-kit/chromium";
import { describe, expect, it } from "vitest";
import { testServer } from "./test-server.js";

const auditor = ["auditor", "auditor-demo"] as const;

describe.skipIf(browserMissing)(
  `the web UI for a read-only administrator${browserMissing ? ` (skipped: ${browserMissing})` : ""}`,
  () => {
    it("shows everything they may see, offers no change, and names the missing right", async () => {
      const server = await testServer({ config: { administrators: { readOnly: [auditor[0]] } } });
      await server.domain.admins.save(auditor[0], { password: auditor[1], email: "auditor@example.net" });
      const before = await server.bookend.bindings.list();
      const sent: string[] = [];
      const { page, faults } = await watchedPage(server.url, {}, /\/event\/disable\/\d+$/);
      page.on("request", (request) => {
        if (request.method() !== "GET") sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
      });
      await signIn(page, `${server.url}/ui/bindings`, ...auditor);
      await page.getByText("auditor · read only").waitFor();
      await page.getByRole("link", { name: "Count logins" }).waitFor();
      const switches = page.getByRole("switch");
      expect(await switches.count()).toBeGreaterThan(5);
      expect(await switches.and(page.locator(":not(:disabled)")).count()).toBe(0);
      expect(await page.getByRole("checkbox").count()).toBe(0);
      await page.getByRole("button", { name: "More for “Count logins”" }).click();
      await expect.poll(() => page.getByRole("menuitem").allTextContents()).toEqual(["Show"]);
      await page.getByRole("menuitem", { name: "Show" }).click();
      await page.getByRole("heading", { level: 1, name: "Count logins" }).waitFor();
      const inputs = page.locator("form").locator("input, textarea, [contenteditable=true]");
      await expect.poll(() => inputs.count()).toBeGreaterThan(5);
      expect(await inputs.and(page.locator(":not(:disabled)")).count()).toBe(0);
      await expectAccessible(page, "binding of a read-only administrator");

      // these expressions list the buttons that change nothing; a page with any other enabled button fails the test
      const allowed = /^(?:Use (?:dark|light) colors|Deutsch|Sign out|Order|Name|Events|Action|Last run|Failures)$/;
      const more = /^(?:More for “.*”|Save as CSV|Verify|Refresh|Export all bindings|Show .*|Skip to the content)$/;
      for (const path of [
        "overview",
        "bindings",
        "events/validate_check",
        "history",
        "audit",
        "deliveries",
        "transfer",
      ]) {
        await page.goto(`${server.url}/ui/${path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await expect.poll(() => page.locator(".mantine-Loader-root").count()).toBe(0);
        const names = await page
          .locator("main button:enabled")
          .evaluateAll((buttons) =>
            buttons.map((button) => button.getAttribute("aria-label") ?? button.textContent ?? ""),
          );
        const entries = await page.locator("main .bk-link").allTextContents();
        expect([
          path,
          names.filter((name) => !allowed.test(name) && !more.test(name) && !entries.includes(name)),
        ]).toEqual([path, []]);
      }
      await page.goto(`${server.url}/ui/explain`);
      await page.getByText("You need the right calls:explain.").waitFor();
      expect(await page.getByRole("link", { name: "Explain" }).count()).toBe(0);
      await page.goto(`${server.url}/ui/bindings/new`);
      await page.getByText("You need the right bindings:write.").waitFor();
      await expectAccessible(page, "page without its right");

      // a right that is revoked while the page is open: the server's message is shown, and nothing changes
      await page.route("**/event/rights", async (route) => {
        const response = await route.fetch();
        const body = await response.json();
        body.result.value.rights.push("bindings:write");
        await route.fulfill({ response, json: body });
      });
      await page.goto(`${server.url}/ui/bindings?search=Count+logins`);
      await page.getByRole("switch", { name: "“Count logins” is active" }).press("Space");
      await page.getByRole("status").filter({ hasText: "This needs the right bindings:write." }).waitFor();
      await expect.poll(() => page.getByRole("switch", { name: "“Count logins” is active" }).isChecked()).toBe(true);
      expect(await server.bookend.bindings.list()).toEqual(before);
      expect(sent.filter((request) => !/^POST \/(?:auth|event\/(?:check|disable\/\d+))$/.test(request))).toEqual([]);
      expect(faults).toEqual([]);
    });
  },
);
