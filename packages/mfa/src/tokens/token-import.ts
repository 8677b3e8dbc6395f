import { transact } from "@bookend/store-sql";
import type { DomainContext } from "../database/domain-context.js";
import { MfaError } from "../errors/mfa-error.js";
import { takeTurn } from "../values/turns.js";
import type { createEnrolment, PreparedToken } from "./enrolment.js";
import { type OathToken, readOathCsv } from "./oath-csv.js";
import type { TokenService } from "./types.js";

/** Creates the function that enrolls the tokens of a file in one transaction, see `TokenService.importTokens`. */
export function createTokenImport(
  { db }: Pick<DomainContext, "db">,
  { prepare, write }: Pick<ReturnType<typeof createEnrolment>, "prepare" | "write">,
): TokenService["importTokens"] {
  return async (csv, realms = []) => {
    const ready: { readonly token: OathToken; readonly prepared: PreparedToken }[] = [];
    for (const token of readOathCsv(csv)) {
      await takeTurn();
      const { values, ...rest } = await ofLine(token, () =>
        prepare({ ...token.parameters, tokenrealm: realms }, token.user),
      );
      ready.push({ token, prepared: { ...rest, values: { ...values, counter: token.counter } } });
    }
    await transact(db, async (trx) => {
      for (const { token, prepared } of ready) {
        await takeTurn();
        await ofLine(token, () => write(trx, prepared, false));
      }
    });
    return ready.map(({ token }) => token.serial);
  };
}

/** Adds the line number to the message of an error. */
async function ofLine<T>({ line }: OathToken, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MfaError)
      throw new MfaError(error.code, `file: line ${line}: ${error.message}`, { cause: error });
    throw error;
  }
}
