import { choice, flag, form, withDefault } from "@bookend/zod";
import { z } from "zod";

/** Creates the schema of a script's options. `sync_to_database` can be true only if the host can commit. */
export function scriptOptions({ canCommit }: { readonly canCommit: boolean }) {
  const no = "false (as text: False, false, FALSE, 0), because this server cannot commit what the call wrote";
  const commitFirst = canCommit
    ? flag()
    : flag()
        .refine((value) => !value, `must be ${no}`)
        .meta({ "x-allowed": no });
  return z.strictObject({
    background: choice(["background", "wait"]).describe(
      "Whether the call continues immediately or waits for the script.",
    ),
    raise_error: withDefault(flag(), false)
      .describe("With wait: whether a script that fails aborts the call. Default: no.")
      .meta(form({ visibleIf: { option: "background", value: "wait" } })),
    sync_to_database: withDefault(commitFirst, false).describe(
      "Whether what the call wrote is committed before the script starts. Default: no.",
    ),
    serial: fact("--serial: the token's serial."),
    user: fact("--user: the login name of the call's user, otherwise of the token's owner."),
    realm: fact("--realm: the realm of that user."),
    logged_in_user: fact("--logged_in_user: the logged-in user or administrator, as user@realm."),
    logged_in_role: fact("--logged_in_role: their role, admin or user."),
  });
}

/** Parsed options of a script. */
export type ScriptActionOptions = z.output<ReturnType<typeof scriptOptions>>;

function fact(what: string) {
  return withDefault(flag(), false).describe(`Whether the script receives ${what}`);
}
