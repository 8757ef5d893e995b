using System.Globalization;
using System.Text;

namespace DeepLearning.Testing;

/// <summary>How a tensor differs from the one that was expected; prints the worst elements.</summary>
public sealed class TensorDifference
{
    private const int Shown = 8;

    private readonly Tensor _expected;
    private readonly Tensor _actual;
    private readonly string? _first;
    private readonly string _rule = "";
    private readonly List<(int Place, double Expected, double Actual)> _wrong = [];
    private readonly (long[] Expected, long[] Actual)? _whole;

    private TensorDifference(Tensor expected, Tensor actual, string? first) =>
        (_expected, _actual, _first, IsClose) = (expected, actual, first, first is null);

    private TensorDifference(Tensor expected, Tensor actual, double relative, double absolute, bool inNorm)
        : this(expected, actual, Unlike(expected, actual))
    {
        if (_first is not null)
        {
            return;
        }

        double[] wanted = Numbers(expected), own = Numbers(actual);
        // A double does not hold every int64.
        _whole = expected.DType.IsFloatingPoint() ? null : (Whole(expected), Whole(actual));
        double squares = 0, norm = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            bool isSame = _whole is { } whole
                ? whole.Expected[i] == whole.Actual[i] : wanted[i].Equals(own[i]) || wanted[i] == own[i];
            double error = isSame ? 0 : Math.Abs(Difference(i, wanted[i], own[i]));
            bool isFinite = double.IsFinite(wanted[i]) && double.IsFinite(own[i]);
            HasOtherNumbers |= !isSame && !isFinite;
            squares += isFinite ? error * error : 0;
            norm += isFinite ? wanted[i] * wanted[i] : 0;
            if (!isSame && (inNorm || !(isFinite && error <= (relative * Math.Abs(wanted[i])) + absolute)))
            {
                _wrong.Add((i, wanted[i], own[i]));
            }
        }

        Norm = Math.Sqrt(squares);
        ExpectedNorm = Math.Sqrt(norm);
        double allowed = (relative * ExpectedNorm) + (absolute * Math.Sqrt(wanted.Length));
        IsClose = inNorm ? !HasOtherNumbers && Norm <= allowed : _wrong.Count == 0;
        _rule = inNorm
            ? $"‖actual − expected‖ = {Text(Norm)} is more than {Text(allowed)} = {Text(relative)} · ‖expected‖"
                + (absolute > 0 ? $" + {Text(absolute)} · √count" : "") + $" (‖expected‖ = {Text(ExpectedNorm)})"
            : relative == 0 && absolute == 0 ? "allowed is no difference"
            : $"allowed is |actual − expected| ≤ {Text(relative)} · |expected| + {Text(absolute)}";
    }

    /// <summary>Whether the tensors are as close as was asked for.</summary>
    public bool IsClose { get; }

    /// <summary>Whether one has a NaN or an infinity where the other has something else.</summary>
    public bool HasOtherNumbers { get; }

    /// <summary>How many elements differ by more than is allowed; of a comparison of norms, how many differ at all.</summary>
    public int Count => _wrong.Count;

    /// <summary>The norm ‖actual − expected‖ of the finite elements.</summary>
    public double Norm { get; }

    /// <summary>The norm ‖expected‖ of the finite elements.</summary>
    public double ExpectedNorm { get; }

    /// <summary>Compares element with element: |actual − expected| ≤ relative · |expected| + absolute.</summary>
    /// <param name="expected">What is expected.</param>
    /// <param name="actual">What there is.</param>
    /// <param name="relative">The error allowed as a share of the expected element.</param>
    /// <param name="absolute">The error allowed beside it.</param>
    public static TensorDifference Elementwise(Tensor expected, Tensor actual, double relative, double absolute) =>
        new(NotNull(expected), NotNull(actual), relative, absolute, inNorm: false);

    /// <summary>Compares as a whole: ‖actual − expected‖ ≤ relative · ‖expected‖ + absolute · √count.</summary>
    /// <param name="expected">What is expected.</param>
    /// <param name="actual">What there is.</param>
    /// <param name="relative">The error allowed as a share of the norm.</param>
    /// <param name="absolute">The error allowed beside it, for each element.</param>
    public static TensorDifference InNorm(Tensor expected, Tensor actual, double relative, double absolute) =>
        new(NotNull(expected), NotNull(actual), relative, absolute, inNorm: true);

    /// <summary>What differs, with the worst elements: index, expected, actual and difference.</summary>
    public override string ToString()
    {
        if (_first is not null)
        {
            return _first;
        }

        if (IsClose)
        {
            return $"close ({_expected.DType.Name()}{_expected.Shape})";
        }

        StringBuilder text = new();
        text.Append(Count).Append(" of ").Append(_expected.Count).Append(" elements of ")
            .Append(_expected.DType.Name()).Append(_expected.Shape).Append(" differ");
        int others = _wrong.Count(static e => !double.IsFinite(e.Expected) || !double.IsFinite(e.Actual));
        if (others > 0)
        {
            text.Append(", ").Append(others).Append(" by a NaN or an infinity");
        }

        text.Append("; ").Append(_rule).Append(Count > Shown ? $"; the worst {Shown}:" : ":");
        List<string[]> rows = [["index", "expected", "actual", "difference"]];
        foreach ((int place, double expected, double actual) in _wrong.OrderByDescending(Badness).ThenBy(static e => e.Place).Take(Shown))
        {
            (string left, string right) = _whole is { } whole
                ? (whole.Expected[place].ToString(CultureInfo.InvariantCulture), whole.Actual[place].ToString(CultureInfo.InvariantCulture))
                : (Text(expected), Text(actual));
            rows.Add([IndexOf(place), left, right, Text(Difference(place, expected, actual))]);
        }

        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            text.Append("\n  ").Append(string.Join("  ", row.Select((cell, column) => cell.PadLeft(widths[column]))));
        }

        return text.ToString();
    }

    private static double Badness((int Place, double Expected, double Actual) element) =>
        double.IsFinite(element.Expected) && double.IsFinite(element.Actual)
            ? Math.Abs(element.Actual - element.Expected) : double.PositiveInfinity;

    /// <summary>The first thing that makes a comparison of elements pointless.</summary>
    private static string? Unlike(Tensor expected, Tensor actual) =>
        expected.Shape != actual.Shape ? $"the shape is {actual.Shape}, expected is {expected.Shape}"
        : expected.DType != actual.DType
            ? $"the type is {actual.DType.Name()}, expected is {expected.DType.Name()} (shape {expected.Shape})"
        : null;

    private double Difference(int place, double expected, double actual) => _whole is { } whole
        ? (double)((Int128)whole.Actual[place] - whole.Expected[place])
        : actual - expected;

    private static long[] Whole(Tensor x) => x.Detach().To(DType.Int64).ToArray<long>();

    private static double[] Numbers(Tensor x) => x.Detach().To(DType.Float64).ToArray<double>();

    private static string Text(double x) => x.ToString("G9", CultureInfo.InvariantCulture);

    private static Tensor NotNull(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x;
    }

    private string IndexOf(int place)
    {
        int[] index = new int[_actual.Rank];
        for (int axis = index.Length - 1; axis >= 0; axis--)
        {
            (place, index[axis]) = Math.DivRem(place, _actual.Shape[axis]);
        }

        return $"[{string.Join(", ", index)}]";
    }
}
