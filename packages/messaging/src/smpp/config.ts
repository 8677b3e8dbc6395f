import { z } from "zod";
import { deadline, flag, line, milliseconds, tlsConfig, wholeNumber } from "../config.js";
import { numberReading } from "../phone-number.js";

/** Creates the schema of a string of up to `max` printable ASCII characters, for a C-octet string of SMPP. */
const ascii = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\x20-\x7e]*$/, "must be printable ASCII");

/** How an SMS center writes the ids of messages. */
export type IdForm = "text" | "decimal" | "hex";

const idForm = () => z.enum(["text", "decimal", "hex"]).default("text");

/** An SMS center that speaks SMPP 3.4. Numbers and booleans may be strings. */
export const smppGatewayConfig = z
  .strictObject({
    kind: z.literal("smpp"),
    host: line().describe("Name or address of the SMS center."),
    port: wholeNumber(1, 65535).optional().describe("Default: 2775, or 3550 with TLS."),
    tls: flag().prefault(false).describe("TLS from the start."),
    tlsOptions: tlsConfig.optional(),
    systemId: ascii(64).min(1),
    password: ascii(64).meta({ "x-secret": true }).default(""),
    systemType: ascii(12).default(""),
    bind: z.enum(["transceiver", "transmitter"]).default("transceiver"),
    receipts: flag()
      .prefault(false)
      .describe("Requests delivery receipts for messages of the outbox. A transmitter uses a second session for them."),
    submitIds: idForm().describe("Form of the ids in responses to submit_sm: unchanged, decimal, or hexadecimal."),
    receiptIds: idForm().describe("Form of the ids in the text of receipts."),
    sourceAddress: ascii(20).default("").describe("Number or name from which the messages are sent."),
    sourceTon: wholeNumber(0, 6)
      .optional()
      .describe("Default: 5 (alphanumeric) for a name, 1 (international) for a number."),
    sourceNpi: wholeNumber(0, 18).optional().describe("Default: 0 (unknown) for a name, 1 (ISDN) for a number."),
    destinationTon: wholeNumber(0, 6).prefault(1).describe("1: international."),
    destinationNpi: wholeNumber(0, 18).prefault(1).describe("1: ISDN."),
    deadlineMs: deadline(30_000),
    ...numberReading,
    window: wholeNumber(1, 1000)
      .prefault(10)
      .describe("Maximum number of messages, or parts of long ones, that await a response."),
    timeoutMs: milliseconds().prefault(10_000).describe("Time limit for the connection, and for each response."),
    enquireLinkMs: milliseconds()
      .prefault(30_000)
      .describe("Time between two checks of whether the SMS center responds."),
    reconnectMinMs: milliseconds()
      .prefault(1_000)
      .describe("Initial wait before reconnecting; doubled after each failure."),
    reconnectMaxMs: milliseconds().prefault(60_000).describe("Maximum wait before reconnecting."),
  })
  .transform((config) => {
    const name = /[^+\d]/.test(config.sourceAddress);
    return {
      ...config,
      port: config.port ?? (config.tls ? 3550 : 2775),
      sourceTon: config.sourceTon ?? (name ? 5 : 1),
      sourceNpi: config.sourceNpi ?? (name ? 0 : 1),
    };
  });

/** Input of {@link smppGatewayConfig}. */
export type SmppGatewayConfig = z.input<typeof smppGatewayConfig>;

/** {@link SmppGatewayConfig} with its defaults filled in. */
export type ParsedSmppGatewayConfig = z.output<typeof smppGatewayConfig>;
