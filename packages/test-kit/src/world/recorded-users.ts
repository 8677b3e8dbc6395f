import { readFileSync } from "node:fs";

/** A user of one of the recorded resolvers. */
export interface RecordedUser {
  readonly login: string;
  readonly resolver: string;
  readonly attributes: Readonly<Record<string, string>>;
}

let users: readonly RecordedUser[] | undefined;

/** Returns the users of `resoA.passwd` and `resoB.passwd`, with the attributes that were recorded for them. */
export function recordedUsers(): readonly RecordedUser[] {
  users ??= ["resoA", "resoB"].flatMap(usersOf);
  return users;
}

function usersOf(resolver: string): readonly RecordedUser[] {
  const file = readFileSync(new URL(`./fixtures/${resolver}.passwd`, import.meta.url), "utf8");
  return file
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [login = "", , userid = "", , gecos = ""] = line.split(":");
      // the recording server uses the third part of this column as the mobile number, and the fourth as the other
      // number
      const [name = "", , mobile = "", phone = "", email = ""] = gecos.split(",");
      const [givenname = "", ...surname] = name.split(" ");
      return {
        login,
        resolver,
        attributes: {
          username: login,
          userid,
          description: gecos,
          givenname,
          surname: surname.join(" "),
          email,
          phone,
          mobile,
        },
      };
    });
}
