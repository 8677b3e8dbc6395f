import { userInfo } from "node:os";

/** Who runs the command, as the operating system knows them: a container may have a user without a name. */
export function shellUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
