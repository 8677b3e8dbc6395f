import { BookendError } from "@bookend/core";
import { StoreError } from "@bookend/store-sql";
import { expect, it } from "vitest";
import { errorResponse } from "./error-response.js";

const request = { url: "/validate/check" };

it.each([
  [503, 903, new StoreError("DATABASE_UNAVAILABLE", "The database is away.")],
  [503, 903, new StoreError("DATABASE_TIMEOUT", "The database does not respond.")],
  [500, 903, new StoreError("AUDIT_TAMPERED", "The log was changed.")],
])("returns %d with the code %d for a call that was not committed because of %s", (status, code, cause) => {
  const error = new BookendError("CALL_NOT_COMMITTED", "What the call changed could not be committed.", { cause });
  const response = errorResponse(error, request);
  expect([response.status, response.body]).toMatchObject([status, { result: { status: false, error: { code } } }]);
  expect(JSON.stringify(response.body)).not.toContain(cause.message);
});
