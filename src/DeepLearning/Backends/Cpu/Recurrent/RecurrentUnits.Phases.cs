using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <content>What goes to and from the states between the functions of the gates.</content>
internal static unsafe partial class RecurrentUnits<T>
{
    /// <summary>c = f c + i g, which takes the place of g.</summary>
    private readonly struct Cells : IPhase
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Rows<V>(in ForwardUnits<T> units)
            where V : struct, ILanes<V, T>
        {
            nint slot = units.SlotStride, hidden = units.Hidden, count = units.Units;
            T* sums = units.Sums, cell = units.Cell, kept = units.Kept == null ? cell : units.Kept;
            for (int row = 0; row < units.Rows; row++)
            {
                for (nint j = 0; j <= count - V.Width; j += V.Width)
                {
                    V i = V.Load(ref *sums, (nuint)j), f = V.Load(ref *sums, (nuint)(slot + j));
                    V c = (f * V.Load(ref *cell, (nuint)j)) + (i * V.Load(ref *sums, (nuint)((3 * slot) + j)));
                    c.Store(ref *cell, (nuint)j);
                    c.Store(ref *kept, (nuint)j);
                    c.Store(ref *sums, (nuint)((3 * slot) + j));
                }

                sums += units.Width;
                cell += hidden;
                kept += hidden;
            }
        }
    }

    /// <summary>h = o tanh c</summary>
    private readonly struct CellOutputs : IPhase
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Rows<V>(in ForwardUnits<T> units)
            where V : struct, ILanes<V, T>
        {
            nint slot = units.SlotStride, count = units.Units;
            T* sums = units.Sums + (2 * slot), output = units.Output;
            for (int row = 0; row < units.Rows; row++)
            {
                for (nint j = 0; j <= count - V.Width; j += V.Width)
                {
                    (V.Load(ref *sums, (nuint)j) * V.Load(ref *sums, (nuint)(slot + j))).Store(ref *output, (nuint)j);
                }

                sums += units.Width;
                output += units.Hidden;
            }
        }
    }

    /// <summary>What the new gate is the tangent of: n + r (sum + bias).</summary>
    private readonly struct Candidates : IPhase
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Rows<V>(in ForwardUnits<T> units)
            where V : struct, ILanes<V, T>
        {
            nint slot = units.SlotStride, hidden = units.Hidden, count = units.Units;
            T* sums = units.Sums, gates = units.Gates + (2 * hidden), bias = units.NewBias, kept = units.Kept;
            for (int row = 0; row < units.Rows; row++)
            {
                for (nint j = 0; j <= count - V.Width; j += V.Width)
                {
                    V recurrent = V.Load(ref *sums, (nuint)((2 * slot) + j));
                    if (bias != null)
                    {
                        recurrent += V.Load(ref *bias, (nuint)j);
                    }

                    if (kept != null)
                    {
                        recurrent.Store(ref *kept, (nuint)j);
                    }

                    (V.Load(ref *gates, (nuint)j) + (V.Load(ref *sums, (nuint)j) * recurrent)).Store(ref *sums, (nuint)((2 * slot) + j));
                }

                sums += units.Width;
                gates += units.GateStride;
                kept = kept == null ? null : kept + hidden;
            }
        }
    }

    /// <summary>h = n + z (h − n)</summary>
    private readonly struct GatedOutputs : IPhase
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Rows<V>(in ForwardUnits<T> units)
            where V : struct, ILanes<V, T>
        {
            nint slot = units.SlotStride, hidden = units.Hidden, count = units.Units;
            T* sums = units.Sums + slot, state = units.State, output = units.Output;
            for (int row = 0; row < units.Rows; row++)
            {
                for (nint j = 0; j <= count - V.Width; j += V.Width)
                {
                    V z = V.Load(ref *sums, (nuint)j), n = V.Load(ref *sums, (nuint)(slot + j));
                    (n + (z * (V.Load(ref *state, (nuint)j) - n))).Store(ref *output, (nuint)j);
                }

                sums += units.Width;
                state += hidden;
                output += hidden;
            }
        }
    }
}
