import type { Logger } from "@bookend/core";
import type { DialectName } from "@bookend/store-sql";
import type { Kysely } from "kysely";
import type { Passwords } from "../secrets/passwords.js";
import type { Random } from "../secrets/random.js";
import type { Vault } from "../secrets/vault.js";
import type { Configuration } from "./configuration.js";
import type { DomainSchema } from "./schema.js";

/** The dependencies of every service of the domain. */
export interface DomainContext {
  readonly db: Kysely<DomainSchema>;
  /** Runs searches; see `Database.reader`. */
  readonly reader: Kysely<DomainSchema>;
  readonly dialect: DialectName;
  /** Whether an index finds the values that contain a string. */
  readonly trigrams: boolean;
  readonly configuration: Configuration;
  readonly vault: Vault;
  readonly passwords: Passwords;
  readonly random: Random;
  readonly clock: () => Date;
  readonly logger: Logger;
}
