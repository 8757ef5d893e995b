using System.Globalization;
using System.Net;
using System.Text;

namespace DeepLearning.Samples.Lessons;

/// <summary>A part of a plane: an area in colors, points of several kinds, and curves. Drawn as SVG.</summary>
internal sealed class PlanePicture(string title, (double From, double To) x, (double From, double To) y)
{
    private const double Width = 480, Height = 360, Left = 52, Bottom = 28, Top = 10, Right = 10, LegendRow = 18;

    // After Okabe and Ito, "Color universal design", 2008.
    private static readonly string[] _colors =
        ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6a3d9a", "#8a6a00", "#4d4d4d", "#b2182b"];

    private readonly StringBuilder _body = new();
    private readonly List<(string Name, int Color)> _legend = [];

    public string Title => title;

    /// <summary>A sentence below the heading.</summary>
    public string Caption { get; init; } = "";

    /// <summary>A part of a plane that has all points [n, 2] in it.</summary>
    public static PlanePicture Around(Tensor points, string title, string caption = "")
    {
        Tensor least = points.Amin(0), most = points.Amax(0), margin = ((most - least) * 0.06) + 1e-6;
        return new PlanePicture(title, (At(least - margin, 0), At(most + margin, 0)), (At(least - margin, 1), At(most + margin, 1)))
        {
            Caption = caption,
        };

        static double At(Tensor pair, int axis) => (double)pair[axis];
    }

    /// <summary>Fills the background with a function of the points of a grid.</summary>
    /// <param name="values">Takes points [n, 2], gives [n] numbers from 0 to 1.</param>
    /// <param name="isDiverging">Whether a half is in the middle of two colors.</param>
    public PlanePicture Area(Func<Tensor, Tensor> values, bool isDiverging = true)
    {
        const int columns = 120, rows = 90, levels = 48;
        using GradMode.Region none = GradMode.NoGrad();
        Tensor[] grid = Tensor.MeshGrid([Tensor.Linspace(y.To, y.From, rows), Tensor.Linspace(x.From, x.To, columns)]);
        Tensor shades = values(Tensor.Stack([grid[1].Flatten(), grid[0].Flatten()], 1)).Reshape(rows, columns);

        // Few shades show where a value is the same, and make small pictures.
        shades = (shades.Clamp(0.0, 1.0) * levels).Round() / levels;
        byte[] png = Png.Encode(isDiverging ? ColorMap.Diverging(shades) : ColorMap.Sequential(shades));
        Write($"<image x=\"{Left}\" y=\"{Top}\" width=\"{Width - Left - Right}\" height=\"{Height - Top - Bottom}\" ");
        _body.Append("preserveAspectRatio=\"none\" href=\"data:image/png;base64,").Append(Convert.ToBase64String(png)).Append("\"/>\n");
        return this;
    }

    /// <summary>Adds points [n, 2].</summary>
    public PlanePicture Points(Tensor points, string name, int color, double radius = 3)
    {
        float[] at = points.Detach().To(DType.Float32).ToArray<float>();
        for (int i = 0; i < at.Length; i += 2)
        {
            Write($"<circle cx=\"{X(at[i]):0.#}\" cy=\"{Y(at[i + 1]):0.#}\" r=\"{radius}\" fill=\"{Color(color)}\" ");
            _body.Append("fill-opacity=\"0.8\" stroke=\"#fff\" stroke-width=\"0.5\"/>\n");
        }

        Legend(name, color);
        return this;
    }

    /// <summary>Adds points [n, 2], each of a class, [n].</summary>
    public PlanePicture Classes(Tensor points, Tensor classes, IReadOnlyList<string> names, double radius = 3)
    {
        for (int kind = 0; kind < names.Count; kind++)
        {
            Tensor places = classes.EqualTo(kind).NonZero().Flatten();
            Points(points.IndexSelect(0, places), names[kind], kind, radius);
        }

        return this;
    }

    /// <summary>Adds words at points [n, 2].</summary>
    public PlanePicture Words(Tensor points, IReadOnlyList<string> words, Func<int, int> color)
    {
        float[] at = points.Detach().ToArray<float>();
        for (int i = 0; i < words.Count; i++)
        {
            Write($"<text x=\"{X(at[2 * i]):0.#}\" y=\"{Y(at[(2 * i) + 1]):0.#}\" text-anchor=\"middle\" fill=\"{Color(color(i))}\">");
            _body.Append(WebUtility.HtmlEncode(words[i])).Append("</text>\n");
        }

        return this;
    }

    /// <summary>Adds a curve through points [n, 2].</summary>
    public PlanePicture Path(Tensor points, string name, int color, bool isDashed = false)
    {
        float[] at = points.Detach().ToArray<float>();
        _body.Append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"").Append(Color(color)).Append('"')
            .Append(isDashed ? " stroke-dasharray=\"6 4\"" : "").Append(" points=\"");
        (double X, double Y) last = (double.NaN, double.NaN);
        for (int i = 0; i < at.Length; i += 2)
        {
            // What runs out of the picture is cut off beside it, and what moves by less than a line's width is left out.
            (double X, double Y) place = (Math.Clamp(X(at[i]), -2 * Width, 3 * Width), Math.Clamp(Y(at[i + 1]), -2 * Height, 3 * Height));
            if (!(Math.Abs(place.X - last.X) < 0.7 && Math.Abs(place.Y - last.Y) < 0.7) || i == at.Length - 2)
            {
                Write($"{place.X:0.#},{place.Y:0.#} ");
                last = place;
            }
        }

        _body.Append("\"/>\n");
        Legend(name, color);
        return this;
    }

    public string ToSvg()
    {
        int rows = (_legend.Count + 3) / 4;
        double total = Height + (rows * LegendRow);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{total}\" ")
            .Append(CultureInfo.InvariantCulture,
                $"viewBox=\"0 0 {Width} {total}\" role=\"img\"><title>{WebUtility.HtmlEncode(title)}</title>\n")
            .Append("<style>text { font: 11px system-ui, sans-serif; }</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n")
            .Append(CultureInfo.InvariantCulture,
                $"<clipPath id=\"plane\"><rect x=\"{Left}\" y=\"{Top}\" width=\"{Width - Left - Right}\" ")
            .Append(CultureInfo.InvariantCulture, $"height=\"{Height - Top - Bottom}\"/></clipPath>\n<g clip-path=\"url(#plane)\">\n")
            .Append(_body).Append("</g>\n")
            .Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{Top}\" width=\"{Width - Left - Right}\" ")
            .Append(CultureInfo.InvariantCulture, $"height=\"{Height - Top - Bottom}\" fill=\"none\" stroke=\"#888\"/>\n");
        for (int i = 0; i <= 4; i++)
        {
            double across = x.From + (i * (x.To - x.From) / 4), up = y.From + (i * (y.To - y.From) / 4);
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{X(across):0.#}\" y=\"{Height - 10}\" text-anchor=\"middle\">{across:G3}</text>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 4}\" y=\"{Y(up) + 4:0.#}\" text-anchor=\"end\">{up:G3}</text>\n");
        }

        for (int i = 0; i < _legend.Count; i++)
        {
            double left = Left + (i % 4 * ((Width - Left) / 4)), top = Height + (i / 4 * LegendRow) + 8;
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{left}\" cy=\"{top - 4}\" r=\"4\" fill=\"{Color(_legend[i].Color)}\"/>")
                .Append(CultureInfo.InvariantCulture,
                    $"<text x=\"{left + 9}\" y=\"{top}\">{WebUtility.HtmlEncode(_legend[i].Name)}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Color(int index) => _colors[index % _colors.Length];

    private void Legend(string name, int color)
    {
        if (name.Length > 0)
        {
            _legend.Add((name, color));
        }
    }

    private double X(double value) => Left + ((value - x.From) / (x.To - x.From) * (Width - Left - Right));

    private double Y(double value) => Height - Bottom - ((value - y.From) / (y.To - y.From) * (Height - Top - Bottom));

    private void Write(FormattableString text) => _body.Append(text.ToString(CultureInfo.InvariantCulture));
}
