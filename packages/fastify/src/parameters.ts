import type { FastifyRequest } from "fastify";
import { AdapterError } from "./errors.js";

const refusedNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The parameters of a request: query, then form or JSON body, then path; a later one replaces an earlier one of the same name.
 *
 * - A name that occurs more than once in the query or in the form has an array of its values, in their order.
 * - A body that is no object (a JSON array, a text, a file) has no parameters; the handler finds it in `request.body`.
 * - The wildcard of a path (`*`) is no parameter.
 *
 * Throws `PARAMETER_REFUSED`, also for names deep inside of a JSON body.
 */
export function collectParameters(request: FastifyRequest): Record<string, unknown> {
  // without a prototype: a parameter that was not sent is absent, whatever it is called
  const parameters: Record<string, unknown> = Object.create(null);
  merge(parameters, "query", request.query);
  if (isParameterObject(request.body)) merge(parameters, "body", request.body);
  merge(parameters, "path", request.params);
  delete parameters["*"];
  return parameters;
}

function merge(parameters: Record<string, unknown>, source: string, values: unknown): void {
  refuseNames(source, values);
  for (const [name, value] of Object.entries(values ?? {})) {
    // an optional part of the path that is not there hides nothing
    if (value !== undefined) parameters[name] = value;
  }
}

/** Looks at every name, without recursion: a body may be nested as deeply as it is long. */
function refuseNames(source: string, root: unknown): void {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) open.push(item);
      continue;
    }
    for (const name of Object.keys(value)) {
      if (refusedNames.has(name)) {
        throw new AdapterError(
          "PARAMETER_REFUSED",
          `The ${source} has a parameter "${name}", which is not allowed.`,
          400,
        );
      }
      open.push((value as Record<string, unknown>)[name]);
    }
  }
}

function isParameterObject(body: unknown): body is object {
  return (
    typeof body === "object" &&
    body !== null &&
    !Array.isArray(body) &&
    !ArrayBuffer.isView(body) &&
    typeof (body as { pipe?: unknown }).pipe !== "function"
  );
}
