using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>Some units of some rows in a step: each pointer is at the first unit of the first row.</summary>
internal unsafe struct ForwardUnits<T>
    where T : unmanaged
{
    public int Rows;
    public int Units;
    public nint Hidden;

    /// <summary>The products with the state before: a stretch of <see cref="Width"/> for each gate.</summary>
    public T* Sums;
    public nint SumStride;
    public nint Width;

    /// <summary>What the inputs gave, <see cref="Hidden"/> from gate to gate; receives the gates.</summary>
    public T* Gates;
    public nint GateStride;
    public T* State;
    public T* Output;
    public T* Cell;
    public T* Kept;
    public T* NewBias;

    /// <summary>The same from a later unit on.</summary>
    public readonly ForwardUnits<T> From(int unit)
    {
        ForwardUnits<T> rest = this;
        rest.Units -= unit;
        rest.Sums += unit;
        rest.Gates += unit;
        rest.State += unit;
        rest.Output += unit;
        rest.Cell = Cell == null ? null : Cell + unit;
        rest.Kept = Kept == null ? null : Kept + unit;
        rest.NewBias = NewBias == null ? null : NewBias + unit;
        return rest;
    }
}

/// <summary>
/// The gates and states of a step. Each method has one transcendental function and runs over whole vectors; a rest of units is done one by
/// one, by the same formula and to the same bits.
/// </summary>
internal static unsafe class RecurrentUnits<T>
    where T : unmanaged, INumber<T>
{
    public static void Forward(RecurrentKind kind, in ForwardUnits<T> units)
    {
        ForwardWork work = new(kind, units);
        Widest.RunWithin<ForwardWork, T>(ref work, units.Units);
    }

    private readonly struct ForwardWork(RecurrentKind kind, in ForwardUnits<T> units) : IVectorWork<T>
    {
        private readonly ForwardUnits<T> _units = units;

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
    private static void Step<V>(RecurrentKind kind, in ForwardUnits<T> units)
        where V : struct, ILanes<V, T>
    {
        switch (kind)
        {
            case RecurrentKind.Tanh:
                Activate<V, TanhOp>(units, 0);
                break;
            case RecurrentKind.Relu:
                Activate<V, ReluOp>(units, 0);
                break;
            case RecurrentKind.LSTM:
                Activate<V, SigmoidOp>(units, 0);
                Activate<V, SigmoidOp>(units, 1);
                Activate<V, TanhOp>(units, 2);
                Activate<V, SigmoidOp>(units, 3);
                Lstm<V>(units);
                break;
            default:
                Activate<V, SigmoidOp>(units, 0);
                Activate<V, SigmoidOp>(units, 1);
                Gru<V>(units);
                break;
        }
    }

    /// <summary>gate = f(gate + sum)</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Activate<V, TOp>(in ForwardUnits<T> units, int gate)
        where V : struct, ILanes<V, T>
        where TOp : struct, IUnaryOp<TOp>
    {
        T* sums = units.Sums + (gate * units.Width), gates = units.Gates + (gate * units.Hidden);
        TOp op = default;
        for (int row = 0; row < units.Rows; row++)
        {
            for (nint j = 0; j <= units.Units - V.Width; j += V.Width)
            {
                op.Forward(V.Load(ref *gates, (nuint)j) + V.Load(ref *sums, (nuint)j)).Store(ref *gates, (nuint)j);
            }

            sums += units.SumStride;
            gates += units.GateStride;
        }
    }

    /// <summary>c = f c + i g; h = o tanh c</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Lstm<V>(in ForwardUnits<T> units)
        where V : struct, ILanes<V, T>
    {
        nint hidden = units.Hidden;
        T* gates = units.Gates, cell = units.Cell, output = units.Output, kept = units.Kept;
        for (int row = 0; row < units.Rows; row++)
        {
            for (nint j = 0; j <= units.Units - V.Width; j += V.Width)
            {
                V i = V.Load(ref *gates, (nuint)j), f = V.Load(ref *gates, (nuint)(hidden + j));
                V g = V.Load(ref *gates, (nuint)((2 * hidden) + j)), o = V.Load(ref *gates, (nuint)((3 * hidden) + j));
                V c = (f * V.Load(ref *cell, (nuint)j)) + (i * g);
                c.Store(ref *cell, (nuint)j);
                if (kept != null)
                {
                    c.Store(ref *kept, (nuint)j);
                }

                (o * V.Tanh(c)).Store(ref *output, (nuint)j);
            }

            gates += units.GateStride;
            cell += hidden;
            output += hidden;
            kept = kept == null ? null : kept + hidden;
        }
    }

    /// <summary>n = tanh(n + r (sum + bias)); h = n + z (h − n)</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Gru<V>(in ForwardUnits<T> units)
        where V : struct, ILanes<V, T>
    {
        nint hidden = units.Hidden;
        T* gates = units.Gates, state = units.State, output = units.Output, kept = units.Kept;
        T* sums = units.Sums + (2 * units.Width);
        for (int row = 0; row < units.Rows; row++)
        {
            for (nint j = 0; j <= units.Units - V.Width; j += V.Width)
            {
                V recurrent = V.Load(ref *sums, (nuint)j);
                if (units.NewBias != null)
                {
                    recurrent += V.Load(ref *units.NewBias, (nuint)j);
                }

                if (kept != null)
                {
                    recurrent.Store(ref *kept, (nuint)j);
                }

                V r = V.Load(ref *gates, (nuint)j), z = V.Load(ref *gates, (nuint)(hidden + j));
                V n = V.Tanh(V.Load(ref *gates, (nuint)((2 * hidden) + j)) + (r * recurrent));
                n.Store(ref *gates, (nuint)((2 * hidden) + j));
                (n + (z * (V.Load(ref *state, (nuint)j) - n))).Store(ref *output, (nuint)j);
            }

            gates += units.GateStride;
            sums += units.SumStride;
            state += hidden;
            output += hidden;
            kept = kept == null ? null : kept + hidden;
        }
    }
}
