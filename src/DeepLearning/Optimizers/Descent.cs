using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>Which way a step goes, part of every update: down or up the slope, and towards 0 by weight decay.</summary>
/// <param name="Sign">1 to descend, −1 to climb.</param>
/// <param name="Decay">The strength of weight decay; 0 for none.</param>
internal readonly record struct Descent(double Sign, double Decay)
{
    /// <summary>sign · g + decay · p; not touched where there is neither.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Direction<R>(R p, R g)
        where R : struct, IReal<R>
    {
        if (Sign < 0)
        {
            g = -g;
        }

        return Decay == 0 ? g : R.MultiplyAdd(p, Decay, g);
    }
}
