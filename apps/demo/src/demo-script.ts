import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Name of the script that a demo binding runs. */
export const demoScript = "list-revoked-token.sh";

/** The source of the script. It runs in `scripts` of the data directory. */
const source = `#!/bin/sh
# Appends its standard input, one line of JSON that describes a revoked token, to a file.
umask 077
exec cat >> ../demo/revoked-tokens.jsonl
`;

/** Writes the script into the script directory. */
export async function addDemoScript(directory: string): Promise<void> {
  await writeFile(join(directory, demoScript), source, { mode: 0o700 });
}
