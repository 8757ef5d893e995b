namespace DeepLearning;

/// <summary>
/// What a convolution adds around its input: so many elements on each side of an axis, or <see cref="Same"/>. A number stands for both
/// axes, a pair for height and width.
/// </summary>
public readonly record struct Padding
{
    private readonly Pair _amount;

    private Padding(Pair amount, bool isSame)
    {
        _amount = amount;
        IsSame = isSame;
    }

    /// <summary>No padding: only where the whole kernel lies in the input.</summary>
    public static Padding Valid => default;

    /// <summary>
    /// As much as keeps the size at stride 1: dilation · (kernel − 1) elements an axis, the odd one at the end.
    /// </summary>
    public static Padding Same => new(default, true);

    /// <summary>Whether this is <see cref="Same"/>.</summary>
    public bool IsSame { get; }

    /// <summary>The elements on each side; 0 for <see cref="Same"/>, where they follow from the kernel.</summary>
    public Pair Amount => _amount;

    /// <summary>As many elements on each side of both axes.</summary>
    /// <param name="both">The number of elements.</param>
    public static implicit operator Padding(int both) => new(both, false);

    /// <summary>So many elements above and below, and left and right.</summary>
    /// <param name="pair">Height first, then width.</param>
    public static implicit operator Padding((int Height, int Width) pair) => new(pair, false);

    /// <summary>So many elements above and below, and left and right.</summary>
    /// <param name="pair">The numbers of elements.</param>
    public static implicit operator Padding(Pair pair) => new(pair, false);

    /// <summary>The number, the pair, or <c>same</c>.</summary>
    public override string ToString() => IsSame ? "same" : _amount.ToString();
}
