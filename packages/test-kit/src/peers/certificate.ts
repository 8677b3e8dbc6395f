import { generate } from "selfsigned";

/** Creates a self-signed certificate for 127.0.0.1 and this name, and its key, in PEM. */
export async function selfSigned(name = "localhost"): Promise<{ key: string; cert: string }> {
  const altNames = [
    { type: 2 as const, value: name },
    { type: 7 as const, ip: "127.0.0.1" },
  ];
  const extensions = [{ name: "subjectAltName" as const, altNames }];
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], { keyType: "ec", extensions });
  return { key, cert };
}
