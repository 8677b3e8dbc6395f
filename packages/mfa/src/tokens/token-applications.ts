import type { DomainContext } from "../database/domain-context.js";
import { checkLengths } from "../values/limits.js";
import { unknownToken } from "./token-query.js";

/** An application of a token on a machine. */
export interface TokenApplication {
  readonly id: number;
  readonly serial: string;
  readonly type: string;
  /** The kind of application, such as `ssh`, `offline` or `luks`. */
  readonly application: string;
  /** Empty: any machine. */
  readonly machineId: string;
  readonly options: Readonly<Record<string, string | number>>;
}

/** Applications of tokens on machines. */
export interface TokenApplicationService {
  /**
   * Attaches a token to an application. Does nothing if it is already attached.
   *
   * @throws {MfaError} NOT_FOUND
   */
  attach(serial: string, application: Pick<TokenApplication, "application" | "machineId" | "options">): Promise<void>;
  list(filter?: {
    readonly serial?: string | undefined;
    readonly application?: string | undefined;
    readonly machineId?: string | undefined;
  }): Promise<readonly TokenApplication[]>;
  /** Returns the names of the machines that tokens are attached to. */
  machines(): Promise<readonly string[]>;
}

/** Stores applications in the database. */
export function createTokenApplications({ db }: DomainContext): TokenApplicationService {
  return {
    async attach(serial, { application, machineId, options }) {
      checkLengths({ application, machineId, ...options });
      const token = await db.selectFrom("token").select("id").where("serial", "=", serial).executeTakeFirst();
      if (token === undefined) throw unknownToken(serial);
      const sorted = Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
      await db
        .insertInto("token_application")
        .values({ token_id: token.id, application, machine_id: machineId, options: JSON.stringify(sorted) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    async list({ serial, application, machineId } = {}) {
      const rows = await db
        .selectFrom("token_application")
        .innerJoin("token", "token.id", "token_application.token_id")
        .selectAll("token_application")
        .select(["token.serial", "token.type"])
        .$if(serial !== undefined, (query) => query.where("token.serial", "=", withoutNul(serial)))
        .$if(application !== undefined, (query) => query.where("application", "=", withoutNul(application)))
        .$if(machineId !== undefined, (query) => query.where("machine_id", "=", withoutNul(machineId)))
        .orderBy("token_application.id")
        .execute();
      return rows.map((row) => ({
        id: row.id,
        serial: row.serial,
        type: row.type,
        application: row.application,
        machineId: row.machine_id,
        options: JSON.parse(row.options) as TokenApplication["options"],
      }));
    },
    async machines() {
      const rows = await db
        .selectFrom("token_application")
        .select("machine_id")
        .distinct()
        .where("machine_id", "!=", "")
        .orderBy("machine_id")
        .execute();
      return rows.map((row) => row.machine_id);
    },
  };
}

/** Replaces NUL, since PostgreSQL refuses queries with NUL. No entry contains it. */
const withoutNul = (text = "") => text.replaceAll("\0", "\uFFFD");
