import { parseMultipart, refuseJsonValues } from "@bookend/adapter-kit";
import { parseJson as readJson, ValueError } from "@bookend/core";
import { parameterError } from "@bookend/mfa";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** Adds parsers for JSON and multipart forms. `bookendPlugin` parses `application/x-www-form-urlencoded`. */
export function acceptBodies(app: FastifyInstance): void {
  app.addContentTypeParser("application/json", { parseAs: "string" }, async (_: FastifyRequest, body: string) =>
    parseJson(body),
  );
  // privacyIDEA's PHP client sends multipart forms
  app.addContentTypeParser(
    "multipart/form-data",
    { parseAs: "buffer" },
    ({ headers, routeOptions }: FastifyRequest, body: Buffer<ArrayBuffer>) =>
      parseMultipart(headers["content-type"] ?? "", body, { files: routeOptions.config.files }),
  );
}

function parseJson(body: string): unknown {
  // some clients send the content type of JSON without a body
  if (body === "") return undefined;
  refuseJsonValues(body);
  try {
    return readJson(body);
  } catch (error) {
    if (error instanceof ValueError) throw parameterError(`The body ${error.message}`);
    throw error;
  }
}
