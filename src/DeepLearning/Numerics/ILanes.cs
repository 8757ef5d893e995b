namespace DeepLearning.Numerics;

/// <summary>A fixed number of elements computed together, with access to memory.</summary>
/// <typeparam name="V">The implementing type.</typeparam>
/// <typeparam name="T">
/// The element type: <see cref="float"/>, <see cref="double"/>, <see cref="int"/>, <see cref="long"/> or <see cref="byte"/>.
/// </typeparam>
public interface ILanes<V, T> : IReal<V>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    /// <summary>The number of elements.</summary>
    static abstract int Width { get; }

    /// <summary>Whether the processor computes this width at once.</summary>
    static abstract bool IsHardwareAccelerated { get; }

    /// <summary>All elements equal to <paramref name="value"/>.</summary>
    /// <param name="value">The value.</param>
    static abstract V Create(T value);

    /// <summary>
    /// Reads <see cref="Width"/> elements from <paramref name="source"/>[<paramref name="offset"/>] on, unchecked and unaligned.
    /// </summary>
    /// <param name="source">The element at offset 0.</param>
    /// <param name="offset">The distance of the first element read, in elements.</param>
    static abstract V Load(ref readonly T source, nuint offset);

    /// <summary>Writes the elements from <paramref name="destination"/>[<paramref name="offset"/>] on, unchecked and unaligned.</summary>
    /// <param name="destination">The element at offset 0.</param>
    /// <param name="offset">The distance of the first element written, in elements.</param>
    void Store(ref T destination, nuint offset);

    /// <summary>
    /// As <see cref="Store"/>, past the caches where the processor can: for results too large to be found there again. The address must be
    /// a multiple of the vector's size.
    /// </summary>
    /// <param name="destination">The element at offset 0, in memory that does not move.</param>
    /// <param name="offset">The distance of the first element written, in elements.</param>
    void StoreNonTemporal(ref T destination, nuint offset);
}
