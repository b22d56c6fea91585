/** Theme: the colours of charts and of what stands around them, on a light and on a dark page. */

/** Of runs that are compared, one after another. */
export const RUN_INKS = ["run1", "run2", "run3", "run4", "run5", "run6"] as const;

/** Each is read as text on `page` and on `panel`; lines and areas have the same ones. */
export const INKS = [
  "ink",
  "faint",
  "response",
  "service",
  "wait",
  "lag",
  "offered",
  "good",
  "bad",
  "doubt",
  ...RUN_INKS,
] as const;
type Ink = (typeof INKS)[number];
type Ground = "page" | "panel" | "rule" | "shade";
export type Theme = Readonly<Record<Ink | Ground, string>>;

export const LIGHT: Theme = {
  page: "#ffffff",
  panel: "#f5f6f8",
  rule: "#d9dde3",
  shade: "#eceff3",
  ink: "#16191f",
  faint: "#566070",
  response: "#1d5bb8",
  service: "#0a6e55",
  wait: "#a04a08",
  lag: "#7434d6",
  offered: "#5d6776",
  good: "#11703a",
  bad: "#b3201f",
  doubt: "#8a5300",
  run1: "#1d5bb8",
  run2: "#b04508",
  run3: "#0a6e55",
  run4: "#7434d6",
  run5: "#a8205f",
  run6: "#6a6100",
};

export const DARK: Theme = {
  page: "#11151b",
  panel: "#1a2029",
  rule: "#323b48",
  shade: "#222a35",
  ink: "#e8ecf2",
  faint: "#a3aebd",
  response: "#7fb2ff",
  service: "#56d3ae",
  wait: "#f7ab66",
  lag: "#c9a9ff",
  offered: "#9da8b8",
  good: "#58d68d",
  bad: "#ff8a85",
  doubt: "#f5c04e",
  run1: "#7fb2ff",
  run2: "#ff9f5a",
  run3: "#56d3ae",
  run4: "#c9a9ff",
  run5: "#ff8fc0",
  run6: "#d6cf6a",
};

/** `--nj-ink:#16191f;…` */
export function themeVariables(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, colour]) => `--nj-${name}:${colour}`)
    .join(";");
}

const LINES = ["response", "service", "wait", "lag", "offered", "bad", ...RUN_INKS] as const;

/** Rules for charts, which look up the variables wherever they stand. */
export const CHART_CSS = [
  ".nj-chart{display:block;width:100%;height:auto;font:12px system-ui,sans-serif}",
  ".nj-chart text{fill:var(--nj-ink);font-variant-numeric:tabular-nums}",
  ".nj-chart .nj-faint{fill:var(--nj-faint)}",
  ".nj-chart .nj-strong{font-weight:600}",
  ".nj-grid path{stroke:var(--nj-rule);fill:none;stroke-width:1}",
  ".nj-grid .nj-minor{opacity:.45}",
  ".nj-grid .nj-axis{stroke:var(--nj-faint)}",
  ".nj-leader{stroke:var(--nj-faint);fill:none;stroke-width:.75}",
  ".nj-shade{fill:var(--nj-shade)}",
  ".nj-line{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}",
  ".nj-thin{stroke-width:1.25}",
  ".nj-dots{stroke-width:4.5}",
  ".nj-dashed{stroke-dasharray:5 4}",
  ".nj-area{fill-opacity:.14;stroke:none}",
  ".nj-solid{stroke:none}",
  ".nj-hint{fill:transparent}",
  ".nj-hint:hover{fill:var(--nj-faint);fill-opacity:.16}",
  ...LINES.map(
    (name) =>
      `.nj-line.nj-${name}{stroke:var(--nj-${name})}` +
      `.nj-area.nj-${name},.nj-solid.nj-${name},.nj-chart text.nj-${name}{fill:var(--nj-${name})}`,
  ),
].join("\n");
