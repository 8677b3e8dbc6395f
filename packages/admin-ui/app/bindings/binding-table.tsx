import { Switch } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useRef } from "react";
import type { Message } from "../i18n/i18n.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconArrowDown, IconArrowUp } from "../parts/icons.ts";
import { Tag } from "../parts/tag.tsx";
import { BindingMenu } from "./binding-menu.tsx";
import type { BindingRow, SortColumn } from "./filter-bindings.ts";
import type { BindingActions } from "./use-binding-actions.ts";

const rowHeight = 60;

const columns: readonly { readonly label: Message; readonly sort?: SortColumn }[] = [
  { label: "Order", sort: "order" },
  { label: "Name", sort: "name" },
  { label: "Events", sort: "event" },
  { label: "Action", sort: "module" },
  { label: "When" },
  { label: "Active" },
  { label: "More" },
];

/**
 * A table of thousands of bindings, of which those in view are in the document: its rows are positioned, which those
 * of a table element cannot be.
 */
export function BindingTable({
  rows,
  actions,
  writes,
  sort,
  onSort,
}: {
  rows: readonly BindingRow[];
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
  return (
    <div
      ref={scroller}
      className="bk-table"
      role="table"
      aria-label={t("Bindings")}
      aria-rowcount={rows.length + 1}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <div role="rowgroup" className="bk-table-head">
        <div role="row" className="bk-row" aria-rowindex={1}>
          {columns.map(({ label, sort: column }) => (
            <div key={label} role="columnheader" {...(column && { "aria-sort": ariaSort(sort, column) })}>
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
          return row && <Row key={key} row={row} index={index} start={start} actions={actions} writes={writes} />;
        })}
      </div>
    </div>
  );
}

const Row = memo(function Row({
  row: { binding, conditions },
  index,
  start,
  actions,
  writes,
}: {
  row: BindingRow;
  index: number;
  start: number;
  actions: BindingActions;
  writes: boolean;
}) {
  const { t } = useTranslation();
  const { id, name, event, handlermodule, action, position, ordering, active } = binding;
  const [first = "", ...more] = event;
  return (
    <div
      role="row"
      className="bk-row"
      aria-rowindex={index + 2}
      data-inactive={!active || undefined}
      style={{ transform: `translateY(${start}px)`, height: rowHeight }}
    >
      <Cell className="bk-number">{ordering}</Cell>
      <Cell>
        <Link to="/bindings/$id" params={{ id: String(id) }} className="bk-name" title={name}>
          {name}
        </Link>
      </Cell>
      <Cell>
        <span className="bk-line" title={event.join(", ")}>
          <Tag kind={position === "pre" ? "pre" : "post"}>{position === "pre" ? t("before") : t("after")}</Tag>
          <span className="bk-clip">{first}</span>
          {more.length > 0 && <span className="bk-more">+{more.length}</span>}
        </span>
      </Cell>
      <Cell>
        <span className="bk-two">
          <span className="bk-clip" title={action}>
            {action}
          </span>
          <small className="bk-clip">{handlermodule}</small>
        </span>
      </Cell>
      <Cell>
        <span className="bk-words" title={conditions}>
          {conditions}
        </span>
      </Cell>
      <Cell>
        <Switch
          checked={active}
          disabled={!writes}
          onChange={() => actions.toggle(binding)}
          aria-label={t("“{name}” is active", { name })}
        />
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
