namespace DeepLearning.Samples.Digits.Reporting;

/// <summary>The report's style sheet, for light and dark screens and for print.</summary>
internal static class Style
{
    public const string Css = """
        :root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --text: #1c2430; --faint: #5d6878; --grid: #dde2e9;
          --first: #1f6feb; --second: #d9590b; --right: #1f6feb; --wrong: #d1242f; --ink: #1c2430; --paper: #f2f4f7; }
        @media (prefers-color-scheme: dark) { :root { --page: #10141a; --card: #1a2029; --text: #e4e9f0; --faint: #9aa6b6;
          --grid: #313a47; --first: #6cabff; --second: #ff9d57; --right: #4d94f5; --wrong: #ff6b70; --ink: #e4e9f0; --paper: #242c38; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 48px; }
        h1 { margin: 0; font-size: 26px; line-height: 1.25; }
        h2 { margin: 0; font-size: 17px; }
        .summary { margin: 4px 0 20px; font-size: 17px; color: var(--faint); }
        .caption { margin: 2px 0 10px; color: var(--faint); font-size: 13px; }
        section { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 16px 18px; margin-bottom: 18px;
          min-width: 0; break-inside: avoid; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 0 18px; }
        svg { display: block; width: 100%; height: auto; }
        svg text { font: 12px system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--text); }
        svg .faint { fill: var(--faint); }
        svg .grid { stroke: var(--grid); fill: none; }
        svg .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
        .s0 { stroke: var(--first); } .s1 { stroke: var(--second); stroke-dasharray: 6 4; }
        .d0 { fill: var(--first); } .d1 { fill: var(--second); }
        svg .right { fill: var(--right); } svg .wrong { fill: var(--wrong); } svg .cell { fill: var(--paper); }
        svg .onfill { fill: #ffffff; } svg .strong { font-weight: 600; }
        .digits { display: grid; grid-template-columns: repeat(auto-fill, minmax(76px, 1fr)); gap: 10px; }
        figure { margin: 0; border: 2px solid transparent; border-radius: 8px; padding: 3px; background: var(--paper); }
        figure svg { shape-rendering: crispEdges; fill: var(--ink); }
        figure.miss { border-color: var(--wrong); }
        figcaption { text-align: center; font-size: 12px; line-height: 1.3; padding: 3px 0 1px; font-variant-numeric: tabular-nums; }
        figcaption b { font-size: 15px; } figure.miss b { color: var(--wrong); } figcaption span { display: block; color: var(--faint); }
        table { border-collapse: collapse; width: 100%; margin-top: 8px; font-size: 14px; }
        th, td { text-align: left; vertical-align: top; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--grid);
          overflow-wrap: anywhere; }
        th { font-weight: 500; color: var(--faint); white-space: nowrap; }
        tr:last-child > * { border-bottom: 0; }

        """;
}
