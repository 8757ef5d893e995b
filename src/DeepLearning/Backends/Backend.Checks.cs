namespace DeepLearning;

/// <content>
/// Checks of values. Where reading means waiting, a wrong one is told when the next is read; something harmless stands for it till then.
/// </content>
internal abstract partial class Backend
{
    /// <summary>Whether checks are not waited for: <see cref="CheckLater"/> and <see cref="RefuseLater"/> exist.</summary>
    public virtual bool DefersChecks => false;

    /// <summary>
    /// Contiguous int64 indices within their bounds: negative ones counted from the end, 0 in place of those that are out of bounds. The
    /// first of these is an error when a value is read.
    /// </summary>
    /// <param name="index">The indices.</param>
    /// <param name="bounds">The bounds; the upper one is above 0.</param>
    /// <param name="error">The error, of the index's position and itself in words.</param>
    public virtual Tensor CheckLater(Tensor index, in IndexBounds bounds, Func<long, string, Exception> error) =>
        throw new NotSupportedException($"{index.Device} checks at once.");

    /// <summary>Makes it an error, when a value is read, that an element is true.</summary>
    public virtual void RefuseLater(Tensor isWrong, Func<Exception> error) =>
        throw new NotSupportedException($"{isWrong.Device} checks at once.");

    /// <summary>As <see cref="CheckLater"/>, recorded, so that a trace checks again what it is given.</summary>
    public static Tensor Checked(Tensor index, in IndexBounds bounds, Func<long, string, Exception> error) => Recording.Of(
        new CheckOperation(bounds, error), index.Backend.CheckLater(index, in bounds, error), index);

    /// <summary>Throws an error if an element is true: at once, or when a value is read.</summary>
    public static void Refuse(Tensor isWrong, Func<Exception> error)
    {
        if (isWrong.Backend.DefersChecks)
        {
            isWrong.Backend.RefuseLater(isWrong, error);
        }
        else if (isWrong.Any().Item<bool>())
        {
            throw error();
        }
    }
}

/// <summary>Indices as <see cref="Backend.CheckLater"/> gives them.</summary>
file readonly struct CheckOperation(IndexBounds bounds, Func<long, string, Exception> error) : IOperation
{
    public string Name => "CheckIndices";

    public void Describe(OperationAttributes attributes) => attributes.Add("low", bounds.Low).Add("high", bounds.High);

    public Replay CreateReplay()
    {
        (IndexBounds own, Func<long, string, Exception> wrong) = (bounds, error);
        return (inputs, outputs) => outputs[0] = Backend.Checked(inputs[0]!.Contiguous(), own, wrong);
    }
}

/// <summary>Bounds of indices: low ≤ index &lt; high, or a value that passes unchanged.</summary>
internal readonly record struct IndexBounds(long Low, long High, long? Passed = null);
