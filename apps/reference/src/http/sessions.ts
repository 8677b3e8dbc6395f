import type { Actor } from "@bookend/core";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { ApiError } from "./api-error.js";

/** Logs in by signed tokens (JWT, HS256) that the server does not keep. */
export interface Sessions {
  /** A token for this actor. */
  issue(actor: Actor & { readonly role: "admin" | "user" }): Promise<string>;
  /** Who holds this token. Errors: 4031 for one that is not ours or is over. */
  verify(token: string): Promise<Actor>;
}

const claims = z.object({ username: z.string().min(1), realm: z.string(), role: z.enum(["admin", "user"]) });
const issuer = "bookend-reference";

/** Makes sessions that last `lifetime` seconds. */
export function createSessions({ key, lifetime }: { key: Uint8Array; lifetime: number }): Sessions {
  return {
    issue({ username, realm, role }) {
      return new SignJWT({ username, realm, role })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime(`${lifetime}s`)
        .sign(key);
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], issuer });
        const { username, realm, role } = claims.parse(payload);
        return { username, realm, role };
      } catch (error) {
        const over = error instanceof errors.JWTExpired;
        throw new ApiError(4031, 401, `Authentication failure. ${over ? "The token is over." : "Invalid token."}`);
      }
    },
  };
}

/** The token of a request: header `Authorization` or `PI-Authorization`, bare or behind `Bearer`. */
export function sessionToken(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  for (const name of ["authorization", "pi-authorization"]) {
    const header = headers[name];
    const token = typeof header === "string" ? header.replace(/^bearer\s+/i, "").trim() : "";
    if (token !== "") return token;
  }
  return undefined;
}
