import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** The parts of an OpenAPI document by which responses are checked. */
interface Document {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: { readonly Error: object } };
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** A response to be checked. */
interface CheckedAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  /** The parsed body; for a stream of lines, each parsed line. */
  readonly bodies: readonly unknown[];
}

/** Returns a function that throws for a response that the OpenAPI document does not allow. */
export function answerChecker(document: unknown): (answer: CheckedAnswer) => void {
  const { servers, paths, components } = document as Document;
  const base = servers[0]?.url ?? "";
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    formats: { "date-time": true },
    keywords: ["components"],
  });
  const compiled = new Map<object, ValidateFunction>();
  const templates = Object.keys(paths)
    .map((template) => ({ template, pattern: patternOf(template) }))
    // a literal path before one with a parameter
    .sort((a, b) => a.template.split("{").length - b.template.split("{").length);
  return ({ method, path, status, contentType, bodies }) => {
    const [type = ""] = contentType.split(";");
    const relative =
      path
        .slice(base.length)
        .replace(/[?#].*/s, "")
        .replace(/(?<=.)\/$/, "") || "/";
    const found = templates.find(({ pattern }) => pattern.test(relative));
    const operation = found && paths[found.template]?.[(method === "HEAD" ? "GET" : method).toLowerCase()];
    if (status === 200 && !operation) throw new Error(`${method} ${path} is not in the OpenAPI document.`);
    const response = operation?.responses[status === 200 ? "200" : "default"];
    const schema = response ? response.content[type]?.schema : components.schemas.Error;
    if (!schema) throw new Error(`${method} ${path} returns the type ${type}, which is not documented.`);
    let validate = compiled.get(schema);
    if (!validate) {
      // references in the schema point to the components of the document
      validate = ajv.compile({ ...schema, components });
      compiled.set(schema, validate);
    }
    for (const body of bodies) {
      if (validate(body)) continue;
      throw new Error(`${method} ${path} does not respond as documented: ${ajv.errorsText(validate.errors)}`);
    }
  };
}

function patternOf(template: string): RegExp {
  const source = template
    .split(/(\{\w+\})/)
    .map((part) =>
      part.startsWith("{") ? (part === "{id}" ? "\\d+" : "[^/]+") : part.replace(/[.*+?^$()|[\]\\]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`);
}
