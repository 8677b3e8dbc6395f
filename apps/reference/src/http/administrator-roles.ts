import type { AdminDenied, Right } from "@bookend/admin";
import type { Actor } from "@bookend/core";
import { notAllowedError } from "@bookend/mfa";

/** The rights of administrators. */
export interface AdministratorRoles {
  /**
   * Refuses calls by a read-only administrator that can change data: all methods except GET and HEAD, and all calls to
   * `/validate/*`, some of which use GET.
   *
   * @throws {MfaError} NOT_ALLOWED
   */
  checkCall(actor: Actor | undefined, method: string, event: string | undefined): void;
  /**
   * Returns true if an actor has a right of the management API, and otherwise the refusal. Administrators have all
   * rights, read-only administrators only those that end in `:read`.
   */
  mayUse(actor: Actor | undefined, right: Right): true | AdminDenied;
  /** Returns whether an actor is a read-only administrator. */
  mayOnlyRead(actor: Pick<Actor, "role" | "username"> | undefined): boolean;
}

const readOnlyMessage = "This administrator has read-only access.";

/** Creates the checks for administrators; `readOnly` has the names of those who may only read. */
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
      // the route's access rule already refuses everyone except administrators; this is a second guard
      if (actor?.role !== "admin") return { status: 401, code: 4033, message: "Nobody is logged in." };
      if (mayOnlyRead(actor) && !right.endsWith(":read")) {
        return { status: 403, code: 303, message: `${readOnlyMessage} This needs the right ${right}.` };
      }
      return true;
    },
  };
}
