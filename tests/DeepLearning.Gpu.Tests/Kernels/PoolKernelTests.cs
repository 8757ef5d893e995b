using DeepLearning.Backends;
using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>Pooling, resampling, columns and distances, run in the machine against the processor's backend.</summary>
public sealed class PoolKernelTests(PtxTexts compiler) : IClassFixture<PtxTexts>
{
    private static readonly Type[] s_types = [typeof(Float32Element), typeof(float), typeof(GpuFloat)];

    public static TheoryData<string> Kinds() => ["overlapping", "dilated", "even"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_greatest_of_windows_and_their_gradient(string kind)
    {
        PoolWindows windows = Windows(kind);
        float[] x = Numbers(2 * (int)windows.Source);
        (x[3], x[9], x[10]) = (float.NaN, float.NegativeInfinity, x[11]);
        Tensor source = Planes(x), y = Tensor.Zeros(2, windows.Outputs), at = Tensor.Zeros([2, windows.Outputs], DType.Int32);
        Tensor dx = Tensor.Zeros(2, (int)windows.Source), dy = Planes(Numbers(2 * windows.Outputs));
        Assert.True(Device.Cpu.Backend.TryMaxPool(windows, source, y, at));
        Assert.True(Device.Cpu.Backend.TryMaxPoolBackward(windows, dy, at, dx));
        PtxMachine machine = Machine(typeof(PoolKernels), nameof(PoolKernels.Max));
        byte[] result = machine.View<float>(new float[y.Count]), places = machine.View<int>(new int[y.Count]);
        machine.Run(2, 16, machine.View<float>(x), result, places, PtxArgument.Of(new PoolPlaces(windows)), PtxMachine.Bytes(1));
        Assert.Equal(y.ToArray<float>(), machine.Read<float>(result));
        Assert.Equal(at.ToArray<int>(), machine.Read<int>(places));
        PtxMachine back = Machine(typeof(PoolKernels), nameof(PoolKernels.MaxGradient));
        byte[] gradient = back.View<float>(new float[dx.Count]);
        back.Run(
            2, 16, back.View<float>(dy.ToArray<float>()), back.View<int>(at.ToArray<int>()), gradient,
            PtxArgument.Of(new PoolPlaces(windows)));
        Close(dx.ToArray<float>(), back.Read<float>(gradient));
    }

    [Theory]
    [InlineData("overlapping", 0)]
    [InlineData("overlapping", 3)]
    [InlineData("even", 0)]
    public void The_means_of_windows_and_their_gradient(string kind, int divisor)
    {
        PoolWindows windows = Windows(kind);
        Tensor x = Planes(Numbers(2 * (int)windows.Source)), dy = Planes(Numbers(2 * windows.Outputs));
        Tensor y = Tensor.Zeros(2, windows.Outputs), dx = Tensor.Zeros(2, (int)windows.Source);
        int? given = divisor == 0 ? null : divisor;
        Assert.True(Device.Cpu.Backend.TryAveragePool(windows, given, x, y));
        Assert.True(Device.Cpu.Backend.TryAveragePoolBackward(windows, given, dy, dx));
        foreach ((string kernel, Tensor from, Tensor to) in new[]
        {
            (nameof(PoolKernels.Average), x, y), (nameof(PoolKernels.AverageGradient), dy, dx),
        })
        {
            PtxMachine machine = Machine(typeof(PoolKernels), kernel);
            byte[] result = machine.View<float>(new float[to.Count]);
            machine.Run(
                2, 16, machine.View<float>(from.ToArray<float>()), result, PtxArgument.Of(new PoolPlaces(windows)),
                PtxMachine.Bytes(divisor));
            Close(to.ToArray<float>(), machine.Read<float>(result));
        }
    }

    [Fact]
    public void Neighbors_are_summed_by_their_weights()
    {
        PtxMachine machine = Machine(typeof(ResampleKernels), nameof(ResampleKernels.Along));
        byte[] y = machine.View<float>(new float[2 * 3 * 2]);
        machine.Run(
            2, 4, machine.View<float>([1, 2, 3, 4, 5, 6, 7, 8]), machine.View<int>([0, 0, 1]), machine.View<int>([1, 2, 0]),
            machine.View<float>([2, 9, 0.5f, 0.25f, 9, 9]), y, PtxMachine.Bytes(2), PtxMachine.Bytes(3), PtxMachine.Bytes(2),
            PtxMachine.Bytes(2L));
        Assert.Equal([2, 4, 1.25f, 2, 0, 0, 10, 12, 4.25f, 5, 0, 0], machine.Read<float>(y));
    }

    [Fact]
    public void Columns_and_the_images_of_columns()
    {
        ConvolutionShape shape = new()
        {
            Batch = 2,
            InputChannels = 2,
            Height = new SpatialAxis(5, 3, 2, 1),
            Width = new SpatialAxis(4, 2, 1, 1, 2),
        };
        Tensor x = Tensor.Randn(shape.InputLengths, generator: new Generator(1)), columns = Tensor.Zeros(shape.ColumnLengths);
        Tensor image = Tensor.Zeros(shape.InputLengths);
        Assert.True(Device.Cpu.Backend.TryImageToColumns(shape, x, columns));
        Assert.True(Device.Cpu.Backend.TryColumnsToImage(shape, columns, image));
        byte[] places = PtxArgument.Of(new ColumnPlaces(shape));
        PtxMachine take = new(compiler.Compile(FormulaRun.Kernel(typeof(ColumnKernels), nameof(ColumnKernels.Take), typeof(float))));
        byte[] taken = take.View<float>(new float[columns.Count]);
        take.Run(2, 16, take.View<float>(x.ToArray<float>()), taken, places, PtxMachine.Bytes(0f));
        Assert.Equal(columns.ToArray<float>(), take.Read<float>(taken));
        PtxMachine add = Machine(typeof(ColumnKernels), nameof(ColumnKernels.Add));
        byte[] added = add.View<float>(new float[image.Count]);
        add.Run(2, 16, add.View<float>(columns.ToArray<float>()), added, places);
        Close(image.ToArray<float>(), add.Read<float>(added));
    }

    [Fact]
    public void Distances_from_products_and_from_differences()
    {
        // Far apart, as good as equal, and one whose square is not a number of 32 bits.
        float[] a = [0, 0, 1, 0, 1e30f, 0], b = [3, 4, 1.0001f, 0];
        float[] squaresA = [0, 1, float.PositiveInfinity], squaresB = [25, 1.0002f];
        PtxMachine machine = Machine(typeof(DistanceKernels), nameof(DistanceKernels.Rows));
        byte[] y = machine.View<float>([0, 0, 3, 1.0001f, float.PositiveInfinity, float.PositiveInfinity]);
        machine.Run(
            1, 8, machine.View<float>(a), machine.View<float>(b), machine.View<float>(squaresA), machine.View<float>(squaresB), y,
            PtxMachine.Bytes(3L), PtxMachine.Bytes(2L), PtxMachine.Bytes(2), PtxMachine.Bytes(0.1), PtxMachine.Bytes(1e-30));
        float[] distances = machine.Read<float>(y);
        Assert.Equal([5, 1.0001f, 4.4721360f, 1.0001659e-4f, 1e30f, 1e30f], distances, static (x, z) => MathF.Abs(x - z) <= 1e-5f * x);
    }

    private static PoolWindows Windows(string kind) => kind switch
    {
        "overlapping" => new PoolWindows(
            2, PoolAxis.None, PoolAxis.Windows(6, 3, 3, 2, 1, 1, true), PoolAxis.Windows(5, 5, 3, 1, 1, 1, true)),
        "dilated" => new PoolWindows(
            2, PoolAxis.None, PoolAxis.Windows(6, 4, 2, 1, 0, 2, false), PoolAxis.Windows(5, 2, 3, 2, 1, 2, false)),
        _ => new PoolWindows(3, PoolAxis.Adaptive(3, 2), PoolAxis.Adaptive(5, 3), PoolAxis.Adaptive(2, 3)),
    };

    private PtxMachine Machine(Type kernels, string name)
    {
        string ptx = compiler.Compile(FormulaRun.Kernel(kernels, name, s_types));
        Assert.DoesNotMatch(KernelText.Local(), ptx);
        Assert.DoesNotMatch(KernelText.Call(), ptx);
        Assert.Equal("", KernelText.Forbidden(ptx));
        return new PtxMachine(ptx);
    }

    private static float[] Numbers(int count) => Tensor.Randn([count], generator: new Generator((ulong)count)).ToArray<float>();

    private static Tensor Planes(float[] numbers) => Tensor.From(numbers).Reshape(2, -1);

    private static void Close(float[] expected, float[] actual) =>
        Assert.Equal(expected, actual, static (a, b) => MathF.Abs(a - b) <= 1e-5f * (1 + MathF.Abs(a)) || a.Equals(b));
}
