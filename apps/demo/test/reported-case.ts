import { readFile } from "node:fs/promises";

/** A case of the public reports: its input and the correct result. */
export interface ReportedCase extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

/** Returns all cases of the public reports. */
export async function reportedCases(): Promise<readonly ReportedCase[]> {
  const fixture = await readFile(new URL("fixtures/public-reports.json", import.meta.url), "utf8");
  return (JSON.parse(fixture) as { readonly cases: readonly ReportedCase[] }).cases;
}

/** Returns one case of the public reports. */
export async function reportedCase(id: string): Promise<ReportedCase> {
  const found = (await reportedCases()).find((each) => each.id === id);
  if (!found) throw new Error(`The fixture has no case "${id}".`);
  return found;
}
