import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

/** Minimum contrast of text. Source: WCAG 2.2, 1.4.3. */
const least = 4.5;
const schemes = { light: ":root", dark: ".dark" };
const backgrounds = ["--vp-c-bg", "--vp-c-bg-alt", "--vp-c-bg-soft"];
/** Pairs of foreground and background colors. */
const pairs = [
  ...["--vp-c-text-1", "--vp-c-text-2", "--vp-c-text-3", "--vp-c-brand-1", "--vp-c-brand-2"].flatMap((color) =>
    backgrounds.map((background) => [color, background]),
  ),
  ["--vp-c-white", "--vp-c-brand-3"], // buttons
];

const black = { "--a": "#000000", "--b": "#ffffff" };
if (contrast(black, "--a", "--b") !== 21) throw new Error("The contrast of black and white must be 21.");

/** Returns a message for each pair of the site's theme colors whose contrast is too low, in light or dark mode. */
export function weakContrasts() {
  const vitepress = realpathSync(join(root, "docs/node_modules/vitepress"));
  const theirs = readFileSync(join(vitepress, "dist/client/theme-default/styles/vars.css"), "utf8");
  const ours = readFileSync(join(root, "docs/.vitepress/theme/contrast.css"), "utf8");
  return Object.entries(schemes).flatMap(([scheme, selector]) => {
    // dark mode inherits from light mode; later values win
    const colors = { ...colorsOf(theirs, ":root"), ...colorsOf(theirs, selector) };
    Object.assign(colors, colorsOf(ours, ":root"), colorsOf(ours, selector));
    return pairs.flatMap(([color, background]) => {
      const ratio = contrast(colors, color, background);
      if (ratio >= least) return [];
      return [
        `docs/.vitepress/theme: ${color} on ${background} has a contrast of ${ratio.toFixed(2)} in ${scheme} mode; at least ${least} is required`,
      ];
    });
  });
}

function colorsOf(css, selector) {
  const rules = [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].filter(([, names]) =>
    names
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .trim()
      .split(/\s*,\s*/)
      .includes(selector),
  );
  const values = rules.flatMap(([, , body]) => [...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)]);
  return Object.fromEntries(values.map(([, name, value]) => [name, value.trim()]));
}

function contrast(colors, one, other) {
  const [lighter, darker] = [luminance(colors, one), luminance(colors, other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Computes the relative luminance of a color. Source: WCAG 2.2. */
function luminance(colors, name) {
  const [, reference] = /^var\((--[\w-]+)\)$/.exec(colors[name] ?? "") ?? [];
  if (reference !== undefined) return luminance(colors, reference);
  const [, hex] = /^#([\da-f]{6})$/i.exec(colors[name] ?? "") ?? [];
  if (hex === undefined)
    throw new Error(`${name} is "${colors[name]}". Allowed: a color with six hexadecimal digits, such as #1a2b3c.`);
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
