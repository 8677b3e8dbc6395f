import { createContext, useContext, useEffect, useId, useMemo, useState } from "react";

/** Tells the form that what was typed into a field cannot be read; without a label, that it can. */
type Report = (id: string, label?: string) => void;

/** The form around a field. */
export const UnreadableContext = createContext<Report>(() => undefined);

/** For a form: the labels of fields into which something was typed that cannot be read, so that it has no value of it. */
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

/** For a field: tells the form around it, until what was typed can be read or the field is gone. */
export function useReportUnreadable(label: string, unreadable: boolean): void {
  const id = useId();
  const report = useContext(UnreadableContext);
  useEffect(() => {
    if (!unreadable) return;
    report(id, label);
    return () => report(id);
  }, [report, id, label, unreadable]);
}
