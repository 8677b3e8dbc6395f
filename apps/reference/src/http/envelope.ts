import { setWritten, WrittenValue } from "./written-value.js";

/** The values of `result.authentication` of `/validate/*`. */
export type Authentication = "ACCEPT" | "REJECT" | "CHALLENGE" | "DECLINED";

/** The body of each response, in the format that privacyIDEA's clients expect. */
export interface Envelope {
  readonly jsonrpc: "2.0";
  readonly id: number;
  readonly result: {
    readonly status: boolean;
    readonly value?: unknown;
    readonly authentication?: Authentication;
    readonly error?: { readonly code: number; readonly message: string };
  };
  readonly detail: unknown;
  /** Unix time in seconds. */
  readonly time: number;
  readonly version: string;
  readonly versionnumber: string;
}

/** `versionnumber` of each response. */
export const versionNumber = "1.0.0";

/** `version` of each response. */
export const version = `Bookend reference app ${versionNumber}`;

/** The `id` in responses of `/validate/*`; all others have 1. */
export const validateId = 2;

/** Returns the body of a call that succeeded. */
export function successEnvelope(
  value: unknown,
  options: { detail?: unknown; id?: number; authentication?: Authentication | undefined } = {},
): Envelope {
  const { detail, id = 1, authentication } = options;
  return {
    jsonrpc: "2.0",
    id,
    result:
      value instanceof WrittenValue
        ? setWritten({ status: true }, value)
        : { status: true, value, ...(authentication && { authentication }) },
    ...frame(detail ?? {}),
  };
}

/** Returns the body of a call that failed; `message` is shown to the caller. */
export function errorEnvelope(code: number, message: string, { id = 1 }: { id?: number } = {}): Envelope {
  return {
    jsonrpc: "2.0",
    id,
    result: { status: false, error: { code, message: `ERR${code}: ${message}` } },
    ...frame(null),
  };
}

function frame(detail: unknown) {
  return {
    detail,
    time: Date.now() / 1000,
    version,
    versionnumber: versionNumber,
  };
}
