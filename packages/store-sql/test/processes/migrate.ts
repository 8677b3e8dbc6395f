import { migrate, openDatabase } from "../../src/index.js";
import { notes } from "../notes.js";

const database = await openDatabase({ url: process.argv[2] ?? "" });
const ran = await migrate(database, { namespace: "notes", migrations: notes });
await database.close();
console.log(ran.length);
