namespace DeepLearning.Numerics;

/// <summary>Operands of an elementwise function, for what a gradient reads: the others need not be kept for the backward pass.</summary>
[Flags]
public enum Operands
{
    /// <summary>None of them: the gradient is a constant times the output's gradient.</summary>
    None = 0,

    /// <summary>The first operand, a.</summary>
    First = 1,

    /// <summary>The second operand, b.</summary>
    Second = 2,

    /// <summary>The third operand, c.</summary>
    Third = 4,

    /// <summary>All of them.</summary>
    All = First | Second | Third,
}
