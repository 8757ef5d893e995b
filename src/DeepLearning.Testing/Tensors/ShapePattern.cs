using System.Globalization;

namespace DeepLearning.Testing;

/// <summary>
/// A shape with blanks, such as <c>[N, 3, _]</c>: a number is that length, <c>_</c> any length, a name a length that must be the same
/// wherever the name stands, and <c>..</c>, once, any number of axes.
/// </summary>
public sealed class ShapePattern
{
    private readonly string[] _axes;
    private readonly int _rest;

    private ShapePattern(string[] axes)
    {
        _axes = axes;
        _rest = Array.IndexOf(axes, "..");
    }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern, in square brackets.</param>
    /// <exception cref="FormatException">It is not a pattern; the message says why.</exception>
    public static ShapePattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        if (!trimmed.StartsWith('[') || !trimmed.EndsWith(']'))
        {
            throw new FormatException($"ShapePattern: '{text}' does not stand in square brackets, as [N, 3, _] does.");
        }

        string inside = trimmed[1..^1].Trim();
        string[] axes = inside.Length == 0 ? [] : inside.Split(',', StringSplitOptions.TrimEntries);
        foreach (string axis in axes)
        {
            if (axis is not (".." or "_") && !IsLength(axis, out _) && !IsName(axis))
            {
                throw new FormatException($"ShapePattern: '{axis}' in '{text}' is not a length, a name, _ or ..");
            }
        }

        return axes.Count(static axis => axis == "..") <= 1
            ? new ShapePattern(axes)
            : throw new FormatException($"ShapePattern: '{text}' has .. more than once.");
    }

    /// <summary>Compares a shape with the pattern.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="names">The lengths that names have so far; names that are new are added when all fits.</param>
    /// <returns>What does not fit, or null.</returns>
    public string? Mismatch(Shape shape, IDictionary<string, int>? names = null)
    {
        Dictionary<string, int> found = names is null ? [] : new Dictionary<string, int>(names);
        int named = _axes.Length - (_rest < 0 ? 0 : 1);
        if (_rest < 0 ? shape.Rank != named : shape.Rank < named)
        {
            return $"the shape is {shape}, which has {shape.Rank} axes where {this} has {(_rest < 0 ? "" : "at least ")}{named}";
        }

        for (int k = 0; k < _axes.Length; k++)
        {
            if (k == _rest)
            {
                continue;
            }

            int at = _rest >= 0 && k > _rest ? shape.Rank - (_axes.Length - k) : k;
            string axis = _axes[k];
            if (axis == "_")
            {
                continue;
            }

            bool isNumber = IsLength(axis, out int wanted);
            if (!isNumber && !found.TryGetValue(axis, out wanted))
            {
                found[axis] = wanted = shape[at];
            }

            if (shape[at] != wanted)
            {
                return $"the shape is {shape} where {this} is expected: axis {at} has length {shape[at]}, not "
                    + (isNumber ? $"{wanted}" : $"{axis} = {wanted}");
            }
        }

        foreach ((string name, int length) in found)
        {
            if (names is not null)
            {
                names[name] = length;
            }
        }

        return null;
    }

    /// <summary>The pattern, as in <c>[N, 3, _]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _axes)}]";

    private static bool IsLength(string axis, out int length) =>
        int.TryParse(axis, NumberStyles.None, CultureInfo.InvariantCulture, out length);

    private static bool IsName(string axis) => axis.Length > 0 && char.IsLetter(axis[0]) && axis.All(char.IsLetterOrDigit);
}
