using DeepLearning.Layers;

namespace DeepLearning.Losses;

/// <summary>
/// Sums over a model's parameters that are added to its loss, so that they stay small.
/// <code>
/// Trainer trainer = new(model, optimizer, (y, t) =&gt; Loss.MSE(y, t) + Penalty.L1(model, 1e-4, "*weight"));
/// </code>
/// </summary>
/// <remarks>
/// A pattern is compared with the names of <see cref="Module.NamedParameters"/>, whole: <c>*</c> stands for any run of characters, dots
/// included, <c>?</c> for one. Parameters that do not require a gradient count, too.
/// </remarks>
public static class Penalty
{
    /// <summary>
    /// factor · Σ |w|, whose gradient is the factor by the sign (Tibshirani, "Regression shrinkage and selection via the lasso", 1996).
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="pattern">Which parameters count.</param>
    /// <returns>One number, recorded.</returns>
    /// <exception cref="ArgumentException">The factor is negative or not finite, or the pattern fits no parameter.</exception>
    public static Tensor L1(Module module, double factor, string pattern = "*") =>
        Sum(module, factor, pattern, "L1", static w => w.Norm(1));

    /// <summary>
    /// factor · Σ w², whose gradient is that of PyTorch's <c>weight_decay</c> of twice the factor.
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="pattern">Which parameters count.</param>
    /// <returns>One number, recorded.</returns>
    /// <exception cref="ArgumentException">The factor is negative or not finite, or the pattern fits no parameter.</exception>
    public static Tensor L2(Module module, double factor, string pattern = "*") =>
        Sum(module, factor, pattern, "L2", static w => w.Square().Sum());

    private static Tensor Sum(Module module, double factor, string pattern, string name, Func<Tensor, Tensor> term)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(pattern);
        if (!(factor >= 0) || double.IsInfinity(factor))
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, $"Penalty.{name}: the factor is 0 or more, and finite.");
        }

        Tensor? total = null;
        foreach ((string path, Parameter parameter) in module.NamedParameters())
        {
            if (Fits(path, pattern))
            {
                Tensor own = term(parameter.To(parameter.DType.Compute()));
                total = total is null ? own : total + own;
            }
        }

        return total is not null
            ? total * factor
            : throw new ArgumentException($"Penalty.{name}: the pattern '{pattern}' fits no parameter of {module.GetType().Name}; it has "
                + $"{string.Join(", ", module.NamedParameters().Select(static p => p.Name))}.", nameof(pattern));
    }

    /// <summary>Whether a name is one that a pattern stands for.</summary>
    private static bool Fits(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        int at = 0, part = 0, star = -1, resume = 0;
        while (at < name.Length)
        {
            if (part < pattern.Length && pattern[part] == '*')
            {
                (star, resume) = (part++, at);
            }
            else if (part < pattern.Length && (pattern[part] == '?' || pattern[part] == name[at]))
            {
                (at, part) = (at + 1, part + 1);
            }
            else if (star >= 0)
            {
                // The last star takes one character more.
                (part, at) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern[part..].TrimStart('*').IsEmpty;
    }
}
