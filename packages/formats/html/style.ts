/** How the page looks: light or dark as the reader has it, light on paper; no font is fetched. */
import { CHART_CSS, DARK, LIGHT, RUN_INKS, themeVariables } from "@nightjar/charts/theme.ts";

const PAGE = `
*{box-sizing:border-box}
html{background:var(--nj-page);color:var(--nj-ink);-webkit-text-size-adjust:100%}
body{margin:0;font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:928px;margin:0 auto;padding:28px 24px 56px}
p{margin:0 0 8px}
h1{margin:0 0 6px;font-size:26px;line-height:1.25;font-weight:650;overflow-wrap:anywhere}
h2{margin:44px 0 14px;padding-bottom:5px;border-bottom:1px solid var(--nj-rule);
  font-size:19px;line-height:1.3;font-weight:650}
h3{margin:18px 0 6px;font-size:15px;font-weight:650}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{overflow-wrap:anywhere}
pre{margin:10px 0 0;padding:12px 14px;border-radius:6px;background:var(--nj-panel);
  overflow-x:auto;max-height:560px}
ul{margin:8px 0;padding-left:20px}
li{margin:3px 0;overflow-wrap:anywhere}
.faint,.note,figcaption,.caption{color:var(--nj-faint)}
.good{color:var(--nj-good)}.bad{color:var(--nj-bad)}.doubt{color:var(--nj-doubt)}
header p{overflow-wrap:anywhere}
header .faint{font-size:13px}
.target code{font-size:14px}
`;

const VERDICT = `
.verdict{margin:20px 0;padding:14px 18px;border-radius:4px;background:var(--nj-panel);
  border-left:6px solid currentColor}
.verdict p{margin:0;display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline}
.verdict p>*,.verdict ul{color:var(--nj-ink)}
.verdict strong{font-size:22px;letter-spacing:.02em}
.verdict.good strong{color:var(--nj-good)}
.verdict.bad strong{color:var(--nj-bad)}
.verdict.doubt strong{color:var(--nj-doubt)}
.verdict ul{margin:8px 0 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:10px;margin:0}
.tiles div{padding:11px 14px 12px;border:1px solid var(--nj-rule);border-radius:8px}
.tiles dt{color:var(--nj-faint);font-size:13px}
.tiles dd{margin:0;overflow-wrap:anywhere;font-size:23px;line-height:1.3;font-weight:600;
  font-variant-numeric:tabular-nums}
.tiles .note{font-size:12.5px;line-height:1.35;font-weight:400;overflow-wrap:anywhere}
`;

const TABLES = `
.scroll{overflow-x:auto;margin:12px 0}
table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
.caption{margin:12px 0 -6px;font-size:13px}
.scroll+.caption{margin:-6px 0 12px}
th,td{padding:4px 12px 4px 0;text-align:left;vertical-align:top;white-space:nowrap}
thead th{border-bottom:1px solid var(--nj-rule);color:var(--nj-faint);font-weight:500;
  vertical-align:bottom;white-space:normal}
tbody th{font-weight:400}
tbody tr+tr>*{border-top:1px solid var(--nj-shade)}
th.n,td.n{padding-left:12px;padding-right:0;text-align:right}
th.n+th.t,td.n+td.t{padding-left:24px}
td.strong{font-weight:600}
td.t{white-space:normal;min-width:110px}
td.long{min-width:240px;overflow-wrap:anywhere}
td i{visibility:hidden;font-style:normal;user-select:none}
tbody th code{white-space:nowrap}
.url{display:block;width:210px;color:var(--nj-faint);white-space:normal;overflow-wrap:anywhere}
.in1{padding-left:14px}.in2{padding-left:28px}
section>dl:not(.tiles){display:grid;grid-template-columns:210px 1fr;gap:4px 20px;margin:12px 0}
dt{color:var(--nj-faint);overflow-wrap:anywhere}
section>dl:not(.tiles) dd{margin:0;overflow-wrap:anywhere}
.said{list-style:none;padding:0}
.said li{display:flex;gap:9px}
.said b{flex:none;width:12px;text-align:center}
.advice{color:var(--nj-faint)}
details{margin:12px 0}
summary{cursor:pointer;color:var(--nj-faint)}
figure{margin:18px 0 22px}
figcaption{margin-top:4px;font-size:13px}
.on-phone{display:none}
`;

/** Of a page that has several runs. */
const RUNS = [
  `
.run{margin-top:56px;border-top:3px solid var(--nj-rule)}
.run>h2{margin:18px 0 8px;padding:0;border:0;font-size:22px}
#comparison table{width:100%}
#comparison thead th,#comparison td.t{white-space:nowrap;min-width:0}
#comparison h3{margin-top:26px}
h2 small,h3 small{margin-left:6px;color:var(--nj-faint);font-size:13px;font-weight:400}
.run h3{margin:36px 0 12px;padding-bottom:4px;border-bottom:1px solid var(--nj-rule);font-size:17px}
.run h4{margin:18px 0 6px;font-size:15px;font-weight:650}
.whole{margin:20px 0 0}
.whole>summary{padding:9px 14px;border-radius:6px;background:var(--nj-panel);color:var(--nj-ink)}
a{color:inherit;text-decoration-color:var(--nj-faint);text-underline-offset:3px}
.key{display:inline-block;width:10px;height:10px;margin-right:8px;border-radius:2px}
`,
  ...RUN_INKS.map((name) => `.nj-key-${name}{background:var(--nj-${name})}\n`),
].join("");

const SMALL = `
@media screen and (max-width:700px){
main{padding:18px 16px 40px}
h1{font-size:22px}
.tiles{grid-template-columns:repeat(auto-fill,minmax(140px,1fr))}
.tiles dd{font-size:20px}
.on-page{display:none}
.on-phone{display:block;max-width:520px}
.url{width:130px}
tbody th code,td.t{white-space:normal;min-width:0}
td.long{min-width:200px}
tbody th{position:sticky;left:0;min-width:96px;background:var(--nj-page)}
section>dl:not(.tiles){grid-template-columns:1fr;gap:0}
section>dl:not(.tiles) dd{margin-bottom:8px}
}
`;

const PAPER = `
@media print{
body{font-size:10.5pt}
main{max-width:none;padding:0}
h2{margin-top:22pt}
figure,tr,.verdict,.tiles div{break-inside:avoid}
h2,h3,.caption{break-after:avoid}
.scroll,pre{overflow:visible;max-height:none}
th,td{white-space:normal}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
summary{display:none}
details::details-content{content-visibility:visible;display:block;height:auto}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

/** Dark on screens alone: paper is white. */
const COLOURS = `
:root{color-scheme:light;${themeVariables(LIGHT)}}
@media screen and (prefers-color-scheme:dark){
:root{color-scheme:dark;${themeVariables(DARK)}}
}
`;

export const STYLE = [COLOURS, PAGE, VERDICT, TABLES, CHART_CSS, RUNS, SMALL, PAPER].join("");
