import type { HttpClient } from "@bookend/http-client";
import { describe, expectTypeOf, it } from "vitest";
import { createMailer } from "../mailer.js";
import { createSmsGateway, type SmsGatewayConfig, type SmsGatewayServices } from "./create-sms-gateway.js";
import { httpGateway } from "./http-gateway.js";

declare const services: SmsGatewayServices;
declare const http: HttpClient;

describe("configurations", () => {
  it("require the fields without a default, and accept numbers and booleans as strings", () => {
    createMailer({ host: "mail.example.org", port: "587", tls: { rejectUnauthorized: "true" } });
    createSmsGateway({ kind: "smpp", host: "smsc.example.org", systemId: "a", tls: true, window: "5" }, services);
    // @ts-expect-error a host is needed
    createMailer({});
    // @ts-expect-error not a way to secure a connection
    createMailer({ host: "mail.example.org", security: "tls" });
    // @ts-expect-error an option of another kind
    createSmsGateway({ kind: "script", script: "send", url: "https://sms.example.org/" }, services);
    // @ts-expect-error an http gateway needs the HTTP client
    httpGateway({ kind: "http", url: "https://sms.example.org/" }, {});
    httpGateway({ kind: "http", url: "https://sms.example.org/", parameters: { to: ["{phone}"] } }, { http });
  });

  it("are distinguished by their kind", () => {
    expectTypeOf<SmsGatewayConfig["kind"]>().toEqualTypeOf<"smpp" | "http" | "smtp" | "script">();
    expectTypeOf<Extract<SmsGatewayConfig, { kind: "http" }>["url"]>().toEqualTypeOf<string>();
  });
});
