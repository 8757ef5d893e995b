namespace DeepLearning.Numerics;

/// <summary>The coefficients of a polynomial, the constant first.</summary>
internal interface ICoefficients
{
    static abstract ReadOnlySpan<double> Values { get; }
}
