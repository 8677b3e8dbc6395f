import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import type { SmsReport } from "../smpp/report.js";
import { smppGateway } from "./smpp-gateway.js";

const missing =
  spawnSync("perl", ["-MNet::SMPP", "-e", "1"]).status === 0
    ? undefined
    : "no Perl with Net::SMPP; Debian package libnet-smpp-perl";

const bindTransceiver = 0x09;
const deliverSmResponse = 0x80000005;
const enquireLink = 0x15;

const texts: Readonly<Record<string, string>> = {
  short: "Your code: 123456",
  gsm: "€ {code} [1] ~ \\ ^ | @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\nEnd",
  "long, with extension characters at each boundary": "a€".repeat(300),
  unicode: "Привет, 世界 😀",
  "long Unicode, with surrogate pairs at the boundaries": `ж${"😀".repeat(150)}`,
};

/** Starts the SMS center in Perl, and stops it when the test ends. */
async function perlCentre() {
  const script = fileURLToPath(new URL("../../test/net-smpp-centre.pl", import.meta.url));
  const perl = spawn("perl", [script], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void perl.kill("SIGKILL"));
  const lines = createInterface({ input: perl.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  /**
   * Returns the next message or, with a number, the next command with this number. `skipped` contains the commands
   * before it; undefined is a message.
   */
  async function nextOf(wanted?: number) {
    for (const skipped: (number | undefined)[] = []; ; ) {
      const line = JSON.parse(await next()) as { command?: number };
      if (line.command === wanted) return { ...line, skipped };
      skipped.push(line.command);
    }
  }
  return { port: Number(await next()), nextOf };
}

describe.skipIf(missing)(`through Perl's Net::SMPP${missing ? ` (skipped: ${missing})` : ""}`, () => {
  it.each(["transceiver", "transmitter"] as const)("messages of every kind arrive complete, as %s", async (bind) => {
    const { port, nextOf } = await perlCentre();
    const gateway = smppGateway({
      kind: "smpp",
      host: "127.0.0.1",
      port,
      systemId: "b",
      bind,
      sourceAddress: "Bookend",
    });
    for (const [what, text] of Object.entries(texts)) {
      const { parts } = await gateway.send({ to: "+495611111", text });
      expect(await nextOf(), what).toMatchObject({ from: "Bookend", to: "+495611111", text, parts });
    }
    await gateway.close();
  });

  it("receipts with decimal ids in their text arrive, and each is acknowledged", async () => {
    const { port, nextOf } = await perlCentre();
    const reports: SmsReport[] = [];
    const gateway = smppGateway(
      { kind: "smpp", host: "127.0.0.1", port, systemId: "b", receipts: true, submitIds: "hex", receiptIds: "decimal" },
      { onReport: async (report) => void reports.push(report) },
    );
    const { receiptIds: [id = ""] = [] } = await gateway.send({ to: "+495611111", text: "Your code", receipt: true });
    for (let count = 0; count < 4; count++) await nextOf(deliverSmResponse);
    expect(id).toMatch(/^1125\d{4}$/);
    const failed = { ids: [id], state: "failed", code: "UNDELIV err:069" };
    expect(reports).toEqual([
      { ids: ["7"], state: "delivered", code: "DELIVRD" },
      { ids: [id], state: "pending", code: "ACCEPTD" },
      failed,
      failed,
    ]);
    await gateway.close();
  });

  it("a session is kept alive by enquire_link", async () => {
    const { port, nextOf } = await perlCentre();
    const gateway = smppGateway({ kind: "smpp", host: "127.0.0.1", port, systemId: "b", enquireLinkMs: 1 });
    await gateway.send({ to: "+495611111", text: "before" });
    await nextOf();
    for (let count = 0; count < 3; count++) expect((await nextOf(enquireLink)).skipped).toEqual([]);
    await gateway.send({ to: "+495611111", text: "after" });
    const { skipped, ...message } = await nextOf();
    expect(message).toMatchObject({ text: "after" });
    expect(skipped).not.toContain(bindTransceiver);
    await gateway.close();
  });
});
