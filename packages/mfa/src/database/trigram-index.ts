import type { Migration } from "@bookend/store-sql";
import { sql } from "kysely";
import { isIndexedInfoOf } from "./usage-info.js";

/**
 * Maximum number of tokens that wait to be indexed. A search reads each of them; indexing that many takes a few
 * milliseconds.
 */
const maxPending = 256;

const indexed = `select id, serial, description, owner_id,
  (select group_concat(value, char(10)) from token_info where token_id = token.id and ${isIndexedInfoOf("token_info")})
  from token`;

// a trigger inherits the conflict policy of the statement that fires it: "or ignore" in the trigger would have no
// effect
const notePending = (id: string) => `insert into token_trigram_pending
  select ${id} where not exists (select 1 from token_trigram_pending where token_id = ${id});`;

/**
 * SQLite's index of the trigrams of tokens, which finds values that contain a string. Adding a single token takes ten
 * times as long as adding each of many, so changed tokens are noted, and indexed when there are enough of them. The
 * index may still find a deleted or changed token by its former values: searches compare the tokens that they find.
 *
 * PostgreSQL's indexes need an extension, which a later start may find: see `prepareTrigrams`.
 */
export const trigramIndex: Migration = {
  async up(db, { dialect }) {
    if (dialect !== "sqlite") return;
    const run = (statement: string) => sql.raw(statement).execute(db);
    await run(`create virtual table token_trigram using fts5(serial, description, owner_id, info,
      content = '', contentless_delete = 1, tokenize = 'trigram')`);
    await run(`insert into token_trigram (rowid, serial, description, owner_id, info) ${indexed}`);
    await run("create table token_trigram_pending (token_id integer primary key)");
    await run(`create trigger token_trigram_inserted after insert on token begin ${notePending("new.id")} end`);
    await run(`create trigger token_trigram_deleted after delete on token begin ${notePending("old.id")} end`);
    await run(`create trigger token_trigram_updated after update of serial, description, owner_id on token
      begin ${notePending("new.id")} end`);
    // a deleted field need not be noted, since searches compare the tokens that they find
    for (const event of ["insert", "update of value"]) {
      const name = `token_info_trigram_${event.split(" ", 1)}`;
      await run(`create trigger ${name} after ${event} on token_info when ${isIndexedInfoOf("new")}
        begin ${notePending("new.token_id")} end`);
    }
    await run(`create trigger token_trigram_filled after insert on token_trigram_pending
      when (select count(*) from token_trigram_pending) >= ${maxPending}
      begin
        delete from token_trigram where rowid in (select token_id from token_trigram_pending);
        insert into token_trigram (rowid, serial, description, owner_id, info)
          ${indexed} where id in (select token_id from token_trigram_pending);
        delete from token_trigram_pending;
      end`);
  },
};
