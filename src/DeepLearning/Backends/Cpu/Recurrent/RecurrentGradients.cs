using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>Some units of some rows in a step of the way back: each pointer is at the first unit of the first row.</summary>
internal unsafe struct BackwardUnits<T>
    where T : unmanaged
{
    /// <summary>How many rows <see cref="Sums"/> has: what the step after hands back.</summary>
    public int Given;

    /// <summary>How many rows this step has.</summary>
    public int Rows;
    public int FirstRow;
    public int Unit;
    public int Units;
    public nint Hidden;
    public T* Sums;
    public nint SumStride;
    public T* Gates;
    public nint GateStride;
    public T* DGates;
    public nint DGateStride;
    public T* Kept;
    public T* DOutput;
    public nint DOutputStride;
    public T* DHidden;
    public T* DCell;

    /// <summary>The hidden states of a GRU, or the cell states of an LSTM, before the step; from the first unit and row of all.</summary>
    public PreviousRows<T> Before;

    /// <summary>The same from a later unit on.</summary>
    public readonly BackwardUnits<T> From(int unit)
    {
        BackwardUnits<T> rest = this;
        rest.Unit += unit;
        rest.Units -= unit;
        rest.Sums += unit;
        rest.Gates += unit;
        rest.DGates += unit;
        rest.Kept = Kept == null ? null : Kept + unit;
        rest.DOutput += unit;
        rest.DHidden += unit;
        rest.DCell = DCell == null ? null : DCell + unit;
        return rest;
    }
}

/// <summary>The gradients of the gates and states of a step, over whole vectors; a rest of units is done one by one.</summary>
internal static unsafe class RecurrentGradients<T>
    where T : unmanaged, INumber<T>
{
    public static void Backward(RecurrentKind kind, in BackwardUnits<T> units)
    {
        BackwardWork work = new(kind, units);
        Widest.RunWithin<BackwardWork, T>(ref work, units.Units);
    }

    private readonly struct BackwardWork(RecurrentKind kind, in BackwardUnits<T> units) : IVectorWork<T>
    {
        private readonly BackwardUnits<T> _units = units;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T>
        {
            Step<V>(kind, _units);
            int done = _units.Units - (_units.Units % V.Width);
            if (done < _units.Units)
            {
                Step<Lane<T>>(kind, _units.From(done));
            }
        }
    }

    /// <summary>The whole vectors of the units.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Step<V>(RecurrentKind kind, in BackwardUnits<T> units)
        where V : struct, ILanes<V, T>
    {
        if (kind == RecurrentKind.GRU)
        {
            Take<V, Added>(units);
            Gru<V>(units);
            return;
        }

        Take<V, Replaced>(units);
        switch (kind)
        {
            case RecurrentKind.Tanh:
                Simple<V, TanhOp>(units);
                break;
            case RecurrentKind.Relu:
                Simple<V, ReluOp>(units);
                break;
            default:
                Lstm<V>(units);
                break;
        }
    }

    /// <summary>
    /// What the step after hands back becomes the gradient of the state; in a GRU it is added to what went past the gates.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Take<V, TMode>(in BackwardUnits<T> units)
        where V : struct, ILanes<V, T>
        where TMode : struct, ITakeMode
    {
        T* sums = units.Sums, state = units.DHidden;
        for (int row = 0; row < units.Given; row++)
        {
            for (nint j = 0; j <= units.Units - V.Width; j += V.Width)
            {
                V sum = V.Load(ref *sums, (nuint)j);
                (TMode.Adds ? sum + V.Load(ref *state, (nuint)j) : sum).Store(ref *state, (nuint)j);
            }

            sums += units.SumStride;
            state += units.Hidden;
        }
    }

    /// <summary>The gradient before an activation, from its result.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Simple<V, TOp>(in BackwardUnits<T> units)
        where V : struct, ILanes<V, T>
        where TOp : struct, IUnaryOp<TOp>
    {
        T* gates = units.Gates, dgates = units.DGates, doutput = units.DOutput, dhidden = units.DHidden;
        for (int row = 0; row < units.Rows; row++)
        {
            for (nint j = 0; j <= units.Units - V.Width; j += V.Width)
            {
                // Of a rectifier the result tells on which side of 0 its argument is, too.
                V y = V.Load(ref *gates, (nuint)j), dh = V.Load(ref *doutput, (nuint)j) + V.Load(ref *dhidden, (nuint)j);
                TOp.Backward(default, y, y, dh).Store(ref *dgates, (nuint)j);
            }

            gates += units.GateStride;
            dgates += units.DGateStride;
            doutput += units.DOutputStride;
            dhidden += units.Hidden;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Lstm<V>(in BackwardUnits<T> units)
        where V : struct, ILanes<V, T>
    {
        V one = V.Create(T.One);
        nint hidden = units.Hidden;
        T* gates = units.Gates, dgates = units.DGates, cell = units.Kept;
        T* doutput = units.DOutput, dhidden = units.DHidden, dcell = units.DCell;
        for (int row = 0; row < units.Rows; row++)
        {
            T* before = units.Before.Row(units.FirstRow + row, hidden) + units.Unit;
            for (nint j = 0; j <= units.Units - V.Width; j += V.Width)
            {
                V i = V.Load(ref *gates, (nuint)j), f = V.Load(ref *gates, (nuint)(hidden + j));
                V g = V.Load(ref *gates, (nuint)((2 * hidden) + j)), o = V.Load(ref *gates, (nuint)((3 * hidden) + j));
                V dh = V.Load(ref *doutput, (nuint)j) + V.Load(ref *dhidden, (nuint)j), t = V.Tanh(V.Load(ref *cell, (nuint)j));
                V dc = V.Load(ref *dcell, (nuint)j) + (dh * o * (one - (t * t)));
                (dc * g * (i * (one - i))).Store(ref *dgates, (nuint)j);
                (dc * V.Load(ref *before, (nuint)j) * (f * (one - f))).Store(ref *dgates, (nuint)(hidden + j));
                (dc * i * (one - (g * g))).Store(ref *dgates, (nuint)((2 * hidden) + j));
                (dh * t * (o * (one - o))).Store(ref *dgates, (nuint)((3 * hidden) + j));
                (dc * f).Store(ref *dcell, (nuint)j);
            }

            gates += units.GateStride;
            dgates += units.DGateStride;
            cell += hidden;
            doutput += units.DOutputStride;
            dhidden += hidden;
            dcell += hidden;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Gru<V>(in BackwardUnits<T> units)
        where V : struct, ILanes<V, T>
    {
        V one = V.Create(T.One);
        nint hidden = units.Hidden;
        T* gates = units.Gates, dgates = units.DGates, recurrent = units.Kept;
        T* doutput = units.DOutput, dhidden = units.DHidden;
        for (int row = 0; row < units.Rows; row++)
        {
            T* before = units.Before.Row(units.FirstRow + row, hidden) + units.Unit;
            for (nint j = 0; j <= units.Units - V.Width; j += V.Width)
            {
                V r = V.Load(ref *gates, (nuint)j), z = V.Load(ref *gates, (nuint)(hidden + j));
                V n = V.Load(ref *gates, (nuint)((2 * hidden) + j));
                V dh = V.Load(ref *doutput, (nuint)j) + V.Load(ref *dhidden, (nuint)j);
                V dn = dh * (one - z) * (one - (n * n));
                dn.Store(ref *dgates, (nuint)j);
                (dn * V.Load(ref *recurrent, (nuint)j) * (r * (one - r))).Store(ref *dgates, (nuint)(hidden + j));
                (dh * (V.Load(ref *before, (nuint)j) - n) * (z * (one - z))).Store(ref *dgates, (nuint)((2 * hidden) + j));
                (dn * r).Store(ref *dgates, (nuint)((3 * hidden) + j));
                (dh * z).Store(ref *dhidden, (nuint)j);
            }

            gates += units.GateStride;
            dgates += units.DGateStride;
            recurrent += hidden;
            doutput += units.DOutputStride;
            dhidden += hidden;
        }
    }

    private interface ITakeMode
    {
        static abstract bool Adds { get; }
    }

    private readonly struct Added : ITakeMode
    {
        public static bool Adds => true;
    }

    private readonly struct Replaced : ITakeMode
    {
        public static bool Adds => false;
    }
}
