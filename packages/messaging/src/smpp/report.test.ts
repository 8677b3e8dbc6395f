/// <reference path="./smpp.d.ts" />
import smpp from "smpp";
import { describe, expect, it } from "vitest";
import { type IdForms, readReport } from "./report.js";

const asTheyAre: IdForms = { submitIds: "text", receiptIds: "text" };

/** Creates a deliver_sm as read from a connection. */
function delivered(parameters: smpp.Parameters): smpp.PDU {
  return new smpp.PDU(new smpp.PDU("deliver_sm", { esm_class: 4, ...parameters }).toBuffer());
}

const text = (more: string, id = "7b") =>
  `id:${id} sub:001 dlvrd:001 submit date:2611270300 done date:2611270301 ${more} text:Your code stat:UNDELIV`;

describe("a delivery receipt", () => {
  it.each([
    ["stat:DELIVRD err:000", "delivered", "DELIVRD"],
    ["stat:DELIVERED", "delivered", "DELIVERED"],
    ["stat:UNDELIV err:069", "failed", "UNDELIV err:069"],
    ["stat:EXPIRED err:0A1", "failed", "EXPIRED err:0A1"],
    ["Stat: rejectd Err: 5", "failed", "REJECTD err:5"],
    ["stat:DELETED", "failed", "DELETED"],
    ["stat:ENROUTE", "pending", "ENROUTE"],
    ["stat:ACCEPTD", "pending", "ACCEPTD"],
    ["stat:UNKNOWN", "unknown", "UNKNOWN"],
    ["stat:WHATEVER", "unknown", "WHATEVER"],
  ])("with %s in its text is %s", (fields, state, code) => {
    expect(readReport(delivered({ short_message: text(fields) }), asTheyAre)).toEqual({ ids: ["7b"], state, code });
  });

  it("is read from its parameters if it has them, even for a notification", () => {
    const parameters = { receipted_message_id: "7b", message_state: 5, network_error_code: Buffer.from([3, 0, 69]) };
    for (const esm_class of [0x04, 0x20, 0x44]) {
      const udh = esm_class === 0x44 ? { short_message: Buffer.alloc(0) } : {};
      const report = readReport(delivered({ ...parameters, ...udh, esm_class: esm_class & 0x3c }), asTheyAre);
      expect(report).toEqual({ ids: ["7b"], state: "failed", code: "UNDELIV err:69" });
    }
    expect(
      readReport(delivered({ ...parameters, message_state: 99, short_message: text("stat:DELIVRD") }), asTheyAre),
    ).toMatchObject({
      state: "delivered",
    });
  });

  it.each<[IdForms["submitIds"], IdForms["receiptIds"], tlv: string, inText: string, ids: readonly string[]]>([
    ["text", "text", "", "0000000123", ["0000000123"]],
    ["text", "text", "a1", "A1", ["a1", "A1"]],
    ["decimal", "decimal", "", "0000000123", ["123"]],
    ["hex", "decimal", "7B", "0000000123", ["123"]],
    ["decimal", "hex", "123", "7b", ["123"]],
    ["hex", "hex", "", "000000007B", ["123"]],
    ["hex", "decimal", "", "not-a-number", ["not-a-number"]],
    ["hex", "text", "f".repeat(64), "9", [String(2n ** 256n - 1n), "9"]],
  ])(
    "with ids that are %s in responses and %s in the text names its message: %j, %j",
    (submitIds, receiptIds, tlv, inText, ids) => {
      const pdu = delivered({
        ...(tlv !== "" && { receipted_message_id: tlv }),
        short_message: text("stat:DELIVRD", inText),
      });
      expect(readReport(pdu, { submitIds, receiptIds })?.ids).toEqual(ids);
    },
  );

  it.each<[string, smpp.Parameters]>([
    ["a message from a person", { esm_class: 0, short_message: text("stat:DELIVRD") }],
    ["an acknowledgement from a phone", { esm_class: 8, short_message: text("stat:DELIVRD") }],
    ["no id", { short_message: "stat:DELIVRD" }],
    ["no state", { short_message: "id:7b" }],
    ["nothing", {}],
    ["an id after the text", { short_message: "text:id:7b stat:DELIVRD" }],
    ["a long text", { message_payload: Buffer.from(`${"id:".repeat(5_000)}`) }],
  ])("is not found in %s", (_what, parameters) => {
    expect(readReport(delivered(parameters), asTheyAre)).toBeUndefined();
  });
});
