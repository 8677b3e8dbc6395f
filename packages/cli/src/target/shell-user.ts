import { userInfo } from "node:os";

/** Returns the user who runs the command according to the operating system. In a container, a user may have no name. */
export function shellUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
