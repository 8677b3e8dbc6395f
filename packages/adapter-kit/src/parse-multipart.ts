import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { AdapterError } from "./errors.js";
import { defaultParameterLimits, type ParameterLimits } from "./parameter-limits.js";
import { groupFields, refuseFields } from "./parse-form.js";

/** Options for reading a multipart form. */
export interface MultipartOptions extends Partial<Pick<ParameterLimits, "fields">> {
  /**
   * Names of the fields that may be files of UTF-8 text; the value of such a field is the content of its file. @default
   * none
   */
  readonly files?: readonly string[] | undefined;
}

type Field = readonly [name: string, value: string];

/**
 * Reads `multipart/form-data`: a name that occurs more than once has a list of its values, in their order. The time
 * grows linearly with the length of the form.
 *
 * @param contentType The header, which names the boundary.
 * @throws {AdapterError} TOO_MANY_PARAMETERS
 * @throws {AdapterError} BODY_INVALID for a body that is not a form, a part that is not a field, and a file that is not
 * accepted
 */
export async function parseMultipart(
  contentType: string,
  body: Uint8Array<ArrayBuffer>,
  { fields = defaultParameterLimits.fields, files = [] }: MultipartOptions = {},
): Promise<Record<string, string | string[]>> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  // one delimiter precedes each part, and one more ends the form
  const parts = countDelimiters(contentType, bytes, fields + 2) - 1;
  refuseFields("form", parts, fields);
  if (parts < 0) throw malformed();
  const read = await readFields(openParser(contentType, fields), bytes, files);
  // the parser skips a part that is not a field
  if (read.length !== parts) throw malformed();
  return groupFields(read);
}

const refused = (problem: string) => new AdapterError("BODY_INVALID", `body: ${problem}`, 400);
const malformed = () => refused("is not a valid multipart form.");

function openParser(contentType: string, fields: number): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: { parts: fields, fieldSize: Number.POSITIVE_INFINITY, headerSize: 8 * 1024, headerPairs: 20 },
      // a field is a file if it has a file name, whatever its type
      isPartAFile: (_field, _type, fileName) => fileName !== undefined,
    });
  } catch {
    throw malformed();
  }
}

function readFields(parser: BusboyInstance, bytes: Buffer, files: readonly string[]): Promise<readonly Field[]> {
  return new Promise((resolve, reject) => {
    const fields: (readonly [name: string, value: string | Promise<string>])[] = [];
    parser.on("field", (name: string | undefined, value) => {
      if (name === undefined) reject(malformed());
      else fields.push([name, value]);
    });
    parser.on("file", (name: string | undefined, stream) => {
      const content = readFile(stream);
      content.catch(reject);
      if (name !== undefined && files.includes(name)) fields.push([name, content]);
      else reject(refused(files.length === 0 ? "files are not accepted." : `only ${files.join(", ")} may be a file.`));
    });
    parser.on("error", () => reject(malformed()));
    parser.on("finish", () => {
      resolve(Promise.all(fields.map(async ([name, value]): Promise<Field> => [name, await value])));
    });
    parser.end(bytes);
  });
}

async function readFile(stream: BusboyFileStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch {
    throw malformed();
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw refused("a file is not UTF-8 text.");
  }
}

/** Counts the delimiters in a form, up to the limit; 0 without a boundary. */
function countDelimiters(contentType: string, body: Buffer, limit: number): number {
  const named = /;\s*boundary=(?:"([^"]*)"|([^;\s]*))/i.exec(contentType);
  const boundary = named?.[1] ?? named?.[2] ?? "";
  if (boundary === "") return 0;
  // a delimiter begins a line; the first one need not have a line before it
  const delimiter = `\r\n--${boundary}`;
  let count = body.indexOf(delimiter.slice(2)) === 0 ? 1 : 0;
  for (
    let at = body.indexOf(delimiter);
    at !== -1 && count < limit;
    at = body.indexOf(delimiter, at + delimiter.length)
  ) {
    count += 1;
  }
  return count;
}
