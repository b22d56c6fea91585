import { expect, test } from "bun:test";
import { CHART_CSS, DARK, INKS, LIGHT, type Theme, themeVariables } from "./theme.ts";

/** Relative luminance by WCAG 2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

const themes: [string, Theme][] = [
  ["light", LIGHT],
  ["dark", DARK],
];

test.each(themes)("%s: text of each colour is read on each ground", (_, theme) => {
  for (const ink of INKS) {
    for (const ground of ["page", "panel", "shade"] as const) {
      expect({ ink, ground, ratio: contrast(theme[ink], theme[ground]) >= 4.5 }).toEqual({
        ...{ ink, ground, ratio: true },
      });
    }
  }
});

test("charts use the variables of the theme, and no colour of their own", () => {
  const used = [...CHART_CSS.matchAll(/var\(--nj-(\w+)\)/g)].map(([, name]) => name);
  expect(Object.keys(LIGHT)).toEqual(expect.arrayContaining(used));
  expect(CHART_CSS).not.toMatch(/#[0-9a-f]{3}/);
  expect(themeVariables(LIGHT)).toContain("--nj-ink:#16191f;");
});
