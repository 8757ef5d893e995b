namespace DeepLearning.Numerics;

/// <summary>An elementwise yes-or-no question about two numbers, written once over any number type.</summary>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
public interface IPredicate<TSelf>
    where TSelf : struct, IPredicate<TSelf>
{
    /// <summary>The element types the formula is defined for.</summary>
    static virtual Domain Domain => Domain.AnyNumber;

    /// <summary>The answer for (a, b).</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="a">The first argument.</param>
    /// <param name="b">The second argument.</param>
    Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R>;

    /// <summary>Names the formula's parameters, for whoever reads a <see cref="Graph"/>. The default names none.</summary>
    /// <param name="attributes">Receives them.</param>
    void Describe(OperationAttributes attributes)
    {
    }
}
