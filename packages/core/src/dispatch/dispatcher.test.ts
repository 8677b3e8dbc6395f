import { binding, deferred, host, probe } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import {
  AbortCall,
  type ActionContext,
  type Binding,
  type BindingInput,
  type BindingStore,
  CallAbortedError,
  createBookend,
  createCall,
  failed,
  memoryAudit,
  memoryBindings,
  skipped,
  type Token,
} from "../index.js";

const ok = { status: 200, body: { result: { status: true, value: true } } };

function token(serial: string, type = "hotp"): Token {
  return {
    serial,
    type,
    description: "",
    active: true,
    owner: null,
    realms: [],
    info: {},
    failCount: 0,
    maxFailCount: 10,
    otpCounter: 0,
    rolloutState: "",
  };
}

describe("handle", () => {
  it("returns the same value that the API returned if the event has no bindings", async () => {
    const { bookend } = await host({ handlers: [], stored: [] });
    const promise = Promise.resolve(ok);
    expect(bookend.handle(createCall({ event: "login" }), () => ok)).toBe(ok);
    expect(bookend.handle(createCall({ event: "login" }), () => promise)).toBe(promise);
  });

  it("waits for bindings that are still being loaded", async () => {
    const loading = deferred<readonly Binding[]>();
    const store: BindingStore = { list: () => loading.promise, subscribe: () => () => undefined };
    const ran: string[] = [];
    const bookend = createBookend({ handlers: [probe({ act: () => void ran.push("act") })], bindings: store });
    const response = bookend.handle(createCall({ event: "login" }), () => ok);
    loading.resolve(await memoryBindings([binding({ action: "act" })]).list());
    await response;
    expect(ran).toEqual(["act"]);
  });
});

describe("a call with one synchronous action", () => {
  it("does not wait if nothing is audited, and still rejects if it is aborted", async () => {
    const act = () => undefined;
    const abort = () => {
      throw new AbortCall("no");
    };
    const handlers = [probe({ act, abort })];
    const opened = async (...stored: readonly BindingInput[]) => {
      const bookend = createBookend({ handlers, bindings: memoryBindings(stored) });
      await bookend.ready();
      return bookend;
    };
    const call = () => createCall({ event: "login" });
    expect((await opened(binding({ action: "act" }))).handle(call(), () => ok)).toBe(ok);
    const refused = (await opened(binding({ action: "abort" }))).handle(call(), () => ok);
    await expect(refused).rejects.toBeInstanceOf(CallAbortedError);
    // if it is audited, the entry is written before the response is returned
    const audit = memoryAudit();
    const audited = createBookend({ handlers, bindings: memoryBindings([binding({ action: "act" })]), audit });
    await audited.handle(call(), () => ok);
    expect(audit.entries).toHaveLength(1);
  });
});

describe("order", () => {
  it("runs pre bindings, the call, then post bindings, each by ordering, then id", async () => {
    const ran: string[] = [];
    const say = (what: string) => () => void ran.push(what);
    const handler = probe({ a: say("a"), b: say("b"), c: say("c"), d: say("d"), p: say("p") });
    const { bookend } = await host({
      handlers: [handler],
      stored: [
        binding({ action: "a", ordering: 2 }),
        binding({ action: "b", ordering: 1 }),
        binding({ action: "c", ordering: 1 }),
        binding({ action: "d", ordering: -1 }),
        binding({ action: "p", position: "pre", ordering: 9 }),
      ],
    });
    await bookend.handle(createCall({ event: "login" }), () => {
      ran.push("call");
      return ok;
    });
    expect(ran).toEqual(["p", "call", "d", "b", "c", "a"]);
  });

  it("is the same if bindings are found by an index", async () => {
    const ran: string[] = [];
    const names = Array.from({ length: 40 }, (_, i) => `a${i}`);
    const handler = probe(Object.fromEntries(names.map((name) => [name, () => void ran.push(name)])));
    const { login } = await host({
      handlers: [handler],
      stored: names.map((action, i) =>
        binding({
          action,
          ordering: (i * 7) % 40,
          conditions: i % 4 === 0 ? {} : { logged_in_user: i % 4 === 1 ? "admin" : "user" },
        }),
      ),
    });
    await login({ actor: { username: "root", realm: "", role: "admin" } });
    const expected = names
      .map((name, i) => ({ name, ordering: (i * 7) % 40, i }))
      .filter(({ i }) => i % 4 < 2)
      .sort((a, b) => a.ordering - b.ordering)
      .map(({ name }) => name);
    expect(ran).toEqual(expected);
  });
});

describe("conditions", () => {
  it("must all be fulfilled", async () => {
    const ran: string[] = [];
    const { login } = await host({
      handlers: [probe({ act: ({ binding }) => void ran.push(binding.name) })],
      stored: [
        binding({ action: "act", name: "both", conditions: { logged_in_user: "admin", result_value: "True" } }),
        binding({ action: "act", name: "one", conditions: { logged_in_user: "user", result_value: "True" } }),
      ],
    });
    await login({ actor: { username: "root", realm: "", role: "admin" } });
    expect(ran).toEqual(["both"]);
  });

  it("skip lookups if a cheaper condition is not fulfilled, and look each object up only once for all bindings", async () => {
    const asked: string[] = [];
    const directories = {
      tokens: {
        find: async (serial: string) => {
          asked.push(serial);
          return token(serial);
        },
        ofUser: () => [],
      },
    };
    const cheapNo = binding({ action: "act", conditions: { tokentype: "hotp", logged_in_user: "admin" } });
    const withToken = [
      binding({ action: "act", conditions: { tokentype: "hotp" } }),
      binding({ action: "act", conditions: { tokentype: "totp" } }),
      binding({ action: "act", conditions: { serial: "HOTP", tokentype: "hotp" } }),
    ];
    const request = { parameters: { serial: "HOTP1" } };
    const handlers = [probe({ act: () => undefined }, { changes: [] })];
    const lazy = await host({ handlers, stored: [cheapNo], directories });
    await lazy.login({ request });
    expect(asked).toEqual([]);
    const once = await host({ handlers, stored: [cheapNo, ...withToken], directories });
    await once.login({ request });
    expect(asked).toEqual(["HOTP1"]);
    expect(once.audit.entries).toHaveLength(2);
  });

  it("see the changes of an earlier action, with and without an index", async () => {
    for (const fillers of [0, 20]) {
      const owned: Token[] = [];
      const directories = {
        users: {
          find: () => ({ login: "alice", realm: "r", resolver: "s", attributes: {} }),
          resolversOf: () => [],
        },
        tokens: { find: () => null, ofUser: () => [...owned] },
      };
      const ran: string[] = [];
      const { login } = await host({
        handlers: [
          probe({
            enroll: () => void owned.push(token("T1", "email")),
            seen: ({ binding }) => void ran.push(binding.name),
          }),
        ],
        directories,
        stored: [
          binding({ action: "enroll", position: "pre", conditions: { user_token_number: "0" } }),
          binding({ action: "seen", position: "pre", name: "number", conditions: { user_token_number: "1" } }),
          binding({ action: "seen", position: "pre", name: "type", conditions: { tokentype: "email" } }),
          ...Array.from({ length: fillers }, () =>
            binding({ action: "seen", position: "pre", name: "filler", conditions: { tokentype: "hotp" } }),
          ),
        ],
      });
      await login({ request: { user: { login: "alice", realm: "r" } } });
      expect(ran).toEqual(["number", "type"]);
    }
  });
});

describe("a failing action", () => {
  const secret = "s3cret-in-message";
  const hang = () => new Promise<never>(() => undefined);
  const broken = {
    throws: () => {
      throw Object.assign(new TypeError(secret), { code: "E_BROKEN" });
    },
    hangs: hang,
    says: () => failed("nobody to tell"),
  };

  it.each([
    ["throws", "fault", "TypeError", "E_BROKEN"],
    ["hangs", "fault", "BookendError", "ACTION_TIMEOUT"],
    ["says", "failed", undefined, undefined],
  ])(
    "that %s lets the call continue, and is audited without its message",
    async (action, outcome, errorClass, code) => {
      const ran: string[] = [];
      const { login, audit } = await host({
        handlers: [probe({ ...broken, next: () => void ran.push("next") }, { timeoutMs: 5 })],
        stored: [binding({ action }), binding({ action: "next" })],
      });
      expect((await login()).status).toBe(200);
      expect(ran).toEqual(["next"]);
      expect(audit.entries[0]).toMatchObject({ success: false, outcome, action: `POST-EVENT login>>Probe:${action}` });
      expect(audit.entries[0]?.error).toEqual(errorClass ? { class: errorClass, code } : undefined);
      expect(JSON.stringify(audit.entries)).not.toContain(secret);
    },
  );

  it.each(["throws", "hangs", "says"])(
    "that %s fails the call with a code if the binding requires it",
    async (action) => {
      for (const position of ["pre", "post"] as const) {
        const { bookend, audit } = await host({
          handlers: [probe(broken, { timeoutMs: 5 })],
          stored: [binding({ action, position, abortOnError: true }), binding({ action: "says", position })],
        });
        let called = false;
        const call = async () =>
          bookend.handle(createCall({ event: "login" }), () => {
            called = true;
            return ok;
          });
        const error: CallAbortedError = await call().then(
          () => expect.unreachable(),
          (reason) => reason,
        );
        expect(error).toBeInstanceOf(CallAbortedError);
        expect(error).toMatchObject({ code: "CALL_ABORTED", bindingId: 1, position, status: 500 });
        expect(error.message).not.toContain(secret);
        expect(called).toBe(position === "post");
        expect(audit.entries).toHaveLength(1);
      }
    },
  );

  it("aborts the call if its handler's default requires it and the binding does not override it", async () => {
    const handlers = [probe(broken, { abortOnError: true })];
    const strict = await host({ handlers, stored: [binding({ action: "says" })] });
    await expect(strict.login()).rejects.toMatchObject({ code: "CALL_ABORTED", causeCode: "ACTION_FAILED" });
    const lenient = await host({ handlers, stored: [binding({ action: "says", abortOnError: false })] });
    expect((await lenient.login()).status).toBe(200);
  });

  it("that throws AbortCall always aborts the call, with its message and status", async () => {
    const refuse = () => {
      throw new AbortCall("Not at night.", { status: 409, details: { hour: 3 } });
    };
    const { login, audit } = await host({
      handlers: [probe({ refuse })],
      stored: [binding({ action: "refuse", abortOnError: false })],
    });
    await expect(login()).rejects.toMatchObject({ code: "CALL_ABORTED", message: "Not at night.", status: 409 });
    expect(audit.entries[0]).toMatchObject({ success: false, reason: "Not at night.", details: { hour: 3 } });
  });

  it("has its signal aborted when its time limit ends", async () => {
    const aborted = deferred<unknown>();
    const { login } = await host({
      handlers: [
        probe({
          hangs: ({ signal }) => {
            signal.addEventListener("abort", () => aborted.resolve(signal.reason));
            return hang();
          },
        }),
      ],
      actionTimeoutMs: 5,
      stored: [binding({ action: "hangs" })],
    });
    await login();
    expect(await aborted.promise).toMatchObject({ code: "ACTION_TIMEOUT" });
  });

  it("that reads its signal only after its time limit finds it aborted, unlike an action that ended in time, even in a copy of its context", async () => {
    const contexts: ActionContext<unknown>[] = [];
    const { login } = await host({
      handlers: [
        probe({
          hangs: (context) => {
            contexts.push(context);
            return hang();
          },
          ends: (context) => void contexts.push({ ...context }),
        }),
      ],
      actionTimeoutMs: 5,
      stored: [binding({ action: "hangs" }), binding({ name: "ends", action: "ends", ordering: 1 })],
    });
    await login();
    const [late, copy] = contexts;
    expect(late?.signal.aborted).toBe(true);
    expect(late?.signal.reason).toMatchObject({ code: "ACTION_TIMEOUT" });
    expect(copy?.signal.aborted).toBe(false);
    expect(late?.signal).toBe(late?.signal);
  });
});

describe("a condition whose directory throws", () => {
  const failing = () => {
    throw Object.assign(new Error("db password is s3cret"), { code: "ECONNREFUSED" });
  };

  it.each([
    ["immediately", 0, failing],
    ["later", 0, async () => failing()],
    ["immediately, with an index", 20, failing],
    ["later, with an index", 20, async () => failing()],
  ])("%s lets the call continue, and is audited for the binding that needed it", async (_, fillers, find) => {
    const ran: string[] = [];
    const { login, audit } = await host({
      handlers: [probe({ act: () => void ran.push("act"), plain: () => void ran.push("plain") })],
      directories: { tokens: { find, ofUser: () => [] } },
      stored: [
        binding({ action: "act", name: "asks", conditions: { tokentype: "hotp" } }),
        ...Array.from({ length: fillers }, () => binding({ action: "act", conditions: { tokentype: "hotp" } })),
        binding({ action: "plain" }),
      ],
    });
    expect((await login({ request: { parameters: { serial: "X" } } })).status).toBe(200);
    expect(ran).toEqual(["plain"]);
    expect(audit.entries[0]).toMatchObject({
      bindingName: "asks",
      success: false,
      outcome: "fault",
      error: { class: "Error", code: "ECONNREFUSED" },
    });
    expect(audit.entries).toHaveLength(fillers + 2);
    expect(JSON.stringify(audit.entries)).not.toContain("s3cret");
  });

  it("fails the call with abortOnError", async () => {
    const { login } = await host({
      handlers: [probe({ act: () => undefined })],
      directories: { tokens: { find: failing, ofUser: () => [] } },
      stored: [binding({ action: "act", conditions: { tokentype: "hotp" }, abortOnError: true })],
    });
    await expect(login({ request: { parameters: { serial: "X" } } })).rejects.toMatchObject({
      causeCode: "ECONNREFUSED",
    });
  });
});

describe("a stored binding with names that are not registered", () => {
  it("is an error in check, and in the audit log of each call in which it would have run", async () => {
    const { login, audit, bookend } = await host({
      handlers: [probe({ act: () => undefined })],
      stored: [
        { ...binding({ action: "send" }), handler: "Pigeon" },
        binding({ action: "gone" }),
        binding({ action: "act", conditions: { moon: "full" } }),
        { ...binding({ action: "send", conditions: { logged_in_user: "admin" } }), handler: "Pigeon" },
      ],
    });
    await login();
    expect(audit.entries.map(({ bindingId, error }) => [bindingId, error?.code])).toEqual([
      [1, "ACTION_INVALID"],
      [2, "ACTION_INVALID"],
      [3, "ACTION_INVALID"],
    ]);
    const problems = await bookend.check();
    expect(problems.map(({ field, code }) => `${field} ${code}`)).toEqual([
      "binding 1: handler UNKNOWN_HANDLER",
      "binding 2: action UNKNOWN_ACTION",
      "binding 3: conditions.moon UNKNOWN_CONDITION",
      "binding 4: handler UNKNOWN_HANDLER",
    ]);
  });
});

describe("the audit", () => {
  it("contains one entry for each action that ran, with the call as parent", async () => {
    const { login, audit } = await host({
      handlers: [
        probe({ act: () => ({ status: "done", details: { sent: 2 } }), idle: () => skipped("nothing to do") }),
      ],
      stored: [
        binding({ action: "act" }),
        binding({ action: "idle" }),
        binding({ action: "act", conditions: { logged_in_user: "admin" } }),
      ],
    });
    const { call } = await login({
      request: { parameters: { serial: "S1" }, clientIp: "10.0.0.1", headers: { "user-agent": "curl/8" } },
    });
    expect(audit.entries).toMatchObject([
      { parent: call.id, success: true, outcome: "done", details: { sent: 2 }, serial: "S1", clientIp: "10.0.0.1" },
      { parent: call.id, success: true, outcome: "skipped", reason: "nothing to do", userAgent: "curl/8" },
    ]);
    expect(new Set(audit.entries.map(({ id }) => id)).size).toBe(2);
  });

  it("does not fail a call if its sink fails, unless the sink is required", async () => {
    const sink = { begin: () => Promise.reject(new Error("disk full")) };
    const ran: string[] = [];
    const handlers = [probe({ act: () => void ran.push("act") })];
    const stored = [binding({ action: "act", position: "pre" })];
    const lenient = await host({ handlers, stored, audit: sink });
    expect((await lenient.login()).status).toBe(200);
    expect(ran).toEqual(["act"]);
    const strict = await host({ handlers, stored, audit: { sink, required: true } });
    await expect(strict.login()).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    expect(ran).toEqual(["act"]);
  });
});

describe("an action", () => {
  it("does not raise an event, whatever it calls", async () => {
    const ran: string[] = [];
    const handler = probe({
      act: async () => {
        ran.push("act");
        await bookend.handle(createCall({ event: "login" }), () => ok);
      },
    });
    const audit = memoryAudit();
    const bookend = createBookend({
      handlers: [handler],
      bindings: memoryBindings([binding({ action: "act" })]),
      audit,
    });
    await bookend.handle(createCall({ event: "login" }), () => ok);
    expect(ran).toEqual(["act"]);
    expect(audit.entries).toHaveLength(1);
  });

  it("may change the request at pre and the response at post", async () => {
    const { bookend } = await host({
      handlers: [
        probe({
          rename: ({ call }) => {
            call.request.parameters.user = "bob";
          },
          replace: ({ call }) => {
            call.response = { status: 202, body: { replaced: true } };
          },
        }),
      ],
      stored: [binding({ action: "rename", position: "pre" }), binding({ action: "replace" })],
    });
    const seen: unknown[] = [];
    const response = await bookend.handle(createCall({ event: "login" }), (call) => {
      seen.push(call.request.parameters.user);
      return ok;
    });
    expect(seen).toEqual(["bob"]);
    expect(response).toEqual({ status: 202, body: { replaced: true } });
  });
});

describe("a plan", () => {
  it("stays the same from start to end of a call, and the next call sees the change", async () => {
    const ran: string[] = [];
    const { bookend, login } = await host({
      handlers: [probe({ old: () => void ran.push("old"), fresh: () => void ran.push("fresh") })],
      stored: [binding({ action: "old" })],
    });
    await bookend.handle(createCall({ event: "login" }), async () => {
      await bookend.bindings.setActive(1, false);
      await bookend.bindings.add(binding({ action: "fresh" }));
      return ok;
    });
    expect(ran).toEqual(["old"]);
    await login();
    expect(ran).toEqual(["old", "fresh"]);
  });

  it("stays in force if the store fails", async () => {
    const inner = memoryBindings([binding({ action: "act" })]);
    let broken = false;
    const store: BindingStore = {
      list: () => {
        if (broken) throw new Error("gone");
        return inner.list();
      },
      subscribe: inner.subscribe,
    };
    const ran: string[] = [];
    const bookend = createBookend({ handlers: [probe({ act: () => void ran.push("act") })], bindings: store });
    await bookend.ready();
    broken = true;
    await expect(bookend.reload()).rejects.toThrow("gone");
    await bookend.handle(createCall({ event: "login" }), () => ok);
    expect(ran).toEqual(["act"]);
  });

  it("is no longer in force after close", async () => {
    const { bookend, login } = await host({ handlers: [], stored: [] });
    bookend.close();
    await expect(login()).rejects.toMatchObject({ code: "BOOKEND_CLOSED" });
  });
});
