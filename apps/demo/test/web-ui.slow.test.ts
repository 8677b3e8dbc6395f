import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { testServer } from "./test-server.js";

const executablePath = "/usr/bin/chromium";
const missing = existsSync(executablePath) ? "" : `${executablePath} is not installed`;

/** The description of an action's option for a UI. */
interface UiOption {
  readonly type: string;
  readonly required?: boolean;
  readonly value?: readonly (string | number)[] | Readonly<Record<string, unknown>>;
}

/** Runs in the page like the scripts of privacyIDEA's web UIs: it only uses `fetch` and the responses. */
async function useEventPages({ username, password }: { username: string; password: string }) {
  let token = "";
  const call = async (method: string, path: string, parameters?: object) => {
    const response = await fetch(path, {
      method,
      headers: {
        ...(token && { "PI-Authorization": token }),
        ...(parameters && { "Content-Type": "application/json" }),
      },
      ...(parameters && { body: JSON.stringify(parameters) }),
    });
    const { result } = JSON.parse(await response.text());
    if (!result.status) throw new Error(`${method} ${path} ${JSON.stringify(parameters)}: ${result.error.message}`);
    return result.value;
  };
  await call("GET", "/config");
  const login = await call("POST", "/auth", { username, password, realm: "corp" });
  token = login.token;
  await call("GET", "/auth/rights");
  await call("GET", "/user/settings");
  const shown = {
    config: login.menus.includes("config"),
    list: login.rights.includes("eventhandling_read"),
    save: login.rights.includes("eventhandling_write"),
  };

  /**
   * Values that a user would have to type, by action. If an action requires at least one of several optional options, it
   * has a value for one of them.
   */
  const entered: Record<string, Record<string, string>> = {
    "Token set validity": { "valid from": "2026-01-01" },
    "Token set countwindow": { "count window": "10" },
    "Container set states": { active: "1" },
    "Container add states": { active: "1" },
    "ResponseMangler delete": { "JSON pointer": "/detail/message" },
    "ResponseMangler set": { "JSON pointer": "/detail/message" },
    "WebHook post_webhook": { URL: "https://hooks.example/", data: "{}" },
  };
  /** Creates a form with a value for each required option, and "" for everything else. */
  const filled = (action: string, options: Record<string, UiOption>) =>
    Object.fromEntries(
      Object.entries(options).map(([name, { type, required, value }]) => {
        const own = entered[action]?.[name];
        if (own !== undefined) return [`option.${name}`, own];
        const choice = Array.isArray(value) ? value[0] : Object.keys(value ?? {})[0];
        const text = { bool: "1", int: "1" }[type] ?? "x";
        return [`option.${name}`, required ? (choice ?? text) : ""];
      }),
    );

  const unchanged: string[] = [];
  for (const binding of await call("GET", "/event/")) {
    const [before] = await call("GET", `/event/${binding.id}`);
    const options = Object.fromEntries(
      Object.entries(before.options).map(([name, value]) => [`option.${name}`, value]),
    );
    const { id, name, event, handlermodule, action, position, ordering, active, abort_on_error, conditions } = before;
    const fields = { id, name, event, handlermodule, action, position, ordering, active, abort_on_error, conditions };
    await call("POST", "/event", { ...fields, ...options });
    const [after] = await call("GET", `/event/${binding.id}`);
    if (JSON.stringify({ ...after, revision: 0 }) === JSON.stringify({ ...before, revision: 0 })) unchanged.push(name);
  }

  const saved: string[] = [];
  const refused: string[] = [];
  const [event] = await call("GET", "/event/available");
  for (const handlermodule of await call("GET", "/event/handlermodules")) {
    await call("GET", `/event/defaults/${handlermodule}`);
    await call("GET", `/event/conditions/${handlermodule}`);
    const positions: string[] = await call("GET", `/event/positions/${handlermodule}`);
    const position = positions.includes("post") ? "post" : positions[0];
    const actions: Record<string, Record<string, UiOption>> = await call("GET", `/event/actions/${handlermodule}`);
    for (const [action, options] of Object.entries(actions)) {
      const name = `ui ${handlermodule} ${action}`;
      const binding = {
        name,
        event: [event],
        handlermodule,
        action,
        position,
        ordering: 9,
        active: false,
        conditions: {},
      };
      const id = await call("POST", "/event", { ...binding, ...filled(`${handlermodule} ${action}`, options) }).catch(
        (error) => {
          refused.push(String(error));
        },
      );
      if (id === undefined) continue;
      await call("POST", "/event", { id, ...binding, ordering: 3, ...filled(`${handlermodule} ${action}`, options) });
      await call("POST", `/event/enable/${id}`, {});
      await call("POST", `/event/disable/${id}`, {});
      await call("DELETE", `/event/${id}`);
      saved.push(name);
    }
  }
  await call("GET", "/event/defaults/none");
  return { shown, unchanged, saved, refused, left: (await call("GET", "/event/")).length };
}

describe.skipIf(missing)(`a web UI in Chromium${missing ? ` (skipped: ${missing})` : ""}`, () => {
  it("logs in, shows its menus, and lists, creates, edits, reorders, enables and deletes bindings of all actions", async () => {
    const server = await testServer();
    const browser: Browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`${server.url}/healthz`);
    const bindings = await server.bookend.bindings.list();
    const used = await page.evaluate(useEventPages, { username: "admin", password: "bookend-demo" });
    expect(used.shown).toEqual({ config: true, list: true, save: true });
    expect([...used.unchanged].sort()).toEqual(bindings.map(({ name }) => name).sort());
    expect(used.refused).toEqual([]);
    const actions = [...server.bookend.registry.handlers.values()].flatMap((handler) => Object.keys(handler.actions));
    expect(used.saved).toHaveLength(actions.length);
    expect(used.left).toBe(bindings.length);
  });
});
