import { createContext, useContext, useEffect, useId, useMemo, useState } from "react";

/**
 * Reports to the form that the input of the field with this id cannot be read. Without a label, reports that it can.
 */
type Report = (id: string, label?: string) => void;

/** Passes the function that receives these reports from a form to its fields. */
export const UnreadableContext = createContext<Report>(() => undefined);

/**
 * Returns, for a form, the labels of fields whose input cannot be read, and for which the form has no value; and the
 * value for {@link UnreadableContext}.
 */
export function useUnreadable(): { readonly unreadable: readonly string[]; readonly context: Report } {
  const [found, setFound] = useState<ReadonlyMap<string, string>>(new Map());
  const context = useMemo<Report>(
    () => (id, label) =>
      setFound((all) => {
        if (all.get(id) === label) return all;
        const next = new Map(all);
        if (label === undefined) next.delete(id);
        else next.set(id, label);
        return next;
      }),
    [],
  );
  return { unreadable: [...found.values()], context };
}

/**
 * Reports to the form around a field that the input of the field cannot be read, until it can or the field is
 * unmounted.
 */
export function useReportUnreadable(label: string, unreadable: boolean): void {
  const id = useId();
  const report = useContext(UnreadableContext);
  useEffect(() => {
    if (!unreadable) return;
    report(id, label);
    return () => report(id);
  }, [report, id, label, unreadable]);
}
