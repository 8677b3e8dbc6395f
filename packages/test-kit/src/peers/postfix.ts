import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { selfSigned } from "./certificate.js";
import { freePort } from "./free-port.js";

const run = promisify(execFile);
const postfix = "/usr/sbin/postfix";
const saslpasswd = "/usr/sbin/saslpasswd2";

/** Returns the reason why Postfix cannot be started on this machine; undefined if it can. */
export function postfixMissing(): string | undefined {
  if (!existsSync(postfix)) return "no Postfix; Debian package postfix";
  if (!existsSync(saslpasswd)) return "no saslpasswd2; Debian packages sasl2-bin and libsasl2-modules";
  return process.getuid?.() === 0 ? undefined : "Postfix's master must be started by root";
}

/**
 * Starts a separate Postfix with STARTTLS and AUTH on one port and SMTPS on another; it stops with the test. It accepts
 * mail only from the user and only over TLS, and relays it to the port `next`.
 */
export async function startPostfix(next: number, user: string, password: string) {
  const directory = await mkdtemp(join(tmpdir(), "bookend-postfix-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  // Postfix's processes run as the user postfix, which must be able to enter the directory
  await chmod(directory, 0o755);
  const at = (name: string) => join(directory, name);
  for (const name of ["config", "config/sasl", "spool", "data"]) await mkdir(at(name));
  const [postfixUid = 0, postfixGid = 0] = await Promise.all(
    ["-u", "-g"].map(async (option) => Number((await run("id", [option, "postfix"])).stdout)),
  );
  await chown(at("data"), postfixUid, postfixGid);
  const { key, cert } = await selfSigned();
  await writeFile(at("key.pem"), key, { mode: 0o600 });
  await writeFile(at("cert.pem"), cert);
  const setPassword = run(saslpasswd, ["-p", "-c", "-u", "bookend.test", "-f", at("sasldb2"), user]);
  setPassword.child.stdin?.end(password);
  await setPassword;
  await chown(at("sasldb2"), postfixUid, postfixGid);
  const [port, smtpsPort] = [await freePort(), await freePort()];
  await writeFile(at("config/sasl/smtpd.conf"), saslConfig(at("sasldb2")));
  await writeFile(at("config/main.cf"), mainConfig(directory, next));
  await writeFile(at("config/master.cf"), masterConfig(port, smtpsPort));
  const control = async (command: string) => void (await run(postfix, ["-c", at("config"), command]));
  const start = () => control("start");
  const stop = () => control("stop");
  await start();
  // `abort` does not wait for running work; it fails if the test has already stopped Postfix
  onTestFinished(() => control("abort").catch(() => undefined));
  return { port, smtpsPort, cert, start, stop };
}

const saslConfig = (database: string) => `pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: ${database}
mech_list: PLAIN LOGIN
`;

const mainConfig = (directory: string, next: number) => `compatibility_level = 3.6
queue_directory = ${directory}/spool
data_directory = ${directory}/data
myhostname = bookend.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
disable_dns_lookups = yes
smtp_host_lookup = native
alias_maps =
local_recipient_maps =
default_transport = smtp:[127.0.0.1]:${next}
smtp_tls_security_level = none
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = ${directory}/cert.pem
smtpd_tls_key_file = ${directory}/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = bookend.test
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
`;

const masterConfig = (port: number, smtpsPort: number) => `127.0.0.1:${port} inet n - n - - smtpd
127.0.0.1:${smtpsPort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
scache unix - - n - 1 scache
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
`;
