using DeepLearning.Backends.Gpu;
using DeepLearning.Numerics;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>Random numbers and sequences, run in the machine beside the processor's.</summary>
public sealed class RandomKernelTests : IDisposable
{
    private readonly PtxCompiler _compiler = new();

    public void Dispose() => _compiler.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, 5)]
    public void Uniform_floats_are_the_processors(float low, float high) => Words<UniformFloatDraw, Float32Element, float, GpuFloat>(
        new UniformFloatDraw(low, high, UniformBounds.Of(DType.Float32, low, high), 0), DType.Float32,
        x => x.UniformInPlace(low, high, new Generator(3)));

    [Fact]
    public void Uniform_numbers_of_16_bits_are_the_processors() => Words<UniformFloatDraw, BFloat16Element, ushort, GpuFloat>(
        new UniformFloatDraw(-1, 2, UniformBounds.Of(DType.BFloat16, -1, 2), UniformBounds.Steps(DType.BFloat16)), DType.BFloat16,
        static x => x.UniformInPlace(-1, 2, new Generator(3)));

    [Fact]
    public void Normal_floats_are_the_processors() => Words<NormalFloatDraw, Float32Element, float, GpuFloat>(
        new NormalFloatDraw(1, 2), DType.Float32, static x => x.NormalInPlace(1, 2, new Generator(3)));

    [Fact]
    public void Truth_values_are_the_processors() => Words<BernoulliDraw, LongBool, byte, GpuInteger<long, Int64Kind>>(
        new BernoulliDraw(0.3), DType.Bool, static x => x.BernoulliInPlace(0.3, new Generator(3)));

    [Fact]
    public void Uniform_doubles_are_the_processors() => LongWords<UniformDoubleDraw, Float64Element, double, GpuDouble>(
        new UniformDoubleDraw(0, 3, UniformBounds.Of(DType.Float64, 0, 3)), DType.Float64,
        static x => x.UniformInPlace(0, 3, new Generator(3)));

    [Fact]
    public void Normal_doubles_are_the_processors() => LongWords<NormalDoubleDraw, Float64Element, double, GpuDouble>(
        new NormalDoubleDraw(0, 1), DType.Float64, static x => x.NormalInPlace(generator: new Generator(3)));

    [Fact]
    public void Integers_are_the_processors() => LongWords<IntegerDraw, LongInt32, int, GpuInteger<long, Int64Kind>>(
        new IntegerDraw(-1000, 1_000_000, null), DType.Int32, static x => x.RandomInPlace(-1000, 1_000_000, new Generator(3)));

    [Fact]
    public void Sequences_are_the_processors()
    {
        Assert.Equal(
            Tensor.Linspace(-1, 2.5, 21).ToArray<float>(),
            Filled<InterpolatedFill, WideFloat32, float, GpuDouble>(new InterpolatedFill(-1, 2.5, 3.5 / 20, 21), 21));
        Assert.Equal(
            Tensor.Arange(7, -35, -2).ToArray<long>(),
            Filled<LinearIntegerFill, Int64Element, long, GpuInteger<long, Int64Kind>>(new LinearIntegerFill(7, -2), 21));
    }

    [Fact]
    public void Random_numbers_are_computed_without_calls_and_local_memory()
    {
        string ptx = Compile(
            typeof(RandomKernels), nameof(RandomKernels.Words), typeof(UniformFloatDraw), typeof(Float32Element), typeof(float),
            typeof(GpuFloat));
        Assert.True(KernelText.IsStraight(ptx), ptx);
        Assert.Equal("", KernelText.Forbidden(ptx));
        Assert.Equal("", KernelText.Forbidden(Compile(
            typeof(RandomKernels), nameof(RandomKernels.Words), typeof(NormalFloatDraw), typeof(Float32Element), typeof(float),
            typeof(GpuFloat))));
    }

    private void Words<TDraw, TStore, S, R>(TDraw draw, DType dtype, Func<Tensor, Tensor> fill)
        where TDraw : struct, IDraw<R>
        where TStore : struct, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R> => Drawn<TDraw, TStore, S, R>(nameof(RandomKernels.Words), draw, dtype, fill);

    private void LongWords<TDraw, TStore, S, R>(TDraw draw, DType dtype, Func<Tensor, Tensor> fill)
        where TDraw : struct, IDraw<R>
        where TStore : struct, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R> => Drawn<TDraw, TStore, S, R>(nameof(RandomKernels.LongWords), draw, dtype, fill);

    private void Drawn<TDraw, TStore, S, R>(string kernel, TDraw draw, DType dtype, Func<Tensor, Tensor> fill)
        where TDraw : struct, IDraw<R>
        where TStore : struct, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        const int count = 75;
        PtxMachine machine = new(Compile(typeof(RandomKernels), kernel, typeof(TDraw), typeof(TStore), typeof(S), typeof(R)));
        byte[] y = machine.View<S>(new S[count]);
        machine.Run(2, 16, y, PtxArgument.Of(new PhiloxStart(new Generator(3).State)), PtxArgument.Of(draw));
        Tensor expected = fill(Tensor.Empty([count], dtype));
        Assert.Equal(Bits(expected), System.Runtime.InteropServices.MemoryMarshal.AsBytes<S>(machine.Read<S>(y)).ToArray());
    }

    private static byte[] Bits(Tensor x)
    {
        byte[] bytes = new byte[x.Count * x.DType.Size()];
        x.Backend.Read(x, 0, bytes);
        return bytes;
    }

    private S[] Filled<TFill, TStore, S, R>(TFill fill, int count)
        where TFill : struct, IPlaceFill<R>
        where TStore : struct, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        PtxMachine machine = new(
            Compile(typeof(SequenceKernels), nameof(SequenceKernels.Fill), typeof(TFill), typeof(TStore), typeof(S), typeof(R)));
        byte[] y = machine.View<S>(new S[count]);
        machine.Run(1, 8, y, PtxArgument.Of(fill));
        return machine.Read<S>(y);
    }

    private string Compile(Type kernels, string name, params Type[] arguments) =>
        _compiler.Compile(FormulaRun.Kernel(kernels, name, arguments));
}
