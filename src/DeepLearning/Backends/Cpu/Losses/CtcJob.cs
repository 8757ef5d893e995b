using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The forward pass over the paths of CTC, or the backward one with the gradient where <see cref="Dx"/> is set: a sequence per chunk, in
/// logarithms and in double precision. All operands are contiguous.
/// </summary>
internal unsafe struct CtcJob<T> : IJob
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Sequences;
    public int Classes;
    public int Steps;
    public int States;
    public int Blank;
    public T* X;
    public long* Labels;
    public long* InputLengths;
    public long* TargetLengths;
    public double* Paths;
    public double* Exact;
    public T* Losses;
    public T* Gradient;
    public T* Dx;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        long* labels = Labels + ((long)chunk * States);
        double* paths = Paths + ((long)chunk * Steps * States);
        int steps = (int)InputLengths[chunk], states = (2 * (int)TargetLengths[chunk]) + 1;
        if (Dx == null)
        {
            double loss = -Forward(X + ((long)chunk * Classes), labels, paths, steps, states);
            Exact[chunk] = loss;
            Losses[chunk] = T.CreateTruncating(loss);
        }
        else if (steps > 0 && !double.IsPositiveInfinity(Exact[chunk]))
        {
            using Scratch<double> ahead = new(2L * states);
            Backward(
                X + ((long)chunk * Classes), labels, paths, steps, states, Exact[chunk], double.CreateTruncating(Gradient[chunk]),
                Dx + ((long)chunk * Classes), ahead.Pointer, ahead.Pointer + states);
        }
    }

    /// <summary>log α: of all paths up to a step that end in a state. Returns the logarithm of the whole probability.</summary>
    private readonly double Forward(T* x, long* labels, double* paths, int steps, int states)
    {
        if (steps == 0)
        {
            return states == 1 ? 0 : double.NegativeInfinity;
        }

        for (int s = 0; s < states; s++)
        {
            paths[s] = s < 2 ? At(x, labels[s]) : double.NegativeInfinity;
        }

        for (int step = 1; step < steps; step++)
        {
            T* row = x + ((long)step * Sequences * Classes);
            double* last = paths + ((long)(step - 1) * States), own = last + States;
            for (int s = 0; s < states; s++)
            {
                double one = s > 0 ? last[s - 1] : double.NegativeInfinity;
                double two = MayJump(labels, s) ? last[s - 2] : double.NegativeInfinity;
                own[s] = LogSum(last[s], one, two) + At(row, labels[s]);
            }
        }

        double* end = paths + ((long)(steps - 1) * States);
        return LogSum(end[states - 1], states > 1 ? end[states - 2] : double.NegativeInfinity, double.NegativeInfinity);
    }

    /// <summary>
    /// log β without the step's own probability, from the last step on, and with it the share of the paths that pass a state at a step,
    /// which is the negative gradient of that step's log-probability.
    /// </summary>
    private readonly void Backward(
        T* x, long* labels, double* paths, int steps, int states, double loss, double gradient, T* dx, double* ahead, double* next)
    {
        for (int s = 0; s < states; s++)
        {
            ahead[s] = s >= states - 2 ? 0 : double.NegativeInfinity;
        }

        for (int step = steps - 1; step >= 0; step--)
        {
            double* own = paths + ((long)step * States);
            T* slopes = dx + ((long)step * Sequences * Classes), row = x + ((long)step * Sequences * Classes);
            for (int s = 0; s < states; s++)
            {
                double share = Exp<Lane<double>>(own[s] + ahead[s] + loss).Value;
                slopes[labels[s]] -= T.CreateTruncating(gradient * share);
                next[s] = ahead[s] + At(row, labels[s]);
            }

            for (int s = 0; s < states; s++)
            {
                double one = s + 1 < states ? next[s + 1] : double.NegativeInfinity;
                double two = s + 2 < states && MayJump(labels, s + 2) ? next[s + 2] : double.NegativeInfinity;
                ahead[s] = LogSum(next[s], one, two);
            }
        }
    }

    /// <summary>Whether a path may come to a label from the one before, without the blank between them.</summary>
    private readonly bool MayJump(long* labels, int state) =>
        state >= 2 && labels[state] != Blank && labels[state] != labels[state - 2];

    private static double At(T* row, long label) => double.CreateTruncating(row[label]);

    private static double LogSum(double a, double b, double c)
    {
        double peak = Math.Max(Math.Max(a, b), c);
        return double.IsNegativeInfinity(peak)
            ? peak
            : peak + LogSum<Lane<double>>(a - peak, b - peak, c - peak).Value;
    }

    // The library's own functions, which give the same bits everywhere.
    private static R LogSum<R>(R a, R b, R c)
        where R : struct, IReal<R> => R.Log(R.Exp(a) + R.Exp(b) + R.Exp(c));

    private static R Exp<R>(R x)
        where R : struct, IReal<R> => R.Exp(x);
}
