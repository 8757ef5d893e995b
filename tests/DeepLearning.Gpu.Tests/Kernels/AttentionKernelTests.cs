using System.Text.RegularExpressions;
using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>The kernels of attention, run in the machine: the tiles of a GPU, too.</summary>
public sealed class AttentionKernelTests : IDisposable
{
    private readonly PtxCompiler _compiler = new();

    public void Dispose() => _compiler.Dispose();

    [Theory]
    [InlineData(typeof(AttentionTile4), 18, 21, 6, 20, false, 0, false)]
    [InlineData(typeof(AttentionTile4), 18, 21, 20, 3, true, 0, true)]
    [InlineData(typeof(AttentionTile4), 18, 21, 6, 3, false, 0.3, false)]
    [InlineData(typeof(AttentionTile16), 66, 20, 5, 66, true, 0, false)]
    public void Results_and_gradients_are_the_processors(
        Type tile, int queries, int keys, int width, int valueWidth, bool isCausal, double dropout, bool backwards)
    {
        int heads = tile == typeof(AttentionTile16) ? 1 : 2;
        Generator generator = new(31);
        Tensor q = Tensor.Randn([heads, queries, width], generator: generator);
        Tensor k = Tensor.Randn([heads, keys, width], generator: generator);
        Tensor v = Tensor.Randn([heads, keys, valueWidth], generator: generator);
        Tensor dy = Tensor.Randn([heads, queries, valueWidth], generator: generator);
        foreach (Tensor leaf in (Tensor[])[q, k, v])
        {
            leaf.RequiresGrad = true;
        }

        Generator drops = new(5);
        GeneratorState random = new Generator(5).State;
        Tensor y = Tensor.ScaledDotProductAttention(q, k, v, isCausal: isCausal, dropoutP: dropout, generator: drops);
        (y * dy).Sum().Backward();
        HeadPlaces Matrix(int rows, int columns) => new(new Strides([0, 0, 0, 0, 0, rows * columns], 0), columns, 1);
        AttentionPlaces places = new()
        {
            BatchAxes = new Axes([1, 1, 1, 1, 1, heads]),
            Q = Matrix(queries, width),
            K = Matrix(keys, width),
            V = Matrix(keys, valueWidth),
            Y = Matrix(queries, valueWidth),
            DY = Matrix(queries, valueWidth),
            DQ = Matrix(queries, width),
            DK = Matrix(keys, width),
            DV = Matrix(keys, valueWidth),
            Heads = heads,
            Queries = queries,
            Keys = keys,
            Width = width,
            ValueWidth = valueWidth,
            IsCausal = isCausal ? 1 : 0,
            WantsKeys = 1,
            WantsValues = 1,
            Scale = (float)(1 / Math.Sqrt(width)),
            Drops = dropout > 0 ? 1 : 0,
            KeptScale = (float)(1 / (1 - dropout)),
            Threshold = (ulong)Math.Round((1 - dropout) * (1L << 32)),
            Seed = random.Seed,
            Stream = random.Stream,
            Position = random.Position,
        };
        int threads = tile == typeof(AttentionTile16) ? 256 : 16;
        byte[] argument = PtxArgument.Of(places);
        PtxMachine machine = new(Compile(nameof(AttentionKernels.Forward), typeof(AttentionKernels), tile)) { Backwards = backwards };
        byte[] result = machine.View<float>(new float[y.Count]), figures = machine.View<float>(new float[2 * heads * queries]);
        byte[] mask = machine.View<byte>([0]), added = machine.View<float>([0f]);
        machine.Run(2, threads, View(machine, q), View(machine, k), View(machine, v), mask, added, result, figures, argument);
        Near(y, machine.Read<float>(result));

        PtxMachine mean = new(_compiler.Compile(typeof(AttentionKernels).GetMethod(nameof(AttentionKernels.Means))!));
        byte[] means = mean.View<float>(new float[heads * queries]);
        mean.Run(1, 32, View(mean, y), View(mean, dy), means, argument);
        PtxMachine back = new(Compile(nameof(AttentionGradientKernels.Queries), typeof(AttentionGradientKernels), tile))
        {
            Backwards = backwards,
        };
        byte[] dq = back.View<float>(new float[q.Count]);
        back.Run(
            2, threads, View(back, q), View(back, k), View(back, v), back.View<byte>([0]), back.View<float>([0f]),
            back.View<float>(machine.Read<float>(figures)), back.View<float>(mean.Read<float>(means)), View(back, dy), dq, argument);
        Near(q.Grad!, back.Read<float>(dq));

        PtxMachine both = new(Compile(nameof(AttentionGradientKernels.KeysAndValues), typeof(AttentionGradientKernels), tile))
        {
            Backwards = backwards,
        };
        byte[] dk = both.View<float>(new float[k.Count]), dv = both.View<float>(new float[v.Count]);
        both.Run(
            2, threads, View(both, q), View(both, k), View(both, v), both.View<byte>([0]), both.View<float>([0f]),
            both.View<float>(machine.Read<float>(figures)), both.View<float>(mean.Read<float>(means)), View(both, dy), dk, dv, argument);
        Near(k.Grad!, both.Read<float>(dk));
        Near(v.Grad!, both.Read<float>(dv));
    }

    [Fact]
    public void Every_barrier_and_the_alignment_of_four_floats_are_needed()
    {
        const int queries = 18, keys = 37, width = 10, heads = 1;
        Generator generator = new(33);
        Tensor q = Tensor.Randn([queries, width], generator: generator), k = Tensor.Randn([keys, width], generator: generator);
        Tensor v = Tensor.Randn([keys, width], generator: generator), y = Tensor.ScaledDotProductAttention(q, k, v, scale: 1);
        HeadPlaces matrix = new(new Strides([0, 0, 0, 0, 0, 0], 0), width, 1);
        byte[] argument = PtxArgument.Of(new AttentionPlaces
        {
            BatchAxes = new Axes([1, 1, 1, 1, 1, heads]),
            Q = matrix,
            K = matrix,
            V = matrix,
            Y = matrix,
            Heads = heads,
            Queries = queries,
            Keys = keys,
            Width = width,
            ValueWidth = width,
            Scale = 1,
        });
        float[] expected = y.ToArray<float>();
        bool IsRight(string ptx, bool backwards)
        {
            PtxMachine machine = new(ptx) { Backwards = backwards };
            byte[] result = machine.View<float>(new float[y.Count]);
            machine.Run(
                1, 16, View(machine, q), View(machine, k), View(machine, v), machine.View<byte>([0]), machine.View<float>([0f]), result,
                machine.View<float>(new float[2 * queries]), argument);
            return machine.Read<float>(result).Zip(expected).All(static pair => Math.Abs(pair.First - pair.Second) < 1e-5f);
        }

        string ptx = Compile(nameof(AttentionKernels.Forward), typeof(AttentionKernels), typeof(AttentionTile4));
        int count = Regex.Count(ptx, @"bar\.sync\s+0;");
        Assert.True(count == 6 && IsRight(ptx, false) && IsRight(ptx, true));
        for (int i = 0; i < count; i++)
        {
            int at = 0;
            string broken = Regex.Replace(ptx, @"bar\.sync\s+0;", match => at++ == i ? "" : match.Value);
            Assert.False(IsRight(broken, false) && IsRight(broken, true), $"Without barrier {i} the result is the same.");
        }

        string unaligned = ptx.Replace(".shared .align 16", ".shared .align 4", StringComparison.Ordinal);
        Assert.Contains("not aligned", Assert.Throws<InvalidOperationException>(() => IsRight(unaligned, false)).Message);
    }

    private static byte[] View(PtxMachine machine, Tensor x) => machine.View<float>(x.Detach().Contiguous().ToArray<float>());

    private static void Near(Tensor expected, float[] actual)
    {
        float[] wanted = expected.Detach().Contiguous().ToArray<float>();
        double scale = wanted.Max(Math.Abs);
        Assert.All(wanted.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 3e-6 * scale));
    }

    private string Compile(string name, Type kernels, Type tile) => _compiler.Compile(FormulaRun.Kernel(kernels, name, tile));
}
