using System.Globalization;
using System.Text;

namespace DeepLearning.Reporting;

/// <summary>Collects the elements of an SVG drawing. Text that it is given is escaped; numbers are the same in every culture.</summary>
internal sealed class SvgCanvas(double width, double height, string title, string description)
{
    private const double Narrow = 480, Enlarged = 1.15;

    private readonly StringBuilder _body = new();

    public double Width => width;

    public double Height => height;

    public void Text(string style, double x, double y, string anchor, string text, string transform = "")
    {
        string place = transform.Length > 0 ? $"transform=\"{transform}\"" : Invariant($"x=\"{x:0.#}\" y=\"{y:0.#}\"");
        string content = Markup.Escape(text);
        _body.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" {place} text-anchor=\"{anchor}\">{content}</text>\n");
    }

    public void Path(string style, string data) =>
        _body.Append("<path class=\"").Append(style).Append("\" d=\"").Append(data).Append("\"/>\n");

    public void Rectangle(string style, double x, double y, double w, double h, string tooltip = "", double opacity = 1, double radius = 0)
    {
        string fill = opacity < 1 ? Invariant($" fill-opacity=\"{opacity:0.##}\"") : "";
        string corner = radius > 0 ? Invariant($" rx=\"{radius:0.#}\"") : "";
        string box = Invariant($"x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{w:0.##}\" height=\"{h:0.##}\"");
        _body.Append("<rect class=\"").Append(style).Append('"').Append(fill).Append(corner).Append(' ').Append(box)
            .Append(tooltip.Length == 0 ? "/>\n" : $"><title>{Markup.Escape(tooltip)}</title></rect>\n");
    }

    public void Circle(string style, double x, double y, double radius, string tooltip = "")
    {
        string circle = Invariant($"<circle class=\"{style}\" cx=\"{x:0.#}\" cy=\"{y:0.##}\" r=\"{radius:0.#}\"");
        _body.Append(circle).Append(tooltip.Length == 0 ? "/>\n" : $"><title>{Markup.Escape(tooltip)}</title></circle>\n");
    }

    public void Image(byte[] png, double x, double y, double w, double h)
    {
        string place = Invariant($"x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{w:0.##}\" height=\"{h:0.##}\"");
        _body.Append("<image class=\"pixels\" preserveAspectRatio=\"none\" ").Append(place).Append(" href=\"data:image/png;base64,")
            .Append(Convert.ToBase64String(png)).Append("\"/>\n");
    }

    /// <summary>The drawing; one that stands alone brings its own size, style sheet and background.</summary>
    public string Finish(bool standsAlone)
    {
        StringBuilder svg = new();

        // In a page a drawing fills its column, but one of few cells is not blown up to it.
        string name = standsAlone
            ? Invariant($"xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:0.#}\" height=\"{height:0.#}\" ")
            : width < Narrow ? Invariant($"style=\"max-width: {width * Enlarged:0}px\" ") : "";
        svg.Append(CultureInfo.InvariantCulture, $"<svg {name}class=\"dl\" viewBox=\"0 0 {width:0.#} {height:0.#}\" role=\"img\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Markup.Escape(title)}</title>\n<desc>{Markup.Escape(description)}</desc>\n");
        if (standsAlone)
        {
            svg.Append("<style>\n").Append(Style.Chart).Append("</style>\n<rect class=\"card\" width=\"100%\" height=\"100%\"/>\n");
        }

        return svg.Append(_body).Append("</svg>\n").ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
