using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>What the updates share.</summary>
internal static class Descent
{
    /// <summary>The gradient with its sign and with weight decay: sign · g + decay · p. Not touched where there is neither.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Direction<R>(R p, R g, double sign, double decay)
        where R : struct, IReal<R>
    {
        if (sign < 0)
        {
            g = -g;
        }

        return decay == 0 ? g : R.MultiplyAdd(p, decay, g);
    }
}
