namespace DeepLearning.Reporting;

/// <summary>One line of a chart: a name and its values, one a step.</summary>
public sealed record Curve
{
    private readonly IReadOnlyList<double>? _steps;

    /// <summary>Makes a curve.</summary>
    /// <param name="name">What the legend calls it.</param>
    /// <param name="values">Its values in order. NaN and infinite values leave a gap.</param>
    public Curve(string name, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(values);
        (Name, Values) = (name, values);
    }

    /// <summary>What the legend calls it.</summary>
    public string Name { get; }

    /// <summary>The values in order.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>The name, and how many values there are.</summary>
    public override string ToString() => $"{Name}: {Values.Count} values";

    /// <summary>Where the values were taken: epochs, batches, seconds. One a value, ascending; by default 1, 2, 3 …</summary>
    /// <exception cref="ArgumentException">There are not as many steps as values, or they are not finite numbers in ascending order.
    /// </exception>
    public IReadOnlyList<double>? Steps
    {
        get => _steps;
        init
        {
            if (value is not null)
            {
                Check(value);
            }

            _steps = value;
        }
    }

    internal double StepOf(int index) => _steps is null ? index + 1 : _steps[index];

    private void Check(IReadOnlyList<double> steps)
    {
        if (steps.Count != Values.Count)
        {
            throw new ArgumentException($"Curve '{Name}': {steps.Count} steps for {Values.Count} values.");
        }

        for (int i = 0; i < steps.Count; i++)
        {
            if (!double.IsFinite(steps[i]) || (i > 0 && steps[i] < steps[i - 1]))
            {
                throw new ArgumentException(
                    $"Curve '{Name}': step {i} is {Markup.Number(steps[i])}; steps are finite numbers in ascending order.");
            }
        }
    }
}
