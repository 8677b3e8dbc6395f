import type { Named } from "../named.js";

/** A sender with a time limit. */
interface Limited {
  readonly longestMs?: number | undefined;
}

/** Maximum milliseconds that a mailer or gateway takes if it does not declare a limit. */
const longestByDefaultMs = 60_000;

/** Milliseconds that an attempt may take beyond that limit. */
const graceMs = 5_000;

/**
 * Returns the maximum duration of an attempt in milliseconds. It is longer than the limit of the mailer or gateway
 * because only the mailer or gateway knows whether anything was sent when it gives up; if the outbox ended the attempt,
 * this would remain unknown.
 */
export function tryLimitMs(channel?: Limited): number {
  return (channel?.longestMs ?? longestByDefaultMs) + graceMs;
}

/**
 * Returns the maximum duration for a mailer or gateway by name. Returns the default if it cannot be found, since the
 * attempt itself then reports the error.
 */
export async function tryLimitOf(channels: Named<Limited>, name: string): Promise<number> {
  try {
    return tryLimitMs(await channels.find(name));
  } catch {
    return tryLimitMs();
  }
}
