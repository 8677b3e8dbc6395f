import { generateKeyPairSync, sign } from "node:crypto";

/** The data of a registration that a smartphone needs. */
export interface ScannedRegistration {
  readonly container_serial: string;
  readonly nonce: string;
  readonly time_stamp: string;
  readonly server_url: string;
}

/** Returns a simulated smartphone with a key. */
export function smartphone(namedCurve = "secp384r1") {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
  const public_client_key = publicKey.export({ type: "spki", format: "pem" }).toString();
  return {
    public_client_key,
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    /** Returns the parameters of `POST /container/register/finalize`. */
    answer(scanned: ScannedRegistration, device: { device_brand?: string; device_model?: string } = {}) {
      const { container_serial, nonce, time_stamp, server_url } = scanned;
      const url = `${server_url.replace(/\/+$/, "")}/container/register/finalize`;
      const { device_brand, device_model } = device;
      const parts = [nonce, time_stamp, url, container_serial, device_brand, device_model];
      const text = parts.filter((part) => part !== undefined).join("|");
      const signature = sign("sha256", Buffer.from(text), privateKey).toString("base64url");
      return { container_serial, public_client_key, signature, ...device };
    },
  };
}
