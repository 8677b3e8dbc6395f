import { type ActionContext, escapeArgument } from "@bookend/core";
import type { ScriptActionOptions } from "./options.js";

/** The facts that a script can receive. */
export interface ScriptFacts {
  /** The arguments for the chosen facts: `--serial S --user U …`. */
  readonly args: readonly string[];
  /** The same facts as a line of JSON, in which absent values are null. */
  readonly input: string;
}

/** The argument for an absent value. */
const none = "none";

/**
 * Looks up only the facts that the options select.
 *
 * @throws {ValueError} VALUE_INVALID for a value that contains a NUL character
 */
export async function scriptFacts({ options, call, facts }: ActionContext<ScriptActionOptions>): Promise<ScriptFacts> {
  const args: string[] = [];
  const json: Record<string, unknown> = {};
  const tell = (name: string, argument: string | undefined, value: unknown = argument ?? null) => {
    args.push(...argumentOf(name, argument ?? none));
    json[name] = value;
  };
  if (options.serial) tell("serial", facts.namedSerial ?? (await facts.token())?.serial);
  if (options.user || options.realm) {
    const user = (await facts.user()) ?? call.request.user;
    if (options.user) tell("user", user?.login || undefined);
    if (options.realm) tell("realm", user?.realm || undefined);
  }
  const { actor } = call;
  if (options.logged_in_user) {
    const username = actor?.username || undefined;
    const realm = actor?.realm || undefined;
    const value = username === undefined ? null : { username, realm: realm ?? null };
    tell("logged_in_user", `${username ?? none}@${realm ?? none}`, value);
  }
  if (options.logged_in_role) tell("logged_in_role", actor && (actor.role === "admin" ? "admin" : "user"));
  return { args, input: `${JSON.stringify(json)}\n` };
}

/** Protects a value that begins with `-` from being read as an option. */
function argumentOf(name: string, value: string): readonly string[] {
  const safe = escapeArgument(value, name);
  return safe.startsWith("-") ? [`--${name}=${safe}`] : [`--${name}`, safe];
}
