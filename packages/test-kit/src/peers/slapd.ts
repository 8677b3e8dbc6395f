import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { selfSigned } from "./certificate.js";
import { freePort } from "./free-port.js";

const slapd = "/usr/sbin/slapd";
const slapadd = "/usr/sbin/slapadd";

/** The reason why no LDAP server can be started on this machine; undefined if one can. */
export const slapdMissing = existsSync(slapd) ? undefined : "no slapd; Debian package slapd";

/** The account that reads the directory, and its password. */
export const reader = { dn: "cn=reader,dc=example,dc=org", password: "reader-secret" };

/** Starts an OpenLDAP server with these entries under `dc=example,dc=org`; it ends with the test. */
export async function startSlapd(ldif: string) {
  const directory = await mkdtemp(join(tmpdir(), "bookend-slapd-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const at = (name: string) => join(directory, name);
  await mkdir(at("db"));
  const { key, cert } = await selfSigned();
  const [port, tlsPort] = [await freePort(), await freePort()];
  await writeFile(at("key.pem"), key, { mode: 0o600 });
  await writeFile(at("cert.pem"), cert);
  await writeFile(at("slapd.conf"), configuration(directory));
  await writeFile(at("data.ldif"), `${root}\n${ldif}`);
  await promisify(execFile)(slapadd, ["-f", at("slapd.conf"), "-l", at("data.ldif")]);

  const urls = { ldap: `ldap://127.0.0.1:${port}`, ldaps: `ldaps://127.0.0.1:${tlsPort}` };
  const server = spawn(slapd, ["-f", at("slapd.conf"), "-h", `${urls.ldap} ${urls.ldaps}`, "-d", "conns"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(server, "exit");
  const stop = async () => {
    server.kill();
    await exited;
  };
  onTestFinished(stop);
  const lines = createInterface({ input: server.stderr });
  await new Promise<void>((resolve, reject) => {
    let listening = 0;
    lines.on("line", (line) => {
      if (/added \d+r listener=0x/.test(line)) listening += 1;
      // slapd writes "slapd starting" before it listens, so the lines about its two ports are awaited instead
      if (listening === 2) resolve();
    });
    server.once("exit", (code) => reject(new Error(`slapd ended with ${code}`)));
  });
  return { ...urls, ca: at("cert.pem"), stop };
}

const root = `dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ${reader.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: ${reader.password}
`;

const configuration = (directory: string) => `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${directory}/cert.pem
TLSCertificateKeyFile ${directory}/key.pem
TLSCACertificateFile ${directory}/cert.pem
database mdb
suffix "dc=example,dc=org"
directory ${directory}/db
maxsize 10485760
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${reader.dn}" read by * none
`;
