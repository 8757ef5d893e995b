using System.Reflection;
using System.Text.RegularExpressions;
using DeepLearning.Backends;
using DeepLearning.Backends.Gpu;
using DeepLearning.Losses;
using DeepLearning.Numerics;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>
/// The kernels whose threads work together, run in the machine in the groups of a GPU, forwards and backwards between barriers.
/// </summary>
public sealed class TeamKernelTests : IDisposable
{
    private static readonly Type[] s_floats = [typeof(Team256), typeof(ComputedFloat), typeof(float), typeof(GpuFloat)];

    private readonly PtxCompiler _compiler = new();

    public void Dispose() => _compiler.Dispose();

    [Theory]
    [InlineData(5, 3, 4)]
    [InlineData(3, 70, 32)]
    [InlineData(2, 700, 256)]
    public void Softmax_is_the_processors(int rows, int length, int team)
    {
        Tensor x = Random(rows, length), dy = Random(rows, length), y = x.Softmax(1);
        string forward = Compile(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Forward), Insert(typeof(SoftmaxForm)));
        string logarithm = Compile(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Forward), Insert(typeof(LogSoftmaxForm)));
        string backward = Compile(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Backward), Insert(typeof(SoftmaxForm)));
        foreach (bool backwards in (bool[])[false, true])
        {
            Near(y, Rows(forward, backwards, rows, length, team, x));
            Near(x.LogSoftmax(1), Rows(logarithm, backwards, rows, length, team, x));
            Near(y * (dy - (y * dy).Sum(1, keepDim: true)), Rows(backward, backwards, rows, length, team, y, dy));
        }
    }

    [Fact]
    public void A_missing_barrier_of_a_team_is_seen()
    {
        Tensor x = Random(2, 700);
        string ptx = Compile(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Forward), Insert(typeof(SoftmaxForm)));
        int count = Regex.Count(ptx, @"bar\.sync\s+0;");
        Assert.Equal(3, count);
        float[] expected = x.Softmax(1).ToArray<float>();
        for (int i = 0; i < count; i++)
        {
            int at = 0, left = i;
            string broken = Regex.Replace(ptx, @"bar\.sync\s+0;", match => at++ == left ? "" : match.Value);
            Assert.Contains((bool[])[false, true], backwards =>
            {
                // One group takes both rows, so that the second meets what the first left.
                float[] found = Rows(broken, backwards, 2, 700, 256, x);
                return found.Zip(expected).Any(static pair => !(Math.Abs(pair.First - pair.Second) < 1e-6f));
            });
        }
    }

    [Fact]
    public void The_number_of_groups_changes_no_bit()
    {
        Tensor x = Random(40, 37);
        string softmax = Compile(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Forward), Insert(typeof(SoftmaxForm)));
        string moments = Compile(typeof(ChannelNormKernels), nameof(ChannelNormKernels.Moments), s_floats);
        byte[][] sizes = [PtxMachine.Bytes(40L), PtxMachine.Bytes(37L), PtxMachine.Bytes(16)];
        float[][] found = [.. ((int[])[1, 2, 3, 7]).Select(groups =>
        {
            PtxMachine machine = new(softmax), other = new(moments);
            byte[] y = machine.View<float>(new float[40 * 37]), parts = other.View<float>(new float[3 * 40]);
            machine.Run(groups, 256, [View(machine, x), y, .. sizes]);
            other.Run(groups, 256, View(other, x), parts, PtxArgument.Of(new SegmentPlaces(10, 37 * 4, 4, 37, 37, 4, 32)));
            return (float[])[.. machine.Read<float>(y), .. other.Read<float>(parts)];
        })];
        Assert.All(found[1..], other => Assert.Equal(found[0], other));
    }

    [Fact]
    public void Rows_beyond_2_to_the_31_elements_are_found()
    {
        const long length = 1000, rows = ((1L << 31) / length) + 2;
        PtxMachine machine = new(Compile(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Forward), Insert(typeof(SoftmaxForm))));
        ulong y = machine.Memory.Allocate(4 * rows * length);
        byte[] x = PtxMachine.View(machine.Memory.Allocate(4 * rows * length), rows * length);

        // A group a row, and of the groups the last.
        machine.Run(
            ((int)rows, 1, 1), (256, 1, 1), (int)rows - 1, (int)rows,
            [x, PtxMachine.View(y, rows * length), PtxMachine.Bytes(rows), PtxMachine.Bytes(length), PtxMachine.Bytes(256)]);
        float[] last = machine.Read<float>(PtxMachine.View(y + (ulong)(4 * (rows - 1) * length), length));
        Assert.All(last, static share => Assert.Equal(1e-3f, share, 1e-9f));
    }

    [Fact]
    public void Cross_entropy_is_the_processors()
    {
        const int rows = 6, classes = 40;
        Tensor x = Random(rows, classes) * 3, weight = Tensor.Rand([classes], generator: new Generator(7));
        Tensor target = Tensor.From([3L, 0, -100, 39, 17, 5]);
        x.RequiresGrad = true;
        Tensor expected = Loss.CrossEntropy(x, target, weight, labelSmoothing: 0.1, reduction: LossReduction.None);
        expected.Sum().Backward();
        CrossEntropyPlaces places = new(rows, classes, -100, 0.1, 0, true, 16);
        PtxMachine machine = new(Compile(typeof(CrossEntropyKernels), nameof(CrossEntropyKernels.Forward), s_floats));
        byte[] vx = View(machine, x), vw = View(machine, weight), vt = machine.View<long>(target.ToArray<long>());
        byte[] losses = machine.View<float>(new float[rows]), sums = machine.View<float>(new float[2 * rows]);
        machine.Run(1, 256, vx, vt, vw, losses, sums, machine.View<float>(new float[rows]), PtxArgument.Of(places));
        Near(expected.Detach(), machine.Read<float>(losses));

        PtxMachine back = new(Compile(typeof(CrossEntropyKernels), nameof(CrossEntropyKernels.Backward), s_floats));
        byte[] dx = back.View<float>(new float[rows * classes]);
        back.Run(
            1, 256, View(back, x), back.View<float>(machine.Read<float>(sums)), back.View<long>(target.ToArray<long>()),
            View(back, weight), View(back, weight.Sum()), back.View<float>([1f]), dx, PtxArgument.Of(places));
        Near(x.Grad!, back.Read<float>(dx));
    }

    [Theory]
    [InlineData(5, 3, 4)]
    [InlineData(3, 300, 128)]
    public void Normalized_rows_are_the_processors(int rows, int length, int team)
    {
        Tensor x = Random(rows, length) + 100, weight = Random(length), bias = Random(length), dy = Random(rows, length);
        foreach (Tensor leaf in (Tensor[])[x, weight, bias])
        {
            leaf.RequiresGrad = true;
        }

        Tensor y = x.LayerNorm([length], weight, bias);
        (y * dy).Sum().Backward();
        RowNormPlaces places = new(rows, length, 1e-5, team, true, true, true);
        PtxMachine machine = new(Compile(typeof(RowNormKernels), nameof(RowNormKernels.Forward), s_floats)) { Backwards = true };
        byte[] result = machine.View<float>(new float[rows * length]);
        byte[] means = machine.View<double>(new double[rows]), rstds = machine.View<double>(new double[rows]);
        machine.Run(1, 256, View(machine, x), View(machine, weight), View(machine, bias), result, means, rstds, PtxArgument.Of(places));
        Near(y.Detach(), machine.Read<float>(result), 1e-5);

        PtxMachine figures = new(Compile(typeof(RowNormKernels), nameof(RowNormKernels.Figures), s_floats[1..]));
        byte[] three = figures.View<float>(new float[3 * rows]);
        figures.Run(
            1, 32, figures.View<double>(machine.Read<double>(means)), figures.View<double>(machine.Read<double>(rstds)), three,
            PtxArgument.Of(places));
        float[] kept = figures.Read<float>(three);
        PtxMachine back = new(Compile(typeof(RowNormKernels), nameof(RowNormKernels.Backward), s_floats));
        byte[] dx = back.View<float>(new float[rows * length]);
        back.Run(1, 256, View(back, x), View(back, weight), back.View<float>(kept), View(back, dy), dx, PtxArgument.Of(places));
        Near(x.Grad!, back.Read<float>(dx), 1e-5);

        PtxMachine columns = new(Compile(typeof(RowNormKernels), nameof(RowNormKernels.Columns), s_floats[1..]));
        byte[] dw = columns.View<float>(new float[2 * length]), db = columns.View<float>(new float[2 * length]);
        columns.Run(
            2, 32, View(columns, x), columns.View<float>(kept), View(columns, dy), dw, db, PtxArgument.Of(places), PtxMachine.Bytes(2L));
        Near(weight.Grad!, Halves(columns.Read<float>(dw)), 1e-5);
        Near(bias.Grad!, Halves(columns.Read<float>(db)), 1e-5);
    }

    [Fact]
    public void Normalized_channels_are_the_processors()
    {
        const int batch = 3, channels = 2, length = 50;
        Tensor x = Random(batch, channels, length) + 100, dy = Random(batch, channels, length);
        x.RequiresGrad = true;
        Tensor y = x.BatchNorm(null, null, training: true);
        (y * dy).Sum().Backward();

        // Parts of 40 elements: they end in runs.
        SegmentPlaces places = new(channels, length, batch, length, channels * length, 4, 16), whole = new(6, length, 1, length, 0, 1, 64);
        FigurePlaces figures = new(channels, channels, 1, 1e-5, false, false);
        double[] none = [0];
        PtxMachine moments = new(Compile(typeof(ChannelNormKernels), nameof(ChannelNormKernels.Moments), s_floats));
        byte[] parts = moments.View<float>(new float[3 * 8]);
        moments.Run(2, 256, View(moments, x), parts, PtxArgument.Of(places));
        PtxMachine combine = new(Compile(typeof(ChannelNormKernels), nameof(ChannelNormKernels.CombineMoments), s_floats[1..]));
        byte[] means = combine.View<double>(new double[channels]), variances = combine.View<double>(new double[channels]);
        combine.Run(1, 32, combine.View<float>(moments.Read<float>(parts)), means, variances, PtxArgument.Of(places));
        double[] mean = combine.Read<double>(means), variance = combine.Read<double>(variances);
        Near(x.Detach().To(DType.Float64).Mean([0, 2]), [.. mean.Select(static m => (float)m)]);

        PtxMachine figure = new(Compile(
            typeof(ChannelNormKernels), nameof(ChannelNormKernels.Figures), [.. s_floats[1..], .. s_floats[1..]]));
        byte[] three = figure.View<float>(new float[3 * channels]);
        figure.Run(
            1, 32, figure.View<double>(mean), figure.View<double>(variance), figure.View<float>([0f]), figure.View<float>([0f]), three,
            PtxArgument.Of(figures));
        PtxMachine normalize = new(Compile(typeof(ChannelNormKernels), nameof(ChannelNormKernels.Normalize), s_floats));
        byte[] result = normalize.View<float>(new float[x.Count]);
        normalize.Run(
            1, 256, View(normalize, x), normalize.View<float>(figure.Read<float>(three)), result, PtxArgument.Of(whole),
            PtxMachine.Bytes((long)channels));
        Near(y.Detach(), normalize.Read<float>(result), 1e-5);

        PtxMachine sums = new(Compile(typeof(ChannelGradientKernels), nameof(ChannelGradientKernels.Sums), s_floats));
        byte[] two = sums.View<float>(new float[2 * 8]);
        sums.Run(2, 256, View(sums, x), View(sums, dy), sums.View<double>(mean), two, PtxArgument.Of(places), PtxMachine.Bytes(1L));
        PtxMachine together = new(Compile(typeof(ChannelGradientKernels), nameof(ChannelGradientKernels.CombineSums), s_floats[1..]));
        byte[] all = together.View<double>(new double[2 * channels]);
        together.Run(1, 32, together.View<float>(sums.Read<float>(two)), all, PtxArgument.Of(places));
        PtxMachine four = new(Compile(typeof(ChannelGradientKernels), nameof(ChannelGradientKernels.Figures), s_floats[1..]));
        byte[] made = four.View<float>(new float[4 * channels]);
        four.Run(
            1, 32, four.View<double>(together.Read<double>(all)), four.View<double>(mean), four.View<double>(variance),
            four.View<float>([0f]), made, PtxArgument.Of(figures), PtxMachine.Bytes((double)(batch * length)));
        PtxMachine gradient = new(Compile(typeof(ChannelGradientKernels), nameof(ChannelGradientKernels.Gradient), s_floats));
        byte[] dx = gradient.View<float>(new float[x.Count]);
        gradient.Run(
            1, 256, View(gradient, x), View(gradient, dy), gradient.View<float>(four.Read<float>(made)), dx, PtxArgument.Of(whole),
            PtxMachine.Bytes((long)channels));
        Near(x.Grad!, gradient.Read<float>(dx), 1e-5);
    }

    [Fact]
    public void Every_reduction_compiles_by_lines_and_by_columns_and_gives_the_formula()
    {
        MethodInfo reduced = typeof(TeamKernelTests).GetMethod(nameof(Reduced), BindingFlags.NonPublic | BindingFlags.Static)!;
        List<string> wrong = [];
        foreach (Type op in FormulaList.Reductions)
        {
            Type[] element = [typeof(Float32Element), typeof(float), typeof(GpuFloat)];
            string lines = Compile(typeof(ReduceKernels), nameof(ReduceKernels.Lines), [typeof(Team256), op, .. element]);
            string columns = Compile(typeof(ReduceKernels), nameof(ReduceKernels.Columns), [op, .. element]);
            string found = (string)reduced.MakeGenericMethod(op).Invoke(null, [lines, columns])!;
            if (found.Length > 0)
            {
                wrong.Add($"{op.Name}: {found}");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>
    /// What differs in a reduction of 7 rows of 100: by teams of 16 over two parts each, and of the columns of the transpose.
    /// </summary>
    internal static string Reduced<TOp>(string lines, string columns)
        where TOp : struct, IReduceOp<TOp>
    {
        const int rows = 7, length = 100, parts = 2, team = 16;
        TOp op = (TOp)FormulaList.Instance(typeof(TOp));
        float[] x = FormulaValues.Floats[0][..(rows * length)], byTeams = new float[rows * parts], byColumns = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            Lane<float> column = TOp.Identity;
            for (int i = 0; i < length; i++)
            {
                column = TOp.Combine(column, op.Map(new Lane<float>(x[(row * length) + i])));
            }

            byColumns[row] = op.Finish(column).Value;
            for (int part = 0; part < parts; part++)
            {
                Lane<float> total = TOp.Identity;
                for (int thread = 0; thread < team; thread++)
                {
                    Lane<float> own = TOp.Identity;
                    for (int i = thread; i < length / parts; i += team)
                    {
                        own = TOp.Combine(own, op.Map(new Lane<float>(x[(row * length) + (part * length / parts) + i])));
                    }

                    total = thread == 0 ? own : TOp.Combine(total, own);
                }

                byTeams[(row * parts) + part] = total.Value;
            }
        }

        Axes keptAxes = new([1, 1, 1, 1, 1, rows]), reducedAxes = new([1, 1, 1, 1, 1, length]);
        PtxMachine machine = new(lines);
        byte[] y = machine.View<float>(new float[rows * parts]);
        machine.Run(
            1, 256, machine.View<float>(x), y, PtxArgument.Of(new ReducePlaces(
                rows, parts, length, keptAxes, new Strides([0, 0, 0, 0, 0, length], 0), reducedAxes, new Strides([0, 0, 0, 0, 0, 1], 0))),
            PtxMachine.Bytes(team), PtxMachine.Bytes(1), PtxMachine.Bytes(0), PtxArgument.Of(op));
        string found = FormulaRun.Compare(
            machine.Read<float>(y), byTeams, static (a, b, _) => FormulaRun.SameBits(a, b), static i => $"part {i} of a line");
        PtxMachine other = new(columns);
        float[] transposed = [.. Enumerable.Range(0, rows * length).Select(i => x[(i % rows * length) + (i / rows)])];
        byte[] z = other.View<float>(new float[rows]);
        other.Run(
            1, 8, other.View<float>(transposed), z, PtxArgument.Of(new ReducePlaces(
                rows, 1, length, keptAxes, new Strides([0, 0, 0, 0, 0, 1], 0), reducedAxes, new Strides([0, 0, 0, 0, 0, rows], 0))),
            PtxMachine.Bytes(1), PtxMachine.Bytes(1), PtxArgument.Of(op));
        return found + FormulaRun.Compare(
            other.Read<float>(z), byColumns, static (a, b, _) => FormulaRun.SameBits(a, b), static i => $"column {i}");
    }

    private static Type[] Insert(Type form) => [s_floats[0], form, .. s_floats[1..]];

    private static float[] Halves(float[] parts) => [.. parts[..(parts.Length / 2)].Select((x, i) => x + parts[(parts.Length / 2) + i])];

    private static Tensor Random(params int[] shape) => Tensor.Randn(shape, generator: new Generator((ulong)shape.Length + 20));

    private static byte[] View(PtxMachine machine, Tensor x) => machine.View<float>(x.Detach().Contiguous().ToArray<float>());

    /// <summary>A kernel of rows, by one group: operands, the result, the numbers of rows, of elements and of threads a row.</summary>
    private static float[] Rows(string ptx, bool backwards, int rows, int length, int team, params Tensor[] operands)
    {
        PtxMachine machine = new(ptx) { Backwards = backwards };
        byte[][] views = [.. operands.Select(operand => View(machine, operand))];
        byte[] y = machine.View<float>(new float[rows * length]);
        machine.Run(1, 256, [.. views, y, PtxMachine.Bytes((long)rows), PtxMachine.Bytes((long)length), PtxMachine.Bytes(team)]);
        return machine.Read<float>(y);
    }

    private static void Near(Tensor expected, float[] actual, double tolerance = 2e-6)
    {
        double[] wanted = expected.To(DType.Float64).Contiguous().ToArray<double>();
        double scale = Math.Max(1, wanted.Max(Math.Abs));
        Assert.Equal(wanted.Length, actual.Length);
        Assert.All(wanted.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
    }

    private string Compile(Type kernels, string name, params Type[] arguments) =>
        _compiler.Compile(FormulaRun.Kernel(kernels, name, arguments));
}
