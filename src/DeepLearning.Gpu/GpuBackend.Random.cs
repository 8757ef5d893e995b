using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <content>
/// Random numbers and sequences: the numbers of the processor, bit by bit, and a generator moves on as it does there.
/// </content>
internal sealed partial class GpuBackend
{
    public override void Uniform(Tensor y, double low, double high, Generator generator)
    {
        UniformBounds bounds = UniformBounds.Of(y.DType, low, high);
        if (y.DType == DType.Float64)
        {
            UniformDoubleDraw wide = new(low, high, bounds);
            PhiloxStart at = new(generator.Reserve(Philox.Blocks64(y.Count)));
            Into(y, new DoubleDrawWork<UniformDoubleDraw>(this, wide, at));
            return;
        }

        UniformFloatDraw draw = new((float)low, (float)high, bounds, UniformBounds.Steps(y.DType));
        Into(y, new FloatDrawWork<UniformFloatDraw>(this, draw, new PhiloxStart(generator.Reserve(Philox.Blocks32(y.Count)))));
    }

    public override void Normal(Tensor y, double mean, double std, Generator generator)
    {
        if (y.DType == DType.Float64)
        {
            PhiloxStart at = new(generator.Reserve(Philox.Blocks64(y.Count)));
            Into(y, new DoubleDrawWork<NormalDoubleDraw>(this, new NormalDoubleDraw(mean, std), at));
            return;
        }

        if (!y.DType.IsFloatingPoint())
        {
            throw DTypes.Unsupported(y.DType);
        }

        PhiloxStart start = new(generator.Reserve(Philox.Blocks32(y.Count)));
        Into(y, new FloatDrawWork<NormalFloatDraw>(this, new NormalFloatDraw((float)mean, (float)std), start));
    }

    public override void Integers(Tensor y, long low, long high, Generator generator)
    {
        (long, long)? ends = null;
        if (y.DType.IsFloatingPoint())
        {
            UniformBounds bounds = UniformBounds.Of(y.DType, low, high);
            ends = ((long)Math.Ceiling(bounds.Least), (long)Math.Floor(bounds.Greatest));
        }

        PhiloxStart start = new(generator.Reserve(Philox.Blocks64(y.Count)));
        Into(y, new IntegerDrawWork<IntegerDraw>(this, new IntegerDraw(low, high, ends), start, isLong: true));
    }

    public override bool TryBernoulli(Tensor y, double probability, Generator generator)
    {
        PhiloxStart start = new(generator.Reserve(Philox.Blocks32(y.Count)));
        Into(y, new IntegerDrawWork<BernoulliDraw>(this, new BernoulliDraw(probability), start, isLong: false));
        return true;
    }

    /// <summary>A shuffle exchanges one element after the other: the processor does it.</summary>
    public override bool TryPermutation(Tensor y, Generator generator)
    {
        Fallback.Count("RandPerm");
        return false;
    }

    /// <summary>Whose logarithms and sums are those of the processor, to the last bit.</summary>
    public override bool TryMultinomial(Tensor weights, Tensor y, bool replacement, Generator generator)
    {
        Fallback.Count("Multinomial");
        return false;
    }

    public override void Sequence(Tensor y, Scalar start, Scalar step)
    {
        if (y.DType.IsFloatingPoint() || start.DType.IsFloatingPoint() || step.DType.IsFloatingPoint())
        {
            Into(y, new DoubleFillWork<LinearDoubleFill>(this, new LinearDoubleFill(start.ToDouble(), step.ToDouble())));
        }
        else
        {
            Into(y, new IntegerFillWork(this, new LinearIntegerFill(start.ToInt64(), step.ToInt64())));
        }
    }

    public override bool TryInterpolate(Tensor y, double start, double end)
    {
        double distance = end - start, gaps = y.Count - 1;
        double step = y.Count == 1 ? 0 : double.IsFinite(distance) ? distance / gaps : (end / gaps) - (start / gaps);
        Into(y, new DoubleFillWork<InterpolatedFill>(this, new InterpolatedFill(start, end, step, y.Count)));
        return true;
    }

    /// <summary>Fills a tensor, by way of a contiguous one where it is not.</summary>
    private void Into<TWork>(Tensor y, TWork work)
        where TWork : struct, IFillWork
    {
        if (y.Count == 0)
        {
            return;
        }

        Tensor target = y.IsContiguous ? y : Tensor.Allocate(y.Layout.Lengths, y.DType, _device);
        work.Fill(target);
        if (!ReferenceEquals(target, y))
        {
            Copy(target, y);
            target.Return();
        }
    }

    /// <summary>What fills a contiguous tensor that has elements.</summary>
    private interface IFillWork
    {
        void Fill(Tensor y);
    }

    private readonly struct FloatDrawWork<TDraw>(GpuBackend backend, TDraw draw, PhiloxStart start) : IFillWork
        where TDraw : unmanaged, IDraw<GpuFloat>
    {
        public void Fill(Tensor y)
        {
            switch (y.DType)
            {
                case DType.Float32: Run<Float32Element, float>(y); break;
                case DType.Float16: Run<Float16Element, ushort>(y); break;
                case DType.BFloat16: Run<BFloat16Element, ushort>(y); break;
                default: throw DTypes.Unsupported(y.DType);
            }
        }

        private void Run<TStore, S>(Tensor y)
            where TStore : struct, IStore<S, GpuFloat>
            where S : unmanaged
        {
            backend.Launch(
                RandomKernels.Words<TDraw, TStore, S, GpuFloat>, backend._context.Config((y.Count + 3) / 4), backend.View<S>(y), start,
                draw);
            GC.KeepAlive(y);
        }
    }

    private readonly struct DoubleDrawWork<TDraw>(GpuBackend backend, TDraw draw, PhiloxStart start) : IFillWork
        where TDraw : unmanaged, IDraw<GpuDouble>
    {
        public void Fill(Tensor y)
        {
            backend.Launch(
                RandomKernels.LongWords<TDraw, Float64Element, double, GpuDouble>, backend._context.Config((y.Count + 1) / 2),
                backend.View<double>(y), start, draw);
            GC.KeepAlive(y);
        }
    }

    private readonly struct IntegerDrawWork<TDraw>(GpuBackend backend, TDraw draw, PhiloxStart start, bool isLong) : IFillWork
        where TDraw : unmanaged, IDraw<GpuInteger<long, Int64Kind>>
    {
        public void Fill(Tensor y) => GpuStores.Longs(y.DType, new Work(backend, draw, start, isLong, y));

        private readonly struct Work(GpuBackend backend, TDraw draw, PhiloxStart start, bool isLong, Tensor y)
            : IStoreWork<GpuInteger<long, Int64Kind>>
        {
            public void Run<TStore, S>()
                where TStore : struct, IStore<S, GpuInteger<long, Int64Kind>>
                where S : unmanaged
            {
                Action<ArrayView<S>, PhiloxStart, TDraw> kernel = isLong
                    ? RandomKernels.LongWords<TDraw, TStore, S, GpuInteger<long, Int64Kind>>
                    : RandomKernels.Words<TDraw, TStore, S, GpuInteger<long, Int64Kind>>;
                backend.Launch(kernel, backend._context.Config((y.Count + 1) / 2), backend.View<S>(y), start, draw);
                GC.KeepAlive(y);
            }
        }
    }

    private readonly struct DoubleFillWork<TFill>(GpuBackend backend, TFill fill) : IFillWork
        where TFill : unmanaged, IPlaceFill<GpuDouble>
    {
        public void Fill(Tensor y) => GpuStores.Doubles(y.DType, new Work(backend, fill, y));

        private readonly struct Work(GpuBackend backend, TFill fill, Tensor y) : IStoreWork<GpuDouble>
        {
            public void Run<TStore, S>()
                where TStore : struct, IStore<S, GpuDouble>
                where S : unmanaged
            {
                backend.Launch(
                    SequenceKernels.Fill<TFill, TStore, S, GpuDouble>, backend._context.Config(y.Count), backend.View<S>(y), fill);
                GC.KeepAlive(y);
            }
        }
    }

    private readonly struct IntegerFillWork(GpuBackend backend, LinearIntegerFill fill) : IFillWork
    {
        public void Fill(Tensor y) => GpuStores.Longs(y.DType, new Work(backend, fill, y));

        private readonly struct Work(GpuBackend backend, LinearIntegerFill fill, Tensor y) : IStoreWork<GpuInteger<long, Int64Kind>>
        {
            public void Run<TStore, S>()
                where TStore : struct, IStore<S, GpuInteger<long, Int64Kind>>
                where S : unmanaged
            {
                backend.Launch(
                    SequenceKernels.Fill<LinearIntegerFill, TStore, S, GpuInteger<long, Int64Kind>>, backend._context.Config(y.Count),
                    backend.View<S>(y), fill);
                GC.KeepAlive(y);
            }
        }
    }
}
