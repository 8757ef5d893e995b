namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>Where an operation is differentiable: what its checked inputs are drawn from.</summary>
internal enum Draw
{
    /// <summary>Between −2.4 and 2.4, all different, away from the multiples of ½ where formulas have their kinks.</summary>
    Real,

    /// <summary>Between 0.3 and 2.7.</summary>
    Positive,

    /// <summary>Between −0.9 and 0.9.</summary>
    Unit,

    /// <summary>Between 0.1 and 0.9.</summary>
    Probability,

    /// <summary>Between 1.2 and 3.</summary>
    AboveOne,
}

/// <summary>An input of a row: what its numbers are drawn from, and its shape.</summary>
internal sealed record SweepInput(Draw From, params int[] Shape);

/// <summary>One differentiable function with inputs that it is checked on.</summary>
/// <param name="Name">The public member, with what tells rows of the same member apart after a colon.</param>
/// <param name="Function">The function of the checked inputs.</param>
/// <param name="Inputs">Its inputs.</param>
internal sealed record SweepRow(string Name, Func<Tensor[], Tensor> Function, params SweepInput[] Inputs)
{
    /// <summary>Takes any shapes that broadcast: checked on empty, one-element, stretched and zero-dimensional inputs too.</summary>
    public bool IsElementwise { get; init; }

    /// <summary>Shapes of the inputs to check besides those of <see cref="Inputs"/>.</summary>
    public int[][][] MoreShapes { get; init; } = [];

    /// <summary>How often a result of a 16-bit type is rounded: once by an operation, more by a row made of several.</summary>
    public double Roundings { get; init; } = 1.02;

    /// <summary>The member alone.</summary>
    public string Member => Name.Split(':')[0];

    public override string ToString() => Name;
}
