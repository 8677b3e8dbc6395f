import type { Handler } from "@bookend/core";
import type { HttpClient } from "@bookend/http-client";
import { expectTypeOf, it } from "vitest";
import { type FederationServers, federation } from "./index.js";

declare const servers: FederationServers;
declare const client: HttpClient;

it("requires the servers, and accepts an HTTP client of the host", () => {
  expectTypeOf(federation({ servers })).toEqualTypeOf<Handler>();
  federation({ servers, client });
  // @ts-expect-error servers are missing
  federation({});
  // @ts-expect-error a list of networks, not a string
  federation({ servers, allow: "10.0.0.0/8" });
});
