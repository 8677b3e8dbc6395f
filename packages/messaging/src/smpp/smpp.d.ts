/** The parts of `smpp` 0.5.1 that are used here; the package has no types. */
declare module "smpp" {
  import type { EventEmitter } from "node:events";
  import type { Server as NetServer, Socket } from "node:net";

  namespace smpp {
    /** Parameters by their names in the SMPP specification. */
    type Parameters = Record<string, string | number | Buffer>;

    class PDU {
      constructor(command: string, parameters?: Parameters);
      /** Parses a PDU. Throws if it is malformed. */
      constructor(bytes: Buffer);
      /** `unknown` for an identifier that the package does not know. */
      command: string;
      command_status: number;
      sequence_number: number;
      message_id?: string;
      system_id: string;
      password: string;
      system_type: string;
      source_addr: string;
      source_addr_ton: number;
      source_addr_npi: number;
      destination_addr: string;
      dest_addr_ton: number;
      dest_addr_npi: number;
      data_coding: number;
      esm_class: number;
      short_message: { udh?: Buffer[]; message: string | Buffer };
      receipted_message_id?: string;
      message_state?: number;
      network_error_code?: Buffer;
      message_payload?: string | Buffer | { message: string | Buffer };
      isResponse(): boolean;
      /** Creates the response to this PDU; `generic_nack` if its command is unknown. */
      response(parameters?: Parameters): PDU;
      toBuffer(): Buffer;
    }

    /** One connection, over an existing socket. */
    class Session extends EventEmitter<{ pdu: [PDU]; close: []; error: [Error] }> {
      constructor(options: { socket: Socket });
      socket: Socket;
      send(pdu: PDU): boolean;
      close(): void;
      destroy(): void;
    }

    /** Values of `command_status` by name (`ESME_ROK`, …). */
    const errors: Readonly<Record<string, number>>;
    function createServer(onSession: (session: Session) => void): NetServer;
    function createServer(options: { key: string; cert: string }, onSession: (session: Session) => void): NetServer;
  }
  export = smpp;
}
