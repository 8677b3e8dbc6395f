import type { Named } from "../named.js";

/** A sender with a time limit. */
interface Limited {
  readonly longestMs?: number | undefined;
}

/** Milliseconds that a mailer or gateway takes at most, where it does not say so. */
const longestByDefaultMs = 60_000;

/** Milliseconds that a try may take beyond that. */
const graceMs = 5_000;

/**
 * How long a try may take, in milliseconds: longer than the mailer or gateway, which knows whether anything was sent when it gives up. Of a
 * try that the outbox ends, nobody knows.
 */
export function tryLimitMs(channel?: Limited): number {
  return (channel?.longestMs ?? longestByDefaultMs) + graceMs;
}

/** The same for the mailer or gateway of a name. One that cannot be found is left to the try, which says why. */
export async function tryLimitOf(channels: Named<Limited>, name: string): Promise<number> {
  try {
    return tryLimitMs(await channels.find(name));
  } catch {
    return tryLimitMs();
  }
}
