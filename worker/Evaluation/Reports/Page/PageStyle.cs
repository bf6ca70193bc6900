namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>
/// The page's style, in light, in dark and on paper. The colours of lines are Okabe and Ito's, which colour-blind readers can tell apart
/// (darker or lighter for contrast). The colours of scores are viridis, which also gets lighter for readers who see no colours.
/// </summary>
static class PageStyle
{
    public const string Text = """
        :root { --paper: #ffffff; --card: #ffffff; --ink: #1c2430; --soft: #566173; --rule: #d8dee7; --grid: #e8ecf2;
          --accent: #0b5cad; --good: #0a6b4f; --bad: #a83a00; --tint: #f4f7fb;
          --c0: #0072b2; --c1: #c44e00; --c2: #007f5f; --c3: #a8477f; --c4: #8a6d00; --c5: #2a86c7; --c6: #5b4db1; --c7: #6b7482; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --paper: #12171f; --card: #171e28; --ink: #e6ebf2; --soft: #a3aebd; --rule: #344052; --grid: #263040;
            --accent: #7ab8f5; --good: #4fd1a5; --bad: #ff9a66; --tint: #1c2532;
            --c0: #56b4e9; --c1: #f08a4b; --c2: #2fc498; --c3: #e08fbd; --c4: #e6c84a; --c5: #8cc8ff; --c6: #aba1ff; --c7: #a3aebd; }
        }
        * { box-sizing: border-box; }
        html { scroll-behavior: smooth; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
        header, main { max-width: 1200px; margin: 0 auto; padding: 0 24px; }
        header { padding-top: 40px; }
        h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 8px; letter-spacing: -0.01em; }
        h2 { font-size: 1.35rem; margin: 0 0 12px; }
        h2.dataset { font-size: 1.6rem; margin-top: 48px; border-bottom: 2px solid var(--rule); }
        h3 { font-size: 1rem; margin: 0 0 8px; font-weight: 600; }
        p { margin: 0 0 14px; max-width: 80ch; }
        .made, .soft { color: var(--soft); }
        a { color: var(--accent); }
        a:focus-visible, summary:focus-visible, .scrolled:focus-visible {
          outline: 2px solid var(--accent); outline-offset: 2px; }
        nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 18px; padding: 12px 0; margin: 0 0 4px;
          border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
        nav a { text-decoration: none; }
        nav a:hover { text-decoration: underline; }
        section { margin: 36px 0; }
        .facts { display: flex; flex-wrap: wrap; gap: 12px; margin: 0 0 20px; }
        .facts div { background: var(--tint); border: 1px solid var(--rule); border-radius: 8px; padding: 10px 16px; }
        .facts dt { color: var(--soft); font-size: 0.85rem; }
        .facts dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
        figure { margin: 0 0 16px; border: 1px solid var(--rule); border-radius: 8px; padding: 16px; background: var(--card);
          min-width: 0; }
        .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 554px), 1fr)); gap: 16px; margin-bottom: 16px; }
        .panels figure { margin: 0; }
        section > p + .panels, .download + p { margin-top: 16px; } .download { display: inline-block; margin-bottom: 8px; }
        .chart { overflow-x: auto; }
        .chart svg { display: block; margin: 0 auto; }
        .chart svg.narrow { display: none; }
        svg text { font-family: inherit; font-size: 12px; fill: var(--soft); }
        svg text.title { fill: var(--ink); }
        svg text.key { fill: currentColor; font-weight: 700; stroke: var(--card); stroke-width: 3; paint-order: stroke; }
        .axis { stroke: var(--soft); stroke-width: 1; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        .curve { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
        .whisker { fill: none; stroke: currentColor; stroke-width: 1.2; opacity: 0.55; }
        .mark { fill: currentColor; stroke: var(--card); stroke-width: 1; }
        .mark.hollow { fill: var(--card); stroke: currentColor; stroke-width: 1.8; }
        .mark.cross { fill: none; stroke: currentColor; stroke-width: 2.4; }
        .front { fill: none; stroke: var(--ink); stroke-width: 1.4; }
        .block { fill: currentColor; }
        .c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); } .c3 { color: var(--c3); }
        .c4 { color: var(--c4); } .c5 { color: var(--c5); } .c6 { color: var(--c6); } .c7 { color: var(--c7); }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 10px 0 0; padding: 0; font-size: 0.875rem; }
        .legend li { display: flex; align-items: center; gap: 7px; min-width: 0; }
        .legend svg { flex: none; }
        .legend span { min-width: 0; overflow-wrap: anywhere; }
        .scrolled { overflow-x: auto; margin: 0 0 10px; }
        table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--soft); padding: 4px 0; }
        th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
        th { font-weight: 600; vertical-align: bottom; line-height: 1.25; }
        th.number, td.number { text-align: right; padding: 5px 14px 5px 4px; }
        td.number { white-space: nowrap; }
        td.number.joined { white-space: normal; }
        td { overflow-wrap: break-word; } td.prose { min-width: 15rem; white-space: normal; }
        td.whole { white-space: nowrap; } .strip { margin: 0 0 14px; }
        tbody tr:hover { background: var(--tint); }
        details > summary { cursor: pointer; color: var(--accent); padding: 4px 0; }
        .download { font-size: 0.875rem; }
        .remarks { border-left: 4px solid var(--c4); background: var(--tint); padding: 10px 16px; margin: 18px 0;
          border-radius: 0 8px 8px 0; }
        .remarks p { margin: 0; } .remarks ul { margin: 4px 0 0; padding-left: 20px; }
        .tree { border: 1px solid var(--rule); border-radius: 8px; padding: 10px 16px; margin: 12px 0; background: var(--card); }
        .flip { border: 1px solid var(--rule); border-radius: 8px; padding: 6px 16px; margin: 8px 0; background: var(--card); }
        .flip summary { color: var(--ink); overflow-wrap: anywhere; } .flip .question { white-space: pre-wrap; overflow-wrap: anywhere; }
        .tree summary { color: var(--ink); }
        .tree .question { margin-top: 10px; white-space: pre-wrap; overflow-wrap: anywhere; }
        .verdict { display: inline-block; font-weight: 700; } .right { color: var(--good); } .wrong { color: var(--bad); }
        .edge { fill: none; stroke: var(--soft); stroke-width: 1; opacity: 0.6; }
        .edge.won { stroke: var(--ink); stroke-width: 2.4; opacity: 1; }
        .root { fill: var(--ink); }
        .dot { stroke: var(--soft); stroke-width: 0.8; }
        .unscored { fill: var(--card); }
        .ring { fill: none; stroke: var(--soft); stroke-width: 1.4; }
        .ring.won { stroke: var(--ink); stroke-width: 2.4; }
        .cut { fill: none; stroke: #ffffff; stroke-width: 2; paint-order: stroke; }
        .step { cursor: pointer; outline: none; }
        .step:hover .dot, .step.chosen .dot, .step:focus-visible .dot { stroke: var(--accent); stroke-width: 4; }
        .s0 { fill: #440154; } .s1 { fill: #482878; } .s2 { fill: #3e4989; } .s3 { fill: #31688e; } .s4 { fill: #26828e; }
        .s5 { fill: #1f9e89; } .s6 { fill: #35b779; } .s7 { fill: #6ece58; } .s8 { fill: #b5de2b; } .s9 { fill: #fde725; }
        .step-text { min-height: 4.5em; border-top: 1px solid var(--rule); padding-top: 10px; color: var(--soft); }
        .step-text p { margin: 0 0 4px; }
        pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere;
          font: 0.9rem/1.5 ui-monospace, "Cascadia Mono", "Liberation Mono", Menlo, monospace; color: var(--ink); }
        @media screen and (max-width: 639px) {
          header, main { padding: 0 10px; } header { padding-top: 20px; }
          h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
          figure { padding: 10px 4px; } figure h3, .legend { padding: 0 6px; }
          .chart svg.wide { display: none; } .chart svg.narrow { display: block; }
          .facts div, .tree { padding: 8px 10px; min-width: 0; }
          .facts dd, p, li, caption { overflow-wrap: anywhere; }
          td { white-space: nowrap; } td.number.joined { white-space: nowrap; }
        }
        @media print {
          body { font-size: 10.5pt; } header, main { max-width: none; padding: 0; }
          nav, .download, .step-text { display: none; }
          figure, .tree { break-inside: avoid; } h2, h3 { break-after: avoid; } .scrolled { overflow: visible; }
          th, td { white-space: normal; } .panels { display: block; } .panels figure { margin-bottom: 12px; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """;
}
