namespace DeepLearning.Reporting;

/// <summary>A picture of figures, drawn as SVG: without a script, in light or dark colors as the reader's screen is set.</summary>
public abstract class Chart
{
    private protected Chart(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        Title = title;
    }

    /// <summary>What the chart shows, as its heading.</summary>
    public string Title { get; }

    /// <summary>A sentence below the heading in a report; empty by default.</summary>
    public string Caption { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} \"{Title}\"";

    /// <summary>The chart as a file of its own: <c>File.WriteAllText("loss.svg", chart.ToSvg())</c>.</summary>
    public string ToSvg() => Draw().Finish(standsAlone: true);

    /// <summary>The chart as a part of a page that has the style sheet.</summary>
    internal string ToInlineSvg() => Draw().Finish(standsAlone: false);

    /// <summary>HTML that a report adds below the picture.</summary>
    internal virtual string Details() => "";

    private protected abstract SvgCanvas Draw();
}
