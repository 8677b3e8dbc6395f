import type { Migration } from "@bookend/store-sql";
import { sql } from "kysely";
import { configurationRevision } from "./configuration-revision.js";
import { containerTables } from "./container-tables.js";
import { federationTables } from "./federation-tables.js";
import {
  realmlessIndex,
  searchIndexes,
  tokenOrderIndexes,
  tokenOwnerIndex,
  userAttributeIndexes,
  userIndexes,
} from "./search-indexes.js";
import { tokenUseTables } from "./token-use-tables.js";
import { trigramIndex } from "./trigram-index.js";

/**
 * The namespace in which the migrations of these tables are recorded; the store's migrations have a different
 * namespace.
 */
export const domainNamespace = "reference";

/** The migrations of the domain's tables, oldest first. The name of a released migration must not change. */
export const domainMigrations: Readonly<Record<string, Migration>> = {
  "001-users": {
    async up(db, { flag, text, integer }) {
      await db.schema
        .createTable("setting")
        .addColumn("key", text, (column) => column.primaryKey())
        .addColumn("value", text, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("resolver")
        .addColumn("name", text, (column) => column.primaryKey())
        .addColumn("type", text, (column) => column.notNull())
        .addColumn("settings", text, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("realm")
        .addColumn("name", text, (column) => column.primaryKey())
        .addColumn("is_default", flag, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("realm_resolver")
        .addColumn("realm", text, (column) => column.notNull().references("realm.name").onDelete("cascade"))
        .addColumn("resolver", text, (column) => column.notNull().references("resolver.name"))
        .addColumn("priority", integer)
        .addPrimaryKeyConstraint("realm_resolver_pk", ["realm", "resolver"])
        .execute();
      await db.schema
        .createTable("user_account")
        .addColumn("id", text, (column) => column.primaryKey())
        .addColumn("resolver", text, (column) => column.notNull().references("resolver.name").onDelete("cascade"))
        .addColumn("username", text, (column) => column.notNull())
        .addColumn("password_hash", text)
        .addColumn("givenname", text, (column) => column.notNull())
        .addColumn("surname", text, (column) => column.notNull())
        .addColumn("email", text, (column) => column.notNull())
        .addColumn("phone", text, (column) => column.notNull())
        .addColumn("mobile", text, (column) => column.notNull())
        .addUniqueConstraint("user_account_name", ["resolver", "username"])
        .execute();
      await db.schema
        .createTable("user_attribute")
        .addColumn("resolver", text, (column) => column.notNull())
        .addColumn("user_id", text, (column) => column.notNull())
        .addColumn("realm", text, (column) => column.notNull())
        .addColumn("key", text, (column) => column.notNull())
        .addColumn("value", text, (column) => column.notNull())
        .addPrimaryKeyConstraint("user_attribute_pk", ["resolver", "user_id", "realm", "key"])
        .execute();
      await db.schema
        .createTable("admin")
        .addColumn("username", text, (column) => column.primaryKey())
        .addColumn("password_hash", text, (column) => column.notNull())
        .addColumn("email", text, (column) => column.notNull())
        .execute();
    },
  },
  "002-tokens": {
    async up(db, { flag, id, instant, integer, text }) {
      await db.schema
        .createTable("token")
        .addColumn("id", ...id)
        .addColumn("serial", text, (column) => column.notNull().unique())
        .addColumn("type", text, (column) => column.notNull())
        .addColumn("description", text, (column) => column.notNull())
        .addColumn("active", flag, (column) => column.notNull())
        .addColumn("revoked", flag, (column) => column.notNull())
        .addColumn("pin_hash", text)
        .addColumn("key_sealed", text)
        .addColumn("otp_length", integer, (column) => column.notNull())
        .addColumn("counter", integer, (column) => column.notNull())
        .addColumn("fail_count", integer, (column) => column.notNull())
        .addColumn("max_fail_count", integer, (column) => column.notNull())
        .addColumn("count_window", integer, (column) => column.notNull())
        .addColumn("sync_window", integer, (column) => column.notNull())
        .addColumn("rollout_state", text, (column) => column.notNull())
        .addColumn("owner_id", text)
        .addColumn("owner_login", text)
        .addColumn("owner_resolver", text)
        .addColumn("owner_realm", text)
        .execute();
      await db.schema
        .createIndex("token_owner")
        .on("token")
        .columns(["owner_resolver", "owner_id", "owner_realm"])
        .execute();
      await db.schema
        .createTable("token_info")
        .addColumn("token_id", integer, (column) => column.notNull().references("token.id").onDelete("cascade"))
        .addColumn("key", text, (column) => column.notNull())
        .addColumn("value", text, (column) => column.notNull())
        .addPrimaryKeyConstraint("token_info_pk", ["token_id", "key"])
        .execute();
      await db.schema
        .createTable("token_realm")
        .addColumn("token_id", integer, (column) => column.notNull().references("token.id").onDelete("cascade"))
        .addColumn("realm", text, (column) => column.notNull().references("realm.name").onDelete("cascade"))
        .addPrimaryKeyConstraint("token_realm_pk", ["token_id", "realm"])
        .execute();
      await db.schema
        .createTable("challenge")
        .addColumn("transaction_id", text, (column) => column.notNull())
        .addColumn("serial", text, (column) => column.notNull())
        .addColumn("session", text, (column) => column.notNull())
        .addColumn("data", text, (column) => column.notNull())
        .addColumn("answer_sealed", text)
        .addColumn("status", text, (column) => column.notNull())
        .addColumn("created_at", instant, (column) => column.notNull())
        .addColumn("expires_at", instant, (column) => column.notNull())
        .addPrimaryKeyConstraint("challenge_pk", ["transaction_id", "serial"])
        .execute();
      await db.schema.createIndex("challenge_serial").on("challenge").columns(["serial"]).execute();
      await db.schema.createIndex("challenge_expires_at").on("challenge").columns(["expires_at"]).execute();
    },
  },
  "003-senders": {
    async up(db, { text }) {
      await db.schema
        .createTable("smtp_server")
        .addColumn("name", text, (column) => column.primaryKey())
        .addColumn("settings", text, (column) => column.notNull())
        .addColumn("password_sealed", text, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("sms_gateway")
        .addColumn("name", text, (column) => column.primaryKey())
        .addColumn("settings", text, (column) => column.notNull())
        .addColumn("secrets_sealed", text, (column) => column.notNull())
        .execute();
    },
  },
  "004-containers": containerTables,
  "005-token-uses": tokenUseTables,
  "006-federation": federationTables,
  "007-resolver-secrets": {
    async up(db, { text }) {
      await db.schema.alterTable("resolver").addColumn("secret_sealed", text).execute();
    },
  },
  "008-one-default-realm": {
    async up(db) {
      // keeps one of several default realms, which concurrent requests could create while there were no realms yet
      await sql`update realm set is_default = 0 where is_default = 1 and name > (select min(name) from realm where is_default = 1)`.execute(
        db,
      );
      await sql`create unique index realm_one_default on realm (is_default) where is_default = 1`.execute(db);
    },
  },
  "009-search-indexes": searchIndexes,
  "010-configuration-revision": configurationRevision,
  "010-user-indexes": userIndexes,
  "011-token-order-indexes": tokenOrderIndexes,
  "012-token-owner-index": tokenOwnerIndex,
  "013-user-attribute-indexes": userAttributeIndexes,
  "014-trigram-index": trigramIndex,
  "015-realmless-index": realmlessIndex,
};
