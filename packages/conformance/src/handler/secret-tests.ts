import { ok } from "node:assert/strict";
import {
  createBookend,
  describeAction,
  type Handler,
  memoryAudit,
  memoryBindings,
  optionsJsonSchemaOf,
  redactOptions,
  secretOptionsOf,
} from "@bookend/core";
import { actionsOf, propertiesOf } from "./description-tests.js";
import type { HandlerTest } from "./handler-test.js";
import { bindingOf, recordingLogger, runUse, type TestBed, testCall, type Use } from "./test-bed.js";

/** Minimum length of a secret that is searched for: a shorter one could be found by chance. */
const minSecretLength = 8;

/** Names of options that contain secrets, in snake case. */
const secretName =
  /(^|_)(password|passwd|passphrase|secret|credentials?|api_?key|private_?key|signing_?key|access_?key|access_?token|auth_?token|bearer_?token|api_?token|bot_?token)s?$/;

/** Tests that no secret is shown. */
export const secretTests: readonly HandlerTest[] = [
  {
    name: "marks secret options: an option with a name like that of a password, a secret or a key has x-secret",
    run({ handler }, { notSecret = [] }) {
      for (const [name, action] of actionsOf(handler)) {
        const marked = secretOptionsOf(action);
        for (const [option] of propertiesOf(optionsJsonSchemaOf(action))) {
          const snake = option
            .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
            .replace(/[\s-]+/g, "_")
            .toLowerCase();
          ok(
            !secretName.test(snake) || marked.has(option) || notSecret.includes(option),
            `option ${option} of action ${name} is not marked x-secret. Allowed: secret(), .meta({ "x-secret": true }), or notSecret`,
          );
        }
      }
    },
  },
  {
    name: "keeps secrets out of descriptions and lists",
    async run(bed, { secrets = [] }) {
      const { handler, directories } = bed;
      const bookend = createBookend({ handlers: [handler], bindings: memoryBindings(), directories });
      try {
        for (const use of bed.uses) {
          const known = [...secretsOf(handler, use), ...factorySecrets(secrets)];
          const action = bookend.registry.action(handler.id, use.action);
          const shown = {
            handler: [handler.description, ...(handler.conditions ?? []).map(({ description }) => description)],
            action: await describeAction(bookend.registry, handler.id, use.action),
            options: redactOptions(action, use.options),
            problems: await bookend.check(bindingOf(handler, use, { options: { ...use.options, kit_unknown: 1 } })),
          };
          for (const [place, value] of Object.entries(shown)) hides(`the ${place} of ${use.action}`, value, known);
        }
      } finally {
        bookend.close();
      }
    },
  },
  {
    name: "keeps secrets out of the audit log",
    async run(bed, { secrets = [] }) {
      await afterEachRun(bed, secrets, ({ entry, calls }) => ({ entry, calls }), "the audit log");
    },
  },
  {
    name: "keeps secrets out of log lines",
    async run(bed, { secrets = [] }) {
      await afterEachRun(bed, secrets, ({ log }) => log, "a log line");
    },
  },
  {
    name: "keeps secrets out of explanations",
    async run(bed, { secrets = [] }) {
      const { handler, directories } = bed;
      for (const use of bed.uses) {
        const { logger } = recordingLogger();
        const bookend = createBookend({
          handlers: [handler],
          bindings: memoryBindings(),
          directories,
          audit: memoryAudit(),
          logger,
        });
        try {
          await bookend.bindings.add(bindingOf(handler, use));
          const explained = await bookend.explain(testCall(use.call));
          hides("an explanation", explained, [...secretsOf(handler, use), ...factorySecrets(secrets)]);
        } finally {
          bookend.close();
        }
      }
    },
  },
];

/** Runs each use with working peers, and then with peers that refuse, since failures reveal more than successes. */
async function afterEachRun(
  bed: TestBed,
  secrets: readonly string[],
  see: (run: Awaited<ReturnType<typeof runUse>>) => unknown,
  place: string,
): Promise<void> {
  for (const refusing of [false, true]) {
    if (refusing) for (const peer of Object.values(bed.peers)) peer.refuse?.();
    for (const use of bed.uses) {
      const run = await runUse(bed, use);
      hides(`${place} of ${use.action}`, see(run), [...secretsOf(bed.handler, use), ...factorySecrets(secrets)]);
    }
  }
}

/** Returns the values of the secret options of a use. */
function secretsOf(handler: Handler, use: Use): readonly string[] {
  const [, action] = actionsOf(handler).find(([name]) => name === use.action) ?? [];
  if (!action) return [];
  // not those with x-secret "url", which are shown without the secret parts of the URL
  const whole = propertiesOf(optionsJsonSchemaOf(action)).filter(([, property]) => property["x-secret"] === true);
  return whole.flatMap(([option]) => stringsIn(use.options[option], `option ${option} of ${use.action}`));
}

function factorySecrets(secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) => stringsIn(secret, "secrets"));
}

function stringsIn(value: unknown, place: string): readonly string[] {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).flatMap((inner) => stringsIn(inner, place));
  }
  if (typeof value !== "string" || value === "") return [];
  ok(value.length >= minSecretLength, `${place}: a secret must have at least ${minSecretLength} characters`);
  return [value];
}

function hides(place: string, value: unknown, secrets: readonly string[]): void {
  const shown = JSON.stringify(value) ?? "";
  for (const secret of secrets) {
    const written = JSON.stringify(secret).slice(1, -1);
    ok(!shown.includes(written), `${place} contains a secret that begins with "${secret.slice(0, 3)}"`);
  }
}
