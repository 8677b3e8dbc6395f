import { equal, ok } from "node:assert/strict";
import { type Directories, isPromise } from "@bookend/core";
import { inTime } from "../deadline.js";
import { testUser } from "../fakes/test-directories.js";
import type { HandlerTest } from "./handler-test.js";
import { endOf, keepingOutbox, type Run, runUse, sendsAnything, type TestBed, testCall, type Use } from "./test-bed.js";

/** Time limit of an action whose peer never responds, in milliseconds. */
const shortTimeoutMs = 300;

/** Milliseconds that an action may take to end after it was aborted. */
const graceMs = 2_000;

/** Number of concurrent calls. */
const concurrency = 20;

/** Tests that actions work as documented, and end. */
export const effectTests: readonly HandlerTest[] = [
  {
    name: "works at each of its positions",
    async run(bed) {
      await eachRun(bed, (run, use, position) => {
        equal(run.entry?.outcome, use.outcome, `${use.action} at ${position} ended as ${endOf(run)}`);
      });
    },
  },
  {
    name: "returns valid outcomes",
    run: (bed) => neverFails(bed, "OUTCOME_INVALID", "returned something that is not an outcome"),
  },
  {
    name: "leaves the call in a usable state",
    run: (bed) => neverFails(bed, "CALL_INVALID", "left the call, or its response, in an unusable state"),
  },
  {
    name: "waits for what it starts: no rejected promise is left behind",
    async run(bed) {
      for (const refusing of [false, true]) {
        if (refusing) for (const peer of Object.values(bed.peers)) peer.refuse?.();
        await eachRun(bed, (run, use) => {
          const left = run.log.find((line) => line.includes("left a rejected promise behind"));
          equal(left, undefined, `${use.action} left a rejected promise behind. Allowed: awaiting each promise`);
        });
      }
    },
  },
  {
    name: "ends when its time limit is reached: the signal aborts what it waits for",
    async run(bed) {
      for (const peer of Object.values(bed.peers)) peer.hold?.();
      for (const use of bed.uses) {
        let ended: Promise<unknown> = Promise.resolve();
        await runUse(bed, use, {
          timeoutMs: shortTimeoutMs,
          around(action, context) {
            const result = action.run(context);
            if (isPromise(result)) ended = result.then(nothing, nothing);
            return result;
          },
        });
        await inTime(ended, `${use.action}, whose signal was aborted,`, graceMs);
      }
    },
  },
  {
    name: "reports a failure of its peer",
    async run(bed) {
      for (const peer of Object.values(bed.peers)) peer.refuse?.();
      for (const use of bed.uses) {
        const before = receivedBy(bed);
        const run = await runUse(bed, use);
        const refused = receivedBy(bed) > before;
        const outcome = run.entry?.outcome;
        ok(
          !refused || outcome === "failed" || outcome === "fault",
          `${use.action} ended as ${endOf(run)}, although its peer refused`,
        );
      }
    },
  },
  {
    name: "does not touch prototypes",
    async run(bed) {
      const before = prototypes.map((prototype) => Reflect.ownKeys(prototype).length);
      try {
        for (const use of bed.uses) {
          const { parameters } = testCall(use.call).request;
          const hostile: Record<string, unknown> = JSON.parse(hostileJson);
          const call = { ...use.call, request: { ...use.call.request, parameters: { ...parameters } } };
          for (const [name, value] of Object.entries(hostile)) {
            Object.defineProperty(call.request.parameters, name, {
              value,
              enumerable: true,
              writable: true,
              configurable: true,
            });
          }
          for (const position of use.positions) await runUse(bed, use, { position, call });
          ok(
            prototypes.every((prototype, index) => Reflect.ownKeys(prototype).length === before[index]),
            `${use.action} added to a prototype. Allowed: objects without one, or a Map, for names of a call`,
          );
        }
      } finally {
        for (const name of ["kitPolluted", "kit_polluted"])
          for (const prototype of prototypes) Reflect.deleteProperty(prototype, name);
      }
    },
  },
  {
    name: "does not mistake properties of Object.prototype for existing names",
    async run(bed) {
      for (const use of bed.uses) {
        const named = Object.entries(use.options).filter(([, value]) => typeof value === "string");
        for (const [option] of named) {
          for (const name of ["constructor", "toString", "__proto__"]) {
            const options = { ...use.options, [option]: name };
            const run = await runUse(bed, use, { options }).catch(() => undefined);
            ok(
              run?.entry?.error?.class !== "TypeError",
              `${use.action} with ${option} = "${name}" broke. Allowed: Object.hasOwn, or a Map, for lookups`,
            );
          }
        }
      }
    },
  },
  {
    name: "keeps calls apart: twenty concurrent calls deliver the same as each would alone",
    async run(bed) {
      // only deliveries are compared: keeping other effects of concurrent calls apart is up to the host
      for (const use of bed.uses) {
        if (!sendsAnything(bed.handler, use)) continue;
        const kept = keepingOutbox();
        const { handler, directories } = await bed.again();
        const host = { handler, directories: withKitUsers(directories) };
        const one = async (index: number, outbox = keepingOutbox()) => {
          const login = `kit-user-${index}`;
          const request = {
            ...use.call.request,
            parameters: { ...testCall(use.call).request.parameters, user: login, note: login },
            user: { login, realm: "kit" },
          };
          const { call } = await runUse(bed, use, { host, outbox: outbox.outbox, call: { request } });
          return { id: call.id, login, payloads: payloadsOf(outbox, call.id) };
        };
        const alone = await one(0);
        const together = await Promise.all(Array.from({ length: concurrency }, (_, index) => one(index + 1, kept)));
        const expected = markersIn(alone.payloads, alone.login);
        for (const { id, login } of together) {
          const found = payloadsOf(kept, id);
          const others = together.some((other) => other.login !== login && mentions(found, other.login));
          ok(!others, `${use.action}: the delivery of one call contains the user of another. Allowed: no shared state`);
          equal(
            markersIn(found, login),
            expected,
            `${use.action}: concurrent calls deliver something different from single calls`,
          );
        }
      }
    },
  },
];

const hostileJson = `{
  "__proto__": { "kitPolluted": true },
  "constructor": { "prototype": { "kitPolluted": true } },
  "__proto__.kit_polluted": "true",
  "constructor.prototype.kit_polluted": "true"
}`;

const prototypes: readonly object[] = [Object.prototype, Array.prototype, String.prototype, Function.prototype];

const nothing = () => undefined;

async function eachRun(bed: TestBed, see: (run: Run, use: Use, position: string) => void): Promise<void> {
  for (const use of bed.uses) {
    for (const position of use.positions) see(await runUse(bed, use, { position }), use, position);
  }
}

function neverFails(bed: TestBed, code: string, what: string): Promise<void> {
  return eachRun(bed, (run, use, position) => {
    ok(run.entry?.error?.code !== code, `${use.action} at ${position} ${what}`);
  });
}

function receivedBy({ peers }: TestBed): number {
  return Object.values(peers).reduce((sum, { received = [] }) => sum + received.length, 0);
}

function payloadsOf({ deliveries }: ReturnType<typeof keepingOutbox>, callId: string): readonly string[] {
  return deliveries
    .filter((delivery) => delivery.callId === callId)
    .map(({ payload }) => JSON.stringify(payload) ?? "");
}

function mentions(payloads: readonly string[], login: string): boolean {
  return markersIn(payloads, login) > 0;
}

/** Returns the number of occurrences of a login in payloads, except as the beginning of another one. */
function markersIn(payloads: readonly string[], login: string): number {
  const pattern = new RegExp(`${login}(?![0-9])`, "gi");
  return payloads.reduce((sum, payload) => sum + (payload.match(pattern)?.length ?? 0), 0);
}

/** Returns the directories with an added user for each login that begins with `kit-user-`. */
function withKitUsers(directories: Directories): Directories {
  const { users } = directories;
  if (!users) return directories;
  return {
    ...directories,
    users: {
      ...users,
      find: (user) => (user.login.startsWith("kit-user-") ? testUser(user.login) : users.find(user)),
      resolversOf: (realm) => users.resolversOf(realm),
    },
  };
}
