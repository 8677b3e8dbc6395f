import { expect, it } from "vitest";
import { successEnvelope } from "./envelope.js";
import { isUnread, stringifyResponse, WrittenValue } from "./written-value.js";

const list = [{ name: 'a"\n' }, { name: "b", tags: [null, 1.5] }];

interface Body {
  result: { status: boolean; value?: unknown; [field: string]: unknown };
  [field: string]: unknown;
}

const { time: _, ...rest } = successEnvelope(0, { detail: { cursor: "c" }, id: 3 });

/** Returns a response with a value that is already written, and the same response with an ordinary value. */
function responses(): readonly [Body, Body] {
  const options = { detail: rest.detail, id: 3 };
  const [written, plain] = [
    successEnvelope(new WrittenValue(JSON.stringify(list)), options),
    successEnvelope(list, options),
  ];
  return [written, plain].map((body) => ({ ...body, time: 1 })) as unknown as [Body, Body];
}

it("sends the same JSON as for an ordinary value, without parsing it", () => {
  const [written, plain] = responses();
  expect(isUnread(written.result)).toBe(true);
  expect(stringifyResponse(written)).toBe(JSON.stringify(plain));
  expect(isUnread(written.result)).toBe(true);
  expect(isUnread(plain.result)).toBe(false);
  for (const body of [plain, [1], "text", null, 5, { result: null }]) {
    expect(stringifyResponse(body)).toBe(JSON.stringify(body));
  }
});

it("shows the value to whoever reads it, always the same object", () => {
  const [{ result }] = responses();
  expect(Object.keys(result)).toEqual(["status", "value"]);
  expect(Object.hasOwn(result, "value")).toBe(true);
  expect(result.value).toEqual(list);
  expect(result.value).toBe(result.value);
  expect(isUnread(result)).toBe(false);
  expect(structuredClone(responses()[0])).toEqual(responses()[1]);
  expect(JSON.stringify(responses()[0])).toBe(JSON.stringify(responses()[1]));
});

it("cannot be replaced if the result is frozen, and is found through an object that is derived from the result", () => {
  const [{ result }] = responses();
  Object.freeze(result);
  expect(() => {
    result.value = 1;
  }).toThrow(TypeError);
  expect(Object.create(result).value).toEqual(list);
});

/** What an action may do with a response. */
const changes: Readonly<Record<string, (body: Body) => void>> = {
  "a changed entry": ({ result }) => {
    (result.value as { name: string }[])[0] = { name: "changed" };
  },
  "a replaced value": ({ result }) => {
    result.value = [1];
  },
  "a value that is replaced after it was read": ({ result }) => {
    result.value = (result.value as unknown[]).slice(1);
  },
  "a removed value": ({ result }) => {
    delete result.value;
  },
  "a value that was removed and added again": ({ result }) => {
    delete result.value;
    result.value = true;
  },
  "a value that was defined": ({ result }) => {
    Object.defineProperty(result, "value", { value: 7, enumerable: true });
  },
  "a copied result": (body) => {
    body.result = { ...body.result, more: undefined };
  },
  "additional fields": (body) => {
    body.more = undefined;
    body["an other"] = 1;
    body.result.more = [() => 1];
  },
  "fields without a JSON form": (body) => {
    body.result.more = () => 1;
    body.more = Symbol("s");
  },
  "a result of its own form": ({ result }) => {
    result.toJSON = () => "own";
  },
  "a body of its own form": (body) => {
    body.toJSON = () => "own";
  },
  "a frozen result": ({ result }) => {
    Object.freeze(result);
  },
  "a proxy of the result": (body) => {
    body.result = new Proxy(body.result, {});
  },
  "a result with the same properties": (body) => {
    body.result = Object.defineProperties({} as Body["result"], Object.getOwnPropertyDescriptors(body.result));
  },
};

it.each(Object.entries(changes))("sends what an action left: %s", (_name, change) => {
  const [written, plain] = responses();
  change(written);
  change(plain);
  expect(stringifyResponse(written)).toBe(JSON.stringify(plain));
});
