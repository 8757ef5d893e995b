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

    /// <summary>
    /// The products with the state before: for each gate <see cref="SumRows"/> rows of <see cref="Width"/>, one after the other, in the
    /// order of <see cref="RecurrentUnits{T}.Slot"/>. What is behind the units and rows is computed too, and not used.
    /// </summary>
    public T* Sums;
    public int SumRows;
    public nint Width;

    /// <summary>What the inputs gave, <see cref="Hidden"/> from gate to gate; receives the gates.</summary>
    public T* Gates;
    public nint GateStride;
    public T* State;
    public T* Output;
    public T* Cell;
    public T* Kept;
    public T* NewBias;

    public readonly nint SlotStride => SumRows * Width;

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
/// The gates and states of a step. Transcendental functions run over all rows at once, where the sums lie one after the other; what goes to
/// and from the gates and states runs row by row, over whole vectors, and over the rest of the units one by one, to the same bits.
/// </summary>
internal static unsafe partial class RecurrentUnits<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Where the sums of a gate are: those of one function side by side. Its own inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Slot(RecurrentKind kind, int gate) => kind == RecurrentKind.LSTM && gate > 1 ? 5 - gate : gate;

    public static void Forward(RecurrentKind kind, in ForwardUnits<T> units)
    {
        ForwardWork work = new(kind, units);
        Widest.Run<ForwardWork, T>(ref work);
    }

    private readonly struct ForwardWork(RecurrentKind kind, in ForwardUnits<T> units) : IVectorWork<T>
    {
        private readonly ForwardUnits<T> _units = units;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => Step<V>(kind, _units);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Step<V>(RecurrentKind kind, in ForwardUnits<T> units)
        where V : struct, ILanes<V, T>
    {
        nint slot = units.SlotStride;
        switch (kind)
        {
            case RecurrentKind.LSTM:
                AddGates<V>(kind, units, 4);
                Map<V, SigmoidOp>(units.Sums, 3 * slot);
                Map<V, TanhOp>(units.Sums + (3 * slot), slot);
                if (units.Kept != null)
                {
                    StoreGates<V>(kind, units, 4);
                }

                Phase<V, Cells>(units);
                Map<V, TanhOp>(units.Sums + (3 * slot), slot);
                Phase<V, CellOutputs>(units);
                break;
            case RecurrentKind.GRU:
                AddGates<V>(kind, units, 2);
                Map<V, SigmoidOp>(units.Sums, 2 * slot);
                Phase<V, Candidates>(units);
                Map<V, TanhOp>(units.Sums + (2 * slot), slot);
                if (units.Kept != null)
                {
                    StoreGates<V>(kind, units, 3);
                }

                Phase<V, GatedOutputs>(units);
                break;
            default:
                AddGates<V>(kind, units, 1);
                if (kind == RecurrentKind.Tanh)
                {
                    Map<V, TanhOp>(units.Sums, slot);
                }
                else
                {
                    Map<V, ReluOp>(units.Sums, slot);
                }

                StoreGates<V>(kind, units, 1);
                break;
        }
    }

    /// <summary>A function of numbers that lie one after the other, in place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Map<V, TOp>(T* values, nint count)
        where V : struct, ILanes<V, T>
        where TOp : struct, IUnaryOp<TOp>
    {
        TOp op = default;
        nint j = 0;
        for (; j <= count - V.Width; j += V.Width)
        {
            op.Forward(V.Load(ref *values, (nuint)j)).Store(ref *values, (nuint)j);
        }

        if (j < count)
        {
            Map<Lane<T>, TOp>(values + j, count - j);
        }
    }

    /// <summary>sums += gates</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddGates<V>(RecurrentKind kind, in ForwardUnits<T> units, int count)
        where V : struct, ILanes<V, T>
    {
        for (int gate = 0; gate < count; gate++)
        {
            T* sums = units.Sums + (Slot(kind, gate) * units.SlotStride), gates = units.Gates + (gate * units.Hidden);
            for (int row = 0; row < units.Rows; row++)
            {
                nint j = 0;
                for (; j <= units.Units - V.Width; j += V.Width)
                {
                    (V.Load(ref *gates, (nuint)j) + V.Load(ref *sums, (nuint)j)).Store(ref *sums, (nuint)j);
                }

                for (; j < units.Units; j++)
                {
                    sums[j] += gates[j];
                }

                sums += units.Width;
                gates += units.GateStride;
            }
        }
    }

    /// <summary>gates = sums</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreGates<V>(RecurrentKind kind, in ForwardUnits<T> units, int count)
        where V : struct, ILanes<V, T>
    {
        for (int gate = 0; gate < count; gate++)
        {
            T* sums = units.Sums + (Slot(kind, gate) * units.SlotStride), gates = units.Gates + (gate * units.Hidden);
            for (int row = 0; row < units.Rows; row++)
            {
                nint j = 0;
                for (; j <= units.Units - V.Width; j += V.Width)
                {
                    V.Load(ref *sums, (nuint)j).Store(ref *gates, (nuint)j);
                }

                for (; j < units.Units; j++)
                {
                    gates[j] = sums[j];
                }

                sums += units.Width;
                gates += units.GateStride;
            }
        }
    }

    /// <summary>A phase over whole vectors, then over the rest one by one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Phase<V, TPhase>(in ForwardUnits<T> units)
        where V : struct, ILanes<V, T>
        where TPhase : struct, IPhase
    {
        TPhase.Rows<V>(units);
        int done = units.Units - (units.Units % V.Width);
        if (done < units.Units)
        {
            TPhase.Rows<Lane<T>>(units.From(done));
        }
    }

    private interface IPhase
    {
        /// <summary>Computes the whole vectors of each row.</summary>
        static abstract void Rows<V>(in ForwardUnits<T> units)
            where V : struct, ILanes<V, T>;
    }
}
