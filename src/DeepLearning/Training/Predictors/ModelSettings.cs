using System.Globalization;

namespace DeepLearning.Training;

/// <summary>What an architecture is made by: the lengths of inputs and outputs, and settings of its own by name.</summary>
public sealed class ModelSettings
{
    private readonly OrderedDictionary<string, string> _values = [];

    /// <summary>Settings of an architecture.</summary>
    /// <param name="inputs">The numbers that the model is given for a row.</param>
    /// <param name="outputs">The numbers that it is to give.</param>
    /// <param name="values">Settings of its own, such as <c>hidden</c> = <c>64, 32</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputs"/> or <paramref name="outputs"/> is less than 1.</exception>
    public ModelSettings(int inputs, int outputs, IEnumerable<KeyValuePair<string, string>>? values = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        (Inputs, Outputs) = (inputs, outputs);
        foreach ((string name, string value) in values ?? [])
        {
            ArgumentNullException.ThrowIfNull(value, nameof(values));
            _values[name] = value;
        }
    }

    /// <summary>The numbers that the model is given for a row.</summary>
    public int Inputs { get; }

    /// <summary>The numbers that it is to give for a row.</summary>
    public int Outputs { get; }

    /// <summary>The settings by name, as texts.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>A setting as text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fallback">What it is when it is not given; null makes it needed.</param>
    /// <exception cref="ArgumentException">It is needed and not given; the message lists those that are.</exception>
    public string Text(string name, string? fallback = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _values.TryGetValue(name, out string? value) ? value : fallback ?? throw new ArgumentException(
            $"ModelSettings: the setting '{name}' is missing; there are: "
            + $"{(_values.Count == 0 ? "none" : string.Join(", ", _values.Keys))}.");
    }

    /// <summary>A setting as a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fallback">What it is when it is not given; null makes it needed.</param>
    /// <exception cref="ArgumentException">It is not a whole number, or needed and not given.</exception>
    public int Int(string name, int? fallback = null) => Int(name, Text(name, fallback?.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A setting as whole numbers with commas between them, such as the units of hidden layers; none if it is empty.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fallback">What it is when it is not given; null makes it needed.</param>
    /// <exception cref="ArgumentException">It is not a list of whole numbers, or needed and not given.</exception>
    public int[] Ints(string name, int[]? fallback = null)
    {
        string text = Text(name, fallback is null ? null : string.Join(',', fallback));
        return [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => Int(name, part))];
    }

    /// <summary>A setting as a number, written as 0.5.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fallback">What it is when it is not given; null makes it needed.</param>
    /// <exception cref="ArgumentException">It is not a number, or needed and not given.</exception>
    public double Number(string name, double? fallback = null)
    {
        string text = Text(name, fallback?.ToString("R", CultureInfo.InvariantCulture));
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new ArgumentException($"ModelSettings: the setting '{name}' is '{text}', which is not a number.");
    }

    private static int Int(string name, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ArgumentException($"ModelSettings: the setting '{name}' has '{text}', which is not a whole number.");

    /// <inheritdoc/>
    public override string ToString()
    {
        IEnumerable<string> values = _values.Select(static v => $"{v.Key}: {v.Value}");
        return $"ModelSettings({string.Join(", ", values.Prepend(string.Create(CultureInfo.InvariantCulture, $"{Inputs} → {Outputs}")))})";
    }
}
