using System.Globalization;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The elements as PyTorch prints them, aligned in columns, with a dot as the decimal separator in every culture; large tensors are
    /// summarized. Written as <see cref="PrintOptions.Default"/> says.
    /// </summary>
    public override string ToString() => ToString(PrintOptions.Default);

    /// <summary>The elements as text.</summary>
    /// <param name="options">How to write them.</param>
    public string ToString(PrintOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return IsReturned ? $"tensor(returned, shape={Shape}, dtype={DType.Name()})" : TensorFormatter.Format(this, options);
    }

    /// <summary>The elements as text.</summary>
    /// <param name="precision">Digits after the point.</param>
    /// <param name="threshold">Tensors of more elements are summarized.</param>
    /// <param name="edgeItems">How many elements of each end of an axis a summary shows.</param>
    /// <param name="lineWidth">Characters a line.</param>
    public string ToString(int precision, int threshold = 1000, int edgeItems = 3, int lineWidth = 80) =>
        ToString(new PrintOptions { Precision = precision, Threshold = threshold, EdgeItems = edgeItems, LineWidth = lineWidth });

    /// <summary>One line for the debugger: type, shape and the first elements.</summary>
    private string DebugText
    {
        get
        {
            if (IsReturned)
            {
                return $"{DType.Name()}{Shape} (returned)";
            }

            const int shown = 6;
            Tensor flat = Detach().Reshape(-1);
            double[] first = (Count > shown ? flat.Narrow(0, 0, shown) : flat).ToArray<double>();
            string values = string.Join(", ", first.Select(v => v.ToString("G4", CultureInfo.InvariantCulture)));
            return $"{DType.Name()}{Shape} {{ {values}{(Count > shown ? ", …" : "")} }}";
        }
    }
}
