"""How the page looks: no font, script or image from elsewhere; light or dark as the reader's system is."""

STYLE = """
:root{--ink:#1d2330;--soft:#566072;--paper:#fbfbf8;--card:#fff;--line:#dfe2e8;--bad:#a63a2b;--pale:#ecd9d5;--good:#22694f;--link:#1d4f91}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaf0;--soft:#a3adbd;--paper:#14171d;--card:#1c2028;--line:#333a46;--bad:#f08a75;
--pale:#4a332f;--good:#79c8a6;--link:#9cc3f5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1040px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 8px}
h2{font-size:1.3rem;margin:44px 0 8px}
h3{font-size:1rem;margin:0 0 4px}
p{max-width:72ch}
.soft{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:12px;margin:24px 0;padding:0;list-style:none}
.cards li,.panel{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
.cards strong{display:block;font-size:1.7rem;line-height:1.2;color:var(--bad);font-variant-numeric:tabular-nums}
.cards strong.none{color:var(--good)}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:12px}
figure{margin:12px 0}
figcaption{color:var(--soft);font-size:.9rem}
svg{width:100%;height:auto;display:block;font:13px system-ui,sans-serif}
svg text{fill:var(--ink)}
svg .value{fill:var(--soft)}
svg .end{text-anchor:end}
svg .middle{text-anchor:middle}
svg .bar{fill:var(--bad)}
svg .pale{fill:var(--pale)}
svg .hit{fill:transparent}
svg .axis{stroke:var(--soft);stroke-width:1}
svg .whisker{stroke-width:3;stroke:var(--bad)}
svg .dot{fill:var(--bad)}
svg .whisker.chance{stroke:var(--soft)}
svg .dot.chance{fill:var(--soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.93rem}
caption{text-align:left;color:var(--soft);padding:4px 0}
th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600}
td.n,th.n{text-align:right;white-space:nowrap}
details{margin:8px 0}
summary{cursor:pointer;color:var(--link)}
summary:focus-visible,a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
a{color:var(--link)}
@media print{details{display:block}body{background:#fff}}
"""
