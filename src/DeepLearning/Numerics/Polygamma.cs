namespace DeepLearning.Numerics;

/// <summary>Higher derivatives of ln Γ(x), as compositions over any number type so that they differentiate further.</summary>
internal static class Polygamma
{
    private const int Shift = 10;

    /// <summary>
    /// The third derivative of ln Γ(x): reflection below 0, the recurrence ψ″(x) = ψ″(x + 1) − 2/x³ up to x + 10, then the asymptotic
    /// series −1/x² − 1/x³ − 1/(2x⁴) + 1/(6x⁶) − 1/(6x⁸) + 3/(10x¹⁰) − 5/(6x¹²) (Abramowitz and Stegun 6.4.13).
    /// </summary>
    public static R Tetragamma<R>(R x)
        where R : struct, IReal<R>
    {
        Mask<R> reflected = R.LessOrEqual(x, 0.0);
        R positive = R.Select(reflected, 1.0 - x, x);
        R sum = 0.0;
        R t = positive;
        for (int i = 0; i < Shift; i++)
        {
            sum += 2.0 / (t * t * t);
            t += 1.0;
        }

        R w = 1.0 / (t * t);
        R tail = R.MultiplyAdd(w, -5.0 / 6.0, 3.0 / 10.0);
        tail = R.MultiplyAdd(w, tail, -1.0 / 6.0);
        tail = R.MultiplyAdd(w, tail, 1.0 / 6.0);
        tail = R.MultiplyAdd(w, tail, -0.5);
        R value = (w * ((w * tail) - (1.0 / t) - 1.0)) - sum;

        // ψ″(1 − x) − ψ″(x) = 2π³ cos(πx) / sin³(πx); the other branch gets a harmless angle.
        R angle = Math.PI * R.Select(reflected, x - R.Round(x), 0.25);
        R sine = R.Sin(angle);
        R cotangentTerm = 2.0 * Math.PI * Math.PI * Math.PI * R.Cos(angle) / (sine * sine * sine);
        return R.Select(reflected, value - cotangentTerm, value);
    }
}
