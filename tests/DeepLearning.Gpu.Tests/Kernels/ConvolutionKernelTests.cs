using DeepLearning.Backends;
using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>Convolutions by the kernels of matrix products, run in the machine against the processor's backend.</summary>
public sealed class ConvolutionKernelTests(PtxTexts compiler) : IClassFixture<PtxTexts>
{
    private static readonly ConvolutionShape s_shape = new()
    {
        Batch = 2,
        InputChannels = 4,
        OutputChannels = 6,
        Groups = 2,
        Height = new SpatialAxis(5, 3, 2, 1),
        Width = new SpatialAxis(6, 2, 1, 0, 2),
    };

    [Theory]
    [InlineData(typeof(Tile16x16), 16)]
    [InlineData(typeof(Tile64x64), 256)]
    [InlineData(typeof(Tf32Core), 256)]
    [InlineData(null, 32)]
    public void Windows_times_weights_are_the_convolution(Type? tile, int threads)
    {
        (Tensor x, Tensor weight, Tensor bias) = (Numbers(s_shape.InputLengths), Numbers(s_shape.WeightLengths), Numbers([6]));
        Tensor expected = Numbers(s_shape.OutputLengths);
        Assert.True(Device.Cpu.Backend.TryConvolve(s_shape, x, weight, bias, expected));
        int columns = (int)(s_shape.Batch * s_shape.OutputSize), sums = s_shape.GroupInput * s_shape.Taps;
        WindowsOperand<float> windows = new(
            Groups(s_shape.GroupInput * s_shape.InputSize), ConvolutionPlaces.Windows(s_shape), columns, 0, 0);
        GemmPlaces places = new(s_shape.GroupOutput, columns, sums, 2, new Axes([1, 1, 1, 1, 1, 2]), 1, 32, 1, 0);
        Check(
            tile, threads, weight, x, ConvolutionPlaces.Taps(s_shape), bias, expected,
            Weights(s_shape.GroupOutput, sums), windows, ConvolutionPlaces.Result(s_shape, 0), places);
    }

    [Fact]
    public void Each_class_of_places_has_the_gradient_of_the_taps_that_reach_it()
    {
        (Tensor dy, Tensor weight) = (Numbers(s_shape.OutputLengths), Numbers(s_shape.WeightLengths));
        Tensor expected = Numbers(s_shape.InputLengths);
        Assert.True(Device.Cpu.Backend.TryConvolveInputGradient(s_shape, dy, weight, null, expected));
        float[] found = new float[expected.Count];
        for (int remainder = 0; remainder < 2; remainder++)
        {
            ConvolutionClasses classes = new(s_shape, 0, remainder, 0);
            Tensor turned = weight.ViewAs(classes.Weight(s_shape, 0)).Contiguous();
            int columns = s_shape.Batch * classes.Count, sums = s_shape.GroupOutput * classes.Taps;
            WindowsOperand<float> windows = new(
                Groups(s_shape.GroupOutput * s_shape.OutputSize), classes.Windows(s_shape), columns, 0, 0);
            GemmPlaces places = new(s_shape.GroupInput, columns, sums, 2, new Axes([1, 1, 1, 1, 1, 2]), 1, 32, 0, 0);
            float[] part = Run(
                typeof(Tile16x16), 16, turned, dy, classes.TapPlaces(s_shape), null, expected, Weights(s_shape.GroupInput, sums), windows,
                classes.Result(s_shape, 0), places);
            for (int i = 0; i < part.Length; i++)
            {
                Assert.True(found[i] == 0 || part[i] == 0, "An element is written by two classes.");
                found[i] += part[i];
            }
        }

        Close(expected.ToArray<float>(), found);
    }

    [Theory]
    [InlineData(typeof(Tile16x16), 16)]
    [InlineData(typeof(Tf32Core), 256)]
    [InlineData(null, 32)]
    public void Images_times_taps_are_the_gradient_of_the_weight(Type? tile, int threads)
    {
        (Tensor x, Tensor dy) = (Numbers(s_shape.InputLengths), Numbers(s_shape.OutputLengths));
        Tensor expected = Numbers(s_shape.WeightLengths);
        Assert.True(Device.Cpu.Backend.TryConvolveWeightGradient(s_shape, x, dy, expected));
        int columns = s_shape.GroupInput * s_shape.Taps, sums = (int)(s_shape.Batch * s_shape.OutputSize);
        ImagesOperand<float> images = new(
            Groups(s_shape.GroupOutput * s_shape.OutputSize), s_shape.GroupOutput, (int)s_shape.OutputSize,
            s_shape.OutputChannels * s_shape.OutputSize, s_shape.OutputSize % 4 == 0 ? 1 : 0, -0.0f);
        TapsOperand<float> taps = new(
            Groups(s_shape.GroupInput * s_shape.InputSize), ConvolutionPlaces.Windows(s_shape), columns, 0);
        GemmPlaces places = new(s_shape.GroupOutput, columns, sums, 2, new Axes([1, 1, 1, 1, 1, 2]), 1, (sums + 31) / 32 * 32, 0, 0);
        Check(
            tile, threads, dy, x, ConvolutionPlaces.Taps(s_shape), null, expected, images, taps, new DenseResult(0, columns, 1), places);
    }

    [Fact]
    public void Tensor_cores_convolve_bfloat16_with_both_gradients() =>
        CheckCore<BFloat16Core>(DType.BFloat16, static x => (ushort)(BitConverter.SingleToUInt32Bits(x) >> 16));

    [Fact]
    public void Tensor_cores_convolve_float16_with_both_gradients() =>
        CheckCore<Float16Core>(DType.Float16, static x => BitConverter.HalfToUInt16Bits((Half)x));

    [Fact]
    public void Parts_of_a_sum_are_added_in_order()
    {
        string ptx = compiler.Compile(FormulaRun.Kernel(
            typeof(GemmKernels), nameof(GemmKernels.Finish), typeof(Float32Element), typeof(float), typeof(Float32Element), typeof(float),
            typeof(GpuFloat), typeof(DenseResult)));
        float[] parts = [1e8f, 1, 2, -1e8f, 3, 4, 5, 6, 7], bias = [10, 20, 30];
        PtxMachine machine = new(ptx);
        byte[] y = machine.View<float>(new float[3]);
        machine.Run(
            2, 2, machine.View<float>(parts), machine.View<float>(bias), y, PtxArgument.Of(new DenseResult(0, 3, 0)),
            PtxArgument.Of(new GemmPlaces(1, 3, 96, 1, new Axes([1, 1, 1, 1, 1, 1]), 3, 32, 0, 1)));
        Assert.Equal([15, 20 + 1 + 3 + 6, 30 + 2 + 4 + 7], machine.Read<float>(y));
    }

    [Fact]
    public void Sums_stay_in_registers()
    {
        string ptx = compiler.Compile(Kernel<StridedOperand<float, AlongDepth>, WindowsOperand<float>, ImagesResult>(typeof(Tile128x128)));
        Assert.DoesNotMatch(KernelText.Local(), ptx);
        Assert.DoesNotMatch(KernelText.Call(), ptx);
        Assert.Equal("", KernelText.Forbidden(ptx));
    }

    /// <summary>
    /// The kernels of 16-bit operands against the processor in double. Products are exact in float32; a sum of n of them differs by at most
    /// n + 1 roundings of the sum of magnitudes.
    /// </summary>
    private void CheckCore<TCore>(DType dtype, Func<float, ushort> bits)
        where TCore : struct, ITensorCore<ushort, GpuFloat>
    {
        Tensor x = Rounded(s_shape.InputLengths), dy = Rounded(s_shape.OutputLengths), weight = Rounded(s_shape.WeightLengths);
        Axes groups = new([1, 1, 1, 1, 1, 2]);
        int taps = s_shape.GroupInput * s_shape.Taps, windows = (int)(s_shape.Batch * s_shape.OutputSize);
        WindowAxes axes = ConvolutionPlaces.Windows(s_shape);
        Strides inputs = Groups(s_shape.GroupInput * s_shape.InputSize), outputs = Groups(s_shape.GroupOutput * s_shape.OutputSize);
        StridedOperand<ushort, AlongDepth> Rows(int channels, int sums) =>
            new(Groups((long)channels * sums), sums, 1, channels, sums % 4 == 0 ? 1 : 0, 0x8000);

        float[] y = RunCore<TCore, StridedOperand<ushort, AlongDepth>, WindowsOperand<ushort>, ImagesResult>(
            Of(weight), Of(x), ConvolutionPlaces.Taps(s_shape), (int)dy.Count, Rows(s_shape.GroupOutput, taps),
            new(inputs, axes, windows, 0, 0), ConvolutionPlaces.Result(s_shape, 0),
            new GemmPlaces(s_shape.GroupOutput, windows, taps, 2, groups, 1, (taps + 31) / 32 * 32, 0, 0));
        Within(y, Convolved, x, weight, s_shape.OutputLengths, taps);

        ImagesOperand<ushort> images = new(
            outputs, s_shape.GroupOutput, (int)s_shape.OutputSize, s_shape.OutputChannels * s_shape.OutputSize,
            s_shape.OutputSize % 4 == 0 ? 1 : 0, 0x8000);
        float[] dw = RunCore<TCore, ImagesOperand<ushort>, TapsOperand<ushort>, DenseResult>(
            Of(dy), Of(x), ConvolutionPlaces.Taps(s_shape), (int)weight.Count, images, new(inputs, axes, taps, 0),
            new DenseResult(0, taps, taps % 4 == 0 ? 1 : 0),
            new GemmPlaces(s_shape.GroupOutput, taps, windows, 2, groups, 1, (windows + 31) / 32 * 32, 0, 0));
        Within(
            dw, static (a, b, to) => Assert.True(Device.Cpu.Backend.TryConvolveWeightGradient(s_shape, a, b, to)), x, dy,
            s_shape.WeightLengths, windows);

        float[] dx = new float[x.Count];
        for (int remainder = 0; remainder < 2; remainder++)
        {
            ConvolutionClasses classes = new(s_shape, 0, remainder, 0);
            int columns = s_shape.Batch * classes.Count, sums = s_shape.GroupOutput * classes.Taps;
            float[] part = RunCore<TCore, StridedOperand<ushort, AlongDepth>, WindowsOperand<ushort>, ImagesResult>(
                Of(weight.ViewAs(classes.Weight(s_shape, 0)).Contiguous()), Of(dy), classes.TapPlaces(s_shape), dx.Length,
                Rows(s_shape.GroupInput, sums), new(outputs, classes.Windows(s_shape), columns, 0, 0), classes.Result(s_shape, 0),
                new GemmPlaces(s_shape.GroupInput, columns, sums, 2, groups, 1, (sums + 31) / 32 * 32, 0, 0));
            dx = [.. dx.Zip(part, static (a, b) => a + b)];
        }

        Within(
            dx, static (a, b, to) => Assert.True(Device.Cpu.Backend.TryConvolveInputGradient(s_shape, a, b, null, to)), dy, weight,
            s_shape.InputLengths, s_shape.GroupOutput * s_shape.Taps);

        static void Convolved(Tensor a, Tensor b, Tensor to) => Assert.True(Device.Cpu.Backend.TryConvolve(s_shape, a, b, null, to));

        Tensor Rounded(int[] lengths) => Numbers(lengths).To(dtype).To(DType.Float64);

        ushort[] Of(Tensor numbers) => Array.ConvertAll(numbers.To(DType.Float32).ToArray<float>(), number => bits(number));
    }

    private static void Within(float[] actual, Action<Tensor, Tensor, Tensor> convolve, Tensor a, Tensor b, int[] lengths, int sums)
    {
        Tensor expected = Tensor.Zeros(lengths, DType.Float64), magnitudes = Tensor.Zeros(lengths, DType.Float64);
        convolve(a, b, expected);
        convolve(a.Abs(), b.Abs(), magnitudes);
        double[] wanted = expected.ToArray<double>(), bound = magnitudes.ToArray<double>();
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.InRange(Math.Abs(actual[i] - wanted[i]), 0, ((sums + 1) * Math.Pow(2, -24) * bound[i]) + 1e-12);
        }
    }

    private float[] RunCore<TCore, TA, TB, TY>(
        ushort[] a, ushort[] b, TapPlaces taps, int count, TA left, TB right, TY result, GemmPlaces places)
        where TA : struct
        where TB : struct
        where TY : struct
    {
        PtxMachine lister = new(compiler.Compile(typeof(TapKernels).GetMethod(nameof(TapKernels.List))!));
        byte[] listed = lister.View<Tap>(new Tap[taps.Count]);
        lister.Run(2, 8, listed, PtxArgument.Of(taps));
        string ptx = compiler.Compile(FormulaRun.Kernel(
            typeof(TensorKernels), nameof(TensorKernels.Tiled), typeof(TCore), typeof(ushort), typeof(Float32Element), typeof(float),
            typeof(GpuFloat), typeof(TA), typeof(TB), typeof(TY)));
        Assert.Equal(16, System.Text.RegularExpressions.Regex.Count(ptx, "mma\\.sync"));
        Assert.DoesNotMatch(KernelText.Local(), ptx);
        PtxMachine machine = new(ptx);
        byte[] y = machine.View<float>(new float[count]);
        machine.Run(
            2, TensorKernels.Threads, machine.View<ushort>(a), machine.View<ushort>(b), machine.View<Tap>(lister.Read<Tap>(listed)),
            machine.View<float>([0]), y, PtxArgument.Of(left), PtxArgument.Of(right), PtxArgument.Of(result), PtxArgument.Of(places));
        return machine.Read<float>(y);
    }

    private void Check<TA, TB, TY>(
        Type? tile, int threads, Tensor a, Tensor b, TapPlaces taps, Tensor? bias, Tensor expected, TA left, TB right, TY result,
        GemmPlaces places)
        where TA : struct
        where TB : struct
        where TY : struct =>
        Close(
            expected.ToArray<float>(), Run(tile, threads, a, b, taps, bias, expected, left, right, result, places),
            tile == typeof(Tf32Core) ? 4e-3f : 1e-5f);

    private float[] Run<TA, TB, TY>(
        Type? tile, int threads, Tensor a, Tensor b, TapPlaces taps, Tensor? bias, Tensor like, TA left, TB right, TY result,
        GemmPlaces places)
        where TA : struct
        where TB : struct
        where TY : struct
    {
        PtxMachine lister = new(compiler.Compile(typeof(TapKernels).GetMethod(nameof(TapKernels.List))!));
        byte[] listed = lister.View<Tap>(new Tap[taps.Count]);
        lister.Run(2, 8, listed, PtxArgument.Of(taps));
        PtxMachine machine = new(compiler.Compile(Kernel<TA, TB, TY>(tile)));
        byte[] y = machine.View<float>(new float[like.Count]);
        machine.Run(
            2, threads, machine.View<float>(a.ToArray<float>()), machine.View<float>(b.ToArray<float>()),
            machine.View<Tap>(lister.Read<Tap>(listed)), machine.View<float>(bias?.ToArray<float>() ?? [0]), y, PtxArgument.Of(left),
            PtxArgument.Of(right), PtxArgument.Of(result), PtxArgument.Of(places));
        return machine.Read<float>(y);
    }

    private static System.Reflection.MethodInfo Kernel<TA, TB, TY>(Type? tile)
    {
        Type[] rest =
        [
            typeof(Float32Element), typeof(float), typeof(Float32Element), typeof(float), typeof(GpuFloat), typeof(TA), typeof(TB),
            typeof(TY),
        ];
        if (tile == typeof(Tf32Core))
        {
            return FormulaRun.Kernel(
                typeof(TensorKernels), nameof(TensorKernels.Tiled), tile, typeof(float), typeof(Float32Element), typeof(float),
                typeof(GpuFloat), typeof(TA), typeof(TB), typeof(TY));
        }

        return tile is null
            ? FormulaRun.Kernel(typeof(GemmKernels), nameof(GemmKernels.Each), rest)
            : FormulaRun.Kernel(typeof(GemmKernels), nameof(GemmKernels.Tiled), [tile, .. rest]);
    }

    private static StridedOperand<float, AlongDepth> Weights(int channels, int sums) =>
        new(Groups((long)channels * sums), sums, 1, channels, sums % 4 == 0 && channels * sums % 4 == 0 ? 1 : 0, -0.0f);

    private static Strides Groups(long step) => new([0, 0, 0, 0, 0, step], 0);

    private static Tensor Numbers(int[] lengths) => Tensor.Randn(lengths, generator: new Generator((ulong)(lengths[0] + lengths[^1])));

    private static void Close(float[] expected, float[] actual, float tolerance = 1e-5f) =>
        Assert.Equal(expected, actual, (a, b) => MathF.Abs(a - b) <= tolerance * (1 + MathF.Abs(a)));
}
