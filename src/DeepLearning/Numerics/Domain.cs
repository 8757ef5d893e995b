namespace DeepLearning.Numerics;

/// <summary>The element types a formula is defined for.</summary>
public enum Domain
{
    /// <summary>Floating-point numbers only: integer and boolean inputs are promoted to float32 first.</summary>
    FloatingPoint,

    /// <summary>Integers too: the formula uses only arithmetic, comparisons, selection, absolute value, minimum and maximum.</summary>
    AnyNumber,
}
