using System.Globalization;

namespace DeepLearning.Samples.Lessons;

/// <summary>What a lesson's figure should come to.</summary>
/// <param name="Figure">The figure's name, such as "test accuracy".</param>
/// <param name="Bound">Where it should be at least, or at most.</param>
/// <param name="IsAtLeast">Whether the bound is the least value.</param>
internal readonly record struct Goal(string Figure, double Bound, bool IsAtLeast)
{
    public static Goal AtLeast(string figure, double bound) => new(figure, bound, true);

    public static Goal AtMost(string figure, double bound) => new(figure, bound, false);

    /// <summary>Whether a figure reaches it; one that is not a number does not.</summary>
    public bool IsMet(double value) => IsAtLeast ? value >= Bound : value <= Bound;

    /// <summary>A figure as the last line of a lesson shows it.</summary>
    public string Show(double value) => string.Create(CultureInfo.InvariantCulture, $"{Figure} {value:0.0000}");

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Figure} {(IsAtLeast ? "≥" : "≤")} {Bound:0.####}");
}
