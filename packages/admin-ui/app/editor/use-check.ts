import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { checkBinding } from "../api/bindings.ts";
import { ApiError, type Problem } from "../api/http.ts";
import { canonical, type Draft } from "./draft.ts";

/** Milliseconds after the last key press until the server checks the form. */
const pauseMs = 300;

/** Returns the fields of a binding as the API expects them. */
export function fieldsOf(draft: Draft): Record<string, unknown> {
  const { options, handlermodule, action, ...fields } = draft;
  return {
    ...fields,
    ...(handlermodule !== "" && { handlermodule }),
    ...(action !== "" && { action }),
    options,
    ...(Object.keys(options).length === 0 && { clear_options: true }),
  };
}

/** The result of checking a draft. */
export interface Checked {
  readonly problems: readonly Problem[];
  readonly checking: boolean;
  /** The draft in its `canonical` form if the server found no error in it. */
  readonly valid: string | undefined;
}

/** Checks a draft on the server shortly after it was changed. */
export function useCheck(draft: Draft, id: number | undefined): Checked {
  const [text] = useDebouncedValue(canonical(draft), pauseMs);
  const query = useQuery({
    queryKey: ["check", id, text],
    queryFn: async ({ signal }) => {
      const fields = { ...fieldsOf(JSON.parse(text) as Draft), ...(id !== undefined && { id }) };
      try {
        return await checkBinding(fields, signal);
      } catch (error) {
        // the server refuses a field of the wrong type, and lists the problems
        if (error instanceof ApiError && error.status === 400) return problemsOfRefusal(error);
        throw error;
      }
    },
    placeholderData: (previous) => previous,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  });
  const problems = query.data ?? [];
  const isOf = query.isSuccess && !query.isPlaceholderData;
  return {
    problems,
    checking: query.isFetching || text !== canonical(draft),
    valid: isOf && problems.every(({ severity }) => severity !== "error") ? text : undefined,
  };
}

/**
 * Returns the problems that a refusal lists. If it lists none, its message becomes a problem of the field that is named
 * at the beginning of the message.
 */
export function problemsOfRefusal({ problems, message }: ApiError): readonly Problem[] {
  if (problems.length > 0) return problems;
  const field = /^([\w.]+):/.exec(message)?.[1] ?? "";
  return [{ field, severity: "error", message }];
}
