import type { AdminDenied, Right } from "@bookend/admin";
import type { Actor } from "@bookend/core";
import { notAllowedError } from "@bookend/mfa";

/** The rights of administrators. */
export interface AdministratorRoles {
  /**
   * Refuses calls by a read-only administrator that can change data: all methods except GET, and calls that
   * authenticate, even those that are GET in privacyIDEA.
   *
   * @throws {MfaError} NOT_ALLOWED
   */
  checkCall(actor: Actor | undefined, method: string, event: string | undefined): void;
  /**
   * Decides whether an actor has a right of the management API: administrators have all rights, read-only
   * administrators those that end in `:read`.
   */
  mayUse(actor: Actor | undefined, right: Right): true | AdminDenied;
  /** Returns whether an actor is a read-only administrator. */
  mayOnlyRead(actor: Pick<Actor, "role" | "username"> | undefined): boolean;
}

const readOnlyMessage = "This administrator has read-only access.";

/** Returns the roles of a server with these read-only administrators. */
export function administratorRoles(readOnly: readonly string[]): AdministratorRoles {
  const names = new Set(readOnly);
  const mayOnlyRead: AdministratorRoles["mayOnlyRead"] = (actor) =>
    actor?.role === "admin" && names.has(actor.username);
  return {
    mayOnlyRead,
    checkCall(actor, method, event) {
      if (!mayOnlyRead(actor)) return;
      const reads = (method === "GET" || method === "HEAD") && event?.startsWith("validate_") !== true;
      if (!reads) throw notAllowedError(readOnlyMessage);
    },
    mayUse(actor, right) {
      // callers other than administrators were refused when the call began
      if (actor?.role !== "admin") return { status: 401, code: 4033, message: "Nobody is logged in." };
      if (mayOnlyRead(actor) && !right.endsWith(":read")) {
        return { status: 403, code: 303, message: `${readOnlyMessage} This needs the right ${right}.` };
      }
      return true;
    },
  };
}
