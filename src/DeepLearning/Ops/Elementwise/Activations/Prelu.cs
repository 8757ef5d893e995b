using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Rectified linear unit with learned slopes: y = x where x &gt; 0, else w · x; the gradient at 0 is w. He and others, "Delving
    /// deep into rectifiers", 2015.
    /// </summary>
    /// <param name="weight">The slopes: one, or one for each length of axis 1 (the channels); of a vector, one for each element.</param>
    /// <exception cref="ShapeException">The weights are neither one nor as many as there are channels.</exception>
    public Tensor Prelu(Tensor weight)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Prelu");
            return cast.Of(this).Prelu(cast.Of(weight));
        }

        ArgumentNullException.ThrowIfNull(weight);
        int channels = Rank == 0 ? 1 : Size(Rank == 1 ? 0 : 1);
        if (weight.Count != 1 && weight.Count != channels)
        {
            throw new ShapeException(
                $"Prelu: {weight.Count} weights do not fit a tensor {Shape}; give one, or {channels}, one for each channel (axis 1).");
        }

        int[] shape = new int[Math.Max(Rank, 1)];
        Array.Fill(shape, 1);
        shape[Rank > 1 ? 1 : 0] = (int)weight.Count;
        return Map(Rank == 0 ? weight.Reshape([]) : weight.Reshape(shape), default(PreluOp));
    }
}

internal readonly struct PreluOp : IBinaryOp<PreluOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Select(R.Less(0.0, a), a, a * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in PreluOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(0.0, a), dy, dy * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in PreluOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(0.0, a), 0.0, dy * a);
}
