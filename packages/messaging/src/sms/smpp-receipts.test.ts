/// <reference path="../smpp/smpp.d.ts" />
import { once } from "node:events";
import { smsCentre } from "@bookend/test-kit/sms-centre";
import smpp from "smpp";
import { describe, expect, it, onTestFinished } from "vitest";
import type { SmppGatewayConfig } from "../smpp/config.js";
import type { SmsReport } from "../smpp/report.js";
import { smppGateway } from "./smpp-gateway.js";

const message = { to: "+49 561-1111", text: "Your code: 123456" };

/** Starts an SMS center, and a gateway whose reports are kept; storing the first `fails` reports fails. */
async function connected(config: Partial<SmppGatewayConfig> = {}, fails = 0) {
  const centre = await smsCentre();
  const reports: SmsReport[] = [];
  let failures = fails;
  const gateway = smppGateway(
    { kind: "smpp", host: "127.0.0.1", port: centre.port, systemId: "b", reconnectMinMs: 1, receipts: true, ...config },
    {
      async onReport(report) {
        if (failures-- > 0) throw new Error("the database is unavailable");
        reports.push(report);
      },
    },
  );
  onTestFinished(() => gateway.close());
  const receipts = async (bind: string) => {
    await expect.poll(() => centre.commands.includes(bind) && centre.sessions.size > 0).toBe(true);
    return [...centre.sessions];
  };
  return { centre, gateway, reports, receipts };
}

/** Sends a receipt; resolves with the status of the response. */
async function report(session: smpp.Session, parameters: smpp.Parameters): Promise<number> {
  session.send(new smpp.PDU("deliver_sm", { esm_class: 4, ...parameters, sequence_number: 7 }));
  for (;;) {
    const [pdu] = (await once(session, "pdu")) as [smpp.PDU];
    if (pdu.command === "deliver_sm_resp") return pdu.command_status;
  }
}

const delivered = (id: string) => ({ short_message: `id:${id} sub:001 dlvrd:001 stat:DELIVRD err:000` });

describe("delivery receipts", () => {
  it("are requested if both message and gateway ask for them, and are reported, whatever else arrives", async () => {
    const { centre, gateway, reports } = await connected();
    expect(await gateway.send({ ...message, receipt: true })).toMatchObject({ receiptIds: ["id1"] });
    expect(await gateway.send(message)).not.toHaveProperty("receiptIds");
    expect(centre.parts.map((part) => (part as { registered_delivery?: number }).registered_delivery)).toEqual([1, 0]);
    const [session = expect.unreachable()] = centre.sessions;
    expect(await report(session, { esm_class: 0, short_message: "hello" })).toBe(0);
    expect(await report(session, delivered("id1"))).toBe(0);
    expect(reports).toEqual([{ ids: ["id1"], state: "delivered", code: "DELIVRD" }]);
  });

  it("are neither requested nor reported by a gateway that is not configured for them", async () => {
    const { centre, gateway, reports } = await connected({ receipts: false });
    expect(gateway.listen).toBeUndefined();
    expect(await gateway.send({ ...message, receipt: true })).not.toHaveProperty("receiptIds");
    const [session = expect.unreachable()] = centre.sessions;
    expect(await report(session, delivered("id1"))).toBe(0);
    expect(reports).toEqual([]);
  });

  it("that could not be stored are sent again by the SMS center", async () => {
    const { gateway, receipts, reports } = await connected({}, 1);
    gateway.listen?.();
    const [session = expect.unreachable()] = await receipts("bind_transceiver");
    expect(await report(session, delivered("id1"))).toBe(smpp.errors.ESME_RX_T_APPN);
    expect(await report(session, delivered("id1"))).toBe(0);
    expect(reports).toHaveLength(1);
  });

  it("that are not stored in time are sent again by the SMS center", async () => {
    const centre = await smsCentre();
    const config = { kind: "smpp", host: "127.0.0.1", port: centre.port, systemId: "b", receipts: true } as const;
    const gateway = smppGateway({ ...config, timeoutMs: 200 }, { onReport: () => new Promise(() => {}) });
    onTestFinished(() => gateway.close());
    gateway.listen?.();
    await expect.poll(() => centre.sessions.size).toBeGreaterThan(0);
    const [session = expect.unreachable()] = centre.sessions;
    expect(await report(session, delivered("id1"))).toBe(smpp.errors.ESME_RX_T_APPN);
  });

  it("arrive on a second session of a transmitter, even before anything is sent, and after the connection was lost", async () => {
    const { centre, gateway, receipts, reports } = await connected({ bind: "transmitter", submitIds: "hex" });
    gateway.listen?.();
    const [first = expect.unreachable()] = await receipts("bind_receiver");
    expect(centre.commands).not.toContain("bind_transmitter");
    first.destroy();
    await expect.poll(() => centre.commands.filter((command) => command === "bind_receiver").length).toBe(2);
    const [second = expect.unreachable()] = await receipts("bind_receiver");
    expect(await report(second, { receipted_message_id: "7b", message_state: 2 })).toBe(0);
    expect(reports).toEqual([{ ids: ["123"], state: "delivered", code: "DELIVRD" }]);
    expect(await gateway.send({ ...message, receipt: true })).toMatchObject({ receiptIds: ["id1"] });
    expect(centre.commands.filter((command) => command.startsWith("bind_"))).toEqual([
      "bind_receiver",
      "bind_receiver",
      "bind_transmitter",
    ]);
  });
});
