import {
  browserMissing,
  expectAccessible,
  pick,
  picture,
  signIn,
  timersFired,
  watchedPage,
} from "@bookend/test-kit/chromium";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type TestServer, testServer } from "./test-server.js";

const admin = ["admin", "bookend-demo"] as const;

describe.skipIf(browserMissing)(
  `the web UI of the demo in Chromium${browserMissing ? ` (skipped: ${browserMissing})` : ""}`,
  () => {
    it("creates a mail binding by clicks, whose mail arrives, and explains the call", async () => {
      const server = await testServer();
      const { page, faults } = await watchedPage(server.url);
      await signIn(page, `${server.url}/ui/`, ...admin);
      const option = (name: string) =>
        page.getByRole("textbox", { name, exact: true }).or(page.getByRole("combobox", { name, exact: true }));
      await page.getByRole("link", { name: "New binding" }).click();
      await page.getByRole("textbox", { name: "Name" }).fill("Mail the QR code");
      await page.getByRole("combobox", { name: "Events" }).fill("token_init");
      await page.getByRole("option", { name: "token_init", exact: true }).click();
      await page.keyboard.press("Escape");
      await pick(page, "Module", "UserNotification");
      await pick(page, "Action", "sendsms");
      await expect.poll(() => option("smsconfig").count()).toBe(1);
      await expect.poll(() => option("emailconfig").count()).toBe(0);
      await pick(page, "Action", "sendmail");
      await expect.poll(() => option("smsconfig").count()).toBe(0);
      await option("emailconfig").fill("demo");
      await page.keyboard.press("Escape");
      await expect.poll(() => option("To email").count()).toBe(0);
      await pick(page, "To", "email");
      await expect.poll(() => option("To email").count()).toBe(1);
      await pick(page, "To", "tokenowner");
      await expect.poll(() => option("To email").count()).toBe(0);
      await page.getByRole("textbox", { name: "subject" }).fill("Your token {serial}");
      await page.getByRole("textbox", { name: "body" }).fill("Hello {givenname}, this is {seriel}");
      await page.locator(".cm-lintRange-warning").waitFor();
      await page.getByRole("textbox", { name: "body" }).fill("Hello {givenname}, this is ");
      await page.getByRole("textbox", { name: "body" }).press("End");
      await page.keyboard.type("{seri");
      await page
        .getByRole("option", { name: /^serial/ })
        .first()
        .click();
      await expect.poll(() => page.getByRole("textbox", { name: "body" }).textContent()).toContain("this is {serial}");

      await page.getByRole("combobox", { name: "Add a condition" }).fill("token type");
      await page.getByRole("option", { name: /^token type/ }).click();
      await page.locator("input").and(page.getByLabel("Value of token type")).fill("hotp");
      await page.keyboard.press("Enter");
      await page.getByRole("combobox", { name: "Add a condition" }).fill("client_ip");
      await page.getByRole("option", { name: /^client IP/ }).click();
      const ip = page.getByRole("textbox", { name: "Value of client IP" });
      await ip.fill("10.0.0.999");
      await expect.poll(() => ip.getAttribute("aria-invalid")).toBe("true");
      await ip.fill("127.0.0.0/8");
      await page.getByText("Runs if token type is hotp and client IP is 127.0.0.0/8.").waitFor();
      await expect.poll(() => ip.getAttribute("aria-invalid")).not.toBe("true");
      await picture(page, "editor-light");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("heading", { level: 1, name: "Mail the QR code" }).waitFor();

      const [stored] = (await server.bookend.bindings.list()).filter(({ name }) => name === "Mail the QR code");
      expect(stored).toMatchObject({
        events: ["token_init"],
        action: "sendmail",
        options: { emailconfig: "demo", To: "tokenowner", body: "Hello {givenname}, this is {serial}" },
        conditions: { tokentype: "hotp", client_ip: "127.0.0.0/8" },
      });
      const serial = await enrol(server);
      await page.getByRole("link", { name: "Outbox" }).click();
      await page.getByRole("button", { name: /^Your token OATH/ }).click();
      await page.getByText(/^Hello Alice, this is OATH/).waitFor();

      await page.getByRole("link", { name: "Explain" }).click();
      await pick(page, "Event", "token_init");
      await page.getByRole("textbox", { name: "User", exact: true }).fill("alice");
      await page.getByRole("textbox", { name: "Client IP" }).fill("127.0.0.1");
      await page.getByRole("textbox", { name: "Other parameters" }).fill(JSON.stringify({ serial, type: "hotp" }));
      await page.getByRole("button", { name: "Explain" }).click();
      const explained = page.getByRole("region", { name: "Result" }).getByRole("article");
      const ofEvent = (await server.bookend.bindings.list()).filter(({ events }) => events.includes("token_init"));
      await expect.poll(() => explained.count()).toBe(ofEvent.length);
      const own = page.getByRole("article", { name: "Mail the QR code" });
      expect(await own.getByText("runs", { exact: true }).count()).toBe(1);
      await expectAccessible(page, "explain");
      await picture(page, "explain-light");
      expect(faults).toEqual([]);
    });

    it("keeps unsaved changes when the page is reloaded, and merges the changes of two people", async () => {
      const server = await testServer();
      const { page, faults } = await watchedPage(server.url, {}, /\/event\/$/);
      await signIn(page, `${server.url}/ui/bindings/2`, ...admin);
      const subject = page.getByRole("textbox", { name: "subject" });
      await subject.fill("Mine");
      await expect.poll(() => page.evaluate<string>("JSON.stringify(sessionStorage)")).toContain("Mine");
      const [before] = (await server.bookend.bindings.list()).filter(({ id }) => id === 2);
      await server.bookend.bindings.update(2, {
        name: "Renamed by somebody else",
        options: { ...before?.options, subject: "Theirs" },
      });
      // the reloaded page has the other person's revision, whereas the draft was based on the one before it
      await page.reload();
      await page.getByText("Your unsaved changes were restored").waitFor();
      expect(await subject.inputValue()).toBe("Mine");
      await page.getByRole("button", { name: "Save" }).click();
      const dialog = page.getByRole("dialog", { name: "Somebody else has changed this binding" });
      await dialog.getByRole("region", { name: "options.subject" }).waitFor();
      await dialog.getByText("Changed only by the other person: name.").waitFor();
      expect(await dialog.getByRole("region", { name: "name" }).count()).toBe(0);
      await dialog.getByRole("button", { name: "Merge" }).click();
      await page.getByRole("button", { name: "Save" }).click();
      // the page shows the merged name before the server has stored it
      await expect
        .poll(async () => (await server.bookend.bindings.list()).find(({ id }) => id === 2))
        .toMatchObject({ name: "Renamed by somebody else", options: { subject: "Mine" } });
      expect(faults).toEqual([]);
    });

    it("finds, enables, disables, duplicates, deletes and restores bindings, and keeps the filters in the address", async () => {
      const server = await testServer();
      const { page, faults } = await watchedPage(server.url);
      await signIn(page, `${server.url}/ui/`, ...admin);
      const named = async (name: string) => (await server.bookend.bindings.list()).find((one) => one.name === name);
      const count = (await server.bookend.bindings.list()).length;
      await page.getByRole("textbox", { name: "Search" }).fill("increase_counter accept");
      await page.getByText(`1 of ${count} bindings`).waitFor();
      await expect.poll(() => page.url()).toContain("accept");
      await page.reload();
      expect(await page.getByRole("textbox", { name: "Search" }).inputValue()).toBe("increase_counter accept");
      await page.getByRole("switch", { name: "“Count logins” is active" }).press("Space");
      await expect.poll(async () => (await named("Count logins"))?.active).toBe(false);
      await page.getByRole("button", { name: "More for “Count logins”" }).click();
      await page.getByRole("menuitem", { name: "Duplicate" }).click();
      await page.getByText(`2 of ${count + 1} bindings`).waitFor();
      expect(await named("Count logins (2)")).toMatchObject({ active: false, action: "increase_counter" });
      await page.getByRole("button", { name: "More for “Count logins (2)”" }).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
      await page.getByText(`1 of ${count} bindings`).waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText(`2 of ${count + 1} bindings`).waitFor();
      expect(await named("Count logins (2)")).toMatchObject({ active: false, action: "increase_counter" });

      // a copy and a restored binding have the secrets, which the page does not know; the restored one also has its id
      const secret = { URL: "https://hooks.example/in", headers: "Authorization: Bearer s3cret" };
      const options = { ...secret, content_type: "json", replace: false, data: "{}" };
      const hook = { name: "Tell the ledger", events: ["auth"], handler: "WebHook", action: "post_webhook", options };
      const { id } = await server.bookend.bindings.add(hook);
      await page.reload();
      await page.getByRole("textbox", { name: "Search" }).fill("ledger");
      await page.getByText(`1 of ${count + 2} bindings`).waitFor();
      await page.getByRole("button", { name: "More for “Tell the ledger”" }).click();
      await page.getByRole("menuitem", { name: "Duplicate" }).click();
      await page.getByText(`2 of ${count + 3} bindings`).waitFor();
      expect((await named("Tell the ledger (2)"))?.options).toMatchObject(secret);
      await page.getByRole("button", { name: "More for “Tell the ledger”" }).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
      await page.getByText(`1 of ${count + 2} bindings`).waitFor();
      const notice = page.getByRole("status").filter({ hasText: "“Tell the ledger” was deleted." });
      await notice.getByRole("button", { name: "Undo" }).last().click();
      await page.getByText(`2 of ${count + 3} bindings`).waitFor();
      expect(await named("Tell the ledger")).toMatchObject({ id, options: secret });

      // bindings that are selected are changed together
      await page.getByRole("checkbox", { name: "Select all" }).check();
      await page.getByText("2 selected").waitFor();
      await page.getByRole("checkbox", { name: "Select “Tell the ledger”" }).uncheck();
      await page.getByRole("button", { name: "Switch on" }).click();
      await page.getByText("1 binding was switched on.").waitFor();
      expect(await named("Tell the ledger (2)")).toMatchObject({ active: true });
      await page.getByRole("checkbox", { name: "Select all" }).check();
      await page.getByRole("button", { name: "Delete …" }).click();
      await page.getByText("2 bindings would be deleted.").waitFor();
      expect(await named("Tell the ledger")).toBeDefined();
      await page.getByRole("button", { name: "Delete them" }).click();
      await page.getByText(`0 of ${count + 1} bindings`).waitFor();
      expect(await named("Tell the ledger")).toBeUndefined();
      await page.getByText("2 bindings were deleted.").locator("..").getByRole("button", { name: "Undo" }).click();
      await page.getByText(`2 of ${count + 3} bindings`).waitFor();
      expect(await named("Tell the ledger")).toMatchObject({ id, options: secret });
      await expectAccessible(page, "bindings that were selected");
      expect(faults).toEqual([]);
    });

    it("tries a binding with recorded calls, and the audit log agrees", async () => {
      const server = await testServer();
      for (const pass of ["wrong", "alice-demo", "000000"]) await answered(server, { user: "alice", pass });
      const { page, faults } = await watchedPage(server.url);
      await signIn(page, `${server.url}/ui/`, ...admin);
      const binding = (await server.bookend.bindings.list()).find(({ name }) => name === "Count failed logins");
      await page.goto(`${server.url}/ui/audit?action=*${binding?.action}*`);
      const runs = page.getByRole("row").filter({ hasText: "Counter:increase_counter" });
      await runs.first().waitFor();
      const counted = await runs.count();
      expect(counted).toBeGreaterThan(0);
      await page.goto(`${server.url}/ui/bindings/${binding?.id}`);
      const panel = page.getByRole("region", { name: "Backtest" });
      await panel.getByRole("button", { name: "Try it" }).click();
      await panel.getByText(`Of 3 calls, it would have run for ${counted} and not for ${3 - counted}; for 0`).waitFor();
      await expectAccessible(page, "backtest");
      // a link leads from a recorded call to its explanation
      await panel.getByRole("link").first().click();
      await page.getByRole("article", { name: "Count failed logins" }).waitFor();
      // another one leads there from the audit log
      await page.goto(`${server.url}/ui/audit?event=validate_check`);
      await page
        .getByRole("button", { name: /validate\/check/ })
        .first()
        .click();
      await page.getByRole("link", { name: "Explain this call" }).click();
      await page.getByRole("article", { name: "Count failed logins" }).waitFor();
      expect(faults).toEqual([]);
    });

    it("does not run scripts in names, bodies, mails or the audit log", async () => {
      const server = await testServer();
      const hostile = `</style></script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">\u202E`;
      // characters that change the direction of a line are shown instead of applied
      const shown = hostile.replace("\u202E", "‹U+202E›");
      const styled = `<p style="background:u\\rl(/owned)">styled</p><style>p{background:url(/owned)}</style>`;
      const { id } = await server.bookend.bindings.add({
        name: hostile,
        events: ["token_init"],
        handler: "UserNotification",
        action: "sendmail",
        options: { emailconfig: "demo", To: "tokenowner", subject: hostile, mimetype: "html", body: hostile + styled },
      });
      await enrol(server);
      await answered(server, { user: hostile, pass: "x", [hostile]: hostile });
      const { page, faults } = await watchedPage(server.url);
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      await signIn(page, `${server.url}/ui/outbox`, ...admin);
      await page.getByRole("button", { name: /^<\/style>/ }).click();
      await page.frameLocator("iframe").getByText("styled").waitFor();
      await page.goto(`${server.url}/ui/bindings/${id}`);
      await page.getByRole("heading", { level: 1, name: shown }).waitFor();
      await page.frameLocator("iframe").getByText("styled").waitFor();
      for (const path of [
        "history",
        "audit",
        "explain?event=token_init",
        "events/token_init",
        "overview",
        "bindings",
      ]) {
        await open(page, server, path);
        expect(await page.evaluate<string>("document.body.innerText"), path).not.toContain("\u202E");
      }
      await page.getByRole("link", { name: shown }).waitFor();
      await page.goto(`${server.url}/ui/audit?event=validate_check`);
      await page.getByText("document.title='owned'").first().waitFor();
      await page
        .getByRole("button", { name: /validate\/check/ })
        .first()
        .click();
      await page.getByRole("dialog").getByText("document.title='owned'").first().waitFor();
      expect(await page.title()).not.toContain("owned");
      expect(asked.filter((url) => url.endsWith("/owned") || url.endsWith("/x"))).toEqual([]);
      expect(faults).toEqual([]);
    });

    it("reorders by keyboard and by dragging", async () => {
      const server = await testServer();
      const { page, faults } = await watchedPage(server.url);
      await signIn(page, `${server.url}/ui/events/validate_check`, ...admin);
      const steps = page.getByRole("region", { name: "Before the call" }).getByRole("listitem");
      const names = async () =>
        (await server.bookend.bindings.list())
          .filter(({ events, position }) => events.includes("validate_check") && position === "pre")
          .sort((one, other) => one.ordering - other.ordering || one.id - other.id)
          .map(({ name }) => name);
      const [first = "", second = "", third = ""] = await names();
      await page.getByRole("button", { name: `Move “${first}”` }).focus();
      await page.keyboard.press("Space");
      await page.getByText(`“${first}” is at position 1.`).waitFor({ state: "attached" });
      // dnd-kit adds its listener for the arrow keys in a timer
      await timersFired(page);
      await page.keyboard.press("ArrowDown");
      await page.getByText(`“${first}” is at position 2.`).waitFor({ state: "attached" });
      await page.keyboard.press("Space");
      await expect.poll(names).toEqual([second, first, third]);
      await steps.first().getByText(second, { exact: true }).waitFor();

      // waits until the steps no longer move
      await steps.first().hover();
      const grip = await page.getByRole("button", { name: `Move “${third}”` }).boundingBox();
      const target = await steps.first().boundingBox();
      if (!grip || !target) throw new Error("The steps are not shown.");
      await page.mouse.move(grip.x + 8, grip.y + 8);
      await page.mouse.down();
      await page.mouse.move(grip.x + 8, grip.y - 20, { steps: 5 });
      await page.mouse.move(grip.x + 8, target.y + 4, { steps: 10 });
      await page.getByText(`“${third}” is at position 1.`).waitFor({ state: "attached" });
      await page.mouse.up();
      await expect.poll(names).toEqual([third, second, first]);
      await picture(page, "event-light");
      expect(faults).toEqual([]);
    });

    it("shows before an import what the import will change", async () => {
      const server = await testServer();
      const { page, faults } = await watchedPage(server.url);
      await signIn(page, `${server.url}/ui/transfer`, ...admin);
      const name = "Logged <img src=x onerror=alert(1)>";
      const added = { name, event: ["auth"], handlermodule: "Logging", action: "logging" };
      const buffer = Buffer.from(JSON.stringify({ format: "bookend", bindings: [added] }));
      await page.locator("input[type=file]").setInputFiles({ name: "new.json", mimeType: "application/json", buffer });
      await page.getByRole("button", { name: "Show what will change" }).click();
      await page.getByText("To change: 1. To delete: 0. Unchanged: 0.").waitFor();
      expect((await server.bookend.bindings.list()).some((one) => one.name === name)).toBe(false);
      await page.getByRole("button", { name: "Import", exact: true }).click();
      await page.getByText("1 binding was imported.").waitFor();
      await page.getByRole("link", { name: "Bindings", exact: true }).click();
      await page.getByRole("link", { name }).waitFor();
      expect(faults).toEqual([]);
    });

    it.each(["light", "dark"] as const)("is accessible in %s, in German, and on a phone", async (colorScheme) => {
      const server = await testServer();
      const { page, faults } = await watchedPage(server.url, { colorScheme });
      await page.goto(`${server.url}/ui/`);
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      await expectAccessible(page, "sign-in");
      await picture(page, `sign-in-${colorScheme}`);
      await signIn(page, `${server.url}/ui/`, ...admin);
      await enrol(server);
      const paths = [
        "overview",
        "bindings",
        "bindings/new",
        "bindings/2",
        "events/validate_check",
        "explain",
        "history",
        "audit",
        "deliveries",
        "transfer",
        "outbox",
      ];
      for (const path of paths) {
        await open(page, server, path);
        await expectAccessible(page, path);
        await picture(page, `${path.replaceAll("/", "-")}-${colorScheme}-1280`);
      }
      await page.getByRole("button", { name: "Deutsch" }).click();
      await page.getByRole("link", { name: "Bindungen", exact: true }).waitFor();
      expect(await page.evaluate<string>("document.documentElement.lang")).toBe("de");
      await page.setViewportSize({ width: 390, height: 844 });
      for (const path of paths) {
        await open(page, server, path);
        const wide = await page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth");
        expect([path, wide]).toEqual([path, false]);
        await expectAccessible(page, `${path} on a phone`);
        await picture(page, `${path.replaceAll("/", "-")}-${colorScheme}-390`);
      }
      expect(faults).toEqual([]);
    });

    it("shows no data to users who are not administrators, and reports a failed login", async () => {
      const server = await testServer();
      const { page } = await watchedPage(server.url, {}, /\/(event|auth)/);
      await signIn(page, `${server.url}/ui/`, "alice", "alice-demo");
      await page.getByRole("heading", { name: "You are not allowed to see this" }).waitFor();
      expect(await page.getByRole("table").count()).toBe(0);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByLabel("User name").fill("admin");
      await page.getByLabel("Password", { exact: true }).fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").filter({ hasText: "Signing in failed" }).waitFor();
    });
  },
);

async function open(page: Page, server: TestServer, path: string): Promise<void> {
  await page.goto(`${server.url}/ui/${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await expect.poll(() => page.locator(".mantine-Loader-root").count()).toBe(0);
}

/** Enrolls a token for Alice; resolves to its serial. */
async function enrol(server: TestServer): Promise<string> {
  const { token } = (await post(server, "/auth", { username: admin[0], password: admin[1] })) as { token: string };
  const serial = "OATH00000042";
  await post(server, "/token/init", { type: "hotp", genkey: 1, user: "alice", serial }, token);
  return serial;
}

/** Posts to `/validate/check`, whether or not the authentication succeeds. */
async function answered(server: TestServer, body: object): Promise<void> {
  await fetch(`${server.url}/validate/check`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function post(server: TestServer, path: string, body: object, token?: string): Promise<unknown> {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token !== undefined && { authorization: token }) },
    body: JSON.stringify(body),
  });
  const { result } = (await response.json()) as { result: { status: boolean; value: unknown } };
  if (!result.status) throw new Error(JSON.stringify(result));
  return result.value;
}
