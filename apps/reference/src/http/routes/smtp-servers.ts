import { secretMark } from "@bookend/core";
import {
  checkSmtpServer,
  type Domain,
  limits,
  maskedValueError,
  type ParameterReader,
  type SmtpServer,
  type SmtpServerAccess,
  sendTestMail,
} from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes for mail servers. Their passwords can be written, but not read. */
export function smtpServerRoutes({ smtpServers }: Pick<Domain, "smtpServers">): readonly Route[] {
  /** Reads the parameters. Those that are missing, and a masked password, keep the stored values of the server. */
  const complete = async (parameters: ParameterReader): Promise<SmtpServerAccess> => {
    const { password, ...settings } = readSettings(parameters);
    if (password !== secretMark) return smtpServers.complete({ ...settings, password });
    if (!(await smtpServers.find(settings.name))) throw maskedValueError("password", password);
    return smtpServers.complete(settings);
  };
  return [
    {
      method: "GET",
      path: "/smtpserver/",
      access: "admin",
      async run() {
        const described = (await smtpServers.list()).map((server) => [server.name, describe(server)]);
        return { value: Object.fromEntries(described) };
      },
    },
    {
      method: "POST",
      path: "/smtpserver/send_test_email",
      access: "admin",
      async run({ parameters }) {
        const settings = await complete(parameters);
        await sendTestMail(settings, parameters.required("recipient"));
        return { value: true };
      },
    },
    {
      method: "POST",
      path: "/smtpserver/:identifier",
      access: "admin",
      async run({ parameters }) {
        const settings = await complete(parameters);
        checkSmtpServer(settings);
        await smtpServers.save(settings);
        return { value: 1 };
      },
    },
    {
      method: "DELETE",
      path: "/smtpserver/:identifier",
      access: "admin",
      async run({ parameters }) {
        await smtpServers.delete(parameters.required("identifier"));
        return { value: 1 };
      },
    },
  ];
}

function readSettings(parameters: ParameterReader) {
  const server = parameters.required("server");
  const smtps = /^smtps:\/\//i.test(server);
  const tls = parameters.flag("tls");
  const settings = {
    name: parameters.required("identifier"),
    host: server.replace(/^smtps?:\/\//i, ""),
    protocol: smtps ? ("smtps" as const) : ("smtp" as const),
    startTls: tls === undefined ? undefined : tls ? ("required" as const) : ("never" as const),
    port: parameters.integer("port", 1, 65_535) ?? (smtps ? 465 : undefined),
    username: parameters.text("username"),
    password: parameters.text("password"),
    sender: parameters.text("sender"),
    description: parameters.text("description"),
    timeout: parameters.integer("timeout", 1, limits.mailTimeout),
    poolSize: parameters.integer("pool_size", 1, limits.mailConnections),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as {
    [K in keyof typeof settings]: NonNullable<(typeof settings)[K]>;
  } & { name: string; host: string };
}

function describe(server: SmtpServer) {
  return {
    identifier: server.name,
    description: server.description,
    server: server.host,
    port: server.port,
    protocol: server.protocol,
    tls: server.startTls === "required",
    starttls: server.startTls,
    username: server.username,
    sender: server.sender,
    timeout: server.timeout,
    pool_size: server.poolSize,
  };
}
