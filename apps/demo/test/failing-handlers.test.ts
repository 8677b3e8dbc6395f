import { AbortCall, defineHandler } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

class DiskFull extends Error {
  override readonly name = "DiskFull";
  readonly code = "ENOSPC";
}

const trouble = defineHandler({
  id: "Trouble",
  description: "Fails in every way.",
  positions: ["pre", "post"],
  actions: {
    throw: {
      description: "Throws.",
      options: z.strictObject({}),
      run() {
        throw new DiskFull("hunter2 is the password");
      },
    },
    hang: {
      description: "Never ends.",
      options: z.strictObject({}),
      timeoutMs: 50,
      run: () => new Promise<never>(() => undefined),
    },
    refuse: {
      description: "Aborts the call.",
      options: z.strictObject({}),
      run() {
        throw new AbortCall("Not today.");
      },
    },
  },
});

async function withBinding(
  binding: { action: string; position: "pre" | "post"; abort_on_error?: boolean; conditions?: object },
  options: Parameters<typeof testServer>[0] = {},
) {
  const server = await testServer({ handlers: [trouble], ...options });
  const admin = await asAdmin(server.api);
  const saved = await admin.call("POST", "/event", {
    name: "trouble",
    event: "token_enable",
    handlermodule: "Trouble",
    ...binding,
  });
  expect(saved.status).toBe(200);
  const answer = await admin.call("POST", "/token/enable/OATH00000001");
  const { auditdata } = (await admin.call("GET", "/audit/?page_size=50")).body.result.value;
  const call = auditdata.find((row: { action: string }) => row.action === "POST /token/enable/<serial>");
  const action = auditdata.find((row: { parent: string }) => row.parent === call.id);
  return { server, answer, call, action };
}

describe("an action that fails", () => {
  it.each(["pre", "post"] as const)("does not fail the call if it throws at %s", async (position) => {
    const { server, answer, call, action } = await withBinding({ action: "throw", position });
    expect(answer.body.result.status).toBe(true);
    expect(call.success).toBe(true);
    expect(action).toMatchObject({ success: false, info: expect.stringMatching(/DiskFull.*ENOSPC/) });
    expect(JSON.stringify(action)).not.toContain("hunter2");
    expect(server.log()).not.toContain("hunter2");
  });

  it("does not delay the call beyond its time limit", async () => {
    const { answer, action } = await withBinding({ action: "hang", position: "post" });
    expect(answer.body.result.status).toBe(true);
    expect(action).toMatchObject({ success: false, info: expect.stringContaining("ACTION_TIMEOUT") });
  });

  it("does not fail the call if a directory throws", async () => {
    const { answer, action } = await withBinding(
      { action: "throw", position: "pre", conditions: { challenge_session: "enrollment" } },
      {
        directories: {
          challenges: {
            of() {
              throw new DiskFull("hunter2 is the password");
            },
          },
        },
      },
    );
    expect(answer.body.result.status).toBe(true);
    expect(action).toMatchObject({ success: false, info: expect.stringMatching(/DiskFull.*ENOSPC/) });
    expect(JSON.stringify(action)).not.toContain("hunter2");
  });

  it.each(["pre", "post"] as const)("fails the call at %s with abort_on_error", async (position) => {
    const { server, answer, call } = await withBinding({ action: "throw", position, abort_on_error: true });
    expect(answer.status).toBe(500);
    expect(answer.body.result).toMatchObject({ status: false, error: { code: 903 } });
    expect(JSON.stringify(answer.body)).not.toContain("hunter2");
    expect(call).toMatchObject({ success: false });
    expect(server.log()).not.toContain("hunter2");
  });

  it("fails the call before the API runs if it aborts at pre", async () => {
    const server = await testServer({ handlers: [trouble] });
    const admin = await asAdmin(server.api);
    await admin.call("POST", "/event", {
      name: "trouble",
      event: "token_disable",
      position: "pre",
      handlermodule: "Trouble",
      action: "refuse",
    });
    const answer = await admin.call("POST", "/token/disable/OATH00000001");
    expect(answer.status).toBe(403);
    expect(answer.body.result).toMatchObject({ status: false, error: { code: 303 } });
    expect((await server.domain.tokens.require("OATH00000001")).active).toBe(true);
  });
});
