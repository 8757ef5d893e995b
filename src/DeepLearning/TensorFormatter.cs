using System.Globalization;
using System.Text;

namespace DeepLearning;

/// <summary>Writes tensors as PyTorch's <c>repr</c> does.</summary>
internal sealed class TensorFormatter
{
    private const string Prefix = "tensor(";

    private readonly PrintOptions _options;
    private readonly int[] _lengths;
    private readonly bool[] _isCut;
    private readonly string[] _cells;
    private readonly int _width;

    private TensorFormatter(Tensor tensor, PrintOptions options)
    {
        _options = options;
        _isCut = new bool[tensor.Rank];
        Tensor shown = tensor.Detach();
        if (tensor.Count > options.Threshold)
        {
            for (int axis = 0; axis < tensor.Rank; axis++)
            {
                int length = tensor.Size(axis);
                if (length > 2 * options.EdgeItems)
                {
                    _isCut[axis] = true;
                    shown = Tensor.Cat(
                        [shown.Narrow(axis, 0, options.EdgeItems), shown.Narrow(axis, length - options.EdgeItems, options.EdgeItems)],
                        axis);
                }
            }
        }

        _lengths = shown.Shape.ToArray();
        _cells = tensor.DType switch
        {
            DType.Bool => Array.ConvertAll(shown.ToArray<bool>(), static v => v ? "True" : "False"),
            DType.Int64 or DType.Int32 or DType.UInt8 =>
                Array.ConvertAll(shown.ToArray<long>(), static v => v.ToString(CultureInfo.InvariantCulture)),
            DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16 =>
                NumberFormat.Format(shown.ToArray<double>(), options, out _width),
            _ => throw DTypes.Unsupported(tensor.DType, "ToString"),
        };
        if (!tensor.DType.IsFloatingPoint())
        {
            _width = _cells.Max(static c => c.Length);
        }
    }

    public static string Format(Tensor tensor, PrintOptions options)
    {
        List<string> suffixes = [];
        StringBuilder text = new(Prefix);
        bool isDefault = tensor.DType is DType.Float32;
        if (tensor.Count == 0)
        {
            text.Append("[]");
            if (tensor.Rank != 1)
            {
                string lengths = string.Join(", ", tensor.Shape.ToArray().Select(static l => l.ToString(CultureInfo.InvariantCulture)));
                suffixes.Add($"size=({lengths})");
            }
        }
        else
        {
            isDefault |= tensor.DType is DType.Int64 or DType.Bool;
            new TensorFormatter(tensor, options).Append(text, 0, 0, Prefix.Length);
        }

        if (!isDefault)
        {
            suffixes.Add("dtype=" + tensor.DType.Name());
        }

        if (tensor.Node is { } node)
        {
            suffixes.Add($"grad_fn=<{node.Name}>");
        }
        else if (tensor.RequiresGrad)
        {
            suffixes.Add("requires_grad=True");
        }

        AppendSuffixes(text, suffixes, options.LineWidth);
        return text.Append(')').ToString();
    }

    private static void AppendSuffixes(StringBuilder text, List<string> suffixes, int lineWidth)
    {
        string written = text.ToString();
        int line = written.Length - written.LastIndexOf('\n') + 1;
        foreach (string suffix in suffixes)
        {
            if (line + suffix.Length + 2 > lineWidth)
            {
                text.Append(",\n").Append(' ', Prefix.Length).Append(suffix);
                line = Prefix.Length + suffix.Length;
            }
            else
            {
                text.Append(", ").Append(suffix);
                line += suffix.Length + 2;
            }
        }
    }

    /// <summary>Writes the part of the tensor that starts at a cell and spans the axes from one on.</summary>
    private void Append(StringBuilder text, int axis, int cell, int indent)
    {
        int rank = _lengths.Length;
        if (rank == 0)
        {
            text.Append(_cells[0].PadLeft(_width));
            return;
        }

        if (axis == rank - 1)
        {
            AppendVector(text, cell, indent);
            return;
        }

        int stride = 1;
        for (int inner = axis + 1; inner < rank; inner++)
        {
            stride *= _lengths[inner];
        }

        text.Append('[');
        for (int i = 0; i < _lengths[axis]; i++)
        {
            if (i > 0)
            {
                AppendBreak(text, rank - axis - 1, indent);
            }

            if (_isCut[axis] && i == _lengths[axis] / 2)
            {
                text.Append("...");
                AppendBreak(text, rank - axis - 1, indent);
            }

            Append(text, axis + 1, cell + (i * stride), indent + 1);
        }

        text.Append(']');
    }

    private static void AppendBreak(StringBuilder text, int lines, int indent) => text.Append(',').Append('\n', lines).Append(' ', indent
        + 1);

    private void AppendVector(StringBuilder text, int cell, int indent)
    {
        int count = _lengths[^1];
        List<string> cells = [.. _cells.AsSpan(cell, count).ToArray().Select(c => c.PadLeft(_width))];
        if (_isCut[^1])
        {
            cells.Insert(count / 2, " ...");
        }

        int perLine = Math.Max(1, (_options.LineWidth - indent) / (_width + 2));
        text.Append('[');
        for (int i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                text.Append(i % perLine == 0 ? ",\n" + new string(' ', indent + 1) : ", ");
            }

            text.Append(cells[i]);
        }

        text.Append(']');
    }
}
