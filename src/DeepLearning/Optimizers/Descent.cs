using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>Which way a step goes, part of every update: down or up the slope, and towards 0 by weight decay.</summary>
/// <param name="Sign">1 to descend, −1 to climb.</param>
/// <param name="Decay">The strength of weight decay that is added to the gradient; 0 for none.</param>
/// <param name="Keep">What decoupled weight decay leaves of the parameter, 1 − lr · λ; 1 for none.</param>
internal readonly record struct Descent(double Sign, double Decay, double Keep = 1)
{
    /// <summary>sign · g + decay · p, and p ← keep · p; not touched where there is nothing of the kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Direction<R>(ref R p, R g)
        where R : struct, IReal<R>
    {
        if (Sign < 0)
        {
            g = -g;
        }

        if (Decay != 0)
        {
            g = R.MultiplyAdd(p, Decay, g);
        }

        if (Keep != 1)
        {
            p *= Keep;
        }

        return g;
    }
}
