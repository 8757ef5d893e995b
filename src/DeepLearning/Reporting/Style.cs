namespace DeepLearning.Reporting;

/// <summary>
/// The style sheets, for light and dark screens and for print. The colors of curves are after Okabe and Ito ("Color Universal Design",
/// 2008), which people with any color vision tell apart, made darker or lighter where they would be faint on their background.
/// </summary>
internal static class Style
{
    /// <summary>The number of curve colors, and of dash patterns; neighbors differ in both.</summary>
    public const int Colours = 6, Dashes = 4;

    /// <summary>
    /// What a chart needs. Every rule is inside the class <c>dl</c>, so that a chart changes nothing in a page it is put into.
    /// </summary>
    public const string Chart = """
        .dl { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --text: #1c2430; --faint: #566172; --grid: #dde2e9;
          --paper: #f2f4f7; --right: #0072b2; --wrong: #d55e00; --bad: #b33c00;
          --c0: #0072b2; --c1: #c65500; --c2: #007f5c; --c3: #a3478c; --c4: #4d5866; --c5: #8a6a00; }
        @media (prefers-color-scheme: dark) { .dl { --page: #10141a; --card: #1a2029; --text: #e8edf4; --faint: #a3afbf;
          --grid: #36404e; --paper: #242c38; --right: #1d78c4; --wrong: #c2531c; --bad: #ff9a66;
          --c0: #5fb4ec; --c1: #f49a4f; --c2: #35c99c; --c3: #e39acb; --c4: #c3ccd8; --c5: #e6cf5c; } }
        svg.dl { display: block; max-width: 100%; height: auto; }
        .dl text { font: 12px system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--text); font-variant-numeric: tabular-nums; }
        .dl text.faint { fill: var(--faint); } .dl text.strong { font-weight: 600; } .dl text.small { font-size: 10px; }
        .dl .card { fill: var(--card); } .dl .cell { fill: var(--paper); } .dl .grid { stroke: var(--grid); fill: none; }
        .dl .right { fill: var(--right); } .dl .wrong { fill: var(--wrong); } .dl .hover { fill: transparent; }
        .dl .bar { fill: var(--c0); } .dl .diagonal { stroke: var(--c1); stroke-width: 1.5; stroke-dasharray: 6 4; fill: none; }
        .dl .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
        .dl .dots { stroke-width: 6; }
        .dl .points { fill: none; stroke: var(--c0); stroke-width: 5; stroke-linecap: round; stroke-opacity: 0.55; }
        .dl .s0 { stroke: var(--c0); } .dl .s1 { stroke: var(--c1); } .dl .s2 { stroke: var(--c2); }
        .dl .s3 { stroke: var(--c3); } .dl .s4 { stroke: var(--c4); } .dl .s5 { stroke: var(--c5); }
        .dl .f0 { fill: var(--c0); } .dl .f1 { fill: var(--c1); } .dl .f2 { fill: var(--c2); }
        .dl .f3 { fill: var(--c3); } .dl .f4 { fill: var(--c4); } .dl .f5 { fill: var(--c5); }
        .dl .d1 { stroke-dasharray: 7 5; } .dl .d2 { stroke-dasharray: 1 5; } .dl .d3 { stroke-dasharray: 9 5 1 5; }
        .dl .pixels { image-rendering: pixelated; }

        """;

    /// <summary>What the page needs besides.</summary>
    public const string Page = """
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
        main { max-width: 1160px; margin: 0 auto; padding: 28px 20px 48px; }
        h1 { margin: 0; font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
        h2 { margin: 0; font-size: 17px; overflow-wrap: anywhere; }
        .summary { margin: 4px 0 20px; font-size: 17px; color: var(--faint); overflow-wrap: anywhere; }
        .caption { margin: 2px 0 10px; color: var(--faint); font-size: 13px; overflow-wrap: anywhere; }
        section { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 16px 18px; margin-bottom: 18px;
          min-width: 0; break-inside: avoid; }
        .pair { columns: 2 420px; column-gap: 18px; margin-bottom: 18px; } .pair section:last-child { margin-bottom: 0; }
        section > svg.dl { width: 100%; margin: 6px auto 0; }
        table { border-collapse: collapse; width: 100%; margin-top: 8px; font-size: 14px; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; vertical-align: top; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--grid);
          overflow-wrap: anywhere; unicode-bidi: isolate; }
        th { font-weight: 500; color: var(--faint); } th[scope=row] { min-width: 7.5em; }
        td.number, th.number { text-align: right; padding-right: 0; padding-left: 12px; }
        tr:last-child > * { border-bottom: 0; }
        details { margin-top: 12px; } summary { cursor: pointer; color: var(--faint); font-size: 14px; }
        .all { margin-top: 14px; } .all[open] > summary { margin-bottom: 14px; }
        .all > summary { display: block; width: fit-content; margin: 0 auto; padding: 7px 18px; border: 1px solid var(--grid);
          border-radius: 8px; background: var(--paper); color: var(--text); list-style: none; user-select: none; }
        .all > summary::-webkit-details-marker { display: none; } .all > summary:hover { border-color: var(--faint); }
        .all[open] .more, .all:not([open]) .less { display: none; }
        .images { display: grid; grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: 10px; }
        .records { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 250px), 1fr)); gap: 10px; }
        .images + .records, .records + .images { margin-top: 14px; }
        figure { margin: 0; border: 2px solid transparent; border-radius: 8px; padding: 4px; background: var(--paper); min-width: 0;
          break-inside: avoid; }
        figure img { display: block; width: 100%; height: auto; border-radius: 4px; } figure img.small { image-rendering: pixelated; }
        figure p { margin: 4px 6px; font-size: 13px; overflow-wrap: anywhere; }
        figure table { font-size: 13px; margin: 0 6px; width: auto; }
        figure th, figure td { padding: 2px 10px 2px 0; }
        figure.miss { border-color: var(--bad); }
        figcaption { text-align: center; font-size: 12px; line-height: 1.3; padding: 4px 2px 2px; font-variant-numeric: tabular-nums;
          overflow-wrap: anywhere; unicode-bidi: isolate; }
        figcaption b { font-size: 13px; font-weight: 600; } figure.miss b { color: var(--bad); }
        figcaption span { display: block; color: var(--faint); }

        """;
}
