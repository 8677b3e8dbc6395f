import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, useRef } from "react";
import type { Message } from "../i18n/i18n.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { Breakable } from "../parts/breakable.tsx";
import { IconArrowDown, IconArrowUp } from "../parts/icons.ts";
import { Tag } from "../parts/tag.tsx";
import { ActiveSwitch } from "./active-switch.tsx";
import { BindingLink } from "./binding-link.tsx";
import { BindingMenu } from "./binding-menu.tsx";
import type { BindingRow, Runs, RunsById, SortColumn } from "./filter-bindings.ts";
import { PickBox } from "./pick-box.tsx";
import type { BindingActions } from "./use-binding-actions.ts";
import type { Picked } from "./use-picked.ts";

const rowHeight = 60;

interface Column {
  readonly label: Message;
  /** Width of the column, as a track size of a CSS grid. */
  readonly width: string;
  readonly sort?: SortColumn;
  readonly hint?: Message;
}

const columns: readonly Column[] = [
  { label: "Order", width: "60px", sort: "order" },
  { label: "Name", width: "minmax(150px, 2.2fr)", sort: "name" },
  { label: "Events", width: "minmax(130px, 1.4fr)", sort: "event" },
  { label: "Action", width: "minmax(110px, 1.1fr)", sort: "module" },
  { label: "When", width: "minmax(120px, 2fr)" },
];
const runColumns: readonly Column[] = [
  { label: "Last run", width: "80px", sort: "run" },
  { label: "Failures", width: "76px", sort: "failures", hint: "In the last 7 days" },
];
const lastColumns: readonly Column[] = [
  { label: "Active", width: "56px" },
  { label: "More", width: "36px" },
];

/**
 * A table of thousands of bindings. The document contains only the rows in view. Each has an absolute position, which
 * rows of a `table` element cannot have.
 */
export const BindingTable = memo(function BindingTable({
  rows,
  showsRuns,
  runs,
  picked,
  actions,
  writes,
  sort,
  onSort,
}: {
  rows: readonly BindingRow[];
  /** Whether there are columns for runs, whose values may not be known yet. */
  showsRuns: boolean;
  runs: RunsById | undefined;
  picked: Picked;
  actions: BindingActions;
  writes: boolean;
  sort: string;
  onSort(sort: string): void;
}) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => rows[index]?.binding.id ?? index,
  });
  const shown = [...columns, ...(showsRuns ? runColumns : []), ...lastColumns];
  const grid = [...(writes ? ["20px"] : []), ...shown.map(({ width }) => width)].join(" ");
  const picks = picked.rows.length;
  return (
    <div
      ref={scroller}
      className="bk-table"
      style={{ "--bk-grid": grid } as CSSProperties}
      role="table"
      aria-label={t("Bindings")}
      aria-rowcount={rows.length + 1}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <div role="rowgroup" className="bk-table-head">
        <div role="row" className="bk-row" aria-rowindex={1}>
          {writes && (
            <div role="columnheader">
              <input
                type="checkbox"
                className="bk-pick"
                checked={picks > 0 && picks === rows.length}
                ref={(box) => {
                  if (box) box.indeterminate = picks > 0 && picks < rows.length;
                }}
                onChange={() => picked.all(picks < rows.length)}
                aria-label={t("Select all")}
              />
            </div>
          )}
          {shown.map(({ label, sort: column, hint }) => (
            <div
              key={label}
              role="columnheader"
              title={hint && t(hint)}
              {...(column && { "aria-sort": ariaSort(sort, column) })}
            >
              {column ? (
                <button
                  type="button"
                  className="bk-sort"
                  onClick={() => onSort(sort === column ? `-${column}` : column)}
                >
                  {t(label)}
                  {sort === column && <IconArrowUp size={14} aria-hidden />}
                  {sort === `-${column}` && <IconArrowDown size={14} aria-hidden />}
                </button>
              ) : (
                <span className={label === "More" ? "bk-hidden" : undefined}>{t(label)}</span>
              )}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="bk-table-body" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          if (!row) return null;
          const { id } = row.binding;
          return (
            <Row
              key={key}
              row={row}
              showsRuns={showsRuns}
              // null: the binding has never run; undefined: its runs are not known yet
              runs={runs && (runs.get(id) ?? null)}
              picked={picked.has(id)}
              onPick={picked.toggle}
              index={index}
              start={start}
              actions={actions}
              writes={writes}
            />
          );
        })}
      </div>
    </div>
  );
});

const Row = memo(function Row({
  row: { binding, conditions },
  showsRuns,
  runs,
  picked,
  onPick,
  index,
  start,
  actions,
  writes,
}: {
  row: BindingRow;
  showsRuns: boolean;
  runs: Runs | null | undefined;
  picked: boolean;
  onPick(id: number): void;
  index: number;
  start: number;
  actions: BindingActions;
  writes: boolean;
}) {
  const { t, time, number } = useTranslation();
  const failuresOf = (known: Runs | null | undefined) => {
    if (known === undefined) return null;
    if (known === null) return "—";
    return known.failures > 0 ? <Tag kind="bad">{number(known.failures)}</Tag> : "0";
  };
  const { id, name, event, handlermodule, action, position, ordering, active } = binding;
  const [first = "", ...more] = event;
  return (
    <div
      role="row"
      className="bk-row"
      aria-rowindex={index + 2}
      data-inactive={!active || undefined}
      data-picked={picked || undefined}
      style={{ transform: `translateY(${start}px)`, height: rowHeight }}
    >
      {writes && (
        <Cell>
          <PickBox name={name} picked={picked} onToggle={() => onPick(id)} />
        </Cell>
      )}
      <Cell className="bk-number">{ordering}</Cell>
      <Cell>
        <BindingLink id={id} title={name}>
          {name}
        </BindingLink>
      </Cell>
      <Cell>
        <span className="bk-two" title={event.join(", ")}>
          <span className="bk-api-name">
            <Breakable>{first}</Breakable>
          </span>
          <span className="bk-line">
            <Tag kind={position === "pre" ? "pre" : "post"}>{position === "pre" ? t("before") : t("after")}</Tag>
            {more.length > 0 && <span className="bk-more">+{more.length}</span>}
          </span>
        </span>
      </Cell>
      <Cell>
        <span className="bk-two">
          <span className="bk-api-name" title={action}>
            <Breakable>{action}</Breakable>
          </span>
          <small className="bk-clip">{handlermodule}</small>
        </span>
      </Cell>
      <Cell>
        <span className="bk-words" title={conditions}>
          {conditions}
        </span>
      </Cell>
      {showsRuns && (
        <>
          <Cell className="bk-when">
            {runs === undefined ? null : runs?.last === undefined ? (
              "—"
            ) : (
              <time dateTime={runs.last} title={time(runs.last)}>
                <span>{time(runs.last, { dateStyle: "short" })}</span>
                <span>{time(runs.last, { timeStyle: "short" })}</span>
              </time>
            )}
          </Cell>
          <Cell className="bk-number">{failuresOf(runs)}</Cell>
        </>
      )}
      <Cell>
        <ActiveSwitch name={name} active={active} disabled={!writes} onToggle={() => actions.toggle(binding)} />
      </Cell>
      <Cell>
        <BindingMenu binding={binding} actions={actions} writes={writes} />
      </Cell>
    </div>
  );
});

function Cell({ className, children }: { className?: string; children: React.ReactNode }) {
  return (
    <div role="cell" className={className}>
      {children}
    </div>
  );
}

function ariaSort(sort: string, column: string): "ascending" | "descending" | "none" {
  if (sort === column) return "ascending";
  return sort === `-${column}` ? "descending" : "none";
}
