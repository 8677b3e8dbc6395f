import { createHttpClient } from "@bookend/http-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { createMailer } from "../mailer.js";
import { smtpServerConfig } from "../smtp-server-config.js";
import {
  createSmsGateway,
  type SmsGatewayConfig,
  type SmsGatewayServices,
  smsGatewayConfig,
} from "./create-sms-gateway.js";

function services(): SmsGatewayServices {
  const http = createHttpClient();
  const mailer = createMailer({ host: "127.0.0.1", sender: "a@example.org" });
  onTestFinished(() => http.close());
  return { http, mailer: (server) => (server === "known" ? mailer : undefined) };
}

describe("createSmsGateway", () => {
  it("creates gateways of each kind", async () => {
    const configs: SmsGatewayConfig[] = [
      { kind: "smpp", host: "127.0.0.1", systemId: "a" },
      { kind: "http", url: "https://sms.example/" },
      { kind: "smtp", server: "known", recipient: "{phone}@sms.example" },
      { kind: "script", script: "true" },
    ];
    for (const config of configs) {
      const gateway = createSmsGateway(config, { ...services(), scriptDirectory: "/usr/bin" });
      expect(gateway.kind).toBe(config.kind);
      await gateway.close();
    }
  });

  it.each([
    [{ kind: "fax" }, "kind"],
    [
      { kind: "smtp", server: "unknown", recipient: "{phone}@sms.example" },
      'server: there is no SMTP server "unknown".',
    ],
    [{ kind: "script", script: "true" }, "kind: there is no script directory."],
    [{ kind: "smpp", host: "127.0.0.1" }, "systemId"],
  ])("refuses %j", (config, message) => {
    expect(() => createSmsGateway(config as SmsGatewayConfig, services())).toThrowError(
      expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(message) }),
    );
  });
});

describe("the schemas of configurations", () => {
  const secretsOf = (schema: z.ZodType) =>
    JSON.stringify(z.toJSONSchema(schema, { io: "input" })).match(/"(\w+)":\{[^{}]*"x-secret":true/g)?.length ?? 0;

  it("can be converted to JSON Schema, in which secrets are marked", () => {
    expect(z.toJSONSchema(smtpServerConfig, { io: "input" })).toMatchObject({
      required: ["host"],
      properties: {
        port: { type: "integer", minimum: 1, maximum: 65535 },
        security: { enum: ["smtp", "starttls-optional", "starttls", "smtps"], default: "starttls-optional" },
        password: { type: "string", "x-secret": true },
        tls: { properties: { rejectUnauthorized: { type: "boolean", default: true } } },
      },
    });
    const { oneOf } = z.toJSONSchema(smsGatewayConfig, { io: "input" });
    expect(oneOf).toMatchObject([
      { properties: { kind: { const: "smpp" }, password: { "x-secret": true }, rewrite: { type: "string" } } },
      {
        properties: {
          kind: { const: "http" },
          password: { "x-secret": true },
          headers: { "x-secret": true },
          secretParameters: { "x-secret": true },
        },
      },
      { properties: { kind: { const: "smtp" } } },
      { properties: { kind: { const: "script" } } },
    ]);
    expect(secretsOf(smtpServerConfig)).toBe(1);
  });
});
