using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>The rows of a step of a recurrent layer, and which operands there are.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RecurrentPlaces
{
    public long Rows;
    public long Hidden;

    /// <summary>The step's first row among those of all steps.</summary>
    public long Start;

    /// <summary>The rows of the step before, from so many on: what comes after them begins with the first state.</summary>
    public long PreviousStart;
    public long PreviousRows;
    public long DOutputStride;
    public int HasBias;
    public int HasNewBias;
    public int Keeps;
    public int IsProjected;
    public int HasDOutput;
}

/// <summary>
/// What happens to the gates and states in a step of a recurrent layer, a thread a unit: between the products, and in place. Memory limits
/// them, and how long a launch takes where the rows are few.
/// </summary>
internal static class RecurrentKernels
{
    /// <summary>h = op(x + U h), over what the inputs gave.</summary>
    public static void Simple<TOp, TElement, S, R>(
        ArrayView<S> output, ArrayView<S> sums, ArrayView<S> bias, ArrayView<S> state, RecurrentPlaces places)
        where TOp : struct, IUnaryOp<TOp>
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Rows * places.Hidden; i += GridStride.Step)
        {
            long row = i / places.Hidden, unit = i - (row * places.Hidden), at = (places.Start * places.Hidden) + i;
            R gate = TElement.Load(output[at]);
            gate = places.HasBias != 0 ? gate + TElement.Load(bias[unit]) : gate;
            S h = TElement.Store(default(TOp).Forward(gate + TElement.Load(sums[i])));
            output[at] = h;
            state[i] = h;
        }
    }

    /// <summary>c = f c + i g and h = o tanh c; the cell states are in place, and the gates where they are kept.</summary>
    public static void Lstm<TElement, S, R>(
        ArrayView<S> gates, ArrayView<S> sums, ArrayView<S> bias, ArrayView<S> cell, ArrayView<S> kept, ArrayView<S> output,
        ArrayView<S> state, RecurrentPlaces places)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        long hidden = places.Hidden;
        for (long e = GridStride.First; e < places.Rows * hidden; e += GridStride.Step)
        {
            long row = e / hidden, unit = e - (row * hidden), to = (places.Start * hidden) + e;
            long at = ((places.Start + row) * 4 * hidden) + unit, sum = (row * 4 * hidden) + unit;
            R i = TElement.Load(gates[at]), f = TElement.Load(gates[at + hidden]);
            R g = TElement.Load(gates[at + (2 * hidden)]), o = TElement.Load(gates[at + (3 * hidden)]);
            if (places.HasBias != 0)
            {
                i += TElement.Load(bias[unit]);
                f += TElement.Load(bias[unit + hidden]);
                g += TElement.Load(bias[unit + (2 * hidden)]);
                o += TElement.Load(bias[unit + (3 * hidden)]);
            }

            i = default(SigmoidOp).Forward(i + TElement.Load(sums[sum]));
            f = default(SigmoidOp).Forward(f + TElement.Load(sums[sum + hidden]));
            g = R.Tanh(g + TElement.Load(sums[sum + (2 * hidden)]));
            o = default(SigmoidOp).Forward(o + TElement.Load(sums[sum + (3 * hidden)]));
            R c = (f * TElement.Load(cell[e])) + (i * g), h = o * R.Tanh(c);
            cell[e] = TElement.Store(c);
            output[to] = TElement.Store(h);
            if (places.IsProjected == 0)
            {
                state[e] = TElement.Store(h);
            }

            if (places.Keeps != 0)
            {
                gates[at] = TElement.Store(i);
                gates[at + hidden] = TElement.Store(f);
                gates[at + (2 * hidden)] = TElement.Store(g);
                gates[at + (3 * hidden)] = TElement.Store(o);
                kept[to] = TElement.Store(c);
            }
        }
    }

    /// <summary>h = n + z (h − n), n the tangent of what the inputs gave and r times what the state gave, which is kept.</summary>
    public static void Gru<TElement, S, R>(
        ArrayView<S> gates, ArrayView<S> sums, ArrayView<S> bias, ArrayView<S> newBias, ArrayView<S> kept, ArrayView<S> output,
        ArrayView<S> state, RecurrentPlaces places)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        long hidden = places.Hidden;
        for (long e = GridStride.First; e < places.Rows * hidden; e += GridStride.Step)
        {
            long row = e / hidden, unit = e - (row * hidden), to = (places.Start * hidden) + e;
            long at = ((places.Start + row) * 3 * hidden) + unit, sum = (row * 3 * hidden) + unit;
            R r = TElement.Load(gates[at]), z = TElement.Load(gates[at + hidden]), n = TElement.Load(gates[at + (2 * hidden)]);
            if (places.HasBias != 0)
            {
                r += TElement.Load(bias[unit]);
                z += TElement.Load(bias[unit + hidden]);
                n += TElement.Load(bias[unit + (2 * hidden)]);
            }

            r = default(SigmoidOp).Forward(r + TElement.Load(sums[sum]));
            z = default(SigmoidOp).Forward(z + TElement.Load(sums[sum + hidden]));
            R recurrent = TElement.Load(sums[sum + (2 * hidden)]);
            recurrent = places.HasNewBias != 0 ? recurrent + TElement.Load(newBias[unit]) : recurrent;
            n = R.Tanh(n + (r * recurrent));
            S h = TElement.Store(n + (z * (TElement.Load(state[e]) - n)));
            output[to] = h;
            state[e] = h;
            if (places.Keeps != 0)
            {
                gates[at] = TElement.Store(r);
                gates[at + hidden] = TElement.Store(z);
                gates[at + (2 * hidden)] = TElement.Store(n);
                kept[to] = TElement.Store(recurrent);
            }
        }
    }
}

/// <summary>The way back through a step: the gradients of the gates before their activation, and of the states before.</summary>
internal static class RecurrentGradientKernels
{
    public static void Simple<TOp, TElement, S, R>(
        ArrayView<S> output, ArrayView<S> doutput, ArrayView<S> dhidden, ArrayView<S> dgates, RecurrentPlaces places)
        where TOp : struct, IUnaryOp<TOp>
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Rows * places.Hidden; i += GridStride.Step)
        {
            long row = i / places.Hidden, unit = i - (row * places.Hidden), at = (places.Start * places.Hidden) + i;

            // Of a rectifier the result tells on which side of 0 its argument is, too.
            R y = TElement.Load(output[at]), dh = TElement.Load(dhidden[i]);
            dh = places.HasDOutput != 0 ? TElement.Load(doutput[((places.Start + row) * places.DOutputStride) + unit]) + dh : dh;
            TOp op = default;
            dgates[at] = TElement.Store(TOp.Backward(in op, y, y, dh));
        }
    }

    /// <summary>The cell states' gradient is in place.</summary>
    public static void Lstm<TElement, S, R>(
        ArrayView<S> gates, ArrayView<S> kept, ArrayView<S> c0, ArrayView<S> doutput, ArrayView<S> dhidden, ArrayView<S> dcell,
        ArrayView<S> dgates, RecurrentPlaces places)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        long hidden = places.Hidden;
        R one = 1.0;
        for (long e = GridStride.First; e < places.Rows * hidden; e += GridStride.Step)
        {
            long row = e / hidden, unit = e - (row * hidden), at = ((places.Start + row) * 4 * hidden) + unit;
            R i = TElement.Load(gates[at]), f = TElement.Load(gates[at + hidden]);
            R g = TElement.Load(gates[at + (2 * hidden)]), o = TElement.Load(gates[at + (3 * hidden)]), dh = TElement.Load(dhidden[e]);
            dh = places.HasDOutput != 0 ? TElement.Load(doutput[((places.Start + row) * places.DOutputStride) + unit]) + dh : dh;
            R before = row < places.PreviousRows
                ? TElement.Load(kept[(places.PreviousStart * hidden) + e])
                : TElement.Load(c0[e]);
            R t = R.Tanh(TElement.Load(kept[(places.Start * hidden) + e])), dc = TElement.Load(dcell[e]) + (dh * o * (one - (t * t)));
            dgates[at] = TElement.Store(dc * g * (i * (one - i)));
            dgates[at + hidden] = TElement.Store(dc * before * (f * (one - f)));
            dgates[at + (2 * hidden)] = TElement.Store(dc * i * (one - (g * g)));
            dgates[at + (3 * hidden)] = TElement.Store(dh * t * (o * (one - o)));
            dcell[e] = TElement.Store(dc * f);
        }
    }

    /// <summary>The states' gradient, what of it goes past the gates, is in place.</summary>
    public static void Gru<TElement, S, R>(
        ArrayView<S> gates, ArrayView<S> kept, ArrayView<S> output, ArrayView<S> h0, ArrayView<S> doutput, ArrayView<S> dhidden,
        ArrayView<S> dgates, RecurrentPlaces places)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        long hidden = places.Hidden;
        R one = 1.0;
        for (long e = GridStride.First; e < places.Rows * hidden; e += GridStride.Step)
        {
            long row = e / hidden, unit = e - (row * hidden), at = ((places.Start + row) * 3 * hidden) + unit;
            R r = TElement.Load(gates[at]), z = TElement.Load(gates[at + hidden]), n = TElement.Load(gates[at + (2 * hidden)]);
            R dh = TElement.Load(dhidden[e]);
            dh = places.HasDOutput != 0 ? TElement.Load(doutput[((places.Start + row) * places.DOutputStride) + unit]) + dh : dh;
            R before = row < places.PreviousRows
                ? TElement.Load(output[(places.PreviousStart * hidden) + e])
                : TElement.Load(h0[e]);
            R dn = dh * (one - z) * (one - (n * n)), recurrent = TElement.Load(kept[(places.Start * hidden) + e]);
            long to = ((places.Start + row) * 4 * hidden) + unit;
            dgates[to] = TElement.Store(dn);
            dgates[to + hidden] = TElement.Store(dn * recurrent * (r * (one - r)));
            dgates[to + (2 * hidden)] = TElement.Store(dh * (before - n) * (z * (one - z)));
            dgates[to + (3 * hidden)] = TElement.Store(dn * r);
            dhidden[e] = TElement.Store(dh * z);
        }
    }
}
