using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>p ← keep · p − rate · u, for an update u that was computed as a whole tensor.</summary>
internal readonly record struct ScaledStep(double Rate, double Keep = 1) : IUpdate<ScaledStep>
{
    public static int States => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<R>(ref R p, R g, ref R unused1, ref R unused2, ref R unused3)
        where R : struct, IReal<R> => p = (p * Keep) - (g * Rate);
}
