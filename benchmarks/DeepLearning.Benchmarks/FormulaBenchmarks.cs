using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using DeepLearning.Numerics;

namespace DeepLearning.Benchmarks;

/// <summary>The number types' functions over the widest vectors, beside TensorPrimitives.</summary>
public class FormulaBenchmarks
{
    private readonly float[] _x = new float[65_536];
    private readonly float[] _y = new float[65_536];

    private interface IFormula
    {
        static abstract R Of<R>(R x)
            where R : struct, IReal<R>;
    }

    [GlobalSetup]
    public void Fill()
    {
        for (int index = 0; index < _x.Length; index++)
        {
            _x[index] = -4 + 8f * index / _x.Length;
        }
    }

    [Benchmark]
    public void Exp() => Run<ExpFormula>();

    [Benchmark]
    public void ExpOfTensorPrimitives() => TensorPrimitives.Exp(_x, _y);

    [Benchmark]
    public void Tanh() => Run<TanhFormula>();

    [Benchmark]
    public void TanhOfTensorPrimitives() => TensorPrimitives.Tanh(_x, _y);

    private void Run<TFormula>()
        where TFormula : IFormula
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<TFormula, Lanes512<float>>();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<TFormula, Lanes256<float>>();
        }
        else
        {
            Run<TFormula, Lanes128<float>>();
        }
    }

    private void Run<TFormula, TLanes>()
        where TFormula : IFormula
        where TLanes : struct, IReal<TLanes>, ILanes<TLanes, float>
    {
        ref float x = ref MemoryMarshal.GetArrayDataReference(_x);
        ref float y = ref MemoryMarshal.GetArrayDataReference(_y);
        for (nuint offset = 0; offset < (nuint)_x.Length; offset += (nuint)TLanes.Width)
        {
            TFormula.Of(TLanes.Load(in x, offset)).Store(ref y, offset);
        }
    }

    private readonly struct ExpFormula : IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R Of<R>(R x)
            where R : struct, IReal<R> => R.Exp(x);
    }

    private readonly struct TanhFormula : IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R Of<R>(R x)
            where R : struct, IReal<R> => R.Tanh(x);
    }
}
