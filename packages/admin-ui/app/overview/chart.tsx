import "uplot/dist/uPlot.min.css";
import type { Stats } from "@bookend/client";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useTranslation } from "../i18n/i18n.ts";
import { sum } from "./sum.ts";

const height = 220;
const dayMs = 86_400_000;

/** Calls and failed calls over time; a table contains the same data for users who cannot see the chart. */
export function Chart({ stats }: { stats: Stats }) {
  const { t, time, number } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const dark = useComputedColorScheme("light") === "dark";
  const start = new Date(stats.from).getTime();
  const buckets = stats.calls.map((calls, index) => ({
    at: start + index * stats.bucket_ms,
    calls,
    failed: stats.failed_calls[index] ?? 0,
  }));
  useEffect(() => {
    const parent = element.current;
    if (!parent) return;
    const ink = dark ? "#c9cdd3" : "#40464e";
    const grid = dark ? "#33373d" : "#e6e8eb";
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const days = stats.bucket_ms * stats.calls.length > 2 * dayMs;
    const times = (seconds: readonly number[]) =>
      seconds.map((one) => time(one * 1000, days ? { day: "numeric", month: "short" } : { timeStyle: "short" }));
    const count = (_plot: uPlot, value: number | null) => (value === null ? "—" : number(value));
    const bars = uPlot.paths.bars?.({ size: [0.7, 40] });
    const plot = new uPlot(
      {
        width: parent.clientWidth,
        height,
        legend: { show: true },
        cursor: { drag: { x: false, y: false } },
        scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
        axes: [
          { ...axis, values: (_plot, seconds) => times(seconds) },
          {
            ...axis,
            size: 56,
            values: (_plot, values) => values.map((one) => (Number.isInteger(one) ? number(one) : "")),
          },
        ],
        series: [
          { label: t("Time"), value: (_plot, value) => (value === null ? "—" : time(value * 1000)) },
          {
            label: t("Calls"),
            value: count,
            fill: dark ? "#5c7cfa" : "#4c6ef5",
            ...(bars && { paths: bars }),
            points: { show: false },
          },
          {
            label: t("Failed calls"),
            value: count,
            fill: dark ? "#ff8787" : "#e03131",
            ...(bars && { paths: bars }),
            points: { show: false },
          },
        ],
      },
      [
        stats.calls.map((_count, index) => (start + index * stats.bucket_ms) / 1000),
        [...stats.calls],
        [...stats.failed_calls],
      ],
      parent,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [stats, dark, start, t, time, number]);
  return (
    <>
      <div ref={element} className="bk-chart" aria-hidden="true" />
      {/* the element around the table is hidden instead of the table, which cannot become narrower than its words */}
      <div className="bk-hidden">
        <table>
          <caption>{t("{count} calls in this period", { count: number(sum(stats.calls)) })}</caption>
          <thead>
            <tr>
              <th scope="col">{t("Time")}</th>
              <th scope="col">{t("Calls")}</th>
              <th scope="col">{t("Failed calls")}</th>
            </tr>
          </thead>
          <tbody>
            {buckets.map(({ at, calls, failed }) => (
              <tr key={at}>
                <th scope="row">{time(at)}</th>
                <td>{calls}</td>
                <td>{failed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
