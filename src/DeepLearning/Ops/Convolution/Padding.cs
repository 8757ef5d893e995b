namespace DeepLearning;

/// <summary>
/// What a convolution adds around its input: so many elements on each side of an axis, or <see cref="Same"/>. A number stands for every
/// axis, a pair for height and width.
/// </summary>
public readonly record struct Padding
{
    private readonly PerAxis _amount;

    private Padding(PerAxis amount, bool isSame)
    {
        _amount = amount;
        IsSame = isSame;
    }

    /// <summary>No padding: only where the whole kernel lies in the input.</summary>
    public static Padding Valid => default;

    /// <summary>
    /// As much as keeps the size at stride 1: dilation · (kernel − 1) elements per axis, the odd one at the end.
    /// </summary>
    public static Padding Same => new(default, true);

    /// <summary>Whether this is <see cref="Same"/>.</summary>
    public bool IsSame { get; }

    /// <summary>The elements on each side; 0 for <see cref="Same"/>, where they follow from the kernel.</summary>
    public PerAxis Amount => _amount;

    /// <summary>As many elements on each side of every axis.</summary>
    /// <param name="every">The number of elements.</param>
    public static implicit operator Padding(int every) => new(every, false);

    /// <summary>So many elements above and below, and left and right.</summary>
    /// <param name="pair">Height first, then width.</param>
    public static implicit operator Padding((int Height, int Width) pair) => new(pair, false);

    /// <summary>So many elements before and behind, above and below, and left and right.</summary>
    /// <param name="triple">Depth first, then height and width.</param>
    public static implicit operator Padding((int Depth, int Height, int Width) triple) => new(triple, false);

    /// <summary>So many elements on both sides of each axis.</summary>
    /// <param name="amount">The numbers of elements.</param>
    public static implicit operator Padding(PerAxis amount) => new(amount, false);

    /// <summary>The number, the numbers, or <c>same</c>.</summary>
    public override string ToString() => IsSame ? "same" : _amount.ToString();

    /// <summary>Refuses negative amounts, numbers for another number of axes, and "same" with a stride.</summary>
    internal void Check(int axes, PerAxis stride, string operation)
    {
        _amount.Check(axes, 0, "padding", operation);
        if (IsSame && stride != 1)
        {
            throw new ArgumentException($"{operation}: padding \"same\" needs a stride of 1, not {stride}.", nameof(stride));
        }
    }

    /// <summary>The elements before and after each axis, the last axis first, as <see cref="Tensor.Pad"/> takes them.</summary>
    internal int[] Around(ReadOnlySpan<int> kernel, PerAxis dilation)
    {
        int[] around = new int[2 * kernel.Length];
        for (int axis = 0; axis < kernel.Length; axis++)
        {
            int at = 2 * (kernel.Length - 1 - axis), all = IsSame ? checked(dilation[axis] * (kernel[axis] - 1)) : 0;
            (around[at], around[at + 1]) = IsSame ? (all / 2, all - (all / 2)) : (_amount[axis], _amount[axis]);
        }

        return around;
    }
}
