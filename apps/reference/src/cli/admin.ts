import { createInterface } from "node:readline/promises";
import { passwordStrength } from "@bookend/mfa";
import { ConfigError } from "@bookend/reference-config";
import { type Source, withServices } from "./source.js";

/** Runs `admin add`. */
export async function addAdmin(name: string, { email, ...source }: Source & { email?: string }): Promise<void> {
  const password = await readLine("Password: ");
  if (password === "") throw new ConfigError("A password is required on one line of standard input.");
  await withServices(source, ({ domain }) => domain.admins.save(name, { password, ...(email && { email }) }));
  const { score } = await passwordStrength(password, [name, email ?? ""]);
  console.log(`${name} can log in. Strength of the password: ${score} of 4.`);
}

/** Runs `admin list`. */
export async function listAdmins(source: Source): Promise<void> {
  const admins = await withServices(source, ({ domain }) => domain.admins.list());
  for (const { username, email } of admins) console.log(email === "" ? username : `${username} <${email}>`);
}

/** Runs `admin remove`. */
export async function removeAdmin(name: string, source: Source): Promise<void> {
  await withServices(source, ({ domain }) => domain.admins.delete(name));
  console.log(`${name} was removed.`);
}

/** Reads one line of standard input. A terminal shows the prompt, but not the characters that are typed. */
async function readLine(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    const lines = createInterface({ input: stdin });
    try {
      for await (const line of lines) return line;
      return "";
    } finally {
      lines.close();
    }
  }
  stderr.write(prompt);
  const lines = createInterface({ input: stdin, terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    stderr.write("\n");
  }
}
