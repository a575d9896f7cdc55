/** Style of the report: system fonts, colours that stay apart for colour-blind readers, light and dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f7f8fa; --card: #ffffff; --ink: #16202e; --soft: #5b6778; --line: #dfe4ea; --row: #f1f4f8; --cut: #c0392b;
  --rule: #2f6fb7; --linear: #e0a026; --ml: #2a9d7f;
  --risk_off: #c8553d; --btc_dominant: #e0a026; --broad_alt_strength: #2a9d7f; --late_momentum: #7a68b3;
  --member: #2f6fb7; --leaving: #9dbde0; --waiting: #e3c98a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151c; --card: #182029; --ink: #e6ebf1; --soft: #9aa7b6; --line: #2b3644; --row: #1f2935; --cut: #ef7d6d;
    --rule: #6ea8e6; --linear: #e8b656; --ml: #4fc3a1;
    --risk_off: #e0765f; --btc_dominant: #e8b656; --broad_alt_strength: #4fc3a1; --late_momentum: #a594dc;
    --member: #6ea8e6; --leaving: #3f5f80; --waiting: #6f5d2c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
header h1 { margin: 0; font-size: 28px; letter-spacing: -0.01em; }
header p { margin: 4px 0 0; color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 24px; margin-top: 20px; }
h2 { margin: 0 0 4px; font-size: 18px; }
section > p { margin: 0 0 14px; color: var(--soft); max-width: 76ch; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 14px 24px; margin: 20px 0 0; }
dl.facts dt { color: var(--soft); font-size: 12px; text-transform: uppercase; letter-spacing: 0.05em; }
dl.facts dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
dl.facts dd small { font-weight: 400; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 13px; border-bottom: 1px solid var(--line); }
th, td { padding: 5px 10px 5px 0; white-space: nowrap; }
th.number, td.number { text-align: right; }
td.bar { width: 38%; min-width: 220px; padding-left: 8px; }
td.text { white-space: normal; }
tbody tr:nth-child(even) { background: var(--row); }
tr.selected th, tr.selected td:not(.text) { font-weight: 600; }
tr.cut td { border-bottom: 2px solid var(--cut); }
tr.cut th { border-bottom: 2px solid var(--cut); }
tbody th { color: var(--ink); font-weight: inherit; font-size: 15px; border-bottom: 0; }
.bar svg { display: block; width: 100%; height: 14px; }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 10px; padding: 0; list-style: none; color: var(--soft); font-size: 13px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; }
.legend i.stroke { height: 3px; vertical-align: 3px; width: 16px; border-radius: 0; }
svg text { fill: var(--soft); font: 11px system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
svg text.name { fill: var(--ink); }
svg text.faded { opacity: 0.75; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .cutline { stroke: var(--cut); stroke-width: 1.5; stroke-dasharray: 4 3; }
.notice { border-left: 4px solid var(--cut); }
details summary { cursor: pointer; font-weight: 600; padding: 4px 0; }
@media print { section { break-inside: avoid; } }
`;
