import { createHmac, timingSafeEqual } from "node:crypto";
import type { Actor } from "@bookend/core";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { MfaError } from "../errors/mfa-error.js";
import type { AdminService, UserService } from "../users/types.js";

/** The holder of a session: a local administrator by name, or a user by their permanent id within the resolver. */
export type SessionHolder =
  | { readonly role: "admin"; readonly username: string }
  | { readonly role: "user"; readonly realm: string; readonly resolver: string; readonly uid: string };

/** Sessions as signed tokens (JWT, HS256), which the server does not store. */
export interface Sessions {
  /**
   * Creates a session for this administrator or user.
   *
   * @throws {MfaError} SESSION_INVALID if they do not exist
   */
  issue(holder: SessionHolder): Promise<{ readonly token: string; readonly actor: Actor }>;
  /**
   * Returns the holder of a token.
   *
   * @throws {MfaError} SESSION_INVALID if it is not valid or has expired, or its holder was deleted or has changed
   * their password
   */
  verify(token: string): Promise<Actor>;
}

/** Options of sessions. */
export interface SessionOptions {
  readonly key: Uint8Array;
  /** Seconds for which a session lasts. */
  readonly lifetime: number;
  readonly users: Pick<UserService, "credential">;
  readonly admins: Pick<AdminService, "credential">;
}

/** `cred` is an HMAC of the holder's password hash at login: a session ends when the password changes. */
const common = { username: z.string().min(1), cred: z.string().min(1) };
const claims = z.discriminatedUnion("role", [
  z.object({ role: z.literal("admin"), ...common }),
  z.object({
    role: z.literal("user"),
    realm: z.string(),
    resolver: z.string().min(1),
    uid: z.string().min(1),
    ...common,
  }),
]);
const issuer = "bookend-reference";

/** Creates sessions that last `lifetime` seconds. */
export function createSessions({ key, lifetime, users, admins }: SessionOptions): Sessions {
  /**
   * Returns the current holder, and the value to which the session is bound. Null for a holder who no longer exists.
   */
  const present = async (holder: SessionHolder): Promise<{ actor: Actor; cred: string } | null> => {
    if (holder.role === "admin") {
      const version = await admins.credential(holder.username);
      const actor = { username: holder.username, realm: "", role: "admin" };
      return version === null ? null : { actor, cred: sealed(version) };
    }
    const { realm, resolver, uid } = holder;
    const found = await users.credential({ login: "", realm, resolver, uid });
    if (found === null) return null;
    const actor = { username: found.user.login, realm, resolver, uid, role: "user" };
    return { actor, cred: sealed(found.version) };
  };
  const sealed = (version: string) => createHmac("sha256", key).update("session").update(version).digest("base64url");

  return {
    async issue(holder) {
      const found = await present(holder);
      if (found === null) throw refused("Wrong credentials");
      const { actor, cred } = found;
      const token = await new SignJWT({ ...actor, cred })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime(`${lifetime}s`)
        .sign(key);
      return { token, actor };
    },
    async verify(token) {
      const holder = await jwtVerify(token, key, { algorithms: ["HS256"], issuer }).then(
        ({ payload }) => claims.safeParse(payload).data,
        (error: unknown) => {
          throw refused(error instanceof errors.JWTExpired ? "The token has expired." : "Invalid token.");
        },
      );
      if (holder === undefined) throw refused("Invalid token.");
      const found = await present(holder);
      if (found === null || !isEqual(found.cred, holder.cred)) throw refused("The session has ended; log in again.");
      return found.actor;
    },
  };
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const refused = (reason: string) => new MfaError("SESSION_INVALID", `Authentication failure. ${reason}`);
