// Runs a program with the URL of an empty PostgreSQL server in DATABASE_URL. Run it with `--import tsx`, since it uses
// the server of the tests.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { startPostgres } from "../packages/test-kit/src/databases/postgres.ts";

const postgres = await startPostgres();
if ("skip" in postgres) {
  console.error(postgres.skip);
  process.exit(1);
}
const env = { ...process.env, DATABASE_URL: postgres.url };
const program = spawn(process.execPath, process.argv.slice(2), { stdio: "inherit", env });
const [code] = await once(program, "exit");
await postgres.stop();
process.exitCode = code ?? 1;
